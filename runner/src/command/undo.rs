//! `usher undo`: take a run back. Shown first, newest change first, and only what is still as the run left
//! it. Taking back is a run itself: it has a journal, can be interrupted and resumed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use usher_core::plan::{Plan, PlannedStep, Requests};
use usher_core::policy::{destroyed, made_by};
use usher_core::read::Identity;
use usher_core::run::{
    Carried, ChangeKey, ChangeState, End, Event, Origin, Outcome, Phase, RunState,
    secrets_in_doubt, taken_back, write_requests,
};
use usher_core::value::Token;
use usher_engine::journal::{Journal, LoadedRun};

use crate::args::RunArg;
use crate::clock;
use crate::command::carry::{self, Carrying, NothingToPlan, run_id};
use crate::command::consent::{Asking, nothing_known};
use crate::command::find::{NO_RUN, find, hold};
use crate::command::manner::Manner;
use crate::command::resume::{Going, carry_on, connection};
use crate::command::user;
use crate::confirmations::Given;
use crate::connect::Connection;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::lease::Lease;
use crate::policy::Policies;
use crate::report::{self, Detail, FORMAT, Sheet};
use crate::secrets;
use crate::world::World;

/// How a person wants a run taken back.
pub(super) struct Undoing<'a> {
    pub(super) arg: &'a RunArg,
    /// Secrets, as `--set` gives them.
    pub(super) set: &'a [String],
    pub(super) as_other_user: bool,
    /// A team's policy, as `--policy` names it.
    pub(super) policy: Option<&'a Path>,
    pub(super) manner: Manner<'a>,
}

pub(super) async fn run(undoing: &Undoing<'_>, world: &mut World) -> Result<Exit, Error> {
    let home = Home::of(world)?;
    let journal = Journal::open(&home.journal()?)?;
    let undoes = undo_runs(&journal)?;
    let named = undoing.arg.run.as_deref();
    let fits = |run: &LoadedRun| is_left(run, &undoes);
    let found = match find(&journal, named, "to take back", world, fits) {
        // Taken back already, or nothing was ever done: as wanted.
        Err(error) if named.is_none() && error.code == NO_RUN => {
            return nothing_left(undoing.manner, world);
        }
        found => found?,
    };
    // From here on everything is as it is under the lease, what has been taken back of the run as well.
    let (lease, run) = hold(&found, &journal, &home, world)?;
    let undoes = undo_runs(&journal)?;
    if run.state.is_undo() {
        let message = format!("run {} takes another one back", run.id);
        return Err(Error::new(Exit::Usage, "undo/of-undo", message)
            .help("to have its changes again, apply the recipe again"));
    }
    // One that was interrupted goes on.
    let open = undoes
        .iter()
        .find(|undo| undo.state.origin.undoes.as_deref() == Some(&run.id) && undo.state.is_open());
    if let Some(open) = open {
        world.say(format!("Carrying on with run {}.", open.id));
        let going = Going {
            arg: undoing.arg,
            confirm: &[],
            set: undoing.set,
            as_other_user: undoing.as_other_user,
            policy: undoing.policy,
            manner: undoing.manner,
        };
        return carry_on(open.clone(), journal, &home, &going, world).await;
    }
    if named.is_none() && !is_left(&run, &undoes) {
        return nothing_left(undoing.manner, world);
    }
    let signed_in = connection(&run, undoing.arg, &home, world).await?;
    let held = Held {
        lease,
        run,
        undoes,
        journal,
    };
    held.take_back(signed_in, undoing, world).await
}

impl Undoing<'_> {
    fn policies(&self, world: &World) -> Result<Policies, Error> {
        Policies::of(self.policy, &Home::of(world)?, world)
    }
}

/// A run that is to be taken back, as it is under the lease.
struct Held {
    lease: Lease,
    run: LoadedRun,
    undoes: Vec<LoadedRun>,
    journal: Journal,
}

impl Held {
    /// Shows what comes back, asks, and takes it back.
    async fn take_back(
        mut self,
        (connection, identity): (Connection, Identity),
        undoing: &Undoing<'_>,
        world: &mut World,
    ) -> Result<Exit, Error> {
        let (run, manner) = (&self.run, undoing.manner);
        let policies = &undoing.policies(world)?;
        let other = user::other(run, &identity, undoing.as_other_user)?;
        if let Some(other) = &other {
            world.say(other.takes_back());
        }
        let mut state = run.state.clone();
        if state.is_open() {
            // First of all nothing of it may be in doubt.
            let handed_over = other.map(|other| Event::HandedOver { to: other.now });
            let events = std::iter::once(Event::Resumed).chain(handed_over).collect();
            state.bindings.extend(secrets_again(run, undoing, world)?);
            let carrying = Carrying {
                id: &run.id,
                connection: &connection,
                journal: self.journal.resume(&run.id, run.state.events)?,
                beginning: None,
                planner: &NothingToPlan,
                confirmed: Given::new(),
                state,
                policies,
            };
            state = given_up(carrying, events, manner, world).await?;
        }
        let undone = undone(&self.undoes, &run.id);
        let plan = undo_plan(&run.id, &state, identity, &undone, world)?;
        if plan.steps.iter().all(|step| step.plan.changes.is_empty()) {
            return nothing(&run.id, &plan, &connection, manner, world);
        }
        manner.files.look(&plan, &connection.org).await;
        let sheet = Sheet::of(&plan, &connection.alias, Detail::Undo);
        if !manner.json {
            world.print(sheet.page());
        }
        let known = nothing_known();
        let (steps, kind) = (&plan.steps, plan.org.org_kind);
        let judged = policies.judge(steps, kind, &connection.org, &known).await?;
        let asking = Asking {
            question: "Take these changes back? Type yes:",
            judged: &judged,
            destroyed: &destroyed(steps, &known, &made_by(&state)),
            written: None,
        };
        let Some(by) = asking.given(manner, world)? else {
            manner.files.write(sheet)?;
            world.say("Nothing was changed.");
            return Ok(Exit::Done);
        };
        let now_ms = world.clock.now_ms();
        let id = run_id(&self.journal, now_ms)?;
        self.lease.hold_for(&id, &clock::utc(now_ms))?;
        let planned = Event::Planned {
            plan,
            recipe: state.recipe.clone(),
            origin: Origin {
                alias: connection.alias.clone(),
                source: state.origin.source.clone(),
                undoes: Some(run.id.clone()),
                ..Origin::default()
            },
        };
        let carrying = Carrying {
            id: &id,
            connection: &connection,
            journal: self.journal.begin(&id, now_ms),
            beginning: None,
            planner: &NothingToPlan,
            confirmed: Given::new(),
            state: RunState::default(),
            policies,
        };
        let events = vec![planned, Event::Approved { by }];
        carrying.carry_out(events, manner, world).await
    }
}

