//! Drives a run, whatever it began with: a new plan, the journal of one that ended early, or a run that is to be
//! undone.

use std::collections::BTreeSet;
use std::sync::Arc;

use usher_core::change::Note;
use usher_core::known::Known;
use usher_core::plan::{Confirmation, Plan, PlannedStep, Requests};
use usher_core::policy::{Judged, destroyed, made_by};
use usher_core::read::OrgKind;
use usher_core::run::{Approval, Carried, Event, Notice, RunState, Stop};
use usher_core::value::Unit;
use usher_engine::client::Client;
use usher_engine::conduct::{Conductor, Memory, RunError};
use usher_engine::journal::{Journal, RunJournal};
use usher_engine::port::{Boxed, Clock, Planner, Watch};
use usher_engine::spans::{self, Instrument};

use crate::clock;
use crate::confirmations::Given;
use crate::connect::Connection;
use crate::error::{Error, OTHER_WRITER};
use crate::exit::Exit;
use crate::flow::attendant::{Attendant, Roles, Subject};
use crate::flow::consent::{Asked, Asking, Consent};
use crate::flow::failure;
use crate::frozen::Beginning;
use crate::policy::{self, Policies};
use crate::world::World;

/// A run that ended or stopped.
pub(crate) struct Ran {
    pub(crate) id: String,
    /// The org by the name that the person gave it.
    pub(crate) alias: String,
    pub(crate) carried: Carried,
    pub(crate) state: RunState,
    /// The requests that were made.
    pub(crate) requests: Requests,
    /// The error that it ended with; none: it ended well.
    pub(crate) failure: Option<Error>,
    pub(crate) roles: Roles,
}

/// A plan that is not carried out, since nobody approved it.
pub(crate) struct NotApproved {
    pub(crate) plan: Arc<Plan>,
    pub(crate) alias: String,
    /// Says that the plan undoes a run.
    pub(crate) undoes: bool,
    pub(crate) roles: Roles,
    /// The reason, when it is not that a person said no.
    pub(crate) why: Option<Error>,
}

/// One run to carry out.
pub(super) struct Driving<'a> {
    pub(super) id: &'a str,
    pub(super) connection: &'a Connection,
    pub(super) journal: RunJournal<'a>,
    /// Of a new run: held until the run is in the journal.
    pub(super) beginning: Option<Beginning>,
    pub(super) planner: &'a dyn Planner,
    /// Manual steps that are being confirmed.
    pub(super) confirmed: Given,
    pub(super) state: RunState,
    /// The policies that steps are held against which are planned during the run.
    pub(super) policies: &'a Policies,
    pub(super) consent: Consent,
}

impl Ran {
    /// The run as it is now. `requests`: those of its org's client.
    pub(super) fn of(id: &str, connection: &Connection, carried: Carried, state: RunState) -> Self {
        Self {
            id: id.to_owned(),
            alias: connection.alias.clone(),
            failure: failure::of_run(id, &carried, &state, connection.way_in()),
            requests: connection.org.requests(),
            carried,
            state,
            roles: None,
        }
    }
}

impl Driving<'_> {
    /// Records `events` and carries the run out.
    pub(super) async fn carry_out(
        self,
        events: Vec<Event>,
        attendant: &mut dyn Attendant,
        world: &World,
    ) -> Result<Ran, Error> {
        let (id, connection) = (self.id, self.connection);
        let goes_on = format!("usher resume {id}");
        let work = async |conductor: &mut Conductor<'_>| {
            let carried = conductor.carry_out().await?;
            spans::carried(&carried);
            Ok(carried)
        };
        let driven = self.conduct(events, attendant, world, &goes_on, work).await;
        let (carried, state) = driven?;
        Ok(Ran::of(id, connection, carried, state))
    }

    /// Records `events` and lets `work` conduct the run. `goes_on`: the command that goes on after an error.
    pub(super) async fn conduct<T>(
        self,
        events: Vec<Event>,
        attendant: &mut dyn Attendant,
        world: &World,
        goes_on: &str,
        work: impl AsyncFnOnce(&mut Conductor<'_>) -> Result<T, RunError>,
    ) -> Result<(T, RunState), Error> {
        attendant.begins();
        let clock = Arc::clone(&world.clock);
        let mut watch = Watching {
            run: self.id,
            attendant,
            consent: self.consent,
            confirmed: self.confirmed,
            clock: Arc::clone(&clock),
            org: Arc::clone(&self.connection.org),
            policies: self.policies.clone(),
            waiting: self.state.unapproved.clone(),
            judged: None,
        };
        let stop = world.stop.clone();
        let mut conductor = Conductor {
            org: &self.connection.org,
            clock: clock.as_ref(),
            time: self.connection.time.clone(),
            journal: &mut self.journal.auditing(self.connection.audit.clone()),
            watch: &mut watch,
            planner: self.planner,
            stop: &stop,
            state: self.state,
            memory: Memory::new(clock.as_ref()),
            #[cfg(debug_assertions)]
            planted: world
                .variable("USHER_PLANTED_BUG")
                .and_then(usher_engine::conduct::Planted::named),
        };
        for event in events {
            let recorded = conductor.record(event);
            recorded.map_err(|error| match conductor.state.events {
                0 => Error::from(error).help("nothing was sent; then apply again"),
                _ => told(error, goes_on),
            })?;
        }
        drop(self.beginning);
        let span = spans::run(self.id, &conductor.state);
        let come_to = work(&mut conductor).instrument(span).await;
        let come_to = come_to.map_err(|error| told(error, goes_on))?;
        Ok((come_to, conductor.state))
    }
}

