//! The text of a cell, which is read as the same value.

use serde_json::Value;

/// Returns a value as the cell that is read as this value.
pub fn cell_text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            let is_plain =
                |text: &&str| !text.is_empty() && !text.contains(';') && text.trim() == *text;
            let texts = items
                .iter()
                .map(|item| item.as_str().filter(|text| is_plain(text)));
            match texts.collect::<Option<Vec<&str>>>() {
                Some(texts) if !texts.first().is_some_and(|text| text.starts_with('[')) => {
                    texts.join(";")
                }
                _ => Value::Array(items.clone()).to_string(),
            }
        }
        Some(other) => other.to_string(),
    }
}
