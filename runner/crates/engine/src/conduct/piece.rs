//! A change together with the step that it belongs to, so that the changes of several items go the same way.

use usher_core::change::Change;
use usher_core::plan::{PlannedStep, StepState};
use usher_core::run::{ChangeKey, ChangeState, Event, Outcome, RunState};

/// One change of one step.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) step: &'a PlannedStep,
    pub(super) change: &'a Change,
}

impl Piece<'_> {
    /// The change's key in the run.
    pub(super) fn key(&self) -> ChangeKey {
        ChangeKey::new(&self.step.unit(), &self.change.address)
    }
}

/// Every change of these steps, in their order.
pub(super) fn pieces(steps: &[PlannedStep]) -> impl Iterator<Item = Piece<'_>> {
    steps.iter().flat_map(|step| {
        let changes = step.plan.changes.iter();
        changes.map(move |change| Piece { step, change })
    })
}

/// Says whether something of a step is not done after its turn.
pub(super) fn has_failed(state: &RunState, step: &PlannedStep) -> bool {
    if is_skipped(step) {
        return false;
    }
    let unit = step.unit();
    matches!(step.state, StepState::Failed { .. })
        || step.plan.changes.iter().any(|change| {
            let state = state.change(&unit, &change.address);
            !matches!(state, Some(ChangeState::Settled(Outcome::Done { .. })))
        })
}

/// Says whether the recipe leaves a step out.
pub(super) fn is_skipped(step: &PlannedStep) -> bool {
    matches!(step.state, StepState::Skipped { .. })
}

/// The end of a change.
pub(super) fn settled(change: ChangeKey, outcome: Outcome) -> Event {
    Event::Settled { change, outcome }
}
