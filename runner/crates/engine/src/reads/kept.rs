//! Answers that are read once in a planning. Equal reads at the same time share one request.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;
use usher_core::read::ReadError;

/// An answer that may not have come yet.
type Cell<V> = Arc<OnceCell<Result<V, ReadError>>>;

/// Answers by the key of their read.
pub(super) struct Kept<K, V>(Mutex<HashMap<K, Cell<V>>>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    /// Says whether somebody has begun to read the answer.
    pub(super) fn has<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        let cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cells.contains_key(key)
    }

    /// The answer, read now unless it is known. A refusal is kept; a missing answer is not.
    pub(super) async fn get(
        &self,
        key: K,
        read: impl Future<Output = Result<V, ReadError>>,
    ) -> Result<V, ReadError> {
        let cell = {
            // Nothing panics while it holds the lock; should it ever, the map is still whole.
            let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(key).or_default())
        };
        let read = async {
            match read.await {
                Err(error @ ReadError::Unavailable(_)) => Err(error),
                answer => Ok(answer),
            }
        };
        cell.get_or_try_init(|| read).await?.clone()
    }
}
