//! Carrying a run out, whatever it began with: a new plan, the journal of one that ended early, or a run
//! that is to be taken back.

use std::sync::Arc;

use usher_core::change::Note;
use usher_core::known::Known;
use usher_core::plan::{Confirmation, Plan, PlannedStep, ProblemClass, StepState};
use usher_core::policy::{Judged, destroyed, made_by};
use usher_core::read::OrgKind;
use usher_core::run::{
    Approval, Carried, ChangeState, End, Event, Notice, Outcome, RunState, Stop,
};
use usher_core::value::Unit;
use usher_engine::conduct::{Conductor, Memory, RunError, Watch};
use usher_engine::journal::{Journal, RunJournal};
use usher_engine::org::Org;
use usher_engine::port::{Boxed, Clock, Planner};

use crate::clock;
use crate::command::consent::Asking;
use crate::command::manner::Manner;
use crate::confirmations::Given;
use crate::connect::Connection;
use crate::error::{Error, OTHER_WRITER};
use crate::exit::Exit;
use crate::frozen::Beginning;
use crate::page::Page;
use crate::person::Person;
use crate::policy::{self, Policies};
use crate::report::{self, Detail, Outcomes, Sheet};
use crate::signals;
use crate::world::{Lines, World};

/// One run to carry out.
pub(crate) struct Carrying<'a> {
    pub(crate) id: &'a str,
    pub(crate) connection: &'a Connection,
    pub(crate) journal: RunJournal<'a>,
    /// Of a new run: held until the run is in the journal.
    pub(crate) beginning: Option<Beginning>,
    pub(crate) planner: &'a dyn Planner,
    /// Steps by hand that are being confirmed.
    pub(crate) confirmed: Given,
    pub(crate) state: RunState,
    /// What steps are held against that are planned during the run.
    pub(crate) policies: &'a Policies,
}

impl Carrying<'_> {
    /// Records `events`, carries the run out, and reports what became of it.
    pub(crate) async fn carry_out(
        self,
        events: Vec<Event>,
        manner: Manner<'_>,
        world: &mut World,
    ) -> Result<Exit, Error> {
        let id = self.id;
        let connection = self.connection;
        let goes_on = format!("usher resume {id}");
        let work = async |conductor: &mut Conductor<'_>| conductor.carry_out().await;
        let (carried, state) = self.conduct(events, manner, world, &goes_on, work).await?;
        report_run(id, connection, &carried, &state, manner, world)
    }

    /// Records `events` and lets `work` conduct the run. `goes_on`: the command that goes on after an error.
    pub(crate) async fn conduct<T>(
        self,
        events: Vec<Event>,
        manner: Manner<'_>,
        world: &mut World,
        goes_on: &str,
        work: impl AsyncFnOnce(&mut Conductor<'_>) -> Result<T, RunError>,
    ) -> Result<(T, RunState), Error> {
        signals::listen(world);
        let clock = Arc::clone(&world.clock);
        let mut watch = Console {
            run: self.id,
            manner,
            confirmed: self.confirmed,
            clock: Arc::clone(&clock),
            person: manner.person(world).cloned(),
            lines: world.console.err.clone(),
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
        let come_to = work(&mut conductor).await;
        let come_to = come_to.map_err(|error| told(error, goes_on))?;
        Ok((come_to, conductor.state))
    }
}

/// An error of a run says by which command it goes on.
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

/// For runs without a step that is planned later.
pub(crate) struct NothingToPlan;

impl Planner for NothingToPlan {
    fn plan<'a>(&'a self, unit: &'a Unit, state: &'a RunState) -> Boxed<'a, PlannedStep> {
        let step = state.step(unit).cloned();
        // The loop asks only for steps of its plan that are still to be planned, and here are none.
        Box::pin(async move { step.expect("the step is of this run") })
    }
}

/// The person in front of the console.
struct Console<'a> {
    run: &'a str,
    manner: Manner<'a>,
    confirmed: Given,
    clock: Arc<dyn Clock>,
    person: Option<Arc<dyn Person>>,
    lines: Lines,
    org: Arc<Org>,
    policies: Policies,
    /// The step that the run waited with for an approval when it was resumed.
    waiting: Option<Unit>,
    /// What policies say of the step that is asked for next, and what it destroys.
    judged: Option<(Judged, Vec<String>)>,
}

