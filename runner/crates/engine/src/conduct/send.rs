//! Sends a batch: compares with the org, writes the intent down, sends, and takes the answer.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::change::Change;
use usher_core::operation::{DeleteRecord, Finding, Lookup, Probe};
use usher_core::plan::PlannedStep;
use usher_core::read::Record;
use usher_core::run::{ChangeKey, Event, How, Notice, Outcome, Stop};

use crate::client::meaning::Meaning;
use crate::client::{OrgError, duplicates};
use crate::conduct::duplicate::Duplicate;
use crate::conduct::lost::Looked;
use crate::conduct::retry::SENDINGS_MAX;
use crate::conduct::sight::Sight;
use crate::conduct::standing::{Standing, Values, moved};
use crate::conduct::veiled::without_secrets;
use crate::conduct::{Conductor, Flow, Halt, gone, key, stop};

/// The number of times that Usher tries a request that never left, before the run stops.
const UNSENT_MAX: u32 = 3;

/// The pause between two looks for something that comes late.
const LOOK_AGAIN_MS: u64 = 5_000;

/// A change that is to be sent, and what the org holds before it.
pub(super) type Ready<'c> = (&'c Change, Option<Record>);

/// The codes with which an org refuses the deletion of a record that is not there, or that the user may not see.
const NO_RECORD: [&str; 2] = ["INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND"];

