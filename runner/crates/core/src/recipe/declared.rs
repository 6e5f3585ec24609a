//! Reads the declarations of `[inputs.<name>]`.

use std::collections::HashSet;
use std::ops::Range;

use serde_json::Value;

use crate::diagnostic::{SourceText, did_you_mean};
use crate::recipe::in_org::{self, Asked, InOrg};
use crate::recipe::keys::{Keys, Mistakes, Spanned};
use crate::recipe::syntax::{Data, Entry, Node};
use crate::recipe::{Input, InputKind, inputs, names};
use usher_contract::limit;

/// An input. `None` where it is itself a mistake, so that references to it are not mistakes as well.
#[derive(Debug)]
pub(super) struct RawInput {
    pub(super) name: String,
    pub(super) input: Option<Input>,
}

const TYPES: &[&str] = &[
    "record", "string", "integer", "boolean", "choice", "list", "table", "secret",
];

/// Every input below `[inputs]`.
pub(super) fn read(entry: &Entry, source: &SourceText, mistakes: &mut Mistakes) -> Vec<RawInput> {
    let Some(table) = mistakes.table("inputs", &entry.value) else {
        return Vec::new();
    };
    if table.entries.len() > limit::INPUTS_PER_RECIPE_MAX {
        mistakes.add(
            "too-large",
            entry.key_span.clone(),
            format!(
                "{} inputs, more than {}",
                table.entries.len(),
                limit::INPUTS_PER_RECIPE_MAX
            ),
            "split the recipe",
        );
        return Vec::new();
    }
    let inputs = table.entries.iter();
    inputs
        .map(|entry| RawInput {
            name: entry.key.clone(),
            input: read_input(entry, source, mistakes),
        })
        .collect()
}

fn read_input(entry: &Entry, source: &SourceText, mistakes: &mut Mistakes) -> Option<Input> {
    let name = &entry.key;
    let is_named = names::check_snake("an input", name, &entry.key_span, mistakes);
    let Data::Table(table) = &entry.value.data else {
        let example = format!("`[inputs.{name}]` with its keys below");
        mistakes.wrong_type(name, &entry.value, "a table", &example);
        return None;
    };
    let mut keys = Keys::new(table, format!("input `{name}`"));
    let kind = keys.required_text("type", "type = \"string\"", mistakes);
    let object = keys.optional("object");
    let choices = keys.optional("choices");
    let default = keys.optional("default");
    let optional = keys.optional("optional");
    let help = keys.optional_text("help", mistakes);
    let in_org = keys.optional("in_org");
    keys.finish(&[], mistakes);
    let kind = read_kind(name, &kind?, object, choices, &table.span, mistakes)?;
    let span = entry.key_span.clone();
    let mut input = Input {
        name: name.clone(),
        kind,
        default: None,
        is_optional: optional.is_some_and(|entry| read_optional(entry, default, mistakes)),
        help: help.map(|help| help.value),
        in_org: None,
        span,
    };
    if let Some(entry) = in_org {
        input.in_org = Some(read_in_org(&input, entry, source, mistakes)?);
    }
    if let Some(entry) = default {
        input.default = Some(read_default(&input, entry, mistakes)?);
    }
    is_named.then_some(input)
}

fn read_kind(
    name: &str,
    kind: &Spanned<String>,
    object: Option<&Entry>,
    choices: Option<&Entry>,
    header: &Range<usize>,
    mistakes: &mut Mistakes,
) -> Option<InputKind> {
    let belongs = |entry: Option<&Entry>, to: &str, mistakes: &mut Mistakes| {
        if let Some(entry) = entry.filter(|_| kind.value != to) {
            mistakes.add(
                "unknown-key",
                entry.key_span.clone(),
                format!(
                    "input `{name}` of type `{}` knows no key `{}`",
                    kind.value, entry.key
                ),
                format!("leave it out, or write `type = \"{to}\"`"),
            );
        }
    };
    if TYPES.contains(&kind.value.as_str()) {
        belongs(object, "record", mistakes);
        belongs(choices, "choice", mistakes);
    }
    Some(match kind.value.as_str() {
        "string" => InputKind::Text,
        "integer" => InputKind::Integer,
        "boolean" => InputKind::Boolean,
        "list" => InputKind::List,
        "table" => InputKind::Table,
        "secret" => InputKind::Secret,
        "record" => InputKind::Record {
            object: read_object(name, object, header, mistakes)?,
        },
        "choice" => InputKind::Choice {
            choices: read_choices(name, choices, header, mistakes)?,
        },
        other => {
            let (message, help) = (
                format!("there is no type `{other}`"),
                did_you_mean(other, TYPES.iter().copied()),
            );
            mistakes.add("unknown-type", kind.span.clone(), message, help);
            return None;
        }
    })
}

