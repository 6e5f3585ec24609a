//! Testing a planner natively: the org's state in TOML in, the expected plan as text out. No mocks, no WASM.
//!
//! The same code that judges answers and reads in Usher judges them here (`usher-contract`), so a test refuses exactly
//! what Usher refuses. The state contains the view (the plans of earlier steps).

mod convert;
mod judge;
mod plugin;
mod state;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::{Failure, Org, StepPlan};

pub use state::OrgState;
pub use usher_contract::manifest::{Kind, Manifest};

/// The result of a rehearsal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// The answer as text: changes (`+` create, `~` change, `-` delete, `?` wait), effects (`>`), notes (`!`), outputs
    /// (`=`). `⟨token⟩` was handed in, `@address.name` is bound by the plan.
    pub answer: String,
    /// The faults for which Usher would refuse the answer; empty: Usher takes it.
    pub refused: Vec<String>,
    /// The lines that the planner has logged.
    pub log: Vec<String>,
}

/// Plans with `input` against the org that `org` describes (see [`OrgState`]) and gives the answer as text (see
/// [`Rehearsal`]). Defaults of the input's schema are filled in.
///
/// # Panics
///
/// `manifest` or `org` cannot be read; `input` does not fit the manifest's schema or the planner's type; Usher
/// would refuse the answer.
#[track_caller]
pub fn rehearse<I: DeserializeOwned>(
    manifest: &str,
    org: &str,
    input: Json,
    plan: fn(I, &dyn Org) -> Result<StepPlan, Failure>,
) -> String {
    try_rehearse(manifest, org, input, plan).taken()
}

/// Plans like [`rehearse`]. Usher may refuse the answer.
///
/// # Panics
///
/// `manifest` or `org` cannot be read; `input` does not fit the manifest's schema or the planner's type.
#[track_caller]
pub fn try_rehearse<I: DeserializeOwned>(
    manifest: &str,
    org: &str,
    input: Json,
    plan: fn(I, &dyn Org) -> Result<StepPlan, Failure>,
) -> Rehearsal {
    let manifest = Manifest::parse(manifest).unwrap_or_else(|why| panic!("the manifest: {why}"));
    rehearsed(&manifest, org, &input, |input, org| {
        let typed = I::deserialize(&input).unwrap_or_else(|why| panic!("the input: {why}"));
        plan(typed, org)
    })
}

/// Plans with an input that is as Usher hands it over, and judges the answer as Usher does.
#[track_caller]
fn rehearsed(
    manifest: &Manifest,
    org: &str,
    input: &Json,
    plan: impl FnOnce(Json, &dyn Org) -> Result<StepPlan, Failure>,
) -> Rehearsal {
    let org = OrgState::parse(manifest, org).unwrap_or_else(|why| panic!("the org state: {why}"));
    org.hand_in(input);
    let answer = plan(checked(manifest, input), &org);
    let judged = judge::judged(manifest, &org, answer);
    Rehearsal {
        answer: judged.text,
        refused: judged.refused,
        log: org.logged(),
    }
}

/// The input as Usher hands it to a plugin.
#[track_caller]
fn checked(manifest: &Manifest, input: &Json) -> Json {
    let Json::Object(input) = input else {
        panic!("the input: it is not an object");
    };
    let input = manifest.input.with_defaults(input);
    let unknown = manifest.input.unknowns_refused(&input);
    assert!(
        unknown.is_empty(),
        "Usher would not call the plugin before these are known: {}",
        unknown.join(", ")
    );
    let problems = manifest.input.problems(&input);
    let problems: Vec<String> = problems
        .iter()
        .map(|problem| format!("`{}`: {}", problem.at, problem.message))
        .collect();
    assert!(
        problems.is_empty(),
        "Usher would refuse this input:\n  {}",
        problems.join("\n  ")
    );
    Json::Object(input)
}

#[cfg(test)]
mod tests;
