//! Restricted picklists: Salesforce refuses a value that is not in the list.

use serde_json::Value as Json;
use usher_sdk::ticked;

/// Values that a refusal names.
const NAMED_MAX: usize = 10;

/// Returns the end of a sentence for a text that a restricted picklist does not take. What the org does not list, fits.
/// A list may be shorter for a record type, which a description does not say.
pub(crate) fn misfit(field: &Json, text: &str) -> Option<String> {
    match field["restrictedPicklist"] == true {
        true => unlisted(field, text),
        false => None,
    }
}

/// The same for any picklist: one that is not restricted holds the value, but does not offer it.
pub fn unlisted(field: &Json, text: &str) -> Option<String> {
    let is_many = field["type"] == "multipicklist";
    if !(is_many || field["type"] == "picklist") {
        return None;
    }
    let entries = active(field);
    let parts: Vec<&str> = match is_many {
        true => text.split(';').map(str::trim).collect(),
        false => vec![text],
    };
    let is_value = |part: &str| entries.iter().any(|(value, _)| same(value, part));
    let mut wrong = parts
        .into_iter()
        .filter(|part| !part.is_empty() && !is_value(part));
    let wrong = wrong.next().filter(|_| !entries.is_empty())?;
    if let Some((value, _)) = entries.iter().find(|(_, label)| same(label, wrong)) {
        return Some(format!(
            "takes the API name of a value: `{value}` for `{wrong}`"
        ));
    }
    let values: Vec<&str> = entries.iter().map(|(value, _)| *value).collect();
    let listed = match values.get(..NAMED_MAX) {
        Some(first) if values.len() > NAMED_MAX => {
            let first: Vec<String> = first.iter().map(|value| format!("`{value}`")).collect();
            format!("{} and {} more", first.join(", "), values.len() - NAMED_MAX)
        }
        _ => ticked(&values),
    };
    let takes = match field["restrictedPicklist"] == true {
        true => format!("takes {listed} only"),
        false => format!("offers {listed}"),
    };
    Some(format!("{takes}, and `{wrong}` is not among them"))
}

/// Value and label of each active entry.
pub(crate) fn active(field: &Json) -> Vec<(&str, &str)> {
    let entries = field["picklistValues"].as_array().into_iter().flatten();
    let entries = entries.filter(|entry| entry["active"] != false);
    entries
        .filter_map(|entry| {
            let value = entry["value"].as_str()?;
            Some((value, entry["label"].as_str().unwrap_or(value)))
        })
        .collect()
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
