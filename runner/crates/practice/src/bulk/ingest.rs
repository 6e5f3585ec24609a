//! `jobs/ingest`: jobs that load records (docs/salesforce/bulk.md#ingest).

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::{Map, Value};

use crate::bulk::ask;
use crate::bulk::call::Call;
use crate::bulk::columns;
use crate::bulk::csv::Format;
use crate::bulk::info::{self, Detail};
use crate::bulk::job::{Job, Kind, List, Operation, State};
use crate::bulk::kept;
use crate::bulk::multipart;
use crate::bulk::reply::Reply;
use crate::bulk::upload;
use crate::clock;
use crate::refusal::{Outcome, Refusal};
use crate::rest::method_not_allowed;
use crate::tenant::Tenant;
use crate::tenant::rights::{Right, has_one};

/// Batches of one day (docs/salesforce/bulk.md#limits).
const DAILY_BATCHES: i64 = 15_000;

/// Characters of data that come with the request that makes the job (docs/salesforce/bulk.md#limits).
const MULTIPART_CHARACTERS_MAX: usize = 100_000;

const DAY_MS: i64 = 86_400_000;

/// States in which a job may be deleted (docs/salesforce/bulk.md#states).
const DELETABLE: [State; 4] = [
    State::UploadComplete,
    State::JobComplete,
    State::Aborted,
    State::Failed,
];

/// Answers below `jobs/ingest`.
pub(super) fn answer(org: &Tenant<'_>, call: &Call<'_>, path: &[&str]) -> Outcome<Reply> {
    match (path, call.method) {
        ([], &Method::POST) => org.unit(|| create(org, call)),
        ([], &Method::GET) => ask::list(org, Kind::Ingest, &call.query),
        ([id], &Method::GET) => {
            let job = ask::looked_at(org, Kind::Ingest, id)?;
            Ok(Reply::json(&info::of(&job, Detail::Full)))
        }
        ([id], &Method::PATCH) => org.unit(|| change(org, call, id)),
        ([id], &Method::DELETE) => org.unit(|| {
            let job = ask::named(org, Kind::Ingest, id)?;
            ask::own(org, &job)?;
            ask::delete(org, &job, &DELETABLE)
        }),
        ([id, "batches"], &Method::PUT) => org.unit(|| put(org, id, call.body)),
        ([id, "successfulResults"], &Method::GET) => results(org, id, List::Successful),
        ([id, "failedResults"], &Method::GET) => results(org, id, List::Failed),
        ([id, name], &Method::GET) if name.eq_ignore_ascii_case("unprocessedrecords") => {
            unprocessed(org, id)
        }
        ([] | [_], method) => Err(method_not_allowed(method)),
        (
            [
                _,
                "batches" | "successfulResults" | "failedResults" | "unprocessedrecords",
            ],
            method,
        ) => Err(method_not_allowed(method)),
        _ => Err(Refusal::not_found()),
    }
}

fn create(org: &Tenant<'_>, call: &Call<'_>) -> Outcome<Reply> {
    let Some(boundary) = multipart::boundary(call.content_type) else {
        let job = made(org, &ask::object(call.body)?)?;
        return Ok(Reply::json(&info::of(&job, Detail::Short)));
    };
    let parts = multipart::parts(call.body, boundary)?;
    let part = |name: &str| parts.iter().find(|part| part.name == name);
    let described = part("job").ok_or_else(|| multipart::unfit("the part `job` is missing"))?;
    let mut job = made(org, &ask::object(described.bytes)?)?;
    let content =
        part("content").ok_or_else(|| multipart::unfit("the part `content` is missing"))?;
    if content.bytes.len() > MULTIPART_CHARACTERS_MAX {
        // [inferred] The code and the text.
        let message = "A multipart request has at most 100,000 characters of job data";
        return Err(Refusal::new(400, "INVALIDBATCH", message));
    }
    upload::take(org, &mut job, content.bytes)?;
    // All data has come: the job is processed without being asked for (docs/salesforce/bulk.md#ingest).
    complete(org, &mut job)?;
    Ok(Reply::json(&info::of(&job, Detail::Short)))
}