impl Conductor<'_> {
    /// Compares changes with what the org holds now. Settles those that are as wanted already, have moved since the
    /// plan, or are to be kept. Returns the rest, which is to be sent.
    pub(super) async fn compare<'c>(
        &mut self,
        step: &PlannedStep,
        changes: &[&'c Change],
    ) -> Flow<Vec<Ready<'c>>> {
        let sight = self.look(step, changes).await;
        let mut ready = Vec::new();
        for change in changes {
            let standing = self.standing(step, change, &sight).await;
            #[cfg(debug_assertions)]
            let standing = standing.map(|standing| self.misjudged(change, standing));
            let doubted = self.is_doubted(step, change);
            let outcome = match standing {
                Ok(Standing::AsBefore(before)) => match self.kept(step, change, &sight).await? {
                    None => {
                        ready.push((*change, before));
                        continue;
                    }
                    Some(reason) => Outcome::Kept { reason },
                },
                Ok(Standing::There(there)) => {
                    self.take(step, change, there.how(), there.values)?;
                    continue;
                }
                Ok(Standing::Differs { values, fields }) => Outcome::Differs { values, fields },
                Ok(Standing::Unclear(reason)) => Outcome::Unsettled { reason, how: None },
                Ok(Standing::AsWanted) => {
                    // An earlier sending without an answer has acted after all.
                    let how = if doubted { How::Found } else { How::AsWanted };
                    self.take(step, change, how, Values::new())?;
                    continue;
                }
                Ok(Standing::Moved(fields)) if doubted => Outcome::Unsettled {
                    reason: format!("it is neither as before nor as wanted: {}", moved(&fields)),
                    how: None,
                },
                Ok(Standing::Shared(what)) => Outcome::Kept {
                    reason: format!("another user has added to it since: {what}"),
                },
                Ok(Standing::Moved(fields)) if self.state.is_undo() => Outcome::Kept {
                    reason: format!("it was changed outside this run since: {}", moved(&fields)),
                },
                Ok(Standing::Moved(fields)) => {
                    let fields = moved(&fields);
                    let why = format!(
                        "it was changed outside this run since the plan was made: {fields}"
                    );
                    super::failed("run/moved", why)
                }
                Ok(Standing::Gone) if self.state.is_undo() => Outcome::Kept {
                    reason: self.gone_or_hidden(),
                },
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

    /// Says whether a deletion is refused because there is no such record, or none that the user may see.
    fn is_hidden(&self, change: &Change, error: &OrgError) -> bool {
        let delete = change.operation.of::<DeleteRecord>();
        let may_be = delete.is_some_and(|delete| self.may_be_hidden(&delete.object));
        may_be
            && self.state.is_undo()
            && matches!(error, OrgError::Refused(refusal) if NO_RECORD.contains(&refusal.code.as_str()))
    }

    /// The reason why a change of an undo stays: the org shows no such record.
    fn gone_or_hidden(&self) -> String {
        let gone = "it is not there any more".to_owned();
        match self.state.user() {
            Some(user) if self.state.is_seen_in_part() => {
                format!("{gone}, or {} may not see it", user.username)
            }
            _ => gone,
        }
    }

    /// Returns the reason why a change that undoes something must not be sent now, if there is one.
    async fn kept(
        &self,
        step: &PlannedStep,
        change: &Change,
        sight: &Sight,
    ) -> Flow<Option<String>> {
        if let Some(reason) = self.kept_with(step, change) {
            return Ok(Some(reason));
        }
        for expected in step.only_if.get(&change.address).into_iter().flatten() {
            let looked = match &expected.look {
                Probe::Records(lookup) => self.one_of(lookup, &expected.finding, sight),
                look => self.probe(look).await,
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
                    "undoing it is safe only while {}",
                    usher_core::operation::in_words(expected)
                )));
            }
        }
        Ok(None)
    }

    /// The record that a lookup of the batch found.
    fn one_of(
        &self,
        lookup: &Lookup,
        finding: &Finding,
        sight: &Sight,
    ) -> Result<Option<Value>, OrgError> {
        let found = sight.of(&self.known_lookup(lookup)?)?;
        match found {
            // Several records are as much in the way as one.
            [_, _, ..] if *finding != Finding::Absent => Err(OrgError::Malformed(format!(
                "{} records are there",
                found.len()
            ))),
            found => Ok(found.first().cloned().map(Value::Object)),
        }
    }

    /// Sends changes that may share a request, and takes the org's answer to each of them.
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
        let now = self.at_org();
        self.record(Event::Intent {
            request: self.state.requests + 1,
            changes: changes.iter().map(|change| key(step, change)).collect(),
            before: before.collect(),
            at_ms: now.ms,
            ahead_ms: now.is_told.then(|| now.ms - self.clock.now_ms()),
        })?;
        #[cfg(debug_assertions)]
        if self.outcome_before_answer(step, &changes).await? {
            return Ok(());
        }
        let ticks = self.clock.ticks_ms();
        let sent = changes.iter().map(|change| (key(step, change), ticks));
        self.memory.sent_ticks.extend(sent);
        let alone = changes.len() == 1;
        let results = match self.act(&changes).await {
            Ok(results) => results,
            // The answer does not say which row it was.
            Err(error) if changes.len() > 1 && error.of_write() == Meaning::No => {
                return self.in_halves(step, &changes, &error);
            }
            Err(error) => changes.iter().map(|_| Err(error.clone())).collect(),
        };
        let mut refused = Vec::new();
        // Take everything that the answer says first, so that none of it is lost. Looking comes after.
        for (change, result) in changes.into_iter().zip(results) {
            match result {
                Ok(values) => {
                    self.memory.split.taken();
                    self.take(step, change, How::Sent, values)?;
                }
                Err(error) => refused.push((change, error)),
            }
        }
        let sight = self.look_at_refused(step, &refused).await;
        let mut halt = None;
        for (change, error) in refused {
            halt = self
                .refused(step, change, error, &sight, alone)
                .await?
                .or(halt);
        }
        halt.map_or(Ok(()), |why| Err(Halt::Stop(why)))
    }

    /// Lets changes that were refused as a whole go again in halves.
    fn in_halves(&mut self, step: &PlannedStep, changes: &[&Change], error: &OrgError) -> Flow<()> {
        let keys: Vec<ChangeKey> = changes.iter().map(|change| key(step, change)).collect();
        for change in &keys {
            self.record(Event::NotActed {
                change: change.clone(),
                why: format!("the whole request was refused: {error}"),
                doubted: false,
            })?;
        }
        self.memory.split.halve(&keys);
        Ok(())
    }

    /// Settles a change that was sent alone and refused. The rest fails with it, if they were refused together and
    /// enough of them alone with the same words.
    fn refused_alone(&mut self, error: &OrgError) -> Flow<()> {
        for change in self.memory.split.refused(&error.to_string()) {
            self.settle(change, failed(error))?;
        }
        Ok(())
    }

    /// Says whether an earlier sending of a change was not answered, so that it may have acted after it was looked for.
    pub(super) fn is_doubted(&self, step: &PlannedStep, change: &Change) -> bool {
        let sendings = self.state.sendings.get(&key(step, change));
        sendings.is_some_and(|sent| sent.doubted)
    }

    /// Looks once at everything that was refused and may be in the org all the same.
    async fn look_at_refused(
        &mut self,
        step: &PlannedStep,
        refused: &[(&Change, OrgError)],
    ) -> Sight {
        let keyed = refused
            .iter()
            .filter(|(change, error)| error.of_write() == Meaning::No && self.may_be_there(change));
        let keyed: Vec<&Change> = keyed.map(|(change, _)| *change).collect();
        match keyed.is_empty() {
            true => Sight::default(),
            false => self.look(step, &keyed).await,
        }
    }

    /// Says whether what a change makes may be there although it was refused.
    fn may_be_there(&self, change: &Change) -> bool {
        self.is_keyed(change) && !self.state.is_undo()
    }

    /// Acts on an error for one change. Returns the reason to stop, if the error is one.
    async fn refused(
        &mut self,
        step: &PlannedStep,
        change: &Change,
        error: OrgError,
        sight: &Sight,
        alone: bool,
    ) -> Flow<Option<Stop>> {
        #[cfg(debug_assertions)]
        let error = self.trusted(error);
        let sent = self.sent(step, change);
        let why = error.to_string();
        match error.of_write() {
            // Clearing up looks for it.
            Meaning::Unknown => {}
            Meaning::NotNow => {
                let change = key(step, change);
                self.record(Event::NotActed {
                    change,
                    why: why.clone(),
                    doubted: false,
                })?;
                if sent >= SENDINGS_MAX {
                    return Ok(Some(Stop::NotNow { why }));
                }
            }
            Meaning::Closed | Meaning::NotSent => {
                let change = key(step, change);
                self.record(Event::NotActed {
                    change,
                    why,
                    doubted: false,
                })?;
                if sent >= UNSENT_MAX || error.of_write() == Meaning::Closed {
                    return Ok(stop(&error));
                }
            }
            Meaning::Never => self.settle(key(step, change), failed(&error))?,
            Meaning::No => match self.after_refusal(step, change, sight).await? {
                Some(Looked::Acted(there)) => {
                    self.take(step, change, there.how(), there.values)?;
                }
                Some(Looked::Differs { values, fields }) => {
                    self.settle(key(step, change), Outcome::Differs { values, fields })?;
                }
                _ if is_gone(change, &error) => {
                    let (how, values) = (How::AsWanted, Values::new());
                    self.settle(key(step, change), Outcome::Done { how, values })?;
                }
                _ if self.is_hidden(change, &error) => {
                    let reason = self.gone_or_hidden();
                    self.settle(key(step, change), Outcome::Kept { reason })?;
                }
                _ => match self.duplicate(change, &error).await? {
                    Some(Duplicate::Used { id, how }) => {
                        let values = Values::from([("id".to_owned(), Value::from(id))]);
                        self.take(step, change, how, values)?;
                    }
                    Some(Duplicate::Elsewhere(outcome)) => {
                        self.settle(key(step, change), outcome)?;
                    }
                    None => {
                        self.settle(key(step, change), failed(&error))?;
                        if alone {
                            self.refused_alone(&error)?;
                        }
                    }
                },
            },
        }
        Ok(None)
    }

    /// Looks whether a refused change is in the org: another user may have made it since the plan, or our own request,
    /// whose answer was lost, acts late. Then the look is repeated as long as the change's waits last.
    async fn after_refusal(
        &mut self,
        step: &PlannedStep,
        change: &Change,
        sight: &Sight,
    ) -> Flow<Option<Looked>> {
        if !self.may_be_there(change) {
            return Ok(None);
        }
        let was_in_doubt = self.is_doubted(step, change);
        let patience: u64 = change.waits.iter().map(|w| u64::from(w.at_most_ms)).sum();
        let mut left = if was_in_doubt { patience } else { 0 };
        let mut again;
        let mut sight = sight;
        loop {
            match self.look_after(step, change, sight).await {
                Ok(Looked::Acted(mut there)) => {
                    // A change that was refused at its first sending was made by another user.
                    there.ours &= was_in_doubt;
                    return Ok(Some(Looked::Acted(there)));
                }
                Ok(differs @ Looked::Differs { .. }) => return Ok(Some(differs)),
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
            self.watch.notice(&Notice::Doubt {
                step: &step.id,
                in_ms: left,
            });
            self.pause(ms).await?;
            left -= ms;
            again = self.look(step, &[change]).await;
            sight = &again;
        }
    }
}

