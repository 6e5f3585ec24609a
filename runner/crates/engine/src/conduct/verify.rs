//! Verifies effects: looks for what Salesforce was announced to do by itself.
//!
//! Usher verifies at three times. Between steps it looks for records that a change still to be sent refers to: finding
//! one binds its id. Before a step it looks for the effects that the step was planned with. After the last step it
//! looks for every effect that still counts ([`expected`]), all in the same few requests, again and again until each
//! has come or has had its time. A certain effect that does not come fails its step; one that a later step was planned
//! with fails that step; anything else is only reported.

mod expected;
mod judge;

use std::collections::HashSet;
use usher_core::change::Certainty;

use usher_core::limit;
use usher_core::plan::PlannedStep;
use usher_core::run::{Event, Verdict};
use usher_core::value::Token;

use crate::conduct::verify::expected::Expected;
use crate::conduct::verify::judge::{Answers, Judgement};
use crate::conduct::{Conductor, Flow, gone};

/// Pauses between two looks: short at first, since most effects come with the answer, then longer.
const PAUSE_MS_MIN: u64 = 250;
const PAUSE_MS_MAX: u64 = 8_000;

/// The aim of a look: it decides what is written down.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    /// The ids of announced records.
    Ids,
    /// Verdicts on the effects that a step was planned with.
    Relied,
    /// Verdicts on all effects, at the end of the run.
    Verdicts,
}

/// An effect that is still looked for.
struct Open<'a> {
    expected: Expected<'a>,
    deadline_ms: u64,
}

impl Conductor<'_> {
    /// Looks for every effect that counts and has no verdict yet, and writes down what was found.
    pub(super) async fn verify(&mut self, steps: &[PlannedStep]) -> Flow<()> {
        let expected = expected::all(steps, &self.state);
        self.look_until(expected, Aim::Verdicts).await
    }

    /// Binds the ids of records that `steps` announced and that are `needed`, as soon as they exist.
    pub(super) async fn await_ids(
        &mut self,
        steps: &[PlannedStep],
        needed: &(dyn Fn(&Self, &Token) -> bool + Sync),
    ) -> Flow<()> {
        let is_needed = |token: &Token| needed(self, token);
        let expected = expected::referred_to(steps, &is_needed, &self.state);
        self.look_until(expected, Aim::Ids).await
    }

    /// Looks for those effects of the steps before that have no verdict yet and that bind one of `tokens`.
    pub(super) async fn verify_relied(
        &mut self,
        before: &[PlannedStep],
        tokens: &HashSet<&Token>,
    ) -> Flow<()> {
        let mut expected = expected::all(before, &self.state);
        expected.retain(|one| tokens.contains(&one.key.unit.binds(&one.key.address, "id")));
        self.look_until(expected, Aim::Relied).await
    }

    async fn look_until(&mut self, expected: Vec<Expected<'_>>, aim: Aim) -> Flow<()> {
        let began_ms = self.clock.ticks_ms();
        let mut open: Vec<Open<'_>> = expected
            .into_iter()
            .map(|expected| Open {
                deadline_ms: began_ms.saturating_add(time_for(&expected, aim)),
                expected,
            })
            .collect();
        let mut pause = PAUSE_MS_MIN;
        while !open.is_empty() {
            // The time is taken before the look: what is missing then has had all of its time.
            let now_ms = self.clock.ticks_ms();
            let answers = Answers::read(self, &open).await;
            // A look without an answer finds nothing: the run stops, and looks again when it is resumed.
            let first_ms = open.iter().map(|open| open.deadline_ms).min();
            if let Some(error) = answers.unanswered()
                && (!error.passes() || first_ms.is_some_and(|first_ms| now_ms >= first_ms))
                && let Some(halt) = gone(error)
            {
                return Err(halt);
            }
            let bound = self.bind(&open, &answers)?;
            let mut left = Vec::new();
            let mut hanging = Vec::new();
            let mut told = Vec::new();
            for (place, open) in open.into_iter().enumerate() {
                let over = now_ms >= open.deadline_ms;
                match answers.judge(place, &open.expected, &self.state.bindings, aim) {
                    Judgement::Held => told.extend(verdict(&open.expected, aim, Verdict::Held)),
                    Judgement::OtherName => {}
                    Judgement::Hangs(why) => hanging.push((open, why)),
                    _ if !over => left.push(open),
                    Judgement::NotYet(why) => {
                        told.extend(verdict(&open.expected, aim, Verdict::Missing { why }));
                    }
                    Judgement::Unreadable(why) => {
                        told.extend(verdict(&open.expected, aim, Verdict::Unread { why }));
                    }
                }
            }
            let next_ms = left.iter().map(|open| open.deadline_ms).min();
            // A record that others depend on was found just now, or may still be found.
            let at_once = bound && !hanging.is_empty();
            let hopeful = at_once || left.iter().any(|open| open.expected.binds());
            for (open, why) in hanging {
                if hopeful {
                    left.push(open);
                } else {
                    told.extend(verdict(&open.expected, aim, Verdict::Unread { why }));
                }
            }
            self.record_all(told)?;
            open = left;
            if let Some(next_ms) = next_ms.filter(|_| !at_once) {
                let until = next_ms.saturating_sub(self.clock.ticks_ms());
                self.pause(pause.min(until.max(1))).await?;
                pause = (pause * 2).min(PAUSE_MS_MAX);
            }
        }
        Ok(())
    }

    /// Writes down the ids of records that have appeared. Says whether there were any.
    fn bind(&mut self, open: &[Open<'_>], answers: &Answers) -> Flow<bool> {
        let appeared = open.iter().enumerate().filter_map(|(place, open)| {
            let id = answers.appeared(place, &open.expected, &self.state.bindings)?;
            let key = open.expected.key.clone();
            Some(Event::Appeared { key, id })
        });
        let appeared: Vec<Event> = appeared.collect();
        let is_any = !appeared.is_empty();
        self.record_all(appeared)?;
        Ok(is_any)
    }
}

/// The verdict, if it is written down. Between steps only one that stops the run is; the rest is looked at once more at
/// the end.
fn verdict(expected: &Expected<'_>, aim: Aim, verdict: Verdict) -> Option<Event> {
    let missed = matches!(verdict, Verdict::Missing { .. });
    let certain = expected.effect.certainty == Certainty::Certain;
    let key = expected.key.clone();
    (aim != Aim::Ids || missed && certain).then_some(Event::Verified { key, verdict })
}

/// Returns the time that an effect may take. The end of a run does not wait for an effect that is only possible. No
/// wait is for one that cannot be found.
fn time_for(expected: &Expected<'_>, aim: Aim) -> u64 {
    let possible = expected.effect.certainty == Certainty::Possible;
    if expected.is_keyless() || aim == Aim::Verdicts && possible {
        return 0;
    }
    u64::from(expected.effect.within_ms.min(limit::WAIT_MS_MAX))
}

#[cfg(test)]
mod tests;
