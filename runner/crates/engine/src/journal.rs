//! The journal in SQLite: one row per event, durable when `append` returns, never updated.
//!
//! Opening a run replays its rows through `core::run`; a row that cannot follow is damage, and loading
//! refuses with its number. Times are kept for people; nothing here or above decides by them. This file
//! knows nothing of what events mean.
//!
//! An older Usher must not replay what it would read otherwise. Three rules keep it from that:
//!
//! - A new layout of the tables raises [`FORMAT`]. A newer file is refused as a whole.
//! - A new event, or a new field or variant inside of one, raises [`FORMAT`], and [`Event::needs`] gives the new
//!   number for every event that holds it. Each run keeps the largest number of its events in `needs`; a run that
//!   needs more than this Usher knows is too new, and none of its events is read.
//! - A field that an older Usher may ignore without doing anything else needs no number. That is only a text for
//!   people.
//!
//! An event of an unknown name is too new as well. What cannot be read otherwise is damage.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use usher_core::limit;
use usher_core::run::{Event, Impossible, RunState};

use crate::audit::{Audit, Exchange};

/// The layout below. A newer one is refused, never guessed at; an older one is brought up to it.
const FORMAT: i64 = 4;

/// From nothing to format 1.
const LAYOUT_1: &str = "
    CREATE TABLE run (
        id TEXT PRIMARY KEY,
        began_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE event (
        run TEXT NOT NULL REFERENCES run (id),
        number INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        json TEXT NOT NULL,
        PRIMARY KEY (run, number)
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 1;
";

/// From format 1 to 2: the requests of a run, for people; no event depends on them.
const LAYOUT_2: &str = "
    CREATE TABLE request (
        run TEXT NOT NULL REFERENCES run (id),
        number INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        json TEXT NOT NULL,
        PRIMARY KEY (run, number)
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 2;
";

/// From format 2 to 3: the format that an Usher must know to replay a run. Every run so far needs the first.
const LAYOUT_3: &str = "
    ALTER TABLE run ADD COLUMN needs INTEGER NOT NULL DEFAULT 1;
    PRAGMA user_version = 3;
";

/// Every run of one home.
pub struct Journal {
    connection: Connection,
}

/// One run to append to.
pub struct RunJournal<'a> {
    journal: &'a mut Journal,
    run: String,
    next: u64,
    /// Requests that were made and are not written down yet.
    audit: Audit,
    next_request: u64,
}

/// An event and when it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at_ms: i64,
    pub event: Event,
}

/// A run as it stands in the journal.
#[derive(Clone, Debug)]
pub struct LoadedRun {
    pub id: String,
    pub began_ms: i64,
    pub entries: Vec<Entry>,
    pub state: RunState,
}

/// Why a journal cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("the journal cannot be used: {0}")]
    Store(#[from] rusqlite::Error),
    #[error("the journal has format {found}; this Usher knows {FORMAT} and older")]
    TooNew { found: i64 },
    #[error(
        "run {run} needs an Usher that knows format {needs} of the journal; this one knows {FORMAT} and older"
    )]
    RunTooNew { run: String, needs: i64 },
    #[error("event {number} of run {run} is `{event}`, which only a newer Usher knows")]
    EventTooNew {
        run: String,
        number: u64,
        event: String,
    },
    #[error("event {number} of run {run} is damaged: {why}")]
    Damaged {
        run: String,
        number: u64,
        why: String,
    },
    #[error("there is no run {0}")]
    NoSuchRun(String),
    #[error(
        "the run has {} events, the most there may be",
        limit::JOURNAL_EVENTS_MAX
    )]
    Full,
}

impl Journal {
    /// Opens the journal in `file`, or makes it.
    ///
    /// # Errors
    ///
    /// The file cannot be read or written, is no journal, or is too new.
    pub fn open(file: &Path) -> Result<Self, JournalError> {
        Self::prepare(Connection::open(file)?)
    }

