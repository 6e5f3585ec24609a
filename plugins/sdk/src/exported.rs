//! The exports of a component. They call the plugin by symbols that [`crate::plugin`] and [`crate::export`] define.

#![expect(
    unsafe_code,
    unreachable_pub,
    clippy::allow_attributes,
    reason = "functions are exported and found by symbol name, and the code for it is generated"
)]

use crate::bindings::exports::usher::step::planner::Guest;
use crate::{Failure, StepPlan};

unsafe extern "Rust" {
    // Both are defined by a macro of this crate, with these types.
    safe fn usher_step_describe() -> String;
    safe fn usher_step_plan(input: &str) -> Result<StepPlan, Failure>;
}

struct Plugin;

impl Guest for Plugin {
    fn describe() -> String {
        usher_step_describe()
    }

    fn plan(input: String) -> Result<StepPlan, Failure> {
        usher_step_plan(&input)
    }
}

crate::bindings::export_bindings!(Plugin with_types_in crate::bindings);
