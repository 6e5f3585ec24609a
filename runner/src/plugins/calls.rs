//! The calls of plugins, as they happened: what each logged, and what it used of what its manifest declares. The log of
//! a call that gave no plan is shown at once, and that of every call when a person asks for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use usher_core::change::Failure;
use usher_core::plan::PluginStamp;
use usher_core::text;
use usher_core::used::Used;
use usher_host::{Level, LogLine, NoPlan, PlanError, Planned, Source};

use crate::lines::Lines;
use crate::page::Page;

/// Calls whose logs are kept. A recipe has a hundred steps at most; a step that is planned again is a call again.
const CALLS_MAX: usize = 10_000;

/// Lines of a call that gave no plan, when nobody asked for all of them: the last ones are about its end.
const LAST_LINES: usize = 20;

/// The calls of one command. Copies share them.
#[derive(Clone, Default)]
pub struct Calls {
    kept: Arc<Mutex<Kept>>,
    shown: Option<Shown>,
}

/// What is kept of the calls.
#[derive(Default)]
struct Kept {
    /// Those whose logs are shown: in a list of ten thousand, most give a plan and are of no interest.
    shown: Vec<Called>,
    /// What all calls of a component used, and the privileges that their plans raise, by its digest.
    of: BTreeMap<String, (Used, BTreeSet<String>)>,
}

/// The place where logs are shown.
#[derive(Clone)]
struct Shown {
    lines: Lines,
    /// Those of calls that gave a plan, too.
    all: bool,
}

/// One call.
struct Called {
    plugin: PluginStamp,
    step: String,
    log: Vec<LogLine>,
    /// The plugin gave no plan.
    is_failed: bool,
}

impl Calls {
    /// Calls whose logs are shown: those of calls without a plan, or of all.
    pub(crate) fn shown(lines: Lines, all: bool) -> Self {
        Self {
            kept: Arc::default(),
            shown: Some(Shown { lines, all }),
        }
    }

    /// Notes a call and the privileges that its plan raises, and shows its log.
    pub(super) fn note(
        &self,
        plugin: &PluginStamp,
        step: &str,
        answer: &Result<Planned, PlanError>,
        raised: BTreeSet<String>,
    ) {
        let (log, used, is_failed) = match answer {
            Ok(planned) => (&planned.log, &planned.used, false),
            Err(error) => (&error.log, &error.used, !is_deferred(error)),
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, raises) = kept.of.entry(plugin.digest.clone()).or_default();
        all.extend(used);
        raises.extend(raised);
        let shows_all = self.shown.as_ref().is_some_and(|shown| shown.all);
        if !(shows_all || is_failed) {
            return;
        }
        let call = Called {
            plugin: plugin.clone(),
            step: step.to_owned(),
            log: log.clone(),
            is_failed,
        };
        if let Some(shown) = &self.shown
            && (shown.all || !log.is_empty())
        {
            shown.lines.write(call.page(shown.all));
        }
        if kept.shown.len() < CALLS_MAX {
            kept.shown.push(call);
        }
    }

    /// Everything that the calls of a component used, by its digest.
    pub(crate) fn used(&self, digest: &str) -> Used {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let of = kept.of.get(digest);
        of.map(|(used, _)| used.clone()).unwrap_or_default()
    }

    /// The privileges that the plans of a component raise, by its digest.
    pub(crate) fn raised(&self, digest: &str) -> BTreeSet<String> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let of = kept.of.get(digest);
        of.map(|(_, raised)| raised.clone()).unwrap_or_default()
    }

    /// The logs that are shown, for a document; none when there is none.
    pub(crate) fn log_json(&self) -> Option<Value> {
        let all = self.shown.as_ref().is_some_and(|shown| shown.all);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = kept.shown.iter().filter(|call| all || call.is_failed);
        let lines: Vec<Value> = shown.flat_map(Called::json).collect();
        (!lines.is_empty()).then_some(Value::Array(lines))
    }
}

fn is_deferred(error: &PlanError) -> bool {
    matches!(error.why, NoPlan::Failed(Failure::Deferred(_)))
}

impl Called {
    fn page(&self, all: bool) -> Page {
        let mut page = Page::default();
        let (step, plugin) = (
            text::sentence(&self.step),
            text::sentence(&self.plugin.name),
        );
        let logged = match (self.is_failed, self.log.is_empty()) {
            (_, true) => "logged nothing",
            (true, false) => "gave no plan, and logged:",
            (false, false) => "logged:",
        };
        page.line(0, format!("Step `{step}`: the plugin `{plugin}` {logged}"));
        let skipped = match all {
            true => 0,
            false => self.log.len().saturating_sub(LAST_LINES),
        };
        if skipped > 0 {
            page.line(
                2,
                format!("… {skipped} lines before these; `--plugin-log` shows all"),
            );
        }
        for line in &self.log[skipped..] {
            page.line(
                2,
                format!("{:<6}{}", head(line), text::sentence(&line.text)),
            );
        }
        page
    }

    fn json(&self) -> Vec<Value> {
        let lines = self.log.iter().map(|line| {
            json!({
                "step": self.step,
                "plugin": self.plugin.name,
                "source": match line.source {
                    Source::Log => "log",
                    Source::Stdout => "stdout",
                    Source::Stderr => "stderr",
                },
                "level": level(line.level),
                "text": line.text,
            })
        });
        lines.collect()
    }
}

/// The word before a line: its level, or the stream that it was written to.
fn head(line: &LogLine) -> &'static str {
    match line.source {
        Source::Log => level(line.level),
        Source::Stdout => "out",
        Source::Stderr => "err",
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Trace => "trace",
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}