/// Whether something of a run may be there that has not been taken back.
fn is_left(run: &LoadedRun, undoes: &[LoadedRun]) -> bool {
    // Of one that ended early, what was sent may be there without being known to be.
    let doubtful = run.state.is_open() && run.state.requests > 0;
    let back = taken_back(&run.state, &undone(undoes, &run.id));
    let changes = back.iter().any(|step| !step.plan.changes.is_empty());
    // What was kept then is kept by its reason; whoever wants to try again names the run.
    let over = undoes.iter().any(|undo| {
        undo.state.origin.undoes.as_deref() == Some(&run.id)
            && undo.state.phase == Phase::Finished(End::Done)
    });
    !run.state.is_undo() && !over && (doubtful || changes)
}

fn nothing_left(manner: Manner<'_>, world: &mut World) -> Result<Exit, Error> {
    if manner.json {
        let requests = json!({ "read": 0, "write": 0 });
        let document = json!({ "format": FORMAT, "run": null, "steps": [], "requests": requests });
        world.document(&document);
    } else {
        world.print("Nothing to take back.");
    }
    Ok(Exit::Done)
}

/// The secrets without which nobody sees what became of what is in doubt. It stays in doubt when they are not given.
fn secrets_again(
    run: &LoadedRun,
    undoing: &Undoing<'_>,
    world: &mut World,
) -> Result<BTreeMap<Token, Value>, Error> {
    let person = undoing.manner.person(world).map(AsRef::as_ref);
    let needed = secrets_in_doubt(&run.state);
    let again = secrets::again(run, needed, undoing.set, person, &world.console.err)?;
    if !again.missing.is_empty() {
        let named = secrets::named(&again.missing);
        world.say(format!(
            "Without {named} Usher cannot see what became of everything that was sent. `--set` gives it."
        ));
    }
    Ok(again.held)
}

async fn given_up(
    carrying: Carrying<'_>,
    events: Vec<Event>,
    manner: Manner<'_>,
    world: &mut World,
) -> Result<RunState, Error> {
    let (id, connection) = (carrying.id, carrying.connection);
    let (carried, state) = carrying.give_up(events, manner, world).await?;
    match carried {
        Carried::Finished(_) => Ok(state),
        stopped @ Carried::Stopped(_) => {
            let exit = carry::report_run(id, connection, &stopped, &state, manner, world)?;
            Err(Error::new(
                exit,
                "run/stopped",
                "the run could not be cleared up",
            ))
        }
    }
}

fn undo_plan(
    id: &str,
    state: &RunState,
    org: Identity,
    undone: &BTreeSet<ChangeKey>,
    world: &World,
) -> Result<Plan, Error> {
    let of = state.plan.as_ref().ok_or_else(Error::no_plan)?;
    let steps: Vec<PlannedStep> = taken_back(state, undone);
    Ok(Plan {
        recipe: of.recipe.clone(),
        title: format!("Take back run {id}: {}", of.title),
        org,
        now: clock::utc(world.clock.now_ms()),
        inputs: of.inputs.clone(),
        requests: Requests {
            read: 0,
            write: steps.iter().map(write_requests).sum(),
        },
        steps,
    })
}

fn nothing(
    id: &str,
    plan: &Plan,
    connection: &Connection,
    manner: Manner<'_>,
    world: &mut World,
) -> Result<Exit, Error> {
    let sheet = Sheet::of(plan, &connection.alias, Detail::Undo);
    let sheet = sheet.requests(connection.org.requests());
    manner.files.write(sheet)?;
    if manner.json {
        world.document(&sheet.json());
        return Ok(Exit::Done);
    }
    for step in &plan.steps {
        world.print(report::step_page(step, Detail::Undo));
    }
    world.print(format!("Nothing to take back of run {id}."));
    Ok(Exit::Done)
}

/// Every run that takes another one back, of those that can be read.
fn undo_runs(journal: &Journal) -> Result<Vec<LoadedRun>, Error> {
    let mut undoes = Vec::new();
    journal.find(|run| {
        let is_undo = |run: &LoadedRun| run.state.is_undo() && run.state.phase != Phase::Planned;
        undoes.extend(run.ok().filter(is_undo));
        None::<()>
    })?;
    Ok(undoes)
}

/// What of a run has been taken back already.
fn undone(undoes: &[LoadedRun], run: &str) -> BTreeSet<ChangeKey> {
    let of = undoes
        .iter()
        .filter(|undo| undo.state.origin.undoes.as_deref() == Some(run));
    of.flat_map(|undo| &undo.state.changes)
        .filter(|(_, state)| matches!(state, ChangeState::Settled(Outcome::Done { .. })))
        .map(|(key, _)| key.clone())
        .collect()
}
