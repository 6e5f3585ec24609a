//! REST requests.

use serde_json::{Value, json};
use usher_core::change::tokens_in;
use usher_core::operation::RestRequest;
use usher_core::read::Record;
use usher_core::value::Token;

use crate::report::operation::Shown;
use crate::report::words::scalar;

/// The secrets that a body sends, by name.
fn secrets(body: Option<&str>) -> String {
    let body = body.and_then(|body| serde_json::from_str(body).ok());
    let mut tokens = Vec::new();
    tokens_in(&body.unwrap_or(Value::Null), &mut tokens);
    let names = tokens.into_iter().filter_map(|token| match token {
        Token::Input(name) => Some(format!(" ← the secret `{name}`")),
        _ => None,
    });
    names.collect()
}

impl Shown for RestRequest {
    fn words(&self) -> String {
        let segments: Vec<String> = self.path.segments.iter().map(scalar).collect();
        let secrets = secrets(self.body.as_deref());
        format!("{} {}{secrets}", self.method.name(), segments.join("/"))
    }

    fn json(&self, _before: Option<&Record>) -> (Value, Value) {
        let segments = self.path.segments.iter().map(|part| part.to_json());
        let segments: Vec<Value> = segments.collect();
        let body = self.body.as_deref();
        let body = body.and_then(|body| serde_json::from_str(body).ok());
        (
            json!({ "verb": "request", "method": self.method.name(), "path": segments }),
            body.unwrap_or(Value::Null),
        )
    }
}
