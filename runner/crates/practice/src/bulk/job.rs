//! A bulk job: what it is asked to do, and how far it has come.

use serde::{Deserialize, Serialize};

use crate::bulk::csv::Format;

/// Loading records, or reading them.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) enum Kind {
    Ingest,
    Query,
}

/// The work of a job.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Operation {
    Insert,
    Update,
    Upsert,
    Delete,
    HardDelete,
    Query,
    QueryAll,
}

/// The state of a job (docs/salesforce/bulk.md#states).
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) enum State {
    Open,
    UploadComplete,
    InProgress,
    JobComplete,
    Failed,
    Aborted,
}

/// One job.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) operation: Operation,
    pub(crate) object: String,
    pub(crate) external_id: Option<String>,
    pub(crate) format: Format,
    /// The user who made it.
    pub(crate) user_id: String,
    pub(crate) version: u32,
    pub(crate) created_ms: i64,
    pub(crate) changed_ms: i64,
    /// The hour at which processing was asked for, by the background's time.
    pub(crate) asked_ms: i64,
    /// The time that processing took, by the background's time.
    pub(crate) took_ms: i64,
    pub(crate) state: State,
    /// The first line of the data or of the results, without its end; none: no data has come.
    pub(crate) header: Option<String>,
    pub(crate) processed: u64,
    pub(crate) failed: u64,
    /// The reason for which it fails once it is processed, or has failed.
    pub(crate) error: Option<String>,
}

/// A list of results: a line for each record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    Successful,
    Failed,
    Queried,
}

impl Operation {
    /// As requests and answers name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Upsert => "upsert",
            Self::Delete => "delete",
            Self::HardDelete => "hardDelete",
            Self::Query => "query",
            Self::QueryAll => "queryAll",
        }
    }

    /// Says whether records go.
    pub(super) fn deletes(self) -> bool {
        matches!(self, Self::Delete | Self::HardDelete)
    }
}

impl State {
    /// As requests and answers name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::UploadComplete => "UploadComplete",
            Self::InProgress => "InProgress",
            Self::JobComplete => "JobComplete",
            Self::Failed => "Failed",
            Self::Aborted => "Aborted",
        }
    }

    /// Says whether nothing more happens to the job.
    pub(crate) fn is_end(self) -> bool {
        matches!(self, Self::JobComplete | Self::Failed | Self::Aborted)
    }
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Query => "query",
        }
    }
}

impl List {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Successful => "successful",
            Self::Failed => "failed",
            Self::Queried => "queried",
        }
    }
}
