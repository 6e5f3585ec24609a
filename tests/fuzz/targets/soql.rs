//! Any text as SOQL, or any words of SOQL in a row. The first byte is `q` for records, `c` for columns; as a capital it
//! says that each byte behind it is a word.

#![no_main]

use libfuzzer_sys::fuzz_target;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The words, each in quotes on a line of its own: the fuzzer's dictionary, too.
const WORDS: &str = include_str!("../words/soql");

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let soql = match first.is_ascii_uppercase() {
        true => in_words(rest),
        false => String::from_utf8_lossy(rest).into_owned(),
    };
    let soql = utf8_percent_encode(&soql, NON_ALPHANUMERIC);
    let columns = match first.eq_ignore_ascii_case(&b'c') {
        true => "&columns=true",
        false => "",
    };
    let line = format!("GET /services/data/v66.0/query?q={soql}{columns}");
    usher_fuzz::with_org(|org| {
        org.send(&line, &[], b"");
    });
});

fn in_words(bytes: &[u8]) -> String {
    let words: Vec<&str> = WORDS.lines().map(|line| line.trim_matches('"')).collect();
    let chosen = bytes
        .iter()
        .map(|byte| words[usize::from(*byte) % words.len()]);
    chosen.collect::<Vec<_>>().join(" ")
}
