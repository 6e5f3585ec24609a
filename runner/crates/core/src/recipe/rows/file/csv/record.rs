//! The records of CSV: cells, quotes, line ends.

use std::iter::Peekable;
use std::str::CharIndices;

use crate::recipe::RowFault;

/// One line, or several when a quoted cell has line breaks.
#[derive(Debug)]
pub(super) struct Record {
    /// The line in which it begins, from 1.
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
    pub(super) fault: Option<RowFault>,
}

/// A quote that the end of the file leaves open.
#[derive(Debug)]
pub(super) struct Unclosed {
    /// The line of the quote.
    pub(super) line: usize,
    pub(super) cell: usize,
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
        self.fault.is_none() && self.cells.iter().all(|cell| cell.trim().is_empty())
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
    type Item = Result<Record, Unclosed>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rest.peek()?;
        let mut record = Record {
            line: self.line,
            cells: Vec::new(),
            fault: None,
        };
        loop {
            let (cell, end) = match self.rest.next_if(|(_, c)| *c == '"') {
                None => self.plain(),
                Some(_) => {
                    let line = self.line;
                    let Some(mut cell) = self.quoted() else {
                        let cell = record.cells.len() + 1;
                        return Some(Err(Unclosed { line, cell }));
                    };
                    let (behind, end) = self.plain();
                    if !behind.trim().is_empty() {
                        record.fault.get_or_insert(RowFault {
                            column: None,
                            code: "rows/bad-quote".to_owned(),
                            message: format!(
                                "cell {} goes on behind its closing quote",
                                record.cells.len() + 1
                            ),
                            help: "write a quote within quotes twice: `\"\"`".to_owned(),
                        });
                        cell.push_str(&behind);
                    }
                    (cell, end)
                }
            };
            record.cells.push(cell);
            if end == End::Record {
                return Some(Ok(record));
            }
        }
    }
}
