//! Places of secrets in a plan. A secret is the whole value of a field that a create or an update sets, or a value in
//! the body of a request, where the manifest's `secrets` allow it. Anywhere else it could be shown, stored or compared.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::answer::json;
use crate::answer::links::found;
use crate::change::{Change, StepPlan, Undo, WayBack};
use crate::fault::{BadAnswer, Fault};
use crate::handed::Handed;
use crate::manifest::{Manifest, Undeclared};
use crate::operation::{Operation, RestRequest};
use crate::text;
use crate::value::{Reference, Scalar};

/// Checks the places of secrets, and finds those that the manifest does not declare.
pub(super) fn check(
    plan: &StepPlan,
    of_outputs: &[Reference],
    manifest: &Manifest,
    handed: &Handed,
) -> Result<Vec<Undeclared>, BadAnswer> {
    let secrets = Secrets::of(plan, handed);
    let mut undeclared = Vec::new();
    for change in &plan.changes {
        let checked = secrets.change(change, manifest, &mut undeclared);
        checked.map_err(|fault| fault.at(&change.address))?;
    }
    for effect in &plan.effects {
        let all = found(|to| effect.references(to));
        secrets
            .none(&all)
            .map_err(|fault| fault.at(&effect.address))?;
    }
    secrets
        .none(of_outputs)
        .map_err(|fault| fault.at("outputs"))?;
    Ok(undeclared)
}

struct Secrets<'a> {
    handed: &'a Handed,
    /// Results that are secrets: the address of the change, and the name.
    results: BTreeSet<(&'a str, &'a str)>,
}

/// A place in an operation where a secret may be, in the words of a manifest, and the secret there.
type Placed = (String, String);

impl<'a> Secrets<'a> {
    fn of(plan: &'a StepPlan, handed: &'a Handed) -> Self {
        let results = plan.changes.iter().flat_map(|change| {
            let secret = change.results.iter().filter(|result| result.secret);
            secret.map(|result| (change.address.as_str(), result.name.as_str()))
        });
        Self {
            handed,
            results: results.collect(),
        }
    }

    /// The name under which the manifest declares places of the secret; `None` when the reference is not a secret.
    fn name(&self, reference: &Reference) -> Option<String> {
        match reference {
            Reference::Given(token) if token.is_secret() => {
                let input = self.handed.input_of_secret(token);
                Some(input.map_or_else(|| token.to_string(), str::to_owned))
            }
            Reference::Bound(bound) => self
                .results
                .contains(&(bound.address.as_str(), bound.name.as_str()))
                .then(|| bound.name.clone()),
            Reference::Given(_) => None,
        }
    }

    fn names(&self, references: &[Reference]) -> Vec<String> {
        let names = references.iter().filter_map(|it| self.name(it));
        names.collect()
    }

    fn none(&self, references: &[Reference]) -> Result<(), Fault> {
        match self.names(references).into_iter().next() {
            Some(name) => Err(misplaced(&name)),
            None => Ok(()),
        }
    }

    fn change(
        &self,
        change: &Change,
        manifest: &Manifest,
        undeclared: &mut Vec<Undeclared>,
    ) -> Result<(), Fault> {
        let mut all = self.names(&found(|to| change.references(to)));
        if all.is_empty() {
            return Ok(());
        }
        let placed = self.placed(&change.operation, manifest);
        for (place, name) in &placed {
            // References at allowed places are removed one by one. The references that remain are at other places.
            if let Some(at) = all.iter().position(|it| it == name) {
                all.swap_remove(at);
            }
            if !manifest.declares_secret(name, place) {
                undeclared.push(Undeclared::Secret {
                    secret: text::shown(name),
                    target: place.clone(),
                    address: change.address.clone(),
                });
            }
        }
        if let Some(name) = all.first() {
            return Err(misplaced(name));
        }
        let restores = matches!(&change.undo, Undo::Possible(back) if back.way == WayBack::Restore);
        if restores && matches!(change.operation, Operation::Update(_)) {
            return Err(Fault::SecretRestored);
        }
        Ok(())
    }

    fn placed(&self, operation: &Operation, manifest: &Manifest) -> Vec<Placed> {
        let (verb, object) = match operation {
            Operation::Create(create) => ("create", &create.object),
            Operation::Update(update) => ("update", &update.object),
            Operation::Request(request) => return self.in_body(request, manifest),
            _ => return Vec::new(),
        };
        let fields = operation.fields().iter().filter_map(|field| {
            let Scalar::Reference(reference) = &field.value else {
                return None;
            };
            let name = self.name(reference)?;
            Some((format!("{verb} {object}.{}", field.name), name))
        });
        fields.collect()
    }

    fn in_body(&self, request: &RestRequest, manifest: &Manifest) -> Vec<Placed> {
        let body = request.body.as_deref().unwrap_or("null");
        let mut found = Vec::new();
        // A body that is not JSON was refused before.
        if let Ok(body) = serde_json::from_str(body) {
            whole_values(&body, &mut found);
        }
        let place = manifest
            .writes
            .request_pattern(request.method.name(), &request.path);
        let names = self.names(&found).into_iter();
        names.map(|name| (place.clone(), name)).collect()
    }
}

/// References in JSON that are values of their own, not pieces of a text.
fn whole_values(json: &Value, found: &mut Vec<Reference>) {
    match json {
        Value::Object(object) if object.contains_key("$join") => {}
        Value::Object(_) if json::is_stand_in(json) => found.extend(json::references(json)),
        Value::Object(object) => object.values().for_each(|value| whole_values(value, found)),
        Value::Array(values) => values.iter().for_each(|value| whole_values(value, found)),
        _ => {}
    }
}

fn misplaced(name: &str) -> Fault {
    Fault::SecretPlace {
        name: text::shown(name),
    }
}
