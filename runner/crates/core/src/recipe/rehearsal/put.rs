//! Writing into a rehearsal the answer that it expects. Everything else in the file stays as it is.

use crate::diagnostic::SourceText;
use crate::recipe::rehearsal::{Expected, parse_rehearsal};

/// Returns the text of a rehearsal that expects this: in the place of what it expects now, else at the end. None: the
/// file is written in a way that only a person can change.
pub fn put(source: &SourceText, expected: &Expected) -> Option<String> {
    let before = parse_rehearsal(source).ok()?;
    let text = match before.expected {
        Some(_) => replaced(&source.text, &section(expected))?,
        None => format!("{}\n\n{}", source.text.trim_end(), section(expected)),
    };
    let name = source.name.clone();
    let text_of = text.clone();
    let after = parse_rehearsal(&SourceText {
        name,
        text: text_of,
    });
    let after = after.ok()?;
    let written = after.expected?;
    let is_same = after.title == before.title
        && after.input == before.input
        && written.answer == expected.answer
        && written.refused == expected.refused
        && written.log == expected.log;
    is_same.then_some(text)
}

fn section(expected: &Expected) -> String {
    let mut text = "[expected]\n".to_owned();
    if let Some(answer) = &expected.answer {
        text.push_str(&format!("answer = {}\n", lines(answer)));
    }
    for (name, list) in [
        (
            "refused",
            Some(&expected.refused).filter(|list| !list.is_empty()),
        ),
        ("log", expected.log.as_ref()),
    ] {
        if let Some(list) = list {
            let list: Vec<String> = list
                .iter()
                .map(|line| format!("    {},\n", quoted(line)))
                .collect();
            text.push_str(&format!("{name} = [\n{}]\n", list.concat()));
        }
    }
    text
}

/// The text with the section `[expected]` replaced: from its header to the next one, or to the end.
fn replaced(text: &str, section: &str) -> Option<String> {
    let (mut before, mut after) = (String::new(), String::new());
    let (mut is_inside, mut is_behind) = (false, false);
    let mut open: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let is_header = open.is_none() && line.trim_start().starts_with('[');
        if is_header && line.trim().starts_with("[expected]") {
            is_inside = true;
        } else if is_header && is_inside && !line.trim_start().starts_with("[expected.") {
            // A list of the section itself may begin a line with a bracket, but not at its first column.
            is_behind |= line.starts_with('[');
        }
        open = still_open(line, open);
        match (is_inside, is_behind) {
            (false, _) => before.push_str(line),
            (true, true) => after.push_str(line),
            (true, false) => {}
        }
    }
    let gap = if after.is_empty() { "" } else { "\n" };
    is_inside.then(|| format!("{before}{section}{gap}{after}"))
}

/// The quotes of a text of several lines that is open behind a line.
fn still_open<'q>(line: &str, open: Option<&'q str>) -> Option<&'q str> {
    let mut open = open;
    let mut rest = line;
    loop {
        match open {
            Some(quotes) => match rest.find(quotes) {
                Some(at) => {
                    rest = &rest[at + quotes.len()..];
                    open = None;
                }
                None => return open,
            },
            None => {
                let found = ["\"\"\"", "'''"]
                    .into_iter()
                    .filter_map(|quotes| Some((rest.find(quotes)?, quotes)))
                    .min();
                let (at, quotes) = found?;
                rest = &rest[at + quotes.len()..];
                open = Some(quotes);
            }
        }
    }
}

/// A text of several lines, readable as it is where TOML can write it so.
fn lines(text: &str) -> String {
    let is_plain = |text: &str| {
        text.chars()
            .all(|it| it == '\n' || it == '\t' || !it.is_control())
    };
    match text {
        text if text.contains('\\') && !text.contains("'''") && is_plain(text) => {
            format!("'''\n{text}'''")
        }
        text => {
            let mut escaped = String::from("\"\"\"\n");
            for character in text.chars() {
                match character {
                    '\\' => escaped.push_str("\\\\"),
                    '"' if escaped.ends_with("\"\"") => escaped.push_str("\\\""),
                    '\n' | '\t' => escaped.push(character),
                    it if it.is_control() => escaped.push_str(&format!("\\u{:04X}", u32::from(it))),
                    it => escaped.push(it),
                }
            }
            if escaped.ends_with('"') && escaped.len() > 4 {
                escaped.pop();
                escaped.push_str("\\\"");
            }
            escaped + "\"\"\""
        }
    }
}

/// A text on one line. TOML escapes as JSON does.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
