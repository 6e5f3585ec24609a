//! Secret inputs that a process must hold to carry a run on: they are in no event.

use std::collections::BTreeSet;

use usher_contract::change::Change;
use usher_contract::value::Token;

use crate::plan::{PlannedStep, StepState, is_planned_again};
use crate::run::state::{ChangeState, RunState};

/// Names of the secret inputs that the rest of a run needs: those that a change which is still to be sent refers to,
/// or all of them when a step is still to be planned.
pub fn secrets_needed(run: &RunState) -> BTreeSet<&str> {
    let steps = run.steps();
    let is_to_plan = |index: usize, step: &PlannedStep| match step.state {
        StepState::Deferred(_) => true,
        _ => is_planned_again(step, &steps[..index]) && !run.is_begun(step),
    };
    if (steps.iter().enumerate()).any(|(index, step)| is_to_plan(index, step)) {
        return run.origin.secrets.keys().map(String::as_str).collect();
    }
    referred(run, |state| {
        matches!(state, ChangeState::Waiting | ChangeState::InDoubt { .. })
    })
}

/// Names of the secret inputs that it takes to see what became of the changes that are in doubt.
pub fn secrets_in_doubt(run: &RunState) -> BTreeSet<&str> {
    referred(run, |state| matches!(state, ChangeState::InDoubt { .. }))
}

/// Names of the secret inputs that changes which stand so refer to.
fn referred(run: &RunState, stands: impl Fn(&ChangeState) -> bool) -> BTreeSet<&str> {
    let mut tokens: BTreeSet<Token> = BTreeSet::new();
    for step in run.steps() {
        let unit = step.unit();
        let changes = step.plan.changes.iter();
        let changes =
            changes.filter(|change| run.change(&unit, &change.address).is_some_and(&stands));
        tokens.extend(changes.flat_map(Change::tokens_to_send));
    }
    let known = run.origin.secrets.keys().map(String::as_str);
    known
        .filter(|name| tokens.contains(&Token::Input((*name).to_owned())))
        .collect()
}
