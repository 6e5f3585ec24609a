//! A file of rows: CSV or JSON, told apart by its content. A mistake in one row is kept with the row; a mistake in the
//! file as a whole leaves no rows.

mod csv;
mod encoding;
mod header;
mod json;

use crate::diagnostic::{Diagnostic, RowPlace};
use crate::recipe::{Column, GivenRow, GivenRows, RowFault};
use usher_contract::limit;

pub use header::REPAIR;

/// Returns the rows of a file; none, when it has a header alone. `name`: as the person named it.
///
/// # Errors
///
/// The file is not a text, its form or its header is wrong, or it has too many rows. The error holds all mistakes of the
/// header.
pub fn parse_rows(
    name: &str,
    bytes: &[u8],
    columns: &[Column],
) -> Result<GivenRows, Vec<Diagnostic>> {
    let file = File { name };
    let (text, encoding) = encoding::text(bytes).map_err(|fault| vec![file.wrong(fault)])?;
    let rows = match text.trim_start().chars().next() {
        Some('[') => json::array(&text, columns).map_err(|fault| vec![fault]),
        Some('{') => Ok(json::lines(&text, columns)),
        _ => csv::read(&text, encoding, columns),
    };
    let rows = rows.map_err(|faults| -> Vec<Diagnostic> {
        faults.into_iter().map(|fault| file.wrong(fault)).collect()
    })?;
    if let Some(fault) = Room::of(&rows.rows).fault() {
        return Err(vec![file.wrong(fault)]);
    }
    Ok(GivenRows {
        file: Some(name.to_owned()),
        ..rows
    })
}

/// The mistake of a file without any row.
pub fn no_rows(name: &str, help: &str) -> Diagnostic {
    let fault = FileFault::new(None, "rows/no-rows", "the file has no rows");
    File { name }.wrong(fault.help(help))
}

/// The rows and cells of a file, as far as it was read. A reader stops when it is full.
#[derive(Default)]
struct Room {
    rows: usize,
    cells: usize,
}

impl Room {
    fn of(rows: &[GivenRow]) -> Self {
        let mut room = Self::default();
        rows.iter().for_each(|row| room.take(row));
        room
    }

    fn take(&mut self, row: &GivenRow) {
        self.rows += 1;
        self.cells += row.cells.len();
    }

    fn is_full(&self) -> bool {
        self.rows > limit::ROWS_MAX || self.cells > limit::CELLS_MAX
    }

    /// The mistake of a file that is too large.
    fn fault(&self) -> Option<FileFault> {
        let message = match self.rows > limit::ROWS_MAX {
            _ if !self.is_full() => return None,
            true => format!("the file has more than {} rows", limit::ROWS_MAX),
            false => format!("the rows have more than {} cells", limit::CELLS_MAX),
        };
        Some(FileFault::new(None, "rows/too-large", message).help("split the file"))
    }
}

struct File<'n> {
    name: &'n str,
}

/// A mistake that leaves no rows.
#[derive(Debug)]
struct FileFault {
    line: Option<usize>,
    column: Option<String>,
    code: &'static str,
    message: String,
    help: String,
}

impl FileFault {
    fn new(line: Option<usize>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            line,
            column: None,
            code,
            message: message.into(),
            help: String::new(),
        }
    }

    fn help(self, help: impl Into<String>) -> Self {
        let help = help.into();
        Self { help, ..self }
    }

    fn column(self, name: &str) -> Self {
        let column = Some(name.to_owned());
        Self { column, ..self }
    }
}

impl File<'_> {
    fn wrong(&self, fault: FileFault) -> Diagnostic {
        let mistake = Diagnostic::error(fault.code, fault.message).help(fault.help);
        Diagnostic {
            row: Some(Box::new(RowPlace {
                file: Some(self.name.to_owned()),
                line: fault.line,
                column: fault.column,
            })),
            ..mistake
        }
    }
}

/// Keeps a part of a row that no cell holds, with its mistake. The first mistake is the one that is reported.
fn keep_apart(row: &mut GivenRow, part: &str, fault: RowFault) {
    row.fault.get_or_insert(fault);
    match &mut row.repair {
        Some(parts) => parts.push_str(&format!("\n{part}")),
        None => row.repair = Some(part.to_owned()),
    }
}

/// The mistake of a row whose part apart nobody has emptied yet.
fn not_repaired() -> RowFault {
    RowFault {
        column: Some(REPAIR.to_owned()),
        code: "rows/not-repaired".to_owned(),
        message: format!("the row was wrong, and `{REPAIR}` has what no cell of it holds"),
        help: format!("correct the row, then empty its cell `{REPAIR}`"),
    }
}

#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod tests;
