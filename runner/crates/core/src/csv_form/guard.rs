//! Spreadsheets run a cell that begins like a formula. An apostrophe before it makes it a text, for them and here.

/// The beginnings of a formula; some spreadsheets take the wide forms for the same.
const BEGINNINGS: [char; 11] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// The ends of a cell, for a program that takes another separator or no quotes.
const ENDS: [char; 7] = [',', ';', '\t', '\n', '\r', '"', '|'];

/// Returns the text as a cell that no spreadsheet runs; [`unguarded`] gives the text again.
pub fn guarded(text: &str) -> String {
    match begins(text) && !is_number(text) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// Returns a text of an org as a cell that no spreadsheet runs, also one that splits it at another separator than it was
/// written with. The text is not given again: no one reads it but people.
pub fn tamed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // A formula would begin at the next character, blanks aside.
    let mut is_begin = true;
    for c in text.chars() {
        if is_begin && BEGINNINGS.contains(&c) {
            out.push('\'');
        }
        out.push(c);
        is_begin = ENDS.contains(&c) || (is_begin && c.is_whitespace());
    }
    out
}

/// Returns the text of a cell.
pub(crate) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if begins(text) => text,
        _ => cell,
    }
}

/// Says whether this is a number below zero that a spreadsheet writes again as it is. It would take the sign from `+49`,
/// noughts from `-007`, and digits from a number of more than fifteen.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or_default();
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_plain && !digits.is_empty() && digits.len() <= 15 && !digits.starts_with('0')
}

/// Says whether a formula begins here, apostrophes aside.
fn begins(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(BEGINNINGS)
}

#[cfg(test)]
mod tests {
    use super::{guarded, tamed, unguarded};

    #[test]
    fn no_part_of_a_text_of_an_org_is_a_formula() {
        let cases = [
            (
                "REQUIRED_FIELD_MISSING: Name",
                "REQUIRED_FIELD_MISSING: Name",
            ),
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            (" =1", " '=1"),
            ("a;=1", "a;'=1"),
            ("a, -1 and b-c", "a, '-1 and b-c"),
            ("a\"\n@x", "a\"'\n'@x"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("003Jca00000000CIAQ", "003Jca00000000CIAQ"),
        ];
        for (text, expected) in cases {
            assert_eq!(tamed(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let texts = [
            "a",
            "",
            "'",
            "'a",
            "=1",
            "'=1",
            "''=1",
            "+49 30",
            "-3",
            "'-3",
            "-3+1",
            "+493012345",
            "-007",
            "-3,5",
            "@x",
            "\t=",
            "a=b",
            "'s-Gravenhage",
            " =1",
        ];
        for text in texts {
            let cell = guarded(text);
            assert_eq!(unguarded(&cell), text, "{cell:?}");
            assert!(
                cell == "-3" || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell:?}"
            );
        }
        // Only what a spreadsheet would run, or write in another way, is touched.
        assert_eq!(guarded("-3"), "-3");
        assert_eq!(guarded("+493012345"), "'+493012345");
        assert_eq!(guarded("'s-Gravenhage"), "'s-Gravenhage");
        assert_eq!(unguarded("'s"), "'s");
    }
}
