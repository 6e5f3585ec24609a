//! Findings about a manifest that is valid: words that do nothing, texts that are missing, declarations that are too wide.

use serde_json::Value;
use usher_core::diagnostic::{Diagnostic, SourceText, suggestion};
use usher_core::manifest::{Manifest, Schema};
use usher_core::name::CUSTOM_FIELDS;

use crate::workshop::lint::warned;
use crate::workshop::place;

/// The words of Usher in a schema.
const OWN_WORDS: &[&str] = &["x-usher-unknown", "x-usher-record", "x-usher-secret"];

/// Words of JSON Schema that check nothing here, with the reason.
const IDLE_WORDS: &[(&str, &str)] = &[
    (
        "format",
        "Usher does not check it; write a `pattern`, or say it in the description",
    ),
    ("contentEncoding", "Usher does not look into texts"),
    ("contentMediaType", "Usher does not look into texts"),
    ("contentSchema", "Usher does not look into texts"),
];

/// The findings, in the order of the text.
pub(super) fn findings(manifest: &Manifest, source: &SourceText) -> Vec<Diagnostic> {
    let mut found = Found {
        text: &source.text,
        list: Vec::new(),
    };
    found.schema(&manifest.input, "/input", "input");
    found.schema(&manifest.output, "/output", "result");
    found.closed(&manifest.input);
    found.wide(manifest);
    found.writes_nothing(manifest);
    found
        .list
        .sort_by_key(|one| one.span.as_ref().map(|span| span.start));
    found.list
}

struct Found<'t> {
    text: &'t str,
    list: Vec<Diagnostic>,
}

impl Found<'_> {
    fn add(&mut self, code: &str, at: &str, message: String, help: &str) {
        let span = place::of(self.text, at);
        self.list.push(warned(code, message).at(span).help(help));
    }

    /// Properties without a description, and words that do nothing.
    fn schema(&mut self, schema: &Schema, at: &str, kind: &str) {
        for (name, property) in schema.properties() {
            let at = format!("{at}/properties/{}", escaped(name));
            let described = property.get("description").and_then(Value::as_str);
            if described.is_none_or(|text| text.trim().is_empty()) {
                let message = format!("the {kind} `{name}` has no description");
                let help = "write `\"description\"`: whoever writes a recipe reads it in `usher plugin inspect`";
                self.add("lint/no-description", &at, message, help);
            }
            self.words(property, &at);
        }
    }

    fn words(&mut self, schema: &Value, at: &str) {
        match schema {
            Value::Object(words) => {
                for (word, value) in words {
                    let at = format!("{at}/{}", escaped(word));
                    self.word(word, &at);
                    // The keys of these are names or values, not words.
                    match word.as_str() {
                        "default" | "const" | "enum" | "examples" => {}
                        "properties" | "patternProperties" | "$defs" | "definitions" => {
                            for (name, below) in value.as_object().into_iter().flatten() {
                                self.words(below, &format!("{at}/{}", escaped(name)));
                            }
                        }
                        _ => self.words(value, &at),
                    }
                }
            }
            Value::Array(schemas) => {
                for (index, schema) in schemas.iter().enumerate() {
                    self.words(schema, &format!("{at}/{index}"));
                }
            }
            _ => {}
        }
    }

    fn word(&mut self, word: &str, at: &str) {
        if let Some((_, why)) = IDLE_WORDS.iter().find(|(idle, _)| *idle == word) {
            self.add(
                "lint/idle-word",
                at,
                format!("`{word}` checks nothing"),
                why,
            );
        } else if word.starts_with("x-") && !OWN_WORDS.contains(&word) {
            let message = format!("`{word}` is not a word of Usher, so it does nothing");
            let help = match suggestion(word, OWN_WORDS.iter().copied()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "leave it out, or keep it as a note for people".to_owned(),
            };
            self.add("lint/unknown-word", at, message, &help);
        }
    }

    /// An input that takes properties of any name.
    fn closed(&mut self, input: &Schema) {
        if input.json().get("additionalProperties").is_none() {
            let message = "the input takes properties of any name, so a misspelt one is not found";
            let help = "write `\"additionalProperties\": false`";
            self.add("lint/open-input", "/input", message.to_owned(), help);
        }
    }

    /// Declarations of every custom field.
    fn wide(&mut self, manifest: &Manifest) {
        let tables = [
            ("/reads/records", "reads", &manifest.reads.records),
            ("/writes/create", "creates", &manifest.writes.create),
            ("/writes/update", "updates", &manifest.writes.update),
        ];
        for (place, verb, table) in tables {
            for (object, fields) in table {
                let Some(index) = fields.iter().position(|field| field == CUSTOM_FIELDS) else {
                    continue;
                };
                let at = format!("{place}/{}/{index}", escaped(object));
                let message = format!("the plugin {verb} every custom field of `{object}`");
                let help =
                    "name the fields, unless the input names them: a person must allow all of this";
                self.add("lint/wide", &at, message, help);
            }
        }
    }

    /// A plugin that changes, by its kind, and declares nothing that it writes.
    fn writes_nothing(&mut self, manifest: &Manifest) {
        let writes = &manifest.writes;
        let tables = [&writes.create, &writes.update, &writes.configure];
        let lists = [&writes.delete, &writes.deploy, &writes.requests];
        let none =
            tables.iter().all(|table| table.is_empty()) && lists.iter().all(|list| list.is_empty());
        if none && manifest.kind == usher_core::manifest::Kind::Changing {
            let message = "the plugin is `changing` and declares nothing that it writes".to_owned();
            let help =
                "declare it in `writes`, or write `\"kind\": \"verifying\"` when it only looks";
            self.add("lint/writes-nothing", "/kind", message, help);
        }
    }
}

fn escaped(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}
