//! Answers of the bulk face: JSON, CSV or nothing.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;

/// One answer.
pub(super) struct Reply {
    status: StatusCode,
    body: Bytes,
    kind: Option<&'static str>,
    headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// 200 with JSON.
    pub(super) fn json(body: &Value) -> Self {
        Self {
            status: StatusCode::OK,
            body: Bytes::from(body.to_string()),
            kind: Some("application/json;charset=UTF-8"),
            headers: Vec::new(),
        }
    }

    /// 200 with CSV.
    pub(super) fn csv(text: String) -> Self {
        Self {
            status: StatusCode::OK,
            body: Bytes::from(text),
            kind: Some("text/csv; charset=UTF-8"),
            headers: Vec::new(),
        }
    }

    /// A status and no body.
    pub(super) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            body: Bytes::new(),
            kind: None,
            headers: Vec::new(),
        }
    }

    /// The same answer with one more header; `value` is made of letters and digits.
    pub(super) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(super) fn respond(self) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Some(kind) = self.kind {
            headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        for (name, value) in self.headers {
            let value = HeaderValue::try_from(value).expect("letters and digits are well-formed");
            headers.insert(HeaderName::from_static(name), value);
        }
        response
    }
}
