//! Text for a person, line by line: the only thing that the console takes. Hidden characters are written out in every
//! text that becomes a line, so no text makes a line of its own, and none hides one.
//!
//! A line that is longer than the window goes on below itself, behind a mark that no other line begins with.

use unicode_width::UnicodeWidthChar;
use usher_core::text::visible;

/// The beginning of the further parts of a line.
const GOES_ON: &str = "| ";

/// The least columns for text in a narrow window, below which a text is not readable.
const TEXT_COLUMNS_MIN: usize = 12;

/// Marks on one letter, or signs without a width, in a row. The scripts with the most use four; more of them reach into
/// the lines above and below.
const MARKS_MAX: usize = 4;

/// The look of the lines of one console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Signs are coloured. A sign says the same without its colour.
    pub colour: bool,
    /// Columns of a window that breaks longer lines; none: the reader shows them whole.
    pub columns: Option<usize>,
}

/// The look of the head of a line in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Bold,
    Red,
    Green,
    Yellow,
    Magenta,
    Cyan,
}

impl Style {
    /// The number by which a terminal knows it.
    fn code(self) -> u8 {
        match self {
            Self::Bold => 1,
            Self::Red => 31,
            Self::Green => 32,
            Self::Yellow => 33,
            Self::Magenta => 35,
            Self::Cyan => 36,
        }
    }
}

/// Lines for a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page(Vec<Line>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    /// The text before the indentation.
    stamp: String,
    indent: usize,
    head: Option<(Style, String)>,
    text: String,
}

impl From<&str> for Page {
    /// One line.
    fn from(text: &str) -> Self {
        let mut page = Self::default();
        page.line(0, text);
        page
    }
}

impl From<String> for Page {
    /// One line.
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Page {
    /// One line.
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl Page {
    /// A text of several lines that another program has laid out: help, or a piece of a file with its mistake. A
    /// foreign text in it was made one line before.
    pub(crate) fn laid_out(text: &str) -> Self {
        let mut page = Self::default();
        for line in text.trim_end().split('\n') {
            page.line(0, line);
        }
        page
    }

    /// Adds a line.
    pub(crate) fn line(&mut self, indent: usize, text: impl AsRef<str>) {
        self.0.push(Line {
            stamp: String::new(),
            indent,
            head: None,
            text: shown(text.as_ref()),
        });
    }

    /// Adds a line that begins with a sign or a word that stands out.
    pub(crate) fn headed(
        &mut self,
        indent: usize,
        style: Style,
        head: impl AsRef<str>,
        text: impl AsRef<str>,
    ) {
        self.0.push(Line {
            stamp: String::new(),
            indent,
            head: Some((style, shown(head.as_ref()))),
            text: shown(text.as_ref()),
        });
    }

    /// Adds an empty line.
    pub(crate) fn blank(&mut self) {
        self.line(0, "");
    }

    /// Adds all lines of another page.
    pub(crate) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Moves all lines to the right.
    pub(crate) fn indented(mut self, by: usize) -> Self {
        self.0.iter_mut().for_each(|line| line.indent += by);
        self
    }

    /// Puts a text before the first line.
    pub(crate) fn stamped(mut self, text: &str) -> Self {
        if let Some(first) = self.0.first_mut() {
            first.stamp = shown(text);
        }
        self
    }

    /// The lines as they are, each with its indentation: for a page that is not a console.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, String)> {
        let plain = |line: &Line| {
            let head = line.head.as_ref().map_or("", |(_, head)| head);
            (line.indent, format!("{head}{}", line.text.trim_end()))
        };
        self.0.iter().map(plain)
    }

    /// The lines as they are written.
    pub(crate) fn text(&self, look: Look) -> String {
        let mut out = String::new();
        for line in &self.0 {
            line.write(look, &mut out);
        }
        out
    }
}

impl Line {
    fn write(&self, look: Look, out: &mut String) {
        let head = self.head.as_ref().map_or("", |(_, head)| head);
        let indent = width(&self.stamp) + self.indent;
        let columns = look.columns.map(|all| all.saturating_sub(indent));
        let columns = columns.map(|columns| columns.max(TEXT_COLUMNS_MIN));
        let whole = format!("{head}{}", self.text.trim_end());
        let mut parts = line_parts(&whole, columns).into_iter();
        let first = parts.next().unwrap_or_default();
        out.push_str(&self.stamp);
        if !first.is_empty() {
            out.push_str(&" ".repeat(self.indent));
        }
        // A head that is broken itself is shown without colour.
        match &self.head {
            Some((style, head)) if look.colour && first.starts_with(head.as_str()) => {
                let rest = &first[head.len()..];
                out.push_str(&format!("\x1b[{}m{head}\x1b[0m{rest}", style.code()));
            }
            _ => out.push_str(first),
        }
        out.push('\n');
        for part in parts {
            out.push_str(&" ".repeat(indent + 2));
            out.push_str(&format!("{GOES_ON}{part}\n"));
        }
    }
}

/// The text in parts that fit so many columns each.
pub(crate) fn parts(text: &str, columns: usize) -> Vec<&str> {
    parts_within(text, [columns, columns])
}

/// The text in parts that fit: the first has all columns, the further ones come after an indentation and a mark.
fn line_parts(text: &str, columns: Option<usize>) -> Vec<&str> {
    let Some(columns) = columns else {
        return vec![text];
    };
    let further = columns.saturating_sub(2 + GOES_ON.len());
    parts_within(text, [columns, further.max(TEXT_COLUMNS_MIN)])
}

/// The text in parts: the columns of the first one, and those of each further one.
fn parts_within(text: &str, [first, further]: [usize; 2]) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mut room = first;
    while let Some(end) = end_of_room(rest, room) {
        let (part, more) = rest.split_at(end);
        parts.push(part.trim_end());
        rest = more.trim_start();
        room = further;
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(rest);
    }
    parts
}

/// Returns the place at which a text is broken that needs more than `room` columns: the last blank, or within a word
/// that is longer than the room. None: it fits.
fn end_of_room(text: &str, room: usize) -> Option<usize> {
    let mut used = 0;
    let mut blank = None;
    let mut letters = false;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > room {
            return Some(blank.unwrap_or(at));
        }
        if c != ' ' {
            letters = true;
        } else if letters {
            blank = Some(at);
        }
    }
    None
}

/// The text with its hidden characters written out, and with no letter taller than its line.
fn shown(text: &str) -> String {
    let text = visible(text);
    if text.is_ascii() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.chars() {
        marks = if c.width() == Some(0) { marks + 1 } else { 0 };
        match marks > MARKS_MAX {
            true => out.extend(c.escape_unicode()),
            false => out.push(c),
        }
    }
    out
}

/// Columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// The text in at most so many columns; `…` stands for what was cut off.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut used = 0;
    let kept = text.chars().take_while(|c| {
        used += c.width().unwrap_or(0);
        used < columns
    });
    format!("{}…", kept.collect::<String>())
}
