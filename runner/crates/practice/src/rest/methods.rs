//! The methods that each resource takes, and the refusal of others (docs/salesforce/rest.md#methods).

use http::Method;

use crate::refusal::{Outcome, Refusal};

const READ: &[&str] = &["GET", "HEAD"];
/// The version with which graphs came.
pub(super) const GRAPH_SINCE: u32 = 50;

const POST: &[&str] = &["POST"];

/// The methods of a resource below the version, in the order in which the platform names them; none: the resource says
/// it itself. The orders of collections and rows were seen, the others are \[inferred\].
fn of(path: &[&str]) -> Option<&'static [&'static str]> {
    Some(match path {
        []
        | ["limits"]
        | ["limits", "recordCount"]
        | ["query" | "queryAll"]
        | ["query" | "queryAll", _]
        | ["sobjects"]
        | ["sobjects", _, "describe", ..]
        | [
            "sobjects",
            _,
            "listviews" | "quickActions" | "updated" | "deleted",
            ..,
        ]
        | ["appMenu" | "quickActions" | "recent" | "tabs" | "theme", ..]
        | ["search" | "tooling"]
        | ["tooling", "query" | "executeAnonymous"]
        | ["connect", "communities", "templates"]
        | ["connect", "communities", _] => READ,
        ["parameterizedSearch"] => &["GET", "HEAD", "POST"],
        ["composite"] | ["connect", "communities"] => &["GET", "HEAD", "POST"],
        ["connect", "communities", _, "publish"]
        | ["metadata"]
        | ["composite", "batch" | "graph"]
        | ["composite", "tree", _]
        | ["metadata", "deployRequest"] => POST,
        ["composite", "sobjects"] => &["POST", "PATCH", "DELETE"],
        ["composite", "sobjects", _] => &["GET", "HEAD", "POST"],
        ["composite", "sobjects", _, _] => &["PATCH"],
        ["sobjects", _] => &["GET", "HEAD", "POST"],
        // Without a value, the field of an upsert creates.
        ["sobjects", _, field] if field.eq_ignore_ascii_case("Id") => POST,
        ["sobjects", _, _] => &["HEAD", "GET", "PATCH", "DELETE"],
        ["sobjects", "User", _, "password"] => &["HEAD", "GET", "POST", "DELETE"],
        _ => return None,
    })
}

/// The version with which a resource came, where that is known (docs/salesforce/rest.md#versions).
fn since(path: &[&str]) -> u32 {
    match path {
        ["composite", "graph"] => GRAPH_SINCE,
        ["composite", "sobjects", ..] => 42,
        ["limits", "recordCount"] => 40,
        ["sobjects", _, "listviews", ..] => 32,
        _ => 0,
    }
}

/// 404, when the version does not have the resource yet; 405, when the resource is known not to take the method.
pub(super) fn check(version: u32, method: &Method, path: &[&str]) -> Outcome<()> {
    if version < since(path) {
        return Err(Refusal::not_found());
    }
    match of(path) {
        Some(allowed) if !allowed.contains(&method.as_str()) => Err(not_allowed(method, allowed)),
        _ => Ok(()),
    }
}

/// 405, in the platform's words.
fn not_allowed(method: &Method, allowed: &[&str]) -> Refusal {
    let allowed = allowed.join(",");
    let message = format!("HTTP Method '{method}' not allowed. Allowed are {allowed}");
    Refusal::new(405, "METHOD_NOT_ALLOWED", message)
}

/// 405 of a resource that is only read.
pub(super) fn only_read(method: &Method) -> Refusal {
    not_allowed(method, READ)
}

/// The value of `Allow`, for a path from its first part on.
pub(super) fn allow(path: &[&str]) -> Option<String> {
    match path {
        ["services", "data"] => Some(READ.join(", ")),
        ["services", "data", _, rest @ ..] => Some(of(rest)?.join(", ")),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
