//! The characters that a person does not see, or that change how a text is read.

/// Unicode's control and format characters, its separators of lines and paragraphs, all that a font may leave out
/// (`Default_Ignorable_Code_Point`), and the blank of Braille. Sorted, first and last of each range.
const HIDDEN: &[(char, char)] = &[
    ('\u{0}', '\u{1f}'),
    ('\u{7f}', '\u{9f}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Says that the character is not seen, or turns the text around it.
pub fn is_hidden(c: char) -> bool {
    // Most texts are plain ASCII.
    if (' '..='~').contains(&c) {
        return false;
    }
    let after = HIDDEN.partition_point(|(first, _)| *first <= c);
    after > 0 && c <= HIDDEN[after - 1].1
}

/// Says that the character chooses between the shapes of the one before it.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Says that a character can have shapes to choose from: signs and the letters of other scripts, not blanks.
fn has_shapes(c: char) -> bool {
    !c.is_ascii() && !c.is_whitespace() && !is_hidden(c)
}

/// The text with every hidden character written out: `\n`, `\u{202e}`. A line feed is too, so the result is one line. A
/// variation selector is kept after a character that has shapes to choose from.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut former = ' ';
    for c in text.chars() {
        push_visible(c, former, &mut out);
        former = c;
    }
    out
}

/// Writes one character so that it is seen. `former`: the one before it.
pub(super) fn push_visible(c: char, former: char, out: &mut String) {
    match c {
        c if !is_hidden(c) || (is_selector(c) && has_shapes(former)) => out.push(c),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c => out.extend(c.escape_unicode()),
    }
}
