//! The answer of a resource. Of a description of an object, the parts that plugins ask for are found once: the description
//! of users has megabytes, and every item of a long list asks for a few fields of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::{Map, Value};
use usher_core::described;
use usher_core::name::fold;

/// Texts that are kept of one description. The steps of a recipe ask for a few sets of fields each, and every item of a
/// list asks for the same; a plugin may make up as many as it likes.
const TEXTS_MAX: usize = 100;

/// The answer of a resource.
pub(super) struct Resource {
    body: Value,
    own: OnceLock<Map<String, Value>>,
    places: OnceLock<HashMap<String, usize>>,
    /// The texts of parts, by the fields that they were asked for by.
    texts: Mutex<HashMap<Vec<String>, Arc<str>>>,
}

impl Resource {
    pub(super) fn new(body: Value) -> Self {
        Self {
            body,
            own: OnceLock::new(),
            places: OnceLock::new(),
            texts: Mutex::default(),
        }
    }

    /// The whole answer.
    pub(super) fn body(&self) -> &Value {
        &self.body
    }

    /// The descriptions of the fields of an object.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        let fields = self.body["fields"].as_array().into_iter().flatten();
        fields.filter_map(|field| Some((field["name"].as_str()?, field)))
    }

    /// The description of one field of an object. Case does not count.
    pub(super) fn field(&self, name: &str) -> Option<&Value> {
        let places = self.places.get_or_init(|| {
            let all = self.body["fields"].as_array().into_iter().flatten();
            let names = all.map(|field| field["name"].as_str().unwrap_or_default());
            let names = names.enumerate();
            names.map(|(place, name)| (fold(name), place)).collect()
        });
        self.body["fields"].get(*places.get(&fold(name))?)
    }

    /// The descriptions of these fields, under the names that they were asked for by; without any, the part that is of the
    /// object itself.
    pub(super) fn parts(&self, fields: &[String]) -> Map<String, Value> {
        if fields.is_empty() {
            return self.own().clone();
        }
        let fields = fields.iter();
        let known = fields.filter_map(|asked| Some((asked.clone(), self.field(asked)?.clone())));
        known.collect()
    }

    /// The same as the text of JSON, written once.
    pub(super) fn text_of(&self, fields: &[String]) -> Arc<str> {
        if let Some(known) = self.texts().get(fields) {
            return Arc::clone(known);
        }
        let text: Arc<str> = Value::Object(self.parts(fields)).to_string().into();
        let mut texts = self.texts();
        if texts.len() < TEXTS_MAX {
            texts.insert(fields.to_vec(), Arc::clone(&text));
        }
        text
    }

    fn texts(&self) -> MutexGuard<'_, HashMap<Vec<String>, Arc<str>>> {
        // Nothing panics while it holds the lock; should it ever, each text is still whole.
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The part of a description that is of the object itself.
    fn own(&self) -> &Map<String, Value> {
        self.own.get_or_init(|| {
            let whole = self.body.as_object().into_iter().flatten();
            let simple = whole.filter(|(_, value)| !value.is_array() && !value.is_object());
            let mut own: Map<String, Value> = simple
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            let required = described::required(self.fields());
            own.insert(described::REQUIRED.to_owned(), required);
            own
        })
    }
}
