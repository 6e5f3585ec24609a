//! A grant in words, for a refusal, and as lines of `grants.toml`.

use std::collections::BTreeMap;

use crate::grant::{Grant, LISTS, LISTS_BY_NAME};
use crate::name::{CUSTOM_FIELDS, fold};

/// Keys by what is at stake: the reader sees the most important ones first.
const BY_STAKE: &[&str] = &[
    "raises",
    "secret",
    "delete",
    "request",
    "deploy",
    "update",
    "create",
    "configure",
    "predict",
    "predict_settings",
    "predict_objects",
    "get",
    "query",
    "read",
    "read_settings",
    "read_components",
];

/// Lists what a grant allows, in words: "delete `Case`", "read `Name` of `User`". The records that a relationship leads to
/// have words of their own.
pub fn in_words(grant: &Grant) -> Vec<String> {
    let mut words = Vec::new();
    for key in BY_STAKE {
        for (name, entries) in grant.by_name.get(key).into_iter().flatten() {
            let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
            match *key {
                "read" | "query" => reads(key, name, &entries, &mut words),
                _ => words.push(by_name(key, name, &entries)),
            }
        }
        for name in grant.lists.get(key).into_iter().flatten() {
            words.push(match *key {
                "read_settings" => format!("read the settings `{name}`"),
                "read_components" => format!("read components of type `{name}`"),
                "get" => format!("read the resource `{name}`"),
                "request" => format!("send the request `{name}`"),
                "raises" => format!("raise privileges: {}", raised(name)),
                verb => format!("{verb} `{name}`"),
            });
        }
    }
    words
}

/// The fields of an object, then those of the records behind each of its relationships.
fn reads(key: &str, object: &str, fields: &[&str], words: &mut Vec<String>) {
    let mut by_path: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for field in fields {
        let (path, field) = field.rsplit_once('.').unwrap_or(("", field));
        by_path.entry(path).or_default().push(field);
    }
    if fields.is_empty() {
        by_path.insert("", Vec::new());
    }
    for (path, fields) in by_path {
        words.push(match path {
            "" => by_name(key, object, &fields),
            path => {
                let of = format!(
                    "{} that `{path}` of `{object}` leads to",
                    led_to(path, object)
                );
                let fields = listed(&fields);
                let how = if key == "query" { ", in free SOQL" } else { "" };
                format!("read {fields} of {of}{how}")
            }
        });
    }
}

/// The record that a path of relationships leads to, by its object where the name of the last relationship tells it.
fn led_to(path: &str, object: &str) -> String {
    let relationship = path.rsplit('.').next().unwrap_or(path);
    let object = match relationship {
        "Owner" | "Manager" | "Assignee" | "Member" | "CreatedBy" | "LastModifiedBy" => "User",
        "ReportsTo" => "Contact",
        "Parent" if path == relationship => object,
        "Parent" => return "the record".to_owned(),
        custom if custom.ends_with("__r") => return "the record".to_owned(),
        same => same,
    };
    format!("the `{object}`")
}

/// A privilege that a grant names, in words.
fn raised(name: &str) -> String {
    // Names are compared without regard to case, so the words are chosen without it.
    match fold(name).as_str() {
        "permissionsetid" => "give users permission sets (`PermissionSetId`)".to_owned(),
        "permissionsetgroupid" => {
            "give users permission set groups (`PermissionSetGroupId`)".to_owned()
        }
        "profileid" => "give users a profile (`ProfileId`)".to_owned(),
        "userroleid" => "give users a role (`UserRoleId`)".to_owned(),
        "a role at the top" => "make roles at the top of the role hierarchy".to_owned(),
        "_httpmethod" => "send requests as those of another method (`_HttpMethod`)".to_owned(),
        records if records.contains(" of ") => format!("open all records: `{name}`"),
        _ => format!("give the user permission `{name}`"),
    }
}

/// The fields in words.
fn listed(fields: &[&str]) -> String {
    let any = format!("`{CUSTOM_FIELDS}`");
    crate::text::list(fields).replace(&any, "every custom field")
}

fn by_name(key: &str, name: &str, entries: &[&str]) -> String {
    let fields = listed(entries);
    let no_field = entries.is_empty();
    match key {
        "read" if no_field => format!("read the object `{name}`"),
        "query" if no_field => format!("read `{name}` in free SOQL"),
        "query" => format!("read {fields} of `{name}` in free SOQL"),
        "create" if no_field => format!("create `{name}`"),
        "create" => format!("create `{name}` with {fields}"),
        "configure" => format!("set {fields} of the settings `{name}`"),
        "predict" if no_field => format!("predict what becomes of `{name}`"),
        "predict" => format!("predict {fields} of `{name}`"),
        "predict_settings" => format!("predict {fields} of the settings `{name}`"),
        "predict_objects" if no_field => format!("predict that the object `{name}` comes to be"),
        "predict_objects" => format!("predict that {fields} come to be in `{name}`"),
        "secret" => format!("send the secret `{name}` to {fields}"),
        verb if no_field => format!("{verb} `{name}`"),
        verb => format!("{verb} {fields} of `{name}`"),
    }
}

/// The lines of a grant as they are written below `[plugins.<name>]`.
pub fn lines(grant: &Grant) -> String {
    let mut lines = Vec::new();
    for key in LISTS_BY_NAME {
        for (name, entries) in grant.by_name.get(key).into_iter().flatten() {
            lines.push(line(&format!("{key}.{name}"), entries));
        }
    }
    for key in LISTS {
        if let Some(names) = grant.lists.get(key) {
            lines.push(line(key, names));
        }
    }
    lines.join("\n")
}

/// One line; several when one would be too long to read.
fn line<'a>(key: &str, entries: impl IntoIterator<Item = &'a String>) -> String {
    /// The width of the files that come with Usher.
    const WIDTH_MAX: usize = 100;
    // TOML escapes the same characters as JSON, in the same way.
    let entries: Vec<String> = entries
        .into_iter()
        .map(|entry| serde_json::Value::from(entry.as_str()).to_string())
        .collect();
    let one = format!("{key} = [{}]", entries.join(", "));
    if one.len() <= WIDTH_MAX {
        return one;
    }
    let entries: String = entries.iter().map(|it| format!("  {it},\n")).collect();
    format!("{key} = [\n{entries}]")
}
