//! The turns of a run, one after the other, and the requests of each.
//!
//! The items of a step in a loop have one turn: their changes share requests. The later steps of an item that has failed are
//! given up when the run goes on without it, and no other item is touched.

use std::collections::HashSet;
use std::ops::{ControlFlow, Range};

use futures_util::future::join;
use usher_core::plan::{PlannedStep, StepState};
use usher_core::run::{Batch, ChangeKey, ChangeState, Next, Outcome, Queue, turn};

use usher_core::value::Token;

use crate::conduct::doubt::Absent;
use crate::conduct::flight::{Early, of};
use crate::conduct::piece::{Piece, has_failed, is_skipped, pieces, settled};
use crate::conduct::{Conductor, Flow};
use crate::spans::{self, Instrument};

impl Conductor<'_> {
    pub(super) async fn all_steps(&mut self) -> Flow<()> {
        self.begin_course();
        let mut first = 0;
        while first < self.state.steps().len() {
            // Nothing holds the plan here, so that steps can take their places in it without a copy.
            if self.plan_later(first).await? {
                let end = turn(self.state.steps(), first).end;
                first = self.first_at_end(end);
                continue;
            }
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

    /// The turn of the step at `first`, without steps that nobody has approved yet: a person is asked before theirs.
    fn next_turn(&self, first: usize) -> Range<usize> {
        let turn = turn(self.state.steps(), first);
        let unapproved = self.state.unapproved.iter();
        let places = unapproved.filter_map(|unit| self.state.place(unit));
        match places.filter(|place| turn.contains(place)).min() {
            Some(place) => first..place,
            None => turn,
        }
    }

    /// Carries out the steps whose turn it is. Returns whether the next ones may follow.
    async fn turn(&mut self, turn: Range<usize>) -> Flow<ControlFlow<()>> {
        self.give_up_items(turn.clone())?;
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
        let early = self.early(turn.clone());
        let (unfounded, early) = join(self.fail_unfounded(turn.clone()), early).await;
        if unfounded? {
            return turned("unfounded", ControlFlow::Break(()));
        }
        let Some(plan) = self.state.plan.clone() else {
            return Ok(ControlFlow::Break(()));
        };
        let steps = &plan.steps[turn.clone()];
        if steps.iter().all(is_skipped) {
            return turned("skipped", ControlFlow::Continue(()));
        }
        self.carry(steps, early).await?;
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
    /// `early`: the first requests of the turn, looked at while something else was waited for.
    async fn carry(&mut self, steps: &[PlannedStep], mut early: Option<Early>) -> Flow<()> {
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
            let flight = match queue.take() {
                Next::Finished => return Ok(()),
                Next::Stuck(left) => {
                    let left: Vec<Piece<'_>> = left.iter().map(|index| all[*index]).collect();
                    if self.get_unstuck(steps, &left).await? {
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
                    let flight = self.flight(batch, &all, &mut queue);
                    self.seen(flight, early.take())
                }
            };
            let open = self.fly(flight, &mut queue, &all).await?;
            let sent: Vec<Piece<'_>> = open.iter().flat_map(|batch| of(batch, &all)).collect();
            self.clear_up(&sent, Absent::SentAgain).await?;
            self.finish_answered(&sent).await?;
            if self.ends_with(&sent) {
                return Ok(());
            }
            for batch in &open {
                self.tell_queue(&all, batch, &mut queue);
            }
            self.memory.users_max = queue.users_max();
        }
    }

    /// Looks for announced records that changes wait for. Says whether something is known now that was not before.
    async fn get_unstuck(&mut self, steps: &[PlannedStep], left: &[Piece<'_>]) -> Flow<bool> {
        let known = self.state.bindings.len();
        let tokens = left.iter().flat_map(|piece| piece.change.tokens());
        // A field of an announced record can be read once its id is known.
        let tokens = tokens.flat_map(|token| [token.field("id"), token]);
        let tokens: HashSet<Token> = tokens.collect();
        self.await_ids(steps, &|_, token| tokens.contains(token))
            .await?;
        Ok(self.state.bindings.len() > known)
    }

    /// The changes of a turn that are still to be sent.
    pub(super) fn queue(&self, steps: &[PlannedStep]) -> Queue {
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
        .after(self.memory.users_max)
    }

    /// Says whether what a step still has to do is sent.
    fn is_sent(&self, step: &PlannedStep) -> bool {
        let is_planned = matches!(step.state, StepState::Changes | StepState::AsWanted);
        is_planned && self.failed_before(step).is_none()
    }

    /// Tells the queue the outcomes of a batch.
    pub(super) fn tell_queue(&self, all: &[Piece<'_>], batch: &Batch, queue: &mut Queue) {
        for index in &batch.changes {
            let key = all[*index].key();
            if self.state.changes.get(&key) == Some(&ChangeState::Waiting) {
                queue.again(*index);
            } else if self.lets_go_on(&key) {
                queue.done(*index, &|token| self.state.bindings.contains_key(token));
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
