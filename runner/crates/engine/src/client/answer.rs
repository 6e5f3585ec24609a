//! Takes an org's answers apart: bodies, pages, composites, collections (REST API Developer Guide). `meaning` says
//! what errors mean. Nothing here sends anything.

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;
use usher_core::read::Refusal;
use usher_core::text::without_markup;

use crate::client::duplicates::Duplicated;
use crate::client::meaning;
use crate::client::{OrgError, Saved, is_success};

/// Returns the error of an answer that is not a success.
pub(super) fn error(reply: &http::Response<Bytes>) -> OrgError {
    let body = reply.body();
    let location = reply.headers().get(http::header::LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    if let Some(redirected) = meaning::of_redirect(reply.status(), location) {
        return redirected;
    }
    let json = serde_json::from_slice(body).unwrap_or(Value::Null);
    meaning::of_answer(reply.status(), &json, body)
}

/// Returns the JSON body of a success, or the refusal.
pub(super) fn body(reply: http::Response<Bytes>) -> Result<Value, OrgError> {
    let status = reply.status();
    if !is_success(status) {
        return Err(error(&reply));
    }
    let body = reply.into_body();
    if body.is_empty() {
        return Ok(Value::Null);
    }
    let json = serde_json::from_slice(&body).map_err(|_| {
        let why = format!("{} with `{}`", status.as_u16(), meaning::excerpt(&body));
        meaning::of_unreadable(status, &body, &why)
    });
    json.map(without_tokens)
}

/// The answer without keys that begin with `$`. Usher itself puts those into values for plugins: an org that sends
/// `{"$ref": …}` as a value would forge a token of the run.
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

/// The records of one page, and the address of the next one.
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

/// Says whether this is the address of a page of a query: `/services/data/vN.N/query/` and a locator of letters, digits
/// and hyphens.
pub(super) fn is_locator(path: &str) -> bool {
    let rest = path.strip_prefix("/services/data/v");
    let Some((version, locator)) = rest.and_then(|rest| rest.split_once("/query/")) else {
        return false;
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_version = version
        .split_once('.')
        .is_some_and(|(major, minor)| is_number(major) && is_number(minor));
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    is_version && !locator.is_empty() && locator.bytes().all(is_letter)
}

/// The errors of the parts of a composite's answer.
pub(super) fn parts_of(reply: &http::Response<Bytes>) -> Vec<OrgError> {
    // Most answers hold no such part, and are read only once.
    let is_there = |code: &[u8]| reply.body().windows(code.len()).any(|text| text == code);
    if !is_there(b"401") {
        return Vec::new();
    }
    let json: Value = serde_json::from_slice(reply.body()).unwrap_or(Value::Null);
    let parts = json["compositeResponse"].as_array();
    let count = parts.map_or(0, Vec::len);
    let parts = composite(json, count).unwrap_or_default();
    parts.into_iter().filter_map(Result::err).collect()
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
                Some(status) => Err(meaning::of_answer(
                    status,
                    &body,
                    body.to_string().as_bytes(),
                )),
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
            "a collection's answer is not a list".to_owned(),
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
            if let Some(duplicated) = Duplicated::of(error) {
                return Ok(Saved::Duplicates(duplicated));
            }
            Ok(Saved::Refused(Refusal {
                status: 400,
                // `statusCode` in collections, `errorCode` elsewhere.
                code: text(error, "statusCode").or_else(|_| text(error, "errorCode"))?,
                message: without_markup(&text(error, "message").unwrap_or_default()),
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
