//! Checks that a step gives people only what its input names: reads the records behind the ids, and looks for their
//! names among the texts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use usher_core::id;
use usher_core::plan::Given;

use crate::client::Client;
use crate::conduct::{Flow, unread};

/// Objects whose records are given to people, and the fields by which people name them.
const NAMES: [(&str, &[&str]); 4] = [
    ("Profile", &["Name"]),
    ("PermissionSet", &["Name", "Label", "NamespacePrefix"]),
    (
        "PermissionSetGroup",
        &["DeveloperName", "MasterLabel", "NamespacePrefix"],
    ),
    ("UserRole", &["Name", "DeveloperName"]),
];

/// Objects whose names plugins take in other spellings, too: documents and orgs write the names of permission sets with
/// hyphens, blanks and underscores or without.
const SPELLED: [&str; 2] = ["PermissionSet", "PermissionSetGroup"];

/// Ids of one query.
const IDS_MAX: usize = 200;

/// Names the given things that no text names.
pub(super) async fn unnamed(
    org: &Client,
    given: &[Given],
    texts: &BTreeSet<String>,
) -> Flow<Option<String>> {
    let wanted: BTreeSet<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    let spelled: BTreeSet<String> = wanted.iter().map(|text| without_spelling(text)).collect();
    let ids: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
    let is_id = |id: &str| {
        let mut ids = ids.iter();
        ids.any(|text| *text == id || id::canonical(text).as_deref() == Some(id))
    };
    let mut open: BTreeMap<&str, &str> = BTreeMap::new();
    for one in given {
        let Some(id) = &one.id else {
            let field = &one.field;
            return Ok(Some(format!(
                "sets `{field}` to a record that it makes itself"
            )));
        };
        if !is_id(id) {
            open.insert(id, &one.field);
        }
    }
    for (object, fields) in NAMES {
        // Something that is not a valid id is in no query, and no text names it.
        let of = open
            .keys()
            .copied()
            .filter(|id| id::canonical(id).is_some() && id::object_of(id) == Some(object));
        let of: Vec<&str> = of.collect();
        for ids in of.chunks(IDS_MAX) {
            for record in read(org, object, fields, ids).await? {
                let is_named = names(&record, fields).iter().any(|name| {
                    let bare = without_spelling(name);
                    let is_spelled = SPELLED.contains(&object) && !bare.is_empty();
                    wanted.contains(name) || (is_spelled && spelled.contains(&bare))
                });
                if let Some(id) = record["Id"].as_str().and_then(id::canonical)
                    && is_named
                {
                    open.remove(id.as_str());
                }
            }
        }
    }
    Ok(open.first_key_value().map(|(id, field)| {
        format!("sets `{field}` to {id}, which the input of the step does not name")
    }))
}

async fn read(org: &Client, object: &str, fields: &[&str], ids: &[&str]) -> Flow<Vec<Value>> {
    let fields = fields.join(", ");
    let ids = ids.join("', '");
    let soql = format!("SELECT Id, {fields} FROM {object} WHERE Id IN ('{ids}')");
    org.query(&soql).await.map_err(|error| unread(&error))
}

/// A name without the characters that make another spelling of it.
fn without_spelling(name: &str) -> String {
    name.replace(['-', ' ', '_'], "")
}

/// Everything that a person may call the record, in small letters.
fn names(record: &Value, fields: &[&str]) -> Vec<String> {
    let text = |field: &str| record[field].as_str().map(str::to_lowercase);
    let mut names: Vec<String> = fields.iter().filter_map(|field| text(field)).collect();
    if let Some(prefix) = text("NamespacePrefix") {
        // The prefix alone names nothing.
        names.retain(|name| *name != prefix);
        let qualified = fields.iter().take(1).filter_map(|field| text(field));
        names.extend(qualified.map(|name| format!("{prefix}__{name}")));
    }
    names
}
