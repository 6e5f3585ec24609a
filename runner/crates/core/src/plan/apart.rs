//! A plan whose steps are written elsewhere, one by one: the whole text of ten thousand of them is never in memory.

use serde::Serialize;

use super::{LeftOut, Plan, Requests, UsedInput};
use usher_contract::read::Identity;

/// A plan without its steps, to be written. It is read as a [`Plan`] that has none.
#[derive(Debug, Serialize)]
pub struct WithoutSteps<'a> {
    recipe: &'a str,
    title: &'a str,
    org: &'a Identity,
    now: &'a str,
    inputs: &'a [UsedInput],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    left_out: &'a [LeftOut],
    steps: [(); 0],
    requests: &'a Requests,
}

impl Plan {
    /// The plan without its steps.
    pub fn without_steps(&self) -> WithoutSteps<'_> {
        let Self {
            recipe,
            title,
            org,
            now,
            inputs,
            left_out,
            steps: _,
            requests,
        } = self;
        WithoutSteps {
            recipe,
            title,
            org,
            now,
            inputs,
            left_out,
            steps: [],
            requests,
        }
    }
}
