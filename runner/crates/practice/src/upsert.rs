//! Saves that change the record that a field names, or create it
//! (docs/salesforce/records.md#external-ids).

use serde_json::{Map, Value};
use usher_core::id;

use crate::hand::Hand;
use crate::lookup;
pub(crate) use crate::lookup::{find, key};
use crate::refusal::{Outcome, Refusal};
use crate::save;
use crate::schema::{Field, FieldKind, Object};
use crate::tenant::Tenant;
use crate::tenant::rights::{Right, has_one};
use crate::value;

/// The result of an upsert.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Upserted {
    pub(crate) id: String,
    pub(crate) created: bool,
}

/// Refuses an upsert by an external id that several records may have to users who do not see all data: it would say that
/// a record is there. The rule is documented (docs/salesforce/records.md#external-ids), the code and the text are
/// \[inferred\].
pub(crate) fn permit(org: &Tenant<'_>, key: &Field) -> Outcome<()> {
    let open = !key.external_id || key.unique;
    if open || has_one(org, &[Right::ViewAllData, Right::ModifyAllData])? {
        return Ok(());
    }
    let message = format!(
        "An upsert by {}, which is not unique, takes the permission View All Data",
        key.name
    );
    Err(Refusal::save(
        "INSUFFICIENT_ACCESS_OR_READONLY",
        message,
        &[key.name],
    ))
}

/// Changes the record that the value of `key` among the fields names, or creates it.
pub(crate) fn upsert(
    org: &Tenant<'_>,
    object: &'static Object,
    key: &'static Field,
    fields: &Map<String, Value>,
) -> Outcome<Upserted> {
    let mut rest = fields.clone();
    let sent = fields
        .keys()
        .find(|name| name.eq_ignore_ascii_case(key.name));
    let value = sent.and_then(|name| rest.remove(name)).unwrap_or_default();
    let is_empty = match &value {
        Value::Null => true,
        Value::String(text) => value::trimmed(text).is_empty(),
        _ => false,
    };
    if matches!(key.kind, FieldKind::Id) {
        return match is_empty {
            true => create(org, object, &rest),
            false => {
                let id = id_of(object, &value)?;
                save::update(org, object, &id, &rest, Hand::Client)?;
                Ok(Upserted { id, created: false })
            }
        };
    }
    if is_empty {
        // [inferred] The text.
        let message = format!("{} not specified", key.name);
        return Err(Refusal::save("MISSING_ARGUMENT", message, &[key.name]));
    }
    permit(org, key)?;
    match find(org, object, key, &value)?.as_slice() {
        [] => {
            rest.insert(key.name.to_owned(), value);
            create(org, object, &rest)
        }
        [id] => {
            save::update(org, object, id, &rest, Hand::Client)?;
            Ok(Upserted {
                id: id.clone(),
                created: false,
            })
        }
        found => Err(lookup::several(key, found)),
    }
}

fn create(
    org: &Tenant<'_>,
    object: &'static Object,
    fields: &Map<String, Value>,
) -> Outcome<Upserted> {
    let id = save::create(org, object, fields, Hand::Client)?;
    Ok(Upserted { id, created: true })
}

fn id_of(object: &Object, value: &Value) -> Outcome<String> {
    let given = value.as_str().unwrap_or_default();
    let id = id::canonical(given).filter(|id| id.starts_with(object.prefix));
    id.ok_or_else(|| {
        let message = format!("{} ID: id value of incorrect type: {given}", object.label);
        Refusal::save("MALFORMED_ID", message, &["Id"])
    })
}

#[cfg(test)]
mod tests;
