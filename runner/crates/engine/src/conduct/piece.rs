//! A change together with the step that it belongs to, so that the changes of several items go the same way.

use usher_core::change::Change;
use usher_core::plan::PlannedStep;
use usher_core::run::ChangeKey;

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
