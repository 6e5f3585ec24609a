//! Record types (docs/salesforce/accounts.md#record-types): the type that a new record gets, and business or person
//! accounts.

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::{Change, known};
use crate::schema::Object;
use crate::tenant::Tenant;

/// The setting that names, by object, the record type that new records get.
pub(crate) const DEFAULTS: &str = "practice.defaultRecordTypes";

/// The fields that a person account alone has.
const PERSON: [&str; 3] = ["FirstName", "LastName", "PersonEmail"];

/// Gives a new record its record type. `row` holds what the client gives, and presets.
pub(super) fn complete(org: &Tenant<'_>, object: &Object, row: &mut Row) -> Outcome<()> {
    if object.field("RecordTypeId").is_none() {
        return Ok(());
    }
    let record_type = match text(row, "RecordTypeId") {
        "" => default(org, object)?,
        id => Some(usable(org, object, id)?),
    };
    let Some(record_type) = record_type else {
        return Ok(());
    };
    row.insert("RecordTypeId", Value::from(text(&record_type, "Id")));
    match object.name {
        "Account" => fits(row, truth(&record_type, "IsPersonType")),
        _ => Ok(()),
    }
}

/// Checks a new record type of a record.
pub(super) fn before_update(org: &Tenant<'_>, object: &Object, change: &Change<'_>) -> Outcome<()> {
    match change.of("RecordTypeId") {
        Some(Value::String(id)) => usable(org, object, id).map(drop),
        _ => Ok(()),
    }
}

/// The record types of an object that are in use.
pub(crate) fn of(org: &Tenant<'_>, object: &Object) -> Outcome<Vec<Row>> {
    let mut types = org.rows(
        known("RecordType"),
        &[("SobjectType", Value::from(object.name))],
    )?;
    types.retain(|record_type| truth(record_type, "IsActive"));
    Ok(types)
}

/// The record type of new records; none: that of the master.
pub(crate) fn default(org: &Tenant<'_>, object: &Object) -> Outcome<Option<Row>> {
    let defaults = org.setting(DEFAULTS)?.unwrap_or_default();
    let Some(name) = defaults.get(object.name).and_then(Value::as_str) else {
        return Ok(None);
    };
    let types = of(org, object)?;
    Ok(types
        .into_iter()
        .find(|record_type| text(record_type, "DeveloperName").eq_ignore_ascii_case(name)))
}

/// The text is general knowledge of the platform \[inferred\].
fn usable(org: &Tenant<'_>, object: &Object, id: &str) -> Outcome<Row> {
    let types = of(org, object)?;
    let found = types.into_iter().find(|found| text(found, "Id") == id);
    found.ok_or_else(|| {
        let message = format!("Record Type ID: this ID value isn't valid for the user: {id}");
        Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &["RecordTypeId"])
    })
}

/// A business account has no parts of a name, a person account no name of its own.
fn fits(row: &Row, person: bool) -> Outcome<()> {
    let others: &[&str] = if person { &["Name"] } else { &PERSON };
    let wrong: Vec<&str> = others
        .iter()
        .copied()
        .filter(|field| !text(row, field).is_empty())
        .collect();
    if !wrong.is_empty() {
        // The words that public code shows for `Name`.
        let message = format!(
            "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
            wrong.join(", ")
        );
        return Err(Refusal::save(
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            message,
            &wrong,
        ));
    }
    match person && text(row, "LastName").is_empty() {
        true => Err(Refusal::save(
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [LastName]",
            &["LastName"],
        )),
        false => Ok(()),
    }
}
