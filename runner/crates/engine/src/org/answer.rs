//! Taking an org's answers apart: bodies, pages, composites, collections, errors
//! (`salesforce-api` notes §9.3–§9.7). Nothing here sends anything.

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;
use usher_core::read::Refusal;

use crate::org::{OrgError, Saved, is_success};

/// How much of an unreadable body is repeated to a person.
const EXCERPT_CHARS: usize = 120;

/// The JSON body of a success, or the refusal.
pub(super) fn body(reply: http::Response<Bytes>) -> Result<Value, OrgError> {
    let status = reply.status();
    let body = reply.into_body();
    if is_success(status) {
        if body.is_empty() {
            return Ok(Value::Null);
        }
        let json = serde_json::from_slice(&body).map_err(|_| {
            OrgError::Malformed(format!("{} with `{}`", status.as_u16(), excerpt(&body)))
        });
        return json.map(without_tokens);
    }
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Err(refusal(status, &json, &body))
}

/// The answer without keys that begin with `$`. Usher itself puts those into what it hands to plugins: an org
/// that sends `{"$ref": …}` as a value would forge a token of the run.
fn without_tokens(mut json: Value) -> Value {
    match &mut json {
        Value::Object(object) => {
            object.retain(|key, _| !key.starts_with('$'));
            for value in object.values_mut() {
                *value = without_tokens(value.take());
            }
        }
        Value::Array(values) => {
            for value in values {
                *value = without_tokens(value.take());
            }
        }
        _ => {}
    }
    json
}

/// The records of one page, and where the next one is.
pub(super) fn page(mut page: Value) -> Result<(Vec<Value>, Option<String>), OrgError> {
    let Some(Value::Array(records)) = page.get_mut("records").map(Value::take) else {
        return Err(OrgError::Malformed(
            "a query's answer has no `records`".to_owned(),
        ));
    };
    let next = page
        .get("nextRecordsUrl")
        .and_then(Value::as_str)
        .map(str::to_owned);
    Ok((records, next))
}

/// The parts of a composite's answer, in order.
pub(super) fn composite(
    mut reply: Value,
    count: usize,
) -> Result<Vec<Result<Value, OrgError>>, OrgError> {
    let Some(Value::Array(parts)) = reply.get_mut("compositeResponse").map(Value::take) else {
        return Err(OrgError::Malformed(
            "it has no `compositeResponse`".to_owned(),
        ));
    };
    if parts.len() != count {
        return Err(OrgError::Malformed(format!(
            "{} answers to {count} requests",
            parts.len()
        )));
    }
    Ok(parts
        .into_iter()
        .map(|mut part| {
            let status = part
                .get("httpStatusCode")
                .and_then(Value::as_u64)
                .unwrap_or(0);
            let status = u16::try_from(status)
                .ok()
                .and_then(|code| StatusCode::from_u16(code).ok());
            let body = part.get_mut("body").map(Value::take).unwrap_or(Value::Null);
            match status {
                Some(status) if is_success(status) => Ok(body),
                Some(status) => Err(refusal(status, &body, body.to_string().as_bytes())),
                None => Err(OrgError::Malformed(
                    "a part of a composite has no status".to_owned(),
                )),
            }
        })
        .collect())
}

/// The rows of a collection's answer, in order.
pub(super) fn saved(reply: Value, count: usize) -> Result<Vec<Saved>, OrgError> {
    let Value::Array(rows) = reply else {
        return Err(OrgError::Malformed(
            "a collection's answer is no list".to_owned(),
        ));
    };
    if rows.len() != count {
        return Err(OrgError::Malformed(format!(
            "{} answers to {count} rows",
            rows.len()
        )));
    }
    rows.iter()
        .map(|row| {
            if row.get("success").and_then(Value::as_bool) == Some(true) {
                return text(row, "id").map(Saved::Id);
            }
            let error = row
                .get("errors")
                .and_then(|errors| errors.get(0))
                .unwrap_or(&Value::Null);
            Ok(Saved::Refused(Refusal {
                status: 400,
                // `statusCode` in collections, `errorCode` elsewhere.
                code: text(error, "statusCode").or_else(|_| text(error, "errorCode"))?,
                message: text(error, "message").unwrap_or_default(),
            }))
        })
        .collect()
}

/// A text that must be there.
pub(super) fn text(json: &Value, name: &str) -> Result<String, OrgError> {
    json.get(name)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| OrgError::Malformed(format!("it has no `{name}`")))
}

fn refusal(status: StatusCode, json: &Value, body: &[u8]) -> OrgError {
    let first = json.get(0).unwrap_or(json);
    let field = |names: [&str; 2]| {
        names
            .iter()
            .find_map(|name| first.get(*name)?.as_str())
            .map(str::to_owned)
    };
    let code = field(["errorCode", "error"]);
    let message = field(["message", "error_description"]).unwrap_or_else(|| excerpt(body));
    match (status.as_u16(), code) {
        (401, _) => OrgError::SignedOut(message),
        (403, Some(code)) if code == "REQUEST_LIMIT_EXCEEDED" => {
            OrgError::Throttled(format!("{code} {message}"))
        }
        (429, code) => OrgError::Throttled(format!(
            "{} {message}",
            code.unwrap_or_else(|| "429".to_owned())
        )),
        (502 | 503 | 420, code) => OrgError::Unavailable(format!(
            "{} {message}",
            code.unwrap_or_else(|| status.as_u16().to_string())
        )),
        (status, Some(code)) => OrgError::Refused(Refusal {
            status,
            code,
            message,
        }),
        (status, None) => OrgError::Malformed(format!("{status} with `{message}`")),
    }
}

fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(body)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(EXCERPT_CHARS)
        .collect()
}
