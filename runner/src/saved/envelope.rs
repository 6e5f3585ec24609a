//! The text of a plan file: one line with its format, length and digest, and the plan. The line is read before anything
//! else, so that Usher can distinguish a newer, a torn and a touched file.

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The format that this Usher writes and reads. Counts up when a field is added or means another thing.
const FORMAT: u64 = 1;

/// The beginning of every plan file.
const BEGIN: &str = "{\"usher plan\": ";

/// The text between the first line and the content, and the text after the content.
const BEFORE: &str = "\"saved\": ";
const BEHIND: &str = "}\n";

/// The reason why a text is not a usable plan file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    NotOne,
    TooNew(u64),
    Truncated,
    Touched,
}

#[derive(Deserialize)]
struct FirstLine {
    #[serde(rename = "usher plan")]
    format: u64,
    bytes: usize,
    sha256: String,
}

/// The whole text of a file with that content, which is JSON.
pub(super) fn seal(content: &str) -> String {
    let line = first_line(content.len(), &digest(content.as_bytes()));
    format!("{line}{BEFORE}{content}{BEHIND}")
}

/// The content of a file, when it is as it was written.
pub(super) fn open(text: &str) -> Result<&str, Broken> {
    let Some((line, rest)) = text.split_once('\n') else {
        let begun = BEGIN.starts_with(text) || text.starts_with(BEGIN);
        return Err(if begun {
            Broken::Truncated
        } else {
            Broken::NotOne
        });
    };
    if !line.starts_with(BEGIN) {
        return Err(Broken::NotOne);
    }
    let whole = format!("{}}}", line.trim_end_matches(','));
    let number = serde_json::from_str::<serde_json::Value>(&whole);
    let number = number.ok().and_then(|line| line["usher plan"].as_u64());
    if let Some(newer) = number.filter(|format| *format > FORMAT) {
        return Err(Broken::TooNew(newer));
    }
    let Ok(first) = serde_json::from_str::<FirstLine>(&whole) else {
        return Err(Broken::Touched);
    };
    // The line must be exactly as written: a change of a byte without meaning counts as well.
    if first.format != FORMAT || format!("{line}\n") != first_line(first.bytes, &first.sha256) {
        return Err(Broken::Touched);
    }
    let expected = BEFORE.len() + first.bytes + BEHIND.len();
    if rest.len() < expected {
        return Err(Broken::Truncated);
    }
    let content = rest.strip_prefix(BEFORE);
    let content = content.and_then(|rest| rest.strip_suffix(BEHIND));
    let content = content.filter(|content| content.len() == first.bytes);
    match content {
        Some(content) if digest(content.as_bytes()) == first.sha256 => Ok(content),
        _ => Err(Broken::Touched),
    }
}

/// Says whether a file is, or once was, a plan file.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(BEGIN.as_bytes())
}

fn first_line(bytes: usize, sha256: &str) -> String {
    format!("{BEGIN}{FORMAT}, \"bytes\": {bytes}, \"sha256\": \"{sha256}\",\n")
}

/// Hex SHA-256.
pub(super) fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
