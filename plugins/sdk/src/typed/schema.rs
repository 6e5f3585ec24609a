//! JSON Schemas that are made of types.

use serde_json::{Map, Value as Json};

/// The words of a JSON Schema.
#[derive(Clone, Debug, Default)]
pub struct Schema(Map<String, Json>);

impl Schema {
    /// Sets a word, or replaces it.
    pub fn set(&mut self, word: &str, value: impl Into<Json>) {
        self.0.insert(word.to_owned(), value.into());
    }

    /// An object with one more property; one that must be given when `is_required`.
    pub fn property(&mut self, name: &str, schema: Self, is_required: bool) {
        let properties = self
            .0
            .entry("properties")
            .or_insert_with(|| Json::Object(Map::new()));
        if let Json::Object(properties) = properties {
            properties.insert(name.to_owned(), schema.into());
        }
        if is_required {
            let required = self
                .0
                .entry("required")
                .or_insert_with(|| Json::Array(vec![]));
            if let Json::Array(required) = required {
                required.push(name.into());
            }
        }
    }

    /// The value is known when the step is planned: Usher waits for it before it calls.
    pub fn known(&mut self) {
        self.0.remove("x-usher-unknown");
        if let Some(Json::Object(items)) = self.0.get_mut("items") {
            items.remove("x-usher-unknown");
        }
    }

    /// The words of another schema, given as JSON, replace these.
    pub fn also(&mut self, words: &str) {
        match serde_json::from_str(words) {
            Ok(Json::Object(words)) => self.0.extend(words),
            // Usher refuses the schema for a word that it does not know, and shows it.
            _ => self.set(words, "this is not an object of JSON"),
        }
    }
}

impl From<Schema> for Json {
    fn from(schema: Schema) -> Self {
        Self::Object(schema.0)
    }
}
