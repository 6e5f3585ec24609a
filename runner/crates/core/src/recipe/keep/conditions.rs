//! The conditions of a set: fields, and what each must be.

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, SourceText};
use crate::recipe::conditions::{self, Empty};
use crate::recipe::evaluate::{Evaluation, Outputs, Scope};
use crate::recipe::keys::{Mistakes, Spanned};
use crate::recipe::syntax::Entry;
use crate::recipe::template::{Kind, Reasons, Template};
use usher_contract::operation::Condition;
use usher_contract::value::Scalar;

/// Not empty, so that nothing is a whole table.
#[derive(Clone, Debug)]
pub(super) struct Conditions(Vec<(Spanned<String>, Template)>);

/// Reads a `where` that narrows something: it has conditions.
pub(super) fn read(
    entry: &Entry,
    empty: &Empty,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> Option<Conditions> {
    conditions::read(entry, empty, source, mistakes, condition).map(Conditions)
}

/// Returns the value of a condition, or adds a mistake.
fn condition(template: Template, mistakes: &mut Mistakes) -> Option<Template> {
    if !is_condition(&template) {
        let message = "a condition takes a value, or a list of values";
        let help = "write a value, a list of values, or `\"${inputs.<name>}\"`";
        mistakes.add("wrong-type", template.span.clone(), message, help);
        return None;
    }
    Some(template)
}

/// Says whether a template can have a value, or a list of values.
fn is_condition(template: &Template) -> bool {
    let is_value = |template: &Template| match &template.kind {
        Kind::Literal(value) => !value.is_null() && value.as_str() != Some(""),
        Kind::Text(_) => true,
        Kind::List(_) | Kind::Table(_) => false,
    };
    match &template.kind {
        Kind::List(items) => !items.is_empty() && items.iter().all(is_value),
        _ => is_value(template),
    }
}

impl Conditions {
    pub(super) fn iter(&self) -> impl Iterator<Item = &(Spanned<String>, Template)> {
        self.0.iter()
    }

    /// The conditions with the values of the inputs in them.
    ///
    /// # Errors
    ///
    /// A condition has no value, or one that no field has. The error holds all of them.
    pub(super) fn of(
        &self,
        inputs: &Map<String, Value>,
    ) -> Result<Vec<Condition>, Vec<Diagnostic>> {
        let outputs = Outputs::default();
        let scope = of_inputs(inputs, &outputs);
        let mut mistakes = Vec::new();
        let mut conditions = Vec::new();
        for (field, template) in &self.0 {
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
            true => Ok(conditions),
            false => Err(mistakes),
        }
    }
}

/// A scope that knows inputs only.
pub(super) fn of_inputs<'s>(inputs: &'s Map<String, Value>, outputs: &'s Outputs) -> Scope<'s> {
    Scope {
        inputs,
        item: None,
        outputs,
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
