//! What comes back: the body of an envelope, a fault, the records of a read, the errors of an update.

use bytes::Bytes;
use serde_json::{Map, Value};
use usher_core::read::Refusal;

use crate::org::metadata::xml::{self, Element};
use crate::org::{OrgError, answer};

/// The element that answers the call, or what its fault means.
pub(super) fn body(reply: http::Response<Bytes>, operation: &str) -> Result<Element, OrgError> {
    let status = reply.status();
    let envelope = match xml::parse(reply.body()) {
        Ok(envelope) => envelope,
        // Whoever stands before the API, or is down, answers with HTML or JSON.
        Err(_) if !status.is_success() => return Err(refused(reply)),
        Err(why) => {
            return Err(OrgError::Malformed(format!(
                "its XML cannot be read: {why}"
            )));
        }
    };
    let body = envelope
        .child("Body")
        .and_then(|body| body.children.first());
    match body {
        Some(fault) if fault.name == "Fault" => Err(of_fault(fault, status.as_u16())),
        Some(answer) if status.is_success() && answer.name == format!("{operation}Response") => {
            Ok(answer.clone())
        }
        _ if !status.is_success() => Err(refused(reply)),
        _ => Err(OrgError::Malformed(format!(
            "it does not answer `{operation}`"
        ))),
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
        // What is not there comes as an empty or nil record [inferred].
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

/// Whether the one component was saved.
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
        message: error.text_of("message").unwrap_or_default().to_owned(),
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
            // No value is a list by itself: a list is what came more than once.
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
    let code = code.rsplit(':').next().unwrap_or(code).to_owned();
    let text = fault.text_of("faultstring").unwrap_or_default().trim();
    // The text begins with the code once more.
    let message = text
        .strip_prefix(&format!("{code}:"))
        .unwrap_or(text)
        .trim()
        .to_owned();
    match code.as_str() {
        "INVALID_SESSION_ID" => OrgError::SignedOut(message),
        "REQUEST_LIMIT_EXCEEDED" | "SERVER_UNAVAILABLE" => {
            OrgError::Unavailable(format!("{code} {message}"))
        }
        "" => OrgError::Malformed("a fault without a code".to_owned()),
        _ => OrgError::Refused(Refusal {
            status,
            code,
            message,
        }),
    }
}

/// A refusal that is no SOAP.
fn refused(reply: http::Response<Bytes>) -> OrgError {
    let status = reply.status().as_u16();
    answer::body(reply)
        .err()
        .unwrap_or_else(|| OrgError::Malformed(format!("{status} without a fault")))
}
