//! The bounds of one lookup. Usher checks them before it reads anything else of the lookup.

use crate::limit;
use crate::operation::Lookup;
use crate::value::Scalar;

/// Checks a lookup against the limits.
///
/// # Errors
///
/// A sentence that names the limit: the lookup has too many values, fields or conditions, or too many bytes.
pub fn check(lookup: &Lookup) -> Result<(), String> {
    let values = lookup.conditions.iter().map(|one| one.any_of.len()).sum();
    within(values, limit::LOOKUP_VALUES_MAX, "values", lookup)?;
    within(
        lookup.fields.len(),
        limit::LOOKUP_FIELDS_MAX,
        "fields",
        lookup,
    )?;
    let conditions = lookup.conditions.len();
    within(
        conditions,
        limit::LOOKUP_CONDITIONS_MAX,
        "conditions",
        lookup,
    )?;
    within(bytes(lookup), limit::LOOKUP_BYTES_MAX, "bytes", lookup)
}

fn within(count: usize, max: usize, what: &str, lookup: &Lookup) -> Result<(), String> {
    if count <= max {
        return Ok(());
    }
    let object: String = lookup.object.chars().take(80).collect();
    Err(format!(
        "a lookup of `{object}` has {count} {what}; one may have {max}"
    ))
}

fn bytes(lookup: &Lookup) -> usize {
    let fields: usize = lookup.fields.iter().map(String::len).sum();
    let conditions = lookup.conditions.iter().map(|condition| {
        let values: usize = condition.any_of.iter().map(value_bytes).sum();
        condition.field.len() + values
    });
    lookup.object.len() + fields + conditions.sum::<usize>()
}

fn value_bytes(value: &Scalar) -> usize {
    match value {
        Scalar::Text(text) | Scalar::Number(text) => text.len(),
        Scalar::Nothing | Scalar::Truth(_) => 0,
        other => other.to_json().to_string().len(),
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::limit;
    use crate::operation::{Condition, Lookup};
    use crate::value::Scalar;

    fn lookup(fields: usize, conditions: usize, values: usize, bytes: usize) -> Lookup {
        let value = Scalar::text("x".repeat(bytes));
        Lookup {
            object: "Account".into(),
            fields: vec!["Name".into(); fields],
            conditions: vec![
                Condition {
                    field: "Name".into(),
                    any_of: vec![value; values],
                };
                conditions
            ],
        }
    }

    #[test]
    fn what_is_too_much_is_named() {
        let (values, fields) = (limit::LOOKUP_VALUES_MAX, limit::LOOKUP_FIELDS_MAX);
        let conditions = limit::LOOKUP_CONDITIONS_MAX;
        assert_eq!(check(&lookup(fields, 1, values, 18)), Ok(()));
        assert_eq!(check(&lookup(1, conditions, 1, 18)), Ok(()));
        let why = |lookup: Lookup| check(&lookup).expect_err("too much");
        assert_eq!(
            why(lookup(0, 1, values + 1, 0)),
            "a lookup of `Account` has 10001 values; one may have 10000"
        );
        assert_eq!(
            why(lookup(fields + 1, 0, 0, 0)),
            "a lookup of `Account` has 401 fields; one may have 400"
        );
        assert_eq!(
            why(lookup(0, conditions + 1, 1, 0)),
            "a lookup of `Account` has 51 conditions; one may have 50"
        );
        assert_eq!(
            why(lookup(0, 1, 1, limit::LOOKUP_BYTES_MAX)),
            "a lookup of `Account` has 1048587 bytes; one may have 1048576"
        );
    }
}
