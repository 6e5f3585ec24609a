//! Resources that no grant can allow.

/// First segments of resources that carry other calls or code. Never granted, whatever a manifest or a
/// grant says.
pub const NEVER_GRANTED: &[&str] = &[
    "actions",
    "analytics",
    "apexrest",
    "async-queries",
    "batch",
    "composite",
    "executeAnonymous",
    "graphql",
    "jobs",
    "metadata",
    "parameterizedSearch",
    "query",
    "queryAll",
    "search",
    "tooling",
    "ui-api",
];

/// Reports whether a resource pattern (`connect/communities`, `POST connect/communities`) is one that no grant can
/// allow: it carries other calls or code, or may be anything.
pub fn is_never_granted(resource: &str) -> bool {
    let path = resource.rsplit(' ').next().unwrap_or(resource);
    let mut segments = path.split('/');
    let first = segments.next().unwrap_or("");
    first == "*"
        || first.is_empty()
        || NEVER_GRANTED
            .iter()
            .any(|never| never.eq_ignore_ascii_case(first))
        || path
            .split('/')
            .any(|segment| segment == ".." || segment.contains(':'))
}
