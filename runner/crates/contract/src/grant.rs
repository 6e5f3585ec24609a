//! Grants: a person allows a plugin objects *and fields*, parents included. Asked for (manifest) ∧ granted (here)
//! is checked before anything runs; a refusal gives the lines to add.

mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::limit;
use crate::manifest::{Manifest, Predicts, Reads, Writes};
use crate::name::covers;

pub use crate::never::{NEVER_GRANTED, is_never_granted};
pub use words::{in_words, lines};

/// Keys of a grant with objects, settings or secrets below, each with a list: of fields, of places.
pub const LISTS_BY_NAME: &[&str] = &[
    "read",
    "query",
    "create",
    "update",
    "configure",
    "predict",
    "predict_settings",
    "predict_objects",
    "secret",
];

/// Keys of a grant that are lists of names.
pub const LISTS: &[&str] = &[
    "raises",
    "read_settings",
    "read_components",
    "get",
    "delete",
    "deploy",
    "request",
];

/// Lists below a name: the fields of an object.
pub type ByName = BTreeMap<String, BTreeSet<String>>;

/// Everything that a plugin may read, write, predict and send a secret to, as it is written below a plugin's name in
/// `pack.toml` and `grants.toml`. Names are compared without regard to case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    by_name: BTreeMap<&'static str, ByName>,
    lists: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Grant {
    /// Exactly the grant that a manifest asks for.
    pub fn asked_by(manifest: &Manifest) -> Self {
        let (reads, writes) = (&manifest.reads, &manifest.writes);
        Self::asked(reads, writes, &manifest.predicts, &manifest.secrets)
    }

    pub(crate) fn asked(
        reads: &Reads,
        writes: &Writes,
        predicts: &Predicts,
        secrets: &BTreeMap<String, Vec<String>>,
    ) -> Self {
        let mut asked = Self::default();
        for (key, all) in [
            ("read", &reads.records),
            ("query", &reads.queries),
            ("create", &writes.create),
            ("update", &writes.update),
            ("configure", &writes.configure),
            ("predict", &predicts.records),
            ("predict_settings", &predicts.settings),
            ("predict_objects", &predicts.objects),
            ("secret", secrets),
        ] {
            for (name, entries) in all {
                asked.add_by_name(key, name, entries.iter().cloned());
            }
        }
        // A plugin that may read an object's records may know the object's description.
        for object in &reads.describes {
            let read = asked.by_name.get("read");
            let is_read = read.is_some_and(|read| entry(read, object).is_some());
            if !is_read {
                asked.add_by_name("read", object, []);
            }
        }
        for (key, all) in [
            ("read_settings", &reads.settings),
            ("read_components", &reads.components),
            ("get", &reads.resources),
            ("delete", &writes.delete),
            ("deploy", &writes.deploy),
            ("request", &writes.requests),
        ] {
            all.iter().for_each(|name| asked.add(key, name));
        }
        asked
    }

    /// Allows a name of one of [`LISTS`].
    pub fn add(&mut self, key: &'static str, name: &str) {
        self.lists.entry(key).or_default().insert(name.to_owned());
    }

    /// Allows a name of one of [`LISTS_BY_NAME`], with its list.
    pub fn add_by_name(
        &mut self,
        key: &'static str,
        name: &str,
        entries: impl IntoIterator<Item = String>,
    ) {
        let all = self.by_name.entry(key).or_default();
        all.entry(name.to_owned()).or_default().extend(entries);
    }

    /// Allows what `other` allows, too.
    pub fn extend(&mut self, other: &Self) {
        for (key, all) in &other.by_name {
            for (name, entries) in all {
                self.add_by_name(key, name, entries.iter().cloned());
            }
        }
        for (key, names) in &other.lists {
            names.iter().for_each(|name| self.add(key, name));
        }
    }

    /// Returns the privileges that may be raised, as a grant names them.
    pub fn raises(&self) -> impl Iterator<Item = &str> {
        let names = self.lists.get("raises").into_iter().flatten();
        names.map(String::as_str)
    }

    /// Returns one grant for each thing that this one allows: a field, an object without fields, a name.
    pub fn parts(&self) -> Vec<Self> {
        let mut parts = Vec::new();
        for (key, all) in &self.by_name {
            for (name, entries) in all {
                let each = entries.iter().map(|entry| vec![entry.clone()]);
                let each = each.chain(entries.is_empty().then(Vec::new));
                parts.extend(each.map(|entries| {
                    let mut part = Self::default();
                    part.add_by_name(key, name, entries);
                    part
                }));
            }
        }
        for (key, names) in &self.lists {
            parts.extend(names.iter().map(|name| {
                let mut part = Self::default();
                part.add(key, name);
                part
            }));
        }
        parts
    }

    /// Says that nothing is allowed.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty() && self.lists.is_empty()
    }

    /// Returns the part of this grant that `granted` does not allow.
    #[must_use]
    pub fn without(&self, granted: &Self) -> Self {
        let mut missing = Self::default();
        for (key, all) in &self.by_name {
            let allowed = granted.by_name.get(key);
            for (name, entries) in all {
                let allowed = allowed.and_then(|allowed| entry(allowed, name));
                let left: Vec<String> = entries
                    .iter()
                    .filter(|it| {
                        let allowed = allowed.as_ref();
                        !allowed.is_some_and(|allowed| holds(key, allowed, it))
                    })
                    .cloned()
                    .collect();
                if allowed.is_none() || !left.is_empty() {
                    missing.add_by_name(key, name, left);
                }
            }
        }
        for (key, names) in &self.lists {
            let allowed = granted.lists.get(key);
            let left = names
                .iter()
                .filter(|name| !allowed.is_some_and(|allowed| holds(key, allowed, name)));
            left.for_each(|name| missing.add(key, name));
        }
        missing
    }

    /// Returns the part of the manifest's wishes that this grant does not allow.
    pub fn missing(&self, manifest: &Manifest) -> Self {
        Self::asked_by(manifest).without(self)
    }

    /// Resources in the grant that no grant can allow. They are taken out of it.
    pub fn take_never_granted(&mut self) -> Vec<String> {
        let mut taken = Vec::new();
        for key in ["get", "request"] {
            let Some(names) = self.lists.get_mut(key) else {
                continue;
            };
            taken.extend(names.iter().filter(|name| is_never_granted(name)).cloned());
            names.retain(|name| !is_never_granted(name));
            if names.is_empty() {
                self.lists.remove(key);
            }
        }
        taken
    }
}