    /// A journal that is gone with the process, for tests.
    ///
    /// # Errors
    ///
    /// Out of memory.
    pub fn in_memory() -> Result<Self, JournalError> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(mut connection: Connection) -> Result<Self, JournalError> {
        // FULL: a commit is on the disk before it returns. Two processes may use one home.
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if found > FORMAT {
            return Err(JournalError::TooNew { found });
        }
        if found < 1 {
            transaction.execute_batch(LAYOUT_1)?;
        }
        if found < 2 {
            transaction.execute_batch(LAYOUT_2)?;
        }
        if found < 3 {
            transaction.execute_batch(LAYOUT_3)?;
        }
        transaction.commit()?;
        Ok(Self { connection })
    }

    /// Begins a run. Its first event must follow.
    ///
    /// # Errors
    ///
    /// The disk is full or gone, or there is a run of that id.
    pub fn begin(&mut self, run: &str, now_ms: i64) -> Result<RunJournal<'_>, JournalError> {
        self.connection.execute(
            "INSERT INTO run (id, began_ms) VALUES (?1, ?2)",
            params![run, now_ms],
        )?;
        Ok(RunJournal {
            journal: self,
            run: run.to_owned(),
            next: 1,
            audit: Audit::default(),
            next_request: 1,
        })
    }

    /// Goes on with a run.
    ///
    /// # Errors
    ///
    /// There is none, or the journal cannot be read.
    pub fn resume(&mut self, run: &str) -> Result<RunJournal<'_>, JournalError> {
        let known: bool = self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM run WHERE id = ?1)",
            [run],
            |row| row.get(0),
        )?;
        if !known {
            return Err(JournalError::NoSuchRun(run.to_owned()));
        }
        let next = |table: &str| {
            let sql = format!("SELECT coalesce(max(number), 0) + 1 FROM {table} WHERE run = ?1");
            let next: Result<i64, _> = self.connection.query_row(&sql, [run], |row| row.get(0));
            next.map(i64::unsigned_abs)
        };
        let (next, next_request) = (next("event")?, next("request")?);
        Ok(RunJournal {
            journal: self,
            run: run.to_owned(),
            next,
            audit: Audit::default(),
            next_request,
        })
    }

    /// Requests of a run, in order.
    ///
    /// # Errors
    ///
    /// The journal cannot be read, or holds what is no request.
    pub fn requests(&self, run: &str) -> Result<Vec<Exchange>, JournalError> {
        let mut statement = self
            .connection
            .prepare("SELECT number, json FROM request WHERE run = ?1 ORDER BY number")?;
        let mut rows = statement.query([run])?;
        let mut requests = Vec::new();
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            let json: String = row.get(1)?;
            let request = serde_json::from_str(&json).map_err(|error| JournalError::Damaged {
                run: run.to_owned(),
                number: number.unsigned_abs(),
                why: error.to_string(),
            })?;
            requests.push(request);
        }
        Ok(requests)
    }

    /// Takes runs away for good.
    ///
    /// # Errors
    ///
    /// The journal cannot be written; then all of them are still there.
    pub fn forget(&mut self, runs: &[String]) -> Result<(), JournalError> {
        let transaction = self.connection.transaction()?;
        for run in runs {
            for table in ["event", "request"] {
                transaction.execute(&format!("DELETE FROM {table} WHERE run = ?1"), [run])?;
            }
            transaction.execute("DELETE FROM run WHERE id = ?1", [run])?;
        }
        transaction.commit()?;
        // What was in them is not to be found in the file any more.
        self.connection.execute_batch("VACUUM")?;
        Ok(())
    }

    /// Ids of all runs, newest first.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    pub fn runs(&self) -> Result<Vec<String>, JournalError> {
        let mut statement = self
            .connection
            .prepare("SELECT id FROM run ORDER BY began_ms DESC, id DESC")?;
        let ids = statement.query_map([], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// One run, replayed.
    ///
    /// # Errors
    ///
    /// There is none, or one of its events cannot be.
    pub fn load(&self, run: &str) -> Result<LoadedRun, JournalError> {
        let (began_ms, needs): (i64, i64) = self
            .connection
            .query_row(
                "SELECT began_ms, needs FROM run WHERE id = ?1",
                [run],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?
            .ok_or_else(|| JournalError::NoSuchRun(run.to_owned()))?;
        if needs > FORMAT {
            let run = run.to_owned();
            return Err(JournalError::RunTooNew { run, needs });
        }
        let mut statement = self
            .connection
            .prepare("SELECT number, at_ms, json FROM event WHERE run = ?1 ORDER BY number")?;
        let mut rows = statement.query([run])?;
        let mut loaded = LoadedRun {
            id: run.to_owned(),
            began_ms,
            entries: Vec::new(),
            state: RunState::default(),
        };
        while let Some(row) = rows.next()? {
            let number = row.get::<_, i64>(0)?.unsigned_abs();
            let json: String = row.get(2)?;
            let damaged = |why: String| JournalError::Damaged {
                run: run.to_owned(),
                number,
                why,
            };
            if number != loaded.entries.len() as u64 + 1 {
                return Err(damaged("events before it are missing".to_owned()));
            }
            let event: Event =
                serde_json::from_str(&json).map_err(|error| match unknown_event(&json) {
                    Some(event) => JournalError::EventTooNew {
                        run: run.to_owned(),
                        number,
                        event,
                    },
                    None => damaged(error.to_string()),
                })?;
            let next = loaded.state.next(&event);
            next.map_err(|error: Impossible| damaged(error.to_string()))?;
            loaded.entries.push(Entry {
                at_ms: row.get(1)?,
                event,
            });
        }
        Ok(loaded)
    }
}

impl RunJournal<'_> {
    /// Writes the requests of `audit` down, too: each with the next event.
    #[must_use]
    pub fn auditing(mut self, audit: Audit) -> Self {
        self.audit = audit;
        self
    }

    /// Appends `event` and returns once it would survive a power cut.
    ///
    /// The engine calls this before it acts on the event. An error therefore means nothing has happened
    /// yet, and the run can simply stop.
    ///
    /// # Errors
    ///
    /// The disk is full or gone, or the run is full.
    pub fn append(&mut self, event: &Event, at_ms: i64) -> Result<(), JournalError> {
        if self.next > limit::JOURNAL_EVENTS_MAX {
            return Err(JournalError::Full);
        }
        let json =
            serde_json::to_string(event).expect("events serialise: their maps have text keys");
        let requests = self.audit.drain();
        let transaction = self.journal.connection.transaction()?;
        transaction.execute(
            "INSERT INTO event (run, number, at_ms, json) VALUES (?1, ?2, ?3, ?4)",
            params![self.run, self.next.cast_signed(), at_ms, json],
        )?;
        transaction.execute(
            "UPDATE run SET needs = max(needs, ?2) WHERE id = ?1",
            params![self.run, event.needs()],
        )?;
        let mut number = self.next_request;
        for request in requests {
            let json = serde_json::to_string(&request).expect("requests serialise");
            transaction.execute(
                "INSERT INTO request (run, number, at_ms, json) VALUES (?1, ?2, ?3, ?4)",
                params![self.run, number.cast_signed(), request.at_ms, json],
            )?;
            number += 1;
        }
        transaction.commit()?;
        self.next += 1;
        self.next_request = number;
        Ok(())
    }

    /// Makes every later append fail, as a full disk does.
    #[cfg(test)]
    pub(crate) fn refuse_writes(&self) {
        let refused = self
            .journal
            .connection
            .pragma_update(None, "query_only", true);
        refused.expect("SQLite knows the pragma");
    }
}

/// The name of an event that this Usher does not know: a text alone, or the only key of an object.
fn unknown_event(json: &str) -> Option<String> {
    let name = match serde_json::from_str(json).ok()? {
        Value::String(name) => name,
        Value::Object(event) if event.len() == 1 => event.into_iter().next()?.0,
        _ => return None,
    };
    (!Event::is_known(&name)).then_some(name)
}

#[cfg(test)]
mod tests;
