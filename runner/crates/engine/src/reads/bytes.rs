//! Bytes of lookups in the target of a request, so that a query need not be built to be measured.

use usher_core::operation::{Condition, Lookup};
use usher_core::sameness::stored;
use usher_core::value::Scalar;

use crate::client::encoded_bytes;
use crate::reads::query::literal;

/// Bytes of everything in a query that is neither a field nor a condition, encoded: its words, and a name
/// of an object of eighty characters.
pub(super) const WORDS_MAX: usize = 250;

/// Bytes that one condition adds beside its field and its values, encoded: brackets, ` IN `, ` OR `.
const CONDITION_MAX: usize = 60;

/// Bytes between two values of a list or two fields, encoded: comma and blank.
const COMMA: usize = 6;

/// The fields of which a query for the lookup speaks.
pub(super) fn names(lookup: &Lookup) -> impl Iterator<Item = &String> {
    let compared = lookup.conditions.iter().map(|condition| &condition.field);
    lookup.fields.iter().chain(compared)
}

/// Bytes that a field takes.
pub(super) fn name(name: &str) -> usize {
    encoded_bytes(name) + COMMA
}

/// Bytes that the conditions of a lookup take at most in a clause of their own.
pub(super) fn conditions(lookup: &Lookup) -> usize {
    let all = lookup.conditions.iter().map(|condition| {
        let values = condition.any_of.iter();
        let values = values.map(|one| value(condition, one));
        condition.field.len() + CONDITION_MAX + values.sum::<usize>()
    });
    all.sum::<usize>() + CONDITION_MAX
}

/// Bytes that a value of a condition takes at most.
pub(super) fn value(condition: &Condition, value: &Scalar) -> usize {
    // Only texts share a list; any other value becomes a comparison of its own.
    let alone = match value {
        Scalar::Text(text) if !stored(text).is_empty() => 0,
        _ => condition.field.len() + CONDITION_MAX,
    };
    encoded_bytes(&literal(value)) + COMMA + alone
}

/// Bytes that the query of a lookup alone takes at most.
pub(super) fn alone(lookup: &Lookup) -> usize {
    let names = names(lookup).map(|field| name(field));
    WORDS_MAX + lookup.object.len() + names.sum::<usize>() + conditions(lookup)
}
