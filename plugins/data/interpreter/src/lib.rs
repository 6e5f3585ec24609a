//! The component of a plugin made of data. It has no plan of its own: it follows the program that Usher makes of a
//! `plugin.toml` and writes into a copy of this component, with the manifest (`docs/data-plugins.md`).
//!
//! `finds` reads the org, `changes` makes each change in each `case`, with the help of `ensure`, `settings` and `undo`;
//! `known` holds the values that expressions may use.

mod case;
mod changes;
mod ensure;
#[cfg(target_arch = "wasm32")]
mod exported;
mod finds;
mod known;
mod settings;
#[cfg(test)]
mod tests;
mod told;
mod undo;

use serde_json::{Map, Value as Json};
use usher_program::{FORMAT, Program};
use usher_sdk::{Failure, Org, StepPlan};

use crate::known::{Known, given_out};

/// Reads a program.
///
/// # Errors
///
/// The bytes are not a program of the form that this component knows.
pub fn program(bytes: &[u8]) -> Result<Program, Failure> {
    let broken = |why: String| Failure::Broken(format!("the program in the component: {why}"));
    let json: Json = serde_json::from_slice(bytes).map_err(|error| broken(error.to_string()))?;
    match json.get("format").and_then(Json::as_u64) {
        Some(format) if format == u64::from(FORMAT) => {}
        _ => return Err(broken(format!("it does not have the format {FORMAT}"))),
    }
    serde_json::from_value(json).map_err(|error| broken(error.to_string()))
}

/// Plans what the program says.
///
/// # Errors
///
/// The org is not as the program expects, a value is not known yet, or an expression cannot be evaluated.
pub fn plan(
    program: &Program,
    inputs: Map<String, Json>,
    org: &dyn Org,
) -> Result<StepPlan, Failure> {
    let mut known = Known::new(inputs);
    finds::read(program, &mut known, org)?;
    for (name, value) in &program.values {
        let value = known.value(value, &format!("the value `{name}`"))?;
        known.values.insert(name.clone(), value);
    }
    told::required(program, &known)?;
    let mut plan = StepPlan::new();
    changes::plan(program, &mut known, org, &mut plan)?;
    told::notes(program, &known, &mut plan)?;
    let mut outputs = Map::new();
    for (name, value) in &program.results {
        let value = known.value(value, &format!("the result `{name}`"))?;
        outputs.insert(name.clone(), given_out(value));
    }
    plan.answer(Json::Object(outputs))
}
