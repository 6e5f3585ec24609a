//! The one loop that carries a run out: decide, write down, send, write down, wait.
//!
//! Invariant: an event is durable before anything relies on it. Running and resuming are this same
//! function; what differs is the state it begins with.

mod deploy;
mod look;
mod resolve;
mod send;
mod verify;
mod wait;

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::change::{Change, Source};
use usher_core::plan::PlannedStep;
use usher_core::run::{
    Batch, ChangeKey, ChangeState, End, Event, How, Impossible, Next, Outcome, Phase, RunState,
    next_batch,
};

use crate::journal::{JournalError, RunJournal};
use crate::org::Org;
use crate::port::Clock;

/// What a run is carried out with.
pub struct Conductor<'a> {
    pub org: &'a Org,
    pub clock: &'a dyn Clock,
    pub journal: RunJournal<'a>,
    /// Sees every event after it is durable.
    pub watch: &'a mut (dyn FnMut(&Event, &RunState) + Send),
    pub state: RunState,
}

/// Why a run stopped without an end: nothing was sent that is not written down.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("this is a bug in usher: {0}")]
    Impossible(#[from] Impossible),
}

/// What became of one change that was sent or looked for.
struct Settled {
    key: ChangeKey,
    outcome: Outcome,
}

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
        (self.watch)(&event, &self.state);
        Ok(())
    }

    /// Carries an approved run to its end.
    ///
    /// # Errors
    ///
    /// As [`RunError`]; what is in doubt then stands in the journal.
    pub async fn carry_out(&mut self) -> Result<End, RunError> {
        if let Phase::Finished(end) = self.state.phase {
            return Ok(end);
        }
        let steps = self
            .state
            .plan
            .as_ref()
            .map(|plan| plan.steps.clone())
            .unwrap_or_default();
        for (index, step) in steps.iter().enumerate() {
            self.step(step).await?;
            let failed = step.plan.changes.iter().any(|change| {
                !matches!(
                    self.state.change(&step.id, &change.address),
                    Some(ChangeState::Settled(Outcome::Done { .. }))
                )
            });
            if failed {
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
        self.verify(&steps).await?;
        let end = self.state.end();
        self.record(Event::Finished { end })?;
        Ok(end)
    }

    async fn step(&mut self, step: &PlannedStep) -> Result<(), RunError> {
        loop {
            let state = &self.state;
            let next = next_batch(
                &step.plan,
                &|change| state.change(&step.id, &change.address) == Some(&ChangeState::Waiting),
                &|address| {
                    matches!(
                        state.change(&step.id, address),
                        Some(ChangeState::Settled(Outcome::Done { .. }))
                    )
                },
                &|token| state.bindings.contains_key(token),
            );
            match next {
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
                        self.settle(Settled {
                            key: key(step, &step.plan.changes[index]),
                            outcome: Outcome::Failed {
                                code: "run/depends".to_owned(),
                                message: "what it needs has failed".to_owned(),
                            },
                        })?;
                    }
                    return Ok(());
                }
                Next::Send(batch) => self.batch(step, &batch).await?,
            }
        }
    }

    async fn batch(&mut self, step: &PlannedStep, batch: &Batch) -> Result<(), RunError> {
        let changes: Vec<&Change> = batch
            .changes
            .iter()
            .map(|index| &step.plan.changes[*index])
            .collect();
        let (ready, settled) = self.compare(step, &changes).await;
        for settled in settled {
            self.settle(settled)?;
        }
        if ready.is_empty() {
            return Ok(());
        }
        let answers = self.send(step, &ready).await?;
        for (change, answer) in ready.into_iter().zip(answers) {
            match answer {
                Ok((how, values)) => self.finish(step, change, how, values).await?,
                Err(outcome) => self.settle(Settled {
                    key: key(step, change),
                    outcome,
                })?,
            }
        }
        Ok(())
    }

    /// The org took a change: its waits and results, then it is done.
    async fn finish(
        &mut self,
        step: &PlannedStep,
        change: &Change,
        how: How,
        mut values: BTreeMap<String, Value>,
    ) -> Result<(), RunError> {
        let key = key(step, change);
        let found = change
            .results
            .iter()
            .any(|result| matches!(result.source, Source::Found { .. }));
        if !change.waits.is_empty() || found || values.contains_key(deploy::DEPLOYMENT) {
            let in_doubt = matches!(
                self.state.change(&key.step, &key.address),
                Some(ChangeState::InDoubt { .. })
            );
            if in_doubt {
                self.record(Event::Answered {
                    change: key.clone(),
                    values: values.clone(),
                })?;
            }
            match self.wait(change, &mut values).await {
                Ok(()) => {}
                Err(outcome) => return self.settle(Settled { key, outcome }),
            }
        }
        self.settle(Settled {
            key,
            outcome: Outcome::Done { how, values },
        })
    }

    fn settle(&mut self, settled: Settled) -> Result<(), RunError> {
        self.record(Event::Settled {
            change: settled.key,
            outcome: settled.outcome,
        })
    }
}

fn key(step: &PlannedStep, change: &Change) -> ChangeKey {
    ChangeKey {
        step: step.id.clone(),
        address: change.address.clone(),
    }
}

#[cfg(test)]
pub(crate) mod scripted;
#[cfg(test)]
mod tests;
