//! Names of records: an id is another one in every org, and the name of its record is the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::plan::{Plan, PlannedStep};
use crate::recipe::FullNames;
use usher_contract::change::Change;
use usher_contract::id;
use usher_contract::operation::{Condition, Lookup, Operation};
use usher_contract::read::Record;
use usher_contract::value::Scalar;

/// The object whose records are named by its components: the label of a standard profile comes in the language of the
/// signed-in user (docs/salesforce/profiles.md#names-in-other-languages).
pub const PROFILE: &str = "Profile";

/// The names of records of one org, by id. A record whose name cannot be read has none.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Takes the records that a lookup of [`lookups`] found.
    pub fn records(&mut self, lookup: &Lookup, records: &[Record]) {
        for record in records {
            let text = |field: &str| record.get(field).and_then(Value::as_str);
            let parts: Vec<&str> = lookup.fields.iter().filter_map(|it| text(it)).collect();
            if let Some(id) = text("Id") {
                self.name(&lookup.object, id, &parts.join(" "));
            }
        }
    }

    /// Takes the names of profiles that a lookup of [`lookups`] asks for.
    pub fn profiles(&mut self, lookup: &Lookup, full_names: &FullNames) {
        let ids = lookup.conditions.iter().flat_map(|it| &it.any_of);
        for id in ids {
            if let Scalar::Text(id) = id
                && let Some(name) = full_names.of_id(id)
            {
                self.name(PROFILE, id, name);
            }
        }
    }

    fn name(&mut self, object: &str, id: &str, name: &str) {
        if let Some(id) = id::canonical(id).filter(|_| !name.is_empty()) {
            // Two records of different objects are not the same, whatever their names are.
            self.0.insert(id, format!("{object} {name}"));
        }
    }

    fn of(&self, id: &str) -> Option<&str> {
        self.0.get(&id::canonical(id)?).map(String::as_str)
    }
}

/// Says whether the records of two ids, one of each org, have the same name. None: a name is not known.
pub(super) fn are_same(ids: [&str; 2], names: [&Names; 2]) -> Option<bool> {
    let [first, second] = [names[0].of(ids[0]), names[1].of(ids[1])];
    Some(first? == second?)
}

/// The lookups of the names that a comparison of two plans needs, for each org: one for each object.
pub fn lookups(plans: [&Plan; 2]) -> [Vec<Lookup>; 2] {
    let of = |plan: &Plan, other: &Plan| {
        let others = other.by_unit();
        let has_changes = |step: &&PlannedStep| {
            let other = others.get(&step.key());
            other.is_some_and(|other| !other.plan.changes.is_empty())
        };
        let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        // Only what both orgs change is put together.
        let steps = plan.steps.iter().filter(has_changes);
        for step in steps {
            for change in &step.plan.changes {
                gather_change(change, step, &mut ids);
            }
        }
        ids.into_iter()
            .map(|(object, ids)| lookup(object, ids))
            .collect()
    };
    [of(plans[0], plans[1]), of(plans[1], plans[0])]
}

fn gather_change(
    change: &Change,
    step: &PlannedStep,
    ids: &mut BTreeMap<String, BTreeSet<String>>,
) {
    let target = match &change.operation {
        Operation::Update(update) => Some((&update.object, &update.id)),
        Operation::Delete(delete) => Some((&delete.object, &delete.id)),
        _ => None,
    };
    if let Some((object, Scalar::Text(text))) = target
        && let Some(id) = id::canonical(text)
    {
        ids.entry(object.clone()).or_default().insert(id);
    }
    let operation = serde_json::to_value(&change.operation).unwrap_or_default();
    gather(&operation, ids);
    let before = step.before.get(&change.address);
    for value in before.into_iter().flat_map(|before| before.values()) {
        gather(value, ids);
    }
}

/// Adds every id in a value whose object is known by its prefix.
fn gather(value: &Value, ids: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        Value::String(text) => {
            if let (Some(id), Some(object)) = (id::canonical(text), id::object_of(text)) {
                ids.entry(object.to_owned()).or_default().insert(id);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| gather(value, ids)),
        Value::Object(members) => members.values().for_each(|value| gather(value, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn lookup(object: String, ids: BTreeSet<String>) -> Lookup {
    let any_of = ids.into_iter().map(Scalar::Text).collect();
    Lookup {
        fields: name_fields(&object)
            .iter()
            .map(|it| (*it).to_owned())
            .collect(),
        conditions: vec![Condition {
            field: "Id".to_owned(),
            any_of,
        }],
        object,
    }
}

/// The fields that name a record of an object in every language. An object that has no `Name` refuses the lookup, and
/// its records have no names.
fn name_fields(object: &str) -> &'static [&'static str] {
    match object {
        "PermissionSet" => &["NamespacePrefix", "Name"],
        "PermissionSetGroup" | "PermissionSetLicense" | "UserRole" => &["DeveloperName"],
        "UserLicense" => &["LicenseDefinitionKey"],
        _ => &["Name"],
    }
}
