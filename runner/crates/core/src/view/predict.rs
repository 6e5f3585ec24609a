//! Predicting: what a plan's changes and effects make of what a read could see.

use std::collections::BTreeSet;

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
    let secrets = plan.secret_results(unit);
    let hidden = changes.chain(effects).map(|mut prediction| {
        if !secrets.is_empty() {
            hide(&mut prediction.what, &secrets);
        }
        prediction
    });
    hidden.collect()
}

/// Puts tokens that nothing binds in the place of results that are secrets: who reads the field hands on nothing.
fn hide(predicted: &mut Predicted, secrets: &BTreeSet<Token>) {
    let fields = match predicted {
        Predicted::Appears { fields, .. }
        | Predicted::Alters { fields, .. }
        | Predicted::Configures { fields, .. } => fields,
        _ => return,
    };
    for field in fields {
        let mut references = field.value.references().into_iter();
        let secret = references.find_map(|it| it.token().filter(|token| secrets.contains(token)));
        if let Some(secret) = secret {
            field.value = given(&Token::Loose(format!("secret {secret}")));
        }
    }
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
