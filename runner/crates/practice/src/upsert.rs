//! Records by a field that names them, and saves that change such a record or create it
//! (docs/salesforce/records.md#external-ids).

use rusqlite::types::Value as Sql;
use serde_json::{Map, Value};
use usher_core::id;

use crate::hand::Hand;
use crate::refusal::{Outcome, Refusal};
use crate::save;
use crate::schema::{Field, FieldKind, Object};
use crate::tenant::rights::{Right, has_one};
use crate::tenant::{Tenant, expression};
use crate::value;

/// Records that one value may name before the list of them is cut: no client reads further.
const FOUND_MAX: usize = 200;

/// The result of an upsert.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Upserted {
    pub(crate) id: String,
    pub(crate) created: bool,
}

/// The field of that name, when its values name records: `Id`, an external id, or a field with `idLookup`.
pub(crate) fn key(
    org: &Tenant<'_>,
    object: &'static Object,
    name: &str,
) -> Outcome<&'static Field> {
    let field = org.field(object, name)?.filter(|field| {
        field.external_id || field.id_lookup || matches!(field.kind, FieldKind::Id)
    });
    field.ok_or_else(|| unknown(name))
}

/// The refusal of a field that names no records (docs/salesforce/records.md#external-ids).
pub(crate) fn unknown(name: &str) -> Refusal {
    let message = format!("Provided external ID field does not exist or is not accessible: {name}");
    Refusal::new(404, "NOT_FOUND", message)
}

/// Ids of the records that a value of `key` names, case aside.
pub(crate) fn find(
    org: &Tenant<'_>,
    object: &'static Object,
    key: &Field,
    value: &Value,
) -> Outcome<Vec<String>> {
    let Some(value) = named_by(key, value) else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "SELECT t.\"Id\" FROM \"{}\" t WHERE {} = ? ORDER BY t.\"Id\" LIMIT {FOUND_MAX}",
        object.name,
        expression(key, "t")
    );
    let mut statement = org.db.prepare_cached(&sql)?;
    let found = statement.query_map([value], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The value in the form it is kept; none where no record can hold it.
fn named_by(key: &Field, value: &Value) -> Option<Sql> {
    match (key.kind, value) {
        (_, Value::Null | Value::Array(_) | Value::Object(_)) => None,
        (FieldKind::Id, given) => id::canonical(given.as_str()?).map(Sql::Text),
        (FieldKind::Double | FieldKind::Integer, given) => {
            let kept = value::checked(key, given).ok()?;
            (!kept.is_null()).then(|| value::to_sql(&kept))
        }
        (_, Value::String(text)) => {
            let text = value::trimmed(text);
            (!text.is_empty()).then(|| Sql::Text(text.to_owned()))
        }
        (_, other) => Some(Sql::Text(other.to_string())),
    }
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
        // docs/salesforce/records.md#external-ids
        several => {
            let message = format!(
                "{}: more than one record found for external id field: [{}]",
                key.label,
                several.join(", ")
            );
            Err(Refusal::save("DUPLICATE_EXTERNAL_ID", message, &[key.name]))
        }
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
