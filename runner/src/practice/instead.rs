//! Answers that a client gets instead of the org's: pages of something on the way, and lists of another shape.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};
use usher_practice::{FaultKind, GatewayStatus, Shape};

/// The answer when the request does not get to the org; none when it does.
pub(super) fn without_act(fault: Option<&FaultKind>) -> Option<Response<Bytes>> {
    match fault? {
        FaultKind::BadGateway {
            status,
            acts: false,
        } => Some(gateway(*status)),
        FaultKind::Html { acts: false } => Some(portal()),
        FaultKind::Garbled { acts: false, .. } => Some(json(&json!({}))),
        FaultKind::Redirect => {
            let mut response = page(StatusCode::FOUND, "Found");
            let elsewhere = HeaderValue::from_static("http://portal.example/login");
            response.headers_mut().insert(LOCATION, elsewhere);
            Some(response)
        }
        FaultKind::TooLong => Some(page(StatusCode::URI_TOO_LONG, "Request-URI Too Large")),
        FaultKind::HeadersTooLarge => {
            let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            Some(page(status, "Request Header Fields Too Large"))
        }
        _ => None,
    }
}

/// The answer once the org has acted and has given `answer`.
pub(super) fn after_act(fault: &FaultKind, answer: Response<Bytes>) -> Response<Bytes> {
    match fault {
        FaultKind::BadGateway { status, .. } => gateway(*status),
        FaultKind::Html { .. } => portal(),
        FaultKind::Garbled { shape, .. } => garbled(*shape, &answer),
        _ => answer,
    }
}

fn gateway(status: GatewayStatus) -> Response<Bytes> {
    match status {
        GatewayStatus::Internal => page(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
        GatewayStatus::Bad => page(StatusCode::BAD_GATEWAY, "Bad Gateway"),
        GatewayStatus::Timeout => page(StatusCode::GATEWAY_TIMEOUT, "Gateway Time-out"),
    }
}

fn portal() -> Response<Bytes> {
    page(StatusCode::OK, "Welcome to the network of the hotel")
}

fn page(status: StatusCode, title: &str) -> Response<Bytes> {
    let html = format!(
        "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    );
    answered(status, "text/html; charset=utf-8", html)
}

fn json(body: &Value) -> Response<Bytes> {
    let kind = "application/json;charset=UTF-8";
    answered(StatusCode::OK, kind, body.to_string())
}

fn answered(status: StatusCode, kind: &'static str, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn garbled(shape: Shape, answer: &Response<Bytes>) -> Response<Bytes> {
    let mut rows = match serde_json::from_slice(answer.body()) {
        Ok(Value::Array(rows)) => rows,
        _ => Vec::new(),
    };
    match shape {
        Shape::Empty => return json(&json!({})),
        Shape::Fewer => drop(rows.pop()),
        Shape::NoCode => {
            if let Some(first) = rows.first_mut() {
                *first = json!({ "success": false, "errors": [{ "message": "failed" }] });
            }
        }
    }
    json(&Value::Array(rows))
}
