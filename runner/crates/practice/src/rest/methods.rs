//! The methods that each resource takes, and the refusal of others (docs/salesforce/rest.md#methods).

use http::Method;

use crate::refusal::Refusal;

const READ: &[&str] = &["GET", "HEAD"];
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
        ["connect", "communities"] => &["GET", "HEAD", "POST"],
        ["connect", "communities", _, "publish"]
        | ["composite" | "metadata"]
        | ["composite", "batch" | "graph"]
        | ["composite", "tree", _]
        | ["metadata", "deployRequest"] => POST,
        ["composite", "sobjects"] => &["POST", "PATCH", "DELETE"],
        ["sobjects", _] => &["GET", "HEAD", "POST"],
        // A row that gets its id from the org.
        ["sobjects", _, part] if part.eq_ignore_ascii_case("Id") => POST,
        ["sobjects", _, _] => &["HEAD", "GET", "PATCH", "DELETE"],
        ["sobjects", "User", _, "password"] => &["HEAD", "GET", "POST", "DELETE"],
        _ => return None,
    })
}

/// 405, when the resource is known not to take the method.
pub(super) fn check(method: &Method, path: &[&str]) -> Result<(), Refusal> {
    match of(path) {
        Some(allowed) if !allowed.contains(&method.as_str()) => Err(Refusal::new(
            405,
            "METHOD_NOT_ALLOWED",
            format!(
                "HTTP Method '{method}' not allowed. Allowed are {}",
                allowed.join(",")
            ),
        )),
        _ => Ok(()),
    }
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
