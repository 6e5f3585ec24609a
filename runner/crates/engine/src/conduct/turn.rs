//! The turns of a run, one after the other, and the requests of each.
//!
//! The items of a step in a loop have one turn: their changes share requests. The later steps of an item that has failed are
//! given up when the run goes on without it, and no other item is touched.

use std::collections::HashSet;
use std::ops::{ControlFlow, Range};

use usher_core::plan::{PlannedStep, StepState};
use usher_core::run::{Batch, ChangeKey, ChangeState, Next, Outcome, Queue, turn};

use usher_core::value::Token;

use crate::conduct::doubt::Absent;
use crate::conduct::piece::{Piece, has_failed, is_skipped, pieces, settled};
use crate::conduct::{Conductor, Flow};
use crate::spans::{self, Instrument};

impl Conductor<'_> {
    pub(super) async fn all_steps(&mut self) -> Flow<()> {
        self.begin_course();
        let mut first = 0;
        while first < self.state.steps().len() {
            let turn = self.next_turn(first);
            first = turn.end;
            let span = spans::turn(&self.state.steps()[turn.clone()]);
            if self.turn(turn).instrument(span).await?.is_break() {
                first = self.first_at_end(first);
            }
        }
        match self.state.plan.clone() {
            Some(plan) => self.verify(&plan.steps).await,
            None => Ok(()),
        }
    }

    /// The turn of the step at `first`. One that nobody has approved yet has a turn of its own, in which a person is asked.
    fn next_turn(&self, first: usize) -> Range<usize> {
        let turn = turn(self.state.steps(), first);
        let unapproved = self.state.unapproved.as_ref();
        match unapproved.and_then(|unit| self.state.place(unit)) {
            Some(place) if place == first => first..first + 1,
            Some(place) if turn.contains(&place) => first..place,
            _ => turn,
        }
    }

    /// Carries out the steps whose turn it is. Returns whether the next ones may follow.
    async fn turn(&mut self, turn: Range<usize>) -> Flow<ControlFlow<()>> {
        self.give_up_items(turn.clone())?;
        // Nothing holds the plan here, so that a step can take its place in it without a copy.
        if turn.len() == 1
            && self
                .failed_before(&self.state.steps()[turn.start])
                .is_none()
        {
            self.plan_later(turn.start).await?;
        }
        let by_hand = match &self.state.steps()[turn.start].state {
            StepState::Manual(manual) => Some(manual.clone()),
            _ => None,
        };
        if let Some(manual) = by_hand {
            let step = self.state.steps()[turn.start].clone();
            self.by_hand(&step, &manual).await?;
            return turned("by-hand", ControlFlow::Continue(()));
        }
        if self.fail_unplanned(turn.clone()) {
            return turned("not-planned", ControlFlow::Break(()));
        }
        self.leave_out_at_end(turn.clone())?;
        if self.fail_unfounded(turn.clone()).await? {
            return turned("unfounded", ControlFlow::Break(()));
        }
        let Some(plan) = self.state.plan.clone() else {
            return Ok(ControlFlow::Break(()));
        };
        let steps = &plan.steps[turn.clone()];
        if steps.iter().all(is_skipped) {
            return turned("skipped", ControlFlow::Continue(()));
        }
        self.carry(steps).await?;
        if self.fail_items(turn.clone()) {
            return turned("failed", ControlFlow::Break(()));
        }
        self.await_ids(steps, &|conductor, token| {
            conductor.is_referred_from(turn.end, token)
        })
        .await?;
        if self.fail_missed() {
            return turned("missed", ControlFlow::Break(()));
        }
        let has_failed = steps.iter().any(|step| has_failed(&self.state, step));
        let as_wanted = |step: &PlannedStep| step.state == StepState::AsWanted;
        match has_failed {
            true => turned("failed", ControlFlow::Continue(())),
            false if steps.iter().all(as_wanted) => turned("as-wanted", ControlFlow::Continue(())),
            false => turned("done", ControlFlow::Continue(())),
        }
    }

    /// Sends the changes of a turn, each when what it needs is there.
    async fn carry(&mut self, steps: &[PlannedStep]) -> Flow<()> {
        let all: Vec<Piece<'_>> = pieces(steps).collect();
        self.clear_up(&all, Absent::SentAgain).await?;
        self.finish_answered(&all).await?;
        // An item failed before the run was interrupted among the steps of its end.
        if self.ends_with(&all) {
            return Ok(());
        }
        self.learn_for(steps).await?;
        for step in steps {
            self.find_secrets_again(step).await?;
        }
        let mut queue = self.queue(steps);
        loop {
            self.heed_stop()?;
            match queue.take() {
                Next::Finished => return Ok(()),
                Next::Stuck(left) => {
                    let left: Vec<Piece<'_>> = left.iter().map(|index| all[*index]).collect();
                    let known = self.state.bindings.len();
                    let tokens = left.iter().flat_map(|piece| piece.change.tokens());
                    // A field of an announced record can be read once its id is known.
                    let tokens = tokens.flat_map(|token| [token.field("id"), token]);
                    let tokens: HashSet<Token> = tokens.collect();
                    self.await_ids(steps, &|_, token| tokens.contains(token))
                        .await?;
                    if self.state.bindings.len() > known {
                        queue = self.queue(steps);
                        continue;
                    }
                    let settled = left
                        .iter()
                        .map(|piece| settled(piece.key(), self.cannot_go_on(*piece)));
                    let settled = settled.collect();
                    return Ok(self.record_all(settled)?);
                }
                Next::Send(batch) => {
                    let sent: Vec<Piece<'_>> =
                        batch.changes.iter().map(|index| all[*index]).collect();
                    self.batch(&sent).await?;
                    self.clear_up(&sent, Absent::SentAgain).await?;
                    self.finish_answered(&sent).await?;
                    if self.ends_with(&sent) {
                        return Ok(());
                    }
                    self.tell_queue(&all, &batch, &mut queue);
                }
            }
        }
    }

    /// The changes of a turn that are still to be sent.
    fn queue(&self, steps: &[PlannedStep]) -> Queue {
        let state = &self.state;
        Queue::new(
            steps,
            &|key| {
                let step = state.step(&key.unit);
                state.changes.get(key) == Some(&ChangeState::Waiting)
                    && step.is_some_and(|step| self.is_sent(step))
            },
            &|key| self.lets_go_on(key),
            &|token| state.bindings.contains_key(token),
        )
    }

    /// Says whether what a step still has to do is sent.
    fn is_sent(&self, step: &PlannedStep) -> bool {
        let is_planned = matches!(step.state, StepState::Changes | StepState::AsWanted);
        is_planned && self.failed_before(step).is_none()
    }

    /// Tells the queue the outcomes of a batch.
    fn tell_queue(&self, all: &[Piece<'_>], batch: &Batch, queue: &mut Queue) {
        for index in &batch.changes {
            let key = all[*index].key();
            if self.state.changes.get(&key) == Some(&ChangeState::Waiting) {
                queue.again(*index);
            } else if self.lets_go_on(&key) {
                queue.done(&key, &|token| self.state.bindings.contains_key(token));
            }
        }
    }

    /// Says whether a change is settled in such a way that a change that needs it may be sent.
    fn lets_go_on(&self, key: &ChangeKey) -> bool {
        match self.state.changes.get(key) {
            Some(ChangeState::Settled(Outcome::Done { .. })) => true,
            // A change that could not be undone does not keep Usher from trying the rest.
            Some(ChangeState::Settled(_)) => self.state.is_undo(),
            _ => false,
        }
    }

    async fn batch(&mut self, pieces: &[Piece<'_>]) -> Flow<()> {
        let keys: Vec<ChangeKey> = pieces.iter().map(Piece::key).collect();
        let pieces = match self.memory.split.next(&keys) {
            Some(places) => places.into_iter().map(|place| pieces[place]).collect(),
            None => self.pause_before_again(pieces).await?,
        };
        let ready = self.compare(&pieces).await?;
        if ready.is_empty() {
            return Ok(());
        }
        self.send(ready).await
    }

    /// The waits and results of changes that the org took, now or before the run was interrupted.
    pub(super) async fn finish_answered(&mut self, pieces: &[Piece<'_>]) -> Flow<()> {
        for piece in pieces {
            let key = piece.key();
            let Some(ChangeState::Answered { how }) = self.state.changes.get(&key) else {
                continue;
            };
            let how = how.clone();
            let mut values = self.state.bound_by(&key);
            let outcome = match self.wait(*piece, &how, &mut values).await? {
                Ok(()) => Outcome::Done { how, values },
                Err(outcome) => outcome,
            };
            #[cfg(debug_assertions)]
            let outcome = self.forgotten(outcome);
            self.settle(key, outcome)?;
        }
        Ok(())
    }
}

/// The end of a turn, with the word for it in logs.
fn turned(outcome: &'static str, goes_on: ControlFlow<()>) -> Flow<ControlFlow<()>> {
    spans::stepped(outcome);
    Ok(goes_on)
}

#[cfg(test)]
mod tests;
