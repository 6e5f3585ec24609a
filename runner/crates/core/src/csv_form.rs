//! The form in which a CSV file is written. Results come back in the form of the file that they are of.

mod guard;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

pub(crate) use guard::unguarded;
pub use guard::{guarded, tamed};

/// The form of a CSV file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvForm {
    #[serde(deserialize_with = "separator")]
    pub separator: char,
    /// The first line is `sep=;`.
    pub says_separator: bool,
    pub line_end: LineEnd,
    pub encoding: Encoding,
    /// The header of each column, as it is written in the file.
    pub headers: Vec<String>,
}

/// Reads one of the separators that files of rows have: any other one, from a file that somebody has changed, would not be
/// quoted in a cell.
fn separator<'de, D: Deserializer<'de>>(from: D) -> Result<char, D::Error> {
    let separator = char::deserialize(from)?;
    match separator {
        ',' | ';' | '\t' => Ok(separator),
        _ => Err(D::Error::custom("no separator of a CSV file")),
    }
}

/// The end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineEnd {
    Lf,
    CrLf,
    /// As spreadsheets of old Macs write it.
    Cr,
}

/// The bytes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// Nothing but ASCII, in UTF-8 without a mark: nothing says how other letters are to be written.
    Ascii,
    Utf8,
    Utf8Marked,
    Utf16Little,
    Utf16Big,
}

/// The form of results that are of no CSV file.
impl Default for CsvForm {
    fn default() -> Self {
        Self {
            separator: ',',
            says_separator: false,
            line_end: LineEnd::Lf,
            encoding: Encoding::Ascii,
            headers: Vec::new(),
        }
    }
}

impl CsvForm {
    /// The bytes of a file with these records. A cell is written as it is: [`guarded`] or [`tamed`] it is no formula.
    pub fn file(&self, records: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
        let end = self.line_end.text();
        let mut text = match self.says_separator {
            true => format!("sep={}{end}", self.separator),
            false => String::new(),
        };
        for cells in records {
            for (index, cell) in cells.iter().enumerate() {
                if index > 0 {
                    text.push(self.separator);
                }
                push(cell, &mut text);
            }
            text.push_str(end);
        }
        self.encoding.bytes(text)
    }
}

impl LineEnd {
    /// The first line end of a text.
    pub(crate) fn of(text: &str) -> Self {
        match text.find(['\r', '\n']) {
            Some(place) if text[place..].starts_with("\r\n") => Self::CrLf,
            Some(place) if text[place..].starts_with('\r') => Self::Cr,
            _ => Self::Lf,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }
}

impl Encoding {
    fn bytes(self, text: String) -> Vec<u8> {
        const MARK: char = '\u{feff}';
        let units = || std::iter::once(0xfeff).chain(text.encode_utf16());
        match self {
            // Without the mark a spreadsheet reads letters beyond ASCII in the encoding of its machine.
            Self::Ascii if text.is_ascii() => text.into_bytes(),
            Self::Ascii | Self::Utf8Marked => format!("{MARK}{text}").into_bytes(),
            Self::Utf8 => text.into_bytes(),
            Self::Utf16Little => units().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Big => units().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

/// Adds a cell, in quotes when some program would take a part of it for the end of the cell.
fn push(cell: &str, text: &mut String) {
    let is_plain = |c: char| !matches!(c, ',' | ';' | '\t' | '"' | '\n' | '\r');
    match cell.chars().all(is_plain) && cell.trim() == cell {
        true => text.push_str(cell),
        false => {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        }
    }
}
