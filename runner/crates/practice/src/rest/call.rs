//! One call of a resource, from the wire or from inside a composite.

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use crate::refusal::{Outcome, Refusal};

/// One call of a resource below `/services/data/vNN.0/`, from the wire or from inside a composite.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// Decoded, without empty ones.
    pub(crate) segments: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Payload,
    /// `Sforce-Query-Options: batchSize=…`
    pub(crate) page_size: Option<usize>,
}

/// The body of a call.
#[derive(Clone, Debug)]
pub(crate) enum Payload {
    Bytes(Bytes),
    Json(Value),
}

impl Call {
    /// The first value of a query parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self.query.iter();
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Outcome<Value> {
        let bytes = match &self.body {
            Payload::Json(value) => return Ok(value.clone()),
            Payload::Bytes(bytes) => bytes,
        };
        serde_json::from_slice(bytes).map_err(|error| {
            Refusal::new(
                400,
                "JSON_PARSER_ERROR",
                format!("the body is no JSON: {error}"),
            )
        })
    }

    /// The body as a JSON object.
    pub(crate) fn object(&self) -> Outcome<serde_json::Map<String, Value>> {
        match self.json()? {
            Value::Object(fields) => Ok(fields),
            _ => Err(Refusal::new(
                400,
                "JSON_PARSER_ERROR",
                "the body is no JSON object",
            )),
        }
    }
}
