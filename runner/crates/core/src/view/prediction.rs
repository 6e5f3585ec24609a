//! What a plan predicts: one prediction for each of its changes and effects that a read could see.

use usher_contract::change::{Certainty, Consequence, OpenedField, StepPlan};
use usher_contract::operation::{Component, ComponentName, Field, Operation, ResourcePath};
use usher_contract::value::{Reference, Scalar, Token, Unit};

/// Something that will be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Predicted {
    /// A record comes to be. `id` is a token until it exists.
    Appears {
        object: String,
        id: Scalar,
        fields: Vec<Field>,
    },
    Alters {
        object: String,
        id: Scalar,
        fields: Vec<Field>,
    },
    Disappears {
        object: String,
        id: Scalar,
    },
    Configures {
        settings: String,
        fields: Vec<Field>,
    },
    Opens {
        objects: Vec<String>,
        fields: Vec<OpenedField>,
    },
    /// Components are deployed; effects tell what that does to records.
    Deploys {
        components: Vec<Component>,
        removals: Vec<ComponentName>,
    },
    /// A REST request acts; effects tell what that does to records. Segments, `*` for one that is not
    /// known yet.
    Requests(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prediction {
    pub(super) certainty: Certainty,
    /// The token that an answer waits for which depends on this.
    pub(super) token: Token,
    /// Names that the results of the change bind. Tokens of those names stand for the results.
    pub(super) results: Vec<String>,
    pub(super) what: Predicted,
}

/// The predictions of a plan, those of its changes first.
pub(super) fn of_plan(unit: &Unit, plan: &StepPlan) -> Vec<Prediction> {
    let changes = plan.changes.iter().filter_map(|change| {
        let token = unit.binds(&change.address, "id");
        Some(Prediction {
            certainty: Certainty::Certain,
            results: change.results.iter().map(|it| it.name.clone()).collect(),
            what: of_operation(&change.operation, &token)?,
            token,
        })
    });
    let effects = plan.effects.iter().filter_map(|effect| {
        let token = unit.binds(&effect.address, "id");
        Some(Prediction {
            certainty: effect.certainty,
            results: Vec::new(),
            what: of_consequence(&effect.consequence, &token)?,
            token,
        })
    });
    changes.chain(effects).collect()
}

fn of_operation(operation: &Operation, token: &Token) -> Option<Predicted> {
    Some(match operation.clone() {
        Operation::Create { object, fields, .. } => Predicted::Appears {
            object,
            id: given(token),
            fields,
        },
        Operation::Update {
            object, id, fields, ..
        } => Predicted::Alters { object, id, fields },
        Operation::Delete { object, id } => Predicted::Disappears { object, id },
        Operation::Configure { settings, fields } => Predicted::Configures { settings, fields },
        Operation::Deploy {
            components,
            removals,
            ..
        } => Predicted::Deploys {
            components,
            removals,
        },
        Operation::Request { path, .. } => Predicted::Requests(segments(&path)),
        Operation::WaitOnly => return None,
    })
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

fn given(token: &Token) -> Scalar {
    Scalar::Reference(Reference::Given(token.clone()))
}

fn segments(path: &ResourcePath) -> Vec<String> {
    let segments = path.segments.iter().map(|segment| match segment {
        Scalar::Text(text) | Scalar::Number(text) | Scalar::Date(text) | Scalar::DateTime(text) => {
            text.clone()
        }
        _ => "*".to_owned(),
    });
    segments.collect()
}