/// Says whether a deletion is refused because another user has deleted the record.
fn is_gone(change: &Change, error: &OrgError) -> bool {
    let deletes = change.operation.of::<DeleteRecord>().is_some();
    deletes && matches!(error, OrgError::Refused(refusal) if refusal.code == "ENTITY_IS_DELETED")
}

/// The outcome of a request that failed for good.
pub(super) fn failed(error: &OrgError) -> Outcome {
    let (barred, told, refused);
    let (code, message) = match error {
        OrgError::Barred(why) => {
            barred = why.to_string();
            ("run/never-sent", barred.as_str())
        }
        OrgError::Refused(refusal) => (refusal.code.as_str(), refusal.message.as_str()),
        OrgError::Duplicates(duplicated) => {
            told = duplicated.to_string();
            (duplicates::CODE, told.as_str())
        }
        OrgError::Unreachable(unreached) => (unreached.barrier.code(), unreached.why.as_str()),
        OrgError::SignedOut(why) => ("org/signed-out", why.as_str()),
        OrgError::SignIn(why) => {
            refused = why.to_string();
            (why.code(), refused.as_str())
        }
        OrgError::Unavailable(why) | OrgError::Throttled(why) => ("org/unavailable", why.as_str()),
        OrgError::Closed(why) => ("org/closed", why.as_str()),
        OrgError::Foreign(why) => ("org/foreign", why.as_str()),
        OrgError::Redirected(why) => ("org/redirected", why.as_str()),
        OrgError::OtherVersions(why) => ("org/too-old", why.as_str()),
        OrgError::Lost(why) => ("org/lost", why.as_str()),
        OrgError::Spent(spent) => {
            told = spent.to_string();
            (spent.code(), told.as_str())
        }
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
mod answers;
#[cfg(test)]
mod tests;
