//! The answer of a resource. Of a description of an object, the parts that plugins ask for are found once: the description
//! of users has megabytes, and every item of a long list asks for a few fields of it.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::{Map, Value};
use usher_core::described;
use usher_core::name::fold;

/// The answer of a resource.
pub(super) struct Resource {
    body: Value,
    own: OnceLock<Map<String, Value>>,
    places: OnceLock<HashMap<String, usize>>,
}

impl Resource {
    pub(super) fn new(body: Value) -> Self {
        Self {
            body,
            own: OnceLock::new(),
            places: OnceLock::new(),
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

    /// The part of a description that is of the object itself.
    pub(super) fn own(&self) -> &Map<String, Value> {
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
