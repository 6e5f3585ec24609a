//! Fields between two forms: the component, and the definition that fixtures write and `tenant` makes a column of.

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};
use usher_core::component::{parts, texts};

use crate::components::Content;
use crate::metadata::record;
use crate::refusal::{Outcome, Refusal};
use crate::schema::Object;

/// The types of the Metadata API that the practice org knows, and the words of fixtures.
const TYPES: [(&str, &str); 12] = [
    ("Text", "text"),
    ("TextArea", "textarea"),
    ("LongTextArea", "textarea"),
    ("Email", "email"),
    ("Phone", "phone"),
    ("Url", "url"),
    ("Number", "number"),
    ("Checkbox", "checkbox"),
    ("Date", "date"),
    ("DateTime", "datetime"),
    ("Picklist", "picklist"),
    ("MultiselectPicklist", "multipicklist"),
];

/// The lines of a multi-select picklist on a page \[inferred\].
const LINES: RangeInclusive<u32> = 3..=10;

/// The type of a definition.
pub(super) fn kind_of(definition: &Value) -> &str {
    definition["type"].as_str().unwrap_or("text")
}

/// The definition of a component.
pub(super) fn definition_of(known: &Object, name: &str, content: &Content) -> Outcome<Value> {
    record::complete(content, "label")?;
    record::complete(content, "type")?;
    let one = |element: &str| texts(content, element).next();
    record::refuse_unknown(content, &["encryptionScheme", "formula"])?;
    if one("caseSensitive") == Some("true") {
        record::refuse_unknown(content, &["caseSensitive"])?;
    }
    let kind = one("type").unwrap_or_default();
    let Some((_, word)) = TYPES.iter().find(|(known, _)| *known == kind) else {
        // Not the platform's words: it has more types of fields.
        let message = format!("the practice org does not know fields of the type `{kind}`");
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["type"],
        ));
    };
    let is_on = |element: &str| one(element) == Some("true");
    if is_on("externalId") && !matches!(kind, "Text" | "Number" | "Email") {
        // Text, numbers, auto numbers and mail addresses can be external ids (docs/salesforce/metadata.md#fields).
        // [inferred] The text.
        let message = "Can not specify 'externalId' for a CustomField of type ";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            format!("{message}{kind}"),
            &["externalId"],
        ));
    }
    let mut definition = json!({
        "object": known.name,
        "name": name,
        "label": one("label"),
        "type": word,
        "required": is_on("required"),
        "external_id": is_on("externalId"),
        "unique": is_on("unique"),
    });
    let mut put = |key: &str, value: Value| definition[key] = value;
    if matches!(kind, "Text" | "LongTextArea") {
        // [inferred] The text.
        let longest = if kind == "Text" { 255 } else { 131_072 };
        let length = one("length").and_then(|length| length.parse::<u32>().ok());
        match length.filter(|length| (1..=longest).contains(length)) {
            Some(length) => put("length", json!(length)),
            None => {
                let message = "Must specify 'length' for a CustomField of type ";
                return Err(Refusal::save(
                    "FIELD_INTEGRITY_EXCEPTION",
                    format!("{message}{kind}"),
                    &["length"],
                ));
            }
        }
    }
    if kind == "Number" {
        let digits = |element: &str| {
            let digits = one(element).and_then(|digits| digits.parse::<u32>().ok());
            digits.ok_or_else(|| {
                // [inferred] The text.
                let message = format!("Must specify '{element}' for a CustomField of type Number");
                Refusal::save("FIELD_INTEGRITY_EXCEPTION", message, &[element])
            })
        };
        put("precision", json!(digits("precision")?));
        put("scale", json!(digits("scale")?));
    }
    if kind == "Checkbox" {
        put("default", json!(is_on("defaultValue")));
    } else {
        record::refuse_unknown(content, &["defaultValue"])?;
    }
    if kind == "MultiselectPicklist" {
        // [inferred] The bounds; that a value must come is seen for long text areas (docs/salesforce/metadata.md#fields).
        let lines = one("visibleLines").and_then(|lines| lines.parse::<u32>().ok());
        match lines.filter(|lines| LINES.contains(lines)) {
            Some(lines) => put("visible_lines", json!(lines)),
            None => {
                let message = "Must specify 'visibleLines' for a CustomField of type ";
                return Err(Refusal::save(
                    "FIELD_INTEGRITY_EXCEPTION",
                    format!("{message}{kind}"),
                    &["visibleLines"],
                ));
            }
        }
    }
    if matches!(kind, "Picklist" | "MultiselectPicklist") {
        let set = parts(content, "valueSet").next();
        let set = set.ok_or_else(|| picklist_without_values(name))?;
        record::refuse_unknown(set, &["controllingField", "valueSetName", "valueSettings"])?;
        let given = parts(set, "valueSetDefinition").flat_map(|values| parts(values, "value"));
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for value in given {
            let Some(name) = texts(value, "fullName").next() else {
                continue;
            };
            values.push(name);
            labels.push(texts(value, "label").next().unwrap_or(name));
            if texts(value, "default").next() == Some("true") {
                put("default", json!(name));
            }
        }
        put("values", json!(values));
        put("labels", json!(labels));
        put(
            "restricted",
            json!(texts(set, "restricted").next() == Some("true")),
        );
    }
    Ok(definition)
}

