//! CSV that is read and written.

use super::{Delimiter, Fault, Format, LineEnding};

const COMMAS: Format = Format {
    delimiter: Delimiter::Comma,
    ending: LineEnding::Lf,
};

const WINDOWS: Format = Format {
    delimiter: Delimiter::Semicolon,
    ending: LineEnding::Crlf,
};

fn cells(text: &str, format: Format) -> Result<Vec<Vec<String>>, Fault> {
    let records = format.records(text);
    records.map(|record| record.map(|one| one.cells)).collect()
}

#[track_caller]
fn check(text: &str, format: Format, expected: &[&[&str]]) {
    let expected: Vec<Vec<String>> = expected
        .iter()
        .map(|row| row.iter().map(|&cell| cell.to_owned()).collect())
        .collect();
    assert_eq!(cells(text, format), Ok(expected));
}

#[test]
fn values_lines_and_quotes_are_told_apart() {
    check("", COMMAS, &[]);
    check("a,b", COMMAS, &[&["a", "b"]]);
    check("a,b\n", COMMAS, &[&["a", "b"]]);
    check("a,\n,b\n", COMMAS, &[&["a", ""], &["", "b"]]);
    check("\"a,1\",\"b\"\"2\"\n", COMMAS, &[&["a,1", "b\"2"]]);
    check("\"a\n1\",b\n", COMMAS, &[&["a\n1", "b"]]);
    check(
        "\"a\r\n1\";b\r\nc;d\r\n",
        WINDOWS,
        &[&["a\r\n1", "b"], &["c", "d"]],
    );
    check(" a , b\n", COMMAS, &[&[" a ", " b"]]);
    check("ä,\u{1F600}\n", COMMAS, &[&["ä", "\u{1F600}"]]);
}

#[test]
fn empty_lines_are_no_records_and_empty_quotes_are() {
    check("a\n\n\nb\n\n", COMMAS, &[&["a"], &["b"]]);
    check("a\n\"\"\nb", COMMAS, &[&["a"], &[""], &["b"]]);
    check("a\r\n\r\nb", WINDOWS, &[&["a"], &["b"]]);
}

#[test]
fn a_quote_stands_around_a_whole_value_or_nowhere() {
    for text in ["a\"b", "\"a\"b", "\"a\" ,b", "a, \"b\"", "\u{FEFF}\"Id\"\n"] {
        assert_eq!(cells(text, COMMAS), Err(Fault::UnescapedQuote), "{text}");
    }
    assert_eq!(cells("a\n\"b\nc", COMMAS), Err(Fault::OpenQuote));
}

#[test]
fn the_other_line_end_is_a_fault() {
    assert_eq!(cells("a\r\nb\r\n", COMMAS), Err(Fault::LineEnding));
    assert_eq!(cells("a\nb\n", WINDOWS), Err(Fault::LineEnding));
    assert_eq!(cells("\"a\"\r\n", COMMAS), Err(Fault::LineEnding));
    assert_eq!(cells("\"a\"\n", WINDOWS), Err(Fault::LineEnding));
    check("a\rb\n", COMMAS, &[&["a\rb"]]);
}

#[test]
fn what_is_written_reads_the_same() {
    let values = ["", "a", "b,c", "d\"e", "f\r\ng", "#N/A", "^|`"];
    for delimiter in [
        Delimiter::Backquote,
        Delimiter::Caret,
        Delimiter::Comma,
        Delimiter::Pipe,
        Delimiter::Semicolon,
        Delimiter::Tab,
    ] {
        for ending in [LineEnding::Lf, LineEnding::Crlf] {
            let format = Format { delimiter, ending };
            let line = format.line(values);
            check(&line, format, &[&values]);
        }
    }
}
