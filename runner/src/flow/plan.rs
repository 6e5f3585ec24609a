//! Plans a recipe, and changes nothing.

use usher_core::plan::Plan;

use crate::error::Error;
use crate::flow::attendant::{Attendant, Roles};
use crate::flow::failure;
use crate::flow::prepare::{self, Opened, Prepared};
use crate::flow::target::Target;
use crate::roles;
use crate::saved::SavedPlan;
use crate::world::World;

/// A plan that was made.
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    /// The org by the name that the person gave it.
    pub(crate) alias: String,
    /// The error of a plan that cannot be carried out.
    pub(crate) failure: Option<Error>,
    pub(crate) roles: Roles,
}

impl Planned {
    /// The plan that was prepared, for whoever shows it.
    pub(super) fn of(prepared: &Prepared<'_>, roles: Roles) -> Self {
        let opened = prepared.opened;
        Self {
            plan: prepared.plan.clone(),
            alias: opened.connection.alias.clone(),
            failure: failure::of_plan(&opened.recipe, &prepared.plan),
            roles,
        }
    }
}

/// Plans the recipe of `target`. Gives the plan, and what a file holds of it when it can be applied.
pub(crate) async fn plan(
    target: &Target,
    saves: bool,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<(Planned, Option<SavedPlan>), Error> {
    let opened = prepare::open(target, &[], None, attendant, world).await?;
    let prepared = opened.plan().await?;
    let planned = Planned::of(&prepared, looked_up(&opened, &prepared.plan, target).await);
    let saved = match planned.failure {
        None if saves => Some(opened.saved(&planned.plan)?),
        _ => None,
    };
    Ok((planned, saved))
}

/// Looks up the roles that a plan is about, when they are to be drawn.
pub(super) async fn looked_up(opened: &Opened, plan: &Plan, target: &Target) -> Roles {
    match target.draws_roles {
        true => roles::seen(plan, &opened.connection.org).await,
        false => None,
    }
}
