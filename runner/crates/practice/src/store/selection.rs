//! Multi-select picklists as the store keeps them: `A;B`. Values are compared without regard to case, as texts are.

use std::collections::BTreeSet;

/// The values of a selection, without blanks around them and without empty ones.
pub(crate) fn values(text: &str) -> impl Iterator<Item = &str> {
    text.split(';')
        .map(|value| value.trim_matches([' ', '\t']))
        .filter(|value| !value.is_empty())
}

/// Says whether all values of `wanted` are selected (docs/salesforce/queries.md#multi-select-picklists).
pub(super) fn has_all(wanted: &str, selected: &str) -> bool {
    lower(wanted).is_subset(&lower(selected))
}

/// Says whether exactly the values of `wanted` are selected. That their order does not matter is \[inferred\].
pub(super) fn is_same(wanted: &str, selected: &str) -> bool {
    lower(wanted) == lower(selected)
}

/// The labels of a selection's values; `known` is a JSON list of values and labels.
pub(super) fn labels(selected: &str, known: &str) -> String {
    let known: Vec<(String, String)> = serde_json::from_str(known).unwrap_or_default();
    let label = |value: &str| {
        let found = known.iter().find(|(known, _)| known == value);
        found.map_or(value, |(_, label)| label).to_owned()
    };
    values(selected).map(label).collect::<Vec<_>>().join(";")
}

fn lower(text: &str) -> BTreeSet<String> {
    values(text).map(str::to_lowercase).collect()
}
