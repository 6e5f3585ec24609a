//! Takes an answer apart: the body of an envelope, a fault, the records of a read, the errors of an update.

use bytes::Bytes;
use serde_json::{Map, Value};
use usher_core::read::Refusal;
use usher_core::text;

use crate::client::metadata::xml::{self, Element, NoTree};
use crate::client::{OrgError, answer, meaning};

/// In every answer with a fault.
const FAULT: &[u8] = b"Fault>";

/// Returns the error of an answer of the SOAP face that is not a success: its fault, else as for any answer.
pub(super) fn error(reply: &http::Response<Bytes>) -> OrgError {
    let status = reply.status().as_u16();
    let fault = xml::parse(reply.body()).ok();
    let fault = fault.as_ref().and_then(|envelope| envelope.child("Body"));
    let fault = fault.and_then(|body| body.children.first());
    match fault {
        Some(fault) if fault.name == "Fault" => of_fault(fault, status),
        _ => answer::error(reply),
    }
}

/// Returns the error of an answer that is not a success, or of the fault in one that is.
pub(super) fn refusal(reply: &http::Response<Bytes>) -> Option<OrgError> {
    if !reply.status().is_success() {
        return Some(error(reply));
    }
    // Most answers hold no fault, and are read only once.
    if !reply.body().windows(FAULT.len()).any(|text| text == FAULT) {
        return None;
    }
    let envelope = xml::parse(reply.body()).ok()?;
    let first = envelope.child("Body")?.children.first()?;
    (first.name == "Fault").then(|| of_fault(first, reply.status().as_u16()))
}

/// Returns the element that answers the call, or the error that its fault stands for.
pub(super) fn body(reply: http::Response<Bytes>, operation: &str) -> Result<Element, OrgError> {
    let status = reply.status();
    if !status.is_success() {
        return Err(error(&reply));
    }
    let envelope = xml::parse(reply.body()).map_err(|why| match why {
        NoTree::TooLarge => OrgError::TooMuch(format!("the org's answer is too large: {why}")),
        NoTree::Unreadable(why) => {
            let why = format!("its XML cannot be read: {why}");
            meaning::of_unreadable(status, reply.body(), &why)
        }
    })?;
    let body = envelope.child("Body");
    match body.and_then(|body| body.children.first()) {
        Some(fault) if fault.name == "Fault" => Err(of_fault(fault, status.as_u16())),
        Some(answer) if answer.name == format!("{operation}Response") => Ok(answer.clone()),
        _ => {
            let why = format!("it does not answer `{operation}`");
            Err(meaning::of_unreadable(status, reply.body(), &why))
        }
    }
}

/// The fields of the one component that was asked for.
pub(super) fn records(answer: &Element, settings: &str) -> Result<Map<String, Value>, OrgError> {
    let Some(result) = answer.child("result") else {
        return Err(OrgError::Malformed("it has no `result`".to_owned()));
    };
    let there =
        |record: &&Element| record.name == "records" && !record.nil && !record.children.is_empty();
    match result
        .children
        .iter()
        .filter(there)
        .collect::<Vec<_>>()
        .as_slice()
    {
        // Salesforce answers an empty or nil record for a component that does not exist [inferred].
        [] => Err(OrgError::Refused(Refusal {
            status: 404,
            code: "NOT_FOUND".to_owned(),
            message: format!("the org has no settings `{settings}`"),
        })),
        [record] => {
            let mut fields = fields(record);
            fields.remove("fullName");
            Ok(fields)
        }
        many => Err(OrgError::Malformed(format!(
            "{} records for one name",
            many.len()
        ))),
    }
}

/// Checks that the one component was saved.
pub(super) fn saved(answer: &Element) -> Result<(), OrgError> {
    let result = answer.child("result");
    if result.and_then(|result| result.text_of("success")) == Some("true") {
        return Ok(());
    }
    let Some(error) = result.and_then(|result| result.child("errors")) else {
        return Err(OrgError::Malformed(
            "it says neither success nor errors".to_owned(),
        ));
    };
    Err(OrgError::Refused(Refusal {
        status: 400,
        code: error
            .text_of("statusCode")
            .unwrap_or("UNKNOWN_EXCEPTION")
            .to_owned(),
        message: text::without_markup(error.text_of("message").unwrap_or_default()),
    }))
}

fn fields(element: &Element) -> Map<String, Value> {
    let mut fields: Map<String, Value> = Map::new();
    for child in &element.children {
        let value = value(child);
        match fields.get_mut(&child.name) {
            None => {
                fields.insert(child.name.clone(), value);
            }
            // A list is what comes more than once; no value is a list by itself.
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    fields
}

fn value(element: &Element) -> Value {
    if element.nil {
        return Value::Null;
    }
    if !element.children.is_empty() {
        return Value::Object(fields(element));
    }
    match element.text.as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "" => Value::Null,
        text => Value::String(text.to_owned()),
    }
}

fn of_fault(fault: &Element, status: u16) -> OrgError {
    let code = fault.text_of("faultcode").unwrap_or_default().trim();
    let (prefix, code) = code.rsplit_once(':').unwrap_or(("", code));
    let code = code.to_owned();
    let text = fault.text_of("faultstring").unwrap_or_default().trim();
    // The text begins with the code once more.
    let message = text
        .strip_prefix(&format!("{code}:"))
        .unwrap_or(text)
        .trim()
        .to_owned();
    if code.is_empty() {
        return OrgError::Malformed("a fault without a code".to_owned());
    }
    if prefix.eq_ignore_ascii_case("soapenv") {
        // The server's own words, not those of the call.
        return OrgError::Unavailable(format!("{code} {message}"));
    }
    meaning::of_code(status, code, message)
}
