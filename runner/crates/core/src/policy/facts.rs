//! Facts about a plan that a policy may speak of. Of what a plugin says, only effects count, and whether it can undo a
//! change.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use usher_contract::change::{Change, Consequence, Effect, Undo};
use usher_contract::known::Known;
use usher_contract::name::fold;
use usher_contract::operation::{ComponentName, Method, Operation, RestRequest};
use usher_contract::value::Scalar;
use usher_contract::{id, text};

use crate::plan::{PlannedStep, record_key};
use crate::privilege;
use crate::run::{DESTROYS, LOST, RunState};

/// Profiles, permission sets and groups by the id in 18 characters → the user permissions that they carry in the org.
pub type Carried = BTreeMap<String, Vec<String>>;

/// A parameter by which Salesforce takes a request for one of another method.
const METHOD_PARAMETER: &str = "_HttpMethod";

/// The facts about a plan, each with the changes that make it one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub mails: Vec<String>,
    pub cannot_undo: Vec<String>,
    pub deletes: Vec<String>,
    pub raises: Vec<String>,
    /// Object, in its normal spelling → its records that are touched.
    records: BTreeMap<String, Touched>,
    /// User permission, in its normal spelling → the changes by which a user gets it.
    privileges: BTreeMap<String, Vec<String>>,
}

/// The records of an object that are touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Touched {
    object: String,
    /// Record → the change that touches it first.
    records: BTreeMap<String, String>,
}

impl Facts {
    /// Returns the facts about the steps. `known`: values that are known by now. `carried`: the permissions of the
    /// profiles and permission sets that [`holders`] names.
    pub fn of(steps: &[PlannedStep], known: &Known<'_>, carried: &Carried) -> Self {
        let mut facts = Self::default();
        for step in steps {
            for change in &step.plan.changes {
                facts.change(step, change, known, carried);
            }
            for effect in &step.plan.effects {
                facts.effect(step, effect);
            }
        }
        facts
    }

    /// The records that are touched, of an object or in all; each with the change that touches it first.
    pub(super) fn records(&self, object: Option<&str>) -> Vec<String> {
        let object = object.map(fold);
        let of = |(name, _): &(&String, _)| object.as_ref().is_none_or(|object| object == *name);
        let found = self.records.iter().filter(of);
        found
            .flat_map(|(_, touched)| touched.records.values().cloned())
            .collect()
    }

    /// The changes by which a user gets one of the user permissions.
    pub(super) fn privileges(&self, names: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        for name in names {
            for change in self.privileges.get(&fold(name)).into_iter().flatten() {
                if !found.contains(change) {
                    found.push(change.clone());
                }
            }
        }
        found
    }

    /// Every fact on a line of its own, as an approval records them.
    pub fn in_words(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let named = [
            ("mails", &self.mails),
            ("cannot be undone", &self.cannot_undo),
            ("deletes", &self.deletes),
            ("raises privileges", &self.raises),
        ];
        for (what, changes) in named {
            lines.extend(changes.iter().map(|change| format!("{what}: {change}")));
        }
        let records = self.records.values();
        lines.extend(records.map(|of| format!("touches {} of {}", of.records.len(), of.object)));
        lines
    }

    fn change(
        &mut self,
        step: &PlannedStep,
        change: &Change,
        known: &Known<'_>,
        carried: &Carried,
    ) {
        let named = named(step, &change.summary);
        let operation = change.operation.as_known(known);
        if matches!(change.undo, Undo::Impossible(_)) {
            self.cannot_undo.push(named.clone());
        }
        if is_deletion(&operation) || is_lost(step, change) {
            self.deletes.push(named.clone());
        }
        let raised = privilege::raised(&operation);
        if !raised.is_empty() {
            self.raises.push(named.clone());
        }
        let held = given(&operation);
        let held = held.iter().filter_map(|id| carried.get(id)).flatten();
        let own = privilege::permissions(&operation);
        for name in own.iter().chain(held) {
            let changes = self.privileges.entry(fold(name)).or_default();
            if !changes.contains(&named) {
                changes.push(named.clone());
            }
        }
        for (object, record) in touched(step, change, &operation) {
            let of = self.records.entry(fold(&object)).or_default();
            of.object = object;
            of.records.entry(record).or_insert_with(|| named.clone());
        }
    }

