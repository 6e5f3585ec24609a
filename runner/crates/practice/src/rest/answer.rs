//! The answer of a resource, and how it leaves.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::refusal::Refusal;

/// The answer of a resource.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
    pub(crate) location: Option<String>,
}

impl Answer {
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: 200,
            body: Some(body),
            location: None,
        }
    }

    /// 204.
    pub(crate) fn empty() -> Self {
        Self {
            status: 204,
            body: None,
            location: None,
        }
    }

    pub(crate) fn refused(refusal: &Refusal) -> Self {
        Self {
            status: refusal.status,
            body: Some(json!([refusal.to_json()])),
            location: None,
        }
    }
}

/// A refusal of the whole request, by what stands before the org; no call is counted.
pub(crate) fn refused(refusal: &Refusal) -> Response<Bytes> {
    response(&Answer::refused(refusal), false)
}

/// The response that shows an answer. `is_known` says that somebody is signed in.
pub(super) fn response(answer: &Answer, is_known: bool) -> Response<Bytes> {
    let mut response = Response::builder()
        .status(StatusCode::from_u16(answer.status).expect("answers have a status of HTTP"));
    if let Some(location) = &answer.location {
        response = response.header("Location", location);
    }
    if answer.status == 401 && !is_known {
        // [inferred] The scheme (docs/salesforce/rest.md#errors). A session that is valid, but not for REST, has none.
        response = response.header("WWW-Authenticate", "Token");
    }
    let body = match &answer.body {
        None => Bytes::new(),
        Some(body) => {
            response = response.header("Content-Type", "application/json;charset=UTF-8");
            Bytes::from(body.to_string())
        }
    };
    response
        .body(body)
        .expect("headers made of ids and numbers are well-formed")
}

/// Shows the body over several lines, when the client asks for it.
pub(super) fn pretty(request: &Request<Bytes>, answer: &Answer) -> Option<Bytes> {
    let asked = request.headers().get("X-PrettyPrint")?;
    let body = answer.body.as_ref().filter(|_| asked == "1")?;
    Some(Bytes::from(format!("{body:#}")))
}
