//! Types and defaults, of inputs and of columns.

use std::collections::HashSet;
use std::ops::Range;

use serde_json::Value;

use crate::diagnostic::did_you_mean;
use crate::recipe::InputKind;
use crate::recipe::fitting::{self, Named};
use crate::recipe::keys::{Keys, Mistakes, Spanned};
use crate::recipe::syntax::{Data, Entry, Node};

/// The keys that inputs and columns share.
pub(super) struct Shared<'t> {
    kind: Option<Spanned<String>>,
    pub(super) object: Option<&'t Entry>,
    pub(super) choices: Option<&'t Entry>,
    pub(super) default: Option<&'t Entry>,
    pub(super) optional: Option<&'t Entry>,
    pub(super) help: Option<String>,
}

impl<'t> Shared<'t> {
    pub(super) fn read(keys: &mut Keys<'t>, mistakes: &mut Mistakes) -> Self {
        Self {
            kind: keys.required_text("type", "type = \"string\"", mistakes),
            object: keys.optional("object"),
            choices: keys.optional("choices"),
            default: keys.optional("default"),
            optional: keys.optional("optional"),
            help: keys.optional_text("help", mistakes).map(|help| help.value),
        }
    }

    /// The keys that make the type. `None`: there is no type.
    pub(super) fn said(
        &self,
        of: String,
        header: &'t Range<usize>,
        types: &'static [&'static str],
    ) -> Option<Said<'t>> {
        Some(Said {
            of,
            kind: self.kind.clone()?,
            object: self.object,
            choices: self.choices,
            header,
            types,
        })
    }

    /// Says whether a value may be left out. `default`: the key that makes that needless, where there is one.
    pub(super) fn is_optional(&self, default: Option<&Entry>, mistakes: &mut Mistakes) -> bool {
        let optional = self.optional;
        optional.is_some_and(|entry| read_optional(entry, default, mistakes))
    }
}

/// The keys that make a type, and what they are of.
pub(super) struct Said<'t> {
    /// "input `people`", "column `title`".
    pub(super) of: String,
    pub(super) kind: Spanned<String>,
    pub(super) object: Option<&'t Entry>,
    pub(super) choices: Option<&'t Entry>,
    pub(super) header: &'t Range<usize>,
    /// Values of `type` that have a meaning here.
    pub(super) types: &'static [&'static str],
}

/// Adds a mistake for a key that belongs to inputs of another type.
pub(super) fn belongs(entry: Option<&Entry>, to: &str, said: &Said<'_>, mistakes: &mut Mistakes) {
    let kind = &said.kind.value;
    if let Some(entry) = entry.filter(|_| kind != to && said.types.contains(&kind.as_str())) {
        mistakes.add(
            "unknown-key",
            entry.key_span.clone(),
            format!("{} of type `{kind}` knows no key `{}`", said.of, entry.key),
            format!("leave it out, or write `type = \"{to}\"`"),
        );
    }
}

/// Reads a type; of `rows`, nothing is read here.
pub(super) fn read_kind(said: &Said<'_>, mistakes: &mut Mistakes) -> Option<InputKind> {
    belongs(said.object, "record", said, mistakes);
    belongs(said.choices, "choice", said, mistakes);
    let kind = said.kind.value.as_str();
    if !said.types.contains(&kind) {
        let message = format!("{} has no type `{kind}`", said.of);
        let help = did_you_mean(kind, said.types.iter().copied());
        mistakes.add("unknown-type", said.kind.span.clone(), message, help);
        return None;
    }
    Some(match kind {
        "string" => InputKind::Text,
        "integer" => InputKind::Integer,
        "boolean" => InputKind::Boolean,
        "list" => InputKind::List,
        "table" => InputKind::Table,
        "secret" => InputKind::Secret,
        "record" => InputKind::Record {
            object: read_object(said, mistakes)?,
        },
        "choice" => InputKind::Choice {
            choices: read_choices(said, mistakes)?,
        },
        _ => return None,
    })
}

fn read_object(said: &Said<'_>, mistakes: &mut Mistakes) -> Option<String> {
    let Said { of, header, .. } = said;
    let Some(entry) = said.object else {
        let message = format!("{of} lacks `object`");
        let help = "add `object = \"User\"`, or whatever it is a record of";
        mistakes.add("missing-key", (*header).clone(), message, help);
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

fn read_choices(said: &Said<'_>, mistakes: &mut Mistakes) -> Option<Vec<String>> {
    let Said { of, header, .. } = said;
    let Some(entry) = said.choices else {
        let message = format!("{of} lacks `choices`");
        mistakes.add(
            "missing-key",
            (*header).clone(),
            message,
            "add `choices = [\"…\", \"…\"]`",
        );
        return None;
    };
    let texts = mistakes.texts("choices", &entry.value)?;
    let mut choices: Vec<String> = Vec::new();
    let mut taken = HashSet::new();
    if texts.is_empty() {
        let message = format!("{of} leaves no choice");
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

/// Reads `optional`.
fn read_optional(entry: &Entry, default: Option<&Entry>, mistakes: &mut Mistakes) -> bool {
    let Data::Boolean(optional) = entry.value.data else {
        mistakes.wrong_type("optional", &entry.value, "a boolean", "`optional = true`");
        return true;
    };
    if optional && default.is_some() {
        let message = "what has a default is never left out";
        let help = "leave out `optional`, or `default`";
        mistakes.add("unknown-key", entry.key_span.clone(), message, help);
    }
    optional
}

/// Reads `default`.
pub(super) fn read_default(
    input: Named<'_>,
    entry: &Entry,
    mistakes: &mut Mistakes,
) -> Option<Value> {
    if *input.kind == InputKind::Secret {
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
    match fitting::fit_node(input, &entry.value) {
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
