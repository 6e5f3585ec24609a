//! Secret inputs that a process must hold to resume a run: they are in no event.

use std::collections::BTreeSet;

use usher_contract::change::Change;
use usher_contract::operation::CreateRecord;
use usher_contract::value::{Reference, Token};

use crate::plan::{Outsiders, StepState};
use crate::run::state::{ChangeState, RunState};

/// Names of the secret inputs that the rest of a run needs: those that a change which is still to be sent refers to,
/// or all of them when a step is still to be planned.
pub fn secrets_needed(run: &RunState) -> BTreeSet<&str> {
    let steps = run.steps();
    let mut outsiders = Outsiders::default();
    let is_to_plan = steps.iter().any(|step| {
        let is_planned_again = outsiders.is_planned_again(step) && !run.is_begun(step);
        outsiders.learn(step);
        matches!(step.state, StepState::Deferred(_)) || is_planned_again
    });
    if is_to_plan {
        return run.origin.secrets.keys().map(String::as_str).collect();
    }
    let is_left =
        |state: &ChangeState| matches!(state, ChangeState::Waiting | ChangeState::InDoubt { .. });
    referred(run, is_left, Change::tokens_to_send)
}

/// Names of the secret inputs that Usher needs to look for the changes that are in doubt.
pub fn secrets_in_doubt(run: &RunState) -> BTreeSet<&str> {
    let is_in_doubt = |state: &ChangeState| matches!(state, ChangeState::InDoubt { .. });
    referred(run, is_in_doubt, tokens_to_look)
}

/// Drops the secrets that the process holds of a run. The undo of the run is recorded and shown, and needs none.
pub fn drop_secrets(run: &mut RunState) {
    let secrets = &run.secrets;
    run.bindings
        .retain(|token, _| !token.is_secret() && !secrets.contains(token));
}

/// The tokens that must have a value before Usher can look for a change. A record that was to be made is found by its
/// key, and no secret field of it is read.
fn tokens_to_look(change: &Change) -> Vec<Token> {
    let Some(create) = change.operation.of::<CreateRecord>() else {
        return change.tokens_to_send();
    };
    let values = create.key.conditions.iter().flat_map(|key| &key.any_of);
    let references = values.flat_map(|value| value.references());
    references.filter_map(Reference::token).cloned().collect()
}

/// Names of the secret inputs among the `tokens` of changes for whose state `stands` holds.
fn referred(
    run: &RunState,
    stands: impl Fn(&ChangeState) -> bool,
    tokens_of: impl Fn(&Change) -> Vec<Token>,
) -> BTreeSet<&str> {
    let mut tokens: BTreeSet<Token> = BTreeSet::new();
    for step in run.steps() {
        let unit = step.unit();
        let changes = step.plan.changes.iter();
        let changes =
            changes.filter(|change| run.change(&unit, &change.address).is_some_and(&stands));
        tokens.extend(changes.flat_map(&tokens_of));
    }
    let known = run.origin.secrets.keys().map(String::as_str);
    known
        .filter(|name| tokens.contains(&Token::Input((*name).to_owned())))
        .collect()
}
