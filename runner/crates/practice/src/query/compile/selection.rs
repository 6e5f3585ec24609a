//! Conditions on multi-select picklists (docs/salesforce/queries.md#multi-select-picklists).

use rusqlite::types::Value as Sql;

use crate::query::compile::parts::{balanced, bound, invalid_operator};
use crate::query::compile::terms::Typed;
use crate::query::syntax::{Comparison, Literal, Membership, unknown_here};
use crate::refusal::{Outcome, Refusal};
use crate::schema::{FieldKind, Picklist};
use crate::store::selection;
use crate::value::type_name;

/// `INCLUDES` and `EXCLUDES`: each text names values that are selected together. A record without a value includes
/// nothing \[inferred\].
pub(super) fn one_of(
    left: &Typed,
    membership: Membership,
    texts: &[String],
    values: &mut Vec<Sql>,
) -> Outcome<String> {
    let FieldKind::Selection(list) = left.kind else {
        return Err(invalid_operator(left));
    };
    let mut tests = Vec::new();
    for text in texts {
        let place = bound(values, Sql::Text(wanted(list, text)?));
        tests.push(format!("platform_has_all({place}, {})", left.sql));
    }
    let includes = balanced(&tests, " OR ");
    Ok(match membership {
        Membership::In => includes,
        Membership::NotIn => format!("(NOT {includes})"),
    })
}

/// `=` and `!=`: exactly these values.
pub(super) fn compared(
    left: &Typed,
    comparison: Comparison,
    literal: &Literal,
    values: &mut Vec<Sql>,
) -> Outcome<String> {
    let FieldKind::Selection(list) = left.kind else {
        return Err(invalid_operator(left));
    };
    let equal = match literal {
        Literal::Null => format!("{} IS NULL", left.sql),
        Literal::Text(text) if text.is_empty() => format!("{} IS NULL", left.sql),
        Literal::Text(text) => {
            let place = bound(values, Sql::Text(wanted(list, text)?));
            format!("platform_is_same({place}, {})", left.sql)
        }
        _ => {
            let message = format!(
                "value of filter criterion for field '{}' must be of type {} and should be enclosed in quotes",
                left.name(),
                type_name(left.kind)
            );
            return Err(Refusal::new(400, "INVALID_FIELD", message));
        }
    };
    match comparison {
        Comparison::Equal => Ok(equal),
        Comparison::NotEqual => Ok(format!("(NOT {equal})")),
        _ => Err(invalid_operator(left)),
    }
}

/// The values of a text. A label stands for its value, as in other picklists.
fn wanted(list: Picklist, text: &str) -> Outcome<String> {
    let value = |text: &str| {
        let known = list.values.iter();
        let is_known = known
            .clone()
            .any(|(value, _)| value.eq_ignore_ascii_case(text));
        let mut labelled = known.filter(|(_, label)| !is_known && label.eq_ignore_ascii_case(text));
        labelled.next().map_or(text, |(value, _)| value).to_owned()
    };
    let values: Vec<String> = selection::values(text).map(value).collect();
    match values.is_empty() {
        true => Err(unknown_here("a selection of no value")),
        false => Ok(values.join(";")),
    }
}
