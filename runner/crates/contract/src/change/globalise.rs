//! Turns a plan's own references into tokens of the run.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::change::StepPlan;
use crate::value::{Piece, Reference, Scalar, Token, Unit};

impl StepPlan {
    /// Returns the plan with every reference that it binds itself turned into a token of `unit`, so that later steps
    /// and the journal can hold them.
    pub fn globalise(mut self, unit: &Unit) -> Self {
        self.change_references(&mut |scalar| globalise_scalar(scalar, unit), &mut |json| {
            globalise_json(json, unit)
        });
        let mut outputs = self.outputs.value();
        globalise_json(&mut outputs, unit);
        self.outputs = outputs.into();
        self
    }

    /// The tokens of results that are secrets.
    pub fn secret_results(&self, unit: &Unit) -> BTreeSet<Token> {
        let changes = self.changes.iter();
        let secrets = changes.flat_map(|change| {
            let secret = change.results.iter().filter(|result| result.secret);
            secret.map(|result| unit.binds(&change.address, &result.name))
        });
        secrets.collect()
    }
}

fn globalise_scalar(scalar: &mut Scalar, unit: &Unit) {
    let fix = |reference: &mut Reference| {
        if let Reference::Bound(bound) = reference {
            *reference = Reference::Given(unit.binds(&bound.address, &bound.name));
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

fn globalise_json(json: &mut Value, unit: &Unit) {
    match json {
        Value::Object(object) => {
            let bound = object
                .get("$bound")
                .and_then(Value::as_array)
                .and_then(|pair| match pair.as_slice() {
                    [Value::String(address), Value::String(name)] => {
                        Some(unit.binds(address, name))
                    }
                    _ => None,
                });
            if let Some(token) = bound {
                *json = serde_json::json!({ "$ref": token });
            } else {
                object
                    .values_mut()
                    .for_each(|value| globalise_json(value, unit));
            }
        }
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| globalise_json(value, unit)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
