//! Values and the types of inputs: a value fits, or the reason why it does not. No message here holds the value of a
//! secret.

use std::ops::Range;

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::recipe::syntax::{Data, Node};
use crate::recipe::{Input, InputKind};

/// The name and the type that a value is for: an input, or a column of rows.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) kind: &'a InputKind,
}

/// The reason why a value does not fit an input.
#[derive(Debug)]
pub(super) struct Misfit {
    /// Second half of the code.
    pub(super) what: &'static str,
    /// The item of a list that does not fit.
    item: Option<usize>,
    pub(super) message: String,
    pub(super) help: String,
}

/// Returns the value of an input from a file, or the reason why it does not fit, with the place.
pub(super) fn fit_node(input: Named<'_>, node: &Node) -> Result<Value, (Misfit, Range<usize>)> {
    let unquoted = match &node.data {
        Data::List(nodes) => nodes.iter().find(|node| matches!(node.data, Data::Time(_))),
        Data::Time(_) => Some(node),
        _ => None,
    };
    if let Some(node) = unquoted {
        let misfit = Misfit::wrong_type(input, "a date or time", "put it in quotes");
        return Err((misfit, node.span.clone()));
    }
    fit(input, &node.json()).map_err(|misfit| {
        let item = match (&node.data, misfit.item) {
            (Data::List(nodes), Some(item)) => nodes.get(item),
            _ => None,
        };
        let span = item.unwrap_or(node).span.clone();
        (misfit, span)
    })
}

/// Returns the value of an input, or the reason why it does not fit.
pub(super) fn fit(input: Named<'_>, value: &Value) -> Result<Value, Misfit> {
    let wrong = |help: &str| Err(Misfit::wrong_type(input, what(value), help));
    match (input.kind, value) {
        (InputKind::Record { object }, Value::String(text)) if text.trim().is_empty() => wrong(
            &format!("give the id of a {object}, or its unique name or email"),
        ),
        (InputKind::Secret, Value::String(text)) if text.is_empty() => wrong("give its value"),
        (InputKind::Record { .. } | InputKind::Text | InputKind::Secret, Value::String(_))
        | (InputKind::Boolean, Value::Bool(_)) => Ok(value.clone()),
        (InputKind::Integer, Value::Number(number)) if number.is_i64() => Ok(value.clone()),
        (InputKind::Choice { choices }, Value::String(text)) => choose(input, choices, text),
        (InputKind::List, Value::Array(values)) => {
            let odd = values.iter().position(|value| !value.is_string());
            let Some(item) = odd else {
                return Ok(value.clone());
            };
            Err(Misfit {
                what: "wrong-type",
                item: Some(item),
                message: format!(
                    "item {} of `{}` is {}, not a text",
                    item + 1,
                    input.name,
                    what(&values[item])
                ),
                help: "write it in quotes".to_owned(),
            })
        }
        (InputKind::Table, Value::Object(entries)) => table(input, entries),
        (InputKind::Record { object }, _) => wrong(&format!(
            "give the id of a {object}, or its unique name or email, in quotes"
        )),
        (InputKind::Text | InputKind::Choice { .. } | InputKind::Secret, _) => {
            wrong("write it in quotes")
        }
        (InputKind::Integer, _) => wrong("give a whole number, without quotes"),
        (InputKind::Boolean, _) => wrong("give `true` or `false`, without quotes"),
        (InputKind::List, _) => wrong("give a list, as in `[\"…\", \"…\"]`"),
        (InputKind::Table, _) => wrong("give a table, as in `{ Title = \"…\" }`"),
        (InputKind::Rows { .. }, _) => {
            wrong(&format!("pass its rows with `--rows {}=FILE`", input.name))
        }
    }
}

/// Checks that a table holds nothing that is nested.
fn table(input: Named<'_>, entries: &Map<String, Value>) -> Result<Value, Misfit> {
    let is_flat =
        |value: &Value| matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_));
    match entries.iter().find(|(_, value)| !is_flat(value)) {
        None => Ok(Value::Object(entries.clone())),
        Some((name, value)) => Err(Misfit {
            what: "wrong-type",
            item: None,
            message: format!("`{name}` in `{}` is {}", input.name, what(value)),
            help: "give a text, a number or a boolean".to_owned(),
        }),
    }
}

fn choose(input: Named<'_>, choices: &[String], text: &str) -> Result<Value, Misfit> {
    if choices.iter().any(|choice| choice == text) {
        return Ok(Value::from(text));
    }
    Err(Misfit {
        what: "bad-choice",
        item: None,
        message: format!("`{text}` is not a choice of `{}`", input.name),
        help: did_you_mean(text, named(choices)),
    })
}

