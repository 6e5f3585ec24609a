//! Rows as JSON: a list of objects, or one object a line.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value, json};

use super::header::{Head, head};
use super::{FileFault, Room, keep_apart, not_repaired};
use crate::recipe::rows::short;
use crate::recipe::rows::written::cell_text;
use crate::recipe::{Column, GivenRow, GivenRows, RowFault};
use usher_contract::limit;

/// The names and values of an object, in their order; a name may be there twice.
struct Entries(Vec<(String, Value)>);

/// Reads a list of objects.
pub(super) fn array(text: &str, columns: &[Column]) -> Result<GivenRows, FileFault> {
    Ok(given(elements(text)?.into_iter(), columns))
}

/// Reads one object a line. A line that is wrong takes no other down.
pub(super) fn lines(text: &str, columns: &[Column]) -> GivenRows {
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    given(lines.map(|(index, line)| (index + 1, line)), columns)
}

/// The rows of these texts, each with its line.
fn given<'t>(texts: impl Iterator<Item = (usize, &'t str)>, columns: &[Column]) -> GivenRows {
    let mut room = Room::default();
    let mut rows = Vec::new();
    for (line, text) in texts {
        let row = row(line, text, columns);
        room.take(&row);
        rows.push(row);
        if room.is_full() {
            break;
        }
    }
    let is_there = |name: &str| rows.iter().any(|row| row.cells.contains_key(name));
    let names = columns.iter().map(|column| column.name.clone());
    GivenRows {
        columns: names.filter(|name| is_there(name)).collect(),
        rows,
        ..GivenRows::default()
    }
}

/// The elements of a list, each with its line. Brackets, quotes and commas are read here; what is between is read later.
fn elements(text: &str) -> Result<Vec<(usize, &str)>, FileFault> {
    let mut elements = Vec::new();
    let (mut line, mut depth, mut is_text, mut is_escaped) = (1, 0_usize, false, false);
    let mut begin: Option<(usize, usize)> = None;
    for (place, byte) in text.bytes().enumerate() {
        if byte == b'\n' {
            line += 1;
        }
        if is_text {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => is_text = false,
                _ => {}
            }
            continue;
        }
        let is_end = depth == 1 && matches!(byte, b',' | b']');
        if elements.len() > limit::ROWS_MAX {
            // The file is refused for them.
            return Ok(elements);
        }
        if is_end {
            match begin.take() {
                Some((line, from)) => elements.push((line, &text[from..place])),
                None if byte == b']' && elements.is_empty() => {}
                None => return Err(broken(line, "an object is missing here")),
            }
        } else if depth == 1 && begin.is_none() && !byte.is_ascii_whitespace() {
            begin = Some((line, place));
        }
        match byte {
            b'"' => is_text = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let rest = &text[place + 1..];
                    return match rest.trim().is_empty() {
                        true => Ok(elements),
                        false => Err(broken(line, "the list has ended, and more follows")),
                    };
                }
            }
            _ => {}
        }
    }
    Err(broken(line, "the list is never closed"))
}

fn broken(line: usize, message: &str) -> FileFault {
    let help = "write a list of objects: `[{ \"email\": \"…\" }, { \"email\": \"…\" }]`";
    FileFault::new(Some(line), "rows/not-json", message).help(help)
}

fn row(line: usize, text: &str, columns: &[Column]) -> GivenRow {
    let mut row = GivenRow {
        line: Some(line),
        ..GivenRow::default()
    };
    let Entries(entries) = match serde_json::from_str(text) {
        Ok(entries) => entries,
        Err(error) => {
            let error = error.to_string();
            // Its line is counted from the beginning of the row.
            let error = error.split(" at line ").next().unwrap_or_default();
            let fault = RowFault {
                column: None,
                code: "rows/not-json".to_owned(),
                message: short(&format!("the row is not a JSON object: {error}")),
                help: "write `{ \"email\": \"…\" }`".to_owned(),
            };
            keep_apart(&mut row, text.trim(), fault);
            return row;
        }
    };
    let mut cells = Map::new();
    for (name, value) in entries {
        let column = match head(&name, columns) {
            Head::Own => continue,
            Head::Repair => {
                let text = cell_text(Some(&value));
                if !text.trim().is_empty() {
                    keep_apart(&mut row, &text, not_repaired());
                }
                continue;
            }
            Head::Column(column) => column.name.clone(),
            // Its mistake is told with the others of the row.
            Head::Unknown | Head::Empty => name,
        };
        if let Some(former) = cells.insert(column.clone(), value) {
            let part = json!({ &column: former }).to_string();
            let fault = RowFault {
                message: short(&format!("the row has `{column}` twice")),
                column: Some(column),
                code: "rows/duplicate-column".to_owned(),
                help: "keep one of them".to_owned(),
            };
            keep_apart(&mut row, &part, fault);
        }
    }
    row.cells = cells;
    row
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
