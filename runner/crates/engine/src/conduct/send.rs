//! Sends a batch: compares with the org, writes the intent down, sends, and takes the answer.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::change::Change;
use usher_core::operation::{DeleteRecord, Finding, Lookup, Probe};
use usher_core::read::Record;
use usher_core::run::{ChangeKey, Event, How, Notice, Outcome, Stop};

use crate::client::meaning::Meaning;
use crate::client::{OrgError, duplicates};
use crate::conduct::duplicate::Duplicate;
use crate::conduct::kind::Answers;
use crate::conduct::lost::Looked;
use crate::conduct::piece::{Piece, settled};
use crate::conduct::retry::sendings_max;
use crate::conduct::sight::Sight;
use crate::conduct::standing::{Standing, Values, moved};
use crate::conduct::veiled::without_secrets;
use crate::conduct::written::taken;
use crate::conduct::{Conductor, Flow, Halt, gone, stop};

/// The number of times that Usher tries a request that never left, before the run stops.
const UNSENT_MAX: u32 = 3;

/// The pause between two looks for something that comes late.
const LOOK_AGAIN_MS: u64 = 5_000;

/// A change that is to be sent, and what the org holds before it.
pub(super) type Ready<'c> = (Piece<'c>, Option<Record>);

/// The comparison of a change with the org.
enum Compared {
    /// It is to be sent; the org holds this before it.
    Ready(Option<Record>),
    /// It is not sent, for the reason in the event.
    Not(Event),
}

/// The codes with which an org refuses the deletion of a record that is not there, or that the user may not see.
const NO_RECORD: [&str; 2] = ["INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND"];

impl Conductor<'_> {
    /// Compares changes with what the org holds now. Settles those that are as wanted already, have moved since the
    /// plan, or are to be kept. Returns the rest, which is to be sent.
    pub(super) async fn compare<'c>(&mut self, pieces: &[Piece<'c>]) -> Flow<Vec<Ready<'c>>> {
        let sight = self.look(pieces).await;
        let (mut ready, mut events, mut halt) = (Vec::new(), Vec::new(), None);
        for piece in pieces {
            match self.compare_one(*piece, &sight).await {
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

    /// Says whether a deletion is refused because there is no such record, or none that the user may see.
    fn is_hidden(&self, piece: Piece<'_>, error: &OrgError) -> bool {
        let delete = piece.change.operation.of::<DeleteRecord>();
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

    /// Sends changes that may share a request, and takes the org's answer to each of them.
    pub(super) async fn send(&mut self, ready: Vec<Ready<'_>>) -> Flow<()> {
        let pieces: Vec<Piece<'_>> = ready.iter().map(|(piece, _)| *piece).collect();
        if pieces.iter().all(|piece| !piece.change.operation.is_sent()) {
            let taken = pieces.iter();
            let taken = taken.map(|piece| taken_as_wanted(*piece));
            return Ok(self.record_all(taken.collect())?);
        }
        self.record(self.intent(ready))?;
        #[cfg(debug_assertions)]
        if self.outcome_before_answer(&pieces).await? {
            return Ok(());
        }
        let ticks = self.clock.ticks_ms();
        let sent = pieces.iter().map(|piece| (piece.key(), ticks));
        self.memory.sent_ticks.extend(sent);
        let results = self.act(&pieces).await;
        self.answered(&pieces, results).await
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

    /// Takes the org's answer to a request. Everything that the answer says is written down first, so that none of it
    /// is lost. Looking comes after.
    async fn answered(&mut self, pieces: &[Piece<'_>], results: Answers) -> Flow<()> {
        let alone = pieces.len() == 1;
        let results = match results {
            Ok(results) => results,
            // The answer does not say which row it was.
            Err(error) if !alone && error.of_write() == Meaning::No => {
                return self.in_halves(pieces, &error);
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
        let sight = self.look_at_refused(&refused).await;
        let (mut events, mut halt) = (Vec::new(), None);
        for (piece, error) in refused {
            match self.refused(piece, error, &sight, alone).await {
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

    /// Lets changes that were refused as a whole go again in halves.
    fn in_halves(&mut self, pieces: &[Piece<'_>], error: &OrgError) -> Flow<()> {
        let keys: Vec<ChangeKey> = pieces.iter().map(Piece::key).collect();
        let why = format!("the whole request was refused: {error}");
        let not_acted = keys.iter().map(|key| not_acted(key.clone(), why.clone()));
        self.record_all(not_acted.collect())?;
        self.memory.split.halve(&keys);
        Ok(())
    }

    /// Settles the rest with a change that was sent alone and refused, if they were refused together and enough of them
    /// alone with the same words.
    fn refused_alone(&mut self, error: &OrgError) -> Vec<Event> {
        let alike = self.memory.split.refused(&error.to_string()).into_iter();
        alike.map(|change| settled(change, failed(error))).collect()
    }

    /// Says whether an earlier sending of a change was not answered, so that it may have acted after it was looked for.
    pub(super) fn is_doubted(&self, piece: Piece<'_>) -> bool {
        let sendings = self.state.sendings.get(&piece.key());
        sendings.is_some_and(|sent| sent.doubted)
    }

    /// Looks once at everything that was refused and may be in the org all the same.
    async fn look_at_refused(&mut self, refused: &[(Piece<'_>, OrgError)]) -> Sight {
        let keyed = refused
            .iter()
            .filter(|(piece, error)| error.of_write() == Meaning::No && self.may_be_there(*piece));
        let keyed: Vec<Piece<'_>> = keyed.map(|(piece, _)| *piece).collect();
        match keyed.is_empty() {
            true => Sight::default(),
            false => self.look(&keyed).await,
        }
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
                let is_last = sent >= sendings_max(piece.step);
                let stop = is_last.then(|| Stop::NotNow { why: why.clone() });
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
                        let mut events = vec![settled(key, failed(&error))];
                        if alone {
                            events.extend(self.refused_alone(&error));
                        }
                        return Ok(Refused { events, stop: None });
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

/// The meaning of a refusal for a run.
#[derive(Default)]
struct Refused {
    events: Vec<Event>,
    /// The run stops for this reason.
    stop: Option<Stop>,
}

fn not_acted(change: ChangeKey, why: String) -> Event {
    Event::NotActed {
        change,
        why,
        doubted: false,
    }
}

/// Nothing is sent for the change.
fn taken_as_wanted(piece: Piece<'_>) -> Event {
    taken(piece, How::AsWanted, Values::new())
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
