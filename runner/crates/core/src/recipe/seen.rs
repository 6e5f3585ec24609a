//! The part of a step's input that is known before its turn.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_contract::manifest::Manifest;

use crate::recipe::Use;
use crate::recipe::evaluate::Scope;
use crate::recipe::template::{Kind, Reasons, Template};
use crate::recipe::unknown::is_unknown;

/// The properties by which a plugin takes the name of an object.
const OBJECTS: [&str; 2] = ["object", "objects"];

/// The part of a step's input that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Property → the texts in it.
    pub values: BTreeMap<String, Vec<String>>,
    /// The number of entries of all lists; `None` when one of them is not known yet.
    pub entries: Option<u64>,
    /// Earlier steps that hand values on to it, each once.
    pub steps: Vec<String>,
    /// The objects that it names.
    pub objects: Vec<String>,
}

impl Use {
    /// Returns the part of the input that is known.
    pub fn seen(&self, scope: &Scope<'_>, manifest: &Manifest) -> Seen {
        let mut seen = Seen {
            entries: Some(0),
            ..Seen::default()
        };
        for (key, template) in &self.with {
            for path in template.expressions().iter().flat_map(|it| &it.paths) {
                if let Some((step, _)) = path.output()
                    && !seen.steps.iter().any(|known| known == step)
                {
                    seen.steps.push(step.to_owned());
                }
            }
            let mut texts = Vec::new();
            let mut entries = Some(0);
            look(template, scope, &mut texts, &mut entries);
            let is_list = manifest.input.property(&key.value).is_some_and(may_be_list);
            match entries {
                Some(more) => seen.entries = seen.entries.map(|all| all + more),
                None if is_list => seen.entries = None,
                None => {}
            }
            if OBJECTS.contains(&key.value.as_str()) {
                seen.objects.extend(texts.iter().cloned());
            }
            if !texts.is_empty() {
                seen.values.insert(key.value.clone(), texts);
            }
        }
        seen
    }
}

/// Says that a property's schema takes a list.
fn may_be_list(schema: &Value) -> bool {
    match &schema["type"] {
        Value::String(kind) => kind == "array",
        _ => true,
    }
}

/// Collects texts, and counts the entries of lists; `None` when something is not known.
fn look(
    template: &Template,
    scope: &Scope<'_>,
    texts: &mut Vec<String>,
    entries: &mut Option<u64>,
) {
    match &template.kind {
        Kind::List(templates) => {
            *entries = entries.map(|all| all + templates.len() as u64);
            let mut below = Some(0);
            for template in templates {
                look(template, scope, texts, &mut below);
            }
        }
        Kind::Table(members) => {
            for (_, template) in members {
                look(template, scope, texts, entries);
            }
        }
        Kind::Literal(_) | Kind::Text(_) => {
            let mut reasons = Reasons::default();
            let value = template.evaluate(scope, &mut reasons);
            if reasons.or(()).is_err() || is_unknown(&value) {
                *entries = None;
                return;
            }
            count(&value, entries);
            leaves(&value, texts);
        }
    }
}

fn count(value: &Value, entries: &mut Option<u64>) {
    match value {
        Value::Array(values) => *entries = entries.map(|all| all + values.len() as u64),
        Value::Object(members) => members.values().for_each(|value| count(value, entries)),
        _ => {}
    }
}

/// Every text in a value.
pub(crate) fn leaves(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| leaves(value, texts)),
        Value::Object(members) => members.values().for_each(|value| leaves(value, texts)),
        _ => {}
    }
}
