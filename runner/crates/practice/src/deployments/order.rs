//! The order in which the components of a package are taken: those that others name come first \[inferred\]. Deletions
//! stay where the package has them.

use std::collections::BTreeMap;

use usher_core::component::texts;

use crate::deployments::package::Item;
use crate::metadata;

/// The places of the items, in the order in which they are taken.
pub(super) fn of(items: &[Item]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut run: Vec<usize> = Vec::new();
    for (place, item) in items.iter().enumerate() {
        match item.content {
            Some(_) => run.push(place),
            None => {
                places.extend(sorted(items, std::mem::take(&mut run)));
                places.push(place);
            }
        }
    }
    places.extend(sorted(items, run));
    places
}

fn sorted(items: &[Item], mut run: Vec<usize>) -> Vec<usize> {
    let depths = depths(items);
    run.sort_by_key(|place| {
        let item = &items[*place];
        let depth = match item.kind.as_str() {
            "Role" => depths.get(item.full_name.as_str()).copied().unwrap_or(0),
            _ => 0,
        };
        (metadata::place(&item.kind), depth)
    });
    run
}

/// Roles come behind those above them: the number of roles of the package above each.
fn depths(items: &[Item]) -> BTreeMap<&str, usize> {
    let parents: BTreeMap<&str, &str> = items
        .iter()
        .filter(|item| item.kind == "Role")
        .filter_map(|item| {
            let parent = texts(item.content.as_ref()?, "parentRole").next();
            Some((item.full_name.as_str(), parent.unwrap_or_default()))
        })
        .collect();
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    for role in parents.keys() {
        // Up to a role whose depth is known, or out of the package; a circle ends where it began.
        let mut chain = vec![*role];
        let mut top = 0;
        while let Some(parent) = chain.last().and_then(|role| parents.get(role)) {
            if let Some(depth) = depths.get(parent) {
                top = depth + 1;
                break;
            }
            if !parents.contains_key(parent) || chain.len() > parents.len() {
                break;
            }
            chain.push(parent);
        }
        for (distance, role) in chain.iter().rev().enumerate() {
            depths.entry(role).or_insert(top + distance);
        }
    }
    depths
}
