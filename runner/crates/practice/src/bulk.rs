//! Bulk API 2.0: `jobs/ingest` and `jobs/query` below a version of the REST API (docs/salesforce/bulk.md). CSV in and
//! out; jobs go on in the background. The older Bulk API is refused.

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};

use crate::background;
use crate::bulk::call::Call;
use crate::bulk::reply::Reply;
use crate::in_flight::InFlight;
use crate::inner::Inner;
use crate::refusal::{Outcome, Refusal};
use crate::rest;
use crate::rights;
use crate::tenant::Tenant;
use crate::version;

pub(crate) mod advance;
mod ask;
mod call;
mod classic;
mod columns;
mod csv;
mod given;
mod info;
mod ingest;
mod job;
mod kept;
mod load;
mod multipart;
mod read;
mod reply;
pub(crate) mod tables;
mod upload;

/// Says whether these parts of a path are of bulk jobs.
pub(crate) fn is_here(path: &[&str]) -> bool {
    matches!(
        path,
        ["services", "data", _, "jobs", ..] | ["services", "async", ..]
    )
}

/// Answers a request of which [`is_here`] said so.
pub(crate) fn exchange(
    inner: &mut Inner,
    request: &Request<Bytes>,
    path: &[&str],
    in_flight: &InFlight,
    now_ms: i64,
) -> Response<Bytes> {
    let mut response = match answer(inner, request, path, in_flight, now_ms) {
        Ok(Some(reply)) => reply.respond(),
        Ok(None) => classic::refused(inner, request, now_ms),
        Err(refusal) => rest::refused(&refusal),
    };
    // A request without a session counts no call (docs/salesforce/rest.md#calls-of-the-day).
    if response.status() != StatusCode::UNAUTHORIZED {
        rest::show_usage(response.headers_mut(), inner.count_call(now_ms));
    }
    response
}

/// None: the request is one to the older Bulk API.
fn answer(
    inner: &Inner,
    request: &Request<Bytes>,
    path: &[&str],
    in_flight: &InFlight,
    now_ms: i64,
) -> Outcome<Option<Reply>> {
    let (version, path) = match path {
        ["services", "data", version, "jobs", path @ ..] => (*version, path),
        _ => return Ok(None),
    };
    let version = version::rest(version)?;
    let session = inner.session(rest::token(request.headers()), now_ms)?;
    let org = Tenant {
        user_id: session.user_id.clone(),
        fills: false,
        ..Tenant::of_platform(&inner.db, now_ms, inner.calls(now_ms), in_flight)
    };
    let org = org.at_version(version);
    rights::api::rest(&org, &session)?;
    background::catch_up(&org)?;
    let call = Call {
        method: request.method(),
        query: rest::parameters(request.uri().query().unwrap_or_default()),
        body: request.body(),
        content_type: content_type(request.headers()),
    };
    match path {
        // The versions with which they came (docs/salesforce/bulk.md#ingest, docs/salesforce/bulk.md#query).
        ["ingest", path @ ..] if version >= 41 => ingest::answer(&org, &call, path).map(Some),
        ["query", path @ ..] if version >= 47 => read::answer(&org, &call, path).map(Some),
        _ => Err(Refusal::not_found()),
    }
}

fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(http::header::CONTENT_TYPE);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
