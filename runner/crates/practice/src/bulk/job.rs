//! A bulk job and the place where it is kept.

use rusqlite::{OptionalExtension, Row as Found};
use serde::{Deserialize, Serialize};

use crate::bulk::csv::Format;
use crate::clock;
use crate::refusal::Outcome;
use crate::tenant::Tenant;

/// The prefix of bulk job ids.
const PREFIX: &str = "750";

/// Jobs that have ended are deleted after seven days (docs/salesforce/bulk.md#limits).
const KEPT_MS: i64 = 7 * 86_400_000;

/// From being asked for to each stage \[inferred: the platform's own pace is seconds to minutes\].
pub(crate) const STAGE_MS: i64 = 1_000;

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
    fn name(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Query => "query",
        }
    }
}

impl List {
    fn name(self) -> &'static str {
        match self {
            Self::Successful => "successful",
            Self::Failed => "failed",
            Self::Queried => "queried",
        }
    }
}

/// The id of the next job.
pub(crate) fn next_id(org: &Tenant<'_>) -> Outcome<String> {
    org.next_id_of("BulkJob", PREFIX)
}

/// Keeps a new job.
pub(crate) fn insert(org: &Tenant<'_>, job: &Job) -> Outcome<()> {
    let sql = "INSERT INTO practice_bulk_job (id, kind, state, created_ms, due_ms, batches, job) VALUES (?, ?, ?, ?, ?, 0, ?)";
    org.db.prepare_cached(sql)?.execute(rusqlite::params![
        job.id,
        job.kind.name(),
        job.state.name(),
        job.created_ms,
        due(org, job)?,
        written(job)
    ])?;
    Ok(())
}

/// Keeps a job as it is now.
pub(crate) fn update(org: &Tenant<'_>, job: &Job) -> Outcome<()> {
    let sql = "UPDATE practice_bulk_job SET state = ?, due_ms = ?, job = ? WHERE id = ?";
    org.db.prepare_cached(sql)?.execute(rusqlite::params![
        job.state.name(),
        due(org, job)?,
        written(job),
        job.id
    ])?;
    Ok(())
}

/// The hour at which a job moves on: never while it is open; at its end, when it is forgotten.
fn due(org: &Tenant<'_>, job: &Job) -> Outcome<i64> {
    Ok(match job.state {
        State::Open => i64::MAX,
        State::UploadComplete | State::InProgress => clock::now_ms(org)? + STAGE_MS,
        State::JobComplete | State::Failed | State::Aborted => clock::now_ms(org)? + KEPT_MS,
    })
}

/// The job of that kind and id.
pub(crate) fn find(org: &Tenant<'_>, kind: Kind, id: &str) -> Outcome<Option<Job>> {
    let id = usher_core::id::canonical(id);
    let sql = "SELECT job FROM practice_bulk_job WHERE id = ? AND kind = ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_row([id.as_deref(), Some(kind.name())], job);
    Ok(found.optional()?)
}

