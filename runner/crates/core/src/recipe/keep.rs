//! `[inputs.<name>.keep]`: the set of records that the rows of an input stand for.
//!
//! A record of the set for which no row stands is gone: `for_each = "${gone.<name>}"` goes through these.

mod check;
mod read;

use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::keep::Brake;
use crate::recipe::evaluate::{Evaluation, Outputs, Scope};
use crate::recipe::keys::Spanned;
use crate::recipe::template::{Reasons, Template};
use usher_contract::operation::{Condition, Lookup};
use usher_contract::value::Scalar;

pub(super) use check::check;
pub(super) use read::read;

/// Parts of the item of a record that is gone.
pub(super) const PARTS: [&str; 3] = ["id", "name", "key"];

/// The set of records that the rows of an input stand for.
#[derive(Clone, Debug)]
pub struct Keep {
    pub object: String,
    /// The field that has the value of the key column.
    pub by: String,
    pub brake: Brake,
    /// Not empty, so that no set is a whole table.
    conditions: Vec<(Spanned<String>, Template)>,
}

impl Keep {
    /// Returns the lookup of the set, with these fields. `inputs`: with their records found.
    ///
    /// # Errors
    ///
    /// A condition has no value, or one that no field has. The error holds all of them.
    pub fn set(
        &self,
        inputs: &Map<String, Value>,
        fields: Vec<String>,
    ) -> Result<Lookup, Vec<Diagnostic>> {
        let outputs = Outputs::default();
        let scope = Scope {
            inputs,
            item: None,
            outputs: &outputs,
        };
        let mut mistakes = Vec::new();
        let mut conditions = Vec::new();
        for (field, template) in &self.conditions {
            let mut reasons = Reasons::default();
            let value = template.evaluate(&scope, &mut reasons);
            match reasons.or(value) {
                Ok(value) => match scalars(&value) {
                    Some(any_of) => conditions.push(Condition {
                        field: field.value.clone(),
                        any_of,
                    }),
                    None => mistakes.push(no_value(&field.value, template)),
                },
                Err(Evaluation::Failed(found)) => mistakes.extend(found),
                Err(Evaluation::Unknown(_) | Evaluation::Behind(_)) => {
                    mistakes.push(no_value(&field.value, template));
                }
            }
        }
        match mistakes.is_empty() {
            true => Ok(Lookup {
                object: self.object.clone(),
                fields,
                conditions,
            }),
            false => Err(mistakes),
        }
    }
}

/// The values of a condition. `None`: there is none, and the condition would not narrow the set.
fn scalars(value: &Value) -> Option<Vec<Scalar>> {
    let of = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        value => Scalar::from_json(value),
    };
    match value {
        Value::Array(values) if !values.is_empty() => values.iter().map(of).collect(),
        Value::Array(_) => None,
        value => Some(vec![of(value)?]),
    }
}

fn no_value(field: &str, template: &Template) -> Diagnostic {
    let message = format!("the condition on `{field}` has no value, and would not narrow the set");
    Diagnostic::error("keep/no-value", message)
        .at(template.span.clone())
        .help("give the inputs that it is made from")
}
