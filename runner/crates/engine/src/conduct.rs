//! The one loop that carries a run out: decide, write down, send, write down, wait.
//!
//! Invariant: an event is durable before anything relies on it. Applying, resuming and undoing are this same function;
//! they differ in the state it begins with.

mod by_hand;
mod doubt;
mod duplicate;
mod kept;
mod kind;
mod later;
mod learn;
mod lost;
mod memory;
mod named;
#[cfg(debug_assertions)]
mod planted;
mod probe;
mod relied;
mod retry;
mod send;
mod sight;
mod standing;
mod veiled;
mod verify;
mod wait;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde_json::Value;
use usher_core::change::{Change, Source};
use usher_core::plan::{PlannedStep, StepState};
use usher_core::run::{
    Batch, Carried, ChangeKey, ChangeState, End, Event, How, Impossible, Next, Outcome, Phase,
    Queue, RunState, Stop,
};

use crate::client::{Client, OrgError};
use crate::conduct::doubt::Absent;
use crate::org_time::{Moment, OrgTime};
use crate::port::{Clock, LogError, Planner, RunLog, Watch};
use crate::spans::{self, Instrument};
use crate::stop::StopFlag;

pub use memory::Memory;
#[cfg(debug_assertions)]
pub use planted::Planted;

/// Everything that a run is carried out with.
pub struct Conductor<'a> {
    pub org: &'a Client,
    pub clock: &'a dyn Clock,
    pub time: OrgTime,
    pub journal: &'a mut dyn RunLog,
    pub watch: &'a mut dyn Watch,
    pub planner: &'a dyn Planner,
    pub stop: &'a StopFlag,
    pub state: RunState,
    pub memory: Memory,
    #[cfg(debug_assertions)]
    pub planted: Option<Planted>,
}

/// An error that ended a run without a word in the journal. Every request that was sent is in the journal.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("this is a bug in usher: {0}")]
    Impossible(#[from] Impossible),
}

/// The reason why the loop does not go on: an error, or a stop.
#[derive(Debug)]
enum Halt {
    Error(RunError),
    Stop(Stop),
}

impl From<RunError> for Halt {
    fn from(error: RunError) -> Self {
        Self::Error(error)
    }
}

/// The result of one part of the loop: a value, or the reason why the loop ends here.
type Flow<T> = Result<T, Halt>;

