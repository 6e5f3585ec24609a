//! Every text that a person reads passes through here. All of it is visible, also when a plugin, the org, a recipe or
//! the system wrote it: control characters, marks that turn the direction, and characters without a shape are written
//! out (`\u{202e}`), and a text is one line.
//!
//! Values that go to the org stay as they are; only their copies on the screen pass through here.

mod hidden;
mod markup;
#[cfg(test)]
mod tests;

use crate::limit;

pub use hidden::{is_hidden, visible};
pub use markup::without_markup;

/// The word for an empty text.
pub const EMPTY: &str = "(empty)";

/// The word for no value.
pub const NOTHING: &str = "nothing";

/// The text as one line of at most [`limit::SHOWN_TEXT_BYTES_MAX`] bytes.
pub fn shown(text: &str) -> String {
    line(text, limit::SHOWN_TEXT_BYTES_MAX)
}

/// The text as one line of at most `bytes_max` bytes, in which every hidden character is written out; `…` stands for
/// what was cut off.
pub fn line(text: &str, bytes_max: usize) -> String {
    one_line(text, bytes_max, Blanks::Kept)
}

/// A text that is read as a sentence: one line, in which several blanks become one, so that it has no columns.
pub fn sentence(text: &str) -> String {
    one_line(text, limit::SENTENCE_BYTES_MAX, Blanks::Folded)
}

/// The treatment of several blanks in a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blanks {
    Kept,
    Folded,
}

/// Says that [`shown`] gives back the text as it is. Most texts are short and plain.
pub(crate) fn is_shown_as_it_is(text: &str) -> bool {
    is_line(text, limit::SHOWN_TEXT_BYTES_MAX)
}

/// Says that the text is short and in plain letters and signs, without blanks at its end.
fn is_line(text: &str, bytes_max: usize) -> bool {
    text.len() <= bytes_max
        && !text.ends_with(' ')
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

fn one_line(text: &str, bytes_max: usize, blanks: Blanks) -> String {
    if blanks == Blanks::Kept && is_line(text, bytes_max) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len().min(bytes_max));
    // The length to which the text is cut if it turns out to be too long.
    let mut kept = 0;
    let mut former = ' ';
    for c in text.trim_end().chars() {
        let breaks = matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}');
        let is_blank = breaks || (blanks == Blanks::Folded && c.is_whitespace());
        match is_blank {
            true if blanks == Blanks::Folded && former == ' ' => continue,
            true => out.push(' '),
            false => hidden::push_visible(c, former, &mut out),
        }
        former = if is_blank { ' ' } else { c };
        if out.len() > bytes_max {
            out.truncate(kept);
            out.truncate(out.trim_end().len());
            out.push('…');
            return out;
        }
        if out.len().saturating_add('…'.len_utf8()) <= bytes_max {
            kept = out.len();
        }
    }
    out
}

/// A text that is a value, exactly. Unless it is plain, it is in quotes and its hidden characters are written out, so
/// that a reader cannot take a part of it for the text around it.
pub fn value(text: &str) -> String {
    match text {
        "" => EMPTY.to_owned(),
        text if is_bare(text) => text.to_owned(),
        text => quoted(text),
    }
}

/// The value, of which at most `bytes_max` bytes are shown, followed by the number of bytes left out.
pub fn value_in(text: &str, bytes_max: usize) -> String {
    match head(text, bytes_max) {
        (_, "") => value(text),
        (kept, rest) => format!("{}… ({} bytes more)", quoted(kept), rest.len()),
    }
}

/// The text in quotes, exactly. Of several blanks all but the first are written out, as are those at both ends.
pub fn quoted(text: &str) -> String {
    let inner = text.trim_matches(' ');
    let before = text.len() - text.trim_start_matches(' ').len();
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut former = ' ';
    for (at, c) in text.char_indices() {
        let is_inner = at >= before && at < before + inner.len();
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' ' if former != ' ' && is_inner => out.push(' '),
            WIDE_BLANK if !former.is_whitespace() => out.push(c),
            c if c.is_whitespace() && !is_hidden(c) => out.extend(c.escape_unicode()),
            c => hidden::push_visible(c, former, &mut out),
        }
        former = c;
    }
    out.push('"');
    out
}

/// The blank between the names of a Japanese person.
const WIDE_BLANK: char = '\u{3000}';

/// Signs by which a plan tells values from the text around them.
const SIGNS: &[char] = &['"', '\\', '`', '{', '}', '<', '>', ',', ';', '|'];

/// Says that a value can be told from the text around it without quotes.
fn is_bare(text: &str) -> bool {
    let blank = |c: char| c.is_whitespace() && c != ' ' && c != WIDE_BLANK;
    text.trim() == text
        && !text.contains(": ")
        && !text.contains(blank)
        && !text.contains(SIGNS)
        && visible(text) == text
        && !text.split(char::is_whitespace).any(str::is_empty)
        && ![EMPTY, NOTHING].contains(&text)
}

/// The first bytes of a text, at most so many, and the rest of it.
fn head(text: &str, bytes_max: usize) -> (&str, &str) {
    text.split_at(text.floor_char_boundary(bytes_max))
}

/// The first few of what may be thousands, as one text. The list itself has them all.
pub fn some<T>(all: &[T], text: impl Fn(&T) -> String) -> String {
    const SHOWN_MAX: usize = 10;
    let mut texts: Vec<String> = all.iter().take(SHOWN_MAX).map(text).collect();
    if all.len() > SHOWN_MAX {
        texts.push(format!("and {} more", all.len() - SHOWN_MAX));
    }
    texts.join("; ")
}

/// "`a`, `b` and `c`".
pub fn list(names: &[&str]) -> String {
    let ticked: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match ticked.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Says that the text is one line without control characters and marks that turn the direction, so that Usher may use
/// it as a name.
pub fn is_plain(text: &str) -> bool {
    let turns = |c| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    !text.chars().any(|c| c.is_control() || turns(c))
}
