//! Undoes a run, newest change first, and only what is still as the run left it. An undo is a run itself: it has a
//! journal, can be interrupted and resumed.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use usher_core::plan::{Plan, PlannedStep, Requests, UsedInput};
use usher_core::policy::{destroyed, made_by};
use usher_core::read::Identity;
use usher_core::run::{
    Carried, ChangeKey, ChangeState, End, Event, Origin, Outcome, Phase, RunState, drop_secrets,
    secrets_in_doubt, taken_back, write_requests,
};
use usher_core::value::Token;
use usher_engine::conduct::Conductor;
use usher_engine::journal::{Journal, LoadedRun, Unreadable};

use crate::clock;
use crate::confirmations::Given;
use crate::connect::Connection;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::apply::stopped;
use crate::flow::attendant::{Attendant, Roles, Shown, Subject, Told};
use crate::flow::consent::{Asked, Asking, Consent, nothing_known};
use crate::flow::drive::{Driving, NotApproved, NothingToPlan, Ran, run_id};
use crate::flow::find::{NO_RUN, find_to_change, hold};
use crate::flow::plan::looked_up;
use crate::flow::production::Guard;
use crate::flow::resume::{Resumed, Resuming, carry_on, connection};
use crate::flow::secrets::again;
use crate::flow::user;
use crate::home::Home;
use crate::lease::Lease;
use crate::policy::Policies;
use crate::secrets;
use crate::world::World;

/// A run to undo, with the wishes of the person.
pub(crate) struct Undoing {
    /// The run, or an ending of its id; none: the newest of which something is left.
    pub(crate) run: Option<String>,
    /// The org by its name; none: that of the run.
    pub(crate) org: Option<String>,
    /// Secrets, each as `name=value`.
    pub(crate) set: Vec<String>,
    pub(crate) as_other_user: bool,
    /// A team's policy.
    pub(crate) policy: Option<PathBuf>,
    pub(crate) consent: Consent,
    /// The id of the org that is meant.
    pub(crate) org_id: Option<String>,
    /// Says that the roles which the undo is about are looked up, to be drawn.
    pub(crate) draws_roles: bool,
}

/// The result of undoing.
pub(crate) enum Undone {
    /// No run has anything left.
    NothingLeft,
    /// The run has nothing that can be undone. `plan`: what stays, and why.
    Nothing {
        run: String,
        plan: Arc<Plan>,
        alias: String,
        requests: Requests,
    },
    NotApproved(NotApproved),
    /// The undo, or the run itself of which something is still in doubt.
    Ran(Ran),
}

/// Undoes a run.
pub(crate) async fn undo(
    undoing: &Undoing,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Undone, Error> {
    let home = Home::of(world)?;
    let journal = Journal::open(&home.journal()?)?;
    let (undoes, _) = undo_runs(&journal)?;
    let named = undoing.run.as_deref();
    let fits = |run: &LoadedRun| is_left(run, &undoes);
    let found = match find_to_change(&journal, named, "to undo", attendant, fits) {
        // Undone already, or nothing was ever done: as wanted.
        Err(error) if named.is_none() && error.code == NO_RUN => return Ok(Undone::NothingLeft),
        found => found?,
    };
    // From here on everything is as it is under the lease, what has been undone of the run as well.
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
        attendant.told(&Told::GoesOn { run: &open.id });
        // The secrets are those of the run that is undone. Nothing in doubt is left of it, so that none is needed.
        secrets::given(&run, &undoing.set)?;
        let resuming = Resuming {
            run: None,
            org: undoing.org.clone(),
            confirm: Vec::new(),
            set: Vec::new(),
            as_other_user: undoing.as_other_user,
            policy: undoing.policy.clone(),
            consent: undoing.consent,
            org_id: undoing.org_id.clone(),
            results: Vec::new(),
        };
        let gone_on = carry_on(open.clone(), journal, &home, &resuming, attendant, world).await?;
        return Ok(match gone_on {
            Resumed::Ran(ran) => Undone::Ran(ran),
            Resumed::NotApproved(not_approved) => Undone::NotApproved(not_approved),
        });
    }
    if named.is_none() && !is_left(&run, &undoes) {
        return Ok(Undone::NothingLeft);
    }
    let signed_in = connection(&run, undoing.org.as_deref(), &home, world).await?;
    let held = Held {
        lease,
        run,
        undoes,
        journal,
        policies: Policies::of(undoing.policy.as_deref(), &home, world)?,
    };
    held.undo(signed_in, undoing, attendant, world).await
}

