//! `usher resume`: carry on with a run that ended early. Recipe, inputs and plugins are those it began with.

use std::collections::BTreeSet;
use std::path::Path;

use usher_core::known::Known;
use usher_core::plan::needs_plugins;
use usher_core::policy::destroyed;
use usher_core::read::Identity;
use usher_core::run::{Approval, Carried, Event, Phase, secrets_needed};
use usher_engine::conduct::Conductor;
use usher_engine::journal::{Journal, LoadedRun};
use usher_engine::port::Planner;

use crate::args::RunArg;
use crate::command::carry::{self, Carrying, NothingToPlan};
use crate::command::consent::Asking;
use crate::command::find::{find_to_change, hold};
use crate::command::manner::Manner;
use crate::command::{rest, user};
use crate::confirmations::{self, Given};
use crate::connect::{self, Connection};
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::policy::Policies;
use crate::report::{Detail, Sheet};
use crate::secrets;
use crate::world::World;

/// How a person wants a run to go on.
pub(super) struct Going<'a> {
    pub(super) arg: &'a RunArg,
    /// Steps by hand that are done, as `--confirm` says.
    pub(super) confirm: &'a [String],
    /// Secrets, as `--set` gives them.
    pub(super) set: &'a [String],
    pub(super) as_other_user: bool,
    /// A team's policy, as `--policy` names it.
    pub(super) policy: Option<&'a Path>,
    pub(super) manner: Manner<'a>,
}

pub(super) async fn run(going: &Going<'_>, desk: &mut Desk) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    let journal = Journal::open(&home.journal()?)?;
    let named = going.arg.run.as_deref();
    let found = find_to_change(&journal, named, "to resume", desk, |run| {
        run.state.is_open() || run.state.phase == Phase::Planned
    })?;
    let (_lease, run) = hold(&found, &journal, &home, &desk.world)?;
    carry_on(run, journal, &home, going, desk).await
}

/// Carries a run on from where its journal ends. It was loaded under the lease, which the caller holds.
pub(super) async fn carry_on(
    mut run: LoadedRun,
    mut journal: Journal,
    home: &Home,
    going: &Going<'_>,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let manner = going.manner;
    let policies = Policies::of(going.policy, home, &desk.world)?;
    let (connection, identity) = connection(&run, going.arg, home, &desk.world).await?;
    if let Phase::Finished(end) = run.state.phase {
        let carried = Carried::Finished(end);
        return carry::report_run(&run.id, &connection, &carried, &run.state, manner, desk);
    }
    let plan = run.state.plan.clone().ok_or_else(Error::no_plan)?;
    let other = user::other(&run, &identity, going.as_other_user)?;
    let confirmed = confirmations::given_to_run(going.confirm, &plan, &identity.username)?;
    // Taking a run back runs no plugin.
    if !run.state.is_undo() {
        rest::still_allowed(&run.state, home)?;
    }
    let person = manner.person(desk).map(AsRef::as_ref);
    let needed = secrets_needed(&run.state);
    let again = secrets::again(&run, needed, going.set, person, &desk.console.err)?;
    if !again.missing.is_empty() {
        return Err(secrets::not_given(&run, &again.missing));
    }
    let held = again.held;
    run.state.bindings.extend(held);
    if let Some(other) = &other {
        desk.say(other.goes_on());
    }
    let mut events = Vec::new();
    if run.state.phase == Phase::Planned {
        let Some(by) = approval(&run, &connection, &policies, manner, desk).await? else {
            return declined(run, &mut journal, &connection, &policies, manner, desk).await;
        };
        events.push(Event::Approved { by });
    } else {
        events.push(Event::Resumed);
    }
    events.extend(other.map(|other| Event::HandedOver { to: other.now }));
    let rest = match needs_plugins(run.state.steps()) {
        true => Some(rest::frozen(&run.state, &identity, home, &connection, &desk.world).await?),
        false => None,
    };
    let planning = rest.as_ref().map(rest::Frozen::planning);
    let planner: &dyn Planner = match &planning {
        Some(planning) => planning,
        None => &NothingToPlan,
    };
    let carrying = Carrying {
        id: &run.id,
        connection: &connection,
        journal: journal.resume(&run.id, run.state.events)?,
        beginning: None,
        planner,
        confirmed,
        state: run.state,
        policies: &policies,
    };
    carrying.carry_out(events, manner, desk).await
}

/// Ends a run that a person does not approve. Nothing of it was sent.
async fn declined(
    run: LoadedRun,
    journal: &mut Journal,
    connection: &Connection,
    policies: &Policies,
    manner: Manner<'_>,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let carrying = Carrying {
        id: &run.id,
        connection,
        journal: journal.resume(&run.id, run.state.events)?,
        beginning: None,
        planner: &NothingToPlan,
        confirmed: Given::new(),
        state: run.state,
        policies,
    };
    let goes_on = format!("usher resume {}", run.id);
    let work = async |conductor: &mut Conductor<'_>| conductor.give_up();
    carrying
        .conduct(Vec::new(), manner, desk, &goes_on, work)
        .await?;
    desk.say("Nothing was changed.");
    Ok(Exit::Done)
}

/// Asks about a run that ended before anybody approved it.
async fn approval(
    run: &LoadedRun,
    connection: &Connection,
    policies: &Policies,
    manner: Manner<'_>,
    desk: &mut Desk,
) -> Result<Option<Approval>, Error> {
    let plan = run.state.plan.as_deref().ok_or_else(Error::no_plan)?;
    let sheet = Sheet::of(plan, &connection.alias, Detail::of(&run.state));
    if !manner.json {
        desk.print(sheet.page());
    }
    let known = Known(&run.state.bindings);
    let (steps, kind) = (&plan.steps, plan.org.org_kind);
    let judged = policies.judge(steps, kind, &connection.org, &known).await?;
    let asking = Asking {
        question: "Apply these changes? Type yes:",
        judged: &judged,
        destroyed: &destroyed(steps, &known, &BTreeSet::new()),
        written: None,
    };
    asking.given(manner, sheet, desk)
}

/// The org that a run is of, seen to be the same, and who is signed in there.
pub(super) async fn connection(
    run: &LoadedRun,
    arg: &RunArg,
    home: &Home,
    world: &World,
) -> Result<(Connection, Identity), Error> {
    let plan = run.state.plan.as_ref().ok_or_else(Error::no_plan)?;
    let mut org = arg.org.org.as_deref();
    if !run.state.origin.alias.is_empty() && arg.org.org.is_none() {
        org = Some(&run.state.origin.alias);
    }
    let connection = connect::open(org, home, world)?;
    let identity = connection.identity().await?;
    if identity.org_id != plan.org.org_id {
        let message = format!(
            "run {} is of the org {} ({}), and `{}` is {}",
            run.id, plan.org.org_id, plan.org.username, connection.alias, identity.org_id
        );
        return Err(Error::new(Exit::Usage, "run/other-org", message));
    }
    Ok((connection, identity))
}
