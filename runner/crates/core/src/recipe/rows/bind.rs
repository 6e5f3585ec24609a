//! Reads every row by the columns of its input. Rows that share a key are wrong, all of them: nothing says which one is
//! meant.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{BoundRow, BoundRows, Column, GivenRow, GivenRows, RowFault, WrongRow, cell};
use crate::diagnostic::did_you_mean;
use usher_contract::limit;
use usher_contract::text::is_hidden;

/// The rows, read by these columns.
pub(in crate::recipe) fn bind(key: &str, columns: &[Column], given: GivenRows) -> BoundRows {
    let mut bound = BoundRows {
        file: given.file,
        columns: given.columns,
        ..BoundRows::default()
    };
    let keys: Vec<Option<String>> = given.rows.iter().map(|row| key_of(row, key)).collect();
    let mut firsts: HashMap<&str, [usize; 2]> = HashMap::new();
    for (index, key) in keys.iter().enumerate() {
        if let Some(key) = key {
            let places = firsts.entry(key.as_str()).or_insert([index, index]);
            if places[0] == places[1] {
                places[1] = index;
            }
        }
    }
    let lines: Vec<Option<usize>> = given.rows.iter().map(|row| row.line).collect();
    for (index, row) in given.rows.into_iter().enumerate() {
        let own = keys[index].as_deref();
        let (value, mut faults) = read(&row, key, columns);
        if let Some([first, second]) = own.and_then(|own| firsts.get(own))
            && first != second
        {
            let other = if *first == index { *second } else { *first };
            faults.push(twice(key, own.unwrap_or_default(), other, lines[other]));
        }
        match (faults.is_empty(), own) {
            (true, Some(own)) => bound.rows.push(BoundRow {
                key: own.to_owned(),
                line: row.line,
                cells: row.cells,
                value,
            }),
            _ => bound.wrong.push(WrongRow {
                line: row.line,
                key: own.map(str::to_owned),
                cells: row.cells,
                faults,
            }),
        }
    }
    bound
}

/// The text of the key column. `None` where there is none.
fn key_of(row: &GivenRow, key: &str) -> Option<String> {
    let text = match row.cells.get(key)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn read(row: &GivenRow, key: &str, columns: &[Column]) -> (Map<String, Value>, Vec<RowFault>) {
    if let Some(fault) = &row.fault {
        return (Map::new(), vec![fault.clone()]);
    }
    let mut faults = Vec::new();
    for name in row.cells.keys() {
        if !columns.iter().any(|column| column.name == *name) {
            let names = columns.iter().map(|column| column.name.as_str());
            let message = format!("there is no column `{name}`");
            let help = did_you_mean(name, names);
            faults.push(RowFault::of(name, "rows/unknown-column", message, help));
        }
    }
    let mut value = Map::new();
    for column in columns {
        let is_key = column.name == key;
        let cell = row.cells.get(&column.name);
        match cell::read(column, cell, is_key) {
            Ok(read) => {
                if is_key && let Some(fault) = bad_key(row, key) {
                    faults.push(fault);
                }
                value.insert(column.name.clone(), read);
            }
            Err(fault) => faults.push(fault),
        }
    }
    faults.truncate(limit::ROW_FAULTS_MAX);
    (value, faults)
}

/// A key stands in the lines of plans and events.
fn bad_key(row: &GivenRow, key: &str) -> Option<RowFault> {
    let text = key_of(row, key)?;
    let (message, help) = if text.len() > limit::ROW_KEY_BYTES_MAX {
        (
            format!(
                "the key has {} bytes, more than {}",
                text.len(),
                limit::ROW_KEY_BYTES_MAX
            ),
            "recognise the row by something shorter, such as an id or an email",
        )
    } else if text.chars().any(|c| c.is_control() || is_hidden(c)) {
        (
            "the key has a line break or a hidden character".to_owned(),
            "type it again",
        )
    } else {
        return None;
    };
    Some(RowFault::of(key, "rows/bad-key", message, help.to_owned()))
}

fn twice(column: &str, key: &str, other: usize, line: Option<usize>) -> RowFault {
    let place = match line {
        Some(line) => format!("line {line}"),
        None => format!("row {}", other + 1),
    };
    let message = format!("{place} has the same key `{key}`");
    let help = "keep one of the rows".to_owned();
    RowFault::of(column, "rows/duplicate-key", message, help)
}
