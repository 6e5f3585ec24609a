//! The order in which the changes of a step are undone.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use usher_contract::change::{Change, Prerequisite};
use usher_contract::value::Unit;

use crate::plan::PlannedStep;

/// Makes each inverse wait for the inverses of the changes that needed its own change.
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

/// The changes of a step, each after those that need it or refer to it; otherwise the last one comes first. A plan may
/// list its changes in any order.
pub(super) fn newest_first(step: &PlannedStep) -> Vec<&Change> {
    let changes = &step.plan.changes;
    let unit = step.unit();
    let names: BTreeMap<&str, BTreeSet<&str>> = changes.iter().map(bound_names).collect();
    let places = changes.iter().enumerate();
    let places: BTreeMap<&str, usize> =
        places.map(|(at, one)| (one.address.as_str(), at)).collect();
    let needs: Vec<Vec<usize>> = changes
        .iter()
        .map(|change| {
            let needed = needed(&unit, change, &names);
            let places = needed
                .iter()
                .filter_map(|address| places.get(address.as_str()));
            places.copied().collect()
        })
        .collect();
    let mut needed_by = vec![0_usize; changes.len()];
    for place in needs.iter().flatten() {
        needed_by[*place] += 1;
    }
    let free = (0..changes.len()).filter(|place| needed_by[*place] == 0);
    let mut free: BinaryHeap<usize> = free.collect();
    let mut ordered = Vec::with_capacity(changes.len());
    while let Some(place) = free.pop() {
        ordered.push(&changes[place]);
        for first in &needs[place] {
            needed_by[*first] -= 1;
            if needed_by[*first] == 0 {
                free.push(*first);
            }
        }
    }
    ordered
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
