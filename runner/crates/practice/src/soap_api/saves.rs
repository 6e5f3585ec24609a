//! `create`, `update`, `upsert` and `delete`: up to 200 records, some of which may be refused unless all are wanted
//! (docs/salesforce/soap.md#calls).

use http::Method;
use serde_json::{Map, Value, json};

use crate::refusal::Refusal;
use crate::soap_api::Desk;
use crate::soap_api::envelope::Fault;
use crate::soap_api::results::{refused, shown};
use crate::soap_api::rows::{self, Given};

/// Records of one call.
const RECORDS_MAX: usize = 200;

pub(super) fn create(desk: &mut Desk<'_>) -> Result<String, Fault> {
    let records = given(desk)?;
    save(desk, Method::POST, &records)
}

pub(super) fn update(desk: &mut Desk<'_>) -> Result<String, Fault> {
    let records = given(desk)?;
    save(desk, Method::PATCH, &records)
}

fn save(desk: &mut Desk<'_>, method: Method, records: &[Given]) -> Result<String, Fault> {
    let rows = rows_of(desk, method, records)?;
    Ok(shown(&rows))
}

fn rows_of(desk: &mut Desk<'_>, method: Method, records: &[Given]) -> Result<Vec<Value>, Fault> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let all_or_none = desk.headers.all_or_none;
    let body = json!({ "allOrNone": all_or_none, "records": fields(records) });
    answer(desk.ask(method, &["composite", "sobjects"], &[], Some(body))?)
}

fn fields(records: &[Given]) -> Vec<&Map<String, Value>> {
    records.iter().map(|record| &record.fields).collect()
}

fn answer(rows: Value) -> Result<Vec<Value>, Fault> {
    match rows {
        Value::Array(rows) => Ok(rows),
        _ => Ok(Vec::new()),
    }
}

/// The records of the call.
fn given(desk: &Desk<'_>) -> Result<Vec<Given>, Fault> {
    let records = desk.call.children.iter();
    let records: Vec<_> = records.filter(|part| part.name == "sObjects").collect();
    permit(records.len())?;
    let records = records.into_iter();
    records.map(|record| rows::read(desk.org, record)).collect()
}

fn permit(count: usize) -> Result<(), Fault> {
    if count <= RECORDS_MAX {
        return Ok(());
    }
    let message = format!(
        "record limit reached. cannot submit more than {RECORDS_MAX} records into this call"
    );
    Err(Refusal::new(500, "EXCEEDED_ID_LIMIT", message).into())
}

/// Each run of one object is one call of REST; all or none of them are one unit.
pub(super) fn upsert(desk: &mut Desk<'_>) -> Result<String, Fault> {
    let key = desk.text("externalIDFieldName").to_owned();
    let records = given(desk)?;
    let mut rows: Vec<Value> = Vec::new();
    let all_or_none = desk.headers.all_or_none;
    let org = desk.org;
    let mut broken: Option<Fault> = None;
    let done = org.unit(|| {
        for run in records.chunk_by(|a, b| a.object.name == b.object.name) {
            match upsert_run(desk, &key, run) {
                Ok(run) => rows.extend(run),
                Err(fault) => {
                    broken = Some(fault);
                    return Err(rolled_back());
                }
            }
        }
        let failed = rows.iter().any(|row| row["success"] != Value::Bool(true));
        match all_or_none && failed {
            true => Err(rolled_back()),
            false => Ok(()),
        }
    });
    if let Some(fault) = broken {
        return Err(fault);
    }
    if done.is_err() {
        take_back(&mut rows);
    }
    Ok(shown(&rows))
}

fn upsert_run(desk: &mut Desk<'_>, key: &str, run: &[Given]) -> Result<Vec<Value>, Fault> {
    if key.is_empty() {
        let message = "externalIDFieldName not specified";
        return Err(Refusal::new(500, "MISSING_ARGUMENT", message).into());
    }
    if key.eq_ignore_ascii_case("Id") {
        return by_id(desk, run);
    }
    let body = json!({ "allOrNone": false, "records": fields(run) });
    let path = ["composite", "sobjects", run[0].object.name, key];
    answer(desk.ask(Method::PATCH, &path, &[], Some(body))?)
}

/// A record with an id is there and is changed; one without is new.
fn by_id(desk: &mut Desk<'_>, run: &[Given]) -> Result<Vec<Value>, Fault> {
    let mut rows = Vec::new();
    for run in run.chunk_by(|a, b| has_id(a) == has_id(b)) {
        let created = !run.first().is_some_and(has_id);
        let method = match created {
            true => Method::POST,
            false => Method::PATCH,
        };
        let body = json!({ "allOrNone": false, "records": fields(run) });
        let found = answer(desk.ask(method, &["composite", "sobjects"], &[], Some(body))?)?;
        for mut row in found {
            row["created"] = Value::from(created && row["success"] == Value::Bool(true));
            rows.push(row);
        }
    }
    Ok(rows)
}

fn has_id(record: &Given) -> bool {
    record.fields.get("Id").is_some_and(|id| !id.is_null())
}

pub(super) fn delete(desk: &mut Desk<'_>) -> Result<String, Fault> {
    let ids: Vec<String> = desk.texts("ids").into_iter().map(str::to_owned).collect();
    permit(ids.len())?;
    if ids.is_empty() {
        return Ok(String::new());
    }
    let good: Vec<&str> = ids
        .iter()
        .map(String::as_str)
        .filter(|id| is_known(id))
        .collect();
    let all_or_none = desk.headers.all_or_none;
    let mut rows = match good.is_empty() || all_or_none && good.len() < ids.len() {
        true => Vec::new(),
        false => {
            let flag = if all_or_none { "true" } else { "false" };
            let query = [("ids", good.join(",")), ("allOrNone", flag.to_owned())];
            let query = query
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            answer(desk.ask(Method::DELETE, &["composite", "sobjects"], &query, None)?)?
        }
    }
    .into_iter();
    let rows: Vec<Value> = ids
        .iter()
        .map(|id| match is_known(id) {
            true => rows.next().unwrap_or_else(|| refused(&rolled_back())),
            // [inferred] The text.
            false => refused(&Refusal::save(
                "MALFORMED_ID",
                format!("malformed id {id}"),
                &[],
            )),
        })
        .collect();
    Ok(shown(&rows))
}

/// Says whether an id is well-formed and of an object that there is.
fn is_known(id: &str) -> bool {
    usher_core::id::canonical(id).is_some_and(|id| crate::schema::object_of_id(&id).is_some())
}

/// The rows of records that were saved and then taken back.
fn take_back(rows: &mut [Value]) {
    for row in rows {
        if row["success"] == Value::Bool(true) {
            *row = refused(&rolled_back());
        }
        row["created"] = Value::Bool(false);
    }
}

fn rolled_back() -> Refusal {
    let message = "Record rolled back because not all records were valid and the request was using AllOrNone header";
    Refusal::save("ALL_OR_NONE_OPERATION_ROLLED_BACK", message, &[])
}
