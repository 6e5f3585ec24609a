//! `CustomField` (docs/salesforce/metadata.md#fields): a field of the org's own. The definitions that `tenant` makes
//! columns of are kept as fixtures write them; what else a component holds is kept beside them.

mod definition;
mod shape;

use serde_json::{Value, json};

use crate::components::{self, Content};
use crate::metadata::{Listed, Written, id_of};
use crate::refusal::{Outcome, Refusal};
use crate::schema::{Area, Object, object};
use crate::tenant::{Tenant, custom_fields};

use definition::{definition_of, kind_of};

pub(super) use shape::{FIELD, FIELD_NAMED};

const KIND: &str = "CustomField";

/// The prefix of field definitions \[inferred\].
const PREFIX: &str = "00N";

/// Custom fields of an object at most: the least of the limits that editions have
/// (docs/salesforce/metadata.md#fields).
const FIELDS_MAX: usize = 500;

/// Objects of records have custom fields, and users.
pub(super) fn takes_fields(known: &Object) -> bool {
    known.area == Area::Data && !known.name.ends_with("Share") || known.name == "User"
}

pub(super) fn list(org: &Tenant<'_>) -> Outcome<Vec<Listed>> {
    let names = definitions(org)?.into_iter().map(|definition| {
        let text = |key: &str| definition[key].as_str().unwrap_or_default().to_owned();
        format!("{}.{}", text("object"), text("name"))
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    let listed = names.into_iter().map(|full_name| Listed {
        id: id_of(PREFIX, &full_name),
        full_name,
        stamps: None,
    });
    Ok(listed.collect())
}

/// The custom fields of an object, each with its name, in the order of names.
pub(super) fn of_object(org: &Tenant<'_>, known: &Object) -> Outcome<Vec<Value>> {
    let mut fields = Vec::new();
    for definition in definitions(org)? {
        if definition["object"].as_str() == Some(known.name) {
            let name = definition["name"].as_str().unwrap_or_default();
            let mut content = content_of(org, &definition)?;
            content.insert("fullName".to_owned(), json!([name]));
            fields.push((name.to_owned(), Value::Object(content)));
        }
    }
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(fields.into_iter().map(|(_, field)| field).collect())
}

pub(super) fn read(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Content>> {
    match definitions(org)?
        .iter()
        .find(|one| is_called(one, full_name))
    {
        Some(definition) => Ok(Some(content_of(org, definition)?)),
        None => Ok(None),
    }
}

/// A field that is there is replaced; its type stays \[inferred\].
pub(super) fn write(
    org: &Tenant<'_>,
    full_name: &str,
    content: &Content,
    _: u32,
) -> Outcome<Written> {
    let Some((known, name)) = split(full_name).filter(|(known, _)| takes_fields(known)) else {
        let object = full_name.split('.').next().unwrap_or_default();
        // Not the platform's words: it has more objects.
        let message = format!("the practice org does not know custom fields of `{object}`");
        return Err(Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &[]));
    };
    let before = read(org, full_name)?;
    let mut definition = definition_of(known, name, content)?;
    let mut all = definitions(org)?;
    let own = all
        .iter()
        .filter(|one| one["object"].as_str() == Some(known.name));
    if before.is_none() && own.count() >= FIELDS_MAX {
        let message = format!("An object can have {FIELDS_MAX} custom fields at most");
        return Err(Refusal::save("LIMIT_EXCEEDED", message, &[]));
    }
    match all.iter_mut().find(|one| is_called(one, full_name)) {
        Some(one) => {
            if kind_of(one) != kind_of(&definition) {
                // Not the platform's words: it changes some types into others.
                let message =
                    format!("the practice org does not change the type of the field `{name}`");
                return Err(Refusal::save(
                    "FIELD_INTEGRITY_EXCEPTION",
                    message,
                    &["type"],
                ));
            }
            *one = definition.take();
        }
        None => all.push(definition.take()),
    }
    let all = Value::Array(all);
    custom_fields::check(&all).map_err(|wrong| {
        // [inferred] The code; the words are ours.
        Refusal::save("FIELD_INTEGRITY_EXCEPTION", wrong, &[])
    })?;
    org.configure(custom_fields::FIELDS, &all)?;
    custom_fields::make_columns(org)?;
    let mut beside = content.clone();
    beside.remove("fullName");
    components::put(org, KIND, &format!("{}.{name}", known.name), &beside)?;
    Ok(Written {
        id: id_of(PREFIX, full_name),
        created: before.is_none(),
        changed: before != read(org, full_name)?,
    })
}

/// A field goes with its values: a later field of its name begins empty.
pub(super) fn remove(org: &Tenant<'_>, full_name: &str) -> Outcome<bool> {
    let mut all = definitions(org)?;
    let count = all.len();
    all.retain(|one| !is_called(one, full_name));
    if all.len() == count {
        return Ok(false);
    }
    org.configure(custom_fields::FIELDS, &Value::Array(all))?;
    if let Some((known, name)) = split(full_name) {
        custom_fields::drop_column(org, known, name)?;
    }
    components::remove(org, KIND, full_name)?;
    Ok(true)
}

/// Object and name of a field: `Account.Number__c`.
pub(super) fn split(full_name: &str) -> Option<(&'static Object, &str)> {
    let (known, name) = full_name.split_once('.')?;
    Some((object(known).filter(|object| object.name == known)?, name))
}

fn definitions(org: &Tenant<'_>) -> Outcome<Vec<Value>> {
    let all = org.setting(custom_fields::FIELDS)?.unwrap_or_default();
    Ok(all.as_array().cloned().unwrap_or_default())
}

fn is_called(definition: &Value, full_name: &str) -> bool {
    let (known, name) = full_name.split_once('.').unwrap_or_default();
    definition["object"].as_str() == Some(known) && definition["name"].as_str() == Some(name)
}

/// A component as it was sent; a field that a fixture made has what its definition says.
fn content_of(org: &Tenant<'_>, definition: &Value) -> Outcome<Content> {
    let text = |key: &str| definition[key].as_str().unwrap_or_default();
    let full_name = format!("{}.{}", text("object"), text("name"));
    let kept = components::get(org, KIND, &full_name)?;
    Ok(kept.unwrap_or_else(|| definition::content_of(definition)))
}
