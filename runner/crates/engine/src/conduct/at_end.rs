//! Steps that are carried out at the end, whatever happened before: `finally`.
//!
//! They come last in a plan. When a step fails, the run goes on with them, and with each of them when another one fails. One
//! that refers to what an earlier step has not done is left out.

use std::ops::Range;

use usher_core::change::{Change, Deferral};
use usher_core::plan::{PlannedStep, StepState};
use usher_core::run::{ChangeKey, ChangeState, Event, Outcome};
use usher_core::value::{Token, Unit};

use crate::conduct::{Conductor, Flow};

impl Conductor<'_> {
    /// The place from which a run goes on that has failed before `first`: that of the next step that is carried out all the
    /// same. An undo has none.
    pub(super) fn first_at_end(&self, first: usize) -> usize {
        let steps = self.state.steps();
        let next = steps[first..].iter().position(|step| step.terms.finally);
        next.map_or(steps.len(), |next| first + next)
    }

    /// Leaves out steps of a turn that need what an earlier step has not done, and never will.
    pub(super) fn leave_out_at_end(&mut self, turn: Range<usize>) -> Flow<()> {
        if !self.is_broken() {
            return Ok(());
        }
        let start = turn.start;
        let steps = self.state.steps()[turn].iter();
        let steps = steps.filter(|step| step.terms.finally && !self.state.is_begun(step));
        let left_out = steps.filter_map(|step| {
            let missing = self.missing(step, start)?;
            let state = StepState::Skipped {
                reason: format!("step `{missing}` has not done what this step refers to"),
            };
            let mut step = PlannedStep {
                state,
                ..step.clone()
            };
            step.plan.changes.clear();
            step.plan.effects.clear();
            Some(Event::StepPlanned { step })
        });
        let left_out = left_out.collect();
        Ok(self.record_all(left_out)?)
    }

    /// The step that did not do what this one needs: for an effect that the step was planned with, or for each of its
    /// changes. A change that needs nothing of it is carried out.
    /// `start`: what begins there has not had its turn.
    fn missing(&self, step: &PlannedStep, start: usize) -> Option<Unit> {
        if !matches!(step.state, StepState::Changes | StepState::AsWanted) {
            return None;
        }
        if let Some(unit) = step
            .relies_on
            .iter()
            .find_map(|token| self.undone(token, start))
        {
            return Some(unit);
        }
        let of_change = |change: &Change| {
            let mut tokens = change.tokens().into_iter();
            tokens.find_map(|token| self.undone(&token, start))
        };
        let mut missing = step.plan.changes.iter().map(of_change);
        let first = missing.next()??;
        missing.all(|missing| missing.is_some()).then_some(first)
    }

    /// The unit that should have bound a token, when it never will.
    fn undone(&self, token: &Token, start: usize) -> Option<Unit> {
        if self.state.bindings.contains_key(token) {
            return None;
        }
        let (unit, address) = token.binder()?;
        if self.state.place(unit).is_some_and(|place| place >= start) {
            return None;
        }
        let is_done = |address: &str| {
            let state = self.state.change(unit, address);
            matches!(state, Some(ChangeState::Settled(Outcome::Done { .. })))
        };
        let comes = match self.state.effect(&ChangeKey::new(unit, address)) {
            // An effect may be the cause of another one.
            Some(effect) => effect
                .causes
                .iter()
                .all(|address| self.state.change(unit, address).is_none() || is_done(address)),
            None => is_done(address),
        };
        (!comes).then(|| unit.clone())
    }
}

/// The state of a step that cannot be planned because an earlier one has failed.
pub(super) fn left_out(deferral: &Deferral) -> StepState {
    StepState::Skipped {
        reason: format!("an earlier step has failed; {}", deferral.reason),
    }
}
