//! Results of saves, one for each record in its order.

use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::soap_api::sequence::{Part, Shape, elements};

const ERROR: &[Part] = &[
    ("fields", Shape::Texts),
    ("message", Shape::Text),
    ("statusCode", Shape::Text),
    ("duplicateResult", Shape::One(DUPLICATES)),
];

const PLAIN_ERROR: &[Part] = &[
    ("fields", Shape::Texts),
    ("message", Shape::Text),
    ("statusCode", Shape::Text),
];

const DUPLICATES: &[Part] = &[
    ("allowSave", Shape::Truth),
    ("duplicateRule", Shape::Text),
    ("duplicateRuleEntityType", Shape::Text),
    ("errorMessage", Shape::TextOrNil),
    ("matchResults", Shape::Each(MATCHES)),
];

const MATCHES: &[Part] = &[
    ("entityType", Shape::Text),
    ("errors", Shape::Each(PLAIN_ERROR)),
    ("matchEngine", Shape::Text),
    ("matchRecords", Shape::Each(MATCHED)),
    ("rule", Shape::Text),
    ("size", Shape::Count),
    ("success", Shape::Truth),
];

const MATCHED: &[Part] = &[
    ("fieldDiffs", Shape::Each(DIFFERENCE)),
    ("matchConfidence", Shape::Count),
    ("record", Shape::Record),
];

const DIFFERENCE: &[Part] = &[("difference", Shape::Text), ("name", Shape::Text)];

/// The row of a record that was not saved, as REST shows it.
pub(super) fn refused(refusal: &Refusal) -> Value {
    json!({ "success": false, "errors": [refusal.to_row_json()] })
}

/// The rows of REST as results.
pub(super) fn shown(rows: &[Value]) -> String {
    rows.iter().map(result).collect()
}

fn result(row: &Value) -> String {
    let saved = row["success"] == Value::Bool(true);
    let created = match &row["created"] {
        Value::Bool(created) => format!("<created>{created}</created>"),
        _ => String::new(),
    };
    let errors = row["errors"].as_array().into_iter().flatten();
    let errors: String = errors.map(error).collect();
    let id = match row["id"].as_str() {
        Some(id) => format!("<id>{id}</id>"),
        None => "<id xsi:nil=\"true\"/>".to_owned(),
    };
    format!("<result>{created}{errors}{id}<success>{saved}</success></result>")
}

fn error(error: &Value) -> String {
    let mut error = error.clone();
    // REST says that a record is not there; here there is no such code.
    if error["statusCode"] == "NOT_FOUND" {
        error["statusCode"] = "INVALID_CROSS_REFERENCE_KEY".into();
        error["message"] = "invalid cross reference id".into();
    }
    let kind = match error["duplicateResult"].is_null() {
        true => "",
        false => " xsi:type=\"DuplicateError\"",
    };
    format!("<errors{kind}>{}</errors>", elements(&error, ERROR))
}
