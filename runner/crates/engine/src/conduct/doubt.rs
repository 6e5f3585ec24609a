//! Clears up what is in doubt: requests that were about to leave, or left, and had no answer. Sends nothing. Looking
//! decides whether a change is done, may be sent again, or needs a person.

use usher_core::limit;
use usher_core::operation::DeployComponents;
use usher_core::run::{ChangeState, Event, Notice, Outcome, Stop};

use crate::conduct::lost::Looked;
use crate::conduct::piece::{Piece, settled};
use crate::conduct::retry::sendings_max;
use crate::conduct::sight::Sight;
use crate::conduct::written::taken;
use crate::conduct::{Conductor, Flow, Halt, gone};

/// The first and the longest pause while something may still appear. They double: most comes soon, and each look costs
/// requests of the org's day.
const LOOK_AGAIN_MS: (u64, u64) = (5_000, 60_000);

/// The fate of a change that is not in the org.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absent {
    /// It is sent again, and may come late as well: then it is looked for.
    SentAgain,
    /// It is given up. If it appeared later, nothing would undo it.
    GivenUp,
}

/// The finding about a change that was in doubt.
enum Fate {
    Known(Event),
    /// It did not act, as often as it was sent.
    SentTooOften(Event),
    /// It may still be there in so many milliseconds.
    Later(u64),
}

impl Conductor<'_> {
    /// Looks for those of the changes that are in doubt, until none is.
    pub(super) async fn clear_up(&mut self, pieces: &[Piece<'_>], absent: Absent) -> Flow<()> {
        let (mut again_ms, longest_ms) = LOOK_AGAIN_MS;
        loop {
            let doubtful: Vec<Piece<'_>> = pieces
                .iter()
                .copied()
                .filter(|piece| {
                    let state = self.state.changes.get(&piece.key());
                    matches!(state, Some(ChangeState::InDoubt { .. }))
                })
                .collect();
            let Some(first) = doubtful.first() else {
                return Ok(());
            };
            let step = &first.step.id;
            let sight = self.look(&doubtful).await;
            let (mut events, mut halt) = (Vec::new(), None);
            let mut wait_ms: Option<u64> = None;
            for piece in doubtful {
                match self.fate(piece, absent, &sight, again_ms).await {
                    Ok(Fate::Known(event)) => events.push(event),
                    Ok(Fate::SentTooOften(event)) => {
                        events.push(event);
                        let why = format!(
                            "sent {} times, and no answer came",
                            sendings_max(piece.step)
                        );
                        halt = Some(Halt::Stop(Stop::Unreachable { why }));
                    }
                    Ok(Fate::Later(ms)) => {
                        wait_ms = Some(wait_ms.map_or(ms, |least| least.min(ms)));
                    }
                    Err(why) => halt = Some(why),
                }
                if halt.is_some() {
                    break;
                }
            }
            self.record_all(events)?;
            if let Some(halt) = halt {
                return Err(halt);
            }
            let Some(in_ms) = wait_ms else {
                return Ok(());
            };
            self.watch.notice(&Notice::Doubt { step, in_ms });
            self.pause(in_ms).await?;
            again_ms = again_ms.saturating_mul(2).min(longest_ms);
        }
    }

    /// Finds out what became of one change. `again_ms`: the milliseconds after which to look again while something may
    /// still appear.
    async fn fate(
        &self,
        piece: Piece<'_>,
        absent: Absent,
        sight: &Sight,
        again_ms: u64,
    ) -> Flow<Fate> {
        #[cfg(debug_assertions)]
        if let Some(event) = self.blind_resend(piece) {
            return Ok(Fate::Known(event));
        }
        let key = piece.key();
        let outcome = match self.look_after(piece, sight).await {
            Ok(Looked::Acted(there)) => {
                return Ok(Fate::Known(taken(piece, there.how(), there.values)));
            }
            Ok(Looked::Differs { values, fields }) => Outcome::Differs { values, fields },
            Ok(Looked::DidNotAct) => {
                if absent == Absent::GivenUp
                    && let Some(in_ms) = self.may_still_come(piece)
                {
                    return Ok(Fate::Later(in_ms.min(again_ms)));
                }
                let event = Event::NotActed {
                    change: key,
                    why: "no answer came, and it is not there".to_owned(),
                    doubted: true,
                };
                return Ok(match self.sent(piece) >= sendings_max(piece.step) {
                    true => Fate::SentTooOften(event),
                    false => Fate::Known(event),
                });
            }
            Ok(Looked::MayStillRun { in_ms }) => return Ok(Fate::Later(in_ms)),
            Ok(Looked::Unclear(reason)) => Outcome::Unsettled { reason, how: None },
            Err(error) => {
                if let Some(halt) = gone(&error) {
                    return Err(halt);
                }
                let reason = format!("no answer came, and looking for it failed, too: {error}");
                Outcome::Unsettled { reason, how: None }
            }
        };
        Ok(Fate::Known(settled(key, outcome)))
    }

    /// Returns the milliseconds for which the request of something that is missing, and what that sets going, may still
    /// be running, if it may.
    fn may_still_come(&self, piece: Piece<'_>) -> Option<u64> {
        let change = piece.change;
        let waits = change.waits.iter().map(|w| u64::from(w.at_most_ms));
        let mut goes_on: u64 = waits.sum();
        if change.operation.of::<DeployComponents>().is_some() {
            goes_on = goes_on.saturating_add(limit::DEPLOYMENT_MS_MAX);
        }
        let left = self.may_run_for(&piece.key(), goes_on);
        (left > 0).then_some(left)
    }
}

#[cfg(test)]
mod tests;
