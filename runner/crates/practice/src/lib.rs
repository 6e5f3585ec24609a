//! The practice org: a Salesforce org in the box. Requests in, answers out, in the platform's shapes;
//! it enforces the rules that its documents state and says which it had to infer.
//!
//! It knows HTTP's shapes and no socket, has a store and no other effect: the time and the entropy of
//! sessions are given by the caller. The same seed and the same requests give the same answers.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use sha2::{Digest, Sha256};

use crate::in_flight::{InFlight, Locks};
use crate::org::Org;
use crate::refusal::{Outcome, Refusal};
use crate::rest::pages::Pages;

pub use crate::fault::{Faults, Kind as FaultKind};
pub use crate::fixture::Fixture;
pub use crate::in_flight::Held;

mod access;
mod background;
mod clock;
mod components;
mod deployments;
mod fault;
mod fixture;
mod hand;
mod in_flight;
mod injected;
mod jobs;
mod mail;
mod members;
mod metadata;
mod org;
mod path;
mod query;
mod refusal;
mod rest;
mod row;
mod rules;
mod save;
mod schema;
mod settings;
mod soap;
mod stamp;
mod store;
mod value;
mod version;
mod xml;

/// The start that every practice org has.
const BASE: Fixture<'static> = Fixture {
    name: "base",
    text: include_str!("../fixtures/base.toml"),
};

/// When the records of fixtures were made: 2026-01-01, so that what a run makes is newer.
const FIXTURES_MS: i64 = 1_767_225_600_000;

/// Sessions that are valid at once; the oldest makes room.
const SESSIONS_MAX: i64 = 1_000;

const DAY_MS: i64 = 86_400_000;

/// One practice org.
pub struct Practice {
    inner: Mutex<Inner>,
    locks: Locks,
}

/// From what a new org is made.
#[derive(Clone, Debug)]
pub struct Setup<'a> {
    /// Decides the ids.
    pub seed: u64,
    /// The start of that name in the fixtures; none, or where none has it: their common records.
    pub start: Option<&'a str>,
    /// Beyond the built-in base, in this order.
    pub fixtures: Vec<Fixture<'a>>,
}

/// Why there is no practice org.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PracticeError {
    #[error("the practice org's store failed: {0}")]
    Store(#[from] rusqlite::Error),
    #[error("`{path}` cannot be opened: {source}")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("`{path}` is no practice org")]
    NotPractice { path: PathBuf },
    #[error("`{path}` was made by another version of usher; reset the practice org to go on")]
    OtherVersion { path: PathBuf },
    #[error("fixture `{fixture}`, {record}: {message}")]
    Fixture {
        fixture: String,
        record: String,
        message: String,
    },
    #[error("the practice org has no user `{username}` who may sign in")]
    NoUser { username: String },
}

pub(crate) struct Inner {
    pub(crate) db: Connection,
    pub(crate) pages: Pages,
    /// Day and number of calls: in memory, so that reading writes nothing.
    calls: (i64, u64),
}

impl Practice {
    /// An org that nobody sees again.
    ///
    /// # Errors
    ///
    /// A fixture is wrong.
    pub fn in_memory(setup: &Setup<'_>) -> Result<Self, PracticeError> {
        let db = store::in_memory(setup.seed, |db| fill(db, setup))?;
        Ok(Self::over(db))
    }

    /// The org in the file at `path`, made there when the file is new or empty. What an exchange has
    /// answered is on disk.
    ///
    /// # Errors
    ///
    /// The file cannot be made or read, is something else, or was made by another version; a fixture
    /// is wrong, in which case nothing was made.
    pub fn open(path: &Path, setup: &Setup<'_>) -> Result<Self, PracticeError> {
        let db = store::open(path, setup.seed, |db| fill(db, setup))?;
        Ok(Self::over(db))
    }

    fn over(db: Connection) -> Self {
        Self {
            inner: Mutex::new(Inner {
                db,
                pages: Pages::default(),
                calls: (0, 0),
            }),
            locks: Locks::default(),
        }
    }

    /// A token for that user, or for the administrator: valid until a thousand later ones were given.
    ///
    /// # Errors
    ///
    /// No active user has that name.
    pub fn sign_in(
        &self,
        username: Option<&str>,
        entropy: [u8; 16],
    ) -> Result<String, PracticeError> {
        self.locked(|inner| inner.sign_in(username, entropy))
    }

