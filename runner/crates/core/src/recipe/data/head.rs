//! The head of the file: name, version, summary, kind, inputs.

use usher_contract::manifest::Kind;
use usher_contract::name::is_kebab;

use crate::recipe::data::Reader;
use crate::recipe::keys::Keys;
use crate::recipe::syntax::{Data, Entry};
use crate::recipe::{InputKind, declared, names};

/// The head. Parts that are mistakes are `None`.
pub(super) struct Head {
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) kind: Kind,
}

pub(super) fn read(keys: &mut Keys<'_>, reader: &mut Reader<'_>) -> Head {
    format(keys.optional("format"), reader);
    let mistakes = &mut reader.mistakes;
    let name = keys.required_text("name", "name = \"give-title\"", mistakes);
    let version = keys.required_text("version", "version = \"0.1.0\"", mistakes);
    let summary = keys.required_text("summary", "summary = \"A user has a title\"", mistakes);
    let kind = keys.optional_text("kind", mistakes);
    let inputs = keys.optional("inputs");
    if let Some(name) = name.as_ref().filter(|name| !is_kebab(&name.value)) {
        let message = format!("`{}` is not a valid name for a plugin", name.value);
        let help = names::kebab_help(&name.value);
        mistakes.add("bad-name", name.span.clone(), message, help);
    }
    if let Some(version) = &version
        && semver::Version::parse(&version.value).is_err()
    {
        let message = format!("`{}` is not a version", version.value);
        let help = "write three numbers: `version = \"0.1.0\"`";
        mistakes.add("bad-version", version.span.clone(), message, help);
    }
    if let Some(summary) = summary.as_ref().filter(|it| it.value.trim().is_empty()) {
        let help = "write one line: what is so when the step is done";
        let span = summary.span.clone();
        mistakes.add("wrong-type", span, "`summary` is empty", help);
    }
    let kind = kind.map_or(Kind::Changing, |kind| match kind.value.as_str() {
        "changing" => Kind::Changing,
        "verifying" => Kind::Verifying,
        other => {
            let message = format!("there is no kind `{other}`");
            let help =
                "write `changing`, or `verifying` for a step that only looks, after all others";
            mistakes.add("wrong-type", kind.span.clone(), message, help);
            Kind::Changing
        }
    });
    if let Some(entry) = inputs {
        read_inputs(entry, reader);
    }
    Head {
        name: name.map(|name| name.value),
        version: version.map(|version| version.value),
        summary: summary.map(|summary| summary.value),
        kind,
    }
}

fn format(entry: Option<&Entry>, reader: &mut Reader<'_>) {
    let Some(entry) = entry else { return };
    match entry.value.data {
        Data::Integer(1) => {}
        _ => reader.mistakes.add(
            "unknown-format",
            entry.value.span.clone(),
            "the plugin does not have format 1, the only one that this Usher knows",
            "use a newer Usher, or write the plugin in format 1",
        ),
    }
}

fn read_inputs(entry: &Entry, reader: &mut Reader<'_>) {
    for raw in declared::read(entry, reader.source, &mut reader.mistakes) {
        reader.scope.input_names.push(raw.name);
        let Some(input) = raw.input else { continue };
        if input.kind == InputKind::Secret {
            reader.mistakes.add(
                "not-supported",
                input.span.clone(),
                format!(
                    "input `{}` is a secret, and a plugin made of data takes none yet",
                    input.name
                ),
                "write the plugin in a language, where a secret goes into a field",
            );
        }
        if let InputKind::Rows { .. } = input.kind {
            reader.mistakes.add(
                "not-supported",
                input.span.clone(),
                format!(
                    "input `{}` of a plugin has type `rows`, and a plugin plans one item",
                    input.name
                ),
                "write it in the recipe, and repeat the step with `for_each`",
            );
        }
        if input.in_org.is_some() {
            reader.mistakes.add(
                "unknown-key",
                input.span.clone(),
                format!("input `{}` of a plugin knows no key `in_org`", input.name),
                "write it in the recipe that uses the plugin",
            );
        }
        reader.scope.inputs.push(input);
    }
}
