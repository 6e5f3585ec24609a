//! `jobs/query`: jobs that read records (docs/salesforce/bulk.md#query).
//!
//! A query is answered when it is asked, so that it says what the org held then; its results are shown once the job has
//! gone on to its end.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::Method;
use serde_json::{Map, Value, json};

use crate::bulk::ask;
use crate::bulk::call::Call;
use crate::bulk::csv::Format;
use crate::bulk::info::{self, Detail};
use crate::bulk::job::{Job, Kind, List, Operation, State};
use crate::bulk::kept;
use crate::bulk::reply::Reply;
use crate::clock;
use crate::query;
use crate::query::syntax::{Item, Path, Query, Term};
use crate::refusal::{Outcome, Refusal};
use crate::rest::method_not_allowed;
use crate::schema::{FieldKind, Object, object};
use crate::tenant::Tenant;

/// Query jobs of one day (docs/salesforce/bulk.md#limits).
const DAILY_JOBS: i64 = 10_000;

/// Records of one answer where the client names no number. \[inferred\] The documents speak of a value of the service.
const PAGE: usize = 50_000;

/// Addresses of pages in one answer (docs/salesforce/bulk.md#query).
const RESULT_PAGES: usize = 5;

const DAY_MS: i64 = 86_400_000;

/// States in which a job may be deleted (docs/salesforce/bulk.md#states).
const DELETABLE: [State; 3] = [State::JobComplete, State::Aborted, State::Failed];

/// Answers below `jobs/query`.
pub(super) fn answer(org: &Tenant<'_>, call: &Call<'_>, path: &[&str]) -> Outcome<Reply> {
    match (path, call.method) {
        ([], &Method::POST) => org.unit(|| create(org, call)),
        ([], &Method::GET) => ask::list(org, Kind::Query, &call.query),
        ([id], &Method::GET) => {
            let job = ask::looked_at(org, Kind::Query, id)?;
            Ok(Reply::json(&info::of(&job, Detail::Full)))
        }
        ([id], &Method::PATCH) => org.unit(|| {
            let job = ask::named(org, Kind::Query, id)?;
            ask::own(org, &job)?;
            match ask::wanted_state(call.body)? {
                State::Aborted => ask::abort(org, job),
                other => {
                    let message = format!("A job cannot be moved to {}", other.name());
                    Err(ask::wrong_state(message))
                }
            }
        }),
        ([id], &Method::DELETE) => org.unit(|| {
            let job = ask::named(org, Kind::Query, id)?;
            ask::own(org, &job)?;
            ask::delete(org, &job, &DELETABLE)
        }),
        ([id, "results"], &Method::GET) => results(org, call, id),
        ([id, "resultPages"], &Method::GET) if org.version >= 58 => pages(org, call, id),
        ([] | [_] | [_, "results" | "resultPages"], method) => Err(method_not_allowed(method)),
        _ => Err(Refusal::not_found()),
    }
}

fn create(org: &Tenant<'_>, call: &Call<'_>) -> Outcome<Reply> {
    let body = ask::object(call.body)?;
    let operation: Option<Operation> = ask::word(&body, "operation")?;
    let Some(operation @ (Operation::Query | Operation::QueryAll)) = operation else {
        return Err(ask::unfit("operation"));
    };
    let text = ask::text(&body, "query")?.ok_or_else(|| ask::unfit("query"))?;
    ask::only_csv(&body)?;
    let (jobs, _) = kept::made_since(org, Kind::Query, org.now_ms - DAY_MS)?;
    if jobs >= DAILY_JOBS {
        let message = format!("Max bulk v2 query jobs ({DAILY_JOBS}) per 24 hrs has been reached");
        return Err(Refusal::new(403, "LIMIT_EXCEEDED", message));
    }
    let mut job = Job {
        id: kept::next_id(org)?,
        kind: Kind::Query,
        operation,
        object: String::new(),
        external_id: None,
        format: Format {
            delimiter: ask::word(&body, "columnDelimiter")?.unwrap_or_default(),
            ending: ask::word(&body, "lineEnding")?.unwrap_or_default(),
        },
        user_id: org.user_id.clone(),
        version: org.version,
        created_ms: org.now_ms,
        changed_ms: org.now_ms,
        asked_ms: clock::now_ms(org)?,
        took_ms: 0,
        state: State::UploadComplete,
        header: None,
        processed: 0,
        failed: 0,
        error: None,
    };
    run(org, &mut job, text)?;
    kept::insert(org, &job)?;
    Ok(Reply::json(&info::of(&job, Detail::Short)))
}

/// Answers the query and keeps its lines.
fn run(org: &Tenant<'_>, job: &mut Job, text: &str) -> Outcome<()> {
    let query = query::parse(text)?;
    let object = query::object_of(org, &query.from)?;
    job.object = object.name.to_owned();
    let mut columns = Vec::new();
    for path in selected(&query)? {
        columns.push(canonical(org, object, path)?);
    }
    if org.version < 50 {
        // Older versions sort the columns (docs/salesforce/bulk.md#query).
        columns.sort();
    }
    let names: Vec<String> = columns.iter().map(|names| names.join(".")).collect();
    job.header = Some(job.format.line(names.iter().map(String::as_str)));
    let found = match job.operation {
        Operation::QueryAll => query::run(&org.with_deleted(), text)?,
        _ => query::run(org, text)?,
    };
    for record in found.records {
        let cells: Vec<String> = columns.iter().map(|names| cell(&record, names)).collect();
        let line = job.format.line(cells.iter().map(String::as_str));
        kept::add_line(org, &job.id, List::Queried, job.processed, &line)?;
        job.processed += 1;
    }
    Ok(())
}

