//! The step plugin of the conformance suite. It has no plan of its own: the input holds a script with what to
//! read and what to answer, so that one component tries every rule of the contract (`docs/conformance.md`).

mod decode;
#[cfg(target_arch = "wasm32")]
mod exported;
mod script;
#[cfg(test)]
mod tests;

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use usher_sdk::{Failure, Level, Org, StepPlan};

use crate::decode::FromJson;
use crate::script::Script;

/// The input: a script, and everything else that the manifest of the case allows.
#[derive(Deserialize)]
pub struct Input {
    script: Json,
    #[serde(flatten)]
    rest: Map<String, Json>,
}

/// Plays the script. Each read's answer is one line of the log.
///
/// # Errors
///
/// The script answers with a failure, or cannot be read.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let script = Script::from_json(&input.script);
    let script = script.map_err(|why| Failure::Broken(format!("the script: {why}")))?;
    script.play(&Json::Object(input.rest), org, |answer| {
        org.log(Level::Info, &answer.to_string());
    })
}
