//! The meaning of a refusal for a change: it failed, it goes again, or the org has what it would make all the same.

use serde_json::Value;
use usher_core::change::Change;
use usher_core::operation::DeleteRecord;
use usher_core::run::{ChangeKey, Event, How, Notice, Outcome, Stop};

use crate::client::meaning::Meaning;
use crate::client::{OrgError, duplicates};
use crate::conduct::duplicate::Duplicate;
use crate::conduct::lost::Looked;
use crate::conduct::piece::{Piece, settled};
use crate::conduct::retry::sendings_max;
use crate::conduct::sight::Sight;
use crate::conduct::standing::Values;
use crate::conduct::written::taken;
use crate::conduct::{Conductor, Flow, Halt, gone, stop};

/// The number of times that Usher tries a request that never left, before the run stops.
const UNSENT_MAX: u32 = 3;

/// The pause between two looks for something that comes late.
const LOOK_AGAIN_MS: u64 = 5_000;

/// The codes with which an org refuses the deletion of a record that is not there, or that the user may not see.
const NO_RECORD: [&str; 2] = ["INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND"];

/// Changes of one request that were refused.
#[derive(Default)]
pub(super) struct Refusals<'c> {
    pub(super) refused: Vec<(Piece<'c>, OrgError)>,
    /// The request was about one change.
    pub(super) alone: bool,
}

/// The meaning of a refusal for a run.
#[derive(Default)]
struct Refused {
    events: Vec<Event>,
    /// The run stops for this reason.
    stop: Option<Stop>,
}