/// The fields of a query, or a refusal of what query jobs do not take (docs/salesforce/bulk.md#query).
fn selected(query: &Query) -> Outcome<Vec<&Path>> {
    let refused = |message: &str| Err(Refusal::new(400, "API_ERROR", message));
    if !query.groups.by.is_empty() || query.offset.is_some() {
        // [inferred] The text.
        return refused("GROUP BY and OFFSET not supported in Bulk Query");
    }
    let mut paths = Vec::new();
    for item in &query.items {
        match item {
            Item::Term {
                term: Term::Field(path),
                ..
            } => paths.push(path),
            Item::Children(_) => {
                return refused("Aggregate Relationships not supported in Bulk Query");
            }
            // [inferred] The text.
            _ => return refused("Functions not supported in Bulk Query"),
        }
    }
    Ok(paths)
}

/// The names of a path in canonical case.
fn canonical(org: &Tenant<'_>, from: &'static Object, path: &Path) -> Outcome<Vec<String>> {
    let (parents, last) = path.split();
    let mut at = vec![from];
    let mut names = Vec::new();
    for relationship in parents {
        let field = at.iter().find_map(|object| object.parent(relationship));
        let (name, to) = match field.map(|field| field.kind) {
            Some(FieldKind::Reference { parent, to, .. }) => (parent, to),
            // The query says that there is no such relationship.
            _ => (relationship.as_str(), &[][..]),
        };
        names.push(name.to_owned());
        at = to.iter().filter_map(|name| object(name)).collect();
    }
    let mut name = last;
    for object in at {
        if let Some(field) = org.any_field(object, last)? {
            name = field.name;
            break;
        }
    }
    names.push(name.to_owned());
    Ok(names)
}

/// A value of a record as text; empty where a parent is missing.
fn cell(record: &Value, names: &[String]) -> String {
    let value = names.iter().fold(record, |at, name| &at[name.as_str()]);
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A set of results (docs/salesforce/bulk.md#query).
fn results(org: &Tenant<'_>, call: &Call<'_>, id: &str) -> Outcome<Reply> {
    let job = complete(org, id)?;
    let most = match call.parameter("maxRecords") {
        None => PAGE,
        Some(text) => {
            let most: Option<usize> = text.parse().ok();
            most.filter(|most| *most > 0)
                .ok_or_else(|| ask::unfit("maxRecords"))?
        }
    };
    let from = match call.parameter("locator") {
        None => 0,
        Some(locator) => place(&job, locator)?,
    };
    let mut text = job.header.clone().unwrap_or_default();
    let lines = kept::append_lines(org, &job.id, List::Queried, (from, most), &mut text)?;
    Ok(Reply::csv(text)
        .with("sforce-numberofrecords", lines.to_string())
        .with("sforce-locator", locator(&job, from + lines)))
}

/// Up to five addresses of sets of results.
fn pages(org: &Tenant<'_>, call: &Call<'_>, id: &str) -> Outcome<Reply> {
    let job = complete(org, id)?;
    let first = match call.parameter("locator") {
        None => 0,
        Some(locator) => place(&job, locator)?,
    };
    let total = usize::try_from(job.processed).unwrap_or(usize::MAX);
    let url = |face: &str, at: usize| {
        let (version, locator) = (job.version, encoded(at));
        format!(
            "/services/data/v{version}.0/jobs/query/{}/{face}?locator={locator}",
            job.id
        )
    };
    let starts: Vec<usize> = (first..total.max(1))
        .step_by(PAGE)
        .take(RESULT_PAGES)
        .collect();
    let pages: Vec<Value> = starts
        .iter()
        .map(|at| json!({ "resultUrl": url("results", *at) }))
        .collect();
    let next = first + RESULT_PAGES * PAGE;
    let mut body = Map::from_iter([
        ("resultPages".to_owned(), Value::from(pages)),
        ("done".to_owned(), Value::from(next >= total)),
    ]);
    if next < total {
        body.insert(
            "nextRecordsUrl".to_owned(),
            Value::from(url("resultPages", next)),
        );
    }
    Ok(Reply::json(&Value::Object(body)))
}

/// A job whose results are there, asked for in the version that it was made in.
fn complete(org: &Tenant<'_>, id: &str) -> Outcome<Job> {
    let job = ask::named(org, Kind::Query, id)?;
    // [inferred] That results, too, are for the user who made the job: they hold what that user sees.
    ask::own(org, &job)?;
    if job.version != org.version {
        // [inferred] The code and the text; the status is documented.
        let message = "Use the API version that the query job was created with";
        return Err(Refusal::new(409, "API_ERROR", message));
    }
    match job.state {
        State::JobComplete => Ok(job),
        // [inferred] The text.
        state => {
            let message = format!("The job is {}, and has no results", state.name());
            Err(ask::wrong_state(message))
        }
    }
}

/// The locator of the results from that place on, or `null` behind the last.
fn locator(job: &Job, at: usize) -> String {
    match u64::try_from(at).is_ok_and(|at| at < job.processed) {
        true => encoded(at),
        false => "null".to_owned(),
    }
}

/// `MTAwMDA` for 10,000, as in the documents.
fn encoded(at: usize) -> String {
    STANDARD_NO_PAD.encode(at.to_string())
}

fn place(job: &Job, locator: &str) -> Outcome<usize> {
    let decoded = STANDARD_NO_PAD.decode(locator.trim_end_matches('=')).ok();
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let place = text.and_then(|text| text.parse::<u64>().ok());
    let place = place.filter(|place| *place < job.processed);
    let place = place.and_then(|place| usize::try_from(place).ok());
    // [inferred] The code and the text.
    place.ok_or_else(|| Refusal::new(400, "INVALID_QUERY_LOCATOR", "invalid query locator"))
}
