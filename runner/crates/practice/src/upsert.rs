//! Saves that change the record that a field names, or create it
//! (docs/salesforce/records.md#external-ids).

use std::collections::BTreeSet;

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

/// Values of external ids that several rows of one call name: none of these rows is saved
/// (docs/salesforce/records.md#external-ids).
#[derive(Debug, Default)]
pub(crate) struct Twice {
    seen: BTreeSet<(&'static str, String)>,
    twice: BTreeSet<(&'static str, String)>,
}

impl Twice {
    /// Takes a row of the call into account.
    pub(crate) fn see(&mut self, key: &'static Field, fields: &Map<String, Value>) {
        if let Some(value) = named(key, fields)
            && !self.seen.insert(value.clone())
        {
            self.twice.insert(value);
        }
    }

    /// Refuses a row whose value another row has, too.
    pub(crate) fn check(&self, key: &'static Field, fields: &Map<String, Value>) -> Outcome<()> {
        match named(key, fields).filter(|value| self.twice.contains(value)) {
            None => Ok(()),
            Some((_, value)) => Err(duplicate(key, &value)),
        }
    }
}

/// The refusal of a row whose external id another row of the call has.
pub(crate) fn duplicate(key: &Field, value: &str) -> Refusal {
    let message = format!("Duplicate external id specified: {value}");
    Refusal::save("DUPLICATE_VALUE", message, &[key.name])
}

/// The value of an external id among the fields, without its case.
fn named(key: &'static Field, fields: &Map<String, Value>) -> Option<(&'static str, String)> {
    let mut fields = fields.iter();
    let (_, value) = fields.find(|(name, _)| name.eq_ignore_ascii_case(key.name))?;
    let text = match value {
        Value::String(text) => value::trimmed(text).to_lowercase(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    (!matches!(key.kind, FieldKind::Id) && !text.is_empty()).then_some((key.name, text))
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
    id_in_save(object, value.as_str().unwrap_or_default())
}

/// The id in 18 characters by which a save names a record of the object (docs/salesforce/rest.md#malformed-ids).
pub(crate) fn id_in_save(object: &Object, given: &str) -> Outcome<String> {
    let id = id::canonical(given).filter(|id| id.starts_with(object.prefix));
    id.ok_or_else(|| {
        let message = format!("{} ID: id value of incorrect type: {given}", object.label);
        Refusal::save("MALFORMED_ID", message, &["Id"])
    })
}

#[cfg(test)]
mod tests;
