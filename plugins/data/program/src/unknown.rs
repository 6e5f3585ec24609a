//! Values that are not known yet, as JSON: `{"$ref": token}`, `{"$bound": [address, name]}`, `{"$join": […]}`.

use serde_json::{Value as Json, json};

/// Says that the value as a whole is not known.
pub fn is_unknown(json: &Json) -> bool {
    ["$ref", "$bound", "$join"]
        .iter()
        .any(|key| json.get(key).is_some())
}

/// Every token that was handed in and stands in the value, in order, each once.
pub fn tokens(json: &Json) -> Vec<String> {
    let mut found = vec![];
    collect(json, &mut found);
    found
}

fn collect(json: &Json, found: &mut Vec<String>) {
    match json {
        Json::Object(members) => match members.get("$ref").and_then(Json::as_str) {
            Some(token) if found.iter().any(|known| known == token) => {}
            Some(token) => found.push(token.to_owned()),
            None => members.values().for_each(|value| collect(value, found)),
        },
        Json::Array(values) => values.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

/// A text under construction from texts and unknown values.
#[derive(Debug, Default)]
pub(crate) struct Joined {
    pieces: Vec<Json>,
}

impl Joined {
    pub(crate) fn text(&mut self, more: &str) {
        if more.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some(Json::String(text)) => text.push_str(more),
            _ => self.pieces.push(Json::from(more)),
        }
    }

    pub(crate) fn unknown(&mut self, value: &Json) {
        if let Some(pieces) = value.get("$join").and_then(Json::as_array) {
            for piece in pieces {
                match piece {
                    Json::String(text) => self.text(text),
                    other => self.unknown(other),
                }
            }
        } else if let Some(token) = value.get("$ref") {
            // Inside a text the object of a record has no meaning.
            self.pieces.push(json!({ "$ref": token }));
        } else {
            self.pieces.push(value.clone());
        }
    }

    /// A text when everything is known, else a `$join`.
    pub(crate) fn finish(mut self) -> Json {
        match self.pieces.as_mut_slice() {
            [] => Json::from(""),
            [Json::String(text)] => Json::String(std::mem::take(text)),
            _ => json!({ "$join": self.pieces }),
        }
    }
}
