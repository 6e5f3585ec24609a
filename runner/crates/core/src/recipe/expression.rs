//! One expression, as it stands between `${` and `}`: compiled, its names known, evaluated later.
//!
//! Evaluated by minijinja in an environment with nothing in it but a few filters over values; a plain
//! path (`steps.user.user_id`) is looked up directly, so that what it finds passes through whole,
//! unknown values too. Finding expressions in a text is done in [`scan`], the names are checked in
//! [`crate::recipe::references`].

mod jinja;
pub(in crate::recipe) mod refusal;
pub(super) mod scan;

use std::ops::Range;

use serde_json::Value;

use crate::recipe::evaluate::Scope;
use crate::recipe::unknown;
use usher_contract::value::Token;

pub(super) use jinja::{FILTERS, TESTS};

/// A compiled expression.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    /// Without the braces.
    text: String,
    /// Where it stands, `${` and `}` included.
    pub(super) span: Range<usize>,
    /// Every name it reads, in order.
    pub(super) paths: Vec<Path>,
    /// It is a path and nothing else.
    is_path: bool,
}

/// A name with dots: `inputs.user`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) segments: Vec<String>,
    pub(super) span: Range<usize>,
}

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NoValue {
    /// It hangs on values that nobody knows yet.
    Unknown(Vec<Token>),
    /// It hangs on a step without outputs so far.
    Behind(String),
    /// It cannot be evaluated: why, and what to write instead.
    Failed { message: String, help: String },
}

impl Expression {
    /// Compiles what [`scan`] found.
    ///
    /// # Errors
    ///
    /// The text is no expression; the message says why.
    pub(super) fn compile(
        text: &str,
        span: Range<usize>,
        paths: Vec<Path>,
        is_path: bool,
    ) -> Result<Self, String> {
        let roots: Vec<&str> = paths.iter().filter_map(|path| path.root()).collect();
        jinja::compile(text, &roots)?;
        Ok(Self {
            text: text.to_owned(),
            span,
            paths,
            is_path,
        })
    }

    /// As it is written, without the braces.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The only name, when the expression is nothing else.
    pub(super) fn as_path(&self) -> Option<&Path> {
        self.paths.first().filter(|_| self.is_path)
    }

    /// The value.
    pub(super) fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, NoValue> {
        if let Some(path) = self.as_path() {
            return path.find(scope)?.cloned().ok_or_else(|| NoValue::Failed {
                message: format!("`{}` has no value", path.text()),
                help: format!(
                    "say what to take instead: `${{{} | default(\"…\")}}`",
                    path.text()
                ),
            });
        }
        let mut known = Vec::new();
        let mut tokens = Vec::new();
        for path in &self.paths {
            let value = path.find(scope)?;
            tokens.extend(value.map(unknown::tokens).unwrap_or_default());
            known.push((path, value));
        }
        if !tokens.is_empty() {
            return Err(NoValue::Unknown(tokens));
        }
        jinja::evaluate(&self.text, &known)
            .map_err(|(message, help)| NoValue::Failed { message, help })
    }
}

impl Path {
    /// The first name.
    pub(super) fn root(&self) -> Option<&str> {
        self.segments.first().map(String::as_str)
    }

    /// As it is written.
    pub(super) fn text(&self) -> String {
        self.segments.join(".")
    }

    /// The input that the path reads.
    pub(super) fn input(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [root, name, ..] if root == "inputs" => Some(name),
            _ => None,
        }
    }

    /// The step and the output that the path reads.
    pub(super) fn output(&self) -> Option<(&str, &str)> {
        match self.segments.as_slice() {
            [root, step, output, ..] if root == "steps" => Some((step, output)),
            _ => None,
        }
    }

    /// What the path leads to; `None`: there is nothing of that name.
    fn find<'a>(&self, scope: &Scope<'a>) -> Result<Option<&'a Value>, NoValue> {
        let (mut value, rest) = match self.segments.as_slice() {
            [root, name, rest @ ..] if root == "inputs" => (scope.inputs.get(name), rest),
            [root, step, rest @ ..] if root == "steps" => match scope.outputs.get(step) {
                Some(outputs) => (Some(outputs), rest),
                None => return Err(NoValue::Behind(step.clone())),
            },
            _ => (None, [].as_slice()),
        };
        for segment in rest {
            let Some(inside) = value else {
                break;
            };
            // What is inside of something unknown is unknown as well.
            if unknown::is_unknown(inside) {
                return Err(NoValue::Unknown(unknown::tokens(inside)));
            }
            value = inside.get(segment.as_str());
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests;
