//! The part of an object's description that Usher adds: the fields without which no record can be made. A plugin that asks
//! for it need not read the whole description, which has hundreds of fields.

use serde_json::{Map, Value};

/// The key in an object's own part.
pub const REQUIRED: &str = "requiredFields";

/// The labels of the fields that a new record needs, by name: those that can be set in it, must not be empty, and get no
/// value from Salesforce. A box is never empty.
pub fn required<'d>(fields: impl IntoIterator<Item = (&'d str, &'d Value)>) -> Value {
    let is = |field: &Value, attribute: &str, wanted: bool| field[attribute] == wanted;
    let needed = fields.into_iter().filter(|(_, field)| {
        is(field, "createable", true)
            && is(field, "nillable", false)
            && is(field, "defaultedOnCreate", false)
            && field["type"] != "boolean"
    });
    let labels = needed.map(|(name, field)| {
        let label = field["label"].as_str().unwrap_or(name);
        (name.to_owned(), Value::from(label))
    });
    Value::Object(labels.collect::<Map<_, _>>())
}
