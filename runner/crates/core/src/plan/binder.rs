//! The source of the value for which a token stands, in the step that brings it, as it was planned.

use usher_contract::change::{Certainty, Change, Consequence, Effect};
use usher_contract::operation::CreateRecord;
use usher_contract::value::{Scalar, Token};

use super::PlannedStep;

/// The name under which a record's id is bound.
const ID: &str = "id";

/// The source of a token's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binder {
    /// The run of the step binds it: the id of a record, or a result.
    Run,
    /// A field of the record that a change creates or an effect announces. Usher reads it when it is needed.
    Field { object: String, field: String },
    /// An effect that may or may not come.
    Possible,
    /// Nothing binds it.
    Nothing,
}

impl Binder {
    /// Returns what `step` does for a token that names one of its changes or effects.
    pub fn of(token: &Token, step: &PlannedStep) -> Self {
        let Token::Bound(bound) = token else {
            return Self::Nothing;
        };
        let (address, name) = (&*bound.address, &*bound.name);
        if bound.unit != step.unit() {
            return Self::Nothing;
        }
        let mut changes = step.plan.changes.iter();
        if let Some(change) = changes.find(|change| change.address == address) {
            return Self::of_change(change, name);
        }
        let mut effects = step.plan.effects.iter();
        match effects.find(|effect| effect.address == address) {
            Some(effect) => Self::of_effect(effect, name),
            None => Self::Nothing,
        }
    }

    fn of_change(change: &Change, name: &str) -> Self {
        if change.results.iter().any(|result| result.name == name) {
            return Self::Run;
        }
        match change.operation.of() {
            Some(CreateRecord { .. }) if name == ID => Self::Run,
            Some(CreateRecord { object, .. }) => Self::Field {
                object: object.clone(),
                field: name.to_owned(),
            },
            None => Self::Nothing,
        }
    }

    fn of_effect(effect: &Effect, name: &str) -> Self {
        match &effect.consequence {
            Consequence::Appears { .. } if effect.certainty == Certainty::Possible => {
                Self::Possible
            }
            Consequence::Appears {
                id: Scalar::Nothing,
                ..
            } if name == ID => Self::Run,
            Consequence::Appears { object, .. } if name != ID => Self::Field {
                object: object.clone(),
                field: name.to_owned(),
            },
            _ => Self::Nothing,
        }
    }
}
