//! `when`: the condition under which a step runs. One expression, true or false; a step is skipped when it is false.
//!
//! A skipped step has no outputs, so only steps under the very same condition may refer to it. Usher checks this before
//! anything runs.

use crate::diagnostic::{Diagnostic, SourceText};
use crate::recipe::evaluate::{Evaluation, Scope};
use crate::recipe::expression::Expression;
use crate::recipe::expression::scan::{self, Cut};
use crate::recipe::keys::Mistakes;
use crate::recipe::syntax::{Data, Entry};
use crate::recipe::template::{self, Reasons, Template};
use crate::recipe::unknown;

const HELP: &str = "write an expression that is true or false: `when = \"${inputs.<name>}\"`";

/// The condition of a step. Its template is one expression and nothing else.
#[derive(Clone, Debug)]
pub(super) struct When {
    template: Template,
}

/// The result of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runs {
    Yes,
    /// The reason why the step is skipped, in words for people.
    No {
        reason: String,
    },
}

/// Returns the condition, or adds a mistake.
pub(super) fn read(entry: &Entry, source: &SourceText, mistakes: &mut Mistakes) -> Option<When> {
    let alone = match &entry.value.data {
        Data::Text(text) => matches!(
            scan::cut(text).as_slice(),
            [Cut::Expression { .. } | Cut::Unclosed { .. }]
        ),
        _ => false,
    };
    if !alone {
        let message = format!("`when` is {}, not an expression alone", entry.value.what());
        mistakes.add("wrong-type", entry.value.span.clone(), message, HELP);
        return None;
    }
    let template = template::read(&entry.value, source, mistakes);
    template.as_expression()?;
    Some(When { template })
}

impl When {
    pub(super) fn expression(&self) -> &Expression {
        self.template
            .as_expression()
            .expect("`read` takes nothing else")
    }

    /// The expression as it is written, without the braces.
    pub(super) fn text(&self) -> &str {
        self.expression().text()
    }

    /// Says whether the step runs.
    ///
    /// # Errors
    ///
    /// As [`Evaluation`]. A value that is neither true nor false is a failure.
    pub(super) fn runs(&self, scope: &Scope<'_>) -> Result<Runs, Evaluation> {
        let mut reasons = Reasons::default();
        let value = self.template.evaluate(scope, &mut reasons);
        let value = reasons.or(value)?;
        match value.as_bool() {
            Some(true) => Ok(Runs::Yes),
            Some(false) => Ok(Runs::No {
                reason: format!("`{}` is false", self.text()),
            }),
            None if unknown::is_unknown(&value) => {
                Err(Evaluation::Unknown(unknown::tokens(&value)))
            }
            None => {
                let message = format!("`when` is neither true nor false but `{value}`");
                let mistake = Diagnostic::error("recipe/wrong-type", message);
                let span = self.template.span.clone();
                Err(Evaluation::Failed(vec![mistake.at(span).help(HELP)]))
            }
        }
    }
}
