//! Reading runs back: each by itself, so that one that cannot be read keeps no other from being read.

use std::collections::BTreeMap;

use rusqlite::{ErrorCode, OptionalExtension, Row};
use serde_json::Value;
use usher_core::run::{Event, Impossible, RunState};

use super::column::{integer, text};
use super::{Entry, FORMAT, Journal, JournalError, LoadedRun, Unreadable, apart};
use crate::wire::Exchange;

impl Journal {
    /// Requests of a run, in order.
    ///
    /// # Errors
    ///
    /// The journal cannot be read, or holds something that is not a request.
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

    /// Returns the number of events of each run. None: it cannot be read.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    pub fn lengths(&self) -> Result<BTreeMap<String, Option<u64>>, JournalError> {
        let _one_moment = self.connection.unchecked_transaction()?;
        let mut lengths = BTreeMap::new();
        for run in self.runs()? {
            let length = match self.last("event", &run) {
                Ok(length) => Some(length),
                Err(error) if is_corrupt(&error) => None,
                Err(error) => return Err(error.into()),
            };
            lengths.insert(run, length);
        }
        Ok(lengths)
    }

    /// The first event of a run: its plan, without steps that stand apart. None: the run has none, or it cannot be read.
    pub fn first(&self, run: &str) -> Option<Event> {
        let sql = "SELECT json FROM event WHERE run = ?1 AND number = 1";
        let json = |row: &Row<'_>| Ok(text(row, 0).map(str::to_owned));
        let json = self.connection.query_row(sql, [run], json).ok()?.ok()?;
        serde_json::from_str(&json).ok()
    }

    /// Shows the runs to `visit`, newest first, until it returns something. They are as they were at one moment.
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
        self.visit(run, |_, _| {})
    }

    /// One run, replayed with its events, each with the state that it leads to.
    ///
    /// # Errors
    ///
    /// As [`Journal::load`].
    pub fn visit(
        &self,
        run: &str,
        visit: impl FnMut(&Entry, &RunState),
    ) -> Result<LoadedRun, JournalError> {
        self.replay(run, visit).map_err(|error| match error {
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

    fn replay(
        &self,
        run: &str,
        mut visit: impl FnMut(&Entry, &RunState),
    ) -> Result<LoadedRun, JournalError> {
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
            state: RunState::default(),
        };
        while let Some(row) = rows.next()? {
            let expected = loaded.state.events + 1;
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
            let mut event: Event =
                serde_json::from_str(json).map_err(|error| match unknown_event(json) {
                    Some(event) => JournalError::EventTooNew {
                        run: run.to_owned(),
                        number,
                        event,
                    },
                    None => damaged(error.to_string()),
                })?;
            if expected == 1 {
                let apart = apart::number(json);
                apart::read(&self.connection, run, &mut event, apart)?.map_err(&damaged)?;
            }
            let next = loaded.state.next(&event);
            next.map_err(|error: Impossible| damaged(error.to_string()))?;
            visit(&Entry { at_ms, event }, &loaded.state);
        }
        Ok(loaded)
    }
}

/// Says whether a page of the file is torn. Other pages may be whole.
pub(super) fn is_corrupt(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
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
