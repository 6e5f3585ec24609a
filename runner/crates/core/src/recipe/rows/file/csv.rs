//! CSV as spreadsheets write it: RFC 4180, and `;` or a tab between cells where the language of the machine wants that.

mod record;

use serde_json::Value;

use super::header::{Head, head, heads};
use super::{FileFault, Room, keep_apart, not_repaired};
use crate::csv_form::{CsvForm, Encoding, LineEnd, unguarded};
use crate::recipe::rows::written::cell_text;
use crate::recipe::{Column, GivenRow, GivenRows, RowFault};
use record::{Record, Records};

const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// Reads the header and the rows.
pub(super) fn read(
    text: &str,
    encoding: Encoding,
    columns: &[Column],
) -> Result<GivenRows, Vec<FileFault>> {
    let Separator {
        separator,
        said,
        skipped,
    } = separator(text, columns);
    let mut records = Records::of(text, separator, skipped);
    let header = loop {
        match records.next() {
            Some(Ok(record)) if record.is_blank() => {}
            Some(Ok(record)) => break record,
            Some(Err(broken)) => return Err(vec![broken.fault()]),
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
    let mut form = CsvForm {
        separator,
        says_separator: said,
        line_end: LineEnd::of(text),
        encoding,
        headers: Vec::new(),
    };
    let mut rows = GivenRows::default();
    for (head, text) in heads.iter().zip(&header.cells) {
        if let Head::Column(column) = head {
            rows.columns.push(column.name.clone());
            form.headers.push(unguarded(text.trim()).to_owned());
        }
    }
    rows.form = Some(form);
    let mut room = Room::default();
    for record in records {
        match record {
            Ok(record) if record.is_blank() => {}
            Ok(record) => {
                let row = row(record, &heads);
                room.take(&row);
                rows.rows.push(row);
            }
            Err(broken) => return Err(vec![broken.fault()]),
        }
        if room.is_full() {
            break;
        }
    }
    Ok(rows)
}

/// The separator of a file.
struct Separator {
    separator: char,
    /// A first line says it.
    said: bool,
    /// The bytes of that line.
    skipped: usize,
}

/// Finds the separator: a first line `sep=;`, as Excel takes it, else the one by which the header has most of the columns.
fn separator(text: &str, columns: &[Column]) -> Separator {
    let first = text.split(['\n', '\r']).next().unwrap_or_default();
    if let Some(said) = first.strip_prefix("sep=")
        && let [separator] = said.chars().collect::<Vec<_>>()[..]
        && SEPARATORS.contains(&separator)
    {
        return Separator {
            separator,
            said: true,
            skipped: first.len(),
        };
    }
    let known = |separator: char| {
        let mut records = Records::of(text, separator, 0);
        let header = records.find(|record| !record.as_ref().is_ok_and(Record::is_blank));
        let header = header.and_then(Result::ok);
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
    Separator {
        separator: found.0,
        said: false,
        skipped: 0,
    }
}

fn row(record: Record, heads: &[Head<'_>]) -> GivenRow {
    let count = record.cells.len();
    let mut row = GivenRow {
        line: Some(record.line),
        ..GivenRow::default()
    };
    if let Some((raw, fault)) = record.wrong {
        keep_apart(&mut row, &raw, fault);
    }
    // Cells that belong to no column, and the place of the first.
    let mut surplus: Option<(usize, Vec<String>)> = None;
    for (index, cell) in record.cells.into_iter().enumerate() {
        match heads.get(index) {
            Some(Head::Column(column)) => {
                let text = Value::from(unguarded(&cell));
                row.cells.insert(column.name.clone(), text);
            }
            Some(Head::Own) => {}
            Some(Head::Repair) if cell.trim().is_empty() => {}
            Some(Head::Repair) => keep_apart(&mut row, unguarded(&cell), not_repaired()),
            Some(Head::Empty | Head::Unknown) | None => match &mut surplus {
                Some((_, cells)) => cells.push(cell),
                None if cell.trim().is_empty() => {}
                None => surplus = Some((index + 1, vec![cell])),
            },
        }
    }
    if let Some((first, cells)) = surplus {
        let fault = ragged(first, count, heads.len());
        keep_apart(&mut row, &cell_text(Some(&Value::from(cells))), fault);
    } else if count < heads.len() {
        let fault = ragged(count, count, heads.len());
        keep_apart(
            &mut row,
            &format!("{count} of {} cells", heads.len()),
            fault,
        );
    }
    row
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
