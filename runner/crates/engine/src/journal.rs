//! The journal in SQLite: one row per event, durable when `append` returns, never updated. The adapter behind the
//! port [`RunLog`].
//!
//! Every event has the number that its writer expects it to get. When another process has written in between, the
//! second writer is refused and nothing is merged.
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

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, TransactionBehavior, params};
use serde_json::Value;
use usher_core::limit;
use usher_core::run::{Event, Impossible, RunState};

use crate::audit::{Audit, Exchange};
use crate::port::{LogError, RunLog};

/// The format that this Usher knows. A newer one is refused, never guessed at; an older one is brought up to the layout
/// below. Format 4 brought events and fields, and no layout of its own.
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

/// From format 3 to 4: events alone have changed.
const LAYOUT_4: &str = "PRAGMA user_version = 4;";

/// Every run of one home.
pub struct Journal {
    connection: Connection,
}

/// One run to append to.
pub struct RunJournal<'a> {
    journal: &'a mut Journal,
    run: String,
    /// When the run began, as long as it is not in the journal.
    began_ms: Option<i64>,
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

/// A run of which the journal holds something that cannot be replayed. The others can be.
#[derive(Debug)]
pub struct Unreadable {
    pub id: String,
    /// None: that cannot be read either.
    pub began_ms: Option<i64>,
    pub why: JournalError,
}

impl Unreadable {
    /// Whether a newer Usher can read it.
    pub fn is_too_new(&self) -> bool {
        matches!(
            self.why,
            JournalError::RunTooNew { .. } | JournalError::EventTooNew { .. }
        )
    }
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
    #[error("run {run} is damaged: {why}")]
    RunDamaged { run: String, why: String },
    #[error("there is no run {0}")]
    NoSuchRun(String),
    /// Another process has written to the run since the caller loaded it.
    #[error(
        "another process has written to run {run}: it has {found} events, and this process knows {known}"
    )]
    OtherWriter { run: String, known: u64, found: u64 },
}

impl JournalError {
    /// Whether one run cannot be read, and others can.
    fn is_of_one_run(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. }
                | Self::RunDamaged { .. }
                | Self::RunTooNew { .. }
                | Self::EventTooNew { .. }
        )
    }
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
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
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
        if found < 4 {
            transaction.execute_batch(LAYOUT_4)?;
        }
        transaction.commit()?;
        Ok(Self { connection })
    }

    /// Begins a run. It is in the journal with its first event, not before: both are one transaction.
    pub fn begin(&mut self, run: &str, now_ms: i64) -> RunJournal<'_> {
        RunJournal {
            journal: self,
            run: run.to_owned(),
            began_ms: Some(now_ms),
            audit: Audit::default(),
            next_request: 1,
        }
    }

    /// Goes on with a run of which the caller knows so many events.
    ///
    /// # Errors
    ///
    /// There is no such run, the journal cannot be read, or it holds more or fewer events: another process has
    /// written to the run since the caller loaded it.
    pub fn resume(&mut self, run: &str, known: u64) -> Result<RunJournal<'_>, JournalError> {
        if !self.has(run)? {
            return Err(JournalError::NoSuchRun(run.to_owned()));
        }
        let found = self.last("event", run)?;
        if found != known {
            let run = run.to_owned();
            return Err(JournalError::OtherWriter { run, known, found });
        }
        let next_request = self.last("request", run)? + 1;
        Ok(RunJournal {
            journal: self,
            run: run.to_owned(),
            began_ms: None,
            audit: Audit::default(),
            next_request,
        })
    }

    fn has(&self, run: &str) -> Result<bool, rusqlite::Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM run WHERE id = ?1)";
        self.connection.query_row(sql, [run], |row| row.get(0))
    }

    /// The largest number of a run's rows in a table; 0: there is none.
    fn last(&self, table: &str, run: &str) -> Result<u64, rusqlite::Error> {
        let sql = format!("SELECT coalesce(max(number), 0) FROM {table} WHERE run = ?1");
        let last: Result<i64, _> = self.connection.query_row(&sql, [run], |row| row.get(0));
        last.map(i64::unsigned_abs)
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
            let json = text(row, 1);
            let request =
                json.and_then(|json| serde_json::from_str(json).map_err(|error| error.to_string()));
            let why = |why: String| JournalError::RunDamaged {
                run: run.to_owned(),
                why: format!("its request {}: {why}", requests.len() + 1),
            };
            requests.push(request.map_err(why)?);
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

    /// How many events each run has.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    pub fn lengths(&self) -> Result<BTreeMap<String, u64>, JournalError> {
        let mut statement = self.connection.prepare(
            "SELECT id, coalesce((SELECT max(number) FROM event WHERE run = run.id), 0) FROM run",
        )?;
        let lengths = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(lengths.collect::<Result<_, _>>()?)
    }

    /// Shows the runs to `visit`, newest first, until it gives something. They are as they were at one moment.
    ///
    /// # Errors
    ///
    /// The journal cannot be read. One run that cannot be is shown as such.
    pub fn find<T>(
        &self,
        mut visit: impl FnMut(Result<LoadedRun, Unreadable>) -> Option<T>,
    ) -> Result<Option<T>, JournalError> {
        let _one_moment = self.connection.unchecked_transaction()?;
        for id in self.runs()? {
            let run = self.load(&id);
            if run.as_ref().is_err_and(|why| !why.is_of_one_run()) {
                run?;
                continue;
            }
            let run = run.map_err(|why| Unreadable {
                began_ms: self.began_ms(&id),
                id,
                why,
            });
            if let Some(found) = visit(run) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn began_ms(&self, run: &str) -> Option<i64> {
        let sql = "SELECT began_ms FROM run WHERE id = ?1";
        self.connection.query_row(sql, [run], |row| row.get(0)).ok()
    }

    /// One run, replayed.
    ///
    /// # Errors
    ///
    /// There is none, or one of its events cannot be.
    pub fn load(&self, run: &str) -> Result<LoadedRun, JournalError> {
        self.replay(run).map_err(|error| match error {
            // Pages of the file that hold other runs may be whole.
            JournalError::Store(rusqlite::Error::SqliteFailure(error, why))
                if error.code == ErrorCode::DatabaseCorrupt =>
            {
                let why = why.unwrap_or_else(|| error.to_string());
                let run = run.to_owned();
                JournalError::RunDamaged { run, why }
            }
            error => error,
        })
    }

    fn replay(&self, run: &str) -> Result<LoadedRun, JournalError> {
        let (began_ms, needs) = self
            .connection
            .query_row(
                "SELECT began_ms, needs FROM run WHERE id = ?1",
                [run],
                |row| Ok((integer(row, 0)?, integer(row, 1)?)),
            )
            .optional()?
            .ok_or_else(|| JournalError::NoSuchRun(run.to_owned()))?;
        let (Some(began_ms), Some(needs)) = (began_ms, needs) else {
            let (run, why) = (run.to_owned(), "what it needs is not a number".to_owned());
            return Err(JournalError::RunDamaged { run, why });
        };
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
            let expected = loaded.entries.len() as u64 + 1;
            let number = integer(row, 0)?.map_or(expected, i64::unsigned_abs);
            let damaged = |why: String| JournalError::Damaged {
                run: run.to_owned(),
                number,
                why,
            };
            if number != expected {
                return Err(damaged("events before it are missing".to_owned()));
            }
            let json = text(row, 2).map_err(&damaged)?;
            let at_ms = integer(row, 1)?;
            let at_ms = at_ms.ok_or_else(|| damaged("its time is not a number".to_owned()))?;
            let event: Event =
                serde_json::from_str(json).map_err(|error| match unknown_event(json) {
                    Some(event) => JournalError::EventTooNew {
                        run: run.to_owned(),
                        number,
                        event,
                    },
                    None => damaged(error.to_string()),
                })?;
            let next = loaded.state.next(&event);
            next.map_err(|error: Impossible| damaged(error.to_string()))?;
            loaded.entries.push(Entry { at_ms, event });
        }
        Ok(loaded)
    }
}

