//! The practice org: a Salesforce org in the box. Requests in, answers out, in the platform's shapes;
//! it enforces the rules that its documents state and says which it had to infer.
//!
//! It knows HTTP's shapes and no socket, has a store and no other effect: the time and the entropy of
//! sessions are given by the caller. The same seed and the same requests give the same answers.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError, TryLockError};

use bytes::Bytes;
use http::{Request, Response};
use rusqlite::Connection;

use crate::in_flight::{InFlight, Locks};
use crate::inner::Inner;
use crate::rest::Sender;
use crate::rival::Rivals;
use crate::tenant::Tenant;

pub use crate::address::Below;
pub use crate::error::PracticeError;
pub use crate::fault::{Cut, FaultKind, Faults, GatewayStatus, Rival, Shape, ThrottleStatus};
pub use crate::fixture::Fixture;
pub use crate::flavour::{FLAVOURS, flavour};
pub use crate::in_flight::Held;

mod access;
mod address;
mod background;
mod bulk;
mod clock;
mod coding;
mod components;
mod definitions;
mod deployments;
mod error;
mod fault;
mod fixture;
mod flavour;
mod full_name;
mod hand;
mod in_flight;
mod injected;
mod inner;
mod jobs;
mod language;
mod lookup;
mod mail;
mod members;
mod metadata;
mod pages;
mod path;
mod policies;
mod query;
mod recalculation;
mod recycle_bin;
mod reference;
mod refusal;
mod rest;
mod retrievals;
mod rights;
mod rival;
mod row;
mod rules;
mod save;
mod schema;
mod scim;
mod settings;
mod sign_in;
mod site;
mod soap;
mod soap_api;
mod stamp;
mod store;
mod tenant;
mod undelete;
mod upsert;
mod value;
mod version;
mod xml;

/// The start that every practice org has.
const BASE: Fixture<'static> = Fixture {
    name: "base",
    text: include_str!("../fixtures/base.toml"),
};

/// Slices of bulk jobs that one request carries out before it is answered: half a batch, some seconds in a build for
/// tests. A client that asks every few seconds sees ten thousand records end within a few answers.
const BULK_SLICES: usize = 25;

/// One practice org.
pub struct Practice {
    inner: Mutex<Inner>,
    /// Held by the request that has the org next, so that one that takes it again and again lets others in between.
    turn: Mutex<()>,
    /// Held by the request that works on bulk jobs.
    bulk: Mutex<()>,
    locks: Locks,
}

/// The result of one request among others.
#[derive(Debug)]
pub struct Exchanged {
    pub response: Response<Bytes>,
    /// The locks of the request, until this is dropped.
    pub held: Held,
    /// The answer to another user who acted right before it: `201`, `400 DUPLICATE_VALUE`.
    pub rival: Option<String>,
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

impl Practice {
    /// An org that is dropped with its value.
    ///
    /// # Errors
    ///
    /// A fixture is wrong.
    pub fn in_memory(setup: &Setup<'_>) -> Result<Self, PracticeError> {
        let db = store::in_memory(setup.seed, |db| fill(db, setup))?;
        Ok(Self::over(db))
    }

    /// The org in the file at `path`, made there when the file is new or empty. Once an exchange has answered, its
    /// changes are on disk.
    ///
    /// # Errors
    ///
    /// The file cannot be made or read, is something else, or was made by another version; a fixture
    /// is wrong, in which case nothing was made.
    pub fn open(path: &Path, setup: &Setup<'_>) -> Result<Self, PracticeError> {
        let db = store::open(path, setup.seed, |db| fill(db, setup))?;
        Ok(Self::over(db))
    }

    /// The id of the org that has that seed, which may not be made yet.
    pub fn organization_id(seed: u64) -> String {
        // The organization is the first record of its object.
        tenant::record_id(schema::ORGANIZATION_PREFIX, seed, 1)
    }

    /// The token that [`Practice::sign_in`] gives for those bytes in the org that has that seed.
    pub fn token_to_come(seed: u64, entropy: [u8; 16]) -> String {
        inner::token(&Self::organization_id(seed), entropy)
    }

    /// The seed of the org in the file at `path`; none where no org is.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn seed_of(path: &Path) -> Result<Option<u64>, PracticeError> {
        store::seed_of(path)
    }

