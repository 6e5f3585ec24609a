//! REST requests: sent as they are, looked for as their plugin says.

use usher_core::change::{Change, Source};
use usher_core::known::Known;
use usher_core::operation::{Repetition, RestRequest};

use crate::client::OrgError;
use crate::conduct::Conductor;
use crate::conduct::piece::Piece;
use crate::conduct::sight::Sight;
use crate::conduct::standing::{Standing, There, Values};

impl Conductor<'_> {
    /// Refuses a request whose path must not leave, before anything is written down or sent. The org may have the
    /// result already.
    pub(in crate::conduct) async fn request_standing(
        &self,
        piece: Piece<'_>,
        request: &RestRequest,
        sight: &Sight,
    ) -> Result<Standing, OrgError> {
        Known(&self.state.bindings).path(&request.path)?;
        let Repetition::Look { look, .. } = &request.repetition else {
            return Ok(Standing::AsBefore(None));
        };
        let ours = match self.sought(piece)? {
            Some(lookup) => {
                let first = sight.of(&lookup)?.first();
                first.map(|record| self.made_by_us(piece, record))
            }
            None => self
                .probe(look)
                .await?
                .map(|_| self.state.sendings.contains_key(&piece.key())),
        };
        Ok(match ours {
            Some(ours) => Standing::There(There {
                values: Values::new(),
                ours,
            }),
            None => Standing::AsBefore(None),
        })
    }

    /// Sends the request. Binds the values that are read from its answer.
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
}

#[cfg(test)]
mod tests;
