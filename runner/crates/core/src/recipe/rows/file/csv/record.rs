//! The records of CSV: cells, quotes, line ends.

use std::iter::Peekable;
use std::str::CharIndices;

use crate::recipe::RowFault;
use crate::recipe::rows::file::FileFault;
use usher_contract::limit;

/// One line, or several when a quoted cell has line breaks.
#[derive(Debug)]
pub(super) struct Record {
    /// The line in which it begins, from 1.
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
    /// The mistake of a quote, and the cell as it is in the file.
    pub(super) wrong: Option<(String, RowFault)>,
}

/// A record that leaves no other to be read.
#[derive(Debug)]
pub(super) enum Broken {
    /// The end of the file leaves a quote open. The line is that of the quote.
    OpenQuote { line: usize, cell: usize },
    /// More cells than any file of rows has.
    TooManyCells { line: usize },
}

/// The records of a text, one after the other.
pub(super) struct Records<'t> {
    rest: Peekable<CharIndices<'t>>,
    separator: char,
    line: usize,
}

/// The end of a cell.
#[derive(PartialEq, Eq)]
enum End {
    Separator,
    Record,
}

impl Record {
    /// Says whether the record has no content: spreadsheets write such lines below a table.
    pub(super) fn is_blank(&self) -> bool {
        self.wrong.is_none() && self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

impl Broken {
    /// The mistake of the file.
    pub(super) fn fault(&self) -> FileFault {
        match self {
            Self::OpenQuote { line, cell } => {
                let message =
                    format!("the quote that opens cell {cell} of this line is never closed");
                FileFault::new(Some(*line), "rows/open-quote", message)
                    .help("close it, or write a quote within quotes twice: `\"\"`")
            }
            Self::TooManyCells { line } => {
                let max = limit::CELLS_PER_RECORD_MAX;
                let message = format!("the row has more than {max} cells");
                FileFault::new(Some(*line), "rows/too-large", message)
                    .help("check that this is a file of rows with a header")
            }
        }
    }
}

impl<'t> Records<'t> {
    /// The records of `text` without its first `skipped` bytes.
    pub(super) fn of(text: &'t str, separator: char, skipped: usize) -> Self {
        let mut rest = text.char_indices().peekable();
        while rest.next_if(|(place, _)| *place < skipped).is_some() {}
        Self {
            rest,
            separator,
            line: 1,
        }
    }

    /// Takes a line break, which may be two characters.
    fn breaks(&mut self, first: char) {
        if first == '\r' {
            self.rest.next_if(|(_, c)| *c == '\n');
        }
        self.line += 1;
    }

    fn plain(&mut self) -> (String, End) {
        let mut cell = String::new();
        while let Some((_, c)) = self.rest.next() {
            match c {
                '\r' | '\n' => {
                    self.breaks(c);
                    return (cell, End::Record);
                }
                c if c == self.separator => return (cell, End::Separator),
                c => cell.push(c),
            }
        }
        (cell, End::Record)
    }

    /// A cell behind its opening quote. `None`: nothing closes it.
    fn quoted(&mut self) -> Option<String> {
        let mut cell = String::new();
        while let Some((_, c)) = self.rest.next() {
            match c {
                '"' if self.rest.next_if(|(_, c)| *c == '"').is_some() => cell.push('"'),
                '"' => return Some(cell),
                '\r' | '\n' => {
                    self.breaks(c);
                    cell.push('\n');
                }
                c => cell.push(c),
            }
        }
        None
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rest.peek()?;
        let mut record = Record {
            line: self.line,
            cells: Vec::new(),
            wrong: None,
        };
        loop {
            let (cell, end) = match self.rest.next_if(|(_, c)| *c == '"') {
                None => self.plain(),
                Some(_) => {
                    let line = self.line;
                    let Some(mut cell) = self.quoted() else {
                        let cell = record.cells.len() + 1;
                        return Some(Err(Broken::OpenQuote { line, cell }));
                    };
                    let closed = self.line;
                    let (behind, end) = self.plain();
                    if !behind.trim().is_empty() {
                        let number = record.cells.len() + 1;
                        let fault = bad_quote(number, [line, closed]);
                        let raw = format!("\"{}\"{behind}", cell.replace('"', "\"\""));
                        record.wrong.get_or_insert((raw, fault));
                        cell.push_str(&behind);
                    }
                    (cell, end)
                }
            };
            record.cells.push(cell);
            if record.cells.len() > limit::CELLS_PER_RECORD_MAX {
                let line = record.line;
                return Some(Err(Broken::TooManyCells { line }));
            }
            if end == End::Record {
                return Some(Ok(record));
            }
        }
    }
}

/// The mistake of a cell that goes on behind its closing quote. `lines`: of the opening and of the closing quote.
fn bad_quote(number: usize, lines: [usize; 2]) -> RowFault {
    let [opened, closed] = lines;
    let (message, help) = match opened == closed {
        true => (
            format!("cell {number} goes on behind its closing quote"),
            "write a quote within quotes twice: `\"\"`".to_owned(),
        ),
        false => (
            format!(
                "the quote that opens cell {number} in line {opened} is closed in line {closed} only, and the cell goes \
                 on there"
            ),
            format!("close it in line {opened}, or write a quote within quotes twice: `\"\"`"),
        ),
    };
    RowFault {
        column: None,
        code: "rows/bad-quote".to_owned(),
        message,
        help,
    }
}
