//! Compares changes with the org before they are sent: what is as wanted, has moved or is to be kept is not sent.

use serde_json::Value;
use usher_core::operation::{Finding, Lookup, Probe};
use usher_core::read::Record;
use usher_core::run::{Event, How, Outcome};

use crate::client::OrgError;
use crate::conduct::piece::{Piece, settled};
use crate::conduct::refused::failed;
use crate::conduct::send::Ready;
use crate::conduct::sight::Sight;
use crate::conduct::standing::{Standing, Values, moved};
use crate::conduct::written::taken;
use crate::conduct::{Conductor, Flow, gone};

/// The comparison of a change with the org.
enum Compared {
    /// It is to be sent; the org holds this before it.
    Ready(Option<Record>),
    /// It is not sent, for the reason in the event.
    Not(Event),
}

impl Conductor<'_> {
    /// Compares changes with what the org holds now. Settles those that are as wanted already, have moved since the
    /// plan, or are to be kept. Returns the rest, which is to be sent.
    /// `sight`: a look at their records.
    pub(super) async fn compare<'c>(
        &mut self,
        pieces: &[Piece<'c>],
        sight: &Sight,
    ) -> Flow<Vec<Ready<'c>>> {
        let (mut ready, mut events, mut halt) = (Vec::new(), Vec::new(), None);
        for piece in pieces {
            match self.compare_one(*piece, sight).await {
                Ok(Compared::Ready(before)) => ready.push((*piece, before)),
                Ok(Compared::Not(event)) => events.push(event),
                Err(why) => {
                    halt = Some(why);
                    break;
                }
            }
        }
        self.record_all(events)?;
        halt.map_or(Ok(ready), Err)
    }

    async fn compare_one(&self, piece: Piece<'_>, sight: &Sight) -> Flow<Compared> {
        let standing = self.standing(piece, sight).await;
        #[cfg(debug_assertions)]
        let standing = standing.map(|standing| self.misjudged(piece.change, standing));
        let doubted = self.is_doubted(piece);
        let outcome = match standing {
            Ok(Standing::AsBefore(before)) => match self.kept(piece, sight).await? {
                None => return Ok(Compared::Ready(before)),
                Some(reason) => Outcome::Kept { reason },
            },
            Ok(Standing::There(there)) => {
                return Ok(Compared::Not(taken(piece, there.how(), there.values)));
            }
            Ok(Standing::Differs { values, fields }) => Outcome::Differs { values, fields },
            Ok(Standing::Unclear(reason)) => Outcome::Unsettled { reason, how: None },
            Ok(Standing::AsWanted) => {
                // An earlier sending without an answer has acted after all.
                let how = if doubted { How::Found } else { How::AsWanted };
                return Ok(Compared::Not(taken(piece, how, Values::new())));
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
                let why =
                    format!("it was changed outside this run since the plan was made: {fields}");
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
        Ok(Compared::Not(settled(piece.key(), outcome)))
    }

    /// The reason why a change of an undo stays: the org shows no such record.
    pub(super) fn gone_or_hidden(&self) -> String {
        let gone = "it is not there any more".to_owned();
        match self.state.user() {
            Some(user) if self.state.is_seen_in_part() => {
                format!("{gone}, or {} may not see it", user.username)
            }
            _ => gone,
        }
    }

    /// Says whether an earlier sending of a change was not answered, so that it may have acted after it was looked for.
    pub(super) fn is_doubted(&self, piece: Piece<'_>) -> bool {
        let sendings = self.state.sendings.get(&piece.key());
        sendings.is_some_and(|sent| sent.doubted)
    }

    /// Returns the reason why a change that undoes something must not be sent now, if there is one.
    async fn kept(&self, piece: Piece<'_>, sight: &Sight) -> Flow<Option<String>> {
        if let Some(reason) = self.kept_with(piece) {
            return Ok(Some(reason));
        }
        for expected in piece
            .step
            .only_if
            .get(&piece.change.address)
            .into_iter()
            .flatten()
        {
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
}
