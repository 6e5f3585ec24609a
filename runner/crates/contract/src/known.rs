//! Replaces tokens by their known values: right before something is sent or looked for, and when a run is undone.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::operation::{Condition, Field, ResourcePath};
use crate::resource::{self, Barred};
use crate::value::{Piece, Reference, Scalar, Token};

/// Values of tokens.
pub struct Known<'a>(pub &'a BTreeMap<Token, Value>);

/// Segments and query of a resource.
pub type ResolvedPath = (Vec<String>, Vec<(String, String)>);

/// A token that has no value yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value of `{0}` is not known yet")]
pub struct Unknown(pub Token);

/// The reason why a path cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPath {
    #[error(transparent)]
    Unknown(#[from] Unknown),
    #[error(transparent)]
    Barred(#[from] Barred),
}

impl Known<'_> {
    /// The value as JSON.
    pub fn value(&self, scalar: &Scalar) -> Result<Value, Unknown> {
        match scalar {
            Scalar::Reference(reference) => self.reference(reference),
            Scalar::Joined(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Text(piece) => text.push_str(piece),
                        Piece::Reference(reference) => {
                            text.push_str(&as_text(&self.reference(reference)?));
                        }
                    }
                }
                Ok(Value::String(text))
            }
            known => Ok(known.to_json()),
        }
    }

    /// The value as a scalar without references.
    pub fn scalar(&self, scalar: &Scalar) -> Result<Scalar, Unknown> {
        if scalar.is_known() {
            return Ok(scalar.clone());
        }
        Ok(Scalar::from_json(&self.value(scalar)?).unwrap_or(Scalar::Nothing))
    }

    /// Fields as a JSON object.
    pub fn object(&self, fields: &[Field]) -> Result<Map<String, Value>, Unknown> {
        fields
            .iter()
            .map(|field| Ok((field.name.clone(), self.value(&field.value)?)))
            .collect()
    }

    /// Conditions without references.
    pub fn conditions(&self, conditions: &[Condition]) -> Result<Vec<Condition>, Unknown> {
        conditions
            .iter()
            .map(|condition| {
                let values = condition.any_of.iter().map(|value| self.scalar(value));
                Ok(Condition {
                    field: condition.field.clone(),
                    any_of: values.collect::<Result<_, _>>()?,
                })
            })
            .collect()
    }

    /// Segments and query of a path, checked once they are complete.
    pub fn path(&self, path: &ResourcePath) -> Result<ResolvedPath, NoPath> {
        let segments = path
            .segments
            .iter()
            .map(|segment| Ok(as_text(&self.value(segment)?)));
        let query = path
            .query
            .iter()
            .map(|field| Ok((field.name.clone(), as_text(&self.value(&field.value)?))));
        let segments: Vec<String> = segments.collect::<Result<_, Unknown>>()?;
        let query: Vec<(String, String)> = query.collect::<Result<_, Unknown>>()?;
        resource::leaving(&segments, &query)?;
        Ok((segments, query))
    }

    /// JSON with every `{"$ref": …}` and `{"$join": …}` in it replaced.
    pub fn json(&self, json: &Value) -> Result<Value, Unknown> {
        Ok(match json {
            Value::Object(object) => {
                if let Some(Value::String(token)) = object.get("$ref") {
                    return self.token(&Token::of_text(token));
                }
                if let Some(Value::Array(pieces)) = object.get("$join") {
                    let mut text = String::new();
                    for piece in pieces {
                        text.push_str(&as_text(&self.json(piece)?));
                    }
                    return Ok(Value::String(text));
                }
                let fields = object.iter();
                let fields = fields.map(|(name, value)| Ok((name.clone(), self.json(value)?)));
                Value::Object(fields.collect::<Result<_, _>>()?)
            }
            Value::Array(values) => {
                let values = values.iter().map(|value| self.json(value));
                Value::Array(values.collect::<Result<_, _>>()?)
            }
            plain => plain.clone(),
        })
    }

    /// JSON with those references replaced that have a value. The others stay as they are.
    pub fn json_as_known(&self, json: &Value) -> Value {
        match json {
            Value::Object(object)
                if !object.contains_key("$ref") && !object.contains_key("$join") =>
            {
                let fields = object.iter();
                let fields = fields.map(|(name, value)| (name.clone(), self.json_as_known(value)));
                Value::Object(fields.collect())
            }
            Value::Array(values) => values.iter().map(|it| self.json_as_known(it)).collect(),
            one => self.json(one).unwrap_or_else(|_| one.clone()),
        }
    }

    fn reference(&self, reference: &Reference) -> Result<Value, Unknown> {
        match reference {
            Reference::Given(token) => self.token(token),
            // Plans are globalised when they are taken over, so nothing bound is left in them.
            Reference::Bound(bound) => Err(Unknown(Token::Loose(format!(
                "{}.{}",
                bound.address, bound.name
            )))),
        }
    }

    fn token(&self, token: &Token) -> Result<Value, Unknown> {
        self.0
            .get(token)
            .cloned()
            .ok_or_else(|| Unknown(token.clone()))
    }
}

/// A value as it is written in a text or a path.
pub fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
