//! Makes few queries of many lookups: one per object, its conditions joined by OR. `rows` sorts the rows by lookup;
//! `cut` cuts a lookup that is too long for one query.

use std::collections::{HashMap, HashSet};

use usher_core::limit;
use usher_core::name::fold;
use usher_core::operation::Lookup;
use usher_core::value::Scalar;

use crate::reads::clauses::{Clauses, Keys, MostDifferent, Place, Written};
use crate::reads::query::{Group, Part, is_calculated};
use crate::reads::{bytes, cut, query};

/// A group that grows, and the bytes that its query has at most.
struct Draft {
    parts: Vec<Part>,
    bytes: usize,
    /// Names of fields, folded and as they were written.
    fields: HashSet<String>,
    clauses: Clauses,
}

/// Puts lookups that may share a query together. Each query stays below the limit of its length, unless a lookup cannot be
/// cut so far.
pub(super) fn groups(lookups: &[Lookup]) -> Vec<Group> {
    let parts = lookups.iter().enumerate();
    let parts = parts.flat_map(|(of, lookup)| {
        let parts = cut::parts(lookup).into_iter();
        parts.map(move |lookup| Part { of, lookup })
    });
    grouped(parts.collect())
}

/// Puts parts that may share a query together.
pub(super) fn grouped(parts: Vec<Part>) -> Vec<Group> {
    let written: Vec<Written> = parts.iter().map(|part| Written::of(&part.lookup)).collect();
    let most_different = MostDifferent::of(&written);
    let mut drafts: Vec<Draft> = Vec::new();
    // The draft of each object that may still take more.
    let mut open: HashMap<String, usize> = HashMap::new();
    for (part, written) in parts.into_iter().zip(&written) {
        let object = fold(&part.lookup.object);
        let keys = most_different.keys(written);
        let place = open.get(&object).copied();
        let fits = place.filter(|place| drafts[*place].fits(&part.lookup, &keys));
        let place = fits.unwrap_or_else(|| {
            drafts.push(Draft::new());
            drafts.len() - 1
        });
        if !is_calculated(&object) {
            open.insert(object, place);
        }
        drafts[place].take(part, keys);
    }
    let groups = drafts.into_iter();
    let groups = groups.map(|draft| Group {
        parts: draft.parts,
        clauses: draft.clauses.all(),
        behind: Vec::new(),
    });
    groups.collect()
}

impl Draft {
    fn new() -> Self {
        Self {
            parts: Vec::new(),
            bytes: bytes::WORDS_MAX,
            fields: HashSet::new(),
            clauses: Clauses::default(),
        }
    }

    /// Says whether the query may take a lookup.
    fn fits(&self, lookup: &Lookup, keys: &Keys) -> bool {
        let room = limit::QUERY_BYTES_MAX.saturating_sub(self.bytes);
        let place = self.clauses.place(keys);
        let most = self.names(lookup) + self.conditions(lookup, place, &|_| true);
        // Telling which values are there takes longer than the rest.
        most <= room
            || match place {
                Place::Grows { clause, list } => {
                    let known = self.clauses.values(clause, list);
                    let is_new = |value: &Scalar| !known.contains(value);
                    self.names(lookup) + self.conditions(lookup, place, &is_new) <= room
                }
                Place::Known | Place::New => false,
            }
    }

    /// Bytes of the names of fields that are not there.
    fn names(&self, lookup: &Lookup) -> usize {
        let new = bytes::names(lookup).filter(|name| !self.has(name));
        new.map(|name| bytes::name(name)).sum()
    }

    fn has(&self, name: &String) -> bool {
        self.fields.contains(name) || self.fields.contains(&fold(name))
    }

    /// Bytes of conditions at their place, with those of their values that `are_new`.
    fn conditions(
        &self,
        lookup: &Lookup,
        place: Place,
        are_new: &dyn Fn(&Scalar) -> bool,
    ) -> usize {
        match place {
            Place::Known => 0,
            Place::Grows { list, .. } => {
                let condition = &lookup.conditions[list];
                let values = condition.any_of.iter().filter(|value| are_new(value));
                values.map(|value| bytes::value(condition, value)).sum()
            }
            Place::New => bytes::conditions(lookup),
        }
    }

    fn take(&mut self, part: Part, keys: Keys) {
        let lookup = &part.lookup;
        self.bytes += self.names(lookup);
        let place = self.clauses.place(&keys);
        let grown = self.clauses.add(&lookup.conditions, keys, place);
        self.bytes += match place {
            Place::Known => 0,
            Place::Grows { list, .. } => {
                let condition = &lookup.conditions[list];
                let values = grown.into_iter();
                values.map(|value| bytes::value(condition, value)).sum()
            }
            Place::New => bytes::conditions(lookup),
        };
        for name in bytes::names(lookup) {
            // As it is written, too: most lookups write it so.
            if !self.fields.contains(name) {
                self.fields.insert(fold(name));
                self.fields.insert(name.clone());
            }
        }
        self.parts.push(part);
    }
}

/// The queries that count the records of a lookup. No record is counted by two of them.
pub(super) fn counts(lookup: &Lookup) -> Vec<String> {
    cut::parts(lookup).iter().map(query::count).collect()
}

#[cfg(test)]
mod tests;
