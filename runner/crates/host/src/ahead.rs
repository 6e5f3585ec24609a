//! Components that were compiled when Usher was built. Each is loaded once, and used as often as it is asked for.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use wasmtime::Engine;
use wasmtime::component::Component;

/// The components that one host has of them.
pub(crate) struct Ahead {
    all: &'static [usher_code::Ahead],
    loaded: Mutex<BTreeMap<&'static str, Component>>,
}

impl Ahead {
    pub(crate) fn of(all: &'static [usher_code::Ahead]) -> Self {
        Self {
            all,
            loaded: Mutex::default(),
        }
    }

    /// Says whether the component with this digest was loaded from them.
    pub(crate) fn has(&self, digest: &str) -> bool {
        self.loaded().contains_key(digest)
    }

    /// The component with this digest. None when it was not compiled ahead, or for another processor than this one; then
    /// it is compiled as any other.
    pub(crate) fn get(&self, engine: &Engine, digest: &str) -> Option<Component> {
        let ahead = self.all.iter().find(|ahead| ahead.digest() == digest)?;
        let mut loaded = self.loaded();
        if let Some(component) = loaded.get(digest) {
            return Some(component.clone());
        }
        let component = ahead.load(engine).ok()?;
        loaded.insert(ahead.digest(), component.clone());
        Some(component)
    }

    fn loaded(&self) -> MutexGuard<'_, BTreeMap<&'static str, Component>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
