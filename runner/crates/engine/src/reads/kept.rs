//! Answers that are read once in a planning.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use usher_core::read::ReadError;

/// Answers by the key of their read.
pub(super) struct Kept<K, V>(Mutex<HashMap<K, Result<V, ReadError>>>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    /// The answer, if it is known.
    pub(super) fn known<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<Result<V, ReadError>>
    where
        K: Borrow<Q>,
    {
        self.lock().get(key).cloned()
    }

    /// Says whether the answer is known.
    pub(super) fn has(&self, key: &K) -> bool {
        self.lock().contains_key(key)
    }

    pub(super) fn put(&self, key: K, answer: Result<V, ReadError>) {
        self.lock().insert(key, answer);
    }

    pub(super) fn forget(&self, key: &K) {
        self.lock().remove(key);
    }

    pub(super) fn forget_all(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Result<V, ReadError>>> {
        // Nothing panics while it holds the lock; should it ever, the map is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
