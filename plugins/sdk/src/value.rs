//! Values: those that Usher hands in ([`Value`]), those that a plan hands out ([`Scalar`]), and the conversions between
//! them and JSON.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value as Json, json};

use crate::{BindingName, Failure, Piece, Reference, Scalar};

/// A value from the input or from a record: known, or not yet.
///
/// A field of your input struct is a `Value` if the input schema says `x-usher-unknown`; elsewhere
/// it can be what you like. Pass a value on with `.into()`; look into it with [`Value::text`] only where
/// the plan depends on what it is.
///
/// ```
/// use usher_sdk::Value;
///
/// let known: Value = serde_json::from_str(r#""005D0000001aBcDIAU""#)?;
/// assert_eq!(known.text()?, "005D0000001aBcDIAU");
///
/// let unknown: Value = serde_json::from_str(r#"{"$ref": "user:user.id", "$object": "User"}"#)?;
/// assert_eq!(unknown.object(), Some("User"));
/// assert!(unknown.text().is_err(), "the step is deferred until the value is known");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// Null, or a field that is empty.
    #[default]
    Nothing,
    Truth(bool),
    /// As in JSON.
    Number(String),
    /// Any text: also ids, picklist values, and dates and date-times, for which JSON has no values.
    Text(String),
    /// A value that is not known yet.
    Unknown(Unknown),
}

/// Stands for a value that is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Passed on as it is, never taken apart.
    pub token: String,
    /// The object, when the value is the id of a record.
    pub object: Option<String>,
}

impl Value {
    /// The text; an empty one for null, because Salesforce does not distinguish the two.
    ///
    /// # Errors
    ///
    /// It is not known yet (the step is deferred), or it is a number or a truth value.
    pub fn text(&self) -> Result<&str, Failure> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Nothing => Ok(""),
            Self::Unknown(unknown) => Err(unknown.deferred()),
            other => Err(wrong(other, "a text")),
        }
    }

    /// Says whether it is true; null is not.
    ///
    /// # Errors
    ///
    /// It is not known yet (the step is deferred), or it is a number or a text.
    pub fn truth(&self) -> Result<bool, Failure> {
        match self {
            Self::Truth(truth) => Ok(*truth),
            Self::Nothing => Ok(false),
            Self::Unknown(unknown) => Err(unknown.deferred()),
            other => Err(wrong(other, "true or false")),
        }
    }

    /// The whole number; none for null.
    ///
    /// # Errors
    ///
    /// It is not known yet (the step is deferred), or it is something else.
    pub fn integer(&self) -> Result<Option<i64>, Failure> {
        match self {
            // Salesforce gives the whole numbers of a double field as `5.0`.
            Self::Number(number) => match number.trim_end_matches(".0").parse() {
                Ok(integer) => Ok(Some(integer)),
                Err(_) => Err(wrong(self, "a whole number")),
            },
            Self::Nothing => Ok(None),
            Self::Unknown(unknown) => Err(unknown.deferred()),
            other => Err(wrong(other, "a whole number")),
        }
    }

    /// Says whether it is not known yet.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// The object whose record an unknown id stands for. A known id shows it by its first three letters.
    pub fn object(&self) -> Option<&str> {
        match self {
            Self::Unknown(unknown) => unknown.object.as_deref(),
            _ => None,
        }
    }

    /// Says whether this may be the id of a record whose ids begin with `prefix` (`005` for users): unknown, or 15 or
    /// 18 letters and digits.
    pub fn may_be_id(&self, prefix: &str) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Text(text) => {
                matches!(text.len(), 15 | 18)
                    && text.starts_with(prefix)
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            }
            _ => false,
        }
    }

    /// Says that SOQL would find one of the two by the other in `field`: text is compared without case and
    /// without the blanks at its ends, and ids in 15 or 18 characters where the field holds ids. An empty text
    /// is null. An unknown value is the same as itself only.
    pub fn found_by(&self, field: &str, other: impl Into<Scalar>) -> bool {
        let (one, other) = (Scalar::from(self), other.into());
        let both = compared(&one).zip(compared(&other));
        both.is_some_and(|(one, other)| usher_sameness::found_by(field, one, other))
    }

    /// Says that nothing is left to change where `field` holds this value and `wanted` should be in it. As
    /// [`Value::found_by`], but the case of a text counts. Make a date of `wanted` with [`Scalar::date`] and a
    /// date-time with [`Scalar::date_time`]: they are compared by day and by instant.
    pub fn is_as_wanted(&self, field: &str, wanted: impl Into<Scalar>) -> bool {
        is_as_wanted(field, &Scalar::from(self), &wanted.into())
    }

    /// Says that both are the id of the same record, in 15 or 18 characters.
    pub fn is_same_id(&self, other: &Self) -> bool {
        self.found_by("Id", other)
    }

    /// The value that JSON holds: a scalar or a `{"$ref": …}`.
    pub(crate) fn from_json(json: &Json) -> Option<Self> {
        Some(match json {
            Json::Null => Self::Nothing,
            Json::Bool(truth) => Self::Truth(*truth),
            Json::Number(number) => Self::Number(number.to_string()),
            Json::String(text) => Self::Text(text.clone()),
            Json::Object(object) => Self::Unknown(Unknown {
                token: object.get("$ref")?.as_str()?.to_owned(),
                object: object
                    .get("$object")
                    .and_then(Json::as_str)
                    .map(str::to_owned),
            }),
            Json::Array(_) => return None,
        })
    }
}

