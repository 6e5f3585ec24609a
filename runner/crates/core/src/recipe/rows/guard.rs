//! Spreadsheets run a cell that begins like a formula. An apostrophe before it makes it a text, for them and here.

/// The beginnings of a formula.
const BEGINNINGS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Returns the text as a cell that no spreadsheet runs; [`unguarded`] gives the text again.
pub fn guarded(text: &str) -> String {
    match begins(text) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// Returns the text of a cell.
pub(super) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if begins(text) => text,
        _ => cell,
    }
}

/// Says whether a formula begins here, apostrophes aside.
fn begins(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(BEGINNINGS)
}

#[cfg(test)]
mod tests {
    use super::{guarded, unguarded};

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
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell:?}"
            );
        }
        // Only what a spreadsheet would run is touched.
        assert_eq!(guarded("'s-Gravenhage"), "'s-Gravenhage");
        assert_eq!(unguarded("'s"), "'s");
    }
}
