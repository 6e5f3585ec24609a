//! `create`, `update` and `upsert`: up to 200 records, some of which may be refused unless all are wanted
//! (docs/salesforce/soap.md#calls).

use http::Method;
use serde_json::{Map, Value, json};

use crate::mail;
use crate::refusal::{Outcome, Refusal};
use crate::schema::{Field, FieldKind, Object};
use crate::soap_api::Desk;
use crate::soap_api::envelope::Fault;
use crate::soap_api::results::{all_or_some, permit, refused, shown};
use crate::soap_api::rows::{self, Given};
use crate::tenant::Tenant;
use crate::upsert::{self, Twice};

pub(super) fn create(desk: &mut Desk<'_>) -> Result<String, Fault> {
    save(desk, Method::POST)
}

pub(super) fn update(desk: &mut Desk<'_>) -> Result<String, Fault> {
    save(desk, Method::PATCH)
}

/// Saves the records as a collection of REST does.
fn save(desk: &mut Desk<'_>, method: Method) -> Result<String, Fault> {
    let records = given(desk)?;
    if records.is_empty() {
        return Ok(String::new());
    }
    let fields: Vec<&Map<String, Value>> = records.iter().map(|record| &record.fields).collect();
    let body = json!({ "allOrNone": desk.headers.all_or_none, "records": fields });
    let creates = method == Method::POST;
    let rows = desk.ask(method, &["composite", "sobjects"], &[], Some(body))?;
    let rows = rows.as_array().map_or(&[][..], Vec::as_slice);
    if creates && desk.headers.mails_users {
        mail_new_users(desk, &records, rows)?;
    }
    Ok(shown(rows))
}

/// Mails the users among new records (docs/salesforce/users.md#mails).
fn mail_new_users(desk: &Desk<'_>, records: &[Given], rows: &[Value]) -> Outcome<()> {
    let org = desk.org;
    let pairs = records.iter().zip(rows);
    let users = pairs.filter(|(record, _)| record.object.name == "User");
    let ids: Vec<&str> = users.filter_map(|(_, row)| row["id"].as_str()).collect();
    org.unit(|| ids.iter().try_for_each(|id| mail::new_user(org, id)))
}

/// The records of the call.
fn given(desk: &Desk<'_>) -> Result<Vec<Given>, Fault> {
    let records = desk.call.children.iter();
    let records: Vec<_> = records.filter(|part| part.name == "sObjects").collect();
    permit(records.len())?;
    let records = records.into_iter();
    let cuts = desk.headers.cuts_texts;
    records
        .map(|record| rows::read(desk.org, record, cuts))
        .collect()
}

/// Records of several objects may be in one call, as long as the field names records of each.
pub(super) fn upsert(desk: &mut Desk<'_>) -> Result<String, Fault> {
    let org = desk.org;
    let name = desk.text("externalIDFieldName");
    if name.is_empty() {
        // [inferred] The text.
        let message = "externalIDFieldName not specified";
        return Err(Refusal::new(500, "MISSING_ARGUMENT", message).into());
    }
    let mut records = Vec::new();
    for record in given(desk)? {
        let key = key(org, record.object, name)?;
        records.push((record, key));
    }
    let mut twice = Twice::default();
    for (record, key) in &records {
        twice.see(key, &record.fields);
    }
    let rows = all_or_some(desk, &records, |(record, key)| {
        let done = org.unit(|| {
            twice.check(key, &record.fields)?;
            upsert::upsert(org, record.object, key, &record.fields)
        });
        match done {
            Ok(done) => json!({ "id": done.id, "success": true, "created": done.created }),
            Err(refusal) => refused(&refusal),
        }
    });
    let rows: Vec<Value> = rows.into_iter().map(with_created).collect();
    Ok(shown(&rows))
}

/// The field of an object that names its records.
fn key(org: &Tenant<'_>, object: &'static Object, name: &str) -> Outcome<&'static Field> {
    let field = org.field(object, name)?.filter(|field| {
        field.external_id || field.id_lookup || matches!(field.kind, FieldKind::Id)
    });
    field.ok_or_else(|| {
        // [inferred] That it is a fault, and its code.
        let message = format!(
            "Field name provided, {name} does not match an External ID, Salesforce Id, or indexed field for {}",
            object.name
        );
        Refusal::new(500, "INVALID_FIELD", message)
    })
}

/// A row that says whether its record is new: one that was refused is not.
fn with_created(mut row: Value) -> Value {
    if row["created"].is_null() {
        row["created"] = Value::Bool(false);
    }
    row
}
