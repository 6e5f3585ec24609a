//! Sends a request: writes the intent down, sends, and writes down what the answer says.

use std::collections::BTreeMap;

use usher_core::read::Record;
use usher_core::run::{ChangeKey, Event, How};

use crate::client::OrgError;
use crate::client::meaning::Meaning;
use crate::conduct::kind::Answers;
use crate::conduct::piece::Piece;
use crate::conduct::refused::{Refusals, not_acted};
use crate::conduct::standing::Values;
use crate::conduct::veiled::without_secrets;
use crate::conduct::written::taken;
use crate::conduct::{Conductor, Flow};

/// A change that is to be sent, and what the org holds before it.
pub(super) type Ready<'c> = (Piece<'c>, Option<Record>);

impl Conductor<'_> {
    /// Sends changes that may share a request, and takes the org's answer to each of them.
    pub(super) async fn send(&mut self, ready: Vec<Ready<'_>>) -> Flow<()> {
        let pieces: Vec<Piece<'_>> = ready.iter().map(|(piece, _)| *piece).collect();
        if pieces.iter().all(|piece| !piece.change.operation.is_sent()) {
            let taken = pieces.iter();
            let taken = taken.map(|piece| taken_as_wanted(*piece));
            return Ok(self.record_all(taken.collect())?);
        }
        if !self.intend(ready).await? {
            return Ok(());
        }
        let results = self.act(&pieces).await;
        let refused = self.heard(&pieces, results)?;
        self.after_refusals(refused).await
    }

    /// Writes down that these changes are about to be sent. Says whether they are.
    pub(super) async fn intend(&mut self, ready: Vec<Ready<'_>>) -> Flow<bool> {
        let pieces: Vec<Piece<'_>> = ready.iter().map(|(piece, _)| *piece).collect();
        self.record(self.intent(ready))?;
        #[cfg(debug_assertions)]
        if self.outcome_before_answer(&pieces).await? {
            return Ok(false);
        }
        let ticks = self.clock.ticks_ms();
        let sent = pieces.iter().map(|piece| (piece.key(), ticks));
        self.memory.sent_ticks.extend(sent);
        Ok(true)
    }

    /// The event that these changes are about to be sent.
    fn intent(&self, ready: Vec<Ready<'_>>) -> Event {
        let changes = ready.iter().map(|(piece, _)| piece.key()).collect();
        let (mut by_address, mut before_of) = (BTreeMap::new(), Vec::new());
        for (Piece { step, change }, before) in ready {
            let before = before.or_else(|| step.before.get(&change.address).cloned());
            let Some(before) = before else {
                continue;
            };
            let before = without_secrets(&self.state, change.operation.of(), before);
            match &step.item {
                None => {
                    by_address.insert(change.address.clone(), before);
                }
                Some(_) => before_of.push((Piece { step, change }.key(), before)),
            }
        }
        let now = self.at_org();
        Event::Intent {
            request: self.state.requests + 1,
            changes,
            before: by_address,
            before_of,
            at_ms: now.ms,
            ahead_ms: now.is_told.then(|| now.ms - self.clock.now_ms()),
        }
    }

    /// Writes down what the answer to a request says by itself, so that none of it is lost. Returns the refusals for which the
    /// org must be asked first.
    pub(super) fn heard<'c>(
        &mut self,
        pieces: &[Piece<'c>],
        results: Answers,
    ) -> Flow<Refusals<'c>> {
        let alone = pieces.len() == 1;
        let results = match results {
            Ok(results) => results,
            // The answer does not say which row it was.
            Err(error) if !alone && error.of_write() == Meaning::No => {
                self.in_halves(pieces, &error)?;
                return Ok(Refusals::default());
            }
            Err(error) => pieces.iter().map(|_| Err(error.clone())).collect(),
        };
        let (mut refused, mut events) = (Vec::new(), Vec::new());
        for (piece, result) in pieces.iter().zip(results) {
            match result {
                Ok(values) => {
                    self.memory.split.taken();
                    events.push(taken(*piece, How::Sent, values));
                }
                Err(error) => refused.push((*piece, error)),
            }
        }
        self.record_all(events)?;
        Ok(Refusals { refused, alone })
    }

    /// Lets changes that were refused as a whole go again in halves.
    fn in_halves(&mut self, pieces: &[Piece<'_>], error: &OrgError) -> Flow<()> {
        let keys: Vec<ChangeKey> = pieces.iter().map(Piece::key).collect();
        let why = format!("the whole request was refused: {error}");
        let not_acted = keys.iter().map(|key| not_acted(key.clone(), why.clone()));
        self.record_all(not_acted.collect())?;
        self.memory.split.halve(&keys);
        Ok(())
    }
}

/// Nothing is sent for the change.
fn taken_as_wanted(piece: Piece<'_>) -> Event {
    taken(piece, How::AsWanted, Values::new())
}

#[cfg(test)]
mod answers;
#[cfg(test)]
mod tests;
