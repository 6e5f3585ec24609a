//! Values with expressions in them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::evaluate::evaluate;
use crate::expression::Expression;
use crate::names::{Names, NoValue};
use crate::unknown::{self, Joined};

/// A value with expressions in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Template {
    /// No expression is in it.
    Value(Json),
    /// An expression alone keeps the type of its value.
    Expression(Expression),
    Text(Vec<Piece>),
    List(Vec<Template>),
    Table(Vec<(String, Template)>),
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Piece {
    Text(String),
    Expression(Expression),
}

/// The words for a value in a text for people when it is known only later.
const LATER: &str = "(known later)";

impl Template {
    /// The value. What is not known yet is passed on.
    ///
    /// # Errors
    ///
    /// An expression has no value.
    pub fn value(&self, names: &dyn Names) -> Result<Json, NoValue> {
        match self {
            Self::Value(json) => Ok(json.clone()),
            Self::Expression(expression) => evaluate(expression, names),
            Self::Text(pieces) => text(pieces, names),
            Self::List(items) => {
                let items = items.iter().map(|item| item.value(names));
                Ok(Json::Array(items.collect::<Result<_, _>>()?))
            }
            Self::Table(members) => {
                let mut object = Map::new();
                for (key, value) in members {
                    object.insert(key.clone(), value.value(names)?);
                }
                Ok(Json::Object(object))
            }
        }
    }

    /// The text for people: what is not known yet is named so.
    ///
    /// # Errors
    ///
    /// An expression has no value, also when it is computed from a value that is not known yet.
    pub fn shown(&self, names: &dyn Names) -> Result<String, NoValue> {
        self.value(names).map(|value| as_shown(&value))
    }

    /// Says that the value is nothing but an input that was not given.
    pub fn is_left_out(&self, names: &dyn Names) -> bool {
        let Self::Expression(Expression::Path(path)) = self else {
            return false;
        };
        path.first().is_some_and(|root| root == "inputs")
            && matches!(names.find(path), Ok(Some(Json::Null)))
    }

    /// Adds the first name of each path to `roots`.
    pub fn roots<'t>(&'t self, roots: &mut Vec<&'t str>) {
        match self {
            Self::Value(_) => {}
            Self::Expression(expression) => expression.roots(roots),
            Self::Text(pieces) => {
                for piece in pieces {
                    if let Piece::Expression(expression) = piece {
                        expression.roots(roots);
                    }
                }
            }
            Self::List(items) => items.iter().for_each(|item| item.roots(roots)),
            Self::Table(members) => members.iter().for_each(|(_, value)| value.roots(roots)),
        }
    }
}

/// A value as people read it in a text.
pub fn as_shown(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        Json::Array(items) => items.iter().map(as_shown).collect::<Vec<_>>().join(", "),
        json if unknown::is_unknown(json) => match json.get("$join").and_then(Json::as_array) {
            Some(pieces) => pieces.iter().map(as_shown).collect(),
            None => LATER.to_owned(),
        },
        other => other.to_string(),
    }
}

fn text(pieces: &[Piece], names: &dyn Names) -> Result<Json, NoValue> {
    let mut joined = Joined::default();
    for piece in pieces {
        let expression = match piece {
            Piece::Text(text) => {
                joined.text(text);
                continue;
            }
            Piece::Expression(expression) => expression,
        };
        match evaluate(expression, names)? {
            Json::String(text) => joined.text(&text),
            Json::Number(number) => joined.text(&number.to_string()),
            Json::Bool(truth) => joined.text(&truth.to_string()),
            value if unknown::is_unknown(&value) => joined.unknown(&value),
            Json::Null => {
                return Err(NoValue::Failed(
                    "null cannot be part of a text; write `… | default(\"…\", true)`".to_owned(),
                ));
            }
            Json::Array(_) => {
                return Err(NoValue::Failed(
                    "a list cannot be part of a text; write `… | join(\", \")`".to_owned(),
                ));
            }
            Json::Object(_) => {
                return Err(NoValue::Failed(
                    "a table cannot be part of a text".to_owned(),
                ));
            }
        }
    }
    Ok(joined.finish())
}
