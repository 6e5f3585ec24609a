//! Makes few queries of many lookups: one per object, its conditions joined by OR. `rows` sorts the rows by lookup;
//! `cut` cuts a lookup that is too long for one query.

use std::collections::{HashMap, HashSet};

use usher_core::limit;
use usher_core::name::fold;
use usher_core::operation::{Condition, Lookup};
use usher_core::sameness::stored;
use usher_core::value::Scalar;
use usher_core::values::Values;

use crate::client::encoded_bytes;
use crate::reads::clauses::{Clauses, Place};
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
#[derive(Default)]
struct Draft {
    parts: Vec<Part>,
    bytes: usize,
    fields: HashSet<String>,
    clauses: Clauses,
}

/// Puts lookups that may share a query together. Each query stays below the limit of a request target,
/// unless a lookup cannot be cut so far.
pub(super) fn groups(lookups: &[Lookup]) -> Vec<Group> {
    let mut drafts: Vec<Draft> = Vec::new();
    // The draft of each object that may still take more.
    let mut open: HashMap<String, usize> = HashMap::new();
    for (of, lookup) in lookups.iter().enumerate() {
        for lookup in cut::parts(lookup) {
            let object = fold(&lookup.object);
            let place = open.get(&object).copied();
            let fits = place.filter(|place| {
                let draft: &Draft = &drafts[*place];
                draft.bytes + draft.cost(&lookup) <= limit::QUERY_TARGET_BYTES_MAX
            });
            let place = fits.unwrap_or_else(|| {
                drafts.push(Draft {
                    bytes: WORDS_BYTES_MAX,
                    ..Draft::default()
                });
                drafts.len() - 1
            });
            if !is_calculated(&object) {
                open.insert(object, place);
            }
            drafts[place].take(of, lookup);
        }
    }
    let groups = drafts.into_iter();
    groups.map(|draft| Group { parts: draft.parts }).collect()
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
            + match self.clauses.place(conditions) {
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

    fn take(&mut self, of: usize, lookup: Lookup) {
        self.bytes += self.cost(&lookup);
        let compared = lookup.conditions.iter().map(|condition| &condition.field);
        let names = lookup.fields.iter().chain(compared);
        self.fields.extend(names.map(|name| fold(name)));
        self.clauses.add(&lookup.conditions);
        self.parts.push(Part { of, lookup });
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
