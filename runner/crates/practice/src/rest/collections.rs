//! `composite/sobjects`: up to 200 records in one call (docs/salesforce/rest.md#collections). Results keep the order of
//! the input.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Map, Value, json};
use usher_core::id;

use crate::hand::Hand;
use crate::refusal::{Outcome, Refusal};
use crate::rest::records::{record, record_id};
use crate::rest::{Answer, Call, method_not_allowed};
use crate::save;
use crate::schema::{Area, Object, object_of_id};
use crate::tenant::Tenant;
use crate::upsert::{self, Twice};

/// Records of one call.
const RECORDS_MAX: usize = 200;

/// Runs of one object among the records of one call.
const CHUNKS_MAX: usize = 10;

/// Ids of one `GET`: with `POST` for reading, 2,000.
const READ_MAX: usize = 2_000;

/// The version that brought upserts of collections.
const UPSERTS_SINCE: u32 = 46;

/// One record of the call, and what is to be done with it.
struct Entry {
    object: &'static Object,
    id: Option<String>,
    fields: Map<String, Value>,
}

/// A record that was saved.
struct Done {
    id: String,
    /// Only an upsert says so.
    created: Option<bool>,
}

impl Done {
    fn shown(&self) -> Value {
        let mut row = json!({ "id": self.id, "success": true, "errors": [] });
        if let Some(created) = self.created {
            row["created"] = Value::from(created);
        }
        row
    }
}

/// `name` stands in the path of reads: `composite/sobjects/Account?ids=…`.
pub(crate) fn answer(org: &Tenant<'_>, call: &Call, name: Option<&str>) -> Outcome<Answer> {
    match (&call.method, name) {
        (&Method::POST, None) => save_all(org, &call.object()?, create),
        (&Method::PATCH, None) => save_all(org, &call.object()?, update),
        (&Method::DELETE, None) => delete_all(org, call),
        (&Method::GET | &Method::POST, Some(name)) => read_all(org, call, name),
        _ => Err(method_not_allowed(&call.method)),
    }
}

/// `PATCH composite/sobjects/X/<field>`: records that the field names, changed or created.
pub(crate) fn upsert(org: &Tenant<'_>, call: &Call, name: &str, key: &str) -> Outcome<Answer> {
    if org.version < UPSERTS_SINCE {
        return Err(Refusal::not_found());
    }
    let object = org.object(name)?.ok_or_else(Refusal::not_found)?;
    let key = upsert::key(org, object, key)?;
    let body = call.object()?;
    let entries = entries(org, &body)?;
    if let Some(entry) = entries
        .iter()
        .find(|entry| entry.object.name != object.name)
    {
        // [inferred] The code and the text.
        let message = format!(
            "A record of the type {} is not one of the type {}",
            entry.object.name, object.name
        );
        return Err(Refusal::new(400, "INVALID_INPUT", message));
    }
    let mut twice = Twice::default();
    for entry in &entries {
        twice.see(key, &entry.fields);
    }
    saved(org, &entries, all_or_none(&body), |org, entry| {
        twice.check(key, &entry.fields)?;
        let mut fields = entry.fields.clone();
        if let Some(id) = &entry.id {
            fields.insert("Id".to_owned(), Value::from(id.as_str()));
        }
        let done = upsert::upsert(org, object, key, &fields)?;
        Ok(Done {
            id: done.id,
            created: Some(done.created),
        })
    })
}

fn create(org: &Tenant<'_>, entry: &Entry) -> Outcome<Done> {
    if entry.id.is_some() {
        let message = "cannot specify Id in an insert call";
        return Err(Refusal::save(
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            message,
            &["Id"],
        ));
    }
    let id = save::create(org, entry.object, &entry.fields, Hand::Client)?;
    Ok(Done { id, created: None })
}

fn update(org: &Tenant<'_>, entry: &Entry) -> Outcome<Done> {
    let Some(given) = &entry.id else {
        let message = "Id not specified in an update call";
        return Err(Refusal::save("MISSING_ARGUMENT", message, &["Id"]));
    };
    let id = upsert::id_in_save(entry.object, given)?;
    save::update(org, entry.object, &id, &entry.fields, Hand::Client)?;
    Ok(Done { id, created: None })
}

/// The object and the id in 18 characters; none where the id is malformed, or of no object \[inferred\].
fn named(given: &str) -> Option<(&'static Object, String)> {
    let id = id::canonical(given)?;
    Some((object_of_id(&id)?, id))
}

/// Deletes one record of a list (docs/salesforce/rest.md#malformed-ids).
fn delete(org: &Tenant<'_>, given: &str) -> Outcome<Done> {
    let Some((object, id)) = named(given) else {
        let message = format!("malformed id {given}");
        return Err(Refusal::save("MALFORMED_ID", message, &[]));
    };
    save::delete(org, object, &id)?;
    Ok(Done { id, created: None })
}

fn save_all(
    org: &Tenant<'_>,
    body: &Map<String, Value>,
    save: fn(&Tenant<'_>, &Entry) -> Outcome<Done>,
) -> Outcome<Answer> {
    saved(org, &entries(org, body)?, all_or_none(body), save)
}

fn all_or_none(body: &Map<String, Value>) -> bool {
    body.get("allOrNone") == Some(&Value::Bool(true))
}

fn entries(org: &Tenant<'_>, body: &Map<String, Value>) -> Outcome<Vec<Entry>> {
    let Some(Value::Array(records)) = body.get("records") else {
        return Err(Refusal::new(
            400,
            "JSON_PARSER_ERROR",
            "the body has no list `records`",
        ));
    };
    records.iter().map(|record| entry(org, record)).collect()
}

fn delete_all(org: &Tenant<'_>, call: &Call) -> Outcome<Answer> {
    let all_or_none = call
        .parameter("allOrNone")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let ids = call
        .parameter("ids")
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|id| !id.is_empty());
    let ids: Vec<&str> = ids.collect();
    let objects: Vec<&Object> = ids
        .iter()
        .filter_map(|id| named(id).map(|(object, _)| object))
        .collect();
    permit(ids.len(), &objects)?;
    let unassigned = objects
        .iter()
        .filter(|object| object.name == "PermissionSetAssignment");
    let org = &org.unassigning(unassigned.count());
    results(org, &ids, all_or_none, |org, id| delete(org, id))
}

