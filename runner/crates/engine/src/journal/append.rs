//! Writing a run down: each event as the number that its writer expects, or not at all. Events that belong together are
//! one transaction.

use rusqlite::{TransactionBehavior, params};
use usher_core::limit;
use usher_core::run::Event;

use super::{Journal, JournalError, apart};
use crate::port::{LogError, RunLog};
use crate::wire::Audit;

/// One run to append to.
pub struct RunJournal<'a> {
    journal: &'a mut Journal,
    run: String,
    /// The time at which the run began, as long as it is not in the journal.
    began_ms: Option<i64>,
    /// Requests that were made and are not written down yet.
    audit: Audit,
    next_request: u64,
}

impl Journal {
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

    /// Continues a run of which the caller knows so many events.
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
    pub(super) fn last(&self, table: &str, run: &str) -> Result<u64, rusqlite::Error> {
        let sql = format!("SELECT coalesce(max(number), 0) FROM {table} WHERE run = ?1");
        let last: Result<i64, _> = self.connection.query_row(&sql, [run], |row| row.get(0));
        last.map(i64::unsigned_abs)
    }
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
    fn append_all(&mut self, first: u64, events: &[Event], at_ms: i64) -> Result<(), LogError> {
        let (known, many) = (first - 1, events.len() as u64);
        if known.saturating_add(many) > limit::JOURNAL_EVENTS_MAX {
            return Err(LogError::Full);
        }
        // No other process writes from here to the commit, so the findings stay true.
        let immediate = TransactionBehavior::Immediate;
        let connection = &mut self.journal.connection;
        let transaction = connection.transaction_with_behavior(immediate)?;
        let sql = "SELECT coalesce(max(number), 0) FROM event WHERE run = ?1";
        let found: i64 = transaction.query_row(sql, [&self.run], |row| row.get(0))?;
        let found = found.unsigned_abs();
        let mut is_next = found == known;
        if let Some(began_ms) = self.began_ms {
            // Runs that begin in one moment keep their order: the newest is the one that began last.
            let sql = "INSERT OR IGNORE INTO run (id, began_ms)
                       SELECT ?1, coalesce(max(began_ms) + 1, ?2)
                       FROM run WHERE began_ms BETWEEN ?2 AND ?2 + 1000";
            is_next &= transaction.execute(sql, params![self.run, began_ms])? == 1;
        }
        if !is_next {
            let run = self.run.clone();
            return Err(LogError::OtherWriter { run, known, found });
        }
        let mut needs = 1;
        {
            let sql = "INSERT INTO event (run, number, at_ms, json) VALUES (?1, ?2, ?3, ?4)";
            let mut insert = transaction.prepare(sql)?;
            for (number, event) in (first..).zip(events) {
                let json = apart::write(&transaction, &self.run, event, at_ms)?;
                insert.execute(params![self.run, number.cast_signed(), at_ms, json])?;
                needs = needs.max(event.needs());
            }
        }
        transaction.execute(
            "UPDATE run SET needs = max(needs, ?2) WHERE id = ?1",
            params![self.run, needs],
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
