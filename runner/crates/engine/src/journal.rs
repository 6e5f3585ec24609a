//! The journal in SQLite: one row per event, durable when `append` returns, never updated. The adapter behind the port
//! [`RunLog`](crate::port::RunLog).
//!
//! Every event has the number that its writer expects it to get. A writer is refused if another process has written in
//! between; nothing is merged.
//!
//! Opening a run replays its rows through `core::run`; a row that cannot follow is damage: loading fails and names its
//! number. Times are kept for people; nothing here or above depends on them. This file knows nothing of what events
//! mean.
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
//! An event of an unknown name is too new as well. Any other unreadable event is damage.

mod apart;
mod append;
mod column;
mod copy;
mod private;
mod read;

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};
use usher_core::run::{Event, RunState};

pub use append::RunJournal;

/// The format that this Usher knows. A newer one is refused, never guessed at; an older one is brought up to the layout
/// below. Format 4 brought events and fields, and no layout of its own; format 5 brought a layout alone.
const FORMAT: i64 = 5;

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

/// From format 4 to 5: the steps of a long plan, one row each.
const LAYOUT_5: &str = "
    CREATE TABLE step (
        run TEXT NOT NULL REFERENCES run (id),
        number INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        json TEXT NOT NULL,
        PRIMARY KEY (run, number)
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 5;
";

/// Every run of one home.
pub struct Journal {
    connection: Connection,
}

/// An event and when it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at_ms: i64,
    pub event: Event,
}

/// A run in the journal.
#[derive(Clone, Debug)]
pub struct LoadedRun {
    pub id: String,
    pub began_ms: i64,
    pub state: RunState,
}

/// A run that cannot be replayed, because of something that the journal holds. The others can be.
#[derive(Debug)]
pub struct Unreadable {
    pub id: String,
    /// None: the time cannot be read either.
    pub began_ms: Option<i64>,
    pub why: JournalError,
}

impl Unreadable {
    /// Says whether a newer Usher can read it.
    pub fn is_too_new(&self) -> bool {
        matches!(
            self.why,
            JournalError::RunTooNew { .. } | JournalError::EventTooNew { .. }
        )
    }
}

/// The reason why a journal cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("the journal cannot be used: {0}")]
    Store(#[from] rusqlite::Error),
    #[error("the journal cannot be used: {0}")]
    File(std::io::Error),
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
    #[error("another process is writing to the journal")]
    Busy,
    /// Another process has written to the run since the caller loaded it.
    #[error(
        "another process has written to run {run}: it has {found} events, and this process knows {known}"
    )]
    OtherWriter { run: String, known: u64, found: u64 },
}

impl JournalError {
    /// Says whether one run cannot be read, and others can.
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
    /// The file cannot be read or written, is not a journal, or is too new.
    pub fn open(file: &Path) -> Result<Self, JournalError> {
        private::only_its_owners(file).map_err(JournalError::File)?;
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
        if found < 5 {
            transaction.execute_batch(LAYOUT_5)?;
        }
        transaction.commit()?;
        Ok(Self { connection })
    }

    /// Forgets runs for good. If a page of the file is torn, the readable part of the other runs stays.
    ///
    /// # Errors
    ///
    /// The journal cannot be written; then all of them are still there.
    pub fn forget(&mut self, runs: &[String]) -> Result<(), JournalError> {
        match self.delete(runs) {
            Err(error) if read::is_corrupt(&error) => self.copy_without(runs),
            deleted => Ok(deleted?),
        }
    }

    fn delete(&mut self, runs: &[String]) -> Result<(), rusqlite::Error> {
        let transaction = self.connection.transaction()?;
        for run in runs {
            for table in ["event", "step", "request"] {
                transaction.execute(&format!("DELETE FROM {table} WHERE run = ?1"), [run])?;
            }
            transaction.execute("DELETE FROM run WHERE id = ?1", [run])?;
        }
        transaction.commit()?;
        // Takes what the runs held out of the file as well.
        self.connection.execute_batch("VACUUM")
    }
}

#[cfg(test)]
mod tests;
