//! CSV as bulk jobs take and give it (docs/salesforce/bulk.md#csv). Strict: a quote stands around a whole value or
//! nowhere.

use serde::{Deserialize, Serialize};

/// The character between two values.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Delimiter {
    Backquote,
    Caret,
    #[default]
    Comma,
    Pipe,
    Semicolon,
    Tab,
}

/// The end of a line.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum LineEnding {
    #[default]
    Lf,
    Crlf,
}

/// The form of the lines of a job.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct Format {
    pub(crate) delimiter: Delimiter,
    pub(crate) ending: LineEnding,
}

/// The reason why a text is not CSV of that format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    UnescapedQuote,
    OpenQuote,
    LineEnding,
}

/// One record, and the part of the text that it stands in, its line end included.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) cells: Vec<String>,
    pub(crate) text: &'a str,
}

/// The records of a text; empty lines are no records.
#[derive(Debug)]
pub(crate) struct Records<'a> {
    rest: &'a str,
    format: Format,
}

impl Delimiter {
    pub(crate) fn character(self) -> char {
        match self {
            Self::Backquote => '`',
            Self::Caret => '^',
            Self::Comma => ',',
            Self::Pipe => '|',
            Self::Semicolon => ';',
            Self::Tab => '\t',
        }
    }
}

impl LineEnding {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::Crlf => "\r\n",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Lf => "LF",
            Self::Crlf => "CRLF",
        }
    }
}

impl Format {
    /// The records of a text.
    pub(crate) fn records(self, text: &str) -> Records<'_> {
        Records {
            rest: text,
            format: self,
        }
    }

    /// A line of values, each in quotes, with its end.
    pub(crate) fn line<'a>(self, cells: impl IntoIterator<Item = &'a str>) -> String {
        let mut line = String::new();
        for cell in cells {
            if !line.is_empty() {
                line.push(self.delimiter.character());
            }
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        }
        line.push_str(self.ending.text());
        line
    }
}

impl<'a> Records<'a> {
    /// The text behind the records that were read; empty behind a fault.
    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            match record(self.rest, self.format) {
                Err(fault) => {
                    self.rest = "";
                    return Some(Err(fault));
                }
                Ok((cells, length)) => {
                    let (text, rest) = self.rest.split_at(length);
                    self.rest = rest;
                    let blank = cells.len() == 1 && text.trim_end_matches(['\r', '\n']).is_empty();
                    if !blank {
                        return Some(Ok(Record { cells, text }));
                    }
                }
            }
        }
    }
}

/// The first record of a text, and the number of bytes that it takes.
fn record(text: &str, format: Format) -> Result<(Vec<String>, usize), Fault> {
    let delimiter = format.delimiter.character();
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let (cell, length) = match text[at..].strip_prefix('"') {
            Some(quoted) => {
                let (cell, length) = quoted_cell(quoted)?;
                (cell, length + 1)
            }
            None => plain_cell(&text[at..], delimiter)?,
        };
        cells.push(cell);
        at += length;
        let rest = &text[at..];
        match rest.chars().next() {
            None => return Ok((cells, at)),
            Some(c) if c == delimiter => at += 1,
            Some(_) => return Ok((cells, at + ended(rest, format.ending)?)),
        }
    }
}

/// The length of the line end that a text begins with.
fn ended(rest: &str, ending: LineEnding) -> Result<usize, Fault> {
    match (rest.starts_with("\r\n"), rest.starts_with('\n'), ending) {
        (true, _, LineEnding::Crlf) => Ok(2),
        (_, true, LineEnding::Lf) => Ok(1),
        (true, _, LineEnding::Lf) | (_, true, LineEnding::Crlf) => Err(Fault::LineEnding),
        _ => Err(Fault::UnescapedQuote),
    }
}

/// The value behind a quote, and its length with the quote that ends it.
fn quoted_cell(text: &str) -> Result<(String, usize), Fault> {
    let mut cell = String::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let end = rest.find('"').ok_or(Fault::OpenQuote)?;
        cell.push_str(&rest[..end]);
        at += end + 1;
        if !text[at..].starts_with('"') {
            return Ok((cell, at));
        }
        cell.push('"');
        at += 1;
    }
}

/// The value without quotes that a text begins with, and its length.
fn plain_cell(text: &str, delimiter: char) -> Result<(String, usize), Fault> {
    let end = text.find([delimiter, '\n', '"']).unwrap_or(text.len());
    let cell = &text[..end];
    match text[end..].chars().next() {
        Some('"') => Err(Fault::UnescapedQuote),
        Some('\n') => {
            let cell = cell.strip_suffix('\r').unwrap_or(cell);
            Ok((cell.to_owned(), cell.len()))
        }
        _ => Ok((cell.to_owned(), end)),
    }
}

#[cfg(test)]
mod tests;
