//! A value while an expression is evaluated.

use serde_json::{Map, Number, Value as Json};

use crate::names::NoValue;
use crate::unknown;

/// Bytes that a text may have that an expression makes; as in a recipe.
pub(crate) const TEXT_BYTES_MAX: usize = 256 * 1024;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Nothing has that name.
    Missing,
    Null,
    Truth(bool),
    Whole(i128),
    Fraction(f64),
    Text(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
    /// `{"$ref": …}`, `{"$bound": …}` or `{"$join": …}`.
    Unknown(Json),
}

impl Value {
    pub(crate) fn of(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(truth) => Self::Truth(*truth),
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(whole), _) => Self::Whole(whole.into()),
                (None, Some(whole)) => Self::Whole(whole.into()),
                (None, None) => Self::Fraction(number.as_f64().unwrap_or_default()),
            },
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            Json::Object(_) if unknown::is_unknown(json) => Self::Unknown(json.clone()),
            Json::Object(members) => {
                let members = members.iter();
                Self::Table(
                    members
                        .map(|(key, value)| (key.clone(), Self::of(value)))
                        .collect(),
                )
            }
        }
    }

    pub(crate) fn json(self) -> Result<Json, NoValue> {
        Ok(match self {
            Self::Missing => return Err(missing()),
            Self::Null => Json::Null,
            Self::Truth(truth) => Json::Bool(truth),
            Self::Whole(whole) => match i64::try_from(whole) {
                Ok(whole) => Json::from(whole),
                Err(_) => return Err(failed("the result is a number beyond 64 bits")),
            },
            Self::Fraction(fraction) => match Number::from_f64(fraction) {
                Some(number) => Json::Number(number),
                None => return Err(failed("the result is not a usable number")),
            },
            Self::Text(text) => Json::String(text),
            Self::List(items) => Json::Array(
                items
                    .into_iter()
                    .map(Self::json)
                    .collect::<Result<_, _>>()?,
            ),
            Self::Table(members) => {
                let mut object = Map::new();
                for (key, value) in members {
                    object.insert(key, value.json()?);
                }
                Json::Object(object)
            }
            Self::Unknown(json) => json,
        })
    }

    /// As a condition counts it: nothing, zero and what is empty are false.
    ///
    /// # Errors
    ///
    /// It is not known, or missing.
    pub(crate) fn is_true(&self) -> Result<bool, NoValue> {
        Ok(match self {
            Self::Missing => return Err(missing()),
            Self::Unknown(json) => return Err(unknown(json)),
            Self::Null => false,
            Self::Truth(truth) => *truth,
            Self::Whole(whole) => *whole != 0,
            Self::Fraction(fraction) => *fraction != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Table(members) => !members.is_empty(),
        })
    }

    /// The name of its type with an article.
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Missing => "nothing",
            Self::Null => "null",
            Self::Truth(_) => "a boolean",
            Self::Whole(_) | Self::Fraction(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Unknown(_) => "a value that is not known yet",
        }
    }
}

pub(crate) fn failed(message: impl Into<String>) -> NoValue {
    NoValue::Failed(message.into())
}

pub(crate) fn missing() -> NoValue {
    failed("it uses something that has no value; write `… | default(\"…\")`")
}

pub(crate) fn unknown(json: &Json) -> NoValue {
    NoValue::Unknown(unknown::tokens(json))
}

/// A text of at most [`TEXT_BYTES_MAX`] bytes.
pub(crate) fn text_of(bytes: usize) -> Result<(), NoValue> {
    if bytes > TEXT_BYTES_MAX {
        return Err(failed(format!(
            "the result is larger than {TEXT_BYTES_MAX} bytes"
        )));
    }
    Ok(())
}
