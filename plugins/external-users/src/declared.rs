//! The fields of records that a plugin's manifest declares.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The part of a manifest that is read: the rest of it, which is long, is passed over.
#[derive(Deserialize)]
struct Manifest<'m> {
    #[serde(borrow)]
    writes: Writes<'m>,
}

#[derive(Deserialize)]
struct Writes<'m> {
    #[serde(borrow)]
    create: BTreeMap<&'m str, Vec<&'m str>>,
}

/// The fields of an object that the plugin may set in a new record, in their order; `*__c` for any custom one.
pub fn created<'m>(manifest: &'m str, object: &str) -> Vec<&'m str> {
    let manifest: Result<Manifest<'m>, _> = serde_json::from_str(manifest);
    let mut create = manifest.map(|manifest| manifest.writes.create);
    let fields = create
        .as_mut()
        .ok()
        .and_then(|create| create.remove(object));
    fields.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::created;

    #[test]
    fn the_rest_of_a_manifest_is_passed_over() {
        let manifest = r#"{ "name": "a\"b", "writes": { "update": { "User": ["Title"] },
            "create": { "Account": ["Name", "*__c"], "Contact": [] } }, "input": { "x": [1, {}] } }"#;
        assert_eq!(created(manifest, "Account"), ["Name", "*__c"]);
        assert!(created(manifest, "Contact").is_empty());
        assert!(created(manifest, "User").is_empty());
    }
}
