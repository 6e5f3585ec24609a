//! Verifies effects: looks for what Salesforce was announced to do by itself.
//!
//! Usher verifies at three times. Between steps it looks for records that a change still to be sent refers to: finding
//! one binds its id. Before a step it looks for the effects that the step was planned with. After the last step it
//! looks for every effect that still counts ([`expected`]), all in the same few requests, again and again until each
//! has come or has had its time. A certain effect that does not come fails its step; one that a later step was planned
//! with fails that step; anything else is only reported.

mod expected;
mod judge;

use usher_core::change::{Certainty, Change};
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

    /// Binds the ids of records that `step` announced and `changes` refer to, as soon as they exist.
    pub(super) async fn await_ids<'c>(
        &mut self,
        step: &PlannedStep,
        changes: impl Iterator<Item = &'c Change>,
    ) -> Flow<()> {
        let expected = expected::referred_to(step, changes, &self.state);
        self.look_until(expected, Aim::Ids).await
    }

    /// Looks for those effects of the steps before that have no verdict yet and that bind one of `tokens`.
    pub(super) async fn verify_relied(
        &mut self,
        before: &[PlannedStep],
        tokens: &[Token],
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
            for open in open {
                let over = now_ms >= open.deadline_ms;
                match answers.judge(&open.expected, &self.state.bindings, aim) {
                    Judgement::Held => self.tell(&open.expected, aim, Verdict::Held)?,
                    Judgement::Hangs(why) => hanging.push((open, why)),
                    _ if !over => left.push(open),
                    Judgement::NotYet(why) => {
                        self.tell(&open.expected, aim, Verdict::Missing { why })?;
                    }
                    Judgement::Unreadable(why) => {
                        self.tell(&open.expected, aim, Verdict::Unread { why })?;
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
                    self.tell(&open.expected, aim, Verdict::Unread { why })?;
                }
            }
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
        let mut bound = false;
        for open in open {
            if let Some(id) = answers.appeared(&open.expected, &self.state.bindings) {
                self.record(Event::Appeared {
                    key: open.expected.key.clone(),
                    id,
                })?;
                bound = true;
            }
        }
        Ok(bound)
    }

    fn tell(&mut self, expected: &Expected<'_>, aim: Aim, verdict: Verdict) -> Flow<()> {
        // Between steps only a verdict that stops the run is written down; the rest is looked at once more at the end.
        let missed = matches!(verdict, Verdict::Missing { .. });
        let certain = expected.effect.certainty == Certainty::Certain;
        if aim == Aim::Ids && !(missed && certain) {
            return Ok(());
        }
        Ok(self.record(Event::Verified {
            key: expected.key.clone(),
            verdict,
        })?)
    }
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
