//! Clears up what is in doubt: requests that were about to leave, or left, and had no answer. Sends nothing. Looking
//! decides whether a change is done, may be sent again, or needs a person.

use usher_core::change::Change;
use usher_core::limit;
use usher_core::operation::DeployComponents;
use usher_core::plan::PlannedStep;
use usher_core::run::{ChangeState, Event, Notice, Outcome, Stop};

use crate::conduct::lost::Looked;
use crate::conduct::retry::SENDINGS_MAX;
use crate::conduct::sight::Sight;
use crate::conduct::{Conductor, Flow, Halt, gone, key};

/// The first and the longest pause while something may still appear. They double: most comes soon, and each look costs
/// requests of the org's day.
const LOOK_AGAIN_MS: (u64, u64) = (5_000, 60_000);

/// The fate of a change that is not in the org.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absent {
    /// It is sent again, and may come late as well: then it is looked for.
    SentAgain,
    /// It is given up. If it appeared later, nothing would undo it.
    GivenUp,
}

impl Conductor<'_> {
    /// Looks for those of a step's changes that are in doubt, until none is.
    pub(super) async fn clear_up(
        &mut self,
        step: &PlannedStep,
        changes: &[&Change],
        absent: Absent,
    ) -> Flow<()> {
        let (mut again_ms, longest_ms) = LOOK_AGAIN_MS;
        loop {
            let doubtful: Vec<&Change> = changes
                .iter()
                .copied()
                .filter(|change| {
                    let state = self.state.changes.get(&key(step, change));
                    matches!(state, Some(ChangeState::InDoubt { .. }))
                })
                .collect();
            if doubtful.is_empty() {
                return Ok(());
            }
            let mut wait_ms = None;
            let sight = self.look(step, &doubtful).await;
            for change in doubtful {
                let one = self.clear_up_one(step, change, absent, &sight, again_ms);
                if let Some(ms) = one.await? {
                    wait_ms = Some(wait_ms.map_or(ms, |least: u64| least.min(ms)));
                }
            }
            let Some(in_ms) = wait_ms else {
                return Ok(());
            };
            let step = &step.id;
            self.watch.notice(&Notice::Doubt { step, in_ms });
            self.pause(in_ms).await?;
            again_ms = again_ms.saturating_mul(2).min(longest_ms);
        }
    }

    /// Settles one change, or returns the milliseconds after which to look again: `again_ms` while something may still
    /// appear.
    async fn clear_up_one(
        &mut self,
        step: &PlannedStep,
        change: &Change,
        absent: Absent,
        sight: &Sight,
        again_ms: u64,
    ) -> Flow<Option<u64>> {
        #[cfg(debug_assertions)]
        if self.blind_resend(step, change)? {
            return Ok(None);
        }
        match self.look_after(step, change, sight).await {
            Ok(Looked::Acted(there)) => {
                self.take(step, change, there.how(), there.values)?;
            }
            Ok(Looked::Differs { values, fields }) => {
                self.settle(key(step, change), Outcome::Differs { values, fields })?;
            }
            Ok(Looked::DidNotAct) => {
                if absent == Absent::GivenUp
                    && let Some(in_ms) = self.may_still_come(step, change)
                {
                    return Ok(Some(in_ms.min(again_ms)));
                }
                self.record(Event::NotActed {
                    change: key(step, change),
                    why: "no answer came, and it is not there".to_owned(),
                    doubted: true,
                })?;
                if self.sent(step, change) >= SENDINGS_MAX {
                    let why = format!("sent {SENDINGS_MAX} times, and no answer came");
                    return Err(Halt::Stop(Stop::Unreachable { why }));
                }
            }
            Ok(Looked::MayStillRun { in_ms }) => return Ok(Some(in_ms)),
            Ok(Looked::Unclear(reason)) => {
                self.settle(key(step, change), Outcome::Unsettled { reason, how: None })?;
            }
            Err(error) => {
                if let Some(halt) = gone(&error) {
                    return Err(halt);
                }
                let reason = format!("no answer came, and looking for it failed, too: {error}");
                self.settle(key(step, change), Outcome::Unsettled { reason, how: None })?;
            }
        }
        Ok(None)
    }

    /// Returns the milliseconds for which the request of something that is missing, and what that sets going, may still
    /// be running, if it may.
    fn may_still_come(&self, step: &PlannedStep, change: &Change) -> Option<u64> {
        let waits = change.waits.iter().map(|w| u64::from(w.at_most_ms));
        let mut goes_on: u64 = waits.sum();
        if change.operation.of::<DeployComponents>().is_some() {
            goes_on = goes_on.saturating_add(limit::DEPLOYMENT_MS_MAX);
        }
        let left = self.may_run_for(&key(step, change), goes_on);
        (left > 0).then_some(left)
    }
}

#[cfg(test)]
mod tests;
