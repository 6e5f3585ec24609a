//! Makes few queries of many lookups: one per object, its conditions joined by OR. `rows` sorts the rows by lookup;
//! `cut` cuts a lookup that is too long for one query.

use std::collections::{HashMap, HashSet};

use usher_core::limit;
use usher_core::name::fold;
use usher_core::operation::{Condition, Lookup};
use usher_core::sameness::stored;
use usher_core::value::Scalar;

use crate::client::encoded_bytes;
use crate::reads::clauses::{Clauses, Keys, MostDifferent, Place, Written};
use crate::reads::query::{Group, Part, is_calculated, literal};
use crate::reads::{cut, query};

/// Bytes of everything in a query that is neither a field nor a condition, encoded: its words, and a name
/// of an object of eighty characters.
const WORDS_BYTES_MAX: usize = 250;

/// Bytes that one condition adds beside its field and its values, encoded: brackets, ` IN `, ` OR `.
const CONDITION_BYTES_MAX: usize = 60;

/// Bytes between two values of a list or two fields, encoded: comma and blank.
const COMMA_BYTES: usize = 6;

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
            bytes: WORDS_BYTES_MAX,
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
        let new = names(lookup).filter(|name| !self.has(name));
        new.map(|name| encoded_bytes(name) + COMMA_BYTES).sum()
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
                values.map(|value| value_bytes(condition, value)).sum()
            }
            Place::New => new_bytes(lookup),
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
                values.map(|value| value_bytes(condition, value)).sum()
            }
            Place::New => new_bytes(lookup),
        };
        for name in names(lookup) {
            // As it is written, too: most lookups write it so.
            if !self.fields.contains(name) {
                self.fields.insert(fold(name));
                self.fields.insert(name.clone());
            }
        }
        self.parts.push(part);
    }
}

/// The fields of which a query for the lookup speaks.
fn names(lookup: &Lookup) -> impl Iterator<Item = &String> {
    let compared = lookup.conditions.iter().map(|condition| &condition.field);
    lookup.fields.iter().chain(compared)
}

/// Bytes that the conditions of a lookup take at most in a clause of their own.
fn new_bytes(lookup: &Lookup) -> usize {
    let all = lookup.conditions.iter().map(|condition| {
        let values = condition.any_of.iter();
        let values = values.map(|value| value_bytes(condition, value));
        condition.field.len() + CONDITION_BYTES_MAX + values.sum::<usize>()
    });
    all.sum::<usize>() + CONDITION_BYTES_MAX
}

/// Bytes that a value of a condition takes at most.
fn value_bytes(condition: &Condition, value: &Scalar) -> usize {
    // Only texts share a list; any other value becomes a comparison of its own.
    let alone = match value {
        Scalar::Text(text) if !stored(text).is_empty() => 0,
        _ => condition.field.len() + CONDITION_BYTES_MAX,
    };
    encoded_bytes(&literal(value)) + COMMA_BYTES + alone
}

/// Bytes that the query of a lookup alone takes at most.
pub(super) fn bytes_alone(lookup: &Lookup) -> usize {
    let names = names(lookup).map(|name| encoded_bytes(name) + COMMA_BYTES);
    WORDS_BYTES_MAX + lookup.object.len() + names.sum::<usize>() + new_bytes(lookup)
}

/// The queries that count the records of a lookup. No record is counted by two of them.
pub(super) fn counts(lookup: &Lookup) -> Vec<String> {
    cut::parts(lookup).iter().map(query::count).collect()
}

#[cfg(test)]
mod tests;
