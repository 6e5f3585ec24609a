//! `usher apply`: show, ask, change exactly that.

use usher_core::plan::needs_plugins;
use usher_core::run::{Event, Origin, RunState};
use usher_engine::journal::Journal;

use crate::args::Target;
use crate::clock;
use crate::command::carry::{Carrying, Manner, run_id};
use crate::command::{approved, plan, prepare};
use crate::error::Error;
use crate::exit::Exit;
use crate::lease::Lease;
use crate::world::World;

pub(super) async fn run(
    target: &Target,
    yes: bool,
    confirm: &[String],
    world: &mut World,
) -> Result<Exit, Error> {
    let prepared = approved::prepare(target, confirm, world).await?;
    let idle = prepared.plan.is_empty();
    if idle || prepare::failure(&prepared.recipe, &prepared.plan).is_some() {
        return plan::show(&prepared, target, world);
    }
    let manner = Manner::of(yes, &target.output);
    if !manner.json {
        plan::print(&prepared.plan, &prepared.connection.alias, target, world);
    }
    let Some(by) = manner.approval("Apply these changes? Type yes:", world)? else {
        world.say("Nothing was changed.");
        return Ok(Exit::Done);
    };
    let now_ms = world.clock.now_ms();
    let since = clock::utc(now_ms);
    let mut lease = Lease::take(&prepared.home, &prepared.plan.org.org_id, &since)?;
    let mut journal = Journal::open(&prepared.home.journal()?)?;
    let id = run_id(&journal, now_ms)?;
    lease.hold_for(&id, &since)?;
    prepared
        .plugins
        .keep(needs_plugins(&prepared.plan.steps), &prepared.home)?;
    let planned = Event::Planned {
        plan: prepared.plan.clone(),
        recipe: prepared.recipe.source.text.clone(),
        origin: Origin {
            alias: prepared.connection.alias.clone(),
            source: prepared.recipe.source.name.clone(),
            plugins: prepared.plugins.digests(),
            files: prepared.plugins.files(),
            ..Origin::default()
        },
    };
    let carrying = Carrying {
        id: &id,
        connection: &prepared.connection,
        journal: journal.begin(&id, now_ms),
        planner: &prepared.planning(),
        confirmed: prepared.confirmed.clone(),
        // What stands for secrets is known to the run and never an event.
        state: RunState {
            bindings: prepared.inputs.secrets.clone(),
            ..RunState::default()
        },
    };
    let events = vec![planned, Event::Approved { by }];
    carrying.carry_out(events, manner, world).await
}
