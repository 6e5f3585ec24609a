//! The org as it is, whatever is planned: read once in a planning, and shared by all readers of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use usher_core::component::Content;
use usher_core::limit;
use usher_core::operation::Lookup;
use usher_core::read::{ReadError, Record};
use usher_core::view::Snapshot;

use crate::client::Client;
use crate::reads::kept::Kept;
use crate::reads::{Refused, read_error, read_within};

/// Segments and query of a resource.
pub(super) type Path = (Vec<String>, Vec<(String, String)>);

/// The org as it is.
pub(super) struct Today {
    pub(super) org: Arc<Client>,
    snapshot: Mutex<Snapshot>,
    /// Held while lookups are read, so that equal ones are not read twice.
    fetching: tokio::sync::Mutex<()>,
    /// Settings by name.
    pub(super) settings: Kept<String, Record>,
    /// Lists of components by kind.
    pub(super) listed: Kept<String, Vec<Record>>,
    /// Contents of components by kind and full name.
    pub(super) components: Kept<(String, String), Option<Content>>,
    /// Resources, descriptions of objects included.
    pub(super) resources: Kept<Path, Arc<Value>>,
    /// Free queries by their text.
    pub(super) queries: Kept<String, Vec<Record>>,
    /// Numbers of records by lookup.
    pub(super) counts: Kept<Lookup, u64>,
}

impl Today {
    /// Nothing has been read yet.
    pub(super) fn new(org: Arc<Client>) -> Self {
        Self {
            org,
            snapshot: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
            settings: Kept::default(),
            listed: Kept::default(),
            components: Kept::default(),
            resources: Kept::default(),
            queries: Kept::default(),
            counts: Kept::default(),
        }
    }

    /// Everything that was read by lookup.
    pub(super) fn snapshot(&self) -> MutexGuard<'_, Snapshot> {
        // Nothing panics while it holds the lock; should it ever, the snapshot is still whole.
        self.snapshot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns those of the lookups that are not in the snapshot.
    pub(super) fn missing(&self, lookups: &[Lookup]) -> Vec<Lookup> {
        let snapshot = self.snapshot();
        let missing = lookups.iter();
        missing
            .filter(|lookup| snapshot.get(lookup).is_none())
            .cloned()
            .collect()
    }

    /// Reads lookups into the snapshot, unless they are there. Returns those that got no answer: they are to be forgotten,
    /// so that they are read again when they are asked for again.
    pub(super) async fn fetch(&self, lookups: &[Lookup]) -> Vec<Lookup> {
        if self.missing(lookups).is_empty() {
            return Vec::new();
        }
        let _reading = self.fetching.lock().await;
        let missing = self.missing(lookups);
        let mut unread = Vec::new();
        let answers = read_within(
            &self.org,
            missing,
            Some(limit::ROWS_PER_CALL_MAX),
            Refused::AskAlone,
        )
        .await;
        let mut snapshot = self.snapshot();
        for (lookup, answer) in answers {
            let answer = answer.map_err(read_error);
            if matches!(answer, Err(ReadError::Unavailable(_))) {
                unread.push(lookup.clone());
            }
            snapshot.put(lookup, answer);
        }
        unread
    }

    /// Forgets the answers to lookups.
    pub(super) fn forget(&self, lookups: &[Lookup]) {
        let mut snapshot = self.snapshot();
        lookups.iter().for_each(|lookup| snapshot.forget(lookup));
    }
}
