//! Finds out whether the org still is as a recipe says: the plan is made again, and an empty one means yes.

use usher_core::plan::ProblemClass;

use crate::error::Error;
use crate::exit::Exit;
use crate::flow::attendant::{Attendant, Roles};
use crate::flow::plan::{Planned, looked_up};
use crate::flow::prepare::{self, Prepared};
use crate::flow::target::Target;
use crate::world::World;

/// An org, compared with a recipe.
pub(crate) struct Checked {
    pub(crate) planned: Planned,
    pub(crate) differs: bool,
}

/// Compares the org with the recipe of `target`.
pub(crate) async fn check(
    target: &Target,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Checked, Error> {
    let opened = prepare::open(target, &[], None, attendant, world).await?;
    let prepared = opened.plan().await?;
    let org = &opened.connection.org;
    let roles = looked_up(target.draws_roles, &prepared.plan, org).await;
    Ok(judged(&prepared, roles))
}

/// The plan that was prepared, as a comparison of the org with the recipe.
pub(super) fn judged(prepared: &Prepared<'_>, roles: Roles) -> Checked {
    let mut planned = Planned::of(prepared, roles);
    let class = planned.plan.failure();
    if let Some(error) = &mut planned.failure
        && error.exit == Exit::Failed
        && class != Some(ProblemClass::Plugin)
    {
        // An org that is not ready is not as the recipe says.
        error.exit = Exit::Differs;
    }
    let differs = planned.plan.differs();
    Checked { planned, differs }
}
