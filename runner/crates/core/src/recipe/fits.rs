//! Checks that a step's input fits its plugin: keys and literal values here, the types and records of references in
//! [`kinds`].

mod kinds;

use serde_json::{Map, Value};

use crate::diagnostic::{did_you_mean, suggestion};
use crate::recipe::each::Each;
use crate::recipe::keys::Mistakes;
use crate::recipe::raw::RawUse;
use crate::recipe::references::Earlier;
use crate::recipe::template::{self, Kind, Template};
use crate::recipe::{Input, pointer};
use usher_contract::manifest::{Manifest, Schema};

/// The inputs and steps to which a step may refer.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    pub(super) inputs: &'a [&'a Input],
    /// The steps before it.
    pub(super) earlier: &'a [Earlier<'a>],
    /// Its loop.
    pub(super) each: Option<&'a Each>,
}

pub(super) use kinds::{check_manual, check_when};

/// Adds a mistake for everything in `step.with` that does not fit.
pub(super) fn check(
    step: &RawUse,
    manifest: &Manifest,
    sources: Sources<'_>,
    mistakes: &mut Mistakes,
) {
    let keys_fit = keys(step, manifest, sources, mistakes);
    kinds::check(step, manifest, sources, mistakes);
    literals(step, manifest, keys_fit, mistakes);
}

/// Adds a mistake for unknown and missing keys. Returns whether there are none.
fn keys(step: &RawUse, manifest: &Manifest, sources: Sources<'_>, mistakes: &mut Mistakes) -> bool {
    let schema = &manifest.input;
    let plugin = &manifest.name;
    let known: Vec<&str> = schema.properties().map(|(name, _)| name).collect();
    let mut misspelt = Vec::new();
    let mut fit = true;
    for (key, _) in &step.with {
        if known.contains(&key.value.as_str()) || is_open(schema) {
            continue;
        }
        fit = false;
        if mistakes.is_full() {
            break;
        }
        misspelt.extend(suggestion(&key.value, known.iter().copied()));
        mistakes.add(
            "unknown-key",
            key.span.clone(),
            format!("plugin `{plugin}` takes no `{}`", key.value),
            did_you_mean(&key.value, known.iter().copied()),
        );
    }
    for name in schema.required() {
        let property = schema.property(name);
        let has_default = property.is_some_and(|property| property.get("default").is_some());
        let given = step.with.iter().find(|(key, _)| key.value == name);
        if has_default {
            continue;
        }
        if let Some((_, value)) = given {
            if let Some(optional) = sources.optional(value) {
                mistakes.add(
                    "missing-key",
                    value.span.clone(),
                    format!("plugin `{plugin}` needs `{name}`, and {optional} may be left out"),
                    format!("give {optional} a default, or drop its `optional`"),
                );
            }
            continue;
        }
        fit = false;
        if mistakes.is_full() {
            break;
        }
        // One slip gives one message: "did you mean" has named the key already.
        if !misspelt.contains(&name) {
            mistakes.add(
                "missing-key",
                step.with_span.clone(),
                format!("plugin `{plugin}` needs `{name}`"),
                example(name, property),
            );
        }
    }
    fit
}

fn example(name: &str, property: Option<&Value>) -> String {
    let objects = property.map(kinds::record_objects).unwrap_or_default();
    let types = property.map(kinds::json_types).unwrap_or_default();
    let value = match (objects.first(), types.first()) {
        (Some(object), _) => {
            return format!("add `{name} = \"${{inputs.…}}\"` to `with`: a {object}");
        }
        (None, Some(&"array")) => "[\"…\"]",
        (None, Some(&"boolean")) => "true",
        (None, Some(&"integer" | &"number")) => "1",
        (None, Some(&"object")) => "{ … }",
        _ => "\"…\"",
    };
    format!("add `{name} = {value}` to `with`")
}

/// Says whether the plugin takes more keys than its schema names.
fn is_open(schema: &Schema) -> bool {
    let json = schema.json();
    let more = json.get("additionalProperties");
    more.is_some_and(|more| *more != Value::Bool(false)) || json.get("patternProperties").is_some()
}

/// Checks values without expressions by the plugin's schema.
fn literals(step: &RawUse, manifest: &Manifest, keys_fit: bool, mistakes: &mut Mistakes) {
    let mut open = Vec::new();
    let input: Map<String, Value> = step
        .with
        .iter()
        .map(|(key, value)| {
            let at = format!("/{}", pointer::escape(&key.value));
            (key.value.clone(), known(value, &at, &mut open))
        })
        .collect();
    let input = manifest.input.with_defaults(&input);
    for problem in manifest.input.problems(&input) {
        let at = problem.at.as_str();
        // A value that depends on one that is not known yet is checked once that is known.
        let hangs = open
            .iter()
            .any(|open| is_within(at, open) || is_within(open, at));
        if hangs || (at.is_empty() && !keys_fit) {
            continue;
        }
        let message = format!(
            "plugin `{}` does not take this{}: {}",
            manifest.name,
            match at {
                "" => String::new(),
                at => format!(" as `{}`", pointer::spoken(at)),
            },
            shortened(&problem.message)
        );
        let place = template::locate(&step.with, &step.with_span, at);
        let help = "`usher plugin inspect` shows what the plugin takes";
        mistakes.add("wrong-type", place.span, message, help);
    }
}

/// Returns the value as far as it is literal; pointers to the other parts go into `open`.
fn known(template: &Template, at: &str, open: &mut Vec<String>) -> Value {
    match &template.kind {
        Kind::Literal(value) => value.clone(),
        Kind::Text(_) => {
            open.push(at.to_owned());
            Value::String(String::new())
        }
        Kind::List(items) => {
            let items = items.iter().enumerate();
            let values = items.map(|(index, item)| known(item, &format!("{at}/{index}"), open));
            Value::Array(values.collect())
        }
        Kind::Table(entries) => {
            let entries = entries.iter();
            let values = entries.map(|(key, value)| {
                let at = format!("{at}/{}", pointer::escape(&key.value));
                (key.value.clone(), known(value, &at, open))
            });
            Value::Object(values.collect())
        }
    }
}

fn is_within(inner: &str, outer: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn shortened(text: &str) -> String {
    const CHARACTERS_MAX: usize = 200;
    if text.chars().count() <= CHARACTERS_MAX {
        return text.to_owned();
    }
    let start: String = text.chars().take(CHARACTERS_MAX).collect();
    format!("{start}…")
}