    fn over(db: Connection) -> Self {
        Self {
            inner: Mutex::new(Inner::over(db)),
            turn: Mutex::default(),
            bulk: Mutex::default(),
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

    /// The contents of the org's components and custom fields by their names, for comparing it with itself.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub fn definitions(&self) -> Result<BTreeMap<String, String>, PracticeError> {
        self.locked(|inner| definitions::all(&inner.db))
    }

    /// Answers one request at that hour.
    pub fn exchange(&self, request: Request<Bytes>, now_ms: i64) -> Response<Bytes> {
        self.exchange_amid(request, now_ms, None).response
    }

    /// Answers one request among others. A fault inside the org happens; one on the way is not done here. The request's
    /// locks stay until [`Exchanged::held`] is dropped.
    pub fn exchange_amid(
        &self,
        request: Request<Bytes>,
        now_ms: i64,
        fault: Option<FaultKind>,
    ) -> Exchanged {
        if bulk::is_here(&path::names(&path::segments(request.uri().path()))) {
            self.work_on_jobs(now_ms);
        }
        self.locked(|inner| {
            let rival = match &fault {
                Some(FaultKind::Rival(rival)) => {
                    let mut rivals = Rivals {
                        inner,
                        in_flight: &self.locks.met(None),
                        now_ms,
                    };
                    Some(rivals.act(rival, &request))
                }
                _ => None,
            };
            let met = self.locks.met(fault.clone());
            let response = match injected::answer(&request, fault.as_ref()) {
                Some(answer) => answer,
                None => coding::through(&request, fault.is_some(), |request| {
                    exchange(inner, request, &met, now_ms)
                }),
            };
            Exchanged {
                response: injected::answer_after(&request, fault.as_ref()).unwrap_or(response),
                held: self.locks.hold(met),
                rival,
            }
        })
    }

    /// Carries out slices of bulk jobs, and others are served between them: one request at a time.
    fn work_on_jobs(&self, now_ms: i64) {
        let _working = match self.bulk.try_lock() {
            Ok(working) => working,
            Err(TryLockError::Poisoned(working)) => working.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        for _ in 0..BULK_SLICES {
            let worked = self.locked(|inner| {
                let met = self.locks.met(None);
                bulk::advance::slice(&Tenant::of_platform(&inner.db, now_ms, 0, &met))
            });
            // A failure here comes again in the request itself, which says so.
            if !matches!(worked, Ok(true)) {
                return;
            }
        }
    }

    fn locked<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        // Every save is a transaction: a panic of another thread left none half done.
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        drop(turn);
        work(&mut inner)
    }
}

/// Answers with the face that the path names. A request that is too large is refused before that, as
/// REST refuses it.
fn exchange(
    inner: &mut Inner,
    request: &Request<Bytes>,
    in_flight: &InFlight,
    now_ms: i64,
) -> Response<Bytes> {
    let path = path::segments(request.uri().path());
    let names = path::names(&path);
    match names.as_slice() {
        names if soap_api::wsdl::is_here(names) => soap_api::wsdl::refused(),
        ["services", "Soap", rest @ ..]
            if soap_api::is_here(rest) && rest::sizes(request).is_ok() =>
        {
            soap_api::exchange(inner, request, rest, in_flight, now_ms)
        }
        ["services", "Soap", rest @ ..] if rest::sizes(request).is_ok() => {
            soap::exchange(inner, request, rest, in_flight, now_ms)
        }
        ["services", "scim", rest @ ..] if rest::sizes(request).is_ok() => {
            scim::exchange(inner, request, rest, in_flight, now_ms)
        }
        names if sign_in::is_here(names) && rest::sizes(request).is_ok() => {
            sign_in::exchange(inner, request, names, in_flight, now_ms)
        }
        names if bulk::is_here(names) && rest::sizes(request).is_ok() => {
            bulk::exchange(inner, request, names, in_flight, now_ms)
        }
        _ => rest::exchange(inner, request, Sender::Token, in_flight, now_ms),
    }
}

fn fill(db: &Connection, setup: &Setup<'_>) -> Result<(), PracticeError> {
    let in_flight = InFlight::default();
    let mut org = Tenant::of_platform(db, stamp::FIXTURES_MS, 0, &in_flight);
    fixture::fill(&mut org, &BASE, &setup.fixtures, setup.start)
}

#[cfg(test)]
mod testing;

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make and spoil files")]
mod tests;
