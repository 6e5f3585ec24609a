//! The shape of a manifest: its keys, and the form of each value. Checked before anything else, so that every mistake
//! has its place and none hides another.

use serde_json::Value;

use crate::manifest::Problem;
use crate::manifest::check::shown;
use crate::manifest::schema::escape;

enum Form {
    Number,
    Text,
    /// Any form, because something else checks it.
    Any,
    OneOf(&'static [&'static str]),
    Names,
    NamesByName,
    Table(&'static [(&'static str, Form)]),
}

const REQUIRED: &[&str] = &[
    "format", "name", "version", "summary", "kind", "input", "output",
];

const READS: Form = Form::Table(&[
    ("records", Form::NamesByName),
    ("queries", Form::NamesByName),
    ("describes", Form::Names),
    ("settings", Form::Names),
    ("components", Form::Names),
    ("resources", Form::Names),
]);

const MANIFEST: Form = Form::Table(&[
    ("format", Form::Number),
    ("name", Form::Text),
    ("version", Form::Text),
    ("summary", Form::Text),
    ("kind", Form::OneOf(&["changing", "verifying"])),
    ("input", Form::Any),
    ("output", Form::Any),
    ("reads", READS),
    ("does_without", READS),
    (
        "writes",
        Form::Table(&[
            ("create", Form::NamesByName),
            ("update", Form::NamesByName),
            ("delete", Form::Names),
            ("configure", Form::NamesByName),
            ("deploy", Form::Names),
            ("requests", Form::Names),
        ]),
    ),
    (
        "predicts",
        Form::Table(&[
            ("records", Form::NamesByName),
            ("settings", Form::NamesByName),
            ("objects", Form::NamesByName),
        ]),
    ),
    ("secrets", Form::NamesByName),
]);

/// Finds every value that has another shape.
pub(super) fn problems(manifest: &Value) -> Vec<Problem> {
    let mut found = Vec::new();
    MANIFEST.check(manifest, "", &mut found);
    for key in REQUIRED {
        if manifest.is_object() && manifest.get(key).is_none() {
            found.push(Problem {
                at: format!("/{key}"),
                message: format!("`{key}` is missing"),
            });
        }
    }
    found
}

impl Form {
    fn check(&self, json: &Value, at: &str, found: &mut Vec<Problem>) {
        let below = |key: &str| format!("{at}/{}", escape(key));
        let right = match (self, json) {
            (Self::Any, _) | (Self::Text, Value::String(_)) => true,
            (Self::Number, number) => number.is_u64(),
            (Self::OneOf(words), Value::String(text)) => words.contains(&text.as_str()),
            (Self::Names, Value::Array(names)) => {
                for (index, name) in names.iter().enumerate() {
                    Self::Text.check(name, &below(&index.to_string()), found);
                }
                true
            }
            (Self::NamesByName, Value::Object(all)) => {
                for (key, names) in all {
                    Self::Names.check(names, &below(key), found);
                }
                true
            }
            (Self::Table(keys), Value::Object(table)) => {
                for (key, value) in table {
                    match keys.iter().find(|(known, _)| known == key) {
                        Some((_, form)) => form.check(value, &below(key), found),
                        None => {
                            let known: Vec<&str> = keys.iter().map(|(known, _)| *known).collect();
                            let known = crate::text::list(&known);
                            let key = shown(key);
                            found.push(Problem {
                                at: at.to_owned(),
                                message: format!("there is no key `{key}`, only {known}"),
                            });
                        }
                    }
                }
                true
            }
            _ => false,
        };
        if !right {
            found.push(Problem {
                at: at.to_owned(),
                message: format!("this is not {}", self.wanted()),
            });
        }
    }

    fn wanted(&self) -> String {
        match self {
            Self::Number => "a whole number".to_owned(),
            Self::Text => "a text".to_owned(),
            Self::Any => "a value".to_owned(),
            Self::OneOf(words) => format!("one of {}", crate::text::list(words)),
            Self::Names => "a list of names: `[\"…\", \"…\"]`".to_owned(),
            Self::NamesByName => "an object of lists: `{\"User\": [\"Name\"]}`".to_owned(),
            Self::Table(_) => "an object".to_owned(),
        }
    }
}