    /// Answers one request at that hour.
    pub fn exchange(&self, request: Request<Bytes>, now_ms: i64) -> Response<Bytes> {
        self.exchange_amid(request, now_ms, None).0
    }

    /// Answers one request among others: what goes wrong inside the org does, and what the request has
    /// locked stays locked until [`Held`] is dropped. What goes wrong on the way is not done here.
    pub fn exchange_amid(
        &self,
        request: Request<Bytes>,
        now_ms: i64,
        fault: Option<FaultKind>,
    ) -> (Response<Bytes>, Held) {
        self.locked(|inner| {
            let met = self.locks.met(fault);
            let response = match injected::answer(&request, fault) {
                Some(answer) => answer,
                None => rest::exchange(inner, &request, &met, now_ms),
            };
            (response, self.locks.hold(met))
        })
    }

    fn locked<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        // Every save is a transaction: a panic of another thread left none half done.
        work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Inner {
    fn sign_in(
        &mut self,
        username: Option<&str>,
        entropy: [u8; 16],
    ) -> Result<String, PracticeError> {
        // The administrator is the first user that the base fixture makes.
        let sql = "SELECT \"Id\" FROM \"User\" WHERE \"IsActive\" = 1 AND \"Id\" NOT IN (SELECT \"UserId\" FROM \"UserLogin\" WHERE \"IsFrozen\" = 1) AND (?1 IS NULL OR \"Username\" = ?1) ORDER BY \"Id\" LIMIT 1";
        let user: Option<String> = self
            .db
            .query_row(sql, [username], |row| row.get(0))
            .optional()?;
        let Some(user_id) = user else {
            let username = username.unwrap_or("the administrator").to_owned();
            return Err(PracticeError::NoUser { username });
        };
        let organization: String =
            self.db
                .query_row("SELECT \"Id\" FROM \"Organization\"", [], |row| row.get(0))?;
        let digits: String = entropy.iter().map(|byte| format!("{byte:02x}")).collect();
        let token = format!("{}!AQ{digits}", &organization[..15]);
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "INSERT OR REPLACE INTO practice_session SELECT ?, ?, IFNULL(MAX(number), 0) + 1 FROM practice_session",
            [&digest(&token), &user_id],
        )?;
        transaction.execute(
            "DELETE FROM practice_session WHERE number <= (SELECT MAX(number) FROM practice_session) - ?",
            [SESSIONS_MAX],
        )?;
        transaction.commit()?;
        Ok(token)
    }

    /// Whose token it is (salesforce-api.md §9.5).
    pub(crate) fn session(&self, token: &str) -> Outcome<String> {
        let sql = "SELECT s.user_id FROM practice_session s JOIN \"User\" u ON u.\"Id\" = s.user_id WHERE s.digest = ? AND u.\"IsActive\" = 1 AND u.\"Id\" NOT IN (SELECT \"UserId\" FROM \"UserLogin\" WHERE \"IsFrozen\" = 1)";
        let user: Option<String> = self
            .db
            .query_row(sql, [digest(token)], |row| row.get(0))
            .optional()?;
        user.ok_or_else(|| Refusal::new(401, "INVALID_SESSION_ID", "Session expired or invalid"))
    }

    /// Calls of the day so far.
    pub(crate) fn calls(&self, now_ms: i64) -> u64 {
        match self.calls.0 == now_ms.div_euclid(DAY_MS) {
            true => self.calls.1,
            false => 0,
        }
    }

    /// Counts one more call of the day.
    pub(crate) fn count_call(&mut self, now_ms: i64) -> u64 {
        self.calls = (now_ms.div_euclid(DAY_MS), self.calls(now_ms) + 1);
        self.calls.1
    }
}

/// Tokens are kept as digests: who reads the file cannot sign in with it.
fn digest(token: &str) -> String {
    let digest = Sha256::digest(token.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn fill(db: &Connection, setup: &Setup<'_>) -> Result<(), PracticeError> {
    let mut org = Org {
        db,
        now_ms: FIXTURES_MS,
        user_id: String::new(),
        version: *version::VERSIONS.end(),
        calls: 0,
        in_flight: &InFlight::default(),
        allows_duplicates: false,
    };
    fixture::fill(&mut org, &BASE, &setup.fixtures, setup.start)
}

#[cfg(test)]
mod testing;

#[cfg(test)]
mod tests;
