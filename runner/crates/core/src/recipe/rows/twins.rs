//! Rows that are for the same thing. All of them are wrong: nothing says which one is meant.

use std::collections::HashMap;
use std::hash::Hash;

/// Returns for each key the place of another key that is the same: of the first, and for the first of the second.
pub fn twins<K: Eq + Hash>(keys: impl IntoIterator<Item = Option<K>>) -> Vec<Option<usize>> {
    let mut firsts: HashMap<K, usize> = HashMap::new();
    let mut others: Vec<Option<usize>> = Vec::new();
    for (index, key) in keys.into_iter().enumerate() {
        let first = key.map(|key| *firsts.entry(key).or_insert(index));
        let first = first.filter(|first| *first != index);
        if let Some(first) = first
            && let Some(other) = others.get_mut(first)
        {
            other.get_or_insert(index);
        }
        others.push(first);
    }
    others
}

/// "line 5", or "row 4" where a row has no line. `index`: from 0.
pub fn place(line: Option<usize>, index: usize) -> String {
    match line {
        Some(line) => format!("line {line}"),
        None => format!("row {}", index + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::twins;

    #[test]
    fn each_twin_knows_another_one() {
        let keys = ["a", "b", "a", "", "c", "a", "c", ""];
        let keys = keys.map(|key| Some(key).filter(|key| !key.is_empty()));
        let expected = [
            Some(2),
            None,
            Some(0),
            None,
            Some(6),
            Some(0),
            Some(4),
            None,
        ];
        assert_eq!(twins(keys), expected);
    }
}
