//! The values below `with`: they hold expressions, and each has its place.
//!
//! `"${inputs.sets}"` alone keeps the type of its value; with text around it, it becomes a text.

mod read;

use std::ops::Range;

use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::recipe::evaluate::{Evaluation, Place, Scope};
use crate::recipe::expression::{Expression, NoValue};
use crate::recipe::keys::Spanned;
use crate::recipe::{pointer, unknown};
use usher_contract::value::Token;

pub(super) use read::{read, read_table};

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
}

/// The content of a template.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A value that is not a text, or a text without expressions.
    Literal(Value),
    /// A text with at least one expression.
    Text(Vec<Piece>),
    List(Vec<Template>),
    Table(Vec<(Spanned<String>, Template)>),
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Text(String),
    Expression(Expression),
}

/// All the reasons why a template has no value.
#[derive(Debug, Default)]
pub(super) struct Reasons {
    tokens: Vec<Token>,
    behind: Vec<String>,
    failed: Vec<Diagnostic>,
}

impl Template {
    /// The expression, when the whole value is one.
    pub(super) fn as_expression(&self) -> Option<&Expression> {
        match &self.kind {
            Kind::Text(pieces) => match pieces.as_slice() {
                [Piece::Expression(expression)] => Some(expression),
                _ => None,
            },
            _ => None,
        }
    }

    /// Every expression in it, in order.
    pub(super) fn expressions(&self) -> Vec<&Expression> {
        match &self.kind {
            Kind::Literal(_) => Vec::new(),
            Kind::Text(pieces) => pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Expression(expression) => Some(expression),
                    Piece::Text(_) => None,
                })
                .collect(),
            Kind::List(templates) => templates.iter().flat_map(Self::expressions).collect(),
            Kind::Table(entries) => {
                let values = entries.iter().map(|(_, value)| value);
                values.flat_map(Self::expressions).collect()
            }
        }
    }

    /// Says whether the value is nothing but an optional input or column that was not given.
    fn is_left_out(&self, scope: &Scope<'_>) -> bool {
        let Some(path) = self.as_expression().and_then(Expression::as_path) else {
            return false;
        };
        let given = match (path.input(), path.item()) {
            (Some(input), _) => scope.inputs.get(input),
            (None, Some([column])) => scope.item.and_then(|item| item.value.get(column)),
            _ => None,
        };
        given == Some(&Value::Null)
    }

    /// Returns the value; null where a reason prevents one.
    pub(super) fn evaluate(&self, scope: &Scope<'_>, reasons: &mut Reasons) -> Value {
        match &self.kind {
            Kind::Literal(value) => value.clone(),
            Kind::Text(pieces) => match self.as_expression() {
                Some(expression) => reasons.value(expression, scope).unwrap_or(Value::Null),
                None => text(pieces, scope, reasons),
            },
            Kind::List(templates) => {
                let given = templates.iter().filter(|item| !item.is_left_out(scope));
                let values = given.map(|item| item.evaluate(scope, reasons));
                Value::Array(values.collect())
            }
            Kind::Table(entries) => Value::Object(evaluate_table(entries, scope, reasons)),
        }
    }

    /// The place to which a JSON Pointer leads, or the last place on the way.
    fn locate(&self, at: &str) -> Place {
        let mut place = self;
        for segment in at.split('/').skip(1) {
            let segment = pointer::unescape(segment);
            let below = match &place.kind {
                Kind::List(templates) => segment
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| templates.get(index)),
                Kind::Table(entries) => entries
                    .iter()
                    .find(|(key, _)| key.value == segment)
                    .map(|(_, value)| value),
                Kind::Literal(_) | Kind::Text(_) => None,
            };
            match below {
                Some(below) => place = below,
                None => break,
            }
        }
        Place {
            span: place.span.clone(),
            input: place.only_input(),
        }
    }

    /// The input that a text is made from, when it is made from no other.
    pub(super) fn only_input(&self) -> Option<String> {
        let Kind::Text(_) = &self.kind else {
            return None;
        };
        let expressions = self.expressions();
        let mut inputs = expressions
            .iter()
            .flat_map(|expression| &expression.paths)
            .map(|path| path.input());
        let first = inputs.next().flatten()?;
        inputs
            .all(|input| input == Some(first))
            .then(|| first.to_owned())
    }
}

