//! `sobjects/X/<field>/<value>`: a record by a field that names it (docs/salesforce/records.md#external-ids).

use http::Method;
use serde_json::{Value, json};

use crate::hand::Hand;
use crate::query::url;
use crate::refusal::{Outcome, Refusal};
use crate::rest::records;
use crate::rest::{Answer, Call, method_not_allowed};
use crate::save;
use crate::schema::{Field, FieldKind, Object};
use crate::tenant::Tenant;
use crate::upsert::{self, Upserted};

/// Since this version the answer to an upsert that changed a record has a body
/// (docs/salesforce/records.md#external-ids).
const WITH_BODY: u32 = 46;

/// Says whether a part of a path below an object may be a field: some are resources of the object.
pub(crate) fn is_meant(part: &str) -> bool {
    !matches!(part, "describe" | "listviews" | "quickActions")
}

pub(crate) fn answer(
    org: &Tenant<'_>,
    call: &Call,
    name: &str,
    field: &str,
    value: &str,
) -> Outcome<Answer> {
    let object = org.object(name)?.ok_or_else(Refusal::not_found)?;
    let key = upsert::key(org, object, field)?;
    if call.method == Method::PATCH {
        upsert::permit(org, key)?;
    }
    let found = upsert::find(org, object, key, &Value::from(value))?;
    match (&call.method, found.as_slice()) {
        (&Method::GET | &Method::HEAD | &Method::PATCH | &Method::DELETE, [_, _, ..]) => {
            Ok(several(org, object, &found))
        }
        (&Method::GET | &Method::HEAD, [id]) => records::read(org, call, object, id),
        (&Method::DELETE, [id]) => {
            save::delete(org, object, id)?;
            Ok(Answer::empty())
        }
        (&Method::PATCH, found) => {
            let id = found.first().map(String::as_str);
            changed_or_created(org, call, object, key, value, id)
        }
        (&Method::GET | &Method::HEAD | &Method::DELETE, []) => Err(Refusal::not_found()),
        _ => Err(method_not_allowed(&call.method)),
    }
}

fn changed_or_created(
    org: &Tenant<'_>,
    call: &Call,
    object: &'static Object,
    key: &'static Field,
    value: &str,
    id: Option<&str>,
) -> Outcome<Answer> {
    let mut fields = call.object()?;
    for name in fields.keys() {
        let given = org.field(object, name)?.map(|field| field.name);
        if given == Some("Id") || given == Some(key.name) {
            // [inferred] The text for other fields than `Id`.
            let message = format!("The {name} field should not be specified in the sobject data.");
            return Err(Refusal::save("INVALID_FIELD", message, &[name.as_str()]));
        }
    }
    if let Some(id) = id {
        save::update(org, object, id, &fields, Hand::Client)?;
        let id = id.to_owned();
        return Ok(upserted(org, object, &Upserted { id, created: false }));
    }
    let only_updates = call
        .parameter("updateOnly")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if only_updates || matches!(key.kind, FieldKind::Id) {
        return Err(match matches!(key.kind, FieldKind::Id) {
            true => records::absent(org, object, value)?,
            false => Refusal::not_found(),
        });
    }
    fields.insert(key.name.to_owned(), Value::from(value));
    let id = save::create(org, object, &fields, Hand::Client)?;
    Ok(upserted(org, object, &Upserted { id, created: true }))
}

fn upserted(org: &Tenant<'_>, object: &Object, done: &Upserted) -> Answer {
    if !done.created && org.version < WITH_BODY {
        return Answer::empty();
    }
    let mut body = json!({ "id": done.id, "success": true, "errors": [] });
    if org.version >= WITH_BODY {
        body["created"] = Value::from(done.created);
    }
    Answer {
        status: if done.created { 201 } else { 200 },
        location: done.created.then(|| url(org, object, &done.id)),
        body: Some(body),
    }
}

/// 300: the addresses of the records that the value names.
fn several(org: &Tenant<'_>, object: &Object, ids: &[String]) -> Answer {
    let urls: Vec<String> = ids.iter().map(|id| url(org, object, id)).collect();
    Answer {
        status: 300,
        body: Some(json!(urls)),
        location: None,
    }
}
