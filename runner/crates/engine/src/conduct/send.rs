//! Sending a batch: compare with the org, write the intent down, send, and look after a lost answer or a
//! refusal.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use usher_core::change::{Change, Source};
use usher_core::operation::{Field, Operation};
use usher_core::plan::PlannedStep;
use usher_core::run::{Event, How, Outcome};

use crate::conduct::look::{Looked, Standing};
use crate::conduct::resolve::{Known, Unknown};
use crate::conduct::{Conductor, RunError, Settled, key};
use crate::org::{OrgError, Saved};

/// How often one request is sent. An answer that was lost twice needs a person.
const SENDINGS_MAX: usize = 2;

/// What the org took, by name of what it bound; or how the change ended.
pub(super) type Answer = Result<(How, BTreeMap<String, Value>), Outcome>;

impl Conductor<'_> {
    /// Compares updates and configurations with what the org holds now. What is as wanted already, or has moved since the
    /// plan, is settled; the rest is to be sent.
    pub(super) async fn compare<'c>(
        &self,
        step: &PlannedStep,
        changes: &[&'c Change],
    ) -> (Vec<&'c Change>, Vec<Settled>) {
        let mut to_send = Vec::new();
        let mut settled = Vec::new();
        for change in changes {
            let outcome = match self.standing(step, change).await {
                Ok(Standing::AsBefore) => {
                    to_send.push(*change);
                    continue;
                }
                Ok(Standing::AsWanted) => Outcome::Done {
                    how: How::AsWanted,
                    values: BTreeMap::new(),
                },
                Ok(Standing::Moved) => Outcome::Failed {
                    code: "run/moved".to_owned(),
                    message: "somebody changed it since the plan was made".to_owned(),
                },
                Err(error) => failed(&error),
            };
            settled.push(Settled {
                key: key(step, change),
                outcome,
            });
        }
        (to_send, settled)
    }

    /// Sends changes that may share a request. One answer per change, in order.
    pub(super) async fn send(
        &mut self,
        step: &PlannedStep,
        changes: &[&Change],
    ) -> Result<Vec<Answer>, RunError> {
        if changes
            .iter()
            .all(|change| change.operation == Operation::WaitOnly)
        {
            return Ok(changes
                .iter()
                .map(|_| Ok((How::AsWanted, BTreeMap::new())))
                .collect());
        }
        let mut answers: Vec<Option<Answer>> = changes.iter().map(|_| None).collect();
        for _ in 0..SENDINGS_MAX {
            let left: Vec<usize> = (0..changes.len())
                .filter(|i| answers[*i].is_none())
                .collect();
            if left.is_empty() {
                break;
            }
            let sent: Vec<&Change> = left.iter().map(|index| changes[*index]).collect();
            self.record(intent(self.state.requests + 1, step, &sent))?;
            let results = self.act(&sent).await;
            for (index, result) in left.into_iter().zip(results) {
                answers[index] = self.judge(step, changes[index], result).await;
            }
        }
        let lost = || Outcome::Unsettled {
            reason: format!("sent {SENDINGS_MAX} times, and no answer came"),
        };
        Ok(answers
            .into_iter()
            .map(|answer| answer.unwrap_or_else(|| Err(lost())))
            .collect())
    }

    /// What an answer, or its absence, means. `None`: it did not act, and may be sent again.
    async fn judge(
        &self,
        step: &PlannedStep,
        change: &Change,
        result: Result<BTreeMap<String, Value>, OrgError>,
    ) -> Option<Answer> {
        let error = match result {
            Ok(values) => return Some(Ok((How::Sent, values))),
            Err(error) => error,
        };
        match (&error, &change.operation) {
            (OrgError::Lost(why), _) => match self.look_after(step, change).await {
                Ok(Looked::Acted(values)) => Some(Ok((How::Found, values))),
                Ok(Looked::DidNotAct) => None,
                Ok(Looked::Unclear(reason)) => Some(Err(Outcome::Unsettled { reason })),
                Err(error) => Some(Err(Outcome::Unsettled {
                    reason: format!("{why}; looking for it failed, too: {error}"),
                })),
            },
            // Refused because it is there already: somebody else made it since the plan.
            (OrgError::Refused(_), Operation::Create { .. }) => {
                match self.look_after(step, change).await {
                    Ok(Looked::Acted(values)) => Some(Ok((How::FoundNotOurs, values))),
                    _ => Some(Err(failed(&error))),
                }
            }
            _ => Some(Err(failed(&error))),
        }
    }

    /// The request itself. One result per change.
    async fn act(&self, changes: &[&Change]) -> Vec<Result<BTreeMap<String, Value>, OrgError>> {
        match &changes[0].operation {
            Operation::Request { .. } => return vec![self.request(changes[0]).await],
            Operation::Configure { settings, fields } => {
                return vec![self.configure(settings, fields).await];
            }
            operation @ Operation::Deploy { .. } => return vec![self.deploy(operation).await],
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
            Operation::Create { object, .. } => self.org.create(object, rows).await,
            Operation::Update { object, .. } => self.org.update(object, rows).await,
            Operation::Delete { .. } => {
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
        let Operation::Request {
            method, path, body, ..
        } = &change.operation
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
        OrgError::Unavailable(why) => ("org/unavailable", why.as_str()),
        OrgError::Lost(why) => ("org/lost", why.as_str()),
        OrgError::Malformed(why) => ("org/malformed", why.as_str()),
    };
    Outcome::Failed {
        code: code.to_owned(),
        message: message.to_owned(),
    }
}

fn intent(request: u64, step: &PlannedStep, changes: &[&Change]) -> Event {
    let before = changes.iter().filter_map(|change| {
        Some((
            change.address.clone(),
            step.before.get(&change.address)?.clone(),
        ))
    });
    Event::Intent {
        request,
        changes: changes.iter().map(|change| key(step, change)).collect(),
        before: before.collect(),
    }
}

/// One row of a collection: the record, or the id to delete.
fn row(known: &Known<'_>, operation: &Operation) -> Result<Value, Unknown> {
    match operation {
        Operation::Create { fields, .. } => known.object(fields).map(Value::Object),
        Operation::Update { id, fields, .. } => {
            let mut row = known.object(fields)?;
            row.insert("Id".to_owned(), known.value(id)?);
            Ok(Value::Object(row))
        }
        Operation::Delete { id, .. } => known.value(id),
        _ => Ok(Value::Null),
    }
}

#[cfg(test)]
mod tests;
