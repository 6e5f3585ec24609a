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

/// The things that one step gives, and the texts of its input.
pub(super) struct Gifts {
    pub(super) given: Vec<Given>,
    pub(super) texts: BTreeSet<String>,
}

/// Says for each step which of the things that it gives no text of its input names. The records of all of them are read
/// together.
pub(super) async fn unnamed(org: &Client, steps: &[Gifts]) -> Flow<Vec<Option<String>>> {
    let open: Vec<Result<Open<'_>, String>> = steps.iter().map(Open::of).collect();
    let ids = open.iter().flatten().flat_map(|open| open.ids.keys());
    let ids: BTreeSet<&str> = ids.copied().collect();
    let mut called: BTreeMap<String, (&str, Vec<String>)> = BTreeMap::new();
    for (object, fields) in NAMES {
        // Something that is not a valid id is in no query, and no text names it.
        let of = ids
            .iter()
            .copied()
            .filter(|id| id::canonical(id).is_some() && id::object_of(id) == Some(object));
        let of: Vec<&str> = of.collect();
        for ids in of.chunks(IDS_MAX) {
            for record in read(org, object, fields, ids).await? {
                if let Some(id) = record["Id"].as_str().and_then(id::canonical) {
                    called.insert(id, (object, names(&record, fields)));
                }
            }
        }
    }
    let open = open.into_iter();
    Ok(open
        .map(|open| match open {
            Ok(open) => open.unnamed(&called),
            Err(why) => Some(why),
        })
        .collect())
}

/// The things that a step gives and that no text names by its id.
struct Open<'a> {
    /// The field of each, by id.
    ids: BTreeMap<&'a str, &'a str>,
    wanted: BTreeSet<String>,
}

impl<'a> Open<'a> {
    fn of(gifts: &'a Gifts) -> Result<Self, String> {
        let texts = &gifts.texts;
        let is_id = |id: &str| {
            let mut texts = texts.iter();
            texts.any(|text| *text == id || id::canonical(text).as_deref() == Some(id))
        };
        let mut ids = BTreeMap::new();
        for one in &gifts.given {
            let Some(id) = &one.id else {
                let field = &one.field;
                return Err(format!("sets `{field}` to a record that it makes itself"));
            };
            if !is_id(id) {
                ids.insert(id.as_str(), one.field.as_str());
            }
        }
        let wanted = texts.iter().map(|text| text.to_lowercase());
        Ok(Self {
            ids,
            wanted: wanted.collect(),
        })
    }

    /// Names the first thing that no text names. `called`: object and names of each record, by its id.
    fn unnamed(&self, called: &BTreeMap<String, (&str, Vec<String>)>) -> Option<String> {
        let spelled = self.wanted.iter().map(|text| without_spelling(text));
        let spelled: BTreeSet<String> = spelled.collect();
        let is_named = |id: &str| {
            let record = id::canonical(id).and_then(|id| called.get(&id));
            record.is_some_and(|(object, names)| {
                names.iter().any(|name| {
                    let bare = without_spelling(name);
                    let is_spelled = SPELLED.contains(object) && !bare.is_empty();
                    self.wanted.contains(name) || (is_spelled && spelled.contains(&bare))
                })
            })
        };
        let mut ids = self.ids.iter();
        let (id, field) = ids.find(|(id, _)| !is_named(id))?;
        Some(format!(
            "sets `{field}` to {id}, which the input of the step does not name"
        ))
    }
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
