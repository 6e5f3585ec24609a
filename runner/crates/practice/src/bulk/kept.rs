//! The place where bulk jobs are kept, with the data that waits and the lines of their results.

use rusqlite::{OptionalExtension, Row as Found};

use crate::bulk::job::{Job, Kind, List, State};
use crate::clock;
use crate::refusal::Outcome;
use crate::tenant::Tenant;

/// The prefix of bulk job ids.
const PREFIX: &str = "750";

/// Jobs that have ended are deleted after seven days (docs/salesforce/bulk.md#limits).
const KEPT_MS: i64 = 7 * 86_400_000;

/// From being asked for to each stage \[inferred: the platform's own pace is seconds to minutes\].
pub(crate) const STAGE_MS: i64 = 1_000;

/// Records of a slice: a request carries out at most a few slices, and others are served between them. They are the
/// records that are saved together (docs/salesforce/bulk.md#processing).
pub(crate) const SLICE_RECORDS: usize = 200;

/// Slices of a batch of 10,000 records (docs/salesforce/bulk.md#processing).
pub(crate) const BATCH_SLICES: usize = 50;

/// The hour of a batch that has begun: before all others.
const AT_ONCE_MS: i64 = 0;

/// A slice of a job's data.
#[derive(Default)]
pub(crate) struct Slice {
    pub(crate) content: String,
    pub(crate) next: Next,
}

/// The part of a job's data behind a slice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Next {
    /// Another slice of the batch.
    Slice,
    /// Another batch.
    Batch,
    #[default]
    Nothing,
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

/// Keeps a job as it is now; it moves on when the next stage is due.
pub(crate) fn update(org: &Tenant<'_>, job: &Job) -> Outcome<()> {
    update_until(org, job, due(org, job)?)
}

/// Keeps a job as it is now; its batch goes on at once.
pub(crate) fn update_within_batch(org: &Tenant<'_>, job: &Job) -> Outcome<()> {
    update_until(org, job, AT_ONCE_MS)
}

fn update_until(org: &Tenant<'_>, job: &Job, due_ms: i64) -> Outcome<()> {
    let sql = "UPDATE practice_bulk_job SET state = ?, due_ms = ?, job = ? WHERE id = ?";
    org.db.prepare_cached(sql)?.execute(rusqlite::params![
        job.state.name(),
        due_ms,
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

/// Says whether a batch has begun and has not ended.
pub(crate) fn is_any_batch_open(org: &Tenant<'_>) -> Outcome<bool> {
    let sql =
        "SELECT EXISTS (SELECT 1 FROM practice_bulk_job WHERE due_ms = ? AND state = 'InProgress')";
    let mut statement = org.db.prepare_cached(sql)?;
    Ok(statement.query_row([AT_ONCE_MS], |row| row.get(0))?)
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

/// Keeps a slice of a job's data: that slice of that batch, both counted from 0.
pub(crate) fn add_slice(
    org: &Tenant<'_>,
    id: &str,
    (batch, slice): (usize, usize),
    content: &str,
) -> Outcome<()> {
    let sql = "UPDATE practice_bulk_job SET batches = ? WHERE id = ?";
    let mut statement = org.db.prepare_cached(sql)?;
    statement.execute(rusqlite::params![number(batch + 1), id])?;
    let sql = "INSERT INTO practice_bulk_batch VALUES (?, ?, ?)";
    let mut statement = org.db.prepare_cached(sql)?;
    let place = number(batch * BATCH_SLICES + slice);
    statement.execute(rusqlite::params![id, place, content])?;
    Ok(())
}

/// Takes the next slice of a job's data.
pub(crate) fn take_slice(org: &Tenant<'_>, id: &str) -> Outcome<Option<Slice>> {
    let sql = "DELETE FROM practice_bulk_batch WHERE job = ?1 AND number = (SELECT MIN(number) FROM practice_bulk_batch WHERE job = ?1) RETURNING number, content";
    let taken: Option<(i64, String)> = org
        .db
        .prepare_cached(sql)?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((place, content)) = taken else {
        return Ok(None);
    };
    let sql = "SELECT MIN(number) FROM practice_bulk_batch WHERE job = ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let next: Option<i64> = statement.query_row([id], |row| row.get(0))?;
    let batch = |place: i64| place.div_euclid(number(BATCH_SLICES));
    Ok(Some(Slice {
        content,
        next: match next {
            None => Next::Nothing,
            Some(next) if batch(next) == batch(place) => Next::Slice,
            Some(_) => Next::Batch,
        },
    }))
}

/// Puts the slice that was taken last back before the others.
pub(crate) fn put_back(org: &Tenant<'_>, id: &str, content: &str) -> Outcome<()> {
    let sql = "INSERT INTO practice_bulk_batch SELECT ?1, IFNULL(MIN(number), 1) - 1, ?2 FROM practice_bulk_batch WHERE job = ?1";
    let mut statement = org.db.prepare_cached(sql)?;
    statement.execute(rusqlite::params![id, content])?;
    Ok(())
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
