//! Testing a planner natively: the org's state in TOML in, the expected plan as text out. No mocks, no WASM.
//!
//! What Usher would refuse fails a test here too: reads and writes that the manifest does not declare,
//! tokens that nobody handed in, needs that name nothing. Schemas are not checked, and the view (what
//! earlier steps plan) is whatever the state says.

mod contract;
mod manifest;
mod render;
mod state;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::{Failure, Org, StepPlan};

pub use manifest::Manifest;
pub use render::{render, render_failure};
pub use state::OrgState;

/// Plans with `input` against the org that `org` describes (see [`OrgState`]) and gives the answer as text:
/// [`render`] or [`render_failure`]. Defaults of the input's schema are filled in.
///
/// # Panics
///
/// `manifest` or `org` cannot be read, `input` does not fit the planner's type, or the answer breaks the
/// contract.
#[track_caller]
pub fn rehearse<I: DeserializeOwned>(
    manifest: &str,
    org: &str,
    input: Json,
    plan: fn(I, &dyn Org) -> Result<StepPlan, Failure>,
) -> String {
    let manifest = Manifest::parse(manifest).unwrap_or_else(|why| panic!("the manifest: {why}"));
    let org = OrgState::parse(&manifest, org).unwrap_or_else(|why| panic!("the org state: {why}"));
    let input = manifest.with_defaults(input);
    let typed = I::deserialize(&input).unwrap_or_else(|why| panic!("the input: {why}"));
    let answer = plan(typed, &org);
    let broken = contract::breaches(&manifest, &org, &input, &answer);
    assert!(
        broken.is_empty(),
        "Usher would refuse this answer:\n  {}\n\n{}",
        broken.join("\n  "),
        text(&answer)
    );
    text(&answer)
}

fn text(answer: &Result<StepPlan, Failure>) -> String {
    match answer {
        Ok(plan) => render(plan),
        Err(failure) => render_failure(failure),
    }
}

#[cfg(test)]
mod tests;
