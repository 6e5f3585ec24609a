//! The answer of a resource. Of a description of an object, the parts that plugins ask for are found once: the description
//! of users has megabytes, and every item of a long list asks for a few fields of it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::{Map, Value};
use usher_core::described;
use usher_core::name::fold;

/// Bytes of all texts that are kept in a planning, with the fields that they were asked for by. The steps of a recipe ask for
/// a few sets of fields each, and every item of a list asks for the same; a plugin may make up as many as it likes. Half of
/// what one call of a plugin may be handed.
const TEXT_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Bytes that the name of a field takes beside its letters.
const FIELD_BYTES: usize = size_of::<String>();

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

    /// The same as the text of JSON, written once. `kept`: bytes that are kept in this planning.
    pub(super) fn text_of(&self, fields: &[String], kept: &AtomicUsize) -> Arc<str> {
        if let Some(known) = self.texts().get(fields) {
            return Arc::clone(known);
        }
        let text: Arc<str> = Value::Object(self.parts(fields)).to_string().into();
        let bytes = text.len()
            + fields
                .iter()
                .map(|field| FIELD_BYTES + field.len())
                .sum::<usize>();
        let before = kept.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) <= TEXT_BYTES_MAX {
            self.texts().insert(fields.to_vec(), Arc::clone(&text));
        } else {
            kept.fetch_sub(bytes, Ordering::Relaxed);
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
            own.extend(described::of_fields(self.fields()));
            own.extend(described::record_types(&self.body));
            own
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use serde_json::json;

    use super::{Resource, TEXT_BYTES_MAX};

    #[test]
    fn texts_are_kept_while_there_is_room_for_them() {
        let resource = Resource::new(json!({ "fields": [{ "name": "Name" }, { "name": "Id" }] }));
        let kept = AtomicUsize::new(0);
        let asked = |name: &str| vec![name.to_owned()];
        for _ in 0..2 {
            let text = resource.text_of(&asked("name"), &kept);
            assert_eq!(*text, *r#"{"name":{"name":"Name"}}"#);
            assert_eq!(resource.texts().len(), 1);
        }
        let mut full = kept;
        *full.get_mut() += TEXT_BYTES_MAX - 60;
        let before = *full.get_mut();
        assert_eq!(
            *resource.text_of(&asked("ID"), &full),
            *r#"{"ID":{"name":"Id"}}"#
        );
        assert_eq!((resource.texts().len(), *full.get_mut()), (1, before));
    }
}