/// A number; none: the file holds something else there.
fn integer(row: &Row<'_>, column: usize) -> Result<Option<i64>, rusqlite::Error> {
    Ok(row.get_ref(column)?.as_i64().ok())
}

/// A text, or what the file holds instead.
fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, String> {
    let value = row.get_ref(column).map_err(|error| error.to_string())?;
    let ValueRef::Text(bytes) = value else {
        return Err(format!("it is not a text but {}", value.data_type()));
    };
    std::str::from_utf8(bytes).map_err(|error| error.to_string())
}

impl RunJournal<'_> {
    /// Writes the requests of `audit` down, too: each with the next event.
    #[must_use]
    pub fn auditing(mut self, audit: Audit) -> Self {
        self.audit = audit;
        self
    }
}

impl RunLog for RunJournal<'_> {
    fn append(&mut self, number: u64, event: &Event, at_ms: i64) -> Result<(), LogError> {
        if number > limit::JOURNAL_EVENTS_MAX {
            return Err(LogError::Full);
        }
        // From here to the commit no other process writes, so what is found stays so.
        let immediate = TransactionBehavior::Immediate;
        let connection = &mut self.journal.connection;
        let transaction = connection.transaction_with_behavior(immediate)?;
        let sql = "SELECT coalesce(max(number), 0) FROM event WHERE run = ?1";
        let found: i64 = transaction.query_row(sql, [&self.run], |row| row.get(0))?;
        let (known, found) = (number - 1, found.unsigned_abs());
        let mut is_next = found == known;
        if let Some(began_ms) = self.began_ms {
            let sql = "INSERT OR IGNORE INTO run (id, began_ms) VALUES (?1, ?2)";
            is_next &= transaction.execute(sql, params![self.run, began_ms])? == 1;
        }
        if !is_next {
            let run = self.run.clone();
            return Err(LogError::OtherWriter { run, known, found });
        }
        let json =
            serde_json::to_string(event).expect("events serialise: their maps have text keys");
        transaction.execute(
            "INSERT INTO event (run, number, at_ms, json) VALUES (?1, ?2, ?3, ?4)",
            params![self.run, number.cast_signed(), at_ms, json],
        )?;
        transaction.execute(
            "UPDATE run SET needs = max(needs, ?2) WHERE id = ?1",
            params![self.run, event.needs()],
        )?;
        let mut next_request = self.next_request;
        for request in self.audit.drain() {
            let json = serde_json::to_string(&request).expect("requests serialise");
            transaction.execute(
                "INSERT INTO request (run, number, at_ms, json) VALUES (?1, ?2, ?3, ?4)",
                params![self.run, next_request.cast_signed(), request.at_ms, json],
            )?;
            next_request += 1;
        }
        transaction.commit()?;
        self.began_ms = None;
        self.next_request = next_request;
        Ok(())
    }
}

impl From<rusqlite::Error> for LogError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Unusable(error.to_string())
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