/// A run that is to be undone, as it is under the lease.
struct Held {
    lease: Lease,
    run: LoadedRun,
    undoes: Vec<LoadedRun>,
    journal: Journal,
    policies: Policies,
}

impl Held {
    /// Shows what comes back, asks, and undoes it.
    async fn undo(
        mut self,
        (connection, identity): (Connection, Identity),
        undoing: &Undoing,
        attendant: &mut dyn Attendant,
        world: &World,
    ) -> Result<Undone, Error> {
        let consent = undoing.consent;
        let given = undoing.org_id.as_deref();
        let guard = Guard::of(&connection, &identity, given, consent.shown)?;
        let other = user::other(&self.run, &identity, undoing.as_other_user)?;
        if let Some(other) = &other {
            attendant.told(&Told::Undoes(other));
        }
        let id = self.run.id.clone();
        let is_open = self.run.state.is_open();
        let mut state = self.run.state.clone();
        let handed_over = other.map(|other| Event::HandedOver { to: other.now });
        if is_open {
            let held = secrets_again(&self.run, undoing, attendant).await?;
            state.bindings.extend(held);
            if is_unclear(&state) {
                // First of all nothing of it may be in doubt.
                let work = self.driving(&connection, consent, state)?;
                // The user who looks must not take for gone what another user made.
                if let Some(Event::HandedOver { to }) = &handed_over {
                    let (run, to) = (&id, to.username.as_str());
                    attendant.told(&Told::LooksUp { run, to });
                }
                let cleared = cleared(work, handed_over.clone(), attendant, world).await?;
                state = match cleared {
                    Cleared::Clear(state) => *state,
                    Cleared::Stopped(ran) => return Ok(Undone::Ran(*ran)),
                };
            }
        }
        drop_secrets(&mut state);
        // Unless clearing up was done by that user.
        let handed_over = handed_over.filter(|_| state.user() == self.run.state.user());
        let undone = undone(&self.undoes, &id);
        let plan = undo_plan(&id, &state, identity, &undone, world)?;
        if plan.steps.iter().all(|step| step.plan.changes.is_empty()) {
            if is_open && consent.shown {
                let work = self.driving(&connection, consent, state)?;
                given_up(work, handed_over, attendant, world).await?;
            }
            return Ok(Undone::Nothing {
                run: id,
                plan: Arc::new(plan),
                requests: connection.org.requests(),
                alias: connection.alias,
            });
        }
        let roles = looked_up(undoing.draws_roles, &plan, &connection.org).await;
        attendant.shown(&Shown {
            plan: &plan,
            alias: &connection.alias,
            undoes: true,
        });
        let by = match self.asked(&plan, &state, &guard, consent, attendant).await {
            Ok(Asked::Approved(by)) => by,
            Ok(Asked::Declined) => return Ok(not_approved(plan, connection, roles, None)),
            Ok(Asked::Stopped) => {
                return Ok(not_approved(plan, connection, roles, Some(stopped())));
            }
            Err(error) => return Ok(not_approved(plan, connection, roles, Some(error))),
        };
        if is_open {
            let work = self.driving(&connection, consent, state)?;
            state = given_up(work, handed_over, attendant, world).await?;
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
        let driving = Driving {
            id: &undo,
            connection: &connection,
            journal: self.journal.begin(&undo, now_ms),
            beginning: None,
            planner: &NothingToPlan,
            confirmed: Given::new(),
            state: RunState::default(),
            policies: &self.policies,
            consent,
        };
        let events = vec![planned, Event::Approved { by }];
        let ran = driving.carry_out(events, attendant, world).await?;
        Ok(Undone::Ran(Ran { roles, ..ran }))
    }

    /// Asks whether the run may be undone by this plan.
    async fn asked(
        &self,
        plan: &Plan,
        state: &RunState,
        guard: &Guard<'_>,
        consent: Consent,
        attendant: &mut dyn Attendant,
    ) -> Result<Asked, Error> {
        let known = nothing_known();
        let (steps, kind) = (&plan.steps, plan.org.org_kind);
        let policies = &self.policies;
        let org = guard.org();
        let judged = policies.judge(steps, kind, org, &known).await?;
        let asking = Asking {
            subject: Subject::Undo,
            judged: &judged,
            destroyed: &destroyed(steps, &known, &made_by(state)),
            written: None,
            names: &guard.names().await?,
        };
        guard.told(asking.answer(consent, attendant).await)
    }

    /// Drives the run that is to be undone, as it stands in the journal.
    fn driving<'a>(
        &'a mut self,
        connection: &'a Connection,
        consent: Consent,
        state: RunState,
    ) -> Result<Driving<'a>, Error> {
        Ok(Driving {
            id: &self.run.id,
            connection,
            journal: self.journal.resume(&self.run.id, state.events)?,
            beginning: None,
            planner: &NothingToPlan,
            confirmed: Given::new(),
            state,
            policies: &self.policies,
            consent,
        })
    }
}

