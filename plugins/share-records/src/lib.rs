//! Step plugin `share-records`: records are shared with external users, many by a sharing set (`set`) or by sharing rules
//! (`rules`), single ones by manual shares (`shares`). Sets and rules keep everything that they hold besides; no share is
//! removed, and `access` lowers none unless the input says so.

mod access;
mod rules;
mod set;
mod shares;

use serde::Deserialize;
use serde_json::json;
use usher_sdk::{Diagnostic, Failure, Org, Problems, StepPlan, Value};

use crate::access::Access;

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    sharing_set: Option<SharingSet>,
    rules: Vec<rules::Rule>,
    shares: Vec<Share>,
    lower_access: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SharingSet {
    name: String,
    #[serde(default)]
    label: String,
    profiles: Vec<String>,
    mappings: Vec<Mapping>,
}

/// Users have access to the records of `object` whose `object_field` leads to where their `user_field` leads.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    object: String,
    object_field: String,
    user_field: String,
    #[serde(default)]
    access: Access,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Share {
    record: Value,
    user: Value,
    #[serde(default)]
    access: Access,
}

/// Plans one sharing set and any number of rules and shares.
///
/// # Errors
///
/// The step shares nothing; a profile, object, group, record or user cannot be shared with or does not exist; a rule or a
/// mapping of the org is in the way. All such problems at once.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let mut problems = Problems::default();
    let mut plan = StepPlan::new();
    if input.sharing_set.is_none() && input.rules.is_empty() && input.shares.is_empty() {
        problems.invalid(
            Diagnostic::error("nothing-to-share", "", "The step shares nothing").remedy(
                "Give one of {with.sharing_set}, {with.rules} and {with.shares}, or several",
            ),
        );
    }
    if let Some(wanted) = &input.sharing_set {
        set::plan(wanted, input.lower_access, org, &mut plan, &mut problems)?;
    }
    rules::plan(&input, org, &mut plan, &mut problems)?;
    shares::plan(&input, org, &mut plan, &mut problems)?;
    problems.none()?;
    plan.answer(json!({}))
}

usher_sdk::export!(plan);

/// Names the place of a problem in a remedy: `/rules/0/name` as `{with.rules.0.name}`.
fn input(at: &str) -> String {
    format!("{{with.{}}}", at.trim_start_matches('/').replace('/', "."))
}

#[cfg(test)]
mod tests;
