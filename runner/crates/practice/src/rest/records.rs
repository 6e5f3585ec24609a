//! Single records: `sobjects/X` and `sobjects/X/{id}` (docs/salesforce/rest.md#records).

use http::Method;
use serde_json::{Map, Value, json};
use usher_core::id;

use crate::access;
use crate::background;
use crate::hand::Hand;
use crate::language;
use crate::query::url;
use crate::recycle_bin;
use crate::refusal::{Outcome, Refusal};
use crate::rest::{Answer, Call, method_not_allowed};
use crate::row::Row;
use crate::save;
use crate::schema::Object;
use crate::tenant::Tenant;

/// `sobjects/X`: create, or a short description.
pub(crate) fn collection(org: &Tenant<'_>, call: &Call, name: &str) -> Outcome<Answer> {
    let object = org.object(name)?.ok_or_else(Refusal::not_found)?;
    match call.method {
        Method::POST => created(org, object, &call.object()?),
        Method::GET => Ok(Answer::ok(json!({
            "objectDescribe": super::describe::short(org, object)?,
            "recentItems": [],
        }))),
        _ => Err(method_not_allowed(&call.method)),
    }
}

/// `sobjects/X/{id}`
pub(crate) fn one(org: &Tenant<'_>, call: &Call, name: &str, id: &str) -> Outcome<Answer> {
    let object = org.object(name)?.ok_or_else(Refusal::not_found)?;
    // The one create that names a field: `Id` without a value (docs/salesforce/records.md#external-ids).
    if call.method == Method::POST && id.eq_ignore_ascii_case("Id") {
        return created(org, object, &call.object()?);
    }
    row(org, call, object, &record_id(object, id)?)
}

/// One record by its id, which is one of the object.
pub(crate) fn row(
    org: &Tenant<'_>,
    call: &Call,
    object: &'static Object,
    id: &str,
) -> Outcome<Answer> {
    match call.method {
        Method::GET | Method::HEAD => read(org, call, object, id),
        Method::PATCH => {
            let fields = call.object()?;
            if fields.keys().any(|name| name.eq_ignore_ascii_case("Id")) {
                let message = "The Id field should not be specified in the sobject data.";
                return Err(Refusal::save("INVALID_FIELD", message, &["Id"]));
            }
            save::update(org, object, id, &fields, Hand::Client)?;
            Ok(Answer::empty())
        }
        Method::DELETE => {
            save::delete(org, object, id)?;
            Ok(Answer::empty())
        }
        _ => Err(method_not_allowed(&call.method)),
    }
}

/// Reads a record: all its fields, or those that the call names.
pub(crate) fn read(
    org: &Tenant<'_>,
    call: &Call,
    object: &'static Object,
    id: &str,
) -> Outcome<Answer> {
    if background::concerns(object) {
        background::look(org)?;
    }
    let fields = call.parameter("fields");
    let fields: Option<Vec<&str>> = fields.map(|fields| fields.split(',').map(str::trim).collect());
    match record(org, object, id, fields.as_deref())? {
        Some(record) => Ok(Answer::ok(record)),
        None => Err(absent(org, object, id)?),
    }
}

/// The refusal of a read of a record that is not there; a deleted one is said to be deleted.
pub(crate) fn absent(org: &Tenant<'_>, object: &Object, id: &str) -> Outcome<Refusal> {
    let mut refusal = recycle_bin::absent(org, object, id)?;
    refusal.fields = None;
    Ok(refusal)
}

/// A record as answers hold it: all its fields, or those named.
pub(crate) fn record(
    org: &Tenant<'_>,
    object: &'static Object,
    id: &str,
    fields: Option<&[&str]>,
) -> Outcome<Option<Value>> {
    let mut wanted = vec!["Id"];
    match fields {
        None => wanted = org.fields(object)?.iter().map(|field| field.name).collect(),
        Some(names) => {
            for name in names {
                let Some(field) = org.field(object, name)? else {
                    let message =
                        format!("No such column '{name}' on sobject of type {}", object.name);
                    return Err(Refusal::new(400, "INVALID_FIELD", message));
                };
                wanted.push(field.name);
            }
        }
    }
    let Some(mut row) = org.row(object, id)? else {
        return Ok(None);
    };
    if !access::shows(org, object, &row)? {
        return Ok(None);
    }
    language::show(org, object, &mut row)?;
    Ok(Some(Value::Object(shown(org, object, &row, &wanted))))
}

fn shown(org: &Tenant<'_>, object: &Object, row: &Row, wanted: &[&str]) -> Map<String, Value> {
    let id = row.get("Id").and_then(Value::as_str).unwrap_or_default();
    let attributes = json!({ "type": object.name, "url": url(org, object, id) });
    let mut record = Map::from_iter([("attributes".to_owned(), attributes)]);
    record.extend(wanted.iter().map(|name| {
        (
            (*name).to_owned(),
            row.get(name).cloned().unwrap_or_default(),
        )
    }));
    record
}

/// The id in 18 characters, when it is one of the object.
pub(crate) fn record_id(object: &Object, given: &str) -> Outcome<String> {
    match id::canonical(given) {
        Some(id) if id.starts_with(object.prefix) => Ok(id),
        // The text names the object's label (docs/salesforce/rest.md#errors).
        Some(_) => {
            let message = format!("{} ID: id value of incorrect type: {given}", object.label);
            Err(Refusal::save("MALFORMED_ID", message, &["Id"]))
        }
        None => Err(Refusal::new(
            404,
            "NOT_FOUND",
            format!("Provided external ID field does not exist or is not accessible: {given}"),
        )),
    }
}

fn created(
    org: &Tenant<'_>,
    object: &'static Object,
    fields: &Map<String, Value>,
) -> Outcome<Answer> {
    let id = save::create(org, object, fields, Hand::Client)?;
    Ok(Answer {
        status: 201,
        location: Some(url(org, object, &id)),
        body: Some(json!({ "id": id, "success": true, "errors": [] })),
    })
}
