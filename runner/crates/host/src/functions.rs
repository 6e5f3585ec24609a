//! The compiled functions of a plugin that somebody is writing. After a change of its source most functions are as they
//! were, so only the others are compiled again.
//!
//! A function is found by the digest that the compiler makes of all that its code depends on. That digest is the
//! compiler's own, so the functions of one folder are never used for another: a component can only ever get back what
//! was compiled for an earlier state of itself.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use wasmtime::CacheStore;

use crate::limit;

/// Bytes of the number that says how long the following part is.
const LENGTH_BYTES: usize = 8;

/// Compiled functions by their digests.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    before: BTreeMap<Vec<u8>, Vec<u8>>,
    now: Mutex<Now>,
}

/// The functions that the component has now.
#[derive(Debug, Default)]
struct Now {
    /// Keys of `before`.
    same: BTreeSet<Vec<u8>>,
    compiled: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Functions {
    /// The functions that were kept as these bytes. Bytes of another form give no function.
    pub(crate) fn kept(bytes: &[u8]) -> Self {
        Self {
            before: all(bytes).unwrap_or_default(),
            now: Mutex::default(),
        }
    }

    /// The bytes of all functions that the component has now; without any when they would be too many.
    pub(crate) fn to_keep(&self) -> Vec<u8> {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let same = now.same.iter();
        let same = same.filter_map(|key| Some((key, self.before.get(key)?)));
        let mut bytes = Vec::new();
        for (key, code) in same.chain(&now.compiled) {
            put(&mut bytes, key);
            put(&mut bytes, code);
        }
        match bytes.len() as u64 > limit::FUNCTIONS_BYTES_MAX {
            true => Vec::new(),
            false => bytes,
        }
    }
}

impl CacheStore for Functions {
    fn get(&self, key: &[u8]) -> Option<Cow<'_, [u8]>> {
        let (key, code) = self.before.get_key_value(key)?;
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.same.insert(key.clone());
        Some(Cow::Borrowed(code))
    }

    fn insert(&self, key: &[u8], code: Vec<u8>) -> bool {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.compiled.insert(key.to_vec(), code);
        true
    }
}

/// Appends a part and its length.
fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
    bytes.extend_from_slice(part);
}

/// Takes a part from the beginning; `None` when the bytes end before it does.
pub(crate) fn take<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (part, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    Some(part)
}

fn all(mut bytes: &[u8]) -> Option<BTreeMap<Vec<u8>, Vec<u8>>> {
    let mut functions = BTreeMap::new();
    while !bytes.is_empty() {
        let key = take(&mut bytes)?.to_vec();
        functions.insert(key, take(&mut bytes)?.to_vec());
    }
    Some(functions)
}
