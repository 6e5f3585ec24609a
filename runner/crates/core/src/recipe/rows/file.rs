//! A file of rows: CSV or JSON, told apart by its content. A mistake in one row is kept with the row; a mistake in the
//! file as a whole leaves no rows.

mod csv;
mod encoding;
mod header;
mod json;

use crate::diagnostic::{Diagnostic, RowPlace};
use crate::recipe::{Column, GivenRows};
use usher_contract::limit;

/// Returns the rows of a file. `name`: as the person named it.
///
/// # Errors
///
/// The file is not a text, its form or its header is wrong, or it has no rows, or too many. The error holds all mistakes
/// of the header.
pub fn parse_rows(
    name: &str,
    bytes: &[u8],
    columns: &[Column],
) -> Result<GivenRows, Vec<Diagnostic>> {
    let file = File { name };
    let text = encoding::text(bytes).map_err(|fault| vec![file.wrong(fault)])?;
    let rows = match text.trim_start().chars().next() {
        Some('[') => json::array(&text, columns).map_err(|fault| vec![fault]),
        Some('{') => Ok(json::lines(&text, columns)),
        _ => csv::read(&text, columns),
    };
    let rows = rows.map_err(|faults| -> Vec<Diagnostic> {
        faults.into_iter().map(|fault| file.wrong(fault)).collect()
    })?;
    let fault = match rows.rows.len() {
        0 => FileFault::new(None, "rows/no-rows", "the file has no rows")
            .help("write one row for each item below the header"),
        count if count > limit::ROWS_MAX => {
            let message = format!("the file has {count} rows, more than {}", limit::ROWS_MAX);
            FileFault::new(None, "rows/too-large", message).help("split the file")
        }
        _ => {
            return Ok(GivenRows {
                file: Some(name.to_owned()),
                ..rows
            });
        }
    };
    Err(vec![file.wrong(fault)])
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

#[cfg(test)]
mod tests;
