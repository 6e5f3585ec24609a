//! Reads the declarations of `[inputs.<name>]`.

mod columns;
mod kind;

use crate::diagnostic::SourceText;
use crate::recipe::in_org::{self, Asked, InOrg};
use crate::recipe::keys::{Keys, Mistakes};
use crate::recipe::syntax::{Data, Entry};
use crate::recipe::{Input, InputKind, keep, names};
use kind::{Shared, belongs, read_default, read_kind};
use usher_contract::limit;

/// An input. `None` where it is itself a mistake, so that references to it are not mistakes as well.
#[derive(Debug)]
pub(super) struct RawInput {
    pub(super) name: String,
    pub(super) input: Option<Input>,
}

const TYPES: &[&str] = &[
    "record", "string", "integer", "boolean", "choice", "list", "table", "secret", "rows",
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
    let shared = Shared::read(&mut keys, mistakes);
    let in_org = keys.optional("in_org");
    let rows = columns::Rows {
        key: keys.optional("key"),
        columns: keys.optional("columns"),
    };
    let keep = keys.optional("keep");
    keys.finish(&[], mistakes);
    let said = shared.said(format!("input `{name}`"), &table.span, TYPES)?;
    belongs(rows.key, "rows", &said, mistakes);
    belongs(rows.columns, "rows", &said, mistakes);
    belongs(keep, "rows", &said, mistakes);
    let kind = match said.kind.value.as_str() {
        "rows" => {
            belongs(shared.object, "record", &said, mistakes);
            belongs(shared.choices, "choice", &said, mistakes);
            refuse(shared.default, in_org, name, mistakes);
            let kind = columns::read(name, &rows, &table.span, mistakes);
            let is_optional = shared.is_optional(None, mistakes);
            let keep = match keep {
                Some(entry) => Some(keep::read(entry, source, mistakes)?),
                None => None,
            };
            return kind.filter(|_| is_named).map(|kind| Input {
                name: name.clone(),
                kind,
                default: None,
                is_optional,
                help: shared.help,
                in_org: None,
                keep,
                span: entry.key_span.clone(),
            });
        }
        _ => read_kind(&said, mistakes)?,
    };
    let span = entry.key_span.clone();
    let mut input = Input {
        name: name.clone(),
        kind,
        default: None,
        is_optional: shared.is_optional(shared.default, mistakes),
        help: shared.help,
        in_org: None,
        keep: None,
        span,
    };
    if let Some(entry) = in_org {
        input.in_org = Some(read_in_org(&input, entry, source, mistakes)?);
    }
    if let Some(entry) = shared.default {
        input.default = Some(read_default(input.named(), entry, mistakes)?);
    }
    is_named.then_some(input)
}

/// Adds mistakes for keys that rows cannot have.
fn refuse(default: Option<&Entry>, in_org: Option<&Entry>, name: &str, mistakes: &mut Mistakes) {
    for entry in [default, in_org].into_iter().flatten() {
        let key = &entry.key;
        let message = format!("input `{name}` of type `rows` knows no key `{key}`");
        let help = "leave it out; rows are given with `--rows FILE`";
        mistakes.add("unknown-key", entry.key_span.clone(), message, help);
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
