//! Plans a recipe, and changes nothing.

use std::sync::Arc;

use usher_core::plan::Plan;
use usher_engine::client::Client;

use crate::error::Error;
use crate::flow::attendant::{Attendant, Roles};
use crate::flow::failure;
use crate::flow::prepare::{self, Prepared};
use crate::flow::target::Target;
use crate::roles;
use crate::saved::SavedPlan;
use crate::world::World;

/// A plan that was made.
pub(crate) struct Planned {
    pub(crate) plan: Arc<Plan>,
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
            plan: Arc::clone(&prepared.plan),
            alias: opened.connection.alias.clone(),
            failure: failure::of_plan(&opened.recipe, &prepared.plan, opened.goes_on)
                .map(|error| opened.connection.explained(error)),
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
    let org = &opened.connection.org;
    let roles = looked_up(target.draws_roles, &prepared.plan, org).await;
    let planned = Planned::of(&prepared, roles);
    let saved = match planned.failure {
        None if saves => Some(opened.saved(&planned.plan)?),
        _ => None,
    };
    Ok((planned, saved))
}

/// Looks up the roles that a plan is about, when they are to be drawn.
pub(super) async fn looked_up(draws_roles: bool, plan: &Plan, org: &Client) -> Roles {
    match draws_roles {
        true => roles::seen(plan, org).await,
        false => None,
    }
}