/// The place to which a JSON Pointer into a table leads; the table's when it has no such key.
pub(super) fn locate(
    entries: &[(Spanned<String>, Template)],
    span: &Range<usize>,
    at: &str,
) -> Place {
    let rest = at.strip_prefix('/').unwrap_or_default();
    let (first, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let first = pointer::unescape(first);
    match entries.iter().find(|(key, _)| key.value == first) {
        Some((_, value)) => value.locate(below),
        None => Place {
            span: span.clone(),
            input: None,
        },
    }
}

/// The values of a table. An input that was not given is left out.
pub(super) fn evaluate_table(
    entries: &[(Spanned<String>, Template)],
    scope: &Scope<'_>,
    reasons: &mut Reasons,
) -> Map<String, Value> {
    let given = entries
        .iter()
        .filter(|(_, value)| !value.is_left_out(scope));
    given
        .map(|(key, value)| (key.value.clone(), value.evaluate(scope, reasons)))
        .collect()
}

fn text(pieces: &[Piece], scope: &Scope<'_>, reasons: &mut Reasons) -> Value {
    let mut joined = unknown::Joined::default();
    for piece in pieces {
        let expression = match piece {
            Piece::Text(text) => {
                joined.text(text);
                continue;
            }
            Piece::Expression(expression) => expression,
        };
        match reasons.value(expression, scope) {
            None => {}
            Some(Value::String(text)) => joined.text(&text),
            Some(Value::Number(number)) => joined.text(&number.to_string()),
            Some(Value::Bool(truth)) => joined.text(&truth.to_string()),
            Some(value) if unknown::is_unknown(&value) => joined.unknown(&value),
            Some(value) => {
                let (what, help) = match value {
                    Value::Null => (
                        "null",
                        "let it stand alone, or write `… | default(\"…\", true)`",
                    ),
                    Value::Array(_) => {
                        ("a list", "let it stand alone, or write `… | join(\", \")`")
                    }
                    _ => ("a table", "let it stand alone"),
                };
                let message = format!("{what} cannot be part of a text");
                reasons.fail(bad(expression, message, help));
            }
        }
    }
    joined.finish()
}

impl Reasons {
    fn value(&mut self, expression: &Expression, scope: &Scope<'_>) -> Option<Value> {
        match expression.evaluate(scope) {
            Ok(value) => return Some(value),
            Err(NoValue::Unknown(tokens)) => {
                for token in tokens {
                    if !self.tokens.contains(&token) {
                        self.tokens.push(token);
                    }
                }
            }
            Err(NoValue::Behind(step)) => {
                if !self.behind.contains(&step) {
                    self.behind.push(step);
                }
            }
            Err(NoValue::Failed { message, help }) => self.fail(bad(expression, message, &help)),
        }
        None
    }

    /// Adds a mistake.
    pub(super) fn fail(&mut self, mistake: Diagnostic) {
        self.failed.push(mistake);
    }

    /// Returns `value`, unless a reason prevents it.
    pub(super) fn or<T>(self, value: T) -> Result<T, Evaluation> {
        if !self.failed.is_empty() {
            Err(Evaluation::Failed(self.failed))
        } else if !self.behind.is_empty() {
            Err(Evaluation::Behind(self.behind))
        } else if !self.tokens.is_empty() {
            Err(Evaluation::Unknown(self.tokens))
        } else {
            Ok(value)
        }
    }
}

fn bad(expression: &Expression, message: String, help: &str) -> Diagnostic {
    let mistake = Diagnostic::error("recipe/bad-expression", message);
    mistake.at(expression.span.clone()).help(help)
}
