//! Waits for what Salesforce does after its answer, and binds the values that are known only then.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::change::{Source, Wait};
use usher_core::limit;
use usher_core::plan::PlannedStep;
use usher_core::run::{How, Notice, Outcome, Stop};

use crate::client::OrgError;
use crate::conduct::piece::Piece;
use crate::conduct::probe::value_at;
use crate::conduct::refused::failed;
use crate::conduct::{Conductor, Flow, Halt, gone};

impl Conductor<'_> {
    /// Waits until the deployed components are there and the change's last wait holds, then binds its results into
    /// `values`. Returns the outcome when it ended otherwise. `how`: how the change came to be there. It still is when
    /// a wait fails; a deployment that failed has left nothing (Metadata API Developer Guide, `rollbackOnError`).
    pub(super) async fn wait(
        &mut self,
        piece: Piece<'_>,
        how: &How,
        values: &mut BTreeMap<String, Value>,
    ) -> Flow<Result<(), Outcome>> {
        match self.deployed(piece.step, values).await? {
            Ok(()) => {}
            Err(failed @ Outcome::Failed { .. }) => return Ok(Err(failed)),
            Err(unsettled) => return Ok(Err(unsettled.having_acted(how.clone()))),
        }
        let waited = self.wait_and_bind(piece, values).await?;
        Ok(waited.map_err(|outcome| outcome.having_acted(how.clone())))
    }

    /// Waits until the change's last wait holds, then binds its results into `values`. Returns the outcome when it
    /// ended otherwise.
    async fn wait_and_bind(
        &mut self,
        piece: Piece<'_>,
        values: &mut BTreeMap<String, Value>,
    ) -> Flow<Result<(), Outcome>> {
        let Piece { step, change } = piece;
        for (index, wait) in change.waits.iter().enumerate() {
            let decides = index + 1 == change.waits.len();
            if let Err(outcome) = self.wait_for(step, wait, decides).await? {
                return Ok(Err(outcome));
            }
        }
        for result in &change.results {
            let Source::Found { look, at } = &result.source else {
                continue;
            };
            let found = match self.probe(look).await {
                Ok(found) => found,
                Err(error) => match gone(&error) {
                    Some(halt) => return Err(halt),
                    None if is_unclear(&error) => {
                        return Ok(Err(unsettled(&format!("`{}`", result.name), &error)));
                    }
                    None => return Ok(Err(failed(&error))),
                },
            };
            let value = found.as_ref().and_then(|found| value_at(found, at));
            let Some(value) = value else {
                let why = format!("`{}` is not there to be read", result.name);
                return Ok(Err(super::failed("run/no-result", why)));
            };
            values.insert(result.name.clone(), value.clone());
        }
        Ok(Ok(()))
    }

    async fn wait_for(
        &mut self,
        step: &PlannedStep,
        wait: &Wait,
        decides: bool,
    ) -> Flow<Result<(), Outcome>> {
        // Runs of an earlier Usher may hold waits that are refused now.
        let at_most_ms = u64::from(wait.at_most_ms.min(limit::WAIT_MS_MAX));
        let every = u64::from(wait.every_ms.max(limit::WAIT_EVERY_MS_MIN));
        let deadline = self.clock.ticks_ms().saturating_add(at_most_ms);
        let mut tokens = wait.tokens().into_iter();
        let is_known = tokens.all(|token| self.state.bindings.contains_key(&token));
        let mut told = false;
        loop {
            // The time is taken before the look: what is missing then has had all of its time.
            let now_ms = self.clock.ticks_ms();
            let found = match self.probe(&wait.look).await {
                Ok(None) if !decides => return Ok(Ok(())),
                Ok(found) => found,
                Err(error) => match gone(&error) {
                    // The org will answer again; an answer that did not come finds nothing.
                    Some(_) if !error.lasts() && now_ms < deadline => {
                        self.pause_in_wait(step, wait, every, &mut told).await?;
                        continue;
                    }
                    Some(halt) => return Err(halt),
                    None if !decides => return Ok(Ok(())),
                    // Several records may become one, and the next answer may be understood.
                    None if is_unclear(&error) && is_known && now_ms < deadline => {
                        self.pause_in_wait(step, wait, every, &mut told).await?;
                        continue;
                    }
                    None if is_unclear(&error) => {
                        return Ok(Err(unsettled(&wait.summary, &error)));
                    }
                    None => return Ok(Err(failed(&error))),
                },
            };
            if let Some(found) = &found
                && wait.failed.iter().any(|check| self.check(found, check))
            {
                let reason = wait.reason_at.as_ref().and_then(|at| value_at(found, at));
                let reason = reason
                    .and_then(Value::as_str)
                    .unwrap_or("the org does not say why");
                let why = format!("{}: {reason}", wait.summary);
                return Ok(Err(super::failed("run/wait-failed", why)));
            }
            if self.meets(found.as_ref(), &wait.until) {
                return Ok(Ok(()));
            }
            if now_ms >= deadline {
                let why = format!("{}: not within {} s", wait.summary, at_most_ms / 1000);
                return Ok(Err(super::failed("run/wait-timeout", why)));
            }
            self.pause_in_wait(step, wait, every, &mut told).await?;
        }
    }

    /// Waits until the next look. `told`: says whether those who look on know by now what the run waits for.
    async fn pause_in_wait(
        &mut self,
        step: &PlannedStep,
        wait: &Wait,
        every: u64,
        told: &mut bool,
    ) -> Flow<()> {
        if !*told {
            *told = true;
            self.watch.notice(&Notice::Waiting {
                step: &step.id,
                summary: &wait.summary,
                at_most_ms: u64::from(wait.at_most_ms.min(limit::WAIT_MS_MAX)),
            });
        }
        if self.memory.waited_ms >= limit::WAITED_PER_RUN_MS_MAX {
            return Err(Halt::Stop(Stop::Waited {
                ms: self.memory.waited_ms,
            }));
        }
        self.pause(every).await?;
        self.memory.waited_ms = self.memory.waited_ms.saturating_add(every);
        Ok(())
    }
}

/// Says that an error shows neither that something is there nor that it is not: several records instead of one,
/// or an answer that cannot be understood.
fn is_unclear(error: &OrgError) -> bool {
    matches!(error, OrgError::Malformed(_) | OrgError::TooMuch(_))
}

/// Returns the outcome of a change that the org took, when looking shows nothing clear.
fn unsettled(what: &str, error: &OrgError) -> Outcome {
    Outcome::Unsettled {
        reason: format!("{what}: {error}"),
        how: None,
    }
}

#[cfg(test)]
mod tests;
