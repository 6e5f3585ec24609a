//! The shape of HTTP Archive 1.2 (<http://www.softwareishard.com/blog/har-12-spec/>).

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::wire::WireError;
use crate::wire::traced::redacted;

/// The version of HTTP that requests are sent with.
const HTTP: &str = "HTTP/1.1";

/// The beginning of an exchange, and the time that it took.
pub(super) struct Timing {
    pub(super) at_ms: i64,
    pub(super) took_ms: u64,
}

/// The document up to its first entry.
pub(super) fn head() -> String {
    let creator = json!({ "name": "usher", "version": env!("CARGO_PKG_VERSION") });
    let comment = "values are replaced: only names, sizes, times and codes are as they were";
    format!(
        "{{\"log\":{{\"version\":\"1.2\",\"creator\":{creator},\"comment\":\"{comment}\",\"entries\":["
    )
}

/// The request of an entry.
pub(super) fn request(request: &http::Request<Bytes>, base: &str) -> Value {
    let target = redacted::target(&request.uri().to_string());
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('&').filter(|pair| !pair.is_empty());
    let query = query.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        json!({ "name": name, "value": value })
    });
    let mut made = json!({
        "method": request.method().as_str(),
        "url": format!("{base}{target}"),
        "httpVersion": HTTP,
        "cookies": [],
        "headers": headers(request.headers()),
        "queryString": query.collect::<Vec<_>>(),
        "headersSize": -1,
        "bodySize": request.body().len(),
    });
    if !request.body().is_empty() {
        let kind = kind(request.headers());
        made["postData"] = json!({
            "mimeType": kind,
            "text": redacted::body(&kind, request.body()),
        });
    }
    made
}

/// One exchange.
pub(super) fn entry(
    timing: Timing,
    request: Value,
    answer: &Result<http::Response<Bytes>, WireError>,
) -> String {
    let Timing { at_ms, took_ms } = timing;
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut entry = json!({
        "startedDateTime": at.to_string(),
        "time": took_ms,
        "request": request,
        "response": response(answer.as_ref().ok()),
        "cache": {},
        "timings": { "send": 0, "wait": took_ms, "receive": 0 },
    });
    if let Err(error) = answer {
        entry["comment"] = json!(told(error));
    }
    entry.to_string()
}

/// The response of an entry. None came: its status is 0, as browsers write it.
fn response(answer: Option<&http::Response<Bytes>>) -> Value {
    let nothing = http::Response::new(Bytes::new());
    let status = answer.map_or(0, |answer| answer.status().as_u16());
    let answer = answer.unwrap_or(&nothing);
    let kind = kind(answer.headers());
    let body = answer.body();
    json!({
        "status": status,
        "statusText": "",
        "httpVersion": HTTP,
        "cookies": [],
        "headers": headers(answer.headers()),
        "content": {
            "size": body.len(),
            "mimeType": kind,
            "text": redacted::body(&kind, body),
        },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": body.len(),
    })
}

fn headers(headers: &HeaderMap) -> Vec<Value> {
    let shown = headers.iter().map(|(name, value)| {
        let value = redacted::header(name.as_str(), value.to_str().unwrap_or_default());
        json!({ "name": name.as_str(), "value": value })
    });
    shown.collect()
}

/// The media type without its parameters.
fn kind(headers: &HeaderMap) -> String {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next());
    kind.unwrap_or_default().trim().to_ascii_lowercase()
}

/// The reason why no answer came, in words of ours alone.
fn told(error: &WireError) -> String {
    match error {
        WireError::Unreachable(unreached) => format!("never left: {}", unreached.barrier.code()),
        WireError::Spent(spent) => format!("never left: {}", spent.code()),
        WireError::Lost(_) => "no answer: it may have acted".to_owned(),
        WireError::TooLarge { limit } => format!("the answer is larger than {limit} bytes"),
    }
}
