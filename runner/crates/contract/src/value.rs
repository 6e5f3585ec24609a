//! Values as Salesforce's records, settings and paths hold them, and stand-ins for values that are not known yet.
//! Mirrors `types.scalar` of the contract, and defines their JSON. [`crate::sameness`] compares them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use crate::token::{BoundBy, PartOf, Token, Unit};

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
    /// Usher handed it in.
    Given(Token),
    /// Bound by the plan that holds this value. [`crate::change::StepPlan::globalise`] turns it into `Given`, so
    /// nothing after planning sees it.
    Bound(Box<BindingName>),
}

impl Reference {
    /// The token; `None` when the plan that holds the reference binds it itself.
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
    /// Also ids and picklist values.
    Text(String),
    /// A day: `2026-11-22`.
    Date(String),
    /// An instant: `2026-11-22T10:00:00Z`.
    DateTime(String),
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

    /// The first token that the value needs; `None` when it is known.
    pub fn waits_for(&self) -> Option<&Token> {
        self.references().into_iter().find_map(Reference::token)
    }

    /// Says whether the value holds no reference.
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

    /// Returns the JSON for a request or a plugin. A given reference becomes `{"$ref": token}`.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Truth(truth) => Value::Bool(*truth),
            Self::Number(number) => {
                serde_json::from_str(number).unwrap_or_else(|_| Value::String(number.clone()))
            }
            Self::Text(text) | Self::Date(text) | Self::DateTime(text) => {
                Value::String(text.clone())
            }
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

#[cfg(test)]
mod tests;
