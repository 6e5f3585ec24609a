//! Components that are records: their elements as fields, what a list shows of a record, and the parts that no field
//! holds, which are kept beside it.

use serde_json::{Map, Value};
use usher_core::component::texts;

use crate::components::{self, Content};
use crate::hand::Hand;
use crate::metadata::{Listed, Stamps};
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::save;
use crate::schema::Object;
use crate::tenant::Tenant;

/// Elements of a component, and fields of its record.
pub(super) type Fields = &'static [(&'static str, &'static str)];

/// A record as a list shows it.
pub(super) fn listed(full_name: String, row: &Row) -> Listed {
    let stamp = |field: &str| text(row, field).to_owned();
    Listed {
        full_name,
        id: stamp("Id"),
        stamps: Some(Stamps {
            created_at: stamp("CreatedDate"),
            created_by: stamp("CreatedById"),
            changed_at: stamp("LastModifiedDate"),
            changed_by: stamp("LastModifiedById"),
        }),
    }
}

/// The elements of a record; a field without a value has none.
pub(super) fn content(row: &Row, fields: Fields) -> Content {
    let mut content = Content::new();
    for (element, field) in fields {
        let text = match row.get(field) {
            Some(Value::String(text)) if !text.is_empty() => text.clone(),
            Some(other @ (Value::Bool(_) | Value::Number(_))) => other.to_string(),
            _ => continue,
        };
        content.insert((*element).to_owned(), Value::from(vec![text]));
    }
    content
}

/// The fields that a content sets; an element that is not there leaves its field.
pub(super) fn wanted(content: &Content, fields: Fields) -> Map<String, Value> {
    let mut wanted = Map::new();
    for (element, field) in fields {
        if let Some(text) = texts(content, element).next() {
            wanted.insert((*field).to_owned(), Value::from(text));
        }
    }
    wanted
}

/// Creates the record, or changes the one that is there, and says its id.
pub(super) fn save(
    org: &Tenant<'_>,
    object: &'static Object,
    there: Option<&Row>,
    fields: &Map<String, Value>,
) -> Outcome<String> {
    match there {
        None => save::create(org, object, fields, Hand::Client),
        Some(row) => {
            let id = text(row, "Id");
            if !fields.is_empty() {
                save::update(org, object, id, fields, Hand::Client)?;
            }
            Ok(id.to_owned())
        }
    }
}

/// Keeps the parts of a component that no field holds.
pub(super) fn keep(
    org: &Tenant<'_>,
    kind: &str,
    full_name: &str,
    content: &Content,
    elements: &[&str],
) -> Outcome<()> {
    let mut kept = components::get(org, kind, full_name)?.unwrap_or_default();
    for element in elements {
        if let Some(all) = content.get(*element) {
            kept.insert((*element).to_owned(), all.clone());
        }
    }
    match kept.is_empty() {
        true => Ok(()),
        false => components::put(org, kind, full_name, &kept),
    }
}

/// Refuses a component without an element that it must have. \[inferred\] The text.
pub(super) fn complete(content: &Content, element: &'static str) -> Outcome<()> {
    match texts(content, element).next() {
        Some(text) if !text.is_empty() => Ok(()),
        _ => Err(Refusal::save(
            "REQUIRED_FIELD_MISSING",
            format!("Required field is missing: {element}"),
            &[element],
        )),
    }
}

/// The form of docs/salesforce/metadata.md#names-that-lead-nowhere.
pub(super) fn no_such(field: &'static str, kind: &str, name: &str) -> Refusal {
    let message = format!("In field: {field} - no {kind} named {name} found");
    Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &[field])
}

/// Refuses parts that Salesforce has and the practice org has not. Not the platform's words.
pub(super) fn refuse_unknown(content: &Content, elements: &[&'static str]) -> Outcome<()> {
    match elements
        .iter()
        .find(|element| content.contains_key(**element))
    {
        None => Ok(()),
        Some(element) => {
            let message = format!("the practice org does not know `{element}`");
            Err(Refusal::save("INVALID_FIELD", message, &[element]))
        }
    }
}
