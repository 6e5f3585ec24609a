//! The one loop that carries a run out: decide, write down, send, write down, wait.
//!
//! Invariant: an event is durable before anything relies on it. Running, resuming and taking back are this
//! same function; what differs is the state it begins with.

mod by_hand;
mod deploy;
mod doubt;
mod later;
mod look;
#[cfg(debug_assertions)]
mod planted;
mod retry;
mod send;
mod verify;
mod wait;

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::change::{Change, Source};
use usher_core::plan::{Confirmation, PlannedStep, StepState};
use usher_core::run::{
    Approval, Batch, ChangeKey, ChangeState, End, Event, How, Impossible, Next, Outcome, Phase,
    RunState, Stop, next_batch,
};

use crate::conduct::doubt::Absent;
use crate::journal::{JournalError, RunJournal};
use crate::org::{Org, OrgError};
use crate::port::{Boxed, Clock};
use crate::stop::StopFlag;

#[cfg(debug_assertions)]
pub use planted::Planted;

/// What a run is carried out with.
pub struct Conductor<'a> {
    pub org: &'a Org,
    pub clock: &'a dyn Clock,
    pub journal: RunJournal<'a>,
    pub watch: &'a mut dyn Watch,
    pub planner: &'a dyn Planner,
    pub stop: &'a StopFlag,
    pub state: RunState,
    #[cfg(debug_assertions)]
    pub planted: Option<Planted>,
}

/// Who looks on, and who is asked.
pub trait Watch: Send {
    /// Sees every event after it is durable.
    fn event(&mut self, event: &Event, state: &RunState);
    /// Something that takes time.
    fn notice(&mut self, notice: &Notice<'_>);
    /// Whether the changes of a step that could be planned only now are approved; none: nobody says so.
    fn approve(&mut self, step: &PlannedStep) -> Option<Approval>;
    /// Whose word there is that a step by hand is done; none: nobody says so.
    fn confirm(&mut self, step: &PlannedStep) -> Option<Confirmation>;
}

/// What a run is waiting for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice<'a> {
    /// Salesforce does something after its answer.
    Waiting {
        step: &'a str,
        summary: &'a str,
        at_most_ms: u64,
    },
    /// A change is sent again after a pause.
    Again {
        step: &'a str,
        why: &'a str,
        in_ms: u64,
    },
    /// A request whose answer was lost may still be running.
    Doubt { step: &'a str, in_ms: u64 },
    /// A step is being planned.
    Planning { step: &'a str },
}

/// Plans the steps that could not be planned before the run began.
pub trait Planner: Send + Sync {
    /// Plans one step anew against the org as it is. `state`: what the run has bound by now.
    fn plan<'a>(&'a self, step: &'a str, state: &'a RunState) -> Boxed<'a, PlannedStep>;
}

/// How carrying out a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carried {
    Finished(End),
    /// Before its end; it can be carried on.
    Stopped(Stop),
}

/// Why a run ended without a word in the journal: nothing was sent that is not written down.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("this is a bug in usher: {0}")]
    Impossible(#[from] Impossible),
}

/// Why the loop does not go on: an error, or a stop.
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

type Step<T> = Result<T, Halt>;

