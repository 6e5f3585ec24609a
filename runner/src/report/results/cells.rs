//! Cells of CSV, which no spreadsheet runs as a formula.

use serde_json::Value;
use usher_core::recipe::guarded;

/// One line.
pub(super) fn csv_line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| quoted(&guarded(&cell))).collect();
    let mut line = cells.join(",");
    line.push('\n');
    line
}

fn quoted(cell: &str) -> String {
    let is_plain = |c: char| !matches!(c, ',' | ';' | '\t' | '"' | '\n' | '\r');
    match cell.chars().all(is_plain) && cell.trim() == cell {
        true => cell.to_owned(),
        false => format!("\"{}\"", cell.replace('"', "\"\"")),
    }
}

/// A value as the cell that is read as this value.
pub(super) fn written(value: Option<&Value>) -> String {
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
