//! What `apply` begins with: a recipe's plan, or a saved one that still does what was approved.

use usher_core::difference::differences;
use usher_core::plan::{Plan, ProblemClass};

use crate::args::Target;
use crate::command::prepare::{self, Prepared};
use crate::error::Error;
use crate::exit::Exit;
use crate::saved::{self, SavedPlan};
use crate::world::World;

/// The plan to carry out. A saved one is planned again: what comes out does exactly what was approved, or
/// has nothing left to do.
pub(super) async fn prepare(
    target: &Target,
    confirm: &[String],
    world: &mut World,
) -> Result<Prepared, Error> {
    if !saved::is_named(&target.recipe) {
        return prepare::prepare(target, confirm, world).await;
    }
    let saved = saved::read(&world.folder.join(&target.recipe))?;
    let prepared = prepare::again(&saved, target, confirm, world).await?;
    must_be_as_approved(&saved, &prepared.plan, &target.recipe)?;
    Ok(prepared)
}

fn must_be_as_approved(saved: &SavedPlan, now: &Plan, file: &str) -> Result<(), Error> {
    let said_elsewhere = match now.failure() {
        // The org has moved so far that there is no plan any more.
        None | Some(ProblemClass::Unmet | ProblemClass::Invalid) => false,
        Some(_) => true,
    };
    if said_elsewhere || now.is_empty() {
        return Ok(());
    }
    let found = differences(&saved.plan, now);
    if found.is_empty() {
        return Ok(());
    }
    let message = "the org is not as it was when the plan was saved; nothing was changed";
    let mut error = Error::new(Exit::PlanDoesNotFit, "plan/moved", message).help(format!(
        "look at the difference, then save a new plan: `usher plan {} -o {file}`",
        saved.recipe.source
    ));
    error.differences = found.into();
    Err(error)
}
