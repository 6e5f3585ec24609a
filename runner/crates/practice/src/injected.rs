//! Faults by which the org refuses a request as a whole, in the shape of the face it was sent to.

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::fault::{self, FaultKind, ThrottleStatus};
use crate::in_flight::busy;
use crate::refusal::Refusal;
use crate::{rest, soap};

/// The answer instead of an exchange, when the fault is of that kind.
pub(crate) fn answer(
    request: &Request<Bytes>,
    fault: Option<FaultKind>,
) -> Option<Response<Bytes>> {
    match fault? {
        FaultKind::Throttle {
            status,
            retry_after_s,
        } => Some(throttled(request, status, retry_after_s)),
        // Records are refused one by one where they are saved.
        FaultKind::Busy { .. } if !fault::saves(request) => Some(refused(request, &busy())),
        _ => None,
    }
}

/// §9.5.
fn throttled(
    request: &Request<Bytes>,
    status: ThrottleStatus,
    retry_after_s: Option<u64>,
) -> Response<Bytes> {
    let mut response = match status {
        ThrottleStatus::Forbidden => {
            let message = "TotalRequests Limit exceeded.";
            refused(
                request,
                &Refusal::new(403, "REQUEST_LIMIT_EXCEEDED", message),
            )
        }
        ThrottleStatus::Unavailable => {
            // [inferred] The text.
            let message = "The server is unavailable for the moment";
            let mut response = refused(request, &Refusal::new(503, "SERVER_UNAVAILABLE", message));
            // What stands before the org answers this way to every face [inferred].
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

fn refused(request: &Request<Bytes>, refusal: &Refusal) -> Response<Bytes> {
    match request.uri().path().starts_with("/services/Soap/") {
        true => soap::refused(refusal),
        false => rest::refused(refusal),
    }
}
