//! The calls of plugins, as they happened: what each logged, and what it used of what its manifest declares. The log of
//! a call that gave no plan is shown at once, and that of every call when a person asks for it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    /// They note what they use.
    notes_used: bool,
}

/// Facts that are kept of the calls.
#[derive(Default)]
struct Kept {
    /// Those whose logs are shown: in a list of ten thousand, most give a plan and are of no interest.
    shown: Vec<Called>,
    /// The last one of each component for a step, by its digest and that.
    last: HashMap<(String, String), usize>,
    /// Everything that the calls of a component used, and the privileges that their plans raise, by its digest.
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
pub(super) struct Called {
    plugin: Arc<PluginStamp>,
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
            notes_used: false,
        }
    }

    /// Calls that note what they use.
    pub(crate) fn noting_used() -> Self {
        Self {
            notes_used: true,
            ..Self::default()
        }
    }

    pub(super) fn notes_used(&self) -> bool {
        self.notes_used
    }

    /// Notes a call and the privileges that its plan raises, and shows its log. A plan that could be taken over only when
    /// more was read is made again: the second of two calls that are alike tells nothing.
    pub(super) fn note(&self, mut call: Called) {
        let mut kept = self.kept();
        let (used, raised) = kept.of.entry(call.plugin.digest.clone()).or_default();
        used.extend(&std::mem::take(&mut call.used));
        raised.append(&mut call.raised);
        let shows_all = self.shown.as_ref().is_some_and(|shown| shown.all);
        if !(shows_all || call.is_failed) {
            return;
        }
        let of = (call.plugin.digest.clone(), call.step.clone());
        let last = kept.last.get(&of).and_then(|place| kept.shown.get(*place));
        if last.is_some_and(|last| last.log == call.log && last.is_failed == call.is_failed) {
            return;
        }
        if let Some(shown) = &self.shown
            && (shown.all || !call.log.is_empty())
        {
            shown.lines.write(call.page(shown.all));
        }
        if kept.shown.len() < CALLS_MAX {
            let place = kept.shown.len();
            kept.last.insert(of, place);
            kept.shown.push(call);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that the calls of a component used, by its digest.
    pub(crate) fn used(&self, digest: &str) -> Used {
        let kept = self.kept();
        let of = kept.of.get(digest);
        of.map(|(used, _)| used.clone()).unwrap_or_default()
    }

    /// The privileges that the plans of a component raise, by its digest.
    pub(crate) fn raised(&self, digest: &str) -> BTreeSet<String> {
        let kept = self.kept();
        let of = kept.of.get(digest);
        of.map(|(_, raised)| raised.clone()).unwrap_or_default()
    }

    /// The logs that are shown, for a document; none when there is none.
    pub(crate) fn log_json(&self) -> Option<Value> {
        let kept = self.kept();
        let lines: Vec<Value> = kept.shown.iter().flat_map(Called::json).collect();
        (!lines.is_empty()).then_some(Value::Array(lines))
    }
}

fn is_deferred(error: &PlanError) -> bool {
    matches!(error.why, NoPlan::Failed(Failure::Deferred(_)))
}

impl Called {
    /// A call with its answer, and the privileges that its plan raises.
    pub(super) fn of(
        plugin: &Arc<PluginStamp>,
        step: String,
        answer: &mut Result<Planned, PlanError>,
        raised: BTreeSet<String>,
    ) -> Self {
        let (log, used, is_failed) = match answer {
            Ok(planned) => (&mut planned.log, &mut planned.used, false),
            Err(error) => {
                let is_failed = !is_deferred(error);
                (&mut error.log, &mut error.used, is_failed)
            }
        };
        Self {
            plugin: Arc::clone(plugin),
            step,
            log: std::mem::take(log),
            used: std::mem::take(used),
            raised,
            is_failed,
        }
    }

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
