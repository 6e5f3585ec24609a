//! Reads every row by the columns of its input. Rows that share a key are wrong, all of them.

use serde_json::{Map, Value};

use super::key::{self, Key};
use super::twins::{place, twins};
use super::{BoundRow, BoundRows, Column, GivenRow, GivenRows, RowFault, WrongRow, cell};
use crate::diagnostic::did_you_mean;
use usher_contract::limit;
use usher_contract::text::is_hidden;

/// The rows, read by these columns.
pub(in crate::recipe) fn bind(key: &str, columns: &[Column], given: GivenRows) -> BoundRows {
    let mut bound = BoundRows {
        file: given.file,
        columns: given.columns,
        form: given.form,
        ..BoundRows::default()
    };
    let key_column = columns.iter().find(|column| column.name == key);
    let keys = given.rows.iter().map(|row| key::of(row, key_column?));
    let keys: Vec<Option<Key>> = keys.collect();
    let others = twins(keys.iter().map(|key| Some(key.as_ref()?.same.as_str())));
    let lines: Vec<Option<usize>> = given.rows.iter().map(|row| row.line).collect();
    for (index, row) in given.rows.into_iter().enumerate() {
        let own = keys[index].as_ref().map(|key| key.text.as_str());
        let (value, mut faults) = read(&row, key, own, columns);
        if let (Some(own), Some(other)) = (own, others[index])
            && let Some(its) = &keys[other]
        {
            faults.push(same_key(key, own, &its.text, &place(lines[other], other)));
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
                repair: row.repair,
                faults,
            }),
        }
    }
    bound
}

/// `own`: the text of its key.
fn read(
    row: &GivenRow,
    key: &str,
    own: Option<&str>,
    columns: &[Column],
) -> (Map<String, Value>, Vec<RowFault>) {
    if let Some(fault) = &row.fault {
        return (Map::new(), vec![fault.clone()]);
    }
    let is_unknown = |name: &&String| !columns.iter().any(|column| column.name == **name);
    let unknown = row.cells.keys().filter(is_unknown);
    let unknown = unknown.take(limit::ROW_FAULTS_MAX).map(|name| {
        let message = format!("there is no column `{name}`");
        let help = did_you_mean(name, columns.iter().map(|column| column.name.as_str()));
        RowFault::of(name, "rows/unknown-column", message, help)
    });
    let mut faults: Vec<RowFault> = unknown.collect();
    let mut value = Map::new();
    for column in columns {
        let is_key = column.name == key;
        let cell = row.cells.get(&column.name);
        match cell::read(column, cell, is_key) {
            Ok(read) => {
                if is_key && let Some(fault) = own.and_then(|own| bad_key(own, key)) {
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
fn bad_key(text: &str, key: &str) -> Option<RowFault> {
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

/// The mistake of two rows with one key. `place`: of the other row, whose key is written as `its`.
fn same_key(column: &str, own: &str, its: &str, place: &str) -> RowFault {
    let message = match own == its {
        true => format!("{place} has the same key `{own}`"),
        false => format!("{place} has the same key, written `{its}`"),
    };
    RowFault::of_twin(column, "rows/duplicate-key", message)
}
