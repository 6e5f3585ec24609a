//! What a change has Usher look at beyond the manifest: waits, results, conditions of undoing. Looking is
//! reading.

use crate::testing::manifest::{Manifest, contains, entry, fits};
use crate::{Change, Finding, Operation, Probe, Repetition, Source, TakeBack, Undo, Wait, WayBack};

/// Everything that the change, or what takes it back, looks at undeclared, each once.
pub(crate) fn undeclared(manifest: &Manifest, change: &Change) -> Vec<String> {
    let mut looks: Vec<(&Probe, Vec<&String>)> = vec![];
    looks.extend(repeated(&change.operation));
    looks.extend(change.waits.iter().map(waited));
    for result in &change.results {
        if let Source::Found(found) = &result.source {
            looks.push((&found.look, vec![&found.at]));
        }
    }
    if let Undo::Possible(back) = &change.undo {
        looks.extend(taking_back(back));
    }
    let mut found = vec![];
    for (probe, at) in looks {
        if let Some(what) = beyond(manifest, probe, &at) {
            let what = format!(
                "{what} (`{}` looks at it) is not declared in the manifest",
                change.address
            );
            if !found.contains(&what) {
                found.push(what);
            }
        }
    }
    found
}

fn repeated(operation: &Operation) -> Option<(&Probe, Vec<&String>)> {
    match operation {
        Operation::Request(request) => match &request.repetition {
            Repetition::Look(key) => Some((&key.look, vec![])),
            _ => None,
        },
        _ => None,
    }
}

fn waited(wait: &Wait) -> (&Probe, Vec<&String>) {
    let mut at = places(&wait.until);
    at.extend(wait.failed.iter().map(|check| &check.at));
    at.extend(&wait.reason_at);
    (&wait.look, at)
}

fn taking_back(back: &TakeBack) -> Vec<(&Probe, Vec<&String>)> {
    let mut looks = vec![];
    if let WayBack::Instead(inverse) = &back.way {
        looks.extend(repeated(inverse));
    }
    looks.extend(back.waits.iter().map(waited));
    let only_if = back.only_if.iter();
    looks.extend(only_if.map(|only| (&only.look, places(&only.finding))));
    looks
}

fn places(finding: &Finding) -> Vec<&String> {
    match finding {
        Finding::Holds(checks) => checks.iter().map(|check| &check.at).collect(),
        Finding::Present | Finding::Absent => vec![],
    }
}

/// `at`: the places that are looked at in what is found; of records, these are fields too.
fn beyond(manifest: &Manifest, probe: &Probe, at: &[&String]) -> Option<String> {
    let reads = &manifest.reads;
    match probe {
        Probe::Records(lookup) => {
            let mut lookup = lookup.clone();
            lookup.fields.extend(at.iter().map(|at| (*at).clone()));
            manifest.undeclared(&lookup)
        }
        Probe::Rest(path) => {
            let declared = reads.resources.iter().any(|pattern| fits(pattern, path));
            (!declared).then(|| "a resource".to_owned())
        }
        Probe::Settings(name) => {
            (!contains(&reads.settings, name)).then(|| format!("the settings `{name}`"))
        }
        Probe::Component(name) => (!contains(&reads.components, &name.kind))
            .then(|| format!("components of type `{}`", name.kind)),
        // Whoever reads an object's records may know that it is there.
        Probe::Object(object) => {
            let declared =
                contains(&reads.describes, object) || entry(&reads.records, object).is_some();
            (!declared).then(|| format!("the description of `{object}`"))
        }
    }
}
