//! An object's own part of its description: what a plugin may want to know of the object without the names of its fields. The
//! whole description has hundreds of fields and megabytes, and every item of a long list would be handed it.

use serde_json::{Map, Value};

/// The label of each field that a new record needs, by name: it can be set, must not be empty, and gets no value from
/// Salesforce. A box is never empty.
pub const REQUIRED: &str = "requiredFields";

/// The objects that a field may refer to, by the name of the field.
pub const REFERENCES: &str = "referenceFields";

/// The record types, as Salesforce lists them. Missing where Salesforce lists none.
pub const RECORD_TYPES: &str = "recordTypeInfos";

/// The parts that come from the fields of the object.
pub fn of_fields<'d>(fields: impl Iterator<Item = (&'d str, &'d Value)>) -> Map<String, Value> {
    let (mut required, mut references) = (Map::new(), Map::new());
    for (name, field) in fields {
        if is_required(field) {
            let label = field["label"].as_str().unwrap_or(name);
            required.insert(name.to_owned(), Value::from(label));
        }
        if field["referenceTo"].get(0).is_some() {
            references.insert(name.to_owned(), field["referenceTo"].clone());
        }
    }
    let parts = [(REQUIRED, required), (REFERENCES, references)];
    let parts = parts.map(|(name, part)| (name.to_owned(), Value::Object(part)));
    Map::from_iter(parts)
}

/// The record types in a whole description.
pub fn record_types(description: &Value) -> Option<(String, Value)> {
    let infos = description.get(RECORD_TYPES);
    let infos = infos.filter(|infos| infos.is_array())?;
    Some((RECORD_TYPES.to_owned(), infos.clone()))
}

fn is_required(field: &Value) -> bool {
    let is = |attribute: &str, wanted: bool| field[attribute] == wanted;
    is("createable", true)
        && is("nillable", false)
        && is("defaultedOnCreate", false)
        && field["type"] != "boolean"
}