fn read_object(
    name: &str,
    entry: Option<&Entry>,
    header: &Range<usize>,
    mistakes: &mut Mistakes,
) -> Option<String> {
    let Some(entry) = entry else {
        let message = format!("input `{name}` lacks `object`");
        let help = "add `object = \"User\"`, or whatever it is a record of";
        mistakes.add("missing-key", header.clone(), message, help);
        return None;
    };
    let object = mistakes.text("object", &entry.value)?;
    if !usher_contract::name::is_api(&object.value) {
        let message = format!("`{}` is not a valid object", object.value);
        let help = "write its API name, as in `User` or `FinServ__Claim__c`";
        mistakes.add("bad-name", object.span, message, help);
        return None;
    }
    Some(object.value)
}

fn read_choices(
    name: &str,
    entry: Option<&Entry>,
    header: &Range<usize>,
    mistakes: &mut Mistakes,
) -> Option<Vec<String>> {
    let Some(entry) = entry else {
        let message = format!("input `{name}` lacks `choices`");
        mistakes.add(
            "missing-key",
            header.clone(),
            message,
            "add `choices = [\"…\", \"…\"]`",
        );
        return None;
    };
    let texts = mistakes.texts("choices", &entry.value)?;
    let mut choices: Vec<String> = Vec::new();
    let mut taken = HashSet::new();
    if texts.is_empty() {
        let message = format!("input `{name}` leaves no choice");
        let span = entry.value.span.clone();
        mistakes.add("wrong-type", span, message, "name at least one");
        return None;
    }
    for text in texts {
        if !taken.insert(text.value.clone()) {
            let message = format!("the choice `{}` stands there twice", text.value);
            mistakes.add("wrong-type", text.span, message, "name each once");
        } else {
            choices.push(text.value);
        }
    }
    Some(choices)
}

fn read_optional(entry: &Entry, default: Option<&Entry>, mistakes: &mut Mistakes) -> bool {
    let Data::Boolean(optional) = entry.value.data else {
        mistakes.wrong_type("optional", &entry.value, "a boolean", "`optional = true`");
        return true;
    };
    if optional && default.is_some() {
        let message = "an input with a default is never left out";
        let help = "leave out `optional`, or `default`";
        mistakes.add("unknown-key", entry.key_span.clone(), message, help);
    }
    optional
}

fn read_default(input: &Input, entry: &Entry, mistakes: &mut Mistakes) -> Option<Value> {
    if input.kind == InputKind::Secret {
        mistakes.add(
            "secret-default",
            entry.key_span.clone(),
            format!(
                "the default of secret `{}` could be read by anybody",
                input.name
            ),
            "leave it out; a secret is given when the recipe runs",
        );
        return None;
    }
    // An author who writes an expression expects it to be evaluated.
    if let Some(span) = expression_in(&entry.value) {
        let message = format!("the default of `{}` holds an expression", input.name);
        let help = "write the value; expressions belong below `with`";
        mistakes.add("bad-expression", span, message, help);
        return None;
    }
    match inputs::fit_node(input, &entry.value) {
        Ok(value) => Some(value),
        Err((misfit, span)) => {
            mistakes.add(
                "wrong-type",
                span,
                format!("default: {}", misfit.message),
                misfit.help,
            );
            None
        }
    }
}

fn read_in_org(
    input: &Input,
    entry: &Entry,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> Option<InOrg> {
    let asked = match input.kind {
        InputKind::Boolean => Asked::Truth,
        InputKind::List => Asked::List,
        InputKind::Secret => {
            let message = format!("secret `{}` would be read from the org", input.name);
            let help = "leave it out; a secret is given when the recipe runs";
            mistakes.add("secret-in-org", entry.key_span.clone(), message, help);
            return None;
        }
        _ => Asked::Value,
    };
    in_org::read(entry, asked, source, mistakes)
}

fn expression_in(node: &Node) -> Option<Range<usize>> {
    match &node.data {
        Data::Text(text) if text.contains("${") => Some(node.span.clone()),
        Data::List(nodes) => nodes.iter().find_map(expression_in),
        Data::Table(table) => table
            .entries
            .iter()
            .find_map(|entry| expression_in(&entry.value)),
        _ => None,
    }
}
