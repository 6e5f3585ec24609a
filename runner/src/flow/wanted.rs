//! The plan that `apply` carries out: a recipe's, or a saved one that still does what was approved.

use usher_core::difference::differences;
use usher_core::plan::{Plan, ProblemClass};

use crate::error::{Beside, Error};
use crate::exit::Exit;
use crate::flow::attendant::Attendant;
use crate::flow::failure;
use crate::flow::prepare::{self, Opened, Prepared};
use crate::flow::target::Target;
use crate::saved::{self, SavedPlan};
use crate::world::World;

/// A recipe or a saved plan, to be planned once or again.
pub(super) struct Wanted {
    pub(super) opened: Opened,
    /// The plan that was saved.
    saved: Option<SavedPlan>,
}

/// Finds and checks what the target names. Nothing is planned yet.
pub(super) async fn open(
    target: &Target,
    confirm: &[String],
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Wanted, Error> {
    if !saved::is_named(&target.recipe) {
        let opened = prepare::open(target, confirm, None, attendant, world).await?;
        let saved = None;
        return Ok(Wanted { opened, saved });
    }
    let saved = saved::read(&world.folder.join(&target.recipe))?;
    let opened = prepare::open(target, confirm, Some(&saved), attendant, world).await?;
    let saved = Some(saved);
    Ok(Wanted { opened, saved })
}

impl Wanted {
    /// The saved plan, when the target is one.
    pub(super) fn saved(&self) -> Option<&SavedPlan> {
        self.saved.as_ref()
    }

    /// Plans against the org as it is now. A saved plan does exactly what was approved then, or has nothing left to do.
    pub(super) async fn plan(&self) -> Result<Prepared<'_>, Error> {
        let prepared = self.opened.plan().await?;
        if let Some(saved) = &self.saved {
            let failure =
                failure::of_plan(&self.opened.recipe, &prepared.plan, self.opened.goes_on);
            must_be_as_approved(saved, &prepared.plan, failure.is_some())?;
        }
        Ok(prepared)
    }
}

/// `has_failed`: the plan of now is not carried out.
fn must_be_as_approved(saved: &SavedPlan, now: &Plan, has_failed: bool) -> Result<(), Error> {
    let said_elsewhere = match now.failure() {
        // The org has moved so far that there is no plan any more.
        None | Some(ProblemClass::Unmet | ProblemClass::Invalid) => false,
        Some(_) => has_failed,
    };
    if said_elsewhere || now.is_empty() {
        return Ok(());
    }
    let found = differences(&saved.plan, now);
    if found.is_empty() {
        return Ok(());
    }
    let message = "the org is not as it was when the plan was saved; nothing was changed";
    let mut error = Error::new(Exit::PlanDoesNotFit, "plan/moved", message)
        .help("look at the difference, then save a new plan with the command that saved this one");
    error.beside = Some(Box::new(Beside::Differences(found)));
    Err(error)
}