impl Unknown {
    pub(crate) fn deferred(&self) -> Failure {
        Failure::deferred(&self.token, "it depends on a value that is not known yet")
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        Self::from_json(&json)
            .ok_or_else(|| D::Error::custom("expected one value or `{\"$ref\": …}`"))
    }
}

impl Scalar {
    /// A value that a change or effect of this plan binds: `id`, or a name from the change's results.
    pub fn bound(address: impl Into<String>, name: impl Into<String>) -> Self {
        Self::Reference(Reference::Bound(BindingName {
            address: address.into(),
            name: name.into(),
        }))
    }

    /// A day: `2026-11-22`. Usher refuses a plan with another text in it; see [`is_date`].
    pub fn date(day: impl Into<String>) -> Self {
        Self::Date(day.into())
    }

    /// An instant: `2026-11-22T10:00:00Z`, or with an offset instead of the `Z`. Usher refuses a plan with
    /// another text in it; see [`is_date_time`].
    pub fn date_time(instant: impl Into<String>) -> Self {
        Self::DateTime(instant.into())
    }

    /// A text made of parts, some of which may not be known yet.
    pub fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        let piece = |part| match part {
            Self::Nothing => vec![],
            Self::Truth(truth) => vec![Piece::Text(truth.to_string())],
            Self::Number(text) | Self::Text(text) | Self::Date(text) | Self::DateTime(text) => {
                vec![Piece::Text(text)]
            }
            Self::Reference(reference) => vec![Piece::Reference(reference)],
            Self::Joined(pieces) => pieces,
        };
        Self::Joined(parts.into_iter().flat_map(piece).collect())
    }
}

/// As in outputs, request bodies and component content: `{"$ref": …}`, `{"$bound": …}`, `{"$join": …}`.
impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        scalar_json(self).serialize(serializer)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Scalar::from(self).serialize(serializer)
    }
}

impl From<&Value> for Scalar {
    fn from(value: &Value) -> Self {
        value.clone().into()
    }
}

impl From<Value> for Scalar {
    fn from(value: Value) -> Self {
        match value {
            Value::Nothing => Self::Nothing,
            Value::Truth(truth) => Self::Truth(truth),
            Value::Number(number) => Self::Number(number),
            Value::Text(text) => Self::Text(text),
            Value::Unknown(unknown) => Self::Reference(Reference::Given(unknown.token)),
        }
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Scalar {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<bool> for Scalar {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<i64> for Scalar {
    fn from(number: i64) -> Self {
        Self::Number(number.to_string())
    }
}

/// Says that a text is a day of the calendar, as [`Scalar::date`] takes it.
pub fn is_date(text: &str) -> bool {
    usher_sameness::time::day(text).is_some()
}

/// Says that a text is an instant, as [`Scalar::date_time`] takes it.
pub fn is_date_time(text: &str) -> bool {
    usher_sameness::time::instant(text).is_some()
}

fn scalar_json(scalar: &Scalar) -> Json {
    match scalar {
        Scalar::Nothing => Json::Null,
        Scalar::Truth(truth) => Json::Bool(*truth),
        Scalar::Number(number) => {
            serde_json::from_str(number).unwrap_or_else(|_| Json::String(number.clone()))
        }
        Scalar::Text(text) | Scalar::Date(text) | Scalar::DateTime(text) => {
            Json::String(text.clone())
        }
        Scalar::Reference(reference) => reference_json(reference),
        Scalar::Joined(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => Json::String(text.clone()),
                Piece::Reference(reference) => reference_json(reference),
            });
            json!({ "$join": pieces.collect::<Vec<_>>() })
        }
    }
}

fn reference_json(reference: &Reference) -> Json {
    match reference {
        Reference::Given(token) => json!({ "$ref": token }),
        Reference::Bound(bound) => json!({ "$bound": [bound.address, bound.name] }),
    }
}

/// Says that nothing is left to change in `field`. See [`Value::is_as_wanted`].
pub(crate) fn is_as_wanted(field: &str, there: &Scalar, wanted: &Scalar) -> bool {
    let both = compared(there).zip(compared(wanted));
    both.is_some_and(|(there, wanted)| usher_sameness::is_as_wanted(field, there, wanted))
}

/// A value to compare; none when nothing can be the same as it yet.
fn compared(scalar: &Scalar) -> Option<usher_sameness::Value<'_>> {
    use usher_sameness::Value as Compared;
    Some(match scalar {
        Scalar::Nothing => Compared::Nothing,
        Scalar::Truth(truth) => Compared::Truth(*truth),
        Scalar::Number(number) => Compared::Number(number),
        Scalar::Text(text) => Compared::Text(text),
        Scalar::Date(date) => Compared::Date(date),
        Scalar::DateTime(time) => Compared::DateTime(time),
        Scalar::Reference(Reference::Given(token)) => Compared::Unknown(token),
        Scalar::Reference(Reference::Bound(_)) | Scalar::Joined(_) => return None,
    })
}

fn wrong(value: &Value, expected: &str) -> Failure {
    Failure::Broken(format!("expected {expected}, found {value:?}"))
}

#[cfg(test)]
mod tests;
