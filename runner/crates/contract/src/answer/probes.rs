//! Checks the looks that a change asks of Usher: keys of creates, waits, results, conditions of undoing. Looking is
//! reading, and its findings may flow on, so the manifest must declare it like the plugin's own reads.

use crate::change::{Change, Source, Undo, Wait, WayBack};
use crate::limit;
use crate::manifest::{Manifest, Undeclared};
use crate::operation::{Check, Condition, CreateRecord, Finding, Lookup, Operation, Probe};

pub(super) fn undeclared(change: &Change, manifest: &Manifest, found: &mut Vec<Undeclared>) {
    let mut looks = Looks { manifest, found };
    looks.operation(&change.operation);
    looks.waits(&change.waits);
    for result in &change.results {
        if let Source::Found { look, at } = &result.source {
            looks.look(look, &[at]);
        }
    }
    let Undo::Possible(back) = &change.undo else {
        return;
    };
    if let WayBack::Instead(inverse) = &back.way {
        looks.operation(inverse);
    }
    looks.waits(&back.waits);
    for expectation in &back.only_if {
        looks.look(&expectation.look, &places(&expectation.finding));
    }
}

struct Looks<'a> {
    manifest: &'a Manifest,
    found: &'a mut Vec<Undeclared>,
}

impl Looks<'_> {
    fn operation(&mut self, operation: &Operation) {
        if let Some(look) = operation.kind().look() {
            self.look(look, &[]);
        }
        if let Operation::Create(create) = operation {
            self.key(create);
        }
    }

    /// Usher looks for a record by its key before it creates it, and reports what it found. The key compares fields
    /// that the plugin reads or that the create sets.
    fn key(&mut self, create: &CreateRecord) {
        let CreateRecord {
            object,
            fields,
            key,
            ..
        } = create;
        let is_set = |name: &str| {
            let mut fields = fields.iter();
            fields.any(|field| field.name.eq_ignore_ascii_case(name))
        };
        let conditions = key.conditions.iter();
        let conditions = conditions.filter(|condition| !is_set(&condition.field));
        let read: Vec<Condition> = conditions.cloned().collect();
        if read.is_empty() {
            return;
        }
        let declared = self.manifest.declares_lookup(&Lookup {
            object: object.clone(),
            fields: Vec::new(),
            conditions: read,
        });
        self.add(declared);
    }

    fn waits(&mut self, waits: &[Wait]) {
        for wait in waits {
            let mut at = places(&wait.until);
            at.extend(wait.failed.iter().map(|check| &check.at));
            at.extend(&wait.reason_at);
            self.look(&wait.look, &at);
        }
    }

    /// `at`: the places that are checked in what is found. In records, these are fields too.
    fn look(&mut self, probe: &Probe, at: &[&String]) {
        let manifest = self.manifest;
        let declared = match probe {
            Probe::Records(lookup) => {
                let mut lookup = lookup.clone();
                lookup.fields.extend(at.iter().map(|at| (*at).clone()));
                manifest.declares_lookup(&lookup)
            }
            Probe::Rest(path) => manifest.declares_resource(path),
            Probe::Settings(name) => manifest.declares_settings(name),
            Probe::Component(name) => manifest.declares_components(&name.kind),
            Probe::Object(object) => manifest.declares_describe(object).or_else(|_| {
                // A plugin that reads an object's records may know that the object exists.
                manifest.declares_lookup(&Lookup {
                    object: object.clone(),
                    fields: Vec::new(),
                    conditions: Vec::new(),
                })
            }),
        };
        self.add(declared);
    }

    fn add(&mut self, declared: Result<(), Undeclared>) {
        if let Err(undeclared) = declared
            && self.found.len() < limit::UNDECLARED_MAX
            && !self.found.contains(&undeclared)
        {
            self.found.push(undeclared);
        }
    }
}

fn places(finding: &Finding) -> Vec<&String> {
    match finding {
        Finding::Holds(checks) => checks.iter().map(|check: &Check| &check.at).collect(),
        Finding::Present | Finding::Absent => Vec::new(),
    }
}
