//! The key of a row, and when two keys are the same.

use icu_normalizer::ComposingNormalizer;
use serde_json::Value;

use super::{Column, GivenRow};
use crate::recipe::InputKind;
use usher_contract::id;

/// The key of a row.
pub(super) struct Key {
    /// The text by which the row is known: as it is written, without blanks at its ends. A number is written in one way.
    pub(super) text: String,
    /// Equal for keys that are the same.
    pub(super) same: String,
}

/// The key of a row. `None` where there is none.
pub(super) fn of(row: &GivenRow, column: &Column) -> Option<Key> {
    let text = match row.cells.get(&column.name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    if text.is_empty() {
        return None;
    }
    Some(match &column.kind {
        InputKind::Integer => {
            let text = text
                .parse::<i64>()
                .map_or(text, |number| number.to_string());
            Key {
                same: text.clone(),
                text,
            }
        }
        InputKind::Choice { .. } => Key {
            same: text.clone(),
            text,
        },
        _ => Key {
            same: compared(&text),
            text,
        },
    })
}

/// The text as keys are compared. An id is the same in 15 and in 18 characters. Salesforce finds a text without regard to
/// its case, and two forms of one letter look the same to a person.
fn compared(text: &str) -> String {
    id::canonical(text).unwrap_or_else(|| composed(&text.to_lowercase()))
}

/// A text with each letter in one piece: some programs write `é` as a letter and an accent behind it.
pub fn composed(text: &str) -> String {
    ComposingNormalizer::new_nfc().normalize(text).into_owned()
}
