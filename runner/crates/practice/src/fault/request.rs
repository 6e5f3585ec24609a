//! A request as faults see it: where it goes, whether it may change the org, what it may set going.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::Value;

use crate::path::segments;
use crate::xml;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RequestTraits {
    pub(super) method: Method,
    /// Decoded parts of the path.
    pub(super) path: Vec<String>,
    /// It may change the org.
    pub(super) writes: bool,
    /// It saves records, alone or as a collection.
    pub(super) saves: bool,
    /// It saves records as a collection.
    pub(super) is_collection: bool,
    /// It makes or publishes a site.
    pub(super) starts_job: bool,
}

impl RequestTraits {
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        let path = segments(request.uri().path());
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        let method = request.method();
        let changes = !matches!(*method, Method::GET | Method::HEAD);
        let posts = *method == Method::POST;
        let operation = match names.as_slice() {
            ["services", "Soap", ..] => soap_operation(request.body()),
            _ => None,
        };
        let writes = match names.as_slice() {
            ["services", "Soap", ..] => changes && soap_writes(operation.as_deref()),
            ["services", "data", _, "composite"]
            | ["services", "data", _, "composite", "batch"] => {
                changes && composite_writes(request.body())
            }
            // Reading many records by a body.
            ["services", "data", _, "composite", "sobjects", _] => changes && !posts,
            ["services", "oauth2", ..] => false,
            _ => changes,
        };
        let is_collection = changes
            && matches!(
                names.as_slice(),
                ["services", "data", _, "composite", "sobjects"]
            );
        let saves = match names.as_slice() {
            ["services", "data", _, "composite", "sobjects"] => changes,
            ["services", "data", _, "sobjects", _] => posts,
            ["services", "data", _, "sobjects", _, _] => changes,
            ["services", "Soap", "c" | "u", ..] => operation
                .as_deref()
                .is_some_and(|name| ["create", "delete", "update", "upsert"].contains(&name)),
            _ => false,
        };
        let starts_job = posts
            && matches!(
                names.as_slice(),
                ["services", "data", _, "connect", "communities"]
                    | [
                        "services",
                        "data",
                        _,
                        "connect",
                        "communities",
                        _,
                        "publish"
                    ]
            );
        Self {
            method: method.clone(),
            writes,
            saves,
            is_collection,
            starts_job,
            path,
        }
    }
}

/// Says whether a part of a composite or batch is more than a GET. A body that cannot be read counts as writing.
fn composite_writes(body: &Bytes) -> bool {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return true;
    };
    let parts = ["compositeRequest", "batchRequests"].map(|name| body[name].as_array());
    parts.into_iter().flatten().flatten().any(|part| {
        !part["method"]
            .as_str()
            .is_some_and(|method| method.eq_ignore_ascii_case("GET"))
    })
}

/// The name of an envelope's operation.
fn soap_operation(body: &Bytes) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let envelope = xml::parse(&text).ok()?;
    let operation = envelope.child("Body")?.children.first()?;
    Some(operation.name.clone())
}

/// Says whether an operation changes something. An envelope that cannot be read counts as writing.
fn soap_writes(operation: Option<&str>) -> bool {
    let reads = [
        "check", "describe", "get", "list", "login", "logout", "query", "read", "retrieve",
    ];
    operation.is_none_or(|name| !reads.iter().any(|verb| name.starts_with(verb)))
}
