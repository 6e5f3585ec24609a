//! `UserAccessPolicy` (docs/salesforce/permission-sets.md#user-access-policies): a policy that grants or takes
//! permission sets and the like when users are saved. `policies` carries them out.

use serde_json::Value;
use usher_core::component::{parts, texts};

use crate::access::criteria;
use crate::components::{self, Content};
use crate::metadata::shape::{Elements, Shape};
use crate::metadata::{Listed, Written, id_of};
use crate::policies::{self, KIND};
use crate::refusal::{Outcome, Refusal};
use crate::tenant::Tenant;

/// Invented: no source has the prefix of policies.
const PREFIX: &str = "0UA";

pub(super) const POLICY: Elements = &[
    ("booleanFilter", Shape::Text),
    ("description", Shape::Text),
    ("isProtected", Shape::Truth),
    ("masterLabel", Shape::Text),
    ("order", Shape::Text),
    ("status", Shape::Text),
    ("triggerType", Shape::Text),
    (
        "userAccessPolicyActions",
        Shape::Parts("UserAccessPolicyAction", ACTION),
    ),
    (
        "userAccessPolicyFilters",
        Shape::Parts("UserAccessPolicyFilter", FILTER),
    ),
];

const ACTION: Elements = &[
    ("action", Shape::Text),
    ("target", Shape::Text),
    ("type", Shape::Text),
];

const FILTER: Elements = &[
    ("columnName", Shape::Text),
    ("operation", Shape::Text),
    ("sortOrder", Shape::Text),
    ("target", Shape::Text),
    ("type", Shape::Text),
    ("value", Shape::Text),
];

const STATES: [&str; 7] = [
    "Active",
    "Completed",
    "Design",
    "Failed",
    "Migrate",
    "Testing",
    "Updating",
];

const TRIGGERS: [&str; 3] = ["Create", "CreateAndUpdate", "Update"];

pub(super) fn list(org: &Tenant<'_>) -> Outcome<Vec<Listed>> {
    let listed = components::list(org, KIND)?.into_iter();
    let listed = listed.map(|(full_name, _)| Listed {
        id: id_of(PREFIX, &full_name),
        full_name,
        stamps: None,
    });
    Ok(listed.collect())
}

pub(super) fn read(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Content>> {
    components::get(org, KIND, full_name)
}

/// A policy is replaced whole. One that is deployed as active is kept as a design: an administrator activates it in
/// Setup.
pub(super) fn write(org: &Tenant<'_>, full_name: &str, content: &Content) -> Outcome<Written> {
    let mut content = content.clone();
    let one = |element: &str| texts(&content, element).next().unwrap_or_default();
    for element in ["booleanFilter", "masterLabel", "status"] {
        if one(element).is_empty() {
            return Err(missing(element));
        }
    }
    let status = one("status");
    if !STATES.contains(&status) {
        return Err(unfit("status", status));
    }
    let trigger = one("triggerType");
    if !trigger.is_empty() && !TRIGGERS.contains(&trigger) {
        return Err(unfit("triggerType", trigger));
    }
    let order = one("order");
    if !order.is_empty() && order.parse::<u32>().is_ok_and(|order| order > 10_000) {
        return Err(unfit("order", order));
    }
    let count = parts(&content, "userAccessPolicyFilters").count();
    if !criteria::is_filter(one("booleanFilter"), count) {
        return Err(unfit("booleanFilter", one("booleanFilter")));
    }
    for action in parts(&content, "userAccessPolicyActions") {
        target_is_there(org, action)?;
    }
    if status == "Active" {
        content.insert("status".to_owned(), Value::from(vec!["Design"]));
    }
    let before = components::get(org, KIND, full_name)?;
    components::put(org, KIND, full_name, &content)?;
    Ok(Written {
        id: id_of(PREFIX, full_name),
        created: before.is_none(),
        changed: before.as_ref() != Some(&content),
    })
}

pub(super) fn remove(org: &Tenant<'_>, full_name: &str) -> Outcome<bool> {
    components::remove(org, KIND, full_name)
}

fn target_is_there(org: &Tenant<'_>, action: &Content) -> Outcome<()> {
    let one = |element: &str| texts(action, element).next().unwrap_or_default();
    if !matches!(one("action"), "Grant" | "Revoke") {
        return Err(unfit("action", one("action")));
    }
    match policies::target(org, one("type"), one("target"))? {
        Some(_) => Ok(()),
        // The form of docs/salesforce/metadata.md#names-that-lead-nowhere.
        None => {
            let message = format!(
                "In field: target - no {} named {} found",
                one("type"),
                one("target")
            );
            Err(Refusal::save(
                "INVALID_CROSS_REFERENCE_KEY",
                message,
                &["target"],
            ))
        }
    }
}

/// \[inferred\] The code and the text.
fn missing(element: &'static str) -> Refusal {
    Refusal::save(
        "REQUIRED_FIELD_MISSING",
        format!("Required field is missing: {element}"),
        &[element],
    )
}

/// \[inferred\] The code and the text.
fn unfit(element: &'static str, value: &str) -> Refusal {
    let message = format!("In field: {element} - {value} is not allowed in a user access policy");
    Refusal::save("FIELD_INTEGRITY_EXCEPTION", message, &[element])
}
