//! In which order the changes of a step are undone.

use std::collections::{BTreeMap, BTreeSet};

use usher_contract::change::{Change, Prerequisite};
use usher_contract::value::Unit;

use crate::plan::PlannedStep;

/// What needed another change is undone before it.
pub(super) fn order(step: &PlannedStep, inverses: &mut [Change]) {
    let unit = step.unit();
    let inverted: BTreeSet<String> = inverses.iter().map(|one| one.address.clone()).collect();
    let names: BTreeMap<&str, BTreeSet<&str>> = step.plan.changes.iter().map(bound_names).collect();
    let mut after: BTreeMap<String, Vec<Prerequisite>> = BTreeMap::new();
    for change in &step.plan.changes {
        if !inverted.contains(&change.address) {
            continue;
        }
        for first in needed(&unit, change, &names) {
            let needs = after.entry(first).or_default();
            needs.push(Prerequisite::Change(change.address.clone()));
        }
    }
    for inverse in inverses {
        if let Some(needs) = after.remove(&inverse.address) {
            inverse.after = needs;
        }
    }
}

/// A change's address, and the names under which it binds values.
fn bound_names(change: &Change) -> (&str, BTreeSet<&str>) {
    let results = change.results.iter().map(|result| result.name.as_str());
    let names = std::iter::once("id").chain(results).collect();
    (&change.address, names)
}

/// Addresses of the same step that a change needs or refers to. `names`: what its changes bind.
fn needed(
    unit: &Unit,
    change: &Change,
    names: &BTreeMap<&str, BTreeSet<&str>>,
) -> BTreeSet<String> {
    let mut needed: BTreeSet<String> = BTreeSet::new();
    for prerequisite in &change.after {
        if let Prerequisite::Change(address) = prerequisite {
            needed.insert(address.clone());
        }
    }
    for token in change.operation.tokens() {
        if let Some((of, address)) = token.binder()
            && of == unit
            && address != change.address
            && let Some(name) = token.name_of(unit, address)
            && names.get(address).is_some_and(|names| names.contains(name))
        {
            needed.insert(address.to_owned());
        }
    }
    needed
}
