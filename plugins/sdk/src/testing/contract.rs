//! What of the contract can be seen in an answer alone: Usher refuses an answer that breaks it.

mod looked;
mod scalars;
pub(crate) mod texts;
mod written;

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::testing::manifest::Manifest;
use crate::testing::state::OrgState;
use crate::{
    Change, Diagnostic, Failure, Lookup, Need, Operation, Piece, Reference, Scalar, StepPlan, Undo,
    WayBack,
};

/// Everything in the answer that Usher would refuse.
pub(crate) fn breaches(
    manifest: &Manifest,
    org: &OrgState,
    input: &Json,
    answer: &Result<StepPlan, Failure>,
) -> Vec<String> {
    let mut found: Vec<String> = org
        .denied()
        .into_iter()
        .map(|what| format!("{what} is not declared in the manifest"))
        .collect();
    match answer {
        Ok(plan) => {
            addresses(plan, &mut found);
            references(plan, org, input, &mut found);
            outputs(plan, manifest, &mut found);
            texts::deployments(plan, &mut found);
            notes(&plan.notes, input, &mut found);
            for change in &plan.changes {
                way_back(change, &mut found);
                found.extend(written::undeclared(manifest, change));
                found.extend(looked::undeclared(manifest, change));
                key(org, change, &mut found);
            }
        }
        Err(Failure::Invalid(what) | Failure::Unmet(what)) => {
            if what.is_empty() {
                found.push("a failure that says nothing".to_owned());
            }
            notes(what, input, &mut found);
        }
        Err(Failure::Deferred(deferral)) => {
            for token in &deferral.waiting_for {
                if !is_handed_in(token, org, input) {
                    found.push(format!("the token `{token}` was not handed in"));
                }
            }
        }
        Err(Failure::Transient(_) | Failure::Broken(_)) => {}
    }
    found
}

fn addresses(plan: &StepPlan, found: &mut Vec<String>) {
    let changes: BTreeSet<&str> = plan.changes.iter().map(|c| c.address.as_str()).collect();
    let mut seen = BTreeSet::new();
    let effects = plan.effects.iter().map(|effect| &effect.address);
    for address in plan.changes.iter().map(|c| &c.address).chain(effects) {
        if address.is_empty() || !seen.insert(address) {
            found.push(format!("the address `{address}` is empty or used twice"));
        }
    }
    let needs = plan.changes.iter().flat_map(|change| &change.needs);
    let needs = needs.filter_map(|need| match need {
        Need::Change(address) => Some(address),
        Need::Given(_) => None,
    });
    for address in needs.chain(plan.effects.iter().flat_map(|effect| &effect.causes)) {
        if !changes.contains(address.as_str()) {
            found.push(format!("no change has the address `{address}`"));
        }
    }
    for effect in plan
        .effects
        .iter()
        .filter(|effect| effect.causes.is_empty())
    {
        found.push(format!("the effect `{}` has no cause", effect.address));
    }
}

fn references(plan: &StepPlan, org: &OrgState, input: &Json, found: &mut Vec<String>) {
    let mut bound: BTreeSet<(&str, &str)> = BTreeSet::new();
    for change in &plan.changes {
        if matches!(change.operation, Operation::Create(_)) {
            bound.insert((&change.address, "id"));
        }
        bound.extend(
            change
                .results
                .iter()
                .map(|b| (change.address.as_str(), b.name.as_str())),
        );
    }
    bound.extend(
        plan.effects
            .iter()
            .map(|effect| (effect.address.as_str(), "id")),
    );

    let mut check = |reference: &Reference| match reference {
        Reference::Given(token) if !is_handed_in(token, org, input) => {
            found.push(format!("the token `{token}` was not handed in"));
        }
        Reference::Bound(b) if !bound.contains(&(b.address.as_str(), b.name.as_str())) => {
            found.push(format!("nothing binds `{}` of `{}`", b.name, b.address));
        }
        _ => {}
    };
    for scalar in scalars::of(plan) {
        match scalar {
            Scalar::Reference(reference) => check(reference),
            Scalar::Joined(pieces) => pieces.iter().for_each(|piece| match piece {
                Piece::Reference(reference) => check(reference),
                Piece::Text(_) => {}
            }),
            _ => {}
        }
    }
    texts::references(plan).iter().for_each(check);
}

fn outputs(plan: &StepPlan, manifest: &Manifest, found: &mut Vec<String>) {
    let Ok(Json::Object(outputs)) = serde_json::from_str(&plan.outputs) else {
        found.push(format!("the outputs are no JSON object: {}", plan.outputs));
        return;
    };
    let (declared, required) = manifest.outputs();
    for name in outputs.keys().filter(|name| !declared.contains_key(*name)) {
        found.push(format!("the output `{name}` is not in the manifest"));
    }
    for name in required
        .into_iter()
        .filter(|name| !outputs.contains_key(*name))
    {
        found.push(format!("the output `{name}` is missing"));
    }
}

fn notes(notes: &[Diagnostic], input: &Json, found: &mut Vec<String>) {
    for note in notes
        .iter()
        .filter(|note| input.pointer(&note.at).is_none())
    {
        found.push(format!(
            "`{}` points to `{}`, which is not in the input",
            note.code, note.at
        ));
    }
}

fn way_back(change: &Change, found: &mut Vec<String>) {
    let Undo::Possible(back) = &change.undo else {
        return;
    };
    let irreversible = matches!(
        change.operation,
        Operation::Delete(_) | Operation::Request(_)
    );
    if irreversible && back.way == WayBack::Restore {
        let address = &change.address;
        found.push(format!(
            "`{address}` cannot be restored: say how it is taken back"
        ));
    }
}

/// Usher looks by the key when it takes the plan; finding something then is the plugin's fault.
fn key(org: &OrgState, change: &Change, found: &mut Vec<String>) {
    let Operation::Create(create) = &change.operation else {
        return;
    };
    let address = &change.address;
    let lookup = Lookup {
        object: create.object.clone(),
        fields: vec![],
        conditions: create.key.conditions.clone(),
    };
    if lookup.conditions.is_empty() {
        found.push(format!("`{address}` creates a record without a key"));
    } else if org.look(&lookup).is_ok_and(|records| !records.is_empty()) {
        found.push(format!(
            "what `{address}` creates is there already, by its key"
        ));
    }
}

fn is_handed_in(token: &str, org: &OrgState, input: &Json) -> bool {
    fn holds(json: &Json, token: &str) -> bool {
        match json {
            Json::Object(object) => {
                object.get("$ref").and_then(Json::as_str) == Some(token)
                    || object.values().any(|value| holds(value, token))
            }
            Json::Array(values) => values.iter().any(|value| holds(value, token)),
            _ => false,
        }
    }
    holds(input, token) || org.handed_in(token)
}