fn saved(
    org: &Tenant<'_>,
    entries: &[Entry],
    all_or_none: bool,
    save: impl Fn(&Tenant<'_>, &Entry) -> Outcome<Done>,
) -> Outcome<Answer> {
    let objects: Vec<&Object> = entries.iter().map(|entry| entry.object).collect();
    permit(entries.len(), &objects)?;
    results(org, entries, all_or_none, save)
}

fn results<T>(
    org: &Tenant<'_>,
    entries: &[T],
    all_or_none: bool,
    save: impl Fn(&Tenant<'_>, &T) -> Outcome<Done>,
) -> Outcome<Answer> {
    let mut results = Vec::new();
    let outcome = org.unit(|| {
        results = entries
            .iter()
            .map(|entry| save(org, entry))
            .collect::<Vec<_>>();
        let failed = results.iter().any(Result::is_err);
        match all_or_none && failed {
            true => Err(rolled_back()),
            false => Ok(()),
        }
    });
    let undone = outcome.is_err();
    let with_result = org.duplicates.include_record_details
        && !org.is_on("practice.collectionsHideDuplicates")?;
    let rows: Vec<Value> = results
        .into_iter()
        .map(|result| match result {
            Ok(_) if undone => failed(&rolled_back(), false),
            Ok(done) => done.shown(),
            Err(refusal) => failed(&refusal, with_result),
        })
        .collect();
    Ok(Answer::ok(Value::Array(rows)))
}

/// `GET composite/sobjects/X?ids=…&fields=…`, or the same as a body. A missing record is null.
fn read_all(org: &Tenant<'_>, call: &Call, name: &str) -> Outcome<Answer> {
    let object = org.object(name)?.ok_or_else(Refusal::not_found)?;
    let body = match call.method {
        Method::POST => call.object()?,
        _ => Map::new(),
    };
    let list = |name: &str| -> Vec<String> {
        match body.get(name) {
            Some(Value::Array(items)) => items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            _ => {
                let text = call.parameter(name).unwrap_or_default();
                text.split(',')
                    .map(str::trim)
                    .filter(|item| !item.is_empty())
                    .map(str::to_owned)
                    .collect()
            }
        }
    };
    let (ids, fields) = (list("ids"), list("fields"));
    if ids.len() > READ_MAX {
        return Err(too_many(READ_MAX));
    }
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    for id in ids {
        let id = record_id(object, &id)?;
        found.push(record(org, object, &id, Some(&fields))?.unwrap_or_default());
    }
    Ok(Answer::ok(Value::Array(found)))
}

fn entry(org: &Tenant<'_>, record: &Value) -> Outcome<Entry> {
    let name = record.pointer("/attributes/type").and_then(Value::as_str);
    let (Some(name), Value::Object(fields)) = (name, record) else {
        let message = "Each record needs `attributes` with its `type`";
        return Err(Refusal::new(400, "INVALID_FIELD", message));
    };
    let object = org.object(name)?.ok_or_else(Refusal::not_found)?;
    let mut fields = fields.clone();
    let key = fields
        .keys()
        .find(|key| key.eq_ignore_ascii_case("Id"))
        .cloned();
    let id = key.and_then(|key| fields.remove(&key));
    let id = id.as_ref().and_then(Value::as_str).map(str::to_owned);
    Ok(Entry { object, id, fields })
}

/// Refuses too many records, too many runs of one object, and setup objects beside others
/// (docs/salesforce/rest.md#collections).
fn permit(count: usize, objects: &[&Object]) -> Outcome<()> {
    if count > RECORDS_MAX {
        return Err(too_many(RECORDS_MAX));
    }
    let names: Vec<&str> = objects.iter().map(|object| object.name).collect();
    let chunks = 1 + names.windows(2).filter(|pair| pair[0] != pair[1]).count();
    if chunks > CHUNKS_MAX {
        let message =
            format!("The request has {chunks} chunks of one object type, more than {CHUNKS_MAX}");
        return Err(Refusal::new(400, "LIMIT_EXCEEDED", message));
    }
    let kinds: BTreeSet<&str> = names.into_iter().collect();
    let setup = objects.iter().any(|object| object.area == Area::Setup);
    if kinds.len() > 1 && setup {
        let message = "You can't create records for multiple object types in one call when one of the types is related to a feature in the Setup area.";
        return Err(Refusal::new(400, "INVALID_INPUT", message));
    }
    Ok(())
}

fn too_many(most: usize) -> Refusal {
    // [inferred] The code and the text.
    let message =
        format!("record limit reached. cannot submit more than {most} records in this call");
    Refusal::new(400, "EXCEEDED_ID_LIMIT", message)
}

fn failed(refusal: &Refusal, with_result: bool) -> Value {
    let mut error = refusal.to_row_json();
    if let (true, Some(result)) = (with_result, &refusal.result) {
        error[result.0] = result.1.clone();
    }
    json!({ "success": false, "errors": [error] })
}

fn rolled_back() -> Refusal {
    let message = "Record rolled back because not all records were valid and the request was using AllOrNone header";
    Refusal::save("ALL_OR_NONE_OPERATION_ROLLED_BACK", message, &[])
}
