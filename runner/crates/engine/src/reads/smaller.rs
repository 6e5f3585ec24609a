//! The queries that follow one without an answer. Lookups share a query, and one mistake in one of them refuses all; a long
//! query may be too complicated, and the shorter ones in its place are not.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;

use usher_core::name::fold;
use usher_core::operation::Lookup;

use crate::client::OrgError;
use crate::reads::query::{Group, Part};
use crate::reads::{Refused, cut, merge};

/// The parts of a group in which a mistake is looked for: one composite carries as many queries.
const PIECES: usize = 5;

/// Codes of refusals for a name in a query.
const NAMES: [&str; 2] = ["INVALID_FIELD", "INVALID_TYPE"];

/// The code of a refusal for the length of a query, once Salesforce has expanded it (Salesforce Developer Limits Quick
/// Reference, SOQL).
const TOO_COMPLICATED: &str = "QUERY_TOO_COMPLICATED";

/// Returns the groups that are asked for in place of one that got this error.
///
/// # Errors
///
/// The group: the error is the answer to all of its lookups.
pub(super) fn groups(
    group: Group,
    error: &OrgError,
    refused: Refused,
) -> Result<Vec<Group>, Group> {
    match error {
        OrgError::Refused(refusal) if refusal.code == TOO_COMPLICATED => pieces(group),
        OrgError::Refused(_) if refused == Refused::Refused => Err(group),
        OrgError::Refused(_) | OrgError::TooMuch(_) if group.parts.len() < 2 => Err(group),
        _ if is_of_names(error) => by_names(group),
        OrgError::Refused(_) | OrgError::TooMuch(_) => pieces(group),
        _ => Err(group),
    }
}

/// Says whether an error of a group is one of those behind it, too: it is about a name, and they have the same names.
pub(super) fn is_of_names(error: &OrgError) -> bool {
    matches!(error, OrgError::Refused(refusal) if NAMES.contains(&refusal.code.as_str()))
}

/// A group for each set of names. A query with one set of names is refused whatever its values are.
fn by_names(group: Group) -> Result<Vec<Group>, Group> {
    let names = group.parts.iter().map(|part| Names::of(&part.lookup));
    let names: BTreeSet<Names> = names.collect();
    if names.iter().all(Names::selects_all) && names.len() == 1 {
        return Err(group);
    }
    if names.len() == 1 {
        // A query of many selects the fields that it compares, too: one alone does not.
        let mut parts = group.parts.into_iter();
        let first = parts.by_ref().take(1).map(Group::alone);
        let mut groups: Vec<Group> = first.collect();
        groups
            .iter_mut()
            .for_each(|first| first.behind.extend(parts.by_ref()));
        return Ok(groups);
    }
    let mut by_names: BTreeMap<Names, Vec<Part>> = BTreeMap::new();
    for part in group.parts {
        let names = Names::of(&part.lookup);
        by_names.entry(names).or_default().push(part);
    }
    Ok(by_names.into_values().flat_map(merge::grouped).collect())
}

/// The group in a few smaller ones; the group itself, when it cannot be cut.
fn pieces(group: Group) -> Result<Vec<Group>, Group> {
    if let [part] = group.parts.as_slice() {
        let Some((first, second)) = cut::halves(&part.lookup) else {
            return Err(group);
        };
        let halves = [first, second].map(|lookup| {
            Group::alone(Part {
                of: part.of,
                lookup,
            })
        });
        // The ones behind are asked for whatever becomes of this one.
        let behind = group.behind.into_iter().map(Group::alone);
        return Ok(halves.into_iter().chain(behind).collect());
    }
    let length = group.parts.len().div_ceil(PIECES);
    let mut parts = group.parts.into_iter().peekable();
    let mut groups = Vec::new();
    while parts.peek().is_some() {
        groups.extend(merge::grouped(parts.by_ref().take(length).collect()));
    }
    Ok(groups)
}

/// The names in a lookup. The kind of a value is part of it: a number is no value of a text field.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Names {
    fields: BTreeSet<String>,
    compared: BTreeSet<(String, BTreeSet<String>)>,
}

impl Names {
    fn of(lookup: &Lookup) -> Self {
        let fields = lookup.fields.iter().map(|name| fold(name));
        let compared = lookup.conditions.iter().map(|condition| {
            let kinds = condition.any_of.iter();
            let kinds = kinds.map(|value| format!("{:?}", discriminant(value)));
            (fold(&condition.field), kinds.collect())
        });
        Self {
            fields: fields.chain([fold("Id")]).collect(),
            compared: compared.collect(),
        }
    }

    fn selects_all(&self) -> bool {
        let mut compared = self.compared.iter();
        compared.all(|(field, _)| self.fields.contains(field))
    }
}
