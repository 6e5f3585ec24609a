//! One expression, as it is written between `${` and `}`: compiled, with its names checked, evaluated later.
//!
//! Evaluated by minijinja in an environment with only a few filters over values. A plain path (`steps.user.user_id`) is
//! looked up directly, so that the value passes through whole, also an unknown one. [`scan`] finds expressions in a
//! text; [`crate::recipe::references`] checks the names.

mod jinja;
pub(in crate::recipe) mod refusal;
pub(super) mod scan;

use std::borrow::Cow;
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
    /// The place of the expression, `${` and `}` included.
    pub(super) span: Range<usize>,
    /// Every name that the expression reads, in order.
    pub(super) paths: Vec<Path>,
    /// Says that the expression is a path and nothing else.
    is_path: bool,
}

/// A name with dots: `inputs.user`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) segments: Vec<String>,
    /// The item whose outputs are meant: `steps.user["key"].user_id`.
    pub(super) key: Option<String>,
    pub(super) span: Range<usize>,
}

/// The reason why an expression has no value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NoValue {
    /// The expression depends on values that are not known yet.
    Unknown(Vec<Token>),
    /// The expression depends on a step that has no outputs so far.
    Behind(String),
    /// The expression cannot be evaluated: the reason, and what to write instead.
    Failed { message: String, help: String },
}

impl Expression {
    /// Compiles an expression that [`scan`] found.
    ///
    /// # Errors
    ///
    /// The text is not a valid expression; the message gives the reason.
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

    /// The text as it is written, without the braces.
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
            let value = path.find(scope)?.map(Cow::into_owned);
            return value.ok_or_else(|| NoValue::Failed {
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
            tokens.extend(value.as_deref().map(unknown::tokens).unwrap_or_default());
            known.push((path, value));
        }
        if !tokens.is_empty() {
            return Err(NoValue::Unknown(tokens));
        }
        let known = known.iter();
        let known: Vec<_> = known
            .map(|(path, value)| (*path, value.as_deref()))
            .collect();
        jinja::evaluate(&self.text, &known)
            .map_err(|(message, help)| NoValue::Failed { message, help })
    }
}

impl Path {
    /// The first name.
    pub(super) fn root(&self) -> Option<&str> {
        self.segments.first().map(String::as_str)
    }

    /// The text as it is written.
    pub(super) fn text(&self) -> String {
        match (&self.key, self.segments.as_slice()) {
            (Some(key), [root, step, rest @ ..]) => {
                let key = Value::from(key.as_str());
                let rest = rest.iter().map(|segment| format!(".{segment}"));
                format!("{root}.{step}[{key}]{}", rest.collect::<String>())
            }
            _ => self.segments.join("."),
        }
    }

    /// The names on the way to the value, the key of an item among them.
    pub(super) fn way(&self) -> Vec<&str> {
        let mut way: Vec<&str> = self.segments.iter().map(String::as_str).collect();
        if let Some(key) = &self.key {
            way.insert(way.len().min(2), key);
        }
        way
    }

    /// The part of the item that the path reads: a column, or nothing for the item itself.
    pub(super) fn item(&self) -> Option<&[String]> {
        match self.segments.as_slice() {
            [root, rest @ ..] if root == "item" => Some(rest),
            _ => None,
        }
    }

    /// The input that the path reads.
    pub(super) fn input(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [root, name, ..] if root == "inputs" => Some(name),
            _ => None,
        }
    }

    /// The input whose gone records the path means.
    pub(super) fn gone(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [root, name] if root == "gone" => Some(name),
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

    /// Returns the value to which the path leads; `None` when nothing has that name.
    fn find<'a>(&self, scope: &Scope<'a>) -> Result<Option<Cow<'a, Value>>, NoValue> {
        let (mut value, rest) = match self.segments.as_slice() {
            [root, name, rest @ ..] if root == "inputs" => {
                (scope.inputs.get(name).map(Cow::Borrowed), rest)
            }
            [root, rest @ ..] if root == "item" => {
                let item = scope.item.map(|item| &item.value);
                (item.map(Cow::Borrowed), rest)
            }
            [root, step, rest @ ..] if root == "steps" => {
                let own = scope.item.map(|item| item.key.as_str());
                match scope.outputs.of(step, self.key.as_deref().or(own)) {
                    Some(outputs) => (Some(outputs), rest),
                    None => return Err(NoValue::Behind(step.clone())),
                }
            }
            _ => (None, [].as_slice()),
        };
        for segment in rest {
            let Some(inside) = value else {
                break;
            };
            // Every part of an unknown value is unknown as well.
            if unknown::is_unknown(&inside) {
                return Err(NoValue::Unknown(unknown::tokens(&inside)));
            }
            value = match inside {
                Cow::Borrowed(inside) => inside.get(segment.as_str()).map(Cow::Borrowed),
                Cow::Owned(Value::Object(mut inside)) => {
                    inside.remove(segment.as_str()).map(Cow::Owned)
                }
                Cow::Owned(_) => None,
            };
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests;
