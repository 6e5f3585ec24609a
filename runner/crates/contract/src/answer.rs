//! The one judge of a plugin's answers: checks that the form is right, that references lead somewhere, that operations
//! can be carried out and undone, that JSON is valid, and that nothing goes beyond the manifest.
//!
//! Usher judges every answer here before anything else uses it, and so does a rehearsal in a plugin's tests.

mod form;
pub(crate) mod json;
mod links;
mod looked_at;
mod operations;
mod outputs;
mod predictions;
mod probes;
mod secrets;

use crate::change::{Failure, StepPlan};
use crate::fault::{BadAnswer, Fault};
use crate::handed::Handed;
use crate::limit;
use crate::manifest::{Kind, Manifest, Undeclared};
use crate::text;
use crate::value::Reference;

pub use crate::operation::content;

/// The reason why Usher does not take an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    #[error("its answer cannot be right: {0}")]
    BadAnswer(#[from] BadAnswer),
    /// The plan writes, undoes or looks at something that the manifest does not declare.
    #[error("{}", text::some(.0, ToString::to_string))]
    Undeclared(Vec<Undeclared>),
}

/// Judges a plan. Returns it with its texts and JSON tidied.
///
/// # Errors
///
/// The plan is wrong for any org, or goes beyond its manifest.
pub fn judge(plan: StepPlan, manifest: &Manifest, handed: &Handed) -> Result<StepPlan, Breach> {
    let (plan, undeclared) = judge_beyond(plan, manifest, handed)?;
    match undeclared.is_empty() {
        true => Ok(plan),
        false => Err(Breach::Undeclared(undeclared)),
    }
}

/// Judges a plan. Returns it with its texts and JSON tidied, and everything in it that goes beyond the manifest: a test
/// learns from it what a manifest must declare.
///
/// # Errors
///
/// The plan is wrong for any org.
pub fn judge_beyond(
    mut plan: StepPlan,
    manifest: &Manifest,
    handed: &Handed,
) -> Result<(StepPlan, Vec<Undeclared>), BadAnswer> {
    form::plan(&mut plan)?;
    looked_at::complete(&mut plan);
    let of_outputs = check(&mut plan, manifest, handed)?;
    let mut undeclared = undeclared(&plan, manifest);
    undeclared.extend(secrets::check(&plan, &of_outputs, manifest, handed)?);
    Ok((plan, undeclared))
}

/// Judges a failure. Returns it with its texts tidied.
///
/// # Errors
///
/// It waits for nothing, or for a token that was not handed to the call.
pub fn judge_failure(mut failure: Failure, handed: &Handed) -> Result<Failure, Breach> {
    form::failure(&mut failure);
    if let Failure::Deferred(deferral) = &failure {
        if deferral.waiting_for.is_empty() {
            return Err(Fault::WaitsForNothing.at("").into());
        }
        for token in &deferral.waiting_for {
            handed.allows_waiting(token).map_err(|fault| fault.at(""))?;
        }
    }
    Ok(failure)
}

/// Checks a plan against the things that it refers to. Returns the references in its outputs.
fn check(
    plan: &mut StepPlan,
    manifest: &Manifest,
    handed: &Handed,
) -> Result<Vec<Reference>, BadAnswer> {
    if manifest.kind == Kind::Verifying && !(plan.changes.is_empty() && plan.effects.is_empty()) {
        return Err(Fault::VerifyingChanges.at(""));
    }
    for change in &mut plan.changes {
        operations::check(change).map_err(|fault| fault.at(&change.address))?;
    }
    let mut outputs = plan.outputs.value();
    outputs::check(&mut outputs, &manifest.output).map_err(|fault| fault.at("outputs"))?;
    let of_outputs = json::references(&outputs);
    plan.outputs = outputs.into();
    links::check(plan, &of_outputs, handed)?;
    Ok(of_outputs)
}

/// Everything that a plan would write, undo, look at or predict beyond the manifest.
fn undeclared(plan: &StepPlan, manifest: &Manifest) -> Vec<Undeclared> {
    let mut found = manifest.undeclared_writes(plan);
    found.truncate(limit::UNDECLARED_MAX);
    for change in &plan.changes {
        probes::undeclared(change, manifest, &mut found);
    }
    for effect in &plan.effects {
        predictions::undeclared(effect, manifest, &mut found);
    }
    found
}

#[cfg(test)]
mod tests;
