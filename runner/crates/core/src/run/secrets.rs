//! Secret inputs that a process must hold to carry a run on: they are in no event.

use std::collections::BTreeSet;

use usher_contract::change::Change;
use usher_contract::value::Token;

use crate::plan::{PlannedStep, StepState, is_planned_again};
use crate::run::state::{ChangeState, RunState};

/// Names of the secret inputs that the rest of a run needs: those that a change which is still to be sent refers to,
/// or all of them when a step is still to be planned.
pub fn secrets_needed(run: &RunState) -> BTreeSet<&str> {
    let known = run.origin.secrets.keys().map(String::as_str);
    let steps = run.steps();
    let is_to_plan = |index: usize, step: &PlannedStep| match step.state {
        StepState::Deferred(_) => true,
        _ => is_planned_again(step, &steps[..index]) && !run.is_begun(step),
    };
    if (steps.iter().enumerate()).any(|(index, step)| is_to_plan(index, step)) {
        return known.collect();
    }
    let tokens: BTreeSet<Token> = steps
        .iter()
        .flat_map(|step| still_sent(run, step))
        .collect();
    known
        .filter(|name| tokens.contains(&Token::Input((*name).to_owned())))
        .collect()
}

/// What the changes of a step refer to that are not settled, nor taken by the org.
fn still_sent(run: &RunState, step: &PlannedStep) -> Vec<Token> {
    let unit = step.unit();
    let open = step.plan.changes.iter().filter(|change| {
        matches!(
            run.change(&unit, &change.address),
            Some(ChangeState::Waiting | ChangeState::InDoubt { .. })
        )
    });
    open.flat_map(Change::tokens_to_send).collect()
}
