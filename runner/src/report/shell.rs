//! Words of a command that a person copies into a shell.

use serde_json::{Map, Value};
use usher_core::text::is_hidden;

/// ` --set name=value` for each input.
pub(super) fn sets(given: &Map<String, Value>) -> String {
    let sets = given
        .iter()
        .map(|(name, value)| format!(" --set {}", word(&format!("{name}={}", given_as(value)))));
    sets.collect()
}

/// The text as one word, which a shell cannot read as anything else.
pub(crate) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    if !text.contains(is_hidden) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    // Hidden characters are written out, so that the copied text is the visible one.
    let mut out = String::from("$'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            c if is_hidden(c) => out.push_str(&format!("\\U{:08x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// A value as `--set` takes it.
fn given_as(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => list(items).unwrap_or_else(|| value.to_string()),
        other => other.to_string(),
    }
}

/// Items with a comma between them; none: only JSON shows the end of each.
fn list(items: &[Value]) -> Option<String> {
    let items: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
    let items = items?;
    let is_simple = |item: &&str| {
        !item.is_empty() && item.trim() == *item && !item.contains(',') && !item.starts_with('[')
    };
    items.iter().all(is_simple).then(|| items.join(","))
}
