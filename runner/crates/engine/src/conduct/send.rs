//! Sending a batch: compare with the org, write the intent down, send, and take what the answer says.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use usher_core::change::{Change, Source};
use usher_core::known::{Known, Unknown};
use usher_core::operation::{
    ConfigureSettings, DeleteRecord, Field, Finding, Lookup, Operation, Probe, RestRequest,
    UpdateRecord,
};
use usher_core::plan::PlannedStep;
use usher_core::read::Record;
use usher_core::run::{Event, How, Outcome, Stop};

use crate::conduct::lost::Looked;
use crate::conduct::retry::{Meaning, SENDINGS_MAX, meaning};
use crate::conduct::standing::Standing;
use crate::conduct::{Conductor, Flow, Halt, gone, key};
use crate::org::{Duplicates, OrgError, Saved};
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
        let keyed = matches!(
            change.operation,
            Operation::Create(_) | Operation::Request(_)
        );
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

    /// The request itself. One result per change.
    pub(super) async fn act(
        &self,
        changes: &[&Change],
    ) -> Vec<Result<BTreeMap<String, Value>, OrgError>> {
        match &changes[0].operation {
            Operation::Request(_) => return vec![self.request(changes[0]).await],
            Operation::Configure(ConfigureSettings { settings, fields }) => {
                return vec![self.configure(settings, fields).await];
            }
            operation @ Operation::Deploy(_) => return vec![self.deploy(operation).await],
            _ => {}
        }
        match self.collection(changes).await {
            Ok(saved) => saved
                .into_iter()
                .map(|saved| match saved {
                    Saved::Id(id) => Ok(BTreeMap::from([("id".to_owned(), json!(id))])),
                    Saved::Refused(refusal) => Err(OrgError::Refused(refusal)),
                })
                .collect(),
            Err(error) => changes.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn collection(&self, changes: &[&Change]) -> Result<Vec<Saved>, OrgError> {
        let known = Known(&self.state.bindings);
        let rows = changes.iter().map(|change| row(&known, &change.operation));
        let rows = rows.collect::<Result<Vec<Value>, Unknown>>()?;
        match &changes[0].operation {
            Operation::Create(create) => {
                let duplicates = match create.allows_duplicates() {
                    true => Duplicates::Allowed,
                    false => Duplicates::AsRuled,
                };
                self.org.create(&create.object, rows, duplicates).await
            }
            Operation::Update(UpdateRecord { object, .. }) => self.org.update(object, rows).await,
            Operation::Delete(_) => {
                let ids = rows.iter().filter_map(Value::as_str).map(str::to_owned);
                self.org.delete(&ids.collect::<Vec<_>>()).await
            }
            // Planning refuses what cannot be sent.
            other => Err(OrgError::Malformed(format!(
                "this Usher cannot {} yet",
                other.verb()
            ))),
        }
    }

    async fn configure(
        &self,
        settings: &str,
        fields: &[Field],
    ) -> Result<BTreeMap<String, Value>, OrgError> {
        let fields = Known(&self.state.bindings).object(fields)?;
        self.org.update_settings(settings, &fields).await?;
        Ok(BTreeMap::new())
    }

    async fn request(&self, change: &Change) -> Result<BTreeMap<String, Value>, OrgError> {
        let Operation::Request(RestRequest {
            method, path, body, ..
        }) = &change.operation
        else {
            return Ok(BTreeMap::new());
        };
        let known = Known(&self.state.bindings);
        let (segments, query) = known.path(path)?;
        let body = match body {
            Some(body) => {
                let body = serde_json::from_str(body);
                let body = body.map_err(|error| OrgError::Malformed(error.to_string()))?;
                Some(known.json(&body)?)
            }
            None => None,
        };
        let reply = self
            .org
            .request(method.name(), &segments, &query, body.as_ref())
            .await?;
        let named = change
            .results
            .iter()
            .filter_map(|result| match &result.source {
                Source::Reply(pointer) => {
                    Some((result.name.clone(), reply.pointer(pointer)?.clone()))
                }
                Source::Found { .. } => None,
            });
        Ok(named.collect())
    }
}

/// The outcome of a request that failed for good.
pub(super) fn failed(error: &OrgError) -> Outcome {
    let (code, message) = match error {
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
    }
}

/// One row of a collection: the record, or the id to delete.
fn row(known: &Known<'_>, operation: &Operation) -> Result<Value, Unknown> {
    match operation {
        Operation::Create(create) => known.object(&create.fields).map(Value::Object),
        Operation::Update(UpdateRecord { id, fields, .. }) => {
            let mut row = known.object(fields)?;
            row.insert("Id".to_owned(), known.value(id)?);
            Ok(Value::Object(row))
        }
        Operation::Delete(DeleteRecord { id, .. }) => known.value(id),
        _ => Ok(Value::Null),
    }
}

#[cfg(test)]
mod tests;
