//! Forgetting runs of a journal that has a torn page. The readable part of the other runs is copied aside and then laid
//! over the whole file in one transaction, so that no torn page is left.

use rusqlite::backup::{Backup, StepResult};
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, ErrorCode, Row, params};

use super::read::is_corrupt;
use super::{Journal, JournalError};

/// Stands for the events that a torn page held. It is not an event, so that the run stays damaged: an end that is lost
/// must not look like a run that was interrupted.
const LOST: &str = "a torn page held the events from here on";

/// Pages at a time, once the file is locked.
const ALL_PAGES: i32 = -1;

impl Journal {
    /// Forgets runs for good, and every torn page with them.
    ///
    /// # Errors
    ///
    /// The file cannot be read or written, or another process has written to it meanwhile; then nothing is changed.
    pub(super) fn copy_without(&mut self, runs: &[String]) -> Result<(), JournalError> {
        let path = self.connection.path().filter(|path| !path.is_empty());
        let watch = path.map(Connection::open).transpose()?;
        let before = watch.as_ref().map(version).transpose()?;
        let copy = self.copied(runs)?;
        let backup = Backup::new(&copy.connection, &mut self.connection)?;
        // No other process writes to the file from the first page on.
        let mut step = backup.step(1)?;
        if watch.as_ref().map(version).transpose()? != before {
            return Err(JournalError::Busy);
        }
        if step == StepResult::More {
            step = backup.step(ALL_PAGES)?;
        }
        if step != StepResult::Done {
            return Err(JournalError::Busy);
        }
        drop(backup);
        // Takes what the runs held out of the log as well.
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        self.connection.query_row(checkpoint, [], |_| Ok(()))?;
        Ok(())
    }

    /// A journal in memory with every run but those.
    fn copied(&self, without: &[String]) -> Result<Self, JournalError> {
        let _one_moment = self.connection.unchecked_transaction()?;
        let copy = Self::in_memory()?;
        for run in self.runs()? {
            if !without.contains(&run) {
                self.copy_run(&run, &copy.connection)?;
            }
        }
        Ok(copy)
    }

    fn copy_run(&self, run: &str, to: &Connection) -> Result<(), JournalError> {
        let sql = "SELECT began_ms, needs FROM run WHERE id = ?1";
        let both = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let (began_ms, needs): (i64, i64) = self.connection.query_row(sql, [run], both)?;
        let sql = "INSERT INTO run (id, began_ms, needs) VALUES (?1, ?2, ?3)";
        to.execute(sql, params![run, began_ms, needs])?;
        let are_whole = self.copy_rows("step", run, to)?;
        if !self.copy_rows("event", run, to)? || !are_whole {
            let sql = "INSERT INTO event (run, number, at_ms, json)
                       SELECT ?1, coalesce(max(number), 0) + 1, 0, ?2 FROM event WHERE run = ?1";
            to.execute(sql, params![run, LOST])?;
        }
        // Requests are for people; the run does not need those that are lost.
        self.copy_rows("request", run, to)?;
        Ok(())
    }

    /// Copies a run's rows of a table up to the first that cannot be read. Says whether all were copied.
    fn copy_rows(&self, table: &str, run: &str, to: &Connection) -> Result<bool, JournalError> {
        let sql = format!("SELECT number, at_ms, json FROM {table} WHERE run = ?1 ORDER BY number");
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([run])?;
        let sql = format!("INSERT INTO {table} (run, number, at_ms, json) VALUES (?1, ?2, ?3, ?4)");
        loop {
            let row = match rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => return Ok(true),
                Err(error) if is_corrupt(&error) => return Ok(false),
                Err(error) => return Err(error.into()),
            };
            let of = |column: usize| row.get_ref(column).map(ToSqlOutput::Borrowed);
            let (number, at_ms, json) = (of(0)?, of(1)?, of(2)?);
            match to.execute(&sql, params![run, number, at_ms, json]) {
                Ok(_) => {}
                // Garbage where a number or a text was.
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                    return Ok(false);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// A number that is another one after each write of another connection.
fn version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.query_row("PRAGMA data_version", [], |row| row.get(0))
}
