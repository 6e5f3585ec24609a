//! Resources that no grant can allow.

/// First segments of resources that carry other calls or code. Never granted, whatever a manifest or a
/// grant says. `ssot` and `wave` run queries of other products; whether they can do more is not known.
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
    "ssot",
    "tooling",
    "ui-api",
    "wave",
];

/// A segment that carries other calls in any position: `connect/batch` takes a list of methods and addresses (Connect
/// REST API Developer Guide, Batch).
const BATCH: &str = "batch";

/// Says whether a resource pattern (`connect/communities`, `POST connect/communities`) is one that no grant can allow:
/// it carries other calls or code, or may be anything.
pub fn is_never_granted(resource: &str) -> bool {
    let path = resource.rsplit(' ').next().unwrap_or(resource);
    let first = path.split('/').next().unwrap_or("");
    first == "*"
        || carries_calls(path.split('/'))
        || path
            .split('/')
            .any(|segment| segment == ".." || segment.contains(':'))
}

/// Says whether a path carries other calls or code. A segment's part after a dot asks for a format (`query.json`; REST
/// API Developer Guide, "append .json or .xml to the URI"), and is ignored.
pub(crate) fn carries_calls<'s>(segments: impl Iterator<Item = &'s str>) -> bool {
    let stem = |segment: &'s str| segment.split('.').next().unwrap_or(segment).trim();
    let mut stems = segments.map(stem);
    let first = stems.next().unwrap_or("");
    let is = |name: &str, stem: &str| name.eq_ignore_ascii_case(stem);
    first.is_empty()
        || NEVER_GRANTED.iter().any(|never| is(never, first))
        || stems.any(|stem| is(BATCH, stem))
}