    fn effect(&mut self, step: &PlannedStep, effect: &Effect) {
        match effect.consequence {
            Consequence::Mails { .. } => self.mails.push(named(step, &effect.summary)),
            Consequence::Disappears { .. } => self.deletes.push(named(step, &effect.summary)),
            _ => {}
        }
    }
}

/// The profiles, permission sets and groups that users get, by the id in 18 characters.
pub fn holders(steps: &[PlannedStep], known: &Known<'_>) -> BTreeSet<String> {
    let changes = steps.iter().flat_map(|step| &step.plan.changes);
    let ids = changes.flat_map(|change| given(&change.operation.as_known(known)));
    ids.collect()
}

/// Lists what carrying the steps out destroys: records that the run did not make, and what undoing a change loses for
/// good. `made`: the ids and names of what the run made, by [`made_by`].
pub fn destroyed(steps: &[PlannedStep], known: &Known<'_>, made: &BTreeSet<String>) -> Vec<String> {
    let mut lost = Vec::new();
    for step in steps {
        for change in &step.plan.changes {
            let operation = change.operation.as_known(known);
            let is_own = is_made(&operation, made);
            if is_deletion(&operation) && !is_own {
                let what = target(&operation);
                lost.push(format!("{}, {what}", named(step, &change.summary)));
            }
        }
        let notes = step.plan.notes.iter().filter(|note| note.code == DESTROYS);
        lost.extend(notes.map(|note| {
            let what = note.summary.strip_prefix(LOST).unwrap_or(&note.summary);
            format!("`{}`: {}", step.unit(), text::sentence(what))
        }));
    }
    lost
}

/// Returns what a run has made, and what came with it: ids of records, and components by kind and name.
pub fn made_by(run: &RunState) -> BTreeSet<String> {
    let known = Known(&run.bindings);
    let mut made = BTreeSet::new();
    for step in run.steps() {
        let unit = step.unit();
        let mut addresses: Vec<&String> = Vec::new();
        for change in &step.plan.changes {
            match change.operation.as_known(&known) {
                Operation::Create(_) | Operation::Request(_) => addresses.push(&change.address),
                Operation::Deploy(deploy) => {
                    let deployed = deploy.components.iter().map(|component| &component.name);
                    made.extend(deployed.map(component));
                }
                _ => {}
            }
        }
        addresses.extend(step.plan.effects.iter().map(|effect| &effect.address));
        for address in addresses {
            let id = run.bindings.get(&unit.binds(address, "id"));
            if let Some(id) = id.and_then(Value::as_str) {
                made.insert(id::canonical(id).unwrap_or_else(|| id.to_owned()));
            }
        }
    }
    made
}

/// Says that the run has made what the operation deletes.
fn is_made(operation: &Operation, made: &BTreeSet<String>) -> bool {
    match operation {
        Operation::Deploy(deploy) => {
            let mut removed = deploy.removals.iter();
            removed.all(|name| made.contains(&component(name)))
        }
        operation => match operation.record() {
            Some(Scalar::Text(id)) => {
                made.contains(&id::canonical(id).unwrap_or_else(|| id.clone()))
            }
            // The id of a record that this very plan makes.
            Some(other) => !other.is_known(),
            None => false,
        },
    }
}

fn component(name: &ComponentName) -> String {
    format!("{}/{}", name.kind, key_of(&name.full_name))
}

/// A change or an effect, as messages name it. The plugin's words are in quotes.
fn named(step: &PlannedStep, summary: &str) -> String {
    let summary = text::sentence(summary).replace('"', "\\\"");
    format!("`{}`: \"{summary}\"", step.unit())
}

