//! `usher undo`: take a run back. Shown first, newest change first, and only what is still as the run left
//! it. Taking back is a run itself: it has a journal, can be interrupted and resumed.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::path::Path;

use serde_json::{Value, json};
use usher_core::plan::{Plan, PlannedStep, Requests};
use usher_core::policy::{destroyed, made_by};
use usher_core::read::Identity;
use usher_core::run::{
    ChangeKey, ChangeState, End, Event, Origin, Outcome, Phase, RunState, drop_secrets,
    secrets_in_doubt, taken_back, write_requests,
};
use usher_core::value::Token;
use usher_engine::conduct::Conductor;
use usher_engine::journal::{Journal, LoadedRun, Unreadable};

use crate::args::RunArg;
use crate::clock;
use crate::command::carry::{self, Carrying, NothingToPlan, run_id};
use crate::command::consent::{Asking, nothing_known};
use crate::command::find::{NO_RUN, find_to_change, hold};
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
    let (undoes, _) = undo_runs(&journal)?;
    let named = undoing.arg.run.as_deref();
    let fits = |run: &LoadedRun| is_left(run, &undoes);
    let found = match find_to_change(&journal, named, "to undo", world, fits) {
        // Taken back already, or nothing was ever done: as wanted.
        Err(error) if named.is_none() && error.code == NO_RUN => {
            return nothing_left(undoing.manner, world);
        }
        found => found?,
    };
    // From here on everything is as it is under the lease, what has been taken back of the run as well.
    let (lease, run) = hold(&found, &journal, &home, world)?;
    let (undoes, unreadable) = undo_runs(&journal)?;
    if run.state.is_undo() {
        let message = format!("run {} is an undo of another run", run.id);
        return Err(Error::new(Exit::Usage, "undo/of-undo", message)
            .help("to have its changes again, apply the recipe again"));
    }
    if let Some(other) = unreadable.iter().find(|it| may_undo(it, &run, &journal)) {
        return Err(unreadable_undo(other, &run));
    }
    // One that was interrupted goes on.
    let open = undoes
        .iter()
        .find(|undo| undo.state.origin.undoes.as_deref() == Some(&run.id) && undo.state.is_open());
    if let Some(open) = open {
        world.say(format!("Carrying on with run {}.", open.id));
        // The secrets are those of the run that is undone. Nothing in doubt is left of it, so that none is needed.
        secrets::given(&run, undoing.set)?;
        let going = Going {
            arg: undoing.arg,
            confirm: &[],
            set: &[],
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
        let is_open = run.state.is_open();
        let mut state = run.state.clone();
        let handed_over = other.map(|other| Event::HandedOver { to: other.now });
        if is_open {
            state.bindings.extend(secrets_again(run, undoing, world)?);
            if is_unclear(&state) {
                // First of all nothing of it may be in doubt.
                let work = self.carrying(&connection, policies, state)?;
                // Whoever looks must not take for gone what another user made.
                state = match cleared(work, handed_over.clone(), manner, world).await? {
                    Cleared::Clear(state) => *state,
                    Cleared::Stopped(exit) => return Ok(exit),
                };
            }
        }
        drop_secrets(&mut state);
        let id = self.run.id.clone();
        // Unless clearing up was done by that user.
        let handed_over = handed_over.filter(|_| state.user() == self.run.state.user());
        let undone = undone(&self.undoes, &id);
        let plan = undo_plan(&id, &state, identity, &undone, world)?;
        if plan.steps.iter().all(|step| step.plan.changes.is_empty()) {
            if is_open && manner.yes {
                let work = self.carrying(&connection, policies, state)?;
                given_up(work, handed_over, manner, world).await?;
            }
            return nothing(&id, &plan, &connection, manner, world);
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
            question: "Undo these changes? Type yes:",
            judged: &judged,
            destroyed: &destroyed(steps, &known, &made_by(&state)),
            written: None,
        };
        let Some(by) = asking.given(manner, sheet, world)? else {
            world.say("Nothing was changed.");
            return Ok(Exit::Done);
        };
        if is_open {
            let work = self.carrying(&connection, policies, state)?;
            state = given_up(work, handed_over, manner, world).await?;
        }
        let now_ms = world.clock.now_ms();
        let undo = run_id(&self.journal, now_ms)?;
        self.lease.hold_for(&undo, &clock::utc(now_ms))?;
        let planned = Event::Planned {
            plan,
            recipe: state.recipe.clone(),
            origin: Origin {
                alias: connection.alias.clone(),
                source: state.origin.source.clone(),
                undoes: Some(id),
                users: state.users.clone(),
                ..Origin::default()
            },
        };
        let carrying = Carrying {
            id: &undo,
            connection: &connection,
            journal: self.journal.begin(&undo, now_ms),
            beginning: None,
            planner: &NothingToPlan,
            confirmed: Given::new(),
            state: RunState::default(),
            policies,
        };
        let events = vec![planned, Event::Approved { by }];
        carrying.carry_out(events, manner, world).await
    }

    /// The run that is to be undone, as it stands in the journal.
    fn carrying<'a>(
        &'a mut self,
        connection: &'a Connection,
        policies: &'a Policies,
        state: RunState,
    ) -> Result<Carrying<'a>, Error> {
        Ok(Carrying {
            id: &self.run.id,
            connection,
            journal: self.journal.resume(&self.run.id, state.events)?,
            beginning: None,
            planner: &NothingToPlan,
            confirmed: Given::new(),
            state,
            policies,
        })
    }
}