impl Watch for Console<'_> {
    fn event(&mut self, event: &Event, state: &RunState) {
        #[cfg(debug_assertions)]
        crate::hold::after_event();
        if let Some(events) = self.manner.events {
            events.write(self.run, state.events, self.clock.now_ms(), event);
        }
        if !self.manner.json
            && let Some(page) = report::progress_page(event, state)
        {
            self.lines.write(page);
        }
    }

    fn notice(&mut self, notice: &Notice<'_>) {
        if !self.manner.json {
            self.lines.write(report::notice_page(notice));
        }
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
        step: &'a PlannedStep,
        state: &'a RunState,
    ) -> Boxed<'a, Result<Option<Note>, Stop>> {
        Box::pin(async move {
            let steps = std::slice::from_ref(step);
            let known = Known(&state.bindings);
            let kind = state.plan.as_ref().map(|plan| plan.org.org_kind);
            let kind = kind.unwrap_or(OrgKind::Production);
            let judged = self.policies.judge(steps, kind, &self.org, &known).await;
            let judged = judged.map_err(|error| Stop::Unreachable { why: error.message })?;
            let problem = policy::problem(&judged.refused);
            let destroyed = destroyed(steps, &known, &made_by(state));
            self.judged = Some((judged, destroyed));
            Ok(problem)
        })
    }

    fn approve(&mut self, step: &PlannedStep) -> Option<Approval> {
        if !self.manner.json {
            // With everything in it: there is no option by which to see more.
            self.lines.write(report::step_page(step, Detail::Full));
        }
        let is_waiting = self.waiting.as_ref() == Some(&step.unit());
        let manner = Manner {
            yes: self.manner.later || (self.manner.yes && is_waiting),
            ..self.manner
        };
        let (judged, destroyed) = self.judged.take()?;
        let asking = Asking {
            question: "Apply the changes of this step? Type yes:",
            judged: &judged,
            destroyed: &destroyed,
            written: None,
        };
        let person = self.person.as_deref();
        asking.answer(manner, person, &self.lines).ok()?
    }
}

/// Reports a run that ended or stopped; the exit says how.
pub(crate) fn report_run(
    id: &str,
    connection: &Connection,
    carried: &Carried,
    state: &RunState,
    manner: Manner<'_>,
    world: &mut World,
) -> Result<Exit, Error> {
    let failure = failure(id, carried, state);
    report_end(id, connection, carried, state, failure, manner, world)
}

/// Reports a run of which not everything could be cleared up, so that it is not undone yet.
pub(crate) fn report_unclear(
    id: &str,
    connection: &Connection,
    why: Stop,
    state: &RunState,
    manner: Manner<'_>,
    world: &mut World,
) -> Result<Exit, Error> {
    let carried = Carried::Stopped(why);
    let failure = failure(id, &carried, state);
    let failure = failure.map(|error| error.help(format!("run `usher undo {id}` to continue")));
    report_end(id, connection, &carried, state, failure, manner, world)
}

fn report_end(
    id: &str,
    connection: &Connection,
    carried: &Carried,
    state: &RunState,
    failure: Option<Error>,
    manner: Manner<'_>,
    world: &mut World,
) -> Result<Exit, Error> {
    let plan = state.plan.as_ref().ok_or_else(Error::no_plan)?;
    let outcomes = Outcomes {
        run: id,
        carried: Some(carried),
        state,
    };
    let sheet = Sheet::of(plan, &connection.alias, Detail::of(state))
        .requests(connection.org.requests())
        .outcomes(outcomes);
    let written = manner.files.write(sheet.failure(failure.as_ref()));
    let failure = match (failure, written) {
        (None, Err(error)) => {
            Some(error.help("the run has ended as it says; `usher show` shows it again"))
        }
        (failure, written) => {
            if let Err(error) = written {
                report::error(&error, false, world);
            }
            failure
        }
    };
    if manner.json {
        return Ok(report::print_with_failure(sheet.json(), failure, world));
    }
    let mut page = Page::default();
    page.blank();
    page.append(report::result_page(id, carried, state, &connection.alias));
    world.print(page);
    failure.map_or(Ok(Exit::Done), Err)
}

