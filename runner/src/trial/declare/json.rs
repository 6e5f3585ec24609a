//! Putting the value of one key into the text of a JSON object. Everything else in the text stays as it is.

use std::ops::Range;

use serde_json::Value;

/// The text of an object with this value below a key of it: in the place of the value that is there, else at the end.
/// `text` is a JSON object.
pub(super) fn with(text: &str, key: &str, value: &Value) -> String {
    let value = pretty(value);
    if let Some(place) = place_of(text, key) {
        return format!("{}{value}{}", &text[..place.start], &text[place.end..]);
    }
    let end = text.rfind('}').unwrap_or(text.len());
    let before = text[..end].trim_end();
    let comma = if before.ends_with('{') { "" } else { "," };
    format!("{before}{comma}\n  \"{key}\": {value}\n{}", &text[end..])
}

/// The value on several lines, as a member of an object. Lists of names are on one line.
fn pretty(value: &Value) -> String {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let members = members.iter().map(|(name, below)| {
                let name = Value::from(name.as_str());
                format!("    {name}: {}", pretty(below).replace('\n', "\n  "))
            });
            format!("{{\n{}\n  }}", members.collect::<Vec<_>>().join(",\n"))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(Value::to_string).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

/// The place of the value below a key of the outermost object.
fn place_of(text: &str, key: &str) -> Option<Range<usize>> {
    let (mut depth, mut at) = (0_usize, 0);
    let mut begun: Option<usize> = None;
    let mut last: Option<&str> = None;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let end = end_of_text(bytes, at)?;
                if depth == 1 && begun.is_none() {
                    last = text.get(at..end);
                }
                at = end;
                continue;
            }
            b':' if depth == 1 && begun.is_none() => {
                let name = last.and_then(|last| serde_json::from_str::<String>(last).ok());
                if name.as_deref() == Some(key) {
                    begun = Some(at + 1);
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        let is_end = depth == 0 || (depth == 1 && bytes[at] == b',');
        if let Some(begun) = begun
            && is_end
        {
            let value = text.get(begun..at)?;
            let start = begun + value.len() - value.trim_start().len();
            return Some(start..begun + value.trim_end().len());
        }
        at += 1;
    }
    None
}

/// The place behind a text that begins with a quote.
fn end_of_text(bytes: &[u8], begin: usize) -> Option<usize> {
    let mut at = begin + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}
