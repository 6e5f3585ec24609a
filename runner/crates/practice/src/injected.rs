//! Faults by which the org refuses a request as a whole, or breaks on it, in the shape of the face it was sent
//! to.

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::fault::{self, FaultKind, ThrottleStatus};
use crate::in_flight::busy;
use crate::refusal::Refusal;
use crate::{rest, soap, soap_api};

/// The answer instead of an exchange, when the fault is of that kind.
pub(crate) fn answer(
    request: &Request<Bytes>,
    fault: Option<&FaultKind>,
) -> Option<Response<Bytes>> {
    let refusal = match fault? {
        FaultKind::Throttle {
            status,
            retry_after_s,
        } => return Some(throttled(request, *status, *retry_after_s)),
        // Records are refused one by one where they are saved.
        FaultKind::Busy { .. } if !fault::saves(request) => busy(),
        FaultKind::Refuse {
            row: None,
            code,
            message,
        } => Refusal::new(400, code.clone(), message),
        // The text as client libraries have met it.
        FaultKind::Limit => {
            let message = "TotalRequests Limit exceeded.";
            Refusal::new(403, "REQUEST_LIMIT_EXCEEDED", message)
        }
        FaultKind::SignOut => signed_out(request),
        FaultKind::Error { acts: false } => broken(),
        _ => return None,
    };
    Some(refused(request, &refusal))
}

/// The answer instead of that of an exchange, when the fault is of that kind.
pub(crate) fn answer_after(
    request: &Request<Bytes>,
    fault: Option<&FaultKind>,
) -> Option<Response<Bytes>> {
    match fault? {
        FaultKind::Error { acts: true } => Some(refused(request, &broken())),
        _ => None,
    }
}

/// The refusal of a session that is over: 401 on the REST face, a fault on the SOAP face.
fn signed_out(request: &Request<Bytes>) -> Refusal {
    match is_soap(request) {
        true => soap::signed_out(),
        false => Refusal::new(401, "INVALID_SESSION_ID", "Session expired or invalid"),
    }
}

/// The server's own error. Its code and its `ErrorId` are known; the sentence and the form of the id are \[inferred\].
fn broken() -> Refusal {
    let message = "An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-12345 (1234567890)";
    Refusal::new(500, "UNKNOWN_EXCEPTION", message)
}

/// The answer to too many requests (docs/salesforce/rest.md#errors).
fn throttled(
    request: &Request<Bytes>,
    status: ThrottleStatus,
    retry_after_s: Option<u64>,
) -> Response<Bytes> {
    let mut response = match status {
        ThrottleStatus::Forbidden => {
            // Too much at once, not too much a day.
            let message = "ConcurrentPerOrgLongTxn Limit exceeded";
            let refusal = Refusal::new(403, "REQUEST_LIMIT_EXCEEDED", message);
            refused(request, &refusal)
        }
        ThrottleStatus::Unavailable => {
            // [inferred] The text.
            let message = "The server is unavailable for the moment";
            let mut response = refused(request, &Refusal::new(503, "SERVER_UNAVAILABLE", message));
            // A gateway before the org answers this way to every face [inferred].
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response
        }
    };
    if let Some(seconds) = retry_after_s {
        // HTTP's own header; whether Salesforce sends it is not known.
        response
            .headers_mut()
            .insert(http::header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The refusal of a whole request, in the shape of its face.
pub(crate) fn refused(request: &Request<Bytes>, refusal: &Refusal) -> Response<Bytes> {
    match (is_soap(request), soap_api::letter(request.uri().path())) {
        (true, Some(letter)) => soap_api::refused(letter, refusal),
        (true, None) => soap::refused(refusal),
        (false, _) => rest::refused(refusal),
    }
}

fn is_soap(request: &Request<Bytes>) -> bool {
    request.uri().path().starts_with("/services/Soap/")
}
