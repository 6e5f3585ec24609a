//! CSV as spreadsheets write it: RFC 4180, and `;` or a tab between cells where the language of the machine wants that.

mod record;

use serde_json::{Map, Value};

use super::FileFault;
use super::header::{Head, head, heads};
use crate::recipe::rows::guard::unguarded;
use crate::recipe::{Column, GivenRow, GivenRows, RowFault};
use record::{Record, Records, Unclosed};
use usher_contract::limit;

const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// Reads the header and the rows.
pub(super) fn read(text: &str, columns: &[Column]) -> Result<GivenRows, Vec<FileFault>> {
    let (separator, skipped) = separator(text, columns);
    let mut records = Records::of(text, separator, skipped);
    let header = loop {
        match records.next() {
            Some(Ok(record)) if record.is_blank() => {}
            Some(Ok(record)) => break record,
            Some(Err(unclosed)) => return Err(vec![never_closed(&unclosed)]),
            None => {
                let message = "the file is empty";
                let help = "write a header with the names of the columns, and rows below it";
                return Err(vec![
                    FileFault::new(None, "rows/no-rows", message).help(help),
                ]);
            }
        }
    };
    let heads = heads(&header.cells, header.line, columns)?;
    let named = heads.iter().filter_map(|head| match head {
        Head::Column(column) => Some(column.name.clone()),
        _ => None,
    });
    let mut rows = GivenRows {
        columns: named.collect(),
        ..GivenRows::default()
    };
    for record in records {
        match record {
            Ok(record) if record.is_blank() => {}
            Ok(record) => rows.rows.push(row(record, &heads)),
            Err(unclosed) => return Err(vec![never_closed(&unclosed)]),
        }
        if rows.rows.len() > limit::ROWS_MAX {
            break;
        }
    }
    Ok(rows)
}

/// Finds the separator: a first line `sep=;`, as Excel takes it, else the one by which the header has most of the columns.
/// Returns it with the number of bytes to skip.
fn separator(text: &str, columns: &[Column]) -> (char, usize) {
    let first = text.lines().next().unwrap_or_default();
    if let Some(said) = first.strip_prefix("sep=")
        && let [separator] = said.trim_end_matches('\r').chars().collect::<Vec<_>>()[..]
        && SEPARATORS.contains(&separator)
    {
        return (separator, first.len());
    }
    let known = |separator: char| {
        let header = Records::of(text, separator, 0)
            .filter_map(Result::ok)
            .find(|record| !record.is_blank());
        let cells = header.map(|record| record.cells).unwrap_or_default();
        let is_known = |cell: &&String| !matches!(head(cell, columns), Head::Unknown | Head::Empty);
        (cells.iter().filter(is_known).count(), cells.len())
    };
    let mut found = (SEPARATORS[0], known(SEPARATORS[0]));
    for separator in &SEPARATORS[1..] {
        let count = known(*separator);
        if count > found.1 {
            found = (*separator, count);
        }
    }
    (found.0, 0)
}

fn row(record: Record, heads: &[Head<'_>]) -> GivenRow {
    let count = record.cells.len();
    let mut fault = record.fault;
    let mut cells = Map::new();
    for (index, cell) in record.cells.into_iter().enumerate() {
        match heads.get(index) {
            Some(Head::Column(column)) => {
                cells.insert(column.name.clone(), Value::from(unguarded(&cell)));
            }
            Some(Head::Own) => {}
            Some(Head::Empty | Head::Unknown) | None => {
                if !cell.trim().is_empty() && fault.is_none() {
                    fault = Some(ragged(index + 1, count, heads.len()));
                }
            }
        }
    }
    if count < heads.len() && fault.is_none() {
        fault = Some(ragged(count, count, heads.len()));
    }
    GivenRow {
        line: Some(record.line),
        cells,
        fault,
    }
}

fn ragged(cell: usize, count: usize, wanted: usize) -> RowFault {
    let cells = if count == 1 { "cell" } else { "cells" };
    let (message, help) = if count > wanted {
        (
            format!("the row has {count} {cells}, and the header has {wanted}"),
            "put a text that has the separator in it into double quotes",
        )
    } else if count < wanted {
        (
            format!("the row has {count} {cells}, and the header has {wanted}"),
            "write every cell, also an empty one",
        )
    } else {
        (
            format!("cell {cell} is below a header without a name"),
            "name the column, or empty the cell",
        )
    };
    RowFault {
        column: None,
        code: "rows/ragged".to_owned(),
        message,
        help: help.to_owned(),
    }
}

fn never_closed(unclosed: &Unclosed) -> FileFault {
    let message = format!(
        "the quote that opens cell {} of this row is never closed",
        unclosed.cell
    );
    FileFault::new(Some(unclosed.line), "rows/open-quote", message)
        .help("close it, or write a quote within quotes twice: `\"\"`")
}
