//! The bounds of semi-joins and anti-joins (docs/salesforce/queries.md#semi-joins).

use crate::query::syntax::{Condition, Item, Path, Query, Term, malformed};
use crate::refusal::{Outcome, Refusal};
use crate::schema::{Field, FieldKind, Object};

/// Sub-selects of one `WHERE`: Salesforce's own bound.
const SELECTS_MAX: usize = 2;

/// Refuses a condition whose semi-joins are too many or in a place where they may not be.
pub(super) fn check(condition: &Condition) -> Outcome<()> {
    let mut found = 0;
    walk(condition, &Place::Top, &mut found)?;
    match found > SELECTS_MAX {
        true => Err(malformed(format!(
            "Maximum {SELECTS_MAX} semi join sub-selects are allowed"
        ))),
        false => Ok(()),
    }
}

enum Place {
    Top,
    Or,
    /// Deeper than the condition itself, below an `OR`.
    Nested,
    Not,
}

fn walk(condition: &Condition, place: &Place, found: &mut usize) -> Outcome<()> {
    let below = |place: Place, parts: &[Condition], found: &mut usize| {
        parts.iter().try_for_each(|part| walk(part, &place, found))
    };
    match condition {
        Condition::And(parts) => match place {
            Place::Top => parts
                .iter()
                .try_for_each(|part| walk(part, &within(part), found)),
            Place::Not => below(Place::Not, parts, found),
            Place::Or | Place::Nested => below(Place::Nested, parts, found),
        },
        Condition::Or(parts) => match place {
            Place::Top => below(Place::Or, parts, found),
            Place::Not => below(Place::Not, parts, found),
            Place::Or | Place::Nested => below(Place::Nested, parts, found),
        },
        Condition::Not(inner) => walk(inner, &Place::Not, found),
        Condition::SemiJoin { .. } => {
            *found += 1;
            match place {
                Place::Top => Ok(()),
                Place::Or => Err(malformed(
                    "Semi join sub-selects are not allowed with the 'OR' operator",
                )),
                Place::Nested => Err(malformed(
                    "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.",
                )),
                // The rule is documented, the words are [inferred].
                Place::Not => Err(malformed(
                    "Semi join sub-selects are not allowed with the 'NOT' operator",
                )),
            }
        }
        Condition::Compare { .. }
        | Condition::Like { .. }
        | Condition::OneOf { .. }
        | Condition::Selected { .. } => Ok(()),
    }
}

/// The place of a part of the outermost `AND`.
fn within(part: &Condition) -> Place {
    match part {
        Condition::Or(_) => Place::Nested,
        _ => Place::Top,
    }
}

/// The path that the inner query selects, when the query may be one. Rules are documented, words are \[inferred\].
pub(super) fn inner(query: &Query, outer: &Object, object: &Object) -> Outcome<Path> {
    if outer.name == object.name {
        return Err(malformed(
            "The inner and outer selects should not be on the same object type",
        ));
    }
    let [
        Item::Term {
            term: Term::Field(path),
            alias: None,
        },
    ] = query.items.as_slice()
    else {
        let message = "The inner select of a semi-join selects exactly one id field";
        return Err(malformed(message));
    };
    if path.0.len() > 1 && !path.0[0].eq_ignore_ascii_case(object.name) {
        return Err(malformed(
            "The inner select field of a semi-join can't be a relationship field",
        ));
    }
    let unknown = [
        (!query.order_by.is_empty(), "ORDER BY"),
        (query.limit.is_some(), "LIMIT"),
        (query.offset.is_some(), "OFFSET"),
        (query.locks, "FOR UPDATE"),
        (!query.groups.by.is_empty(), "GROUP BY"),
        (query.scope.is_some(), "USING SCOPE"),
    ];
    if let Some((_, word)) = unknown.iter().find(|(written, _)| *written) {
        return Err(malformed(format!(
            "{word} is not supported in a semi join sub-select"
        )));
    }
    if query.condition.as_ref().is_some_and(joins) {
        return Err(malformed(
            "Nesting of semi join sub-selects is not supported",
        ));
    }
    Ok(path.clone())
}

fn joins(condition: &Condition) -> bool {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => parts.iter().any(joins),
        Condition::Not(inner) => joins(inner),
        Condition::SemiJoin { .. } => true,
        _ => false,
    }
}

/// Refuses fields that hold no ids, or ids of other objects.
pub(super) fn fit(
    (outer, left): (&Object, &Field),
    (object, selected): (&Object, &Field),
) -> Outcome<()> {
    let (Some(left_to), Some(to)) = (leads_to(outer, left), leads_to(object, selected)) else {
        let message = match leads_to(outer, left) {
            None => "The left operand field in the where expression for a semi-join must be an id",
            Some(_) => "The inner select field of a semi-join must be an id",
        };
        return Err(malformed(message));
    };
    match left_to.iter().any(|name| to.contains(name)) {
        true => Ok(()),
        false => Err(mismatch(left, selected)),
    }
}

fn leads_to<'a>(object: &'a Object, field: &'a Field) -> Option<Vec<&'a str>> {
    match field.kind {
        FieldKind::Id => Some(vec![object.name]),
        FieldKind::Reference { to, .. } => Some(to.to_vec()),
        _ => None,
    }
}

fn mismatch(left: &Field, selected: &Field) -> Refusal {
    malformed(format!(
        "The fields '{}' and '{}' of a semi-join must hold ids of the same object",
        left.name, selected.name
    ))
}