impl Conductor<'_> {
    /// Finds out what became of changes that were refused. What needs no look is written down before the first look.
    pub(super) async fn after_refusals(&mut self, refusals: Refusals<'_>) -> Flow<()> {
        let Refusals { refused, alone } = refusals;
        let (to_look_at, others): (Vec<_>, Vec<_>) = refused
            .into_iter()
            .partition(|(piece, error)| self.is_looked_for(*piece, error));
        let written = self.settle_refused(others, &Sight::default(), alone).await;
        if to_look_at.is_empty() {
            return written;
        }
        let pieces: Vec<Piece<'_>> = to_look_at.iter().map(|(piece, _)| *piece).collect();
        let sight = self.look(&pieces).await;
        written.and(self.settle_refused(to_look_at, &sight, alone).await)
    }

    /// Writes down what refusals mean. `sight`: a look at the records of those that may be there.
    async fn settle_refused(
        &mut self,
        refused: Vec<(Piece<'_>, OrgError)>,
        sight: &Sight,
        alone: bool,
    ) -> Flow<()> {
        let (mut events, mut halt) = (Vec::new(), None);
        for (piece, error) in refused {
            match self.refused(piece, error, sight, alone).await {
                Ok(refused) => {
                    events.extend(refused.events);
                    halt = refused.stop.map(Halt::Stop).or(halt);
                }
                Err(why) => {
                    halt = Some(why);
                    break;
                }
            }
        }
        self.record_all(events)?;
        halt.map_or(Ok(()), Err)
    }

    /// The reason to stop at a change that was sent alone and refused, when so many were refused alike that the others
    /// will hardly pass.
    fn refused_alone(&mut self, error: &OrgError) -> Option<Stop> {
        let why = error.to_string();
        self.memory
            .split
            .refused(&why)
            .then_some(Stop::NotNow { why })
    }

    /// Says whether a deletion is refused because there is no such record, or none that the user may see.
    fn is_hidden(&self, piece: Piece<'_>, error: &OrgError) -> bool {
        let delete = piece.change.operation.of::<DeleteRecord>();
        let may_be = delete.is_some_and(|delete| self.may_be_hidden(&delete.object));
        may_be
            && self.state.is_undo()
            && matches!(error, OrgError::Refused(refusal) if NO_RECORD.contains(&refusal.code.as_str()))
    }

    /// Says whether the org is asked what a refusal of this change means.
    fn is_looked_for(&self, piece: Piece<'_>, error: &OrgError) -> bool {
        error.of_write() == Meaning::No && self.may_be_there(piece)
    }

    /// Says whether what a change makes may be there although it was refused.
    fn may_be_there(&self, piece: Piece<'_>) -> bool {
        self.is_keyed(piece) && !self.state.is_undo()
    }

    /// Finds out what an error means for one change.
    async fn refused(
        &mut self,
        piece: Piece<'_>,
        error: OrgError,
        sight: &Sight,
        alone: bool,
    ) -> Flow<Refused> {
        #[cfg(debug_assertions)]
        let error = self.trusted(error);
        let (key, sent) = (piece.key(), self.sent(piece));
        let why = error.to_string();
        let event = match error.of_write() {
            // Clearing up looks for it.
            Meaning::Unknown => return Ok(Refused::default()),
            Meaning::NotNow => {
                let stop =
                    (sent >= sendings_max(piece.step)).then(|| Stop::NotNow { why: why.clone() });
                let events = vec![not_acted(key, why)];
                return Ok(Refused { events, stop });
            }
            Meaning::Closed | Meaning::NotSent => {
                let stops = sent >= UNSENT_MAX || error.of_write() == Meaning::Closed;
                let stop = stops.then(|| stop(&error)).flatten();
                let events = vec![not_acted(key, why)];
                return Ok(Refused { events, stop });
            }
            Meaning::Never => settled(key, failed(&error)),
            Meaning::No => match self.after_refusal(piece, sight).await? {
                Some(Looked::Acted(there)) => taken(piece, there.how(), there.values),
                Some(Looked::Differs { values, fields }) => {
                    settled(key, Outcome::Differs { values, fields })
                }
                _ if is_gone(piece.change, &error) => {
                    let (how, values) = (How::AsWanted, Values::new());
                    settled(key, Outcome::Done { how, values })
                }
                _ if self.is_hidden(piece, &error) => {
                    let reason = self.gone_or_hidden();
                    settled(key, Outcome::Kept { reason })
                }
                _ => match self.duplicate(piece.change, &error).await? {
                    Some(Duplicate::Used { id, how }) => {
                        let values = Values::from([("id".to_owned(), Value::from(id))]);
                        taken(piece, how, values)
                    }
                    Some(Duplicate::Elsewhere(outcome)) => settled(key, outcome),
                    None => {
                        let stop = alone.then(|| self.refused_alone(&error)).flatten();
                        let events = vec![settled(key, failed(&error))];
                        return Ok(Refused { events, stop });
                    }
                },
            },
        };
        let events = vec![event];
        Ok(Refused { events, stop: None })
    }

    /// Looks whether a refused change is in the org: another user may have made it since the plan, or our own request,
    /// whose answer was lost, acts late. Then the look is repeated as long as the change's waits last.
    async fn after_refusal(&mut self, piece: Piece<'_>, sight: &Sight) -> Flow<Option<Looked>> {
        if !self.may_be_there(piece) {
            return Ok(None);
        }
        let was_in_doubt = self.is_doubted(piece);
        let patience: u64 = piece
            .change
            .waits
            .iter()
            .map(|w| u64::from(w.at_most_ms))
            .sum();
        let mut left = if was_in_doubt { patience } else { 0 };
        let mut again;
        let mut sight = sight;
        loop {
            match self.look_after(piece, sight).await {
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
                step: &piece.step.id,
                in_ms: left,
            });
            self.pause(ms).await?;
            left -= ms;
            again = self.look(&[piece]).await;
            sight = &again;
        }
    }
}

/// Says whether a deletion is refused because another user has deleted the record.
fn is_gone(change: &Change, error: &OrgError) -> bool {
    let deletes = change.operation.of::<DeleteRecord>().is_some();
    deletes && matches!(error, OrgError::Refused(refusal) if refusal.code == "ENTITY_IS_DELETED")
}

pub(super) fn not_acted(change: ChangeKey, why: String) -> Event {
    Event::NotActed {
        change,
        why,
        doubted: false,
    }
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
