//! Conditional requests (docs/salesforce/rest.md#conditional-requests): tags of accounts, and the times of records and
//! descriptions.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE};
use http::{HeaderMap, HeaderName, Method};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use sha2::{Digest, Sha256};

use crate::pages::Pages;
use crate::refusal::{Outcome, Refusal};
use crate::rest::{Answer, Call, resource};
use crate::stamp;
use crate::tenant::Tenant;

/// Bytes of a tag, before it is written in base64.
const TAG_BYTES: usize = 20;

/// The compression of an answer shows at the end of its tag.
pub(crate) const GZIP_SUFFIX: &str = "-gzip";

/// Answers a conditional request when the condition says so; none: the request goes on.
pub(super) fn before(
    org: &Tenant<'_>,
    pages: &mut Pages,
    call: &Call,
    headers: &HeaderMap,
    path: &[&str],
) -> Outcome<Option<Answer>> {
    let asks = [
        IF_MATCH,
        IF_NONE_MATCH,
        IF_MODIFIED_SINCE,
        IF_UNMODIFIED_SINCE,
    ]
    .iter()
    .any(|name| headers.contains_key(name));
    // Deletions know no conditions.
    if !asks || !matches!(call.method, Method::GET | Method::HEAD | Method::PATCH) {
        return Ok(None);
    }
    let changed = match path {
        ["sobjects"] | ["sobjects", _, "describe"] => Some(org.changed_ms()?),
        ["sobjects", name, _] => {
            let read = Call {
                method: Method::GET,
                query: Vec::new(),
                ..call.clone()
            };
            // A record that cannot be read is refused where it is meant.
            let Ok(answer) = resource(org, pages, &read, path) else {
                return Ok(None);
            };
            if name.eq_ignore_ascii_case("Account") {
                let tag = tag(&answer);
                if let Some(answer) = by_tag(call, headers, &tag)? {
                    return Ok(Some(answer));
                }
            }
            let stamp = answer.body.as_ref().map(|body| &body["LastModifiedDate"]);
            stamp
                .and_then(serde_json::Value::as_str)
                .and_then(stamp::ms)
        }
        _ => None,
    };
    match changed {
        Some(changed) => by_time(call, headers, changed),
        None => Ok(None),
    }
}

/// The tag of an answer, when its resource has one: a record of an account.
pub(super) fn tag_of(method: &Method, path: &[&str], answer: &Answer) -> Option<String> {
    match path {
        ["services", "data", _, "sobjects", name, _]
            if matches!(*method, Method::GET | Method::HEAD)
                && answer.status == 200
                && name.eq_ignore_ascii_case("Account") =>
        {
            Some(tag(answer))
        }
        _ => None,
    }
}

/// A hash of the content, in quotes. Which hash: \[inferred\].
fn tag(answer: &Answer) -> String {
    let body = answer.body.as_ref().map(ToString::to_string);
    let hash = Sha256::digest(body.unwrap_or_default());
    format!("\"{}\"", STANDARD.encode(&hash[..TAG_BYTES]))
}

fn by_tag(call: &Call, headers: &HeaderMap, tag: &str) -> Outcome<Option<Answer>> {
    let wanted = listed(headers, &IF_MATCH, call)?;
    if wanted.is_some_and(|tags| !tags.iter().any(|given| given == "*" || given == tag)) {
        return Err(failed());
    }
    let Some(tags) = listed(headers, &IF_NONE_MATCH, call)? else {
        return Ok(None);
    };
    match tags.iter().any(|given| given == "*" || given == tag) {
        false => Ok(None),
        true if call.method == Method::PATCH => Err(failed()),
        true => Ok(Some(not_modified())),
    }
}

/// The tags of a header, without what their compression adds. A change with a value that is no tag is refused.
fn listed(headers: &HeaderMap, name: &HeaderName, call: &Call) -> Outcome<Option<Vec<String>>> {
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    let value = value.to_str().unwrap_or_default();
    let tags: Vec<String> = value
        .split(',')
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .map(|tag| tag.replace(&format!("{GZIP_SUFFIX}\""), "\""))
        .collect();
    let fits =
        |tag: &String| tag == "*" || (tag.len() > 1 && tag.starts_with('"') && tag.ends_with('"'));
    match tags.iter().all(fits) {
        true => Ok(Some(tags)),
        false if call.method == Method::PATCH => Err(invalid(name)),
        false => Ok(None),
    }
}

fn by_time(call: &Call, headers: &HeaderMap, changed_ms: i64) -> Outcome<Option<Answer>> {
    // Times of HTTP have no fractions.
    let changed = changed_ms.div_euclid(1_000);
    if let Some(since) = time(headers, &IF_UNMODIFIED_SINCE) {
        match since {
            None if call.method == Method::PATCH => return Err(invalid(&IF_UNMODIFIED_SINCE)),
            Some(since) if changed > since => return Err(failed()),
            _ => {}
        }
    }
    match time(headers, &IF_MODIFIED_SINCE).flatten() {
        Some(since) if call.method != Method::PATCH && changed <= since => Ok(Some(not_modified())),
        _ => Ok(None),
    }
}

/// The time of a header in seconds; none inside: it is no time. Days of the week are not checked: a document's own example
/// has a wrong one.
fn time(headers: &HeaderMap, name: &HeaderName) -> Option<Option<i64>> {
    let value = headers.get(name)?.to_str().unwrap_or_default();
    let parser = DateTimeParser::new().relaxed_weekday(true);
    let parsed = parser.parse_timestamp(value).ok();
    Some(parsed.map(Timestamp::as_second))
}

fn not_modified() -> Answer {
    Answer {
        status: 304,
        body: None,
        location: None,
    }
}

/// Code and text: \[inferred\].
fn failed() -> Refusal {
    let message =
        "The precondition given in one or more of the request-header fields evaluated to false";
    Refusal::new(412, "PRECONDITION_FAILED", message)
}

/// Code and text: \[inferred\].
fn invalid(name: &HeaderName) -> Refusal {
    Refusal::new(
        400,
        "INVALID_HEADER",
        format!("The value of the header {name} is not valid"),
    )
}

#[cfg(test)]
mod tests;
