//! The end of a run that went on although items failed.

use std::collections::BTreeSet;

use usher_core::plan::StepState;
use usher_core::run::{ChangeState, DEPENDS, Outcome, RunState};

use crate::report::words::count;

/// The changes of a run, by what became of them.
#[derive(Default)]
struct Tally {
    all: usize,
    done: usize,
    failed: usize,
    unknown: usize,
    differing: usize,
    not_sent: usize,
    /// Items of which a step has no plan.
    without_plan: usize,
    /// Announced effects that Salesforce did not bring.
    missed: usize,
}

/// Says whether a run went on to its end: a step that is of no loop ends a run when it fails.
pub(super) fn is(state: &RunState) -> bool {
    let changes = state.changes.iter();
    let ended = changes.filter(
        |(_, change)| matches!(change, ChangeState::Settled(outcome) if !outcome.is_well()),
    );
    let mut units = ended.map(|(key, _)| &key.unit);
    let mut steps = state.plan.iter().flat_map(|plan| &plan.steps);
    state.origin.goes_on
        && units.all(|unit| unit.item.is_some())
        && steps.all(|step| step.item.is_some() || !matches!(step.state, StepState::Failed { .. }))
}

/// Returns the end of the run, and the next command.
pub(super) fn ended(run: &str, state: &RunState) -> (String, String) {
    let tally = Tally::of(state);
    let Tally { all, done, .. } = tally;
    let rest = [
        (tally.failed, "failed"),
        (tally.unknown, "in doubt"),
        (tally.differing, "different in the org"),
        (
            tally.not_sent,
            "not sent, because it depends on one of these",
        ),
    ];
    let rest = rest.into_iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<String> = rest
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if tally.without_plan > 0 {
        let items = count(tally.without_plan, "item");
        parts.push(format!("{items} without a plan"));
    }
    if tally.missed > 0 {
        let effects = count(tally.missed, "effect");
        parts.push(format!("{effects} not seen"));
    }
    let rest = parts.join(", ");
    let end = format!(
        "Gone on to the end: {done} of {} done; {rest}.",
        count(all, "change")
    );
    let look = match tally.unknown + tally.differing {
        0 => "",
        _ => "look in the org for what is in doubt or different; ",
    };
    let next = format!(
        "{look}{}. Completed changes are not repeated. `usher undo {run}` undoes them.",
        correct(run, state)
    );
    (end, next)
}

/// The way to correct the items that failed.
fn correct(run: &str, state: &RunState) -> String {
    let inputs = state.plan.iter().flat_map(|plan| plan.inputs.iter());
    let rows: Vec<&str> = inputs
        .filter(|input| input.rows.is_some())
        .map(|input| input.name.as_str())
        .collect();
    let file = match rows.as_slice() {
        [] => return "fix the problems above, then apply again".to_owned(),
        [_] => "FILE".to_owned(),
        [first, ..] => format!("{first}=FILE"),
    };
    format!(
        "correct the rows that failed in the file that `usher show {run} --results {file}` writes, then apply with \
         `--rows {file}`"
    )
}

impl Tally {
    fn of(state: &RunState) -> Self {
        let mut tally = Self::default();
        for change in state.changes.values() {
            tally.all += 1;
            match change {
                ChangeState::Settled(Outcome::Done { .. } | Outcome::Kept { .. }) => {
                    tally.done += 1
                }
                ChangeState::Settled(Outcome::Failed { code, .. }) if code == DEPENDS => {
                    tally.not_sent += 1;
                }
                ChangeState::Settled(Outcome::Failed { .. }) => tally.failed += 1,
                ChangeState::Settled(Outcome::Differs { .. }) => tally.differing += 1,
                ChangeState::Settled(Outcome::Unsettled { .. })
                | ChangeState::InDoubt { .. }
                | ChangeState::Answered { .. } => tally.unknown += 1,
                ChangeState::Waiting => tally.not_sent += 1,
            }
        }
        let steps = state.plan.iter().flat_map(|plan| &plan.steps);
        let failed = steps.filter(|step| {
            matches!(
                step.state,
                StepState::Failed { .. } | StepState::Deferred(_)
            )
        });
        let items =
            failed.filter_map(|step| Some((step.of_loop.as_deref(), step.item.as_deref()?)));
        let items: BTreeSet<(Option<&str>, &str)> = items.collect();
        tally.without_plan = items.len();
        tally.missed = state.missed().len();
        tally
    }
}
