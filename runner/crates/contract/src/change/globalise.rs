//! Turning a plan's own references into tokens of the run, and walking every scalar in a plan.

use serde_json::Value;

use crate::change::{Consequence, Source, StepPlan, Undo, Wait, WayBack};
use crate::operation::{
    Check, ComponentName, Condition, Field, Finding, Operation, Probe, Repetition, ResourcePath,
};
use crate::value::{Piece, Reference, Scalar, Token};

impl StepPlan {
    /// The plan with every reference it binds itself turned into a token below `scope`
    /// (`step`, or `step[item]`), so that later steps and the journal can hold them.
    pub fn globalise(mut self, scope: &str) -> Self {
        self.for_each_scalar(&mut |scalar| globalise_scalar(scalar, scope));
        for change in &mut self.changes {
            globalise_texts(&mut change.operation, scope);
            if let Undo::Possible(back) = &mut change.undo
                && let WayBack::Instead(inverse) = &mut back.way
            {
                globalise_texts(inverse, scope);
            }
        }
        globalise_json(&mut self.outputs, scope);
        self
    }

    /// Calls `visit` on every scalar of every change and effect, in order.
    pub fn for_each_scalar(&mut self, visit: &mut dyn FnMut(&mut Scalar)) {
        for change in &mut self.changes {
            operation(&mut change.operation, visit);
            waits(&mut change.waits, visit);
            for binding in &mut change.results {
                if let Source::Found { look, .. } = &mut binding.source {
                    probe(look, visit);
                }
            }
            if let Undo::Possible(back) = &mut change.undo {
                if let WayBack::Instead(inverse) = &mut back.way {
                    operation(inverse, visit);
                }
                waits(&mut back.waits, visit);
                for expectation in &mut back.only_if {
                    probe(&mut expectation.look, visit);
                    finding(&mut expectation.finding, visit);
                }
            }
        }
        for effect in &mut self.effects {
            consequence(&mut effect.consequence, visit);
        }
    }
}

/// The token that stands for what `address` binds under `name` in `scope`.
pub fn token(scope: &str, address: &str, name: &str) -> Token {
    Token(format!("{scope}:{address}.{name}"))
}

fn globalise_scalar(scalar: &mut Scalar, scope: &str) {
    let fix = |reference: &mut Reference| {
        if let Reference::Bound(bound) = reference {
            *reference = Reference::Given(token(scope, &bound.address, &bound.name));
        }
    };
    match scalar {
        Scalar::Reference(reference) => fix(reference),
        Scalar::Joined(pieces) => {
            for piece in pieces {
                if let Piece::Reference(reference) = piece {
                    fix(reference);
                }
            }
        }
        _ => {}
    }
}

/// The JSON texts of an operation.
fn globalise_texts(operation: &mut Operation, scope: &str) {
    match operation {
        Operation::Request {
            body: Some(body), ..
        } => globalise_text(body, scope),
        Operation::Deploy { components, .. } => {
            for component in components {
                globalise_text(&mut component.content, scope);
            }
        }
        _ => {}
    }
}

fn globalise_text(text: &mut String, scope: &str) {
    // A text that is no JSON was refused when the plan was taken.
    if let Ok(mut json) = serde_json::from_str::<Value>(text) {
        globalise_json(&mut json, scope);
        *text = json.to_string();
    }
}

fn globalise_json(json: &mut Value, scope: &str) {
    match json {
        Value::Object(object) => {
            let bound = object
                .get("$bound")
                .and_then(Value::as_array)
                .and_then(|pair| match pair.as_slice() {
                    [Value::String(address), Value::String(name)] => {
                        Some(token(scope, address, name))
                    }
                    _ => None,
                });
            if let Some(token) = bound {
                *json = serde_json::json!({ "$ref": token.0 });
            } else {
                object
                    .values_mut()
                    .for_each(|value| globalise_json(value, scope));
            }
        }
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| globalise_json(value, scope)),
        _ => {}
    }
}

fn operation(operation: &mut Operation, visit: &mut dyn FnMut(&mut Scalar)) {
    match operation {
        Operation::Create {
            fields: set,
            key,
            options,
            ..
        } => {
            fields(set, visit);
            conditions(&mut key.conditions, visit);
            fields(options, visit);
        }
        Operation::Update {
            id,
            fields: set,
            options,
            ..
        } => {
            visit(id);
            fields(set, visit);
            fields(options, visit);
        }
        Operation::Delete { id, .. } => visit(id),
        Operation::Configure { fields: set, .. } => fields(set, visit),
        Operation::Deploy {
            components,
            removals,
            options,
        } => {
            for component in components {
                component_name(&mut component.name, visit);
            }
            for name in removals {
                component_name(name, visit);
            }
            fields(options, visit);
        }
        Operation::Request {
            path, repetition, ..
        } => {
            resource(path, visit);
            if let Repetition::Look { look, .. } = repetition {
                probe(look, visit);
            }
        }
        Operation::WaitOnly => {}
    }
}

fn consequence(consequence: &mut Consequence, visit: &mut dyn FnMut(&mut Scalar)) {
    match consequence {
        Consequence::Appears {
            fields: set,
            key,
            id,
            ..
        } => {
            fields(set, visit);
            conditions(key, visit);
            visit(id);
        }
        Consequence::Alters {
            id, fields: set, ..
        } => {
            visit(id);
            fields(set, visit);
        }
        Consequence::Disappears { id, .. } | Consequence::Takes { id, .. } => visit(id),
        Consequence::Configures { fields: set, .. } => fields(set, visit),
        Consequence::Opens { fields, .. } => {
            fields
                .iter_mut()
                .for_each(|field| visit(&mut field.initial));
        }
        Consequence::Mails { to, .. } => to.iter_mut().for_each(visit),
        Consequence::Other => {}
    }
}

fn waits(waits: &mut [Wait], visit: &mut dyn FnMut(&mut Scalar)) {
    for wait in waits {
        probe(&mut wait.look, visit);
        finding(&mut wait.until, visit);
        checks(&mut wait.failed, visit);
    }
}

fn probe(probe: &mut Probe, visit: &mut dyn FnMut(&mut Scalar)) {
    match probe {
        Probe::Records(lookup) => conditions(&mut lookup.conditions, visit),
        Probe::Rest(path) => resource(path, visit),
        Probe::Component(name) => component_name(name, visit),
        Probe::Settings(_) | Probe::Object(_) => {}
    }
}

fn finding(finding: &mut Finding, visit: &mut dyn FnMut(&mut Scalar)) {
    if let Finding::Holds(list) = finding {
        checks(list, visit);
    }
}

fn checks(checks: &mut [Check], visit: &mut dyn FnMut(&mut Scalar)) {
    for check in checks {
        check.any_of.iter_mut().for_each(&mut *visit);
    }
}

fn conditions(conditions: &mut [Condition], visit: &mut dyn FnMut(&mut Scalar)) {
    for condition in conditions {
        condition.any_of.iter_mut().for_each(&mut *visit);
    }
}

fn fields(fields: &mut [Field], visit: &mut dyn FnMut(&mut Scalar)) {
    fields.iter_mut().for_each(|field| visit(&mut field.value));
}

fn resource(path: &mut ResourcePath, visit: &mut dyn FnMut(&mut Scalar)) {
    path.segments.iter_mut().for_each(&mut *visit);
    fields(&mut path.query, visit);
}

fn component_name(name: &mut ComponentName, visit: &mut dyn FnMut(&mut Scalar)) {
    visit(&mut name.full_name);
}

#[cfg(test)]
mod tests;