/// Says whether something of a run may be there that has not been taken back.
fn is_left(run: &LoadedRun, undoes: &[LoadedRun]) -> bool {
    // Of one that ended early, what was sent may be there without being known to be.
    let doubtful = run.state.is_open() && is_unclear(&run.state);
    let back = taken_back(&run.state, &undone(undoes, &run.id));
    let changes = back.iter().any(|step| !step.plan.changes.is_empty());
    // What was kept then is kept by its reason; whoever wants to try again names the run.
    let over = undoes.iter().any(|undo| {
        undo.state.origin.undoes.as_deref() == Some(&run.id)
            && undo.state.phase == Phase::Finished(End::Done)
    });
    !run.state.is_undo() && !over && (doubtful || changes)
}

/// Says whether it is not known of every change what became of it.
fn is_unclear(state: &RunState) -> bool {
    let mut changes = state.changes.values();
    changes.any(|state| {
        matches!(
            state,
            ChangeState::InDoubt { .. } | ChangeState::Answered { .. }
        )
    })
}

fn nothing_left(manner: Manner<'_>, world: &mut World) -> Result<Exit, Error> {
    if manner.json {
        let requests = json!({ "read": 0, "write": 0 });
        let document = json!({ "format": FORMAT, "run": null, "steps": [], "requests": requests });
        world.document(&document);
    } else {
        world.print("Nothing to undo.");
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

/// What clearing a run up came to.
enum Cleared {
    Clear(Box<RunState>),
    /// Something is still in doubt, and that was reported.
    Stopped(Exit),
}

/// Clears up what a run left in doubt. It can be carried on afterwards.
async fn cleared(
    carrying: Carrying<'_>,
    handed_over: Option<Event>,
    manner: Manner<'_>,
    world: &mut World,
) -> Result<Cleared, Error> {
    let (id, connection) = (carrying.id, carrying.connection);
    let stopped = match &carrying.state.phase {
        Phase::Stopped(why) => Some(why.clone()),
        _ => None,
    };
    let goes_on = format!("usher undo {id}");
    let work = async |conductor: &mut Conductor<'_>| conductor.look_back(stopped).await;
    let (why, state) = carrying
        .conduct(going_on(handed_over), manner, world, &goes_on, work)
        .await?;
    match why {
        None => Ok(Cleared::Clear(Box::new(state))),
        Some(why) => {
            let exit = carry::report_unclear(id, connection, why, &state, manner, world)?;
            Ok(Cleared::Stopped(exit))
        }
    }
}

/// The events with which a run goes on, by another user if it is handed over.
fn going_on(handed_over: Option<Event>) -> Vec<Event> {
    iter::once(Event::Resumed).chain(handed_over).collect()
}

/// Ends a run that ended early: its undoing is approved.
async fn given_up(
    carrying: Carrying<'_>,
    handed_over: Option<Event>,
    manner: Manner<'_>,
    world: &mut World,
) -> Result<RunState, Error> {
    let goes_on = format!("usher undo {}", carrying.id);
    let events = handed_over.map_or_else(Vec::new, |event| going_on(Some(event)));
    let work = async |conductor: &mut Conductor<'_>| conductor.give_up();
    let given_up = carrying.conduct(events, manner, world, &goes_on, work);
    let ((), state) = given_up.await?;
    Ok(state)
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
        title: format!("Undo run {id}: {}", of.title),
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
    world.print(format!("Nothing to undo in run {id}."));
    Ok(Exit::Done)
}

/// Every run that takes another one back, of those that can be read; and those that cannot.
fn undo_runs(journal: &Journal) -> Result<(Vec<LoadedRun>, Vec<Unreadable>), Error> {
    let (mut undoes, mut unreadable) = (Vec::new(), Vec::new());
    journal.find(|run| {
        match run {
            Ok(run) if run.state.is_undo() && run.state.phase != Phase::Planned => undoes.push(run),
            Ok(_) => {}
            Err(run) => unreadable.push(run),
        }
        None::<()>
    })?;
    Ok((undoes, unreadable))
}

/// Says whether a run that cannot be read may undo this one: its first event says so, or is lost and it is not older.
fn may_undo(unreadable: &Unreadable, run: &LoadedRun, journal: &Journal) -> bool {
    match journal.first(&unreadable.id) {
        Some(Event::Planned { origin, .. }) => origin.undoes.as_deref() == Some(&run.id),
        _ => unreadable
            .began_ms
            .is_none_or(|began_ms| began_ms >= run.began_ms),
    }
}

fn unreadable_undo(unreadable: &Unreadable, run: &LoadedRun) -> Error {
    let message = format!(
        "run {} may have undone a part of run {}, and cannot be read: {}",
        unreadable.id, run.id, unreadable.why
    );
    let help = match unreadable.is_too_new() {
        true => "undo the run with the newer Usher",
        false => {
            "look in the org; `usher runs prune --damaged` forgets damaged runs, and then the run can be undone"
        }
    };
    Error::new(Exit::Journal, "undo/unreadable", message).help(help)
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
