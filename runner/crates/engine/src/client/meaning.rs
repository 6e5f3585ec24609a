//! The meaning of every answer, for reads and for writes. No other place distinguishes the classes. Statuses are from
//! the REST API Developer Guide (Status Codes and Error Responses); which of them leave it open whether a write acted
//! is our own, careful reading.
//!
//! | what comes | class | a write | a read |
//! |---|---|---|---|
//! | a row of a collection is refused | [`OrgError::Refused`] | fails that change | – |
//! | 4xx with Salesforce's error, a SOAP fault | [`OrgError::Refused`] | several rows: sent again in halves; one: the change fails | no answer for this question |
//! | a row, or the whole, is locked or in process | [`OrgError::Refused`] | did not act: sent again, then the run stops | asked again |
//! | 403 with a limit of requests at once, 429 | [`OrgError::Throttled`] | did not act: sent again, then the run stops | asked again |
//! | 403 with the limit of the day, the API is off | [`OrgError::Closed`] | did not act: the run stops at once | the run stops |
//! | no more requests may be made | [`OrgError::Spent`] | did not act: the run stops at once | the run stops |
//! | 401, also with another token; 403 of user info | [`OrgError::SignedOut`] | did not act: the run stops at once | the run stops |
//! | no token, one that is not for this, no right to use the API | [`OrgError::SignIn`] | did not act: the run stops at once | the run stops |
//! | the sign-in is not answered, or not available | [`OrgError::SignIn`] | did not act: sent again, then the run stops | the run stops |
//! | any 5xx that is not a SOAP fault; faults that say nothing about the call | [`OrgError::Unavailable`] | may have acted: looked for | asked again |
//! | the connection is gone, half an answer | [`OrgError::Lost`] | may have acted: looked for | asked again |
//! | the org is not reachable | [`OrgError::Unreachable`] | did not act: sent again, then the run stops | the run stops |
//! | a redirect | [`OrgError::Redirected`] | may have acted: looked for | the run stops |
//! | HTML, 4xx without Salesforce's error (413, 414, 431) | [`OrgError::Foreign`] | may have acted: looked for | the run stops |
//! | a success in another shape | [`OrgError::Malformed`] | may have acted: looked for | as [`OrgError::Unavailable`] |
//! | an answer that is too large | [`OrgError::TooMuch`] | may have acted: looked for | no answer for this question |

use http::StatusCode;
use serde_json::Value;
use usher_core::read::Refusal;
use usher_core::text;

use crate::client::OrgError;
use crate::session::{Reason, Refused, SignInError};

/// Characters of an unreadable body that are repeated to a person.
const EXCERPT_CHARS: usize = 120;

/// The beginnings of pages for people, in small letters.
const PAGES: [&[u8]; 2] = [b"<!doctype html", b"<html"];

/// Bytes of a body that are compared with them.
const PAGE_BYTES: usize = 16;

/// Refusals for the moment, which say nothing against the change.
const NOT_NOW: &[&str] = &[
    "UNABLE_TO_LOCK_ROW",
    "ALREADY_IN_PROCESS",
    "REQUEST_LIMIT_EXCEEDED",
];

/// Refusals that leave open whether a row was saved, and those of reads that may be answered another time.
const SAYS_NOTHING: &[&str] = &[
    "UNKNOWN_EXCEPTION",
    "SERVER_UNAVAILABLE",
    "INTERNAL_ERROR",
    "QUERY_TIMEOUT",
];

/// Refusals by which the org takes no request of ours at all, until a person opens it again.
const CLOSED: &[&str] = &["API_CURRENTLY_DISABLED"];

/// Texts of user info about a token that is not valid.
const DEAD_TOKEN: &[&str] = &["Bad_OAuth_Token", "Missing_OAuth_Token"];

/// Texts about a token that another token does not mend, in small letters. Client libraries of Salesforce know them,
/// too (docs/salesforce/sign-in.md#sessions).
const NOT_MENDED: &[(&str, Reason)] = &[
    (
        "connected app is not attached to agent",
        Reason::NotAttached,
    ),
    ("not valid for use with the rest api", Reason::NotForRest),
];

/// The meaning of an error for the request that writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It did not act, and may be taken in a moment.
    NotNow,
    /// The request never left.
    NotSent,
    /// It did not act, and will not before a person or another day has changed something.
    Closed,
    /// It may have acted.
    Unknown,
    /// The org refuses the request.
    No,
    /// Usher does not send the request.
    Never,
}

impl OrgError {
    /// Returns the meaning for a request that writes.
    pub(crate) fn of_write(&self) -> Meaning {
        match self {
            Self::Throttled(_) => Meaning::NotNow,
            Self::Refused(refusal) if NOT_NOW.contains(&refusal.code.as_str()) => Meaning::NotNow,
            Self::Refused(refusal) if SAYS_NOTHING.contains(&refusal.code.as_str()) => {
                Meaning::Unknown
            }
            Self::Refused(_) | Self::Duplicates(_) => Meaning::No,
            Self::Unreachable(_)
            | Self::SignIn(SignInError::Lost(_) | SignInError::Unavailable(_)) => Meaning::NotSent,
            Self::SignedOut(_)
            | Self::SignIn(_)
            | Self::Closed(_)
            | Self::Spent(_)
            | Self::OtherVersions(_) => Meaning::Closed,
            Self::Barred(_) => Meaning::Never,
            // An unreadable answer comes from an org that may have acted.
            Self::Lost(_)
            | Self::Unavailable(_)
            | Self::Foreign(_)
            | Self::Redirected(_)
            | Self::TooMuch(_)
            | Self::Malformed(_) => Meaning::Unknown,
        }
    }

