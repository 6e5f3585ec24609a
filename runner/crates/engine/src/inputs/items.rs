//! The items that a step is repeated for: the rows of an input, and the records that are gone from its set.

use serde_json::Value;
use usher_core::keep::Gone;
use usher_core::recipe::Item;

use super::FoundInputs;

impl FoundInputs {
    /// The records that are gone from the set of an input.
    pub fn gone(&self, input: &str) -> &[Gone] {
        let used = self.used.iter().find(|used| used.name == input);
        let kept = used.and_then(|used| used.kept.as_ref());
        kept.map_or(&[], |kept| &kept.gone)
    }

    /// The rows of an input, in the order of the file: the key as the person wrote it, and the columns with their records
    /// found. An input that was left out has none.
    pub fn items(&self, input: &str) -> Vec<Item> {
        let Some(Value::Array(values)) = self.values.get(input) else {
            return Vec::new();
        };
        let used = self.used.iter().find(|used| used.name == input);
        let rows = used.and_then(|used| used.rows.as_ref());
        let rows = rows.into_iter().flat_map(|rows| &rows.rows);
        let items = rows.zip(values).map(|(row, value)| Item {
            key: row.key.clone(),
            value: value.clone(),
        });
        items.collect()
    }
}
