//! Checks the input before the org is asked: the names of its fields, and that the key can find a record.

use serde_json::Value as Json;
use usher_external_users::escape;
use usher_sdk::{Diagnostic, Problems, Value, ticked};

use crate::{Input, Object};

const MANIFEST: &str = include_str!("../manifest.json");

/// The fields of an object that the manifest declares, those that people name first at the front.
pub(crate) fn declared(object: Object) -> Vec<String> {
    let manifest: Json = serde_json::from_str(MANIFEST).unwrap_or_default();
    let fields = manifest["writes"]["create"][object.name()].as_array();
    let fields = fields.into_iter().flatten().filter_map(Json::as_str);
    fields.map(str::to_owned).collect()
}

/// Reports fields that are not declared or named twice, and values of the key that find nothing.
pub(crate) fn check(input: &Input, problems: &mut Problems) {
    let declared = declared(input.object);
    let tables = [("key", &input.key), ("values", &input.values)];
    let mut seen: Vec<&str> = vec![];
    for (table, fields) in tables {
        for (field, value) in fields {
            let at = format!("/{table}/{}", escape(field));
            if !declared.contains(field) {
                problems.invalid(undeclared(input.object, field, &declared, &at));
            } else if seen.contains(&field.as_str()) {
                let summary = format!("`{field}` is in the key and in the values");
                let problem = Diagnostic::error("field-twice", at.as_str(), summary)
                    .remedy("Name each field once");
                problems.invalid(problem);
            }
            seen.push(field);
            if table == "key" && matches!(value, Value::Text(text) if text.trim().is_empty()) {
                let summary =
                    format!("`{field}` is empty, and every record without one would match");
                let problem = Diagnostic::error("empty-key", at.as_str(), summary)
                    .remedy("Give it a value, or leave it out of the key");
                problems.invalid(problem);
            }
        }
    }
}

fn undeclared(object: Object, field: &str, declared: &[String], at: &str) -> Diagnostic {
    let same = |other: &&String| other.eq_ignore_ascii_case(field);
    let remedy = match declared.iter().find(same) {
        Some(other) => format!("Write `{other}`"),
        None => format!("Name some of {}", ticked(declared)),
    };
    let summary = format!(
        "`{field}` of {} is not a field that this step writes",
        object.name()
    );
    Diagnostic::error("unknown-field", at, summary).remedy(remedy)
}
