//! Resumes a run that ended early. Recipe, inputs and plugins are those it began with.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use usher_core::known::Known;
use usher_core::plan::{Plan, needs_plugins};
use usher_core::policy::destroyed;
use usher_core::read::Identity;
use usher_core::run::{Carried, Event, Phase, secrets_needed};
use usher_engine::conduct::Conductor;
use usher_engine::journal::{Journal, LoadedRun};
use usher_engine::port::Planner;

use crate::confirmations::{self, Given};
use crate::connect::{self, Connection};
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::apply::stopped;
use crate::flow::attendant::{Attendant, Shown, Subject, Told};
use crate::flow::consent::{Asked, Asking, Consent};
use crate::flow::drive::{Driving, NotApproved, NothingToPlan, Ran};
use crate::flow::find::{find_to_change, hold};
use crate::flow::production::Guard;
use crate::flow::rows::must_have_results_of;
use crate::flow::secrets::again;
use crate::flow::{rest, user};
use crate::home::Home;
use crate::policy::Policies;
use crate::secrets;
use crate::world::World;

/// A run to resume, with the wishes of the person.
pub(crate) struct Resuming {
    /// The run, or an ending of its id; none: the newest that can be resumed.
    pub(crate) run: Option<String>,
    /// The org by its name; none: that of the run.
    pub(crate) org: Option<String>,
    /// Manual steps that are done, each as `step=note`.
    pub(crate) confirm: Vec<String>,
    /// Secrets, each as `name=value`.
    pub(crate) set: Vec<String>,
    pub(crate) as_other_user: bool,
    /// A team's policy.
    pub(crate) policy: Option<PathBuf>,
    pub(crate) consent: Consent,
    /// The id of the org that is meant.
    pub(crate) org_id: Option<String>,
    /// Files of results: `results.csv`, or `people=results.csv`.
    pub(crate) results: Vec<String>,
}

/// The result of resuming.
pub(crate) enum Resumed {
    Ran(Ran),
    /// A run that ended before anybody approved it, and nobody does now.
    NotApproved(NotApproved),
}