/// Names what is deleted, in Usher's own words: "Contact 003…".
fn target(operation: &Operation) -> String {
    match operation {
        Operation::Delete(delete) => format!("{} {}", delete.object, key_of(&delete.id)),
        Operation::Request(request) => {
            let segments: Vec<String> = request.path.segments.iter().map(key_of).collect();
            format!("{} {}", request.method.name(), segments.join("/"))
        }
        Operation::Deploy(deploy) => {
            let removed = deploy.removals.iter();
            let removed = removed.map(|name| format!("{} {}", name.kind, key_of(&name.full_name)));
            removed.collect::<Vec<_>>().join(", ")
        }
        other => other.verb().to_owned(),
    }
}

/// Says that the operation deletes a record or a component.
fn is_deletion(operation: &Operation) -> bool {
    let is_delete = |value: &Scalar| match value {
        Scalar::Text(method) => method.eq_ignore_ascii_case(Method::Delete.name()),
        _ => true,
    };
    match operation {
        Operation::Delete(_) => true,
        Operation::Deploy(deploy) => !deploy.removals.is_empty(),
        Operation::Request(request) => {
            let mut query = request.path.query.iter();
            request.method == Method::Delete
                || query.any(|field| {
                    field.name.eq_ignore_ascii_case(METHOD_PARAMETER) && is_delete(&field.value)
                })
        }
        _ => false,
    }
}

/// Says that undoing this change loses something for good. The note does not say with which change of the step.
fn is_lost(step: &PlannedStep, change: &Change) -> bool {
    let first = step.plan.changes.first();
    let is_first = first.is_some_and(|first| first.address == change.address);
    is_first && step.plan.notes.iter().any(|note| note.code == DESTROYS)
}

/// The holders of permissions that an operation gives to a user.
fn given(operation: &Operation) -> Vec<String> {
    let values = privilege::values(operation).into_iter();
    let ids = values.filter_map(|(_, value)| match value {
        Value::String(id) => id::canonical(&id),
        _ => None,
    });
    ids.collect()
}

/// Objects and records that a change touches.
fn touched(step: &PlannedStep, change: &Change, operation: &Operation) -> Vec<(String, String)> {
    match operation {
        Operation::Create(create) => {
            let made = step.unit().binds(&change.address, "id").to_string();
            vec![(create.object.clone(), made)]
        }
        Operation::Update(update) => vec![(update.object.clone(), key_of(&update.id))],
        Operation::Delete(delete) => vec![(delete.object.clone(), key_of(&delete.id))],
        Operation::Configure(configure) => {
            vec![(configure.settings.clone(), configure.settings.clone())]
        }
        Operation::Deploy(deploy) => {
            let deployed = deploy.components.iter().map(|component| &component.name);
            let names = deployed.chain(&deploy.removals);
            let names = names.map(|name| (name.kind.clone(), key_of(&name.full_name)));
            names.collect()
        }
        Operation::Request(request) => vec![of_request(step, change, request)],
        Operation::WaitOnly(_) => Vec::new(),
    }
}

/// The record of `sobjects/User/005…`; of another request, its path.
fn of_request(step: &PlannedStep, change: &Change, request: &RestRequest) -> (String, String) {
    let segments: Vec<String> = request.path.segments.iter().map(key_of).collect();
    match segments.as_slice() {
        [first, object, rest @ ..] if first == "sobjects" => {
            let made = || step.unit().binds(&change.address, "id").to_string();
            (object.clone(), rest.first().cloned().unwrap_or_else(made))
        }
        segments => (
            segments.first().cloned().unwrap_or_default(),
            segments.join("/"),
        ),
    }
}

/// Returns one text for all ways to write one record. A record that only the plan makes is its token.
fn key_of(id: &Scalar) -> String {
    match id {
        Scalar::Reference(reference) => reference
            .token()
            .map_or_else(|| record_key(id), ToString::to_string),
        id => record_key(id),
    }
}
