//! The rows of an input: as a person gave them, and as the columns read them.
//!
//! A row that is wrong takes no other down: it is kept apart, with everything that is wrong in it.

mod bind;
mod cell;
mod file;
mod inline;
mod key;
mod truth;
mod twins;
mod written;

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::csv_form::CsvForm;
use crate::diagnostic::{Diagnostic, RowPlace};
use crate::recipe::InputKind;
use crate::recipe::fitting::Named;
use usher_contract::limit;
use usher_contract::text;

pub(super) use bind::bind;
pub use file::{REPAIR, no_rows, parse_rows};
pub(super) use inline::inline;
pub use key::composed;
pub use twins::{place, twins};
pub use written::cell_text;

/// A column of the rows of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// `snake_case`.
    pub name: String,
    /// A record, a text, an integer, a boolean, a choice or a list.
    pub kind: InputKind,
    /// The value of an empty cell.
    pub default: Option<Value>,
    /// A cell may be empty. Its value is then null.
    pub is_optional: bool,
    pub help: Option<String>,
    /// The header.
    pub span: Range<usize>,
}

/// Rows as a person gave them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenRows {
    /// The file as the person named it.
    pub file: Option<String>,
    /// The columns that are there, in the order of the file.
    pub columns: Vec<String>,
    /// The form of a CSV file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<CsvForm>,
    pub rows: Vec<GivenRow>,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenRow {
    /// The line of the file in which the row begins, from 1.
    pub line: Option<usize>,
    /// By the column's name: a text, as a CSV file has it, or a value of JSON or TOML.
    pub cells: Map<String, Value>,
    /// The mistake of the row as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<RowFault>,
    /// A part of the row that no cell holds. With it goes a mistake, until a person has emptied it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<String>,
}

/// A mistake in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowFault {
    /// The column, when it is in one cell.
    pub column: Option<String>,
    /// `rows/bad-choice`.
    pub code: String,
    pub message: String,
    pub help: String,
}

/// The rows of an input, read by its columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BoundRows {
    pub file: Option<String>,
    /// The columns that were there, in the order of the file.
    pub columns: Vec<String>,
    /// The form of a CSV file.
    pub form: Option<CsvForm>,
    /// The rows that are right in themselves, in the order of the file.
    pub rows: Vec<BoundRow>,
    /// The others.
    pub wrong: Vec<WrongRow>,
}

/// A row that is right in itself. Its records are not found yet.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundRow {
    /// The text of the key column.
    pub key: String,
    pub line: Option<usize>,
    /// As they were written.
    pub cells: Map<String, Value>,
    /// A value for every column.
    pub value: Map<String, Value>,
}

/// A row that cannot be used.
#[derive(Clone, Debug, PartialEq)]
pub struct WrongRow {
    pub line: Option<usize>,
    /// The text of the key column; none, when that is itself wrong.
    pub key: Option<String>,
    /// As they were written.
    pub cells: Map<String, Value>,
    /// A part of the row that no cell holds.
    pub repair: Option<String>,
    /// At least one.
    pub faults: Vec<RowFault>,
}

impl Column {
    pub(super) fn named(&self) -> Named<'_> {
        Named {
            name: &self.name,
            kind: &self.kind,
        }
    }
}

impl GivenRows {
    /// Reads what [`GivenRows::written`] wrote, or a list of tables. `None`: it is neither.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let Value::Array(tables) = value else {
            return serde_json::from_value(value.clone()).ok();
        };
        let mut read = Self::default();
        for table in tables {
            let cells = table.as_object()?.clone();
            for name in cells.keys() {
                if !read.columns.contains(name) {
                    read.columns.push(name.clone());
                }
            }
            read.rows.push(GivenRow {
                cells,
                ..GivenRow::default()
            });
        }
        Some(read)
    }

    /// The rows as a value among the inputs that were given.
    pub fn written(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl BoundRows {
    /// The rows as a list of tables.
    pub fn values(&self) -> Value {
        let values = self.rows.iter().map(|row| Value::Object(row.value.clone()));
        values.collect()
    }
}

impl RowFault {
    /// A mistake in a cell. A message may have the cell in it, which may be long.
    pub fn of(column: &str, code: &str, message: String, help: String) -> Self {
        Self {
            column: Some(column.to_owned()),
            code: code.to_owned(),
            message: short(&message),
            help,
        }
    }

    /// The mistake of a row beside which another one is for the same thing: nothing says which one is meant.
    pub fn of_twin(column: &str, code: &str, message: String) -> Self {
        Self::of(column, code, message, "keep one of the rows".to_owned())
    }

    /// The mistake with its place.
    pub fn diagnostic(&self, file: Option<&str>, line: Option<usize>) -> Diagnostic {
        let mistake = Diagnostic::error(&self.code, self.message.clone()).help(self.help.clone());
        Diagnostic {
            row: Some(Box::new(RowPlace {
                file: file.map(str::to_owned),
                line,
                column: self.column.clone(),
            })),
            ..mistake
        }
    }
}

impl WrongRow {
    /// A row that turned out to be wrong.
    pub fn of(row: BoundRow, faults: Vec<RowFault>) -> Self {
        Self {
            line: row.line,
            key: Some(row.key),
            cells: row.cells,
            repair: None,
            faults,
        }
    }
}

/// The text as one line that is not too long for a message.
fn short(text: &str) -> String {
    text::line(text, limit::SHOWN_VALUE_BYTES_MAX)
}

#[cfg(test)]
mod tests;
