//! `manual`: a step that a person does, because no API can. What to click is written line by line; a
//! lookup verifies it, or somebody confirms it.

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

/// What a person does by hand.
#[derive(Clone, Debug)]
pub struct Manual {
    title: Template,
    lines: Vec<Template>,
    look: Option<Look>,
}

/// A record that is there when it is done.
#[derive(Clone, Debug)]
pub(super) struct Look {
    object: String,
    /// A field, or a path to one of a parent; one value, or a list of which one must be.
    conditions: Vec<(Spanned<String>, Template)>,
}

impl Manual {
    /// Whether a lookup verifies it; else somebody confirms it.
    pub fn is_verified(&self) -> bool {
        self.look.is_some()
    }

    /// The object that the lookup reads.
    pub fn object(&self) -> Option<&str> {
        self.look.as_ref().map(|look| look.object.as_str())
    }

    /// What a person reads and what verifies it, with the values of now.
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
