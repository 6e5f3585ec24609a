//! Cuts a lookup whose query is longer than one may be: halves the longest list of values until every
//! piece fits. The pieces have no record in common.

use usher_core::limit;
use usher_core::operation::{Condition, Lookup};
use usher_core::value::Scalar;
use usher_core::values::Values;

use crate::client::{encoded_bytes, target_bytes};
use crate::reads::bytes;
use crate::reads::query::{Group, Part, is_calculated};

/// The records of one query for which Salesforce calculates an answer (Object Reference, UserRecordAccess).
const CALCULATED_MAX: usize = 200;

/// Lookups that together find what `lookup` finds.
pub(super) fn parts(lookup: &Lookup) -> Vec<Lookup> {
    let mut parts = Vec::new();
    let mut rest = vec![lookup.clone()];
    if !fits(lookup) {
        // A value in two pieces would find its records twice.
        let conditions = lookup.conditions.iter();
        rest[0].conditions = conditions.map(without_repetition).collect();
    }
    while let Some(lookup) = rest.pop() {
        match halves(&lookup) {
            Some((first, second)) if !fits(&lookup) => rest.extend([second, first]),
            _ => parts.push(lookup),
        }
    }
    parts
}

fn fits(lookup: &Lookup) -> bool {
    let calculated = is_calculated(&lookup.object);
    let many = lookup
        .conditions
        .iter()
        .any(|condition| condition.any_of.len() > CALCULATED_MAX);
    if calculated && many {
        return false;
    }
    // Nearly always the values alone tell, and the query need not be built.
    let values = lookup.conditions.iter().map(value_bytes).sum::<usize>();
    values <= limit::QUERY_BYTES_MAX
        && (bytes::alone(lookup) <= limit::QUERY_BYTES_MAX
            || target_bytes(&soql(lookup)) <= limit::QUERY_BYTES_MAX)
}

/// The query of the lookup alone, at its longest.
fn soql(lookup: &Lookup) -> String {
    let lookup = lookup.clone();
    Group::alone(Part { of: 0, lookup }).soql(Some(limit::ROWS_PER_CALL_MAX))
}

fn without_repetition(condition: &Condition) -> Condition {
    let values = Values::of(&condition.field, &condition.any_of);
    Condition {
        field: condition.field.clone(),
        any_of: values.iter().cloned().collect(),
    }
}

/// The lookup in two, by the condition whose values are longest. None: no condition has two values.
pub(super) fn halves(lookup: &Lookup) -> Option<(Lookup, Lookup)> {
    let conditions = lookup.conditions.iter().enumerate();
    let (place, _) = conditions
        .filter(|(_, condition)| condition.any_of.len() > 1)
        .max_by_key(|(_, condition)| value_bytes(condition))?;
    let (mut first, mut second) = (lookup.clone(), lookup.clone());
    let values = &mut first.conditions[place].any_of;
    second.conditions[place].any_of = values.split_off(values.len() / 2);
    Some((first, second))
}

fn value_bytes(condition: &Condition) -> usize {
    let bytes = condition.any_of.iter().map(|value| match value {
        Scalar::Text(text) | Scalar::Number(text) => encoded_bytes(text),
        _ => condition.field.len(),
    });
    bytes.sum()
}

#[cfg(test)]
mod tests;
