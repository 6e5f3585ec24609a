//! Resources that the practice org has little or nothing of: lists that are empty, and refusals that say so
//! (docs/salesforce/rest.md#resources).

use serde_json::{Value, json};

use crate::refusal::{Outcome, Refusal};
use crate::rest::Answer;

/// The parts of the platform that the practice org does not have, by the first parts of their paths.
const MISSING: &[(&[&str], &str)] = &[
    (&["search"], "SOSL search"),
    (&["parameterizedSearch"], "SOSL search"),
    (&["actions"], "invocable actions"),
    (&["analytics"], "reports and dashboards"),
    (&["chatter"], "Chatter"),
    (&["commerce"], "commerce"),
    (&["event"], "platform events"),
    (&["eclair"], "geodata"),
    (&["graphql"], "GraphQL"),
    (&["knowledgeManagement"], "knowledge"),
    (&["process"], "approvals and process rules"),
    (&["support"], "support resources"),
    (&["ui-api"], "the User Interface API"),
    (&["wave"], "CRM Analytics"),
];

/// Answers a path below the version that no other file knows.
pub(super) fn answer(path: &[&str]) -> Outcome<Answer> {
    let body: Value = match path {
        // Nobody opens records here, so that none is recent; no user has tabs, actions or apps.
        ["recent"] | ["tabs"] | ["quickActions"] => json!([]),
        ["theme"] => json!({ "themeItems": [] }),
        ["appMenu"] => json!(["AppSwitcher", "Salesforce1"]),
        ["appMenu", "AppSwitcher" | "Salesforce1"] => json!({ "appMenuItems": [] }),
        _ => return Err(missing(path)),
    };
    Ok(Answer::ok(body))
}

/// The refusal of a part of the platform that is not here, else 404. The code is the platform's for what an org does not
/// have; the text is the practice org's.
fn missing(path: &[&str]) -> Refusal {
    let known = MISSING.iter().find(|(parts, _)| path.starts_with(parts));
    match known {
        Some((_, name)) => Refusal::new(
            403,
            "FUNCTIONALITY_NOT_ENABLED",
            format!("The practice org does not have {name}"),
        ),
        None => Refusal::not_found(),
    }
}

#[cfg(test)]
mod tests;
