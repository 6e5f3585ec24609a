//! The bound of a step that is planned only when its turn comes: objects and verbs, how many changes, and who or what it
//! may give privileges. A person approves it with the plan.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use usher_contract::change::Change;
use usher_contract::known::Known;
use usher_contract::manifest::{Manifest, Writes};
use usher_contract::operation::{Field, Operation};
use usher_contract::value::Scalar;
use usher_contract::{id, limit};

use crate::plan::PlannedStep;
use crate::privilege;
use crate::recipe::{Seen, leaves};

/// All that a step may do that is planned later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    #[serde(flatten)]
    pub writes: Writes,
    /// `None`: the step changes nothing, or an older Usher has planned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
}

/// Numbers and values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Within {
    /// The largest number of changes.
    pub changes: u64,
    /// The number of entries of the lists in its input, from which `changes` is made. `None`: the lists do not show it,
    /// and `changes` is [`limit::LATER_CHANGES_MAX`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entries: Option<u64>,
    /// Fields that decide what a user may do, and that the step may set.
    pub fields: Vec<String>,
    /// Property of its input → the texts in it. A user gets only what these texts name.
    pub values: BTreeMap<String, Vec<String>>,
    /// Earlier steps that hand values on to it. Names in those values may be given as well.
    pub handed_on: Vec<String>,
}

impl Bound {
    /// Returns the bound of a step from what its manifest declares and what is seen of its input.
    pub fn of(manifest: &Manifest, seen: &Seen) -> Self {
        let writes = narrowed(&manifest.writes, &seen.objects);
        if writes.is_empty() {
            let within = None;
            return Self { writes, within };
        }
        let entries = seen.entries.filter(|entries| *entries > 0);
        let changes = entries.map(|entries| entries.saturating_mul(kinds(&writes)));
        let within = Within {
            changes: changes.unwrap_or(limit::LATER_CHANGES_MAX),
            entries,
            fields: giving(&writes),
            values: seen.values.clone(),
            handed_on: seen.steps.clone(),
        };
        Self {
            writes,
            within: Some(within),
        }
    }

    /// Returns what a step's plan does beyond the bound. Asks no org.
    pub fn exceeded(&self, planned: &PlannedStep) -> Option<String> {
        if let Some(beyond) = self.writes.undeclared(&planned.plan).first() {
            return Some(beyond.to_string());
        }
        let (made, within) = (planned.plan.changes.len() as u64, self.within.as_ref()?);
        (made > within.changes).then(|| {
            let at_most = within.changes;
            format!("plans {made} changes, and at most {at_most} were approved")
        })
    }
}

impl Within {
    /// The texts that name what may be given to a user: those that were approved, and those that earlier steps have
    /// handed on since. `input`: the step's, at its turn.
    pub fn texts(&self, input: &Map<String, Value>) -> BTreeSet<String> {
        let approved = self.values.values().flatten().cloned();
        let mut texts: BTreeSet<String> = approved.collect();
        if !self.handed_on.is_empty() {
            let mut found = Vec::new();
            input.values().for_each(|value| leaves(value, &mut found));
            texts.extend(found);
        }
        texts
    }
}

/// A profile, a permission set, a group or a role that a change gives to a user: the field, and the id in 18
/// characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub field: String,
    /// `None`: a record that the step itself would only make.
    pub id: Option<String>,
}

/// Everything that a change gives to a user.
pub fn given(change: &Change, known: &Known<'_>) -> Vec<Given> {
    let operation = change.operation.as_known(known);
    let mut values: Vec<(String, Value)> = privilege::values(&operation);
    values.retain(|(name, _)| names_somebody(name));
    if let Operation::Create(create) = &operation
        && create.object.eq_ignore_ascii_case(MEMBERS)
    {
        let parents = create.fields.iter().filter(|field| is_parent(field));
        values.extend(parents.map(|field| (field.name.clone(), field.value.to_json())));
    }
    let given = values.into_iter().map(|(field, value)| {
        let text = value.as_str();
        let id = text.map(|text| id::canonical(text).unwrap_or_else(|| text.to_owned()));
        Given { field, id }
    });
    given.collect()
}

/// The object by which profiles and permission sets become members of a site.
const MEMBERS: &str = "NetworkMemberGroup";

/// The field of [`MEMBERS`] that holds the profile or permission set.
const PARENT: &str = "ParentId";

fn is_parent(field: &Field) -> bool {
    field.name.eq_ignore_ascii_case(PARENT) && field.value != Scalar::Nothing
}

/// Says that the field holds the id of what a user gets.
fn names_somebody(field: &str) -> bool {
    privilege::raises(field, &Value::from("")) && privilege::permission_of(field) == field
}

/// The fields of [`given`] that may be written.
fn giving(writes: &Writes) -> Vec<String> {
    let declared = writes.create.iter().chain(&writes.update);
    let mut fields: Vec<String> = Vec::new();
    for (object, of) in declared {
        let is_member = object.eq_ignore_ascii_case(MEMBERS);
        let gives = |field: &&String| {
            names_somebody(field) || (is_member && field.eq_ignore_ascii_case(PARENT))
        };
        fields.extend(of.iter().filter(gives).cloned());
    }
    fields.sort();
    fields.dedup();
    fields
}

/// The writes without the objects that the input does not name, if it names any.
fn narrowed(writes: &Writes, objects: &[String]) -> Writes {
    let named = |object: &str| objects.iter().any(|one| one.eq_ignore_ascii_case(object));
    let mut narrow = writes.clone();
    let declared = writes
        .create
        .keys()
        .chain(writes.update.keys())
        .chain(&writes.delete);
    if declared.into_iter().any(|object| named(object)) {
        narrow.create.retain(|object, _| named(object));
        narrow.update.retain(|object, _| named(object));
        narrow.delete.retain(|object| named(object));
    }
    narrow
}

/// Counts the kinds of things that are written: each entry of a list may need one change of each kind.
fn kinds(writes: &Writes) -> u64 {
    let records = writes
        .create
        .keys()
        .chain(writes.update.keys())
        .chain(&writes.delete);
    let records: BTreeSet<String> = records.map(|object| object.to_lowercase()).collect();
    let others = writes.configure.len() + writes.deploy.len() + writes.requests.len();
    (records.len() + others) as u64
}

#[cfg(test)]
mod tests;
