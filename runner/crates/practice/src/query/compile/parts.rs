//! The parts of which conditions are put together: values and their places, joined tests, refusals.

use rusqlite::types::Value as Sql;

use crate::query::compile::terms::Typed;
use crate::refusal::Refusal;

/// Keeps a value, and returns its place in the statement.
pub(super) fn bound(values: &mut Vec<Sql>, value: Sql) -> String {
    values.push(value);
    format!("?{}", values.len())
}

/// The parts joined as a tree of even depth: SQLite takes no expression deeper than a thousand, and a
/// query of the platform's length has more parts than that.
pub(super) fn balanced(parts: &[String], word: &str) -> String {
    match parts {
        [part] => part.clone(),
        parts => {
            let (left, right) = parts.split_at(parts.len() / 2);
            format!("({}{word}{})", balanced(left, word), balanced(right, word))
        }
    }
}

/// The refusal of an operator that does not fit the kind of a field.
pub(super) fn invalid_operator(of: &Typed) -> Refusal {
    let message = format!("invalid operator on field '{}'", of.name());
    Refusal::new(400, "INVALID_QUERY_FILTER_OPERATOR", message)
}
