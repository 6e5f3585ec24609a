//! `manual`: a step that a person does, because no API can. Its instructions are lines of text. A lookup verifies it,
//! or a person confirms it.

mod read;

use std::ops::Range;

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::plan;
use crate::recipe::evaluate::{Evaluation, Scope};
use crate::recipe::expression::Expression;
use crate::recipe::keys::Spanned;
use crate::recipe::template::{Reasons, Template};
use crate::recipe::unknown;
use usher_contract::operation::{Condition, Lookup};
use usher_contract::value::Scalar;

pub(super) use read::read;

/// The manual step of a recipe.
#[derive(Clone, Debug)]
pub struct Manual {
    title: Template,
    lines: Vec<Template>,
    look: Option<Look>,
}

/// A record that exists when the step is done.
#[derive(Clone, Debug)]
pub(super) struct Look {
    object: String,
    /// A field, or a path to a field of a parent; its value, or a list of values of which it must have one.
    conditions: Vec<(Spanned<String>, Template)>,
}

impl Manual {
    /// Says whether a lookup verifies it. Else a person confirms it.
    pub fn is_verified(&self) -> bool {
        self.look.is_some()
    }

    /// The object that the lookup reads.
    pub fn object(&self) -> Option<&str> {
        self.look.as_ref().map(|look| look.object.as_str())
    }

    /// Returns the texts that a person reads and the lookup that verifies the step, with the present values.
    ///
    /// # Errors
    ///
    /// See [`Evaluation`].
    pub fn written(&self, scope: &Scope<'_>) -> Result<plan::Manual, Evaluation> {
        let mut reasons = Reasons::default();
        let written = plan::Manual {
            title: line(&self.title, scope, &mut reasons),
            lines: self
                .lines
                .iter()
                .map(|text| line(text, scope, &mut reasons))
                .collect(),
            look: self
                .look
                .as_ref()
                .map(|look| look.lookup(scope, &mut reasons)),
            confirmed: None,
        };
        reasons.or(written)
    }

    /// Every expression in it, in order.
    pub(super) fn expressions(&self) -> Vec<&Expression> {
        let looks = self.look.iter().flat_map(|look| &look.conditions);
        let looks = looks.map(|(_, value)| value);
        let texts = std::iter::once(&self.title).chain(&self.lines);
        texts.chain(looks).flat_map(Template::expressions).collect()
    }
}

impl Look {
    fn lookup(&self, scope: &Scope<'_>, reasons: &mut Reasons) -> Lookup {
        let conditions = self.conditions.iter().map(|(field, template)| {
            let value = template.evaluate(scope, reasons);
            let values = match value {
                Value::Array(values) => values,
                value => vec![value],
            };
            let any_of = values
                .iter()
                .map(|value| scalar(value, &template.span, reasons));
            Condition {
                field: field.value.clone(),
                any_of: any_of.collect(),
            }
        });
        Lookup {
            object: self.object.clone(),
            fields: Vec::new(),
            conditions: conditions.collect(),
        }
    }
}

fn line(template: &Template, scope: &Scope<'_>, reasons: &mut Reasons) -> Scalar {
    let value = template.evaluate(scope, reasons);
    scalar(&value, &template.span, reasons)
}

fn scalar(value: &Value, span: &Range<usize>, reasons: &mut Reasons) -> Scalar {
    unknown::scalar(value).unwrap_or_else(|| {
        let mistake = Diagnostic::error("recipe/wrong-type", "this is not a single value");
        let help = "let it be a text, a number, or true or false";
        reasons.fail(mistake.at(span.clone()).help(help));
        Scalar::Nothing
    })
}
