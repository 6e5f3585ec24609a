//! Clearing up what is in doubt: requests that were about to leave, or left, and whose answer nobody has.
//! Nothing is sent here; looking decides whether a change is done, may be sent again, or needs a person.

use usher_core::change::Change;
use usher_core::plan::PlannedStep;
use usher_core::run::{ChangeState, Event, How, Outcome, Stop};

use crate::conduct::look::Looked;
use crate::conduct::retry::SENDINGS_MAX;
use crate::conduct::{Conductor, Halt, Notice, Step, gone, key};

impl Conductor<'_> {
    /// Looks for every change of a step that is in doubt, until none is.
    pub(super) async fn clear_up(&mut self, step: &PlannedStep) -> Step<()> {
        loop {
            let doubtful: Vec<&Change> = step
                .plan
                .changes
                .iter()
                .filter(|change| {
                    let state = self.state.changes.get(&key(step, change));
                    matches!(state, Some(ChangeState::InDoubt { .. }))
                })
                .collect();
            let mut wait_ms = None;
            for change in doubtful {
                if let Some(ms) = self.clear_up_one(step, change).await? {
                    wait_ms = Some(wait_ms.map_or(ms, |least: u64| least.min(ms)));
                }
            }
            let Some(in_ms) = wait_ms else {
                return Ok(());
            };
            let step = &step.id;
            self.watch.notice(&Notice::Doubt { step, in_ms });
            self.pause(in_ms).await?;
        }
    }

    /// Settles one change, or says in how many milliseconds looking will tell more.
    async fn clear_up_one(&mut self, step: &PlannedStep, change: &Change) -> Step<Option<u64>> {
        match self.look_after(step, change).await {
            Ok(Looked::Acted { values, ours }) => {
                let how = if ours { How::Found } else { How::FoundNotOurs };
                self.take(step, change, how, values)?;
            }
            Ok(Looked::DidNotAct) => {
                self.record(Event::NotActed {
                    change: key(step, change),
                    why: "no answer came, and it is not there".to_owned(),
                })?;
                if self.sent(step, change) >= SENDINGS_MAX {
                    let why = format!("sent {SENDINGS_MAX} times, and no answer came");
                    return Err(Halt::Stop(Stop::Unreachable { why }));
                }
            }
            Ok(Looked::MayStillRun { in_ms }) => return Ok(Some(in_ms)),
            Ok(Looked::Unclear(reason)) => {
                self.settle(key(step, change), Outcome::Unsettled { reason })?;
            }
            Err(error) => {
                if let Some(halt) = gone(&error) {
                    return Err(halt);
                }
                let reason = format!("no answer came, and looking for it failed, too: {error}");
                self.settle(key(step, change), Outcome::Unsettled { reason })?;
            }
        }
        Ok(None)
    }
}