/// A new job as a body describes it.
fn made(org: &Tenant<'_>, body: &Map<String, Value>) -> Outcome<Job> {
    let operation: Option<Operation> = ask::word(body, "operation")?;
    let operation = match operation {
        Some(Operation::Query | Operation::QueryAll) | None => return Err(ask::unfit("operation")),
        // Nobody has the permission by default, administrators among them (docs/salesforce/bulk.md#rights).
        Some(Operation::HardDelete) if !has_one(org, &[Right::BulkApiHardDelete])? => {
            let message = "hardDelete operation requires special user profile permission, please contact your system administrator";
            return Err(Refusal::new(400, "FEATURENOTENABLED", message));
        }
        Some(operation) => operation,
    };
    let name = ask::text(body, "object")?.ok_or_else(|| ask::unfit("object"))?;
    let object = org.object(name)?.ok_or_else(|| {
        let message = format!("Entity '{name}' is not supported by the Bulk API.");
        Refusal::new(400, "INVALIDENTITY", message)
    })?;
    ask::only_csv(body)?;
    if ask::text(body, "assignmentRuleId")?.is_some() {
        let message = "the practice org knows no assignment rules";
        return Err(Refusal::new(400, "INVALIDJOB", message));
    }
    let external_id = match (operation, ask::text(body, "externalIdFieldName")?) {
        (Operation::Upsert, Some(name)) => {
            Some(columns::external_id(org, object, name)?.name.to_owned())
        }
        // [inferred] The code and the text.
        (Operation::Upsert, None) => {
            let message = "External ID was blank for an upsert job";
            return Err(Refusal::new(400, "INVALIDJOB", message));
        }
        _ => None,
    };
    let (_, batches) = kept::made_since(org, Kind::Ingest, org.now_ms - DAY_MS)?;
    if batches >= DAILY_BATCHES {
        // [inferred] The status and the text.
        let message = format!("Max bulk batches ({DAILY_BATCHES}) per 24 hrs has been reached");
        return Err(Refusal::new(403, "EXCEEDEDQUOTA", message));
    }
    let job = Job {
        id: kept::next_id(org)?,
        kind: Kind::Ingest,
        operation,
        object: object.name.to_owned(),
        external_id,
        format: Format {
            delimiter: ask::word(body, "columnDelimiter")?.unwrap_or_default(),
            ending: ask::word(body, "lineEnding")?.unwrap_or_default(),
        },
        user_id: org.user_id.clone(),
        version: org.version,
        created_ms: org.now_ms,
        changed_ms: org.now_ms,
        asked_ms: 0,
        took_ms: 0,
        state: State::Open,
        header: None,
        processed: 0,
        failed: 0,
        error: None,
    };
    kept::insert(org, &job)?;
    Ok(job)
}

fn put(org: &Tenant<'_>, id: &str, body: &Bytes) -> Outcome<Reply> {
    let mut job = ask::named(org, Kind::Ingest, id)?;
    ask::own(org, &job)?;
    if job.state != State::Open {
        // [inferred] The text.
        let message = format!("The job is {}, and takes no data", job.state.name());
        return Err(ask::wrong_state(message));
    }
    upload::take(org, &mut job, body)?;
    job.changed_ms = org.now_ms;
    kept::update(org, &job)?;
    Ok(Reply::empty(StatusCode::CREATED))
}

fn change(org: &Tenant<'_>, call: &Call<'_>, id: &str) -> Outcome<Reply> {
    let mut job = ask::named(org, Kind::Ingest, id)?;
    ask::own(org, &job)?;
    match ask::wanted_state(call.body)? {
        State::Aborted => {
            // [inferred] Data that was not processed stays readable: unprocessed records are those of failed and
            // aborted jobs (docs/salesforce/bulk.md#results).
            ask::abort(org, job)
        }
        State::UploadComplete if job.state == State::Open => {
            complete(org, &mut job)?;
            Ok(Reply::json(&info::of(&job, Detail::Moved)))
        }
        // [inferred] The text.
        State::UploadComplete => {
            let message = format!("Closing a job that is {} is not allowed", job.state.name());
            Err(ask::wrong_state(message))
        }
        other => {
            let message = format!("A job cannot be moved to {}", other.name());
            Err(ask::wrong_state(message))
        }
    }
}

/// Says that all data has come.
fn complete(org: &Tenant<'_>, job: &mut Job) -> Outcome<()> {
    job.state = State::UploadComplete;
    job.asked_ms = clock::now_ms(org)?;
    job.changed_ms = org.now_ms;
    if job.header.as_deref().unwrap_or_default().is_empty() && job.error.is_none() {
        // [inferred] That it fails, and the text.
        job.error = Some("InvalidBatch : the job has no data".to_owned());
    }
    kept::update(org, job)
}

/// `successfulResults`, `failedResults`: the first line of the data behind two columns of the platform
/// (docs/salesforce/bulk.md#results).
fn results(org: &Tenant<'_>, id: &str, list: List) -> Outcome<Reply> {
    let job = ask::named(org, Kind::Ingest, id)?;
    // [inferred] That results, too, are for the user who made the job.
    ask::own(org, &job)?;
    let second = match list {
        List::Failed => "sf__Error",
        _ => "sf__Created",
    };
    let ending = job.format.ending.text();
    let mut text = job.format.line(["sf__Id", second]);
    text.truncate(text.len() - ending.len());
    if let Some(header) = job.header.as_deref().filter(|header| !header.is_empty()) {
        text.push(job.format.delimiter.character());
        text.push_str(header);
    }
    text.push_str(ending);
    kept::append_lines(org, &job.id, list, (0, usize::MAX), &mut text)?;
    Ok(Reply::csv(text))
}

/// `unprocessedrecords`: the data as it came, as far as it was not processed.
fn unprocessed(org: &Tenant<'_>, id: &str) -> Outcome<Reply> {
    let job = ask::named(org, Kind::Ingest, id)?;
    let mut text = job.header.clone().unwrap_or_default();
    text.push_str(job.format.ending.text());
    kept::append_batches(org, &job.id, &mut text)?;
    Ok(Reply::csv(text))
}
