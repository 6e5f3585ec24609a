//! The inputs and results of a plugin, as its manifest's schemas describe them.

use serde_json::{Value, json};
use usher_core::manifest::Schema;
use usher_core::text;

use crate::page::Page;

/// Values of an `enum` that are shown. The description says the rest.
const CHOICES_MAX: usize = 20;

/// Schemas of items within items that are described. Deeper ones are a `list`.
const DEPTH_MAX: usize = 4;

/// Lines for the properties of a schema. `is_input`: it matters whether they must be given.
pub(crate) fn properties_page(title: &str, schema: &Schema, is_input: bool) -> Page {
    let mut page = Page::default();
    let mut any = false;
    for (name, property) in schema.properties() {
        if !any {
            page.blank();
            page.line(0, title);
            any = true;
        }
        let mut words = vec![kind(property, DEPTH_MAX)];
        if is_input && schema.required().any(|required| required == name) {
            words.push("required".to_owned());
        }
        if let Some(default) = property.get("default") {
            words.push(format!("by default {default}"));
        }
        if is_true(property, "x-usher-unknown") {
            words.push("may not be known yet".to_owned());
        }
        if is_true(property, "x-usher-secret") {
            words.push("takes a secret".to_owned());
        }
        page.line(2, text::sentence(&format!("{name}  {}", words.join(", "))));
        if let Some(description) = description(property) {
            page.line(4, text::sentence(description));
        }
    }
    page
}

/// The same for programs.
pub(crate) fn properties_json(schema: &Schema) -> Value {
    let entry = |(name, property): (&str, &Value)| {
        json!({
            "name": name,
            "type": kind(property, DEPTH_MAX),
            "required": schema.required().any(|required| required == name),
            "default": property.get("default"),
            "description": description(property),
            "record": property.get("x-usher-record"),
            "unknown": is_true(property, "x-usher-unknown"),
            "secret": is_true(property, "x-usher-secret"),
        })
    };
    schema.properties().map(entry).collect()
}

fn description(property: &Value) -> Option<&str> {
    property.get("description").and_then(Value::as_str)
}

fn is_true(property: &Value, word: &str) -> bool {
    property.get(word) == Some(&Value::Bool(true))
}

/// The kind of value, in a person's words.
fn kind(schema: &Value, depth: usize) -> String {
    let is_list = schema.get("type").and_then(Value::as_str) == Some("array");
    match record(schema) {
        Some(object) if is_list => return ids(object),
        Some(object) => return format!("id of a `{object}`"),
        None => {}
    }
    if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
        let shown = choices.iter().take(CHOICES_MAX).map(Value::to_string);
        let mut shown = shown.collect::<Vec<_>>().join(" or ");
        if choices.len() > CHOICES_MAX {
            shown.push_str(" or …");
        }
        return shown;
    }
    match schema.get("type") {
        Some(Value::String(word)) => named(word, schema, depth),
        Some(Value::Array(words)) => {
            let words = words.iter().filter_map(Value::as_str);
            let kinds: Vec<String> = words.map(|word| named(word, schema, depth)).collect();
            kinds.join(" or ")
        }
        _ => "any value".to_owned(),
    }
}

/// The object whose records the value names.
fn record(schema: &Value) -> Option<&str> {
    schema.get("x-usher-record").and_then(Value::as_str)
}

fn ids(object: &str) -> String {
    format!("list of ids of `{object}`")
}

fn named(word: &str, schema: &Value, depth: usize) -> String {
    let items = schema.get("items");
    if let ("array", Some(object)) = (word, items.and_then(record)) {
        return ids(object);
    }
    match (word, items) {
        ("string", _) => "text".to_owned(),
        ("integer", _) => "whole number".to_owned(),
        ("boolean", _) => "true or false".to_owned(),
        ("null", _) => "nothing".to_owned(),
        ("array", Some(items)) if depth > 0 => format!("list of {}", kind(items, depth - 1)),
        ("array", _) => "list".to_owned(),
        (word, _) => word.to_owned(),
    }
}