fn not_approved(plan: Plan, connection: Connection, roles: Roles, why: Option<Error>) -> Undone {
    Undone::NotApproved(NotApproved {
        plan: Arc::new(plan),
        alias: connection.alias,
        undoes: true,
        roles,
        why,
    })
}

/// Says whether something of a run may be there that has not been taken back.
fn is_left(run: &LoadedRun, undoes: &[LoadedRun]) -> bool {
    // Of one that ended early, what was sent may be there without being known to be.
    let doubtful = run.state.is_open() && is_unclear(&run.state);
    let back = taken_back(&run.state, &undone(undoes, &run.id));
    let changes = back.iter().any(|step| !step.plan.changes.is_empty());
    // A change that was kept then is kept for its reason; a person who wants to try again names the run.
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

/// The secrets without which nobody sees what became of what is in doubt. It stays in doubt when they are not given.
async fn secrets_again(
    run: &LoadedRun,
    undoing: &Undoing,
    attendant: &mut dyn Attendant,
) -> Result<BTreeMap<Token, Value>, Error> {
    let needed = secrets_in_doubt(&run.state);
    let again = again(run, needed, &undoing.set, attendant).await?;
    if !again.missing.is_empty() {
        let names = &again.missing;
        attendant.told(&Told::SecretsMissing { names });
    }
    Ok(again.held)
}

/// The result of clearing a run up.
enum Cleared {
    Clear(Box<RunState>),
    /// Something is still in doubt.
    Stopped(Box<Ran>),
}

/// Clears up what a run left in doubt. It can be resumed afterwards.
async fn cleared(
    driving: Driving<'_>,
    handed_over: Option<Event>,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Cleared, Error> {
    let (id, connection) = (driving.id, driving.connection);
    let stopped = match &driving.state.phase {
        Phase::Stopped(why) => Some(why.clone()),
        _ => None,
    };
    let goes_on = format!("usher undo {id}");
    let work = async |conductor: &mut Conductor<'_>| conductor.look_back(stopped).await;
    let driven = driving.conduct(going_on(handed_over), attendant, world, &goes_on, work);
    let (why, state) = driven.await?;
    let Some(why) = why else {
        return Ok(Cleared::Clear(Box::new(state)));
    };
    let mut ran = Ran::of(id, connection, Carried::Stopped(why), state);
    ran.failure = ran
        .failure
        .map(|error| error.help(format!("run `{goes_on}` to continue")));
    Ok(Cleared::Stopped(Box::new(ran)))
}

/// The events with which a run goes on, by another user if it is handed over.
fn going_on(handed_over: Option<Event>) -> Vec<Event> {
    iter::once(Event::Resumed).chain(handed_over).collect()
}

/// Ends a run that ended early: its undoing is approved.
async fn given_up(
    driving: Driving<'_>,
    handed_over: Option<Event>,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<RunState, Error> {
    let goes_on = format!("usher undo {}", driving.id);
    let events = handed_over.map_or_else(Vec::new, |event| going_on(Some(event)));
    let work = async |conductor: &mut Conductor<'_>| conductor.give_up();
    let given_up = driving.conduct(events, attendant, world, &goes_on, work);
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
        // An undo lets nobody go.
        inputs: of
            .inputs
            .iter()
            .map(|input| UsedInput {
                kept: None,
                ..input.clone()
            })
            .collect(),
        // Rows that were left out changed nothing.
        left_out: Vec::new(),
        requests: Requests {
            read: 0,
            write: write_requests(&steps),
        },
        steps,
    })
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

/// Returns the changes of a run that have been undone already.
fn undone(undoes: &[LoadedRun], run: &str) -> BTreeSet<ChangeKey> {
    let of = undoes
        .iter()
        .filter(|undo| undo.state.origin.undoes.as_deref() == Some(run));
    of.flat_map(|undo| &undo.state.changes)
        .filter(|(_, state)| matches!(state, ChangeState::Settled(Outcome::Done { .. })))
        .map(|(key, _)| key.clone())
        .collect()
}