/// Resumes a run.
pub(crate) async fn resume(
    resuming: &Resuming,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Resumed, Error> {
    let home = Home::of(world)?;
    let journal = Journal::open(&home.journal()?)?;
    let named = resuming.run.as_deref();
    let found = find_to_change(&journal, named, "to resume", attendant, |run| {
        run.state.is_open() || run.state.phase == Phase::Planned
    })?;
    let (_lease, run) = hold(&found, &journal, &home, world)?;
    carry_on(run, journal, &home, resuming, attendant, world).await
}

/// Resumes a run from where its journal ends. It was loaded under the lease, which the caller holds.
pub(super) async fn carry_on(
    mut run: LoadedRun,
    mut journal: Journal,
    home: &Home,
    resuming: &Resuming,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Resumed, Error> {
    let consent = resuming.consent;
    let policies = Policies::of(resuming.policy.as_deref(), home, world)?;
    let named = resuming.org.as_deref();
    if let Some(plan) = &run.state.plan {
        must_have_results_of(plan, &resuming.results)?;
    }
    let (connection, identity) = connection(&run, named, home, world).await?;
    if let Phase::Finished(end) = run.state.phase {
        let carried = Carried::Finished(end);
        return Ok(Resumed::Ran(Ran::of(
            &run.id,
            &connection,
            carried,
            run.state,
        )));
    }
    let plan = run.state.plan.clone().ok_or_else(Error::no_plan)?;
    let guard = Guard::of(
        &connection,
        &identity,
        resuming.org_id.as_deref(),
        consent.shown,
    )?;
    let other = user::other(&run, &identity, resuming.as_other_user)?;
    let confirmed = confirmations::given_to_run(&resuming.confirm, &plan, &identity.username)?;
    // An undo runs no plugin.
    if !run.state.is_undo() {
        rest::still_allowed(&run.state, home)?;
    }
    let needed = secrets_needed(&run.state);
    let again = again(&run, needed, &resuming.set, attendant).await?;
    if !again.missing.is_empty() {
        return Err(secrets::not_given(&run, &again.missing));
    }
    let held = again.held;
    run.state.bindings.extend(held);
    if let Some(other) = &other {
        attendant.told(&Told::Resumes(other));
    }
    let mut events = Vec::new();
    let undoes = run.state.is_undo();
    if run.state.phase == Phase::Planned {
        match approval(&run, &guard, &connection, &policies, consent, attendant).await {
            Ok(Asked::Approved(by)) => events.push(Event::Approved { by }),
            Ok(Asked::Declined) => {
                let id = run.id.clone();
                let driving = Driving {
                    id: &id,
                    connection: &connection,
                    journal: journal.resume(&id, run.state.events)?,
                    beginning: None,
                    planner: &NothingToPlan,
                    confirmed: Given::new(),
                    state: run.state,
                    policies: &policies,
                    consent,
                };
                give_up(driving, attendant, world).await?;
                return Ok(not_approved(plan, undoes, &connection, None));
            }
            Ok(Asked::Stopped) => {
                return Ok(not_approved(plan, undoes, &connection, Some(stopped())));
            }
            Err(error) => return Ok(not_approved(plan, undoes, &connection, Some(error))),
        }
    } else {
        match guard.asked(attendant).await {
            Ok(None) => {}
            Ok(Some(asked)) => {
                let why = matches!(asked, Asked::Stopped).then(stopped);
                return Ok(not_approved(plan, undoes, &connection, why));
            }
            Err(error) => return Ok(not_approved(plan, undoes, &connection, Some(error))),
        }
        events.push(Event::Resumed);
    }
    events.extend(other.map(|other| Event::HandedOver { to: other.now }));
    let rest = match needs_plugins(run.state.steps()) {
        true => Some(rest::frozen(&run.state, &identity, home, &connection, world).await?),
        false => None,
    };
    let planning = rest.as_ref().map(rest::Frozen::planning);
    let planner: &dyn Planner = match &planning {
        Some(planning) => planning,
        None => &NothingToPlan,
    };
    let driving = Driving {
        id: &run.id,
        connection: &connection,
        journal: journal.resume(&run.id, run.state.events)?,
        beginning: None,
        planner,
        confirmed,
        state: run.state,
        policies: &policies,
        consent,
    };
    driving
        .carry_out(events, attendant, world)
        .await
        .map(Resumed::Ran)
}

fn not_approved(
    plan: Arc<Plan>,
    undoes: bool,
    connection: &Connection,
    why: Option<Error>,
) -> Resumed {
    Resumed::NotApproved(NotApproved {
        plan,
        alias: connection.alias.clone(),
        undoes,
        roles: None,
        why,
    })
}

/// Ends a run that a person does not approve. Nothing of it was sent.
async fn give_up(
    driving: Driving<'_>,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<(), Error> {
    let goes_on = format!("usher resume {}", driving.id);
    let work = async |conductor: &mut Conductor<'_>| conductor.give_up();
    driving
        .conduct(Vec::new(), attendant, world, &goes_on, work)
        .await?;
    Ok(())
}

/// Asks about a run that ended before anybody approved it.
async fn approval(
    run: &LoadedRun,
    guard: &Guard<'_>,
    connection: &Connection,
    policies: &Policies,
    consent: Consent,
    attendant: &mut dyn Attendant,
) -> Result<Asked, Error> {
    let plan = run.state.plan.as_deref().ok_or_else(Error::no_plan)?;
    attendant.shown(&Shown {
        plan,
        alias: &connection.alias,
        undoes: run.state.is_undo(),
    });
    let known = Known(&run.state.bindings);
    let (steps, kind) = (&plan.steps, plan.org.org_kind);
    let judged = policies.judge(steps, kind, &connection.org, &known).await?;
    let asking = Asking {
        subject: Subject::Plan,
        judged: &judged,
        destroyed: &destroyed(steps, &known, &BTreeSet::new()),
        written: None,
        names: &guard.names().await?,
    };
    guard.told(asking.answer(consent, attendant).await)
}

/// Returns the org of a run, seen to be the same, and the user who is signed in there. `named`: the org as the person
/// names it.
pub(super) async fn connection(
    run: &LoadedRun,
    named: Option<&str>,
    home: &Home,
    world: &World,
) -> Result<(Connection, Identity), Error> {
    let plan = run.state.plan.as_ref().ok_or_else(Error::no_plan)?;
    let alias = run.state.origin.alias.as_str();
    let connection = connect::of_run(named, alias, &plan.org.org_id, home, world)?;
    let identity = connection.identity().await?;
    if identity.org_id != plan.org.org_id {
        let message = format!(
            "run {} is of the org {} ({}), and `{}` is {}",
            run.id, plan.org.org_id, plan.org.username, connection.alias, identity.org_id
        );
        return Err(Error::new(Exit::Usage, "run/other-org", message)
            .help("pass `--org` with the org of the run"));
    }
    Ok((connection, identity))
}