    /// Says whether it stays so until a person or another day has changed something: waiting is of no use.
    pub(crate) fn lasts(&self) -> bool {
        self.of_write() == Meaning::Closed
    }

    /// Says whether the same read may have an answer a moment later. An unreachable org does not count: it is most
    /// often a wrong address, and the person should hear of it at once.
    pub(crate) fn passes(&self) -> bool {
        match self {
            Self::Lost(_) | Self::Unavailable(_) | Self::Throttled(_) => true,
            Self::Refused(refusal) => NOT_NOW.contains(&refusal.code.as_str()),
            Self::Unreachable(_)
            | Self::SignedOut(_)
            | Self::SignIn(_)
            | Self::Duplicates(_)
            | Self::Closed(_)
            | Self::Foreign(_)
            | Self::Redirected(_)
            | Self::TooMuch(_)
            | Self::Malformed(_)
            | Self::Spent(_)
            | Self::OtherVersions(_)
            | Self::Barred(_) => false,
        }
    }
}

/// Returns the error of a redirect, if an answer is one: it is never followed, as the token would go along. Of the place
/// that it names no more is shown than the host; the rest may hold what must not be repeated. 300 and 304 are answers of
/// Salesforce (REST API Developer Guide, Status Codes).
pub(super) fn of_redirect(status: StatusCode, location: Option<&str>) -> Option<OrgError> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = location.unwrap_or_default();
    let host = location
        .split_once("://")
        .map(|(_, rest)| rest.split(['/', '?', '#', '\\']).next().unwrap_or_default());
    // A user and a password may be before the host.
    let host = host.and_then(|host| host.rsplit('@').next());
    let place = match host {
        Some(host) if !host.is_empty() => format!("to `{}`", excerpt(host.as_bytes())),
        _ => "to another path".to_owned(),
    };
    let status = status.as_u16();
    Some(OrgError::Redirected(format!(
        "the answer sends Usher {place} ({status}), and Usher follows no answer elsewhere"
    )))
}

/// Returns the error of an answer that is not a success. `json`: its body; null when that is none.
pub(crate) fn of_answer(status: StatusCode, json: &Value, body: &[u8]) -> OrgError {
    let first = json.get(0).unwrap_or(json);
    let field = |names: [&str; 2]| {
        let mut names = names.iter();
        let text = names.find_map(|name| first.get(*name)?.as_str());
        text.map(str::to_owned)
    };
    let code = field(["errorCode", "error"]);
    let message = field(["message", "error_description"]).unwrap_or_else(|| excerpt(body));
    match (status.as_u16(), code) {
        (401, _) => signed_out(message),
        // User info says so of a token that is not valid any more (docs/salesforce/sign-in.md#identity).
        (403, None) if DEAD_TOKEN.contains(&message.trim()) => OrgError::SignedOut(message),
        (429, code) => OrgError::Throttled(told(code.as_deref().unwrap_or("429"), &message)),
        // Never a refusal: the request may have acted before the org broke.
        (status @ 500.., code) => {
            let status = status.to_string();
            OrgError::Unavailable(told(code.as_deref().unwrap_or(&status), &message))
        }
        // Salesforce answers 420 in maintenance, as client libraries have met it.
        (420, code) => OrgError::Unavailable(told(code.as_deref().unwrap_or("420"), &message)),
        (status, Some(code)) => of_code(status, code, message),
        (status, None) => OrgError::Foreign(format!("{status} with `{message}`")),
    }
}

/// Returns the error that a code of Salesforce stands for: of a REST answer, or of a SOAP fault.
pub(crate) fn of_code(status: u16, code: String, message: String) -> OrgError {
    match code.as_str() {
        "INVALID_SESSION_ID" => signed_out(message),
        "API_DISABLED_FOR_ORG" => refused(Reason::ApiDisabled, &told(&code, &message)),
        "REQUEST_LIMIT_EXCEEDED" if message.contains("TotalRequests") => {
            OrgError::Closed(told(&code, &message))
        }
        "REQUEST_LIMIT_EXCEEDED" => OrgError::Throttled(told(&code, &message)),
        code if CLOSED.contains(&code) => OrgError::Closed(told(code, &message)),
        code if SAYS_NOTHING.contains(&code) => OrgError::Unavailable(told(code, &message)),
        _ => OrgError::Refused(Refusal {
            status,
            code,
            // Messages of flows, triggers and rules are written for pages.
            message: text::without_markup(&message),
        }),
    }
}

/// Returns the error of a success whose body is not what the API documents. `why`: what is wrong with it.
pub(crate) fn of_unreadable(status: StatusCode, body: &[u8], why: &str) -> OrgError {
    let start = body.trim_ascii_start();
    let start = start[..start.len().min(PAGE_BYTES)].to_ascii_lowercase();
    // A page for people: a captive portal, a proxy, a login page.
    let is_page = PAGES.iter().any(|begin| start.starts_with(begin));
    if is_page {
        let status = status.as_u16();
        return OrgError::Foreign(format!("{status} with `{}`", excerpt(body)));
    }
    OrgError::Malformed(why.to_owned())
}

/// The error of a token that is not accepted.
fn signed_out(message: String) -> OrgError {
    let text = message.to_ascii_lowercase();
    let mut known = NOT_MENDED.iter();
    match known.find(|(not_mended, _)| text.contains(not_mended)) {
        Some((_, reason)) => refused(*reason, &message),
        None => OrgError::SignedOut(message),
    }
}

fn refused(reason: Reason, said: &str) -> OrgError {
    OrgError::SignIn(SignInError::Refused(Refused::because(reason, said)))
}

fn told(code: &str, message: &str) -> String {
    format!("{code} {message}")
}

pub(super) fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(body)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(EXCERPT_CHARS)
        .collect()
}

#[cfg(test)]
mod tests;
