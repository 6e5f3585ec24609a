//! REST requests.

use serde_json::{Value, json};
use usher_contract::known::Known;
use usher_contract::operation::RestRequest;
use usher_contract::value::{Scalar, Token};

use crate::kind::{Planned, Restored, texts_in, texts_of};
use crate::run::undo::made::Made;
use crate::run::undo::staying::Staying;
use crate::view::prediction::Predicted;

impl Planned for RestRequest {
    fn predicted(&self, _token: &Token) -> Option<Predicted> {
        let segments = self.path.segments.iter().map(|segment| match segment {
            Scalar::Text(text)
            | Scalar::Number(text)
            | Scalar::Date(text)
            | Scalar::DateTime(text) => text.clone(),
            _ => "*".to_owned(),
        });
        Some(Predicted::Requests(segments.collect()))
    }

    fn target(&self) -> Value {
        let segments = self.path.segments.iter().map(|part| part.to_json());
        let segments: Vec<Value> = segments.collect();
        json!(["request", self.method.name(), segments, self.body])
    }

    fn refers(&self, known: &Known<'_>) -> Vec<String> {
        let body = self.body.as_deref();
        let body: Value = body
            .and_then(|body| serde_json::from_str(body).ok())
            .unwrap_or_default();
        let mut texts = texts_in(&known.json_as_known(&body));
        texts.extend(texts_of(&self.path.query, known));
        texts
    }

    fn restored(&self, _made: &Made<'_>, _stays: &Staying) -> Result<Option<Restored>, String> {
        Err("Usher cannot restore it".to_owned())
    }
}