/// An error of a run, with the command by which it goes on.
fn told(error: RunError, goes_on: &str) -> Error {
    let error = Error::from(error);
    match error.exit {
        Exit::Bug => error,
        _ if error.code == OTHER_WRITER => error.help(format!(
            "this process has stopped and sends nothing more: run `{goes_on}` to continue from the journal"
        )),
        _ => error.help(format!(
            "every request sent is in the journal: fix the cause, then run `{goes_on}`"
        )),
    }
}

/// A planner for runs without a step that is planned later.
pub(super) struct NothingToPlan;

impl Planner for NothingToPlan {
    fn plan<'a>(&'a self, units: &'a [Unit], state: &'a RunState) -> Boxed<'a, Vec<PlannedStep>> {
        // The loop asks only for steps of its plan that are still to be planned, and here are none.
        let steps = units.iter().filter_map(|unit| state.step(unit).cloned());
        let steps = steps.collect();
        Box::pin(async move { steps })
    }
}

/// The attendant, as the loop sees it.
struct Watching<'a> {
    run: &'a str,
    attendant: &'a mut dyn Attendant,
    consent: Consent,
    confirmed: Given,
    clock: Arc<dyn Clock>,
    org: Arc<Client>,
    policies: Policies,
    /// The steps that the run waited with for an approval when it was resumed.
    waiting: BTreeSet<Unit>,
    /// The judgement of policies on the steps that are asked for next, and what they destroy.
    judged: Option<(Judged, Vec<String>)>,
}

impl Watch for Watching<'_> {
    fn event(&mut self, event: &Event, state: &RunState) {
        #[cfg(debug_assertions)]
        crate::hold::after_event();
        let now_ms = self.clock.now_ms();
        self.attendant.event(self.run, event, now_ms, state);
    }

    fn notice(&mut self, notice: &Notice<'_>) {
        self.attendant.notice(notice);
    }

    fn confirm(&mut self, step: &PlannedStep) -> Option<Confirmation> {
        let (note, by) = self.confirmed.get(&step.id)?;
        Some(Confirmation {
            note: note.clone(),
            by: by.clone(),
            at: clock::utc(self.clock.now_ms()),
        })
    }

    fn judge<'a>(
        &'a mut self,
        steps: &'a [PlannedStep],
        state: &'a RunState,
    ) -> Boxed<'a, Result<Vec<Option<Note>>, Stop>> {
        Box::pin(async move {
            let known = Known(&state.bindings);
            let kind = state.plan.as_ref().map(|plan| plan.org.org_kind);
            let kind = kind.unwrap_or(OrgKind::Production);
            let judged = self.policies.judge_each(steps, kind, &self.org, &known);
            let (problems, judged) = judged
                .await
                .map_err(|error| Stop::Unreachable { why: error.message })?;
            let open = policy::without_problem(steps, &problems);
            let destroyed = destroyed(&open, &known, &made_by(state));
            self.judged = Some((judged, destroyed));
            Ok(problems)
        })
    }

    fn approve<'a>(&'a mut self, steps: &'a [PlannedStep]) -> Boxed<'a, Result<Approval, Stop>> {
        Box::pin(async move {
            self.attendant.steps(steps);
            let first = steps.first().map(PlannedStep::unit);
            let unit = first.unwrap_or_else(|| Unit::step(""));
            let mut units = steps.iter().map(PlannedStep::unit);
            let is_waiting = units.all(|unit| self.waiting.contains(&unit));
            let consent = Consent {
                shown: self.consent.later || (self.consent.shown && is_waiting),
                ..self.consent
            };
            let Some((judged, destroyed)) = self.judged.take() else {
                return Err(Stop::NotApproved { unit });
            };
            let asking = Asking {
                subject: Subject::Step,
                judged: &judged,
                destroyed: &destroyed,
                written: None,
                // The run was approved for this org.
                names: &[],
            };
            match asking.answer(consent, self.attendant).await {
                Ok(Asked::Approved(by)) => Ok(by),
                Ok(Asked::Stopped) => Err(Stop::Interrupted),
                Ok(Asked::Declined) | Err(_) => Err(Stop::NotApproved { unit }),
            }
        })
    }
}

/// `20261122-100000-4f2a`: sorts by time, and is no other run's.
pub(super) fn run_id(journal: &Journal, now_ms: i64) -> Result<String, Error> {
    let taken = journal.runs()?;
    let time: String = clock::utc(now_ms)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    loop {
        let mut random = [0; 2];
        getrandom::fill(&mut random)
            .map_err(|error| Error::new(Exit::Failed, "start/no-randomness", error.to_string()))?;
        let [first, second] = random;
        let id = format!("{}-{}-{first:02x}{second:02x}", &time[..8], &time[8..]);
        if !taken.contains(&id) {
            return Ok(id);
        }
    }
}
