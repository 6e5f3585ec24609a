//! The common parts of requests about jobs: reading a body, naming a job, listing, moving and deleting.

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::background;
use crate::bulk::info::{self, Detail};
use crate::bulk::job::{Job, Kind, State};
use crate::bulk::kept;
use crate::bulk::reply::Reply;
use crate::refusal::{Outcome, Refusal};
use crate::tenant::Tenant;

/// Jobs of one answer (docs/salesforce/bulk.md#lists).
const LISTED: usize = 1_000;

/// The stem of locators of lists: an id of a query cursor. Its number is \[inferred\].
const LOCATOR: &str = "01g000000000001AAA";

/// The fields of a JSON body.
pub(super) fn object(body: &[u8]) -> Outcome<Map<String, Value>> {
    serde_json::from_slice(body).map_err(|error| {
        let message = format!("the body is no JSON object: {error}");
        Refusal::new(400, "JSON_PARSER_ERROR", message)
    })
}

/// A field of a body that is a text, when it is there.
pub(super) fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Outcome<Option<&'a str>> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(unfit(name)),
    }
}

/// A field of a body that is one of some words; none where it is absent.
pub(super) fn word<T: DeserializeOwned>(
    body: &Map<String, Value>,
    name: &str,
) -> Outcome<Option<T>> {
    match text(body, name)? {
        None => Ok(None),
        Some(text) => serde_json::from_value(json!(text))
            .map(Some)
            .map_err(|_| unfit(name)),
    }
}

/// A body that does not fit. \[inferred\] The text; the code is the REST API's for a body that it cannot read.
pub(super) fn unfit(name: &str) -> Refusal {
    let message = format!("Cannot read the value of {name}");
    Refusal::new(400, "JSON_PARSER_ERROR", message)
}

/// The results are CSV, as is the data (docs/salesforce/bulk.md#answers).
pub(super) fn only_csv(body: &Map<String, Value>) -> Outcome<()> {
    match text(body, "contentType")? {
        None | Some("CSV") => Ok(()),
        Some(_) => Err(unfit("contentType")),
    }
}

/// The job of that kind and id as the background has left it; a look lets it go on.
pub(super) fn looked_at(org: &Tenant<'_>, kind: Kind, id: &str) -> Outcome<Job> {
    named(org, kind, id)?;
    background::look_at_job(org)?;
    named(org, kind, id)
}

/// The job of that kind and id.
pub(super) fn named(org: &Tenant<'_>, kind: Kind, id: &str) -> Outcome<Job> {
    kept::find(org, kind, id)?.ok_or_else(Refusal::not_found)
}

/// Refuses who did not make the job (docs/salesforce/bulk.md#rights).
pub(super) fn own(org: &Tenant<'_>, job: &Job) -> Outcome<()> {
    match job.user_id == org.user_id {
        true => Ok(()),
        // [inferred] The status and the text; the code is documented as `InvalidUser`.
        false => {
            let message = "The job was created by another user";
            Err(Refusal::new(403, "INVALIDUSER", message))
        }
    }
}

/// A state that a request asks for.
pub(super) fn wanted_state(body: &[u8]) -> Outcome<State> {
    let body = object(body)?;
    let state: Option<State> = word(&body, "state")?;
    state.ok_or_else(|| unfit("state"))
}

/// Aborts a job. Its data is not processed any more; what was saved stays (docs/salesforce/bulk.md#states).
pub(super) fn abort(org: &Tenant<'_>, mut job: Job) -> Outcome<Reply> {
    if job.state.is_end() {
        let message = "Aborting already Completed Job not allowed";
        return Err(wrong_state(message));
    }
    job.state = State::Aborted;
    job.changed_ms = org.now_ms;
    kept::update(org, &job)?;
    Ok(Reply::json(&info::of(&job, Detail::Moved)))
}

/// The refusal of what a job's state does not allow.
pub(super) fn wrong_state(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "INVALIDJOBSTATE", message)
}

/// Deletes a job that is in one of these states.
pub(super) fn delete(org: &Tenant<'_>, job: &Job, states: &[State]) -> Outcome<Reply> {
    if !states.contains(&job.state) {
        let message = "Error encountered when deleting the job because the job is not terminated";
        return Err(Refusal::new(400, "API_ERROR", message));
    }
    kept::remove(org, &job.id)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Jobs of a kind, a page of them (docs/salesforce/bulk.md#lists).
pub(super) fn list(org: &Tenant<'_>, kind: Kind, query: &[(String, String)]) -> Outcome<Reply> {
    let parameter = |name: &str| {
        let found = query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    };
    let kind = match parameter("jobType") {
        None => Some(kind),
        // Jobs of other types are never made here.
        Some(asked) => [Kind::Ingest, Kind::Query]
            .into_iter()
            .find(|kind| info::kind(*kind) == asked),
    };
    // Only jobs of the older Bulk API are cut by primary keys.
    let chunked = parameter("isPkChunkingEnabled").is_some_and(|value| value == "true");
    let from = match parameter("queryLocator") {
        None => 0,
        Some(locator) => place(locator)?,
    };
    let mut jobs = match kind {
        Some(kind) if !chunked => kept::list(org, kind, from, LISTED + 1)?,
        _ => Vec::new(),
    };
    let more = jobs.len() > LISTED;
    jobs.truncate(LISTED);
    let records: Vec<Value> = jobs
        .iter()
        .map(|job| info::of(job, Detail::Listed))
        .collect();
    let next = more.then(|| {
        let face = if kind == Some(Kind::Query) {
            "query"
        } else {
            "ingest"
        };
        let (version, to) = (org.version, from + LISTED);
        format!("/services/data/v{version}.0/jobs/{face}?queryLocator={LOCATOR}-{to}")
    });
    let page = json!({ "done": !more, "records": records, "nextRecordsUrl": next });
    Ok(Reply::json(&page))
}

fn place(locator: &str) -> Outcome<usize> {
    let place = locator
        .strip_prefix(LOCATOR)
        .and_then(|rest| rest.strip_prefix('-'));
    let place = place.and_then(|place| place.parse().ok());
    place.ok_or_else(|| Refusal::new(400, "INVALID_QUERY_LOCATOR", "invalid query locator"))
}
