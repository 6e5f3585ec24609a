//! Rows whose records are found. Rows that lead to one record are wrong, all of them.

use std::collections::HashMap;

use serde_json::Value;
use usher_core::plan::{UsedRow, UsedRows};
use usher_core::recipe::{
    BoundRow, BoundRows, Column, InputKind, Recipe, RowFault, WrongRow, place, twins,
};

use super::WrongOf;
use super::named::{Meant, NotOne, Wanted};

/// The rows of an input, found.
pub(super) struct Taken {
    /// The list of tables that expressions see.
    pub(super) value: Value,
    pub(super) used: UsedRows,
    pub(super) wrong: WrongOf,
}

/// The records that the rows name.
pub(super) fn wanted<'a>(recipe: &'a Recipe, input: &str, rows: &BoundRows) -> Vec<Wanted<'a>> {
    let records = records(recipe, input);
    let rows = rows.rows.iter();
    rows.flat_map(|row| {
        let records = records.iter();
        records.filter_map(|(name, object)| {
            let text = row.value.get(*name)?.as_str()?.to_owned();
            Some(Wanted { object, text })
        })
    })
    .collect()
}

/// The columns with records, and their objects.
fn records<'a>(recipe: &'a Recipe, input: &str) -> Vec<(&'a str, &'a str)> {
    let (_, columns) = declared(recipe, input);
    let records = columns.iter().filter_map(|column| match &column.kind {
        InputKind::Record { object } => Some((column.name.as_str(), object.as_str())),
        _ => None,
    });
    records.collect()
}

/// The key column and all columns.
fn declared<'a>(recipe: &'a Recipe, input: &str) -> (&'a str, &'a [Column]) {
    match recipe.input(input).map(|input| &input.kind) {
        Some(InputKind::Rows { key, columns }) => (key, columns),
        _ => ("", &[]),
    }
}

/// Puts the records into the rows.
pub(super) fn take(
    recipe: &Recipe,
    input: &str,
    rows: BoundRows,
    meant: &HashMap<Wanted<'_>, Result<Meant, NotOne>>,
) -> Taken {
    let (key, _) = declared(recipe, input);
    let records = records(recipe, input);
    let mut faults: Vec<Vec<RowFault>> = rows.rows.iter().map(|_| Vec::new()).collect();
    let mut taken: Vec<BoundRow> = rows.rows;
    // The record of each row's key.
    let mut found: Vec<Option<&str>> = vec![None; taken.len()];
    for (index, row) in taken.iter_mut().enumerate() {
        for (name, object) in &records {
            let Some(text) = row.value.get(*name).and_then(Value::as_str) else {
                continue;
            };
            let wanted = Wanted {
                object,
                text: text.to_owned(),
            };
            match meant.get(&wanted) {
                Some(Ok(Meant { id, .. })) => {
                    if *name == key {
                        found[index] = Some(id.as_str());
                    }
                    row.value
                        .insert((*name).to_owned(), Value::from(id.as_str()));
                }
                Some(Err(not_one)) => faults[index].push(fault(name, not_one)),
                None => {}
            }
        }
    }
    for (index, other) in twins(found).into_iter().enumerate() {
        if let Some(other) = other {
            faults[index].push(same_record(key, other, &taken[other]));
        }
    }
    let mut wrong = rows.wrong;
    let mut right = Vec::new();
    for (row, faults) in taken.into_iter().zip(faults) {
        match faults.is_empty() {
            true => right.push(row),
            false => wrong.push(WrongRow::of(row, faults)),
        }
    }
    wrong.sort_by_key(|row| row.line);
    let (values, used): (Vec<Value>, Vec<UsedRow>) = right.into_iter().map(used).unzip();
    Taken {
        value: Value::Array(values),
        used: UsedRows {
            file: rows.file.clone(),
            columns: rows.columns,
            form: rows.form,
            rows: used,
        },
        wrong: WrongOf {
            input: input.to_owned(),
            file: rows.file,
            rows: wrong,
        },
    }
}

fn used(row: BoundRow) -> (Value, UsedRow) {
    let used = UsedRow {
        key: row.key,
        line: row.line,
        cells: row.cells.into(),
    };
    (Value::Object(row.value), used)
}

fn fault(column: &str, not_one: &NotOne) -> RowFault {
    let NotOne {
        codes,
        message,
        help,
    } = not_one;
    RowFault::of(column, codes[1], message.clone(), help.clone())
}

fn same_record(column: &str, other: usize, row: &BoundRow) -> RowFault {
    let place = place(row.line, other);
    let message = format!("{place} means the same record, as `{}`", row.key);
    RowFault::of_twin(column, "rows/same-record", message)
}
