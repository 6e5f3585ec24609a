//! REST requests.

use serde_json::{Value, json};
use usher_core::operation::RestRequest;
use usher_core::read::Record;

use crate::report::operation::Shown;
use crate::report::words::scalar;

impl Shown for RestRequest {
    fn words(&self) -> String {
        let segments: Vec<String> = self.path.segments.iter().map(scalar).collect();
        format!("{} {}", self.method.name(), segments.join("/"))
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
