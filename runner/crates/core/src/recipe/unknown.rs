//! Values that are not known yet, as JSON: `{"$ref": token}`, `{"$join": [text, {"$ref": …}]}`.

use serde_json::{Value, json};

use usher_contract::value::{Piece, Scalar, Token};

/// Says whether the value as a whole is not known.
pub(super) fn is_unknown(value: &Value) -> bool {
    value.get("$ref").is_some() || value.get("$join").is_some()
}

/// Every token in a value, in order, each once.
pub(super) fn tokens(value: &Value) -> Vec<Token> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

/// A single value as a scalar; lists and tables have none.
pub(super) fn scalar(value: &Value) -> Option<Scalar> {
    let Some(pieces) = value.get("$join").and_then(Value::as_array) else {
        return Scalar::from_json(value);
    };
    let pieces = pieces.iter().map(|piece| match Scalar::from_json(piece)? {
        Scalar::Text(text) => Some(Piece::Text(text)),
        Scalar::Reference(reference) => Some(Piece::Reference(reference)),
        _ => None,
    });
    pieces.collect::<Option<_>>().map(Scalar::Joined)
}

fn collect(value: &Value, found: &mut Vec<Token>) {
    match value {
        Value::Object(object) => {
            if let Some(token) = object.get("$ref").and_then(Value::as_str) {
                let token = Token::of_text(token);
                if !found.contains(&token) {
                    found.push(token);
                }
            } else {
                object.values().for_each(|value| collect(value, found));
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

/// A text under construction from texts and unknown values.
#[derive(Debug, Default)]
pub(super) struct Joined {
    pieces: Vec<Value>,
}

impl Joined {
    /// Adds a text.
    pub(super) fn text(&mut self, more: &str) {
        match self.pieces.last_mut() {
            Some(Value::String(text)) => text.push_str(more),
            _ => self.pieces.push(Value::String(more.to_owned())),
        }
    }

    /// Adds a value for which [`is_unknown`] holds.
    pub(super) fn unknown(&mut self, value: &Value) {
        if let Some(pieces) = value.get("$join").and_then(Value::as_array) {
            for piece in pieces {
                match piece {
                    Value::String(text) => self.text(text),
                    other => self.unknown(other),
                }
            }
        } else if let Some(token) = value.get("$ref") {
            // Inside a text the object of a record has no meaning.
            self.pieces.push(json!({ "$ref": token }));
        }
    }

    /// Returns a text when everything is known, else a `$join`.
    pub(super) fn finish(mut self) -> Value {
        match self.pieces.as_mut_slice() {
            [] => Value::String(String::new()),
            [Value::String(text)] => Value::String(std::mem::take(text)),
            _ => json!({ "$join": self.pieces }),
        }
    }
}
