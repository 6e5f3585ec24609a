//! A grant in words, for a refusal, and as lines of `grants.toml`.

use crate::grant::{Grant, LISTS, LISTS_BY_NAME};

/// Keys by what is at stake: the reader sees the most important ones first.
const BY_STAKE: &[&str] = &[
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

/// Lists what a grant allows, in words: "delete `Case`", "read `Name` of `User`".
pub fn in_words(grant: &Grant) -> Vec<String> {
    let mut words = Vec::new();
    for key in BY_STAKE {
        for (name, entries) in grant.by_name.get(key).into_iter().flatten() {
            let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
            words.push(by_name(key, name, &entries));
        }
        for name in grant.lists.get(key).into_iter().flatten() {
            words.push(match *key {
                "read_settings" => format!("read the settings `{name}`"),
                "read_components" => format!("read components of type `{name}`"),
                "get" => format!("read the resource `{name}`"),
                "request" => format!("send the request `{name}`"),
                verb => format!("{verb} `{name}`"),
            });
        }
    }
    words
}

fn by_name(key: &str, name: &str, entries: &[&str]) -> String {
    let fields = crate::text::list(entries);
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
