//! Sending a batch: compare with the org, write the intent down, send, and take what the answer says.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::change::Change;
use usher_core::known::Known;
use usher_core::operation::{Finding, Lookup, Probe};
use usher_core::plan::PlannedStep;
use usher_core::read::Record;
use usher_core::run::{Event, How, Outcome, Stop};

use crate::conduct::lost::Looked;
use crate::conduct::retry::{Meaning, SENDINGS_MAX, meaning};
use crate::conduct::standing::Standing;
use crate::conduct::veiled::without_secrets;
use crate::conduct::{Conductor, Flow, Halt, gone, key};
use crate::org::OrgError;
use crate::reads;

/// How often a request is tried that never left, before the run stops.
const UNSENT_MAX: u32 = 3;

/// The pause between two looks for what comes late.
const LOOK_AGAIN_MS: u64 = 5_000;

/// What an answer bound, by name.
pub(super) type Values = BTreeMap<String, Value>;

/// A change that is to be sent, and what the org holds before it.
pub(super) type Ready<'c> = (&'c Change, Option<Record>);

impl Conductor<'_> {
    /// Compares changes with what the org holds now. What is as wanted already, has moved since the plan, or
    /// is to be kept, is settled; the rest is to be sent.
    pub(super) async fn compare<'c>(
        &mut self,
        step: &PlannedStep,
        changes: &[&'c Change],
    ) -> Flow<Vec<Ready<'c>>> {
        let mut ready = Vec::new();
        for change in changes {
            let outcome = match self.standing(step, change).await {
                Ok(Standing::AsBefore(before)) => match self.kept(step, change).await? {
                    None => {
                        ready.push((*change, before));
                        continue;
                    }
                    Some(reason) => Outcome::Kept { reason },
                },
                Ok(Standing::AsWanted) => Outcome::Done {
                    how: How::AsWanted,
                    values: BTreeMap::new(),
                },
                Ok(Standing::Shared(what)) => Outcome::Kept {
                    reason: format!("somebody else has added to it since: {what}"),
                },
                Ok(Standing::Moved | Standing::Gone) if self.state.is_undo() => Outcome::Kept {
                    reason: "somebody changed it since".to_owned(),
                },
                Ok(Standing::Moved) => {
                    super::failed("run/moved", "somebody changed it since the plan was made")
                }
                Ok(Standing::Gone) => super::failed("run/gone", "what it changes is not there"),
                Err(error) => match gone(&error) {
                    Some(halt) => return Err(halt),
                    None => failed(&error),
                },
            };
            self.settle(key(step, change), outcome)?;
        }
        Ok(ready)
    }

    /// Why a change that takes something back must not be sent now, if so.
    async fn kept(&self, step: &PlannedStep, change: &Change) -> Flow<Option<String>> {
        if let Some(reason) = self.kept_with(step, change) {
            return Ok(Some(reason));
        }
        for expected in step.only_if.get(&change.address).into_iter().flatten() {
            let looked = match (&expected.look, &expected.finding) {
                // Several are as much in the way as one.
                (Probe::Records(lookup), Finding::Absent) => self.any_of(lookup).await,
                _ => self.probe(&expected.look).await,
            };
            let found = match looked {
                Ok(found) => found,
                Err(error) => match gone(&error) {
                    Some(halt) => return Err(halt),
                    None => return Ok(Some(format!("it cannot be seen whether it may: {error}"))),
                },
            };
            if !self.meets(found.as_ref(), &expected.finding) {
                return Ok(Some(format!(
                    "taking it back is safe only while {}",
                    usher_core::operation::in_words(expected)
                )));
            }
        }
        Ok(None)
    }

    /// One of the records that a lookup finds.
    async fn any_of(&self, lookup: &Lookup) -> Result<Option<Value>, OrgError> {
        let conditions = Known(&self.state.bindings).conditions(&lookup.conditions)?;
        let lookup = Lookup {
            conditions,
            ..lookup.clone()
        };
        let records = reads::read_now(self.org, lookup).await?;
        Ok(records.into_iter().next().map(Value::Object))
    }

    /// Sends changes that may share a request, and takes what the org says to each of them.
    pub(super) async fn send(&mut self, step: &PlannedStep, ready: Vec<Ready<'_>>) -> Flow<()> {
        let changes: Vec<&Change> = ready.iter().map(|(change, _)| *change).collect();
        if changes.iter().all(|change| !change.operation.is_sent()) {
            for change in changes {
                self.take(step, change, How::AsWanted, BTreeMap::new())?;
            }
            return Ok(());
        }
        let before = ready.into_iter().filter_map(|(change, before)| {
            let before = before.or_else(|| step.before.get(&change.address).cloned())?;
            let before = without_secrets(&self.state, change.operation.of(), before);
            Some((change.address.clone(), before))
        });
        self.record(Event::Intent {
            request: self.state.requests + 1,
            changes: changes.iter().map(|change| key(step, change)).collect(),
            before: before.collect(),
            at_ms: self.clock.now_ms(),
        })?;
        #[cfg(debug_assertions)]
        if self.outcome_before_answer(step, &changes).await? {
            return Ok(());
        }
        let results = self.act(&changes).await;
        let mut refused = Vec::new();
        // First everything that the answer says, so that none of it is lost; looking comes after.
        for (change, result) in changes.into_iter().zip(results) {
            match result {
                Ok(values) => self.take(step, change, How::Sent, values)?,
                Err(error) => refused.push((change, error)),
            }
        }
        let mut halt = None;
        for (change, error) in refused {
            halt = self.refused(step, change, error).await?.or(halt);
        }
        halt.map_or(Ok(()), |why| Err(Halt::Stop(why)))
    }

    /// What an error means for one change; a reason to stop, if it is one.
    async fn refused(
        &mut self,
        step: &PlannedStep,
        change: &Change,
        error: OrgError,
    ) -> Flow<Option<Stop>> {
        let sent = self.sent(step, change);
        let why = error.to_string();
        match meaning(&error) {
            // Clearing up looks for it.
            Meaning::Unknown => {}
            Meaning::NotNow if sent >= SENDINGS_MAX => {
                self.settle(key(step, change), failed(&error))?;
            }
            Meaning::NotNow => {
                let change = key(step, change);
                self.record(Event::NotActed { change, why })?;
            }
            Meaning::NotLetIn => {
                let signed_out = matches!(error, OrgError::SignedOut(_));
                let change = key(step, change);
                self.record(Event::NotActed {
                    change,
                    why: why.clone(),
                })?;
                if signed_out || sent >= UNSENT_MAX {
                    return Ok(Some(Stop::Unreachable { why }));
                }
            }
            Meaning::Never => self.settle(key(step, change), failed(&error))?,
            Meaning::No => {
                let outcome = match self.after_refusal(step, change).await? {
                    Some((how, values)) => {
                        return self.take(step, change, how, values).map(|()| None);
                    }
                    None => failed(&error),
                };
                self.settle(key(step, change), outcome)?;
            }
        }
        Ok(None)
    }

    /// Whether what was refused is there: because somebody else made it since the plan, or because our own
    /// request, whose answer was lost, acts so late. Then it is looked for as long as the change's waits last.
    async fn after_refusal(
        &mut self,
        step: &PlannedStep,
        change: &Change,
    ) -> Flow<Option<(How, Values)>> {
        let keyed = self.is_keyed(change);
        if !keyed || self.state.is_undo() {
            return Ok(None);
        }
        let was_in_doubt = self.sent(step, change) > 1;
        let patience: u64 = change.waits.iter().map(|w| u64::from(w.at_most_ms)).sum();
        let mut left = if was_in_doubt { patience } else { 0 };
        loop {
            match self.look_after(step, change).await {
                Ok(Looked::Acted { values, ours }) => {
                    let found = was_in_doubt && ours;
                    let how = if found { How::Found } else { How::FoundNotOurs };
                    return Ok(Some((how, values)));
                }
                Err(error) => {
                    if let Some(halt) = gone(&error) {
                        return Err(halt);
                    }
                }
                Ok(_) => {}
            }
            if left == 0 {
                return Ok(None);
            }
            let ms = left.min(LOOK_AGAIN_MS);
            self.pause(ms).await?;
            left -= ms;
        }
    }
}

/// The outcome of a request that failed for good.
pub(super) fn failed(error: &OrgError) -> Outcome {
    let barred;
    let (code, message) = match error {
        OrgError::Barred(why) => {
            barred = why.to_string();
            ("run/never-sent", barred.as_str())
        }
        OrgError::Refused(refusal) => (refusal.code.as_str(), refusal.message.as_str()),
        OrgError::Unreachable(why) => ("org/unreachable", why.as_str()),
        OrgError::SignedOut(why) => ("org/signed-out", why.as_str()),
        OrgError::Unavailable(why) | OrgError::Throttled(why) => ("org/unavailable", why.as_str()),
        OrgError::Lost(why) => ("org/lost", why.as_str()),
        OrgError::TooMuch(why) => ("org/too-much", why.as_str()),
        OrgError::Malformed(why) => ("org/malformed", why.as_str()),
    };
    Outcome::Failed {
        code: code.to_owned(),
        message: message.to_owned(),
        how: None,
    }
}

#[cfg(test)]
mod tests;
