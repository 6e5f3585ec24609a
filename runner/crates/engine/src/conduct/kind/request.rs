//! REST requests: sent as they are, looked for as their plugin says.

use std::collections::BTreeMap;

use usher_core::change::{Change, Source};
use usher_core::known::Known;
use usher_core::operation::{Lookup, Probe, Repetition, RestRequest};
use usher_core::plan::PlannedStep;

use crate::conduct::Conductor;
use crate::conduct::lost::Looked;
use crate::conduct::send::Values;
use crate::conduct::standing::Standing;
use crate::org::OrgError;

impl Conductor<'_> {
    /// Refuses a request whose path must not leave, before anything is written down or sent.
    pub(in crate::conduct) fn request_standing(
        &self,
        request: &RestRequest,
    ) -> Result<Standing, OrgError> {
        Known(&self.state.bindings).path(&request.path)?;
        Ok(Standing::AsBefore(None))
    }

    /// Sends the request; binds what its answer is asked for.
    pub(in crate::conduct) async fn request(
        &self,
        change: &Change,
        request: &RestRequest,
    ) -> Result<Values, OrgError> {
        let RestRequest {
            method, path, body, ..
        } = request;
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

    /// Whether a request has acted.
    pub(in crate::conduct) async fn look_after_request(
        &self,
        step: &PlannedStep,
        change: &Change,
        request: &RestRequest,
    ) -> Result<Looked, OrgError> {
        match &request.repetition {
            Repetition::Safe => Ok(Looked::DidNotAct),
            Repetition::Never => Ok(Looked::Unclear("it must not be sent twice".into())),
            Repetition::Look { look, enforced } => {
                self.look_for_requested(step, change, look, *enforced).await
            }
        }
    }

    /// What a request makes is found by its probe; a record among them tells whose it is.
    async fn look_for_requested(
        &self,
        step: &PlannedStep,
        change: &Change,
        look: &Probe,
        enforced: bool,
    ) -> Result<Looked, OrgError> {
        let found = match look {
            Probe::Records(lookup) => {
                let conditions = Known(&self.state.bindings).conditions(&lookup.conditions)?;
                let lookup = Lookup {
                    conditions,
                    ..lookup.clone()
                };
                let records = self.found_records(lookup).await?;
                let first = records.into_iter().next();
                first.map(|record| self.made_by_us(step, change, &record))
            }
            look => self.probe(look).await?.map(|_| true),
        };
        Ok(match found {
            Some(ours) => Looked::Acted {
                values: BTreeMap::new(),
                ours,
            },
            None => self.absent(step, change, enforced),
        })
    }
}

#[cfg(test)]
mod tests;
