//! A job as answers show it (docs/salesforce/bulk.md#answers).

use serde_json::{Map, Value, json};

use crate::bulk::job::{Job, Kind, State};
use crate::stamp;

/// The parts of a job that an answer shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// As when it is made.
    Short,
    /// As a list of jobs has it: with its type.
    Listed,
    /// As a state is answered that was just set: no word about its data.
    Moved,
    /// With its counts and times.
    Full,
}

/// A job as JSON.
pub(super) fn of(job: &Job, detail: Detail) -> Value {
    let mut info = Map::new();
    let mut put = |name: &str, value: Value| info.insert(name.to_owned(), value);
    put("id", json!(job.id));
    put("operation", json!(job.operation.name()));
    put("object", json!(job.object));
    put("createdById", json!(job.user_id));
    put("createdDate", json!(stamp::date_time(job.created_ms)));
    put("systemModstamp", json!(stamp::date_time(job.changed_ms)));
    put("state", json!(job.state.name()));
    if let Some(field) = &job.external_id {
        put("externalIdFieldName", json!(field));
    }
    put("concurrencyMode", json!("Parallel"));
    put("contentType", json!("CSV"));
    put("apiVersion", json!(f64::from(job.version)));
    if matches!(detail, Detail::Listed | Detail::Full) {
        put("jobType", json!(kind(job.kind)));
    }
    if job.state == State::Open {
        let url = format!(
            "services/data/v{}.0/jobs/ingest/{}/batches",
            job.version, job.id
        );
        put("contentUrl", json!(url));
    }
    if detail != Detail::Moved {
        put("lineEnding", json!(job.format.ending));
        put("columnDelimiter", json!(job.format.delimiter));
    }
    if detail == Detail::Full {
        let counted = job.kind == Kind::Ingest && job.state != State::Open;
        if counted || job.state.is_end() {
            put("numberRecordsProcessed", json!(job.processed));
        }
        if counted {
            put("numberRecordsFailed", json!(job.failed));
        }
        put("retries", json!(0));
        put("totalProcessingTime", json!(job.took_ms));
        match job.kind {
            // Nothing here runs Apex.
            Kind::Ingest => {
                put("apiActiveProcessingTime", json!(job.took_ms));
                put("apexProcessingTime", json!(0));
            }
            Kind::Query => {
                put("isPkChunkingSupported", json!(true));
            }
        }
        if let (State::Failed, Some(error)) = (job.state, &job.error) {
            put("errorMessage", json!(error));
        }
    }
    Value::Object(info)
}

/// The type of a job, as answers and filters name it.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Ingest => "V2Ingest",
        Kind::Query => "V2Query",
    }
}