impl Conductor<'_> {
    /// Writes an event down, then lets it count.
    ///
    /// # Errors
    ///
    /// The journal takes nothing more, or the event cannot follow.
    pub fn record(&mut self, event: Event) -> Result<(), RunError> {
        let next = self.state.clone().next(&event)?;
        self.journal.append(&event, self.clock.now_ms())?;
        self.state = next;
        self.watch.event(&event, &self.state);
        Ok(())
    }

    /// Carries an approved run to its end, or on to it.
    ///
    /// # Errors
    ///
    /// As [`RunError`]; what is in doubt then stands in the journal.
    pub async fn carry_out(&mut self) -> Result<Carried, RunError> {
        if let Phase::Finished(end) = self.state.phase {
            return Ok(Carried::Finished(end));
        }
        let done = self.all_steps().await;
        self.ended(done, RunState::end)
    }

    /// Clears up what a run that ended early left in doubt, and sends nothing more: it is to be taken back.
    ///
    /// # Errors
    ///
    /// As [`Conductor::carry_out`].
    pub async fn give_up(&mut self) -> Result<Carried, RunError> {
        let cleared = self.clear_up_all().await;
        self.ended(cleared, |state| match state.end() {
            End::InDoubt => End::InDoubt,
            _ => End::Abandoned,
        })
    }

    fn ended(&mut self, done: Step<()>, end: fn(&RunState) -> End) -> Result<Carried, RunError> {
        match done {
            Ok(()) => {
                let end = end(&self.state);
                self.record(Event::Finished { end })?;
                Ok(Carried::Finished(end))
            }
            Err(Halt::Stop(why)) => {
                self.record(Event::Stopped { why: why.clone() })?;
                Ok(Carried::Stopped(why))
            }
            Err(Halt::Error(error)) => Err(error),
        }
    }

    fn steps(&self) -> Vec<PlannedStep> {
        let plan = self.state.plan.as_ref();
        plan.map(|plan| plan.steps.clone()).unwrap_or_default()
    }

    async fn clear_up_all(&mut self) -> Step<()> {
        for step in self.steps() {
            self.clear_up(&step, Absent::GivenUp).await?;
            self.finish_answered(&step).await?;
        }
        Ok(())
    }

    async fn all_steps(&mut self) -> Step<()> {
        for index in 0..self.steps().len() {
            self.plan_later(index).await?;
            let steps = self.steps();
            let step = &steps[index];
            match &step.state {
                StepState::Changes | StepState::AsWanted => {}
                StepState::Skipped { .. } => continue,
                StepState::Manual(manual) => {
                    self.by_hand(step, manual).await?;
                    continue;
                }
                StepState::Deferred(_) | StepState::Failed { .. } => break,
            }
            self.step(step).await?;
            if self.has_failed(step) && !self.state.is_undo() {
                break;
            }
            let later: Vec<&Change> = steps[index + 1..]
                .iter()
                .flat_map(|step| &step.plan.changes)
                .collect();
            self.await_ids(step, &later).await?;
            if !self.state.missed().is_empty() {
                break;
            }
        }
        let steps = self.steps();
        self.verify(&steps).await
    }

    fn has_failed(&self, step: &PlannedStep) -> bool {
        step.plan.changes.iter().any(|change| {
            let state = self.state.change(&step.id, &change.address);
            !matches!(state, Some(ChangeState::Settled(Outcome::Done { .. })))
        })
    }

    async fn step(&mut self, step: &PlannedStep) -> Step<()> {
        self.clear_up(step, Absent::SentAgain).await?;
        self.finish_answered(step).await?;
        loop {
            self.heed_stop()?;
            match self.next_batch(step) {
                Next::Finished => return Ok(()),
                Next::Stuck(left) => {
                    let changes: Vec<&Change> = left
                        .iter()
                        .map(|index| &step.plan.changes[*index])
                        .collect();
                    let known = self.state.bindings.len();
                    self.await_ids(step, &changes).await?;
                    if self.state.bindings.len() > known {
                        continue;
                    }
                    for index in left {
                        let outcome = failed("run/depends", "what it needs has failed");
                        self.settle(key(step, &step.plan.changes[index]), outcome)?;
                    }
                    return Ok(());
                }
                Next::Send(batch) => {
                    self.batch(step, &batch).await?;
                    self.clear_up(step, Absent::SentAgain).await?;
                    self.finish_answered(step).await?;
                }
            }
        }
    }

    fn next_batch(&self, step: &PlannedStep) -> Next {
        let state = &self.state;
        next_batch(
            &step.plan,
            &|change| state.change(&step.id, &change.address) == Some(&ChangeState::Waiting),
            &|address| match state.change(&step.id, address) {
                Some(ChangeState::Settled(Outcome::Done { .. })) => true,
                // What could not be taken back does not keep the rest from being tried.
                Some(ChangeState::Settled(_)) => state.is_undo(),
                _ => false,
            },
            &|token| state.bindings.contains_key(token),
        )
    }

    async fn batch(&mut self, step: &PlannedStep, batch: &Batch) -> Step<()> {
        let changes: Vec<&Change> = batch
            .changes
            .iter()
            .map(|index| &step.plan.changes[*index])
            .collect();
        let mut ready = self.compare(step, &changes).await?;
        if ready.is_empty() {
            return Ok(());
        }
        self.pause_before_again(step, &mut ready).await?;
        self.send(step, ready).await
    }

    /// The org took a change, or holds what it would make: done, unless something is to be waited for.
    fn take(
        &mut self,
        step: &PlannedStep,
        change: &Change,
        how: How,
        values: BTreeMap<String, Value>,
    ) -> Step<()> {
        let key = key(step, change);
        let found = change
            .results
            .iter()
            .any(|result| matches!(result.source, Source::Found { .. }));
        if change.waits.is_empty() && !found && !values.contains_key(deploy::DEPLOYMENT) {
            return self.settle(key, Outcome::Done { how, values });
        }
        Ok(self.record(Event::Answered {
            change: key,
            values,
            how,
        })?)
    }

    /// The waits and results of changes that the org took, now or before the run was interrupted.
    async fn finish_answered(&mut self, step: &PlannedStep) -> Step<()> {
        for change in &step.plan.changes {
            let key = key(step, change);
            let Some(ChangeState::Answered { how }) = self.state.changes.get(&key) else {
                continue;
            };
            let how = *how;
            let prefix = usher_core::change::token(&key.step, &key.address, "");
            let bound = self.state.bindings.iter();
            let values = bound.filter_map(|(token, value)| {
                let name = token.0.strip_prefix(&prefix.0)?;
                Some((name.to_owned(), value.clone()))
            });
            let mut values = values.collect();
            let outcome = match self.wait(step, change, &mut values).await? {
                Ok(()) => Outcome::Done { how, values },
                Err(outcome) => outcome,
            };
            self.settle(key, outcome)?;
        }
        Ok(())
    }

    fn settle(&mut self, change: ChangeKey, outcome: Outcome) -> Step<()> {
        Ok(self.record(Event::Settled { change, outcome })?)
    }

    /// Stops here when somebody asked for it.
    fn heed_stop(&self) -> Step<()> {
        if self.stop.is_asked() {
            return Err(Halt::Stop(Stop::Interrupted));
        }
        Ok(())
    }

    /// Waits so long, unless somebody asks to stop.
    async fn pause(&self, ms: u64) -> Step<()> {
        tokio::select! {
            () = self.stop.asked() => {}
            () = self.clock.sleep(ms) => {}
        }
        self.heed_stop()
    }
}

fn key(step: &PlannedStep, change: &Change) -> ChangeKey {
    ChangeKey {
        step: step.id.clone(),
        address: change.address.clone(),
    }
}

fn failed(code: &str, message: impl Into<String>) -> Outcome {
    Outcome::Failed {
        code: code.to_owned(),
        message: message.into(),
    }
}

/// A stop, when an error means that nobody answers or that we are not let in.
fn gone(error: &OrgError) -> Option<Halt> {
    match error {
        OrgError::Unreachable(_)
        | OrgError::SignedOut(_)
        | OrgError::Lost(_)
        | OrgError::Throttled(_)
        | OrgError::Unavailable(_) => Some(Halt::Stop(Stop::Unreachable {
            why: error.to_string(),
        })),
        OrgError::Refused(_) | OrgError::TooMuch(_) | OrgError::Malformed(_) => None,
    }
}

#[cfg(test)]
pub(crate) mod scripted;
#[cfg(test)]
mod tests;