/// `20261122-100000-4f2a`: sorts by time, and is no other run's.
pub(crate) fn run_id(journal: &Journal, now_ms: i64) -> Result<String, Error> {
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

/// The exit of a run, by what went wrong first.
fn failure(id: &str, carried: &Carried, state: &RunState) -> Option<Error> {
    let resume = format!("run `usher resume {id}` to finish the run");
    match carried {
        Carried::Finished(End::Done | End::Abandoned) => None,
        Carried::Finished(End::InDoubt) if let Some(key) = report::differs(state) => {
            let message = format!(
                "step `{}`: the record that `{}` was to create exists already and differs from the plan",
                key.unit, key.address
            );
            let help = "look at the record in the org; change it there, or change the inputs, then apply again";
            Some(Error::new(Exit::InDoubt, "run/differs", message).help(help))
        }
        Carried::Finished(End::InDoubt) => Some(
            Error::new(
                Exit::InDoubt,
                "run/in-doubt",
                "the outcome of a change is unknown",
            )
            .help(match &state.origin.undoes {
                Some(run) => {
                    format!("look in the org, then `usher undo {run}` undoes what is left")
                }
                None => "look in the org, then apply again".to_owned(),
            }),
        ),
        Carried::Finished(End::Failed) => Some(failed(state)),
        Carried::Stopped(Stop::Interrupted) => Some(
            Error::new(
                Exit::Interrupted,
                "run/interrupted",
                "the run was interrupted",
            )
            .help(resume),
        ),
        Carried::Stopped(Stop::Unreachable { why }) => {
            let message = format!("the org does not answer: {why}");
            Some(Error::new(Exit::Unreachable, "org/unreachable", message).help(resume))
        }
        Carried::Stopped(Stop::NotNow { why }) => {
            let message = format!("the org accepts nothing at the moment: {why}");
            Some(Error::new(Exit::Interrupted, "org/not-now", message).help(resume))
        }
        Carried::Stopped(Stop::Waited { .. }) => {
            let message = "the run has waited for Salesforce as long as a run waits by itself";
            Some(Error::new(Exit::Interrupted, "run/waited", message).help(resume))
        }
        Carried::Stopped(Stop::ByHand { unit }) => Some(by_hand(id, unit, state)),
        Carried::Stopped(Stop::NotApproved { unit }) => {
            let message = format!("step `{unit}` was planned only now, and is not approved yet");
            let destroy = match destroys(unit, state) {
                true => " --yes-destroy",
                false => "",
            };
            let help = format!(
                "look at it with `usher show {id}`, then `usher resume {id} --yes{destroy}`; `--yes-later` approves \
                 such steps beforehand"
            );
            Some(Error::new(Exit::Interrupted, "run/not-approved", message).help(help))
        }
    }
}

/// Says that carrying a step out destroys something.
fn destroys(unit: &Unit, state: &RunState) -> bool {
    state.step(unit).is_some_and(|step| {
        let steps = std::slice::from_ref(step);
        !destroyed(steps, &Known(&state.bindings), &made_by(state)).is_empty()
    })
}

/// What a person must do before the run goes on.
fn by_hand(id: &str, unit: &Unit, state: &RunState) -> Error {
    let manual = match state.step(unit).map(|step| &step.state) {
        Some(StepState::Manual(manual)) => Some(manual),
        _ => None,
    };
    let title = manual.map_or_else(String::new, |manual| report::told(&manual.title));
    let confirm = match manual {
        Some(manual) if manual.look.is_some() => String::new(),
        _ => format!(" --confirm {unit}=\"what you did\""),
    };
    let message = format!("the manual step `{unit}` is not done yet: {title}");
    let help = format!("do what the step says, then `usher resume {id}{confirm}`");
    Error::new(Exit::ByHand, "run/by-hand", message).help(help)
}

fn failed(state: &RunState) -> Error {
    let failed = state.changes.iter().find_map(|(key, state)| match state {
        ChangeState::Settled(Outcome::Failed { code, .. }) if code != "run/depends" => {
            Some((key, code))
        }
        _ => None,
    });
    if let Some((key, code)) = failed {
        let message = format!("step `{}`: `{}` failed with {code}", key.unit, key.address);
        return Error::new(Exit::Failed, "run/failed", message);
    }
    report::effect_missing(state)
        .or_else(|| unplanned(state.plan.as_deref()))
        .unwrap_or_else(|| Error::new(Exit::Failed, "run/failed", "a step failed"))
}

/// A step that could not be planned when its turn came.
fn unplanned(plan: Option<&Plan>) -> Option<Error> {
    plan?.steps.iter().find_map(|step| {
        let StepState::Failed { class, problems } = &step.state else {
            return None;
        };
        let exit = match class {
            ProblemClass::Refused => Exit::Refused,
            ProblemClass::Limit => Exit::Limit,
            _ => Exit::Failed,
        };
        let problem = problems.first();
        let code = problem.map_or("step/unmet", |problem| problem.code.as_str());
        let what: Vec<&str> = problems.iter().map(|p| p.summary.as_str()).collect();
        let message = format!("step `{}`: {}", step.id, what.join("; "));
        let error = Error::new(exit, code, message);
        Some(match problem.and_then(|problem| problem.remedy.clone()) {
            Some(remedy) => error.help(remedy),
            None => error,
        })
    })
}
