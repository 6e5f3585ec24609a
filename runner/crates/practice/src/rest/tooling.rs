//! The Tooling API over REST: `tooling/…` (docs/salesforce/rest.md#tooling). What a tool asks an org for before it works
//! with it: definitions of objects and fields, settings, and which code there is. There is none.

use serde_json::{Value, json};

use crate::pages::Pages;
use crate::refusal::{Outcome, Refusal};
use crate::rest::{Answer, Call, describe, pages};
use crate::tenant::Tenant;

mod empty;
pub(crate) mod query;
mod rows;
mod select;
mod settings;

/// Objects that the Tooling API shares with the data API.
const SHARED: &[&str] = &[
    "ApexTrigger",
    "Group",
    "Organization",
    "PermissionSet",
    "PermissionSetGroup",
    "PermissionSetTabSetting",
    "Profile",
    "RecordType",
    "User",
    "UserRole",
];

/// Answers below `tooling/`.
pub(super) fn answer(
    org: &Tenant<'_>,
    pages: &mut Pages,
    call: &Call,
    path: &[&str],
) -> Outcome<Answer> {
    match path {
        [] => Ok(Answer::ok(resources(org))),
        ["query"] => query::answer(org, pages, call),
        ["query", locator] => pages::more(org, pages, locator),
        ["executeAnonymous"] => Ok(Answer::ok(no_apex())),
        ["sobjects"] => global(org),
        ["sobjects", name, "describe"] if is_shared(name) => describe::object(org, name),
        ["sobjects", name, ..] if empty::object(name).is_some() => Err(none_of(name)),
        // Objects that are only here have no describe: a tool takes the refusal for an org without them.
        _ => Err(Refusal::not_found()),
    }
}

fn is_shared(name: &str) -> bool {
    SHARED.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn resources(org: &Tenant<'_>) -> Value {
    let base = format!("/services/data/v{}.0/tooling", org.version);
    json!({
        "executeAnonymous": format!("{base}/executeAnonymous"),
        "query": format!("{base}/query"),
        "sobjects": format!("{base}/sobjects"),
    })
}

/// The refusal of records of which the practice org has none and makes none.
fn none_of(name: &str) -> Refusal {
    let message = format!("The practice org has no {name} and makes none");
    Refusal::new(403, "FUNCTIONALITY_NOT_ENABLED", message)
}

/// The result of Apex that does not compile: the practice org runs none.
fn no_apex() -> Value {
    json!({
        "line": 1,
        "column": 1,
        "compiled": false,
        "success": false,
        "compileProblem": "The practice org does not run Apex",
        "exceptionMessage": null,
        "exceptionStackTrace": null,
    })
}

/// `GET …/tooling/sobjects`: the objects that have a describe here.
fn global(org: &Tenant<'_>) -> Outcome<Answer> {
    let mut objects = Vec::new();
    for name in SHARED {
        if let Some(object) = org.object(name)? {
            objects.push(describe::short(org, object)?);
        }
    }
    Ok(Answer::ok(
        json!({ "encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects }),
    ))
}

#[cfg(test)]
mod tests;
