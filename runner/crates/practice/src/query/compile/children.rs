//! Sub-selects of a field list.

use crate::query::syntax::{Item, Query, malformed};
use crate::refusal::{Outcome, Refusal};
use crate::schema::{self, Field, Object};
use crate::tenant::Tenant;

/// Sub-selects of one field list: Salesforce's own bound.
const CHILDREN_MAX: usize = 20;

/// Levels of sub-selects in field lists, from version 58.0 on: Salesforce's own bound. Before, there is one.
const LEVELS_MAX: usize = 4;

/// Refuses sub-selects of a field list that are too many, too deep, or of a form that they may not have. The rules are
/// documented (docs/salesforce/queries.md#sub-selects), the words are \[inferred\].
pub(super) fn check(org: &Tenant<'_>, query: &Query, level: usize) -> Outcome<()> {
    let mut found = 0;
    for item in &query.items {
        let Item::Children(below) = item else {
            continue;
        };
        found += 1;
        let most = if org.version < 58 { 1 } else { LEVELS_MAX };
        if level == most {
            return Err(malformed(format!(
                "sub-selects are nested more than {most} deep"
            )));
        }
        if below.aggregates() || below.having.is_some() {
            return Err(malformed("a sub-select can't be grouped or counted"));
        }
        if below.scope.is_some() || below.locks {
            return Err(malformed("a sub-select has neither a scope nor FOR UPDATE"));
        }
        if below.offset.is_some() && query.limit != Some(1) {
            return Err(malformed(
                "a sub-select can have an OFFSET only where its parent query has LIMIT 1",
            ));
        }
        check(org, below, level + 1)?;
    }
    match found > CHILDREN_MAX {
        true => Err(malformed(format!(
            "a query has at most {CHILDREN_MAX} sub-selects"
        ))),
        false => Ok(()),
    }
}

/// The object and field behind a child relationship, or `INVALID_TYPE`.
pub(crate) fn children(
    org: &Tenant<'_>,
    parent: &Object,
    relationship: &str,
) -> Outcome<(&'static Object, &'static Field)> {
    // `FROM Account.Contacts` in a query over accounts means the same as `FROM Contacts`.
    let relationship = match relationship.split_once('.') {
        Some((first, rest)) if first.eq_ignore_ascii_case(parent.name) => rest,
        _ => relationship,
    };
    let found = schema::children(parent, relationship);
    let shown = match found {
        Some((child, field)) => org.shows_object(child)? && org.shows_field(child, field)?,
        None => false,
    };
    found.filter(|_| shown).ok_or_else(|| {
        let message = format!("Didn't understand relationship '{relationship}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.");
        Refusal::new(400, "INVALID_TYPE", message)
    })
}
