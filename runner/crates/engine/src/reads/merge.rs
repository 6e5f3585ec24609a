//! Makes few queries of many lookups: one per object, its conditions joined by OR. `rows` sorts the rows by lookup;
//! `cut` cuts a lookup that is too long for one query.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use usher_core::limit;
use usher_core::name::fold;
use usher_core::operation::{Condition, Lookup};
use usher_core::sameness::stored;
use usher_core::value::Scalar;
use usher_core::values::Values;

use crate::client::encoded_bytes;
use crate::reads::clauses::{Clauses, MostDifferent, Place};
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
    let most_different = Arc::new(MostDifferent::of(parts.iter().map(|part| &part.lookup)));
    let mut drafts: Vec<Draft> = Vec::new();
    // The draft of each object that may still take more.
    let mut open: HashMap<String, usize> = HashMap::new();
    for part in parts {
        let object = fold(&part.lookup.object);
        let place = open.get(&object).copied();
        let fits = place.filter(|place| {
            let draft: &Draft = &drafts[*place];
            draft.bytes + draft.cost(&part.lookup) <= limit::QUERY_BYTES_MAX
        });
        let place = fits.unwrap_or_else(|| {
            drafts.push(Draft {
                parts: Vec::new(),
                bytes: WORDS_BYTES_MAX,
                fields: HashSet::new(),
                clauses: Clauses::growing(&most_different),
            });
            drafts.len() - 1
        });
        if !is_calculated(&object) {
            open.insert(object, place);
        }
        drafts[place].take(part);
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
    /// Bytes that the query grows by at most.
    fn cost(&self, lookup: &Lookup) -> usize {
        let compared = lookup.conditions.iter().map(|condition| &condition.field);
        let names = lookup.fields.iter().chain(compared);
        let fields: usize = names
            .filter(|name| !self.fields.contains(&fold(name)))
            .map(|name| encoded_bytes(name) + COMMA_BYTES)
            .sum();
        let conditions = lookup.conditions.as_slice();
        fields
            + match self.clauses.place(lookup) {
                Place::Known => 0,
                Place::Grows { clause, list } => {
                    let condition = &conditions[list];
                    let known = self.clauses.values(clause, list);
                    cost(condition, Some(known)) - condition.field.len() - CONDITION_BYTES_MAX
                }
                Place::New => {
                    let all = conditions.iter().map(|one| cost(one, None));
                    all.sum::<usize>() + CONDITION_BYTES_MAX
                }
            }
    }

    fn take(&mut self, part: Part) {
        let lookup = &part.lookup;
        self.bytes += self.cost(lookup);
        let compared = lookup.conditions.iter().map(|condition| &condition.field);
        let names = lookup.fields.iter().chain(compared);
        self.fields.extend(names.map(|name| fold(name)));
        self.clauses.add(lookup);
        self.parts.push(part);
    }
}

/// Bytes that a condition adds at most, without the values that are `known`.
fn cost(condition: &Condition, known: Option<&Values>) -> usize {
    let field = condition.field.len();
    let values = condition.any_of.iter();
    let values = values.filter(|value| known.is_none_or(|known| !known.contains(value)));
    let values = values.map(|value| {
        // Only texts share a list; any other value becomes a comparison of its own.
        let alone = match value {
            Scalar::Text(text) if !stored(text).is_empty() => 0,
            _ => field + CONDITION_BYTES_MAX,
        };
        encoded_bytes(&literal(value)) + COMMA_BYTES + alone
    });
    field + CONDITION_BYTES_MAX + values.sum::<usize>()
}

/// The queries that count the records of a lookup. No record is counted by two of them.
pub(super) fn counts(lookup: &Lookup) -> Vec<String> {
    cut::parts(lookup).iter().map(query::count).collect()
}

#[cfg(test)]
mod tests;
