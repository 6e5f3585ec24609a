//! `usher resume`: carry on with a run that ended early. Recipe, inputs and plugins are those it began with.

use usher_core::plan::needs_plugins;
use usher_core::run::{Carried, Event, Phase};
use usher_engine::journal::{Journal, LoadedRun};
use usher_engine::port::Planner;

use crate::args::RunArg;
use crate::clock;
use crate::command::carry::{self, Carrying, Manner, NothingToPlan};
use crate::command::prepare;
use crate::confirmations::{self, Given};
use crate::connect::{self, Connection};
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::lease::Lease;
use crate::report::{self, Detail};
use crate::world::World;

pub(super) async fn run(
    arg: &RunArg,
    confirm: &[String],
    manner: Manner,
    world: &mut World,
) -> Result<Exit, Error> {
    let home = Home::of(world)?;
    let journal = Journal::open(&home.journal()?)?;
    let run = find(&journal, arg.run.as_deref(), "to resume", |run| {
        run.state.is_open() || run.state.phase == Phase::Planned
    })?;
    let plan = run.state.plan.as_ref().ok_or_else(Error::no_plan)?;
    let confirmed = confirmations::given_to_run(confirm, plan)?;
    carry_on(run, journal, home, arg, confirmed, manner, world).await
}

/// Carries a run on from where its journal ends.
pub(super) async fn carry_on(
    run: LoadedRun,
    mut journal: Journal,
    home: Home,
    arg: &RunArg,
    confirmed: Given,
    manner: Manner,
    world: &mut World,
) -> Result<Exit, Error> {
    let connection = connection(&run, arg, &home, world).await?;
    if let Phase::Finished(end) = run.state.phase {
        let carried = Carried::Finished(end);
        return carry::report_run(&run.id, &connection, &carried, &run.state, manner, world);
    }
    // Taking a run back runs no plugin.
    if !run.state.is_undo() {
        prepare::still_allowed(&run.state, &home)?;
    }
    let mut events = Vec::new();
    if run.state.phase == Phase::Planned {
        // It ended before anybody approved it.
        if !manner.json
            && let Some(plan) = &run.state.plan
        {
            let detail = if run.state.is_undo() {
                Detail::Undo
            } else {
                Detail::Normal
            };
            world.print(report::plan_page(plan, &connection.alias, detail));
        }
        let Some(by) = manner.approval("Apply these changes? Type yes:", world)? else {
            world.say("Nothing was changed.");
            return Ok(Exit::Done);
        };
        events.push(Event::Approved { by });
    } else {
        events.push(Event::Resumed);
    }
    let _lease = lease(&run, &home, world)?;
    let later = needs_plugins(run.state.steps());
    let frozen = match later {
        true => Some(prepare::frozen(&run.state, &home, &connection, world).await?),
        false => None,
    };
    let planning = frozen.as_ref().map(prepare::Frozen::planning);
    let planner: &dyn Planner = match &planning {
        Some(planning) => planning,
        None => &NothingToPlan,
    };
    let carrying = Carrying {
        id: &run.id,
        connection: &connection,
        journal: journal.resume(&run.id, run.state.events)?,
        planner,
        confirmed,
        state: run.state,
    };
    carrying.carry_out(events, manner, world).await
}

/// No run that a command could be for.
pub(super) const NO_RUN: &str = "run/none";

/// The run that a person means: by id, by an ending of ids, or the newest that fits.
pub(super) fn find(
    journal: &Journal,
    wanted: Option<&str>,
    what_for: &str,
    fits: impl Fn(&LoadedRun) -> bool,
) -> Result<LoadedRun, Error> {
    let ids = journal.runs()?;
    let Some(wanted) = wanted else {
        for id in &ids {
            let run = journal.load(id)?;
            if fits(&run) {
                return Ok(run);
            }
        }
        let message = format!("there is no run {what_for}");
        return Err(Error::new(Exit::Usage, NO_RUN, message).help("`usher runs` lists them"));
    };
    if ids.iter().any(|id| id == wanted) {
        return Ok(journal.load(wanted)?);
    }
    let ending: Vec<&String> = ids.iter().filter(|id| id.ends_with(wanted)).collect();
    match ending.as_slice() {
        [id] if !wanted.is_empty() => Ok(journal.load(id)?),
        [] => Err(Error::new(
            Exit::Usage,
            "journal/no-such-run",
            format!("there is no run `{wanted}`"),
        )
        .help("`usher runs` lists them")),
        _ => Err(Error::new(
            Exit::Usage,
            "run/ambiguous",
            format!("{} runs end with `{wanted}`", ending.len()),
        )
        .help("`usher runs` lists them")),
    }
}

/// The org that a run is of, seen to be the same.
pub(super) async fn connection(
    run: &LoadedRun,
    arg: &RunArg,
    home: &Home,
    world: &World,
) -> Result<Connection, Error> {
    let plan = run.state.plan.as_ref().ok_or_else(Error::no_plan)?;
    let mut org = arg.org.org.as_deref();
    if !run.state.origin.alias.is_empty() && !world_names(arg, world) {
        org = Some(&run.state.origin.alias);
    }
    let connection = connect::open(org, home, world)?;
    let identity = connection.org.identity().await?;
    if identity.org_id != plan.org.org_id {
        let message = format!(
            "run {} is of the org {} ({}), and `{}` is {}",
            run.id, plan.org.org_id, plan.org.username, connection.alias, identity.org_id
        );
        return Err(Error::new(Exit::Usage, "run/other-org", message));
    }
    Ok(connection)
}

/// Whether the person named an org: then that is meant, not the one of the run.
fn world_names(arg: &RunArg, world: &World) -> bool {
    arg.org.org.is_some() && arg.org.org.as_deref() != world.variable("USHER_ORG")
}

pub(super) fn lease(run: &LoadedRun, home: &Home, world: &World) -> Result<Lease, Error> {
    let plan = run.state.plan.as_ref().ok_or_else(Error::no_plan)?;
    let since = clock::utc(world.clock.now_ms());
    let mut lease = Lease::take(home, &plan.org.org_id, &since)?;
    lease.hold_for(&run.id, &since)?;
    Ok(lease)
}
