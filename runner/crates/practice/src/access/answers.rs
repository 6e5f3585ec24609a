//! Answers that are found once.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::refusal::Outcome;

/// Answers by question.
pub(super) struct Known<K, V>(RefCell<BTreeMap<K, V>>);

impl<K: Ord, V: Clone> Known<K, V> {
    /// The answer, found by `find` at the first time.
    pub(super) fn get(&self, key: K, find: impl FnOnce(&K) -> Outcome<V>) -> Outcome<V> {
        if let Some(known) = self.0.borrow().get(&key) {
            return Ok(known.clone());
        }
        // Nothing is borrowed while it is looked for: that may ask again.
        let found = find(&key)?;
        self.0.borrow_mut().insert(key, found.clone());
        Ok(found)
    }
}

impl<K, V> Default for Known<K, V> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}
