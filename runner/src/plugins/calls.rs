//! The calls of plugins, as they happened: what each logged, and what it used of what its manifest declares. The log of
//! a call that gave no plan is shown at once, and that of every call when a person asks for it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use usher_core::change::Failure;
use usher_core::plan::PluginStamp;
use usher_core::text;
use usher_core::used::Used;
use usher_host::{Level, LogLine, NoPlan, PlanError, Planned, Source};

use crate::lines::Lines;
use crate::page::Page;

/// Calls that are kept. A recipe has a hundred steps at most; a step that is planned again is a call again.
const CALLS_MAX: usize = 10_000;

/// Lines of a call that gave no plan, when nobody asked for all of them: the last ones are about its end.
const LAST_LINES: usize = 20;

/// The calls of one command. Copies share them.
#[derive(Clone, Default)]
pub struct Calls {
    kept: Arc<Mutex<Kept>>,
    shown: Option<Shown>,
}

#[derive(Default)]
struct Kept {
    calls: Vec<Called>,
    /// The last call of each component for a step, by its digest and that.
    last: HashMap<(String, String), usize>,
}

/// The place where logs are shown.
#[derive(Clone)]
struct Shown {
    lines: Lines,
    /// Those of calls that gave a plan, too.
    all: bool,
}

/// One call.
#[derive(PartialEq)]
struct Called {
    plugin: PluginStamp,
    step: String,
    log: Vec<LogLine>,
    used: Used,
    /// The privileges that its plan raises.
    raised: BTreeSet<String>,
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

    /// Notes a call and the privileges that its plan raises, and shows its log. A plan that could be taken over only when more
    /// was read is made again: the second of two calls that are alike tells nothing.
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
        let call = Called {
            plugin: plugin.clone(),
            step: step.to_owned(),
            log: log.clone(),
            used: used.clone(),
            raised,
            is_failed,
        };
        let mut kept = self.kept();
        let of = (call.plugin.digest.clone(), call.step.clone());
        let last = kept.last.get(&of).and_then(|place| kept.calls.get(*place));
        if last == Some(&call) {
            return;
        }
        if let Some(shown) = &self.shown
            && (shown.all || is_failed && !log.is_empty())
        {
            shown.lines.write(call.page(shown.all));
        }
        if kept.calls.len() < CALLS_MAX {
            let place = kept.calls.len();
            kept.last.insert(of, place);
            kept.calls.push(call);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that the calls of a component used, by its digest.
    pub(crate) fn used(&self, digest: &str) -> Used {
        let kept = self.kept();
        let mut all = Used::default();
        let of = kept
            .calls
            .iter()
            .filter(|call| call.plugin.digest == digest);
        of.for_each(|call| all.extend(&call.used));
        all
    }

    /// The privileges that the plans of a component raise, by its digest.
    pub(crate) fn raised(&self, digest: &str) -> BTreeSet<String> {
        let kept = self.kept();
        let of = kept
            .calls
            .iter()
            .filter(|call| call.plugin.digest == digest);
        of.flat_map(|call| call.raised.iter().cloned()).collect()
    }

    /// The logs that are shown, for a document; none when there is none.
    pub(crate) fn log_json(&self) -> Option<Value> {
        let all = self.shown.as_ref().is_some_and(|shown| shown.all);
        let kept = self.kept();
        let shown = kept.calls.iter().filter(|call| all || call.is_failed);
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
