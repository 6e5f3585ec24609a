//! Values as Salesforce's records, settings and paths hold them, and stand-ins for values nobody
//! knows yet. Mirrors `types.scalar` of the contract; how they are compared lives here, how they are
//! written as JSON too.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id;

pub use crate::token::{Token, Unit};

/// A name that a change or an effect of the same plan binds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BindingName {
    /// The change or effect.
    pub address: String,
    /// `id`, or a name from the change's `results`.
    pub name: String,
}

/// Stands for a value that is not known while planning.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reference {
    /// Handed in by Usher.
    Given(Token),
    /// Bound by the plan that holds this value. [`crate::change::StepPlan::globalise`] turns it into
    /// `Given`, so nothing behind planning meets it.
    Bound(BindingName),
}

impl Reference {
    /// The token; none when the plan that holds the reference binds it itself.
    pub fn token(&self) -> Option<&Token> {
        match self {
            Self::Given(token) => Some(token),
            Self::Bound(_) => None,
        }
    }
}

/// One piece of a text that contains references.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Piece {
    Text(String),
    Reference(Reference),
}

/// One value of a record, a setting or a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scalar {
    Nothing,
    Truth(bool),
    /// As in JSON, without exponent.
    Number(String),
    /// Dates and date-times are texts.
    Text(String),
    Reference(Reference),
    Joined(Vec<Piece>),
}

impl Scalar {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The token, when the whole value is a given reference.
    pub fn token(&self) -> Option<&Token> {
        match self {
            Self::Reference(Reference::Given(token)) => Some(token),
            _ => None,
        }
    }

    /// The first token that the value needs; none when it is known.
    pub fn waits_for(&self) -> Option<&Token> {
        self.references().into_iter().find_map(Reference::token)
    }

    /// Whether the value holds no reference.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Reference(_) | Self::Joined(_))
    }

    /// The value of a JSON scalar. Arrays and objects other than `{"$ref": …}` have none.
    pub fn from_json(json: &Value) -> Option<Self> {
        Some(match json {
            Value::Null => Self::Nothing,
            Value::Bool(truth) => Self::Truth(*truth),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Object(object) => {
                let token = object.get("$ref")?.as_str()?;
                Self::Reference(Reference::Given(Token::of_text(token)))
            }
            Value::Array(_) => return None,
        })
    }

    /// The JSON that a request or a plugin gets. A given reference becomes `{"$ref": token}`.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Truth(truth) => Value::Bool(*truth),
            Self::Number(number) => {
                serde_json::from_str(number).unwrap_or_else(|_| Value::String(number.clone()))
            }
            Self::Text(text) => Value::String(text.clone()),
            Self::Reference(reference) => reference_json(reference),
            Self::Joined(pieces) => {
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => Value::String(text.clone()),
                    Piece::Reference(reference) => reference_json(reference),
                });
                serde_json::json!({ "$join": pieces.collect::<Vec<_>>() })
            }
        }
    }

    /// Whether SOQL would call the two equal: text without regard to case, ids in 15 or 18
    /// characters, an empty text as null.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => same_text(a, b),
            (Self::Nothing, Self::Text(text)) | (Self::Text(text), Self::Nothing) => {
                text.is_empty()
            }
            (Self::Number(a), Self::Number(b)) => same_number(a, b),
            _ => self == other,
        }
    }

    /// Every reference in the value.
    pub fn references(&self) -> Vec<&Reference> {
        match self {
            Self::Reference(reference) => vec![reference],
            Self::Joined(pieces) => pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Reference(reference) => Some(reference),
                    Piece::Text(_) => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

fn reference_json(reference: &Reference) -> Value {
    match reference {
        Reference::Given(token) => serde_json::json!({ "$ref": token }),
        Reference::Bound(bound) => serde_json::json!({ "$bound": [bound.address, bound.name] }),
    }
}

fn same_text(a: &str, b: &str) -> bool {
    if let (Some(a), Some(b)) = (id::canonical(a), id::canonical(b)) {
        return a == b;
    }
    a.to_lowercase() == b.to_lowercase()
}

fn same_number(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

#[cfg(test)]
mod tests;
