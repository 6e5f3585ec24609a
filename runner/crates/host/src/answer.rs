//! Whether a well-formed answer makes sense: references lead somewhere, operations can be carried out
//! and taken back as they say, JSON is what it should be, and nothing goes beyond the manifest.

mod json;
mod links;
mod operations;
mod outputs;
mod probes;

use usher_core::change::{Failure, StepPlan};
use usher_core::manifest::{Kind, Manifest, Undeclared};

use crate::fault::{BadAnswer, Fault};
use crate::handed::Handed;

/// Checks a plan. The JSON in it comes out tidied.
pub(crate) fn check(
    plan: &mut StepPlan,
    manifest: &Manifest,
    handed: &Handed,
) -> Result<(), BadAnswer> {
    if manifest.kind == Kind::Verifying && !(plan.changes.is_empty() && plan.effects.is_empty()) {
        return Err(Fault::VerifyingChanges.at(""));
    }
    for change in &mut plan.changes {
        operations::check(change).map_err(|fault| fault.at(&change.address))?;
    }
    outputs::check(&mut plan.outputs, &manifest.output).map_err(|fault| fault.at("outputs"))?;
    links::check(plan, handed)
}

/// Checks what a failure refers to.
pub(crate) fn check_failure(failure: &Failure, handed: &Handed) -> Result<(), BadAnswer> {
    let Failure::Deferred(deferral) = failure else {
        return Ok(());
    };
    if deferral.waiting_for.is_empty() {
        return Err(Fault::WaitsForNothing.at(""));
    }
    for token in &deferral.waiting_for {
        handed.allows_waiting(token).map_err(|fault| fault.at(""))?;
    }
    Ok(())
}

/// Everything that a plan would write, undo or look at beyond the manifest.
pub(crate) fn undeclared(plan: &StepPlan, manifest: &Manifest) -> Vec<Undeclared> {
    let mut found = manifest.undeclared_writes(plan);
    for change in &plan.changes {
        probes::undeclared(change, manifest, &mut found);
    }
    found
}

#[cfg(test)]
mod tests;