/// The choices but the empty one, which is taken by giving nothing.
pub(super) fn named(choices: &[String]) -> impl Iterator<Item = &str> {
    let choices = choices.iter().map(String::as_str);
    choices.filter(|choice| !choice.is_empty())
}

/// Reads a value from a text without quotes. Its type is checked later.
pub(super) fn from_text(input: Named<'_>, text: &str) -> Result<Value, Misfit> {
    let misfit = |message: String, help: &str| Misfit {
        what: "wrong-type",
        item: None,
        message,
        help: help.to_owned(),
    };
    let name = input.name;
    match input.kind {
        InputKind::Integer => text.trim().parse::<i64>().map(Value::from).map_err(|_| {
            misfit(
                format!("`{text}` is not an integer for `{name}`"),
                "give a whole number",
            )
        }),
        InputKind::Boolean => match text.trim() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(misfit(
                format!("`{text}` is not a boolean for `{name}`"),
                "give `true` or `false`",
            )),
        },
        InputKind::List if text.trim_start().starts_with('[') => serde_json::from_str(text)
            .map_err(|error| {
                let help = format!("write `--set '{name}=[\"…\", \"…\"]'`");
                misfit(format!("the list for `{name}` is not JSON: {error}"), &help)
            }),
        InputKind::Table if text.trim_start().starts_with('{') => serde_json::from_str(text)
            .map_err(|error| {
                let help = format!("write `--set '{name}={{\"Title\": \"…\"}}'`");
                misfit(
                    format!("the table for `{name}` is not JSON: {error}"),
                    &help,
                )
            }),
        InputKind::Table if text.trim().is_empty() => Ok(Value::Object(Map::new())),
        InputKind::Table => entries(text).ok_or_else(|| {
            misfit(
                format!("the table for `{name}` has an item without a name and `=`"),
                "write `Title=…, Department=…`; values with commas go into a JSON object",
            )
        }),
        InputKind::List if text.trim().is_empty() => Ok(Value::Array(Vec::new())),
        InputKind::List => text
            .split(',')
            .map(|item| match item.trim() {
                "" => Err(misfit(
                    format!("the list for `{name}` has an empty item"),
                    "put one comma between items; items with commas go into a JSON array",
                )),
                item => Ok(Value::from(item)),
            })
            .collect(),
        // An id, a name or an email never begins or ends with a blank.
        InputKind::Record { .. } => Ok(Value::from(text.trim())),
        InputKind::Text | InputKind::Choice { .. } | InputKind::Secret | InputKind::Rows { .. } => {
            Ok(Value::from(text))
        }
    }
}

/// The texts by name of `Title=Head of Sales, Department=Sales`; `None` when an item has no name.
fn entries(text: &str) -> Option<Value> {
    let items = text.split(',').map(|item| {
        let (name, value) = item.split_once('=')?;
        let name = name.trim();
        (!name.is_empty()).then(|| (name.to_owned(), Value::from(value.trim())))
    });
    items
        .collect::<Option<Map<String, Value>>>()
        .map(Value::Object)
}

pub(super) fn what(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(text) if text.trim().is_empty() => "empty",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    }
}

impl Input {
    pub(super) fn named(&self) -> Named<'_> {
        Named {
            name: &self.name,
            kind: &self.kind,
        }
    }
}

impl Misfit {
    fn wrong_type(input: Named<'_>, is: &str, help: &str) -> Self {
        Self {
            what: "wrong-type",
            item: None,
            message: format!("`{}` is {is}, not {}", input.name, input.kind.wanted()),
            help: help.to_owned(),
        }
    }

    pub(super) fn diagnostic(self) -> Diagnostic {
        Diagnostic::error(&format!("input/{}", self.what), self.message).help(self.help)
    }
}

impl InputKind {
    /// The type with an article, for messages.
    fn wanted(&self) -> String {
        match self {
            Self::Record { object } => format!("a record of {object}"),
            Self::Text => "a text".to_owned(),
            Self::Integer => "an integer".to_owned(),
            Self::Boolean => "a boolean".to_owned(),
            Self::Choice { .. } => "a choice".to_owned(),
            Self::List => "a list of texts".to_owned(),
            Self::Table => "a table".to_owned(),
            Self::Secret => "a secret text".to_owned(),
            Self::Rows { .. } => "the rows of a file".to_owned(),
        }
    }
}
