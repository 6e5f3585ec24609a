//! The older Bulk API, `/services/async/NN.0/job…`: refused, in its own shape (docs/salesforce/bulk.md#the-older-bulk-api).

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use serde_json::json;

use crate::inner::Inner;
use crate::xml::escape;

/// Answers below `/services/async`.
pub(super) fn refused(inner: &Inner, request: &Request<Bytes>, now_ms: i64) -> Response<Bytes> {
    let text = |name: &str| {
        let value = request.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let (code, message) = match inner.session(text("X-SFDC-Session"), now_ms) {
        Err(_) => ("InvalidSessionId", "Invalid session id"),
        Ok(_) => (
            "FeatureNotEnabled",
            "the practice org does not know the older Bulk API: use Bulk API 2.0, /services/data/vNN.0/jobs",
        ),
    };
    let (kind, body) = match asks_for_json(request.headers()) {
        true => (
            "application/json;charset=UTF-8",
            json!({ "exceptionCode": code, "exceptionMessage": message }).to_string(),
        ),
        false => (
            "application/xml",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><error xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\"><exceptionCode>{code}</exceptionCode><exceptionMessage>{}</exceptionMessage></error>",
                escape(message)
            ),
        ),
    };
    Response::builder()
        .status(StatusCode::BAD_REQUEST)
        .header(http::header::CONTENT_TYPE, kind)
        .body(Bytes::from(body))
        .expect("constant headers are well-formed")
}

/// Errors are JSON for who sends or accepts JSON, else XML.
fn asks_for_json(headers: &HeaderMap) -> bool {
    [http::header::ACCEPT, http::header::CONTENT_TYPE]
        .iter()
        .filter_map(|name| headers.get(name)?.to_str().ok())
        .any(|value| value.contains("json"))
}