/// \[inferred\] The text.
fn picklist_without_values(name: &str) -> Refusal {
    let message = format!("the picklist {name} has no values");
    Refusal::save("FIELD_INTEGRITY_EXCEPTION", message, &["valueSet"])
}

/// The component of a field that a fixture made: what its definition says.
pub(super) fn content_of(definition: &Value) -> Content {
    let text = |key: &str| definition[key].as_str().unwrap_or_default();
    let word = kind_of(definition);
    let length = definition["length"].as_u64().unwrap_or(255);
    let kind = TYPES.iter().find(|(_, known)| *known == word);
    let kind = match kind.map_or("Text", |(kind, _)| kind) {
        "TextArea" if length > 255 => "LongTextArea",
        kind => kind,
    };
    let label = match text("label") {
        "" => text("name").trim_end_matches("__c").replace('_', " "),
        label => label.to_owned(),
    };
    let is_on = |key: &str| definition[key] == Value::Bool(true);
    let mut content: Content = Map::new();
    let mut one = |element: &str, value: Value| {
        content.insert(element.to_owned(), json!([value]));
    };
    one("label", json!(label));
    one("type", json!(kind));
    one("externalId", json!(is_on("external_id").to_string()));
    if kind == "Checkbox" {
        one("defaultValue", json!(is_on("default").to_string()));
    } else {
        one("required", json!(is_on("required").to_string()));
    }
    match kind {
        "Text" => {
            one("length", json!(length.min(255).to_string()));
            one("unique", json!(is_on("unique").to_string()));
        }
        "LongTextArea" => one("length", json!(length.to_string())),
        // [inferred] The digits of a number whose definition does not say them.
        "Number" => {
            let digits = |key: &str, unset: u64| definition[key].as_u64().unwrap_or(unset);
            let unset = if definition["precision"].is_null() {
                2
            } else {
                0
            };
            one("precision", json!(digits("precision", 18).to_string()));
            one("scale", json!(digits("scale", unset).to_string()));
        }
        "Picklist" | "MultiselectPicklist" => {
            let values = definition["values"].as_array().cloned().unwrap_or_default();
            let values = values.iter().map(
                |value| json!({ "default": ["false"], "fullName": [value], "label": [value] }),
            );
            let values: Vec<Value> = values.collect();
            let restricted = definition["restricted"] != Value::Bool(false);
            one(
                "valueSet",
                json!({
                    "restricted": [restricted.to_string()],
                    "valueSetDefinition": [{ "sorted": ["false"], "value": values }],
                }),
            );
            if kind == "MultiselectPicklist" {
                let lines = definition["visible_lines"].as_u64().unwrap_or(4);
                one("visibleLines", json!(lines.to_string()));
            }
        }
        _ => {}
    }
    content
}