/// Limits of one plugin that are lower than Usher's own. None: Usher's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Reads of one call.
    pub reads: Option<usize>,
    /// Rows of all reads of one call.
    pub rows: Option<usize>,
    /// Seconds that a call computes.
    pub seconds: Option<u64>,
    /// Mebibytes of memory of one call.
    pub memory_mib: Option<usize>,
}

impl Limits {
    /// The names of the limits as a grant has them, with the most that each may be and the value here.
    pub fn named(&self) -> [(&'static str, u64, Option<u64>); 4] {
        let wide = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);
        [
            (
                "reads",
                wide(limit::READS_PER_CALL_MAX),
                self.reads.map(wide),
            ),
            ("rows", wide(limit::ROWS_PER_CALL_MAX), self.rows.map(wide)),
            ("seconds", limit::COMPUTE_MS_MAX / 1_000, self.seconds),
            (
                "memory_mib",
                wide(limit::PLUGIN_MEMORY_BYTES_MAX / MIB),
                self.memory_mib.map(wide),
            ),
        ]
    }

    /// Bytes of memory of one call.
    pub fn memory_bytes(&self) -> Option<usize> {
        self.memory_mib.map(|mib| mib.saturating_mul(MIB))
    }

    /// Says that every limit is Usher's own.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

const MIB: usize = 1024 * 1024;

/// Returns the entries below a name, whatever its case and however often it occurs.
fn entry<'a>(all: &'a ByName, name: &str) -> Option<BTreeSet<&'a str>> {
    let mut found = all
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .peekable();
    found.peek()?;
    Some(
        found
            .flat_map(|(_, entries)| entries.iter().map(String::as_str))
            .collect(),
    )
}

/// Says whether a name is among those that are allowed. Case does not count in names of objects and fields. It counts in
/// a path, because a path may hold an id.
fn holds<T: AsRef<str> + Ord>(key: &str, names: &BTreeSet<T>, name: &str) -> bool {
    let is_path = matches!(key, "get" | "request") || name.contains('/');
    names.iter().map(AsRef::as_ref).any(|it| match is_path {
        true => it == name,
        false => covers(it, name),
    })
}

#[cfg(test)]
mod tests;
