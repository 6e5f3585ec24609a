//! Predicting: what a plan's changes and effects make of what a read could see.

use usher_contract::change::{Certainty, Consequence, StepPlan};
use usher_contract::value::{Scalar, Token, Unit};

use crate::kind;
use crate::view::prediction::{Predicted, Prediction, given};

/// The predictions of a plan, those of its changes first.
pub(super) fn of_plan(unit: &Unit, plan: &StepPlan) -> Vec<Prediction> {
    let changes = plan.changes.iter().filter_map(|change| {
        let token = unit.binds(&change.address, "id");
        Some(Prediction {
            certainty: Certainty::Certain,
            results: change.results.iter().map(|it| it.name.clone()).collect(),
            is_effect: false,
            what: kind::of(&change.operation).predicted(&token)?,
            token,
        })
    });
    let effects = plan.effects.iter().filter_map(|effect| {
        let token = unit.binds(&effect.address, "id");
        Some(Prediction {
            certainty: effect.certainty,
            results: Vec::new(),
            is_effect: true,
            what: of_consequence(&effect.consequence, &token)?,
            token,
        })
    });
    changes.chain(effects).collect()
}

fn of_consequence(consequence: &Consequence, token: &Token) -> Option<Predicted> {
    Some(match consequence.clone() {
        Consequence::Appears {
            object, fields, id, ..
        } => Predicted::Appears {
            object,
            id: match id {
                Scalar::Nothing => given(token),
                id => id,
            },
            fields,
        },
        Consequence::Alters { object, id, fields } => Predicted::Alters { object, id, fields },
        Consequence::Disappears { object, id } => Predicted::Disappears { object, id },
        Consequence::Configures { settings, fields } => Predicted::Configures { settings, fields },
        Consequence::Opens { objects, fields } => Predicted::Opens { objects, fields },
        Consequence::Takes { .. } | Consequence::Mails { .. } | Consequence::Other => return None,
    })
}
