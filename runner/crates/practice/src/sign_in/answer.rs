//! Answers of sign-in: objects and single words. None is to be kept.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use serde_json::Value;

pub(super) fn json(status: StatusCode, body: &Value) -> Response<Bytes> {
    let kind = HeaderValue::from_static("application/json;charset=UTF-8");
    answered(status, kind, body.to_string())
}

pub(super) fn plain(status: StatusCode, text: &'static str) -> Response<Bytes> {
    let kind = HeaderValue::from_static("text/html;charset=UTF-8");
    answered(status, kind, text.to_owned())
}

pub(super) fn answered(status: StatusCode, kind: HeaderValue, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