/// Jobs of a kind in the order in which they were made: at most `most`, from that place on.
pub(crate) fn list(org: &Tenant<'_>, kind: Kind, from: usize, most: usize) -> Outcome<Vec<Job>> {
    let sql = "SELECT job FROM practice_bulk_job WHERE kind = ? ORDER BY number LIMIT ? OFFSET ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let (most, from) = (number(most), number(from));
    let found = statement.query_map(rusqlite::params![kind.name(), most, from], job)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The job that has been due for the longest time, when it is at work or waits for it.
pub(crate) fn next_due(org: &Tenant<'_>, now_ms: i64) -> Outcome<Option<Job>> {
    let sql = "SELECT job FROM practice_bulk_job WHERE due_ms <= ? AND state IN ('UploadComplete', 'InProgress') ORDER BY due_ms, number LIMIT 1";
    let found = org.db.prepare_cached(sql)?.query_row([now_ms], job);
    Ok(found.optional()?)
}

/// Says whether a job is under way, or one that has ended is due to be deleted.
pub(crate) fn is_any_open(org: &Tenant<'_>) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM practice_bulk_job WHERE due_ms < ? AND (state IN ('UploadComplete', 'InProgress') OR due_ms < ?))";
    // A job under way is due within the stage; the many that have ended are due days later.
    let now_ms = clock::now_ms(org)?;
    let soon = now_ms.saturating_add(2 * STAGE_MS);
    let mut statement = org.db.prepare_cached(sql)?;
    Ok(statement.query_row([soon, now_ms], |row| row.get(0))?)
}

/// Deletes jobs whose time is over.
pub(crate) fn forget(org: &Tenant<'_>, now_ms: i64) -> Outcome<()> {
    let sql = "SELECT job FROM practice_bulk_job WHERE due_ms < ? AND state IN ('JobComplete', 'Failed', 'Aborted')";
    let mut statement = org.db.prepare_cached(sql)?;
    let over: Vec<Job> = statement
        .query_map([now_ms], job)?
        .collect::<Result<_, _>>()?;
    over.iter().try_for_each(|job| remove(org, &job.id))
}

/// Deletes a job with its data and results.
pub(crate) fn remove(org: &Tenant<'_>, id: &str) -> Outcome<()> {
    remove_batches(org, id)?;
    for sql in [
        "DELETE FROM practice_bulk_line WHERE job = ?",
        "DELETE FROM practice_bulk_job WHERE id = ?",
    ] {
        org.db.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}

/// The number of jobs of a kind that were made since then, and of their batches.
pub(crate) fn made_since(org: &Tenant<'_>, kind: Kind, since_ms: i64) -> Outcome<(i64, i64)> {
    let sql = "SELECT COUNT(*), IFNULL(SUM(batches), 0) FROM practice_bulk_job WHERE kind = ? AND created_ms > ?";
    let mut statement = org.db.prepare_cached(sql)?;
    Ok(
        statement.query_row(rusqlite::params![kind.name(), since_ms], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?,
    )
}

/// Keeps a part of a job's data behind those that it has.
pub(crate) fn add_batch(org: &Tenant<'_>, id: &str, content: &str) -> Outcome<()> {
    let sql = "UPDATE practice_bulk_job SET batches = batches + 1 WHERE id = ? RETURNING batches";
    let mut statement = org.db.prepare_cached(sql)?;
    let number: i64 = statement.query_row([id], |row| row.get(0))?;
    let sql = "INSERT INTO practice_bulk_batch VALUES (?, ?, ?)";
    let mut statement = org.db.prepare_cached(sql)?;
    statement.execute(rusqlite::params![id, number, content])?;
    Ok(())
}

/// Takes the next part of a job's data.
pub(crate) fn take_batch(org: &Tenant<'_>, id: &str) -> Outcome<Option<String>> {
    let sql = "DELETE FROM practice_bulk_batch WHERE job = ?1 AND number = (SELECT MIN(number) FROM practice_bulk_batch WHERE job = ?1) RETURNING content";
    let mut statement = org.db.prepare_cached(sql)?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

/// Puts the part that was taken last back before the others.
pub(crate) fn put_back(org: &Tenant<'_>, id: &str, content: &str) -> Outcome<()> {
    let sql = "INSERT INTO practice_bulk_batch SELECT ?1, IFNULL(MIN(number), 1) - 1, ?2 FROM practice_bulk_batch WHERE job = ?1";
    let mut statement = org.db.prepare_cached(sql)?;
    statement.execute(rusqlite::params![id, content])?;
    Ok(())
}

/// Says whether a part of a job's data has not been processed.
pub(crate) fn has_batch(org: &Tenant<'_>, id: &str) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM practice_bulk_batch WHERE job = ?)";
    let mut statement = org.db.prepare_cached(sql)?;
    Ok(statement.query_row([id], |row| row.get(0))?)
}

/// A job's data that has not been processed, behind `text`.
pub(crate) fn append_batches(org: &Tenant<'_>, id: &str, text: &mut String) -> Outcome<()> {
    let sql = "SELECT content FROM practice_bulk_batch WHERE job = ? ORDER BY number";
    let mut statement = org.db.prepare_cached(sql)?;
    let mut found = statement.query([id])?;
    while let Some(row) = found.next()? {
        text.push_str(row.get_ref(0)?.as_str().unwrap_or_default());
    }
    Ok(())
}

/// Removes a job's data that has not been processed.
pub(crate) fn remove_batches(org: &Tenant<'_>, id: &str) -> Outcome<()> {
    let sql = "DELETE FROM practice_bulk_batch WHERE job = ?";
    org.db.prepare_cached(sql)?.execute([id])?;
    Ok(())
}

/// Keeps one line of a list, at that place.
pub(crate) fn add_line(
    org: &Tenant<'_>,
    id: &str,
    list: List,
    place: u64,
    line: &str,
) -> Outcome<()> {
    let sql = "INSERT INTO practice_bulk_line VALUES (?, ?, ?, ?)";
    let mut statement = org.db.prepare_cached(sql)?;
    statement.execute(rusqlite::params![
        id,
        list.name(),
        place.cast_signed(),
        line
    ])?;
    Ok(())
}

/// The lines of a list behind `text`, at most `most` from that place on; says how many there were.
pub(crate) fn append_lines(
    org: &Tenant<'_>,
    id: &str,
    list: List,
    (from, most): (usize, usize),
    text: &mut String,
) -> Outcome<usize> {
    let sql = "SELECT line FROM practice_bulk_line WHERE job = ? AND list = ? AND number >= ? ORDER BY number LIMIT ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let values = rusqlite::params![id, list.name(), number(from), number(most)];
    let mut found = statement.query(values)?;
    let mut lines = 0;
    while let Some(row) = found.next()? {
        text.push_str(row.get_ref(0)?.as_str().unwrap_or_default());
        lines += 1;
    }
    Ok(lines)
}

fn number(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn job(row: &Found<'_>) -> rusqlite::Result<Job> {
    let text: String = row.get(0)?;
    Ok(serde_json::from_str(&text).expect("the table holds what was written there"))
}

fn written(job: &Job) -> String {
    serde_json::to_string(job).expect("texts and numbers become JSON")
}
