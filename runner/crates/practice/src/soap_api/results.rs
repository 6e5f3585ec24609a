//! Results of saves, one for each record in its order.

use serde_json::{Value, json};

use crate::refusal::{Outcome, Refusal};
use crate::soap_api::Desk;
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

/// Records of one call.
const RECORDS_MAX: usize = 200;

/// Refuses a call of too many records.
pub(super) fn permit(count: usize) -> Outcome<()> {
    if count <= RECORDS_MAX {
        return Ok(());
    }
    let message = format!(
        "record limit reached. cannot submit more than {RECORDS_MAX} records into this call"
    );
    Err(Refusal::new(500, "EXCEEDED_ID_LIMIT", message))
}

/// The rows of records that are saved one by one, or, where all or none are wanted, as one unit.
pub(super) fn all_or_some<T>(
    desk: &Desk<'_>,
    records: &[T],
    save: impl Fn(&T) -> Value,
) -> Vec<Value> {
    let mut rows: Vec<Value> = Vec::new();
    let all_or_none = desk.headers.all_or_none;
    let failed = |row: &Value| row["success"] != Value::Bool(true);
    let done = desk.org.unit(|| {
        rows = records.iter().map(&save).collect();
        match all_or_none && rows.iter().any(failed) {
            true => Err(rolled_back()),
            false => Ok(()),
        }
    });
    if done.is_err() {
        // Records that were saved are undone with the others.
        for row in rows.iter_mut().filter(|row| !failed(row)) {
            *row = refused(&rolled_back());
        }
    }
    rows
}

/// The refusal of a record that was saved, and taken back with another one.
pub(super) fn rolled_back() -> Refusal {
    let message = "Record rolled back because not all records were valid and the request was using AllOrNone header";
    Refusal::save("ALL_OR_NONE_OPERATION_ROLLED_BACK", message, &[])
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