impl Conductor<'_> {
    /// Writes an event down, then lets it count. Takes secrets out of it, as this is the one door to the journal and to
    /// those who look on.
    ///
    /// # Errors
    ///
    /// The journal takes nothing more, or the event cannot follow.
    pub fn record(&mut self, mut event: Event) -> Result<(), RunError> {
        self.state.check(&event)?;
        let kept = veiled::veiled(&mut event, &self.state);
        let number = self.state.events + 1;
        let written = self.journal.append(number, &event, self.clock.now_ms());
        #[cfg(debug_assertions)]
        let written = self.appended(&event, written);
        written?;
        self.state.next(&event)?;
        self.state.bindings.extend(kept);
        self.watch.event(&event, &self.state);
        Ok(())
    }

    /// Carries an approved run on, to its end if it can.
    ///
    /// # Errors
    ///
    /// As [`RunError`]; the journal then says what is in doubt.
    pub async fn carry_out(&mut self) -> Result<Carried, RunError> {
        if let Phase::Finished(end) = self.state.phase {
            return Ok(Carried::Finished(end));
        }
        let done = self.all_steps().await;
        self.ended(done, RunState::end)
    }

    /// Clears up what a run that ended early left in doubt, and sends nothing more. The run can be carried on; one that
    /// was stopped stays so, for the reason `stopped`. Returns the reason why the clearing up itself stopped, if it
    /// did.
    ///
    /// # Errors
    ///
    /// As [`Conductor::carry_out`].
    pub async fn look_back(&mut self, stopped: Option<Stop>) -> Result<Option<Stop>, RunError> {
        let cleared = self.clear_up_all().await;
        if cleared.is_ok() {
            if let Some(why) = stopped {
                self.record(Event::Stopped { why })?;
            }
            return Ok(None);
        }
        match self.ended(cleared, RunState::end)? {
            Carried::Stopped(why) => Ok(Some(why)),
            Carried::Finished(_) => Ok(None),
        }
    }

    /// Ends a run of which nothing is left in doubt: it is to be undone.
    ///
    /// # Errors
    ///
    /// As [`Conductor::record`].
    pub fn give_up(&mut self) -> Result<(), RunError> {
        let end = match self.state.end() {
            End::InDoubt => End::InDoubt,
            _ => End::Abandoned,
        };
        self.record(Event::Finished { end })
    }

    fn ended(&mut self, done: Flow<()>, end: fn(&RunState) -> End) -> Result<Carried, RunError> {
        match done {
            Ok(()) => {
                let end = end(&self.state);
                self.record(Event::Finished { end })?;
                Ok(Carried::Finished(end))
            }
            Err(Halt::Stop(why)) => {
                let why = veiled::stop(why, &self.state);
                self.record(Event::Stopped { why: why.clone() })?;
                Ok(Carried::Stopped(why))
            }
            Err(Halt::Error(error)) => Err(error),
        }
    }

    async fn clear_up_all(&mut self) -> Flow<()> {
        let Some(plan) = self.state.plan.clone() else {
            return Ok(());
        };
        for step in &plan.steps {
            let changes: Vec<&Change> = step.plan.changes.iter().collect();
            let cleared = async {
                self.clear_up(step, &changes, Absent::GivenUp).await?;
                self.finish_answered(step, &changes).await
            };
            cleared.instrument(spans::step(step)).await?;
        }
        Ok(())
    }

    async fn all_steps(&mut self) -> Flow<()> {
        for index in 0..self.state.steps().len() {
            let span = spans::step(&self.state.steps()[index]);
            if self.turn(index).instrument(span).await?.is_break() {
                break;
            }
        }
        match self.state.plan.clone() {
            Some(plan) => self.verify(&plan.steps).await,
            None => Ok(()),
        }
    }

    /// Carries out the step whose turn it is. Returns whether the next one may follow.
    async fn turn(&mut self, index: usize) -> Flow<ControlFlow<()>> {
        // Nothing holds the plan here, so that a step can take its place in it without a copy.
        self.plan_later(index).await?;
        let Some(plan) = self.state.plan.clone() else {
            return Ok(ControlFlow::Break(()));
        };
        let step = &plan.steps[index];
        match &step.state {
            StepState::Changes | StepState::AsWanted => {}
            StepState::Skipped { .. } => return turned("skipped", ControlFlow::Continue(())),
            StepState::Manual(manual) => {
                self.by_hand(step, manual).await?;
                return turned("by-hand", ControlFlow::Continue(()));
            }
            StepState::Deferred(_) | StepState::Failed { .. } => {
                return turned("not-planned", ControlFlow::Break(()));
            }
        }
        if self.is_unfounded(step, &plan.steps[..index]).await? {
            return turned("unfounded", ControlFlow::Break(()));
        }
        self.step(step).await?;
        if self.has_failed(step) && !self.state.is_undo() {
            return turned("failed", ControlFlow::Break(()));
        }
        let later = plan.steps[index + 1..].iter();
        let later = later.flat_map(|step| &step.plan.changes);
        self.await_ids(step, later).await?;
        if !self.state.missed().is_empty() {
            return turned("missed", ControlFlow::Break(()));
        }
        match (self.has_failed(step), &step.state) {
            (true, _) => turned("failed", ControlFlow::Continue(())),
            (false, StepState::AsWanted) => turned("as-wanted", ControlFlow::Continue(())),
            (false, _) => turned("done", ControlFlow::Continue(())),
        }
    }

    fn has_failed(&self, step: &PlannedStep) -> bool {
        let unit = step.unit();
        step.plan.changes.iter().any(|change| {
            let state = self.state.change(&unit, &change.address);
            !matches!(state, Some(ChangeState::Settled(Outcome::Done { .. })))
        })
    }

    async fn step(&mut self, step: &PlannedStep) -> Flow<()> {
        let all: Vec<&Change> = step.plan.changes.iter().collect();
        self.clear_up(step, &all, Absent::SentAgain).await?;
        self.finish_answered(step, &all).await?;
        self.learn_for(step).await?;
        self.find_secrets_again(step).await?;
        let mut queue = self.queue(step);
        loop {
            self.heed_stop()?;
            match queue.take() {
                Next::Finished => return Ok(()),
                Next::Stuck(left) => {
                    let changes = left.iter().map(|index| all[*index]);
                    let known = self.state.bindings.len();
                    self.await_ids(step, changes).await?;
                    if self.state.bindings.len() > known {
                        queue = self.queue(step);
                        continue;
                    }
                    for index in left {
                        let outcome = self.cannot_go_on(all[index]);
                        self.settle(key(step, all[index]), outcome)?;
                    }
                    return Ok(());
                }
                Next::Send(batch) => {
                    let changes: Vec<&Change> =
                        batch.changes.iter().map(|index| all[*index]).collect();
                    self.batch(step, &changes).await?;
                    self.clear_up(step, &changes, Absent::SentAgain).await?;
                    self.finish_answered(step, &changes).await?;
                    self.learn(step, &batch, &mut queue);
                }
            }
        }
    }

    /// The changes of a step that are still to be sent.
    fn queue(&self, step: &PlannedStep) -> Queue {
        let (unit, state) = (step.unit(), &self.state);
        Queue::new(
            &unit,
            &step.plan,
            &|change| state.change(&unit, &change.address) == Some(&ChangeState::Waiting),
            &|address| self.lets_go_on(&ChangeKey::new(&unit, address)),
            &|token| state.bindings.contains_key(token),
        )
    }

    /// Tells the queue the outcomes of a batch.
    fn learn(&self, step: &PlannedStep, batch: &Batch, queue: &mut Queue) {
        for index in &batch.changes {
            let key = key(step, &step.plan.changes[*index]);
            if self.state.changes.get(&key) == Some(&ChangeState::Waiting) {
                queue.again(*index);
            } else if self.lets_go_on(&key) {
                queue.done(&key.address, &|token| {
                    self.state.bindings.contains_key(token)
                });
            }
        }
    }

    /// Says whether a change is settled in such a way that a change that needs it may be sent.
    fn lets_go_on(&self, key: &ChangeKey) -> bool {
        match self.state.changes.get(key) {
            Some(ChangeState::Settled(Outcome::Done { .. })) => true,
            // A change that could not be undone does not keep Usher from trying the rest.
            Some(ChangeState::Settled(_)) => self.state.is_undo(),
            _ => false,
        }
    }

    async fn batch(&mut self, step: &PlannedStep, changes: &[&Change]) -> Flow<()> {
        let keys: Vec<ChangeKey> = changes.iter().map(|change| key(step, change)).collect();
        let changes = match self.memory.split.next(&keys) {
            Some(places) => places.into_iter().map(|place| changes[place]).collect(),
            None => self.pause_before_again(step, changes).await?,
        };
        let ready = self.compare(step, &changes).await?;
        if ready.is_empty() {
            return Ok(());
        }
        self.send(step, ready).await
    }

    /// Records that the org took a change, or holds what it would make. The change is done, unless Usher must wait for
    /// something.
    fn take(
        &mut self,
        step: &PlannedStep,
        change: &Change,
        how: How,
        values: BTreeMap<String, Value>,
    ) -> Flow<()> {
        let key = key(step, change);
        let found = change
            .results
            .iter()
            .any(|result| matches!(result.source, Source::Found { .. }));
        if change.waits.is_empty() && !found && !values.contains_key(kind::DEPLOYMENT) {
            return self.settle(key, Outcome::Done { how, values });
        }
        Ok(self.record(Event::Answered {
            change: key,
            values,
            how,
        })?)
    }

    /// The waits and results of changes that the org took, now or before the run was interrupted.
    async fn finish_answered(&mut self, step: &PlannedStep, changes: &[&Change]) -> Flow<()> {
        for change in changes {
            let key = key(step, change);
            let Some(ChangeState::Answered { how }) = self.state.changes.get(&key) else {
                continue;
            };
            let how = how.clone();
            let mut values = self.state.bound_by(&key);
            let outcome = match self.wait(step, change, &how, &mut values).await? {
                Ok(()) => Outcome::Done { how, values },
                Err(outcome) => outcome,
            };
            #[cfg(debug_assertions)]
            let outcome = self.forgotten(outcome);
            self.settle(key, outcome)?;
        }
        Ok(())
    }

    /// Returns the time at the org.
    fn at_org(&self) -> Moment {
        let moment = self.time.now(self.clock);
        #[cfg(debug_assertions)]
        let moment = self.seeming(moment);
        moment
    }

    fn settle(&mut self, change: ChangeKey, outcome: Outcome) -> Flow<()> {
        Ok(self.record(Event::Settled { change, outcome })?)
    }

    /// Stops here when the user asked for it.
    fn heed_stop(&self) -> Flow<()> {
        if self.stop.is_asked() {
            return Err(Halt::Stop(Stop::Interrupted));
        }
        Ok(())
    }

    /// Waits so long, unless the user asks to stop.
    async fn pause(&self, ms: u64) -> Flow<()> {
        tokio::select! {
            () = self.stop.asked() => {}
            () = self.clock.sleep(ms) => {}
        }
        self.heed_stop()
    }
}

