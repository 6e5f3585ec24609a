//! The items that a step is repeated for: the rows of an input, or the texts of a list.

use serde_json::Value;
use usher_core::keep::Gone;

use super::FoundInputs;

/// One item.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundItem {
    /// The text that recognises it: that of a row's key column as the person wrote it, or the text of the list.
    pub key: String,
    /// A row is a table with its records found.
    pub value: Value,
    /// The line of the file in which the row begins, from 1.
    pub line: Option<usize>,
}

impl FoundInputs {
    /// The records that are gone from the set of an input.
    pub fn gone(&self, input: &str) -> &[Gone] {
        let used = self.used.iter().find(|used| used.name == input);
        let kept = used.and_then(|used| used.kept.as_ref());
        kept.map_or(&[], |kept| &kept.gone)
    }

    /// The items of an input, in the order of the file or list. A text that a list has several times is one item. An
    /// input that was left out has none.
    pub fn items(&self, input: &str) -> Vec<FoundItem> {
        let Some(Value::Array(values)) = self.values.get(input) else {
            return Vec::new();
        };
        let used = self.used.iter().find(|used| used.name == input);
        if let Some(rows) = used.and_then(|used| used.rows.as_ref()) {
            let items = rows.rows.iter().zip(values).map(|(row, value)| FoundItem {
                key: row.key.clone(),
                value: value.clone(),
                line: row.line,
            });
            return items.collect();
        }
        let mut known = std::collections::HashSet::new();
        let texts = values.iter().filter_map(Value::as_str);
        let items = texts
            .filter(|text| known.insert(*text))
            .map(|text| FoundItem {
                key: text.to_owned(),
                value: Value::from(text),
                line: None,
            });
        items.collect()
    }
}
