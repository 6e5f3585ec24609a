//! A change that a run made, and what the run knows of it.

use usher_contract::change::Change;
use usher_contract::known::{Known, Unknown};
use usher_contract::operation::Field;
use usher_contract::read::Record;
use usher_contract::value::Scalar;

use crate::plan::PlannedStep;
use crate::run::event::ChangeKey;
use crate::run::state::RunState;
use crate::run::undo::ledger::Ledger;

/// A change that the run made.
pub(crate) struct Made<'a> {
    pub(super) run: &'a RunState,
    pub(super) step: &'a PlannedStep,
    pub(crate) change: &'a Change,
    /// The last that the run knew, without what newer changes did: those are undone before this one.
    pub(crate) ledger: &'a Ledger,
}

impl Made<'_> {
    /// The values that the run has bound.
    pub(crate) fn known(&self) -> Known<'_> {
        Known(&self.run.bindings)
    }

    /// The value that the change bound under `name`.
    pub(crate) fn bound(&self, name: &str) -> Option<Scalar> {
        let bound = self.step.unit().binds(&self.change.address, name);
        self.run.bindings.get(&bound).and_then(Scalar::from_json)
    }

    /// Returns the values from before the change.
    ///
    /// # Errors
    ///
    /// Usher did not look before the change.
    pub(crate) fn before(&self) -> Result<&Record, String> {
        let address = &self.change.address;
        let before = self
            .run
            .before
            .get(&ChangeKey::new(&self.step.unit(), address));
        let before = before.or_else(|| self.step.before.get(address));
        before.ok_or_else(unknown)
    }

    /// Returns the former values of the fields that the change set.
    ///
    /// # Errors
    ///
    /// One of them is not known.
    pub(crate) fn former(&self, fields: &[Field]) -> Result<Vec<Field>, String> {
        let before = self.before()?;
        let former = fields.iter().map(|field| {
            let value = before.get(&field.name).and_then(Scalar::from_json);
            Ok(Field {
                name: field.name.clone(),
                value: value.ok_or_else(unknown)?,
            })
        });
        former.collect()
    }
}

/// The reason why a change stays when the values from before it are not known.
pub(crate) fn unknown() -> String {
    "what was there before is not known".to_owned()
}

/// The reason why a change stays when its undo needs a value that the run never got.
pub(crate) fn never_known(unknown: &Unknown) -> String {
    format!("the run never learned the value of `{}`", unknown.0)
}