/// The end of a step's turn, with the word for it in logs.
fn turned(outcome: &'static str, goes_on: ControlFlow<()>) -> Flow<ControlFlow<()>> {
    spans::stepped(outcome);
    Ok(goes_on)
}

fn key(step: &PlannedStep, change: &Change) -> ChangeKey {
    ChangeKey::new(&step.unit(), &change.address)
}

fn failed(code: &str, message: impl Into<String>) -> Outcome {
    Outcome::Failed {
        code: code.to_owned(),
        message: message.into(),
        how: None,
    }
}

/// Returns a halt when an error means that the org cannot be asked now.
fn gone(error: &OrgError) -> Option<Halt> {
    stop(error).map(Halt::Stop)
}

/// Stops the run at a read without which it cannot go on.
fn unread(error: &OrgError) -> Halt {
    gone(error).unwrap_or_else(|| {
        Halt::Stop(Stop::Unreachable {
            why: error.to_string(),
        })
    })
}

/// Returns the reason to stop at an error, if it is one: the org is not reachable, does not let Usher in, or takes
/// nothing now.
fn stop(error: &OrgError) -> Option<Stop> {
    let why = error.to_string();
    if let Some((code, remedy)) = error.obstacle() {
        let (code, remedy) = (code.to_owned(), remedy.to_owned());
        return Some(Stop::NoWay { code, why, remedy });
    }
    match error {
        OrgError::SignedOut(_) => Some(Stop::SignedOut {
            code: "org/signed-out".to_owned(),
            why,
            remedy: "sign in to the org again".to_owned(),
        }),
        OrgError::SignIn(error) => Some(Stop::SignedOut {
            code: error.code().to_owned(),
            why,
            remedy: error.help().to_owned(),
        }),
        OrgError::Unreachable(_)
        | OrgError::Lost(_)
        | OrgError::Foreign(_)
        | OrgError::Redirected(_)
        | OrgError::OtherVersions(_)
        | OrgError::Throttled(_)
        | OrgError::Unavailable(_) => Some(Stop::Unreachable { why }),
        OrgError::Closed(_) => Some(Stop::NotNow { why }),
        OrgError::Spent(spent) => Some(Stop::Spent {
            code: spent.code().to_owned(),
            why,
        }),
        OrgError::Refused(_)
        | OrgError::TooMuch(_)
        | OrgError::Malformed(_)
        | OrgError::Duplicates(_)
        | OrgError::Barred(_) => None,
    }
}

#[cfg(test)]
pub(crate) mod scripted;
#[cfg(test)]
mod tests;
