//! Records by a field that names them: `Id`, external ids, and fields with `idLookup`
//! (docs/salesforce/records.md#external-ids).

use rusqlite::types::Value as Sql;
use serde_json::Value;
use usher_core::id;

use crate::refusal::{Outcome, Refusal};
use crate::schema::{Field, FieldKind, Object};
use crate::tenant::{Tenant, expression};
use crate::value;

/// Records that one value may name before the list of them is cut: no client reads further.
const FOUND_MAX: usize = 200;

/// The field of that name, when its values name records: `Id`, an external id, or a field with `idLookup`.
pub(crate) fn key(
    org: &Tenant<'_>,
    object: &'static Object,
    name: &str,
) -> Outcome<&'static Field> {
    let field = org.field(object, name)?.filter(|field| names(field));
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

/// Says whether the values of a field name records.
pub(crate) fn names(field: &Field) -> bool {
    field.external_id || field.id_lookup || matches!(field.kind, FieldKind::Id)
}

/// The refusal of a value that names several records, where one is meant.
pub(crate) fn several(key: &Field, ids: &[String]) -> Refusal {
    let message = format!(
        "{}: more than one record found for external id field: [{}]",
        key.label,
        ids.join(", ")
    );
    Refusal::save("DUPLICATE_EXTERNAL_ID", message, &[key.name])
}
