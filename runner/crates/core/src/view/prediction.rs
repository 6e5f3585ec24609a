//! One prediction for each change and effect of a plan that a read could see.

use usher_contract::change::{Certainty, OpenedField};
use usher_contract::operation::{Component, ComponentName, Field};
use usher_contract::value::{Reference, Scalar, Token};

/// Something that is predicted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Predicted {
    /// A record will exist. `id` is a token until it does.
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
pub(crate) struct Prediction {
    pub(crate) certainty: Certainty,
    /// The token that answers wait for if they depend on this.
    pub(crate) token: Token,
    /// Names that the results of the change bind. Tokens of those names stand for the results.
    pub(crate) results: Vec<String>,
    /// Says that this is an effect: Salesforce does it by itself, as a plugin says, and no change does it.
    pub(crate) is_effect: bool,
    pub(crate) what: Predicted,
}

impl Prediction {
    /// Says whether it gives a record another value in a field.
    pub(crate) fn alters(&self, field: &str) -> bool {
        let Predicted::Alters { fields, .. } = &self.what else {
            return false;
        };
        let mut fields = fields.iter();
        fields.any(|altered| altered.name.eq_ignore_ascii_case(field))
    }
}

/// The value that stands for the id of a record until it exists.
pub(crate) fn given(token: &Token) -> Scalar {
    Scalar::Reference(Reference::Given(token.clone()))
}
