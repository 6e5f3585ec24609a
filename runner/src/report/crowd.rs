//! The progress of a step with many changes, for a person: one line that counts, and the first failures, instead of a
//! line for each change.

use usher_core::plan::{PlannedStep, StepState};
use usher_core::run::{ChangeState, Event, RunState, Verdict};
use usher_core::value::Unit;

use crate::page::{Page, Style};
use crate::report::run::progress_page;
use crate::report::words::{count, time};

/// A step of an item with at least so many changes over all items is counted: more lines than a person reads.
const MANY: usize = 300;

/// Milliseconds between two lines that count: a run of ten thousand users takes about a minute.
const BETWEEN_MS: i64 = 5_000;

/// Failures of one step that are shown. The rest is counted; `usher show` has them all.
const FAILURES_SHOWN_MAX: usize = 20;

/// The counts of the step whose turn it is.
#[derive(Default)]
pub(crate) struct Crowd {
    step: Option<String>,
    /// The changes of the step, over all items.
    all: usize,
    ended: usize,
    failed: usize,
    /// Lines with a failure so far.
    shown: usize,
    /// The changes that had ended, and the time, when this process began with the step.
    since: (usize, i64),
    /// The time of the last line.
    told_ms: i64,
}

impl Crowd {
    /// Returns the report of an event, if it has one. `at_ms`: the time of the event.
    pub(crate) fn page(&mut self, event: &Event, at_ms: i64, state: &RunState) -> Option<Page> {
        let (unit, is_end, has_failed) = match event {
            Event::Settled { change, outcome } => (&change.unit, true, !outcome.is_well()),
            Event::Verified { key, verdict } => (&key.unit, false, *verdict != Verdict::Held),
            Event::NotActed { change, .. } => (&change.unit, false, false),
            // The step has more or fewer changes than it had.
            Event::StepPlanned { .. } => {
                self.step = None;
                return progress_page(event, state);
            }
            _ => return progress_page(event, state),
        };
        self.begin(unit, (is_end, has_failed), at_ms, state);
        if unit.item.is_none() || self.all < MANY {
            return progress_page(event, state);
        }
        self.ended += usize::from(is_end);
        self.failed += usize::from(is_end && has_failed);
        self.shown += usize::from(has_failed);
        let mut page = match has_failed && self.shown <= FAILURES_SHOWN_MAX {
            true => progress_page(event, state).unwrap_or_default(),
            false => Page::default(),
        };
        if has_failed && self.shown == FAILURES_SHOWN_MAX + 1 {
            page.line(2, "more of this step fails; it is counted only");
        }
        let is_last = is_end && self.ended == self.all;
        if is_last || is_end && at_ms - self.told_ms >= BETWEEN_MS {
            self.told_ms = at_ms;
            self.tell(&unit.step, at_ms, &mut page);
        }
        let is_told = page.lines().next().is_some();
        is_told.then_some(page)
    }

    /// Counts again from the beginning when another step has its turn.
    fn begin(
        &mut self,
        unit: &Unit,
        (is_end, has_failed): (bool, bool),
        at_ms: i64,
        state: &RunState,
    ) {
        if self.step.as_ref() == Some(&unit.step) {
            return;
        }
        let steps = state.steps().iter();
        let steps = steps.filter(|step| step.id == unit.step && is_carried_out(step));
        let (mut all, mut ended, mut failed) = (0, 0, 0);
        for step in steps {
            let unit = step.unit();
            for change in &step.plan.changes {
                all += 1;
                if let Some(ChangeState::Settled(outcome)) = state.change(&unit, &change.address) {
                    ended += 1;
                    failed += usize::from(!outcome.is_well());
                }
            }
        }
        // The event that begins it counts by itself.
        let counted = usize::from(is_end);
        *self = Self {
            step: Some(unit.step.clone()),
            all,
            ended: usize::saturating_sub(ended, counted),
            failed: usize::saturating_sub(failed, usize::from(is_end && has_failed)),
            shown: 0,
            since: (usize::saturating_sub(ended, counted), at_ms),
            told_ms: at_ms,
        };
    }

    /// `1200 of 10000 changes, 3 failed: 80 a second, 110 s left`
    fn tell(&self, step: &str, at_ms: i64, page: &mut Page) {
        let (before, began_ms) = self.since;
        let took_ms = u64::try_from(at_ms - began_ms).unwrap_or(0);
        let ended = (self.ended - before) as u64;
        let left = (self.all - self.ended.min(self.all)) as u64;
        let failed = match self.failed {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        let rate = match took_ms {
            0 => String::new(),
            took_ms => format!(": {} a second", ended.saturating_mul(1_000) / took_ms),
        };
        let until = match left > 0 && ended > 0 {
            true => format!(", {} left", time(took_ms.saturating_mul(left) / ended)),
            false => String::new(),
        };
        let of = count(self.all, "change");
        let text = format!("  {step}  {} of {of}{failed}{rate}{until}", self.ended);
        page.headed(2, Style::Green, "done", text);
    }
}

/// Says whether the changes of a step are sent.
fn is_carried_out(step: &PlannedStep) -> bool {
    matches!(step.state, StepState::Changes | StepState::AsWanted)
}

#[cfg(test)]
mod tests;
