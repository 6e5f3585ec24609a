//! One change of a run and what undoes it.

use usher_contract::change::{Change, TakeBack, Undo};
use usher_contract::operation::Operation;
use usher_contract::read::Record;
use usher_contract::value::Token;

use crate::plan::PlannedStep;
use crate::run::undo::note;

/// The beginning of the summary of a change that undoes another one.
pub const TAKE_BACK: &str = "Undo: ";

/// The change that undoes another one, before it is part of a step.
pub(super) struct Inverse {
    pub(super) operation: Operation,
    /// The values that must be in the org, so that the undo reverts nothing of another user's.
    pub(super) before: Option<Record>,
    /// It stays too when one of these changes turns out to stay.
    pub(super) kept_with: Vec<Token>,
    pub(super) back: TakeBack,
}

impl Inverse {
    /// Puts it into the step that undoes the change's own.
    pub(super) fn into_step(self, change: &Change, step: &mut PlannedStep) {
        let notes = &mut step.plan.notes;
        if let Some(text) = &self.back.stays {
            notes.push(note::in_part(change, text));
        }
        if let Some(text) = &self.back.destroys {
            notes.push(note::destroys(text));
        }
        let address = &change.address;
        if let Some(before) = self.before {
            step.before.insert(address.clone(), before);
        }
        if !self.back.only_if.is_empty() {
            step.only_if.insert(address.clone(), self.back.only_if);
        }
        if !self.kept_with.is_empty() {
            step.kept_with.insert(address.clone(), self.kept_with);
        }
        step.plan.changes.push(Change {
            address: address.clone(),
            summary: format!("{TAKE_BACK}{}", change.summary),
            operation: self.operation,
            after: Vec::new(),
            waits: self.back.waits,
            results: Vec::new(),
            undo: Undo::Nothing,
        });
    }
}
