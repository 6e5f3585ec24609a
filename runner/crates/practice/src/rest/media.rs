//! The formats of bodies: JSON in and out (docs/salesforce/rest.md#formats). The platform knows XML as well, which the
//! practice org does not: it says so.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, Request};

use crate::refusal::{Outcome, Refusal};

/// Refuses a body that is not JSON, and a client that takes XML alone. `path` is what comes behind the version.
pub(super) fn check(request: &Request<Bytes>, path: &[&str]) -> Outcome<()> {
    takes_json(request.headers())?;
    // Files and CSV are sent to these.
    if request.body().is_empty() || matches!(path, ["metadata" | "jobs" | "connect", ..]) {
        return Ok(());
    }
    let Some(sent) = request.headers().get(CONTENT_TYPE) else {
        return Ok(());
    };
    let sent = sent.to_str().unwrap_or_default();
    let name = essence(sent);
    if name.is_empty() || name.ends_with("/json") || name.ends_with("+json") {
        return Ok(());
    }
    let message = match is_xml(&name) {
        true => format!(
            "The practice org reads JSON only: MediaType of '{name}' is not supported by this resource"
        ),
        false => format!("MediaType of '{name}' is not supported by this resource"),
    };
    Err(Refusal::new(415, "UNSUPPORTED_MEDIA_TYPE", message))
}

/// 406 for a client that takes XML and neither JSON nor anything. The refusal is the practice org's own (invented).
fn takes_json(headers: &HeaderMap) -> Outcome<()> {
    let accepted: Vec<String> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(essence)
        .collect();
    let xml = accepted.iter().any(|name| is_xml(name));
    let other = accepted
        .iter()
        .any(|name| name.ends_with("json") || name.ends_with("/*"));
    match xml && !other {
        true => Err(Refusal::new(
            406,
            "NOT_ACCEPTABLE",
            "The practice org answers in JSON only, not in XML",
        )),
        false => Ok(()),
    }
}

fn is_xml(name: &str) -> bool {
    name.ends_with("/xml") || name.ends_with("+xml")
}

/// `text/plain` of `Text/Plain; charset=UTF-8`.
fn essence(value: &str) -> String {
    let name = value.split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
