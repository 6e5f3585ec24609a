//! The course of a run in this process: facts about the turns so far that the next ones depend on. Each is kept up from
//! turn to turn, so that no turn goes through all steps again.

use std::collections::HashMap;
use std::ops::Range;

use usher_core::change::{Change, tokens_in};
use usher_core::plan::{Outsiders, PlannedStep, ProblemClass, StepState};
use usher_core::run::{ChangeKey, ChangeState, DEPENDS, Event, Outcome};
use usher_core::value::{Token, Unit};

use crate::conduct::piece::{Piece, has_failed, settled};
use crate::conduct::{Conductor, Flow, failed, later};

/// Facts about the turns so far.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// Items that have failed, by loop and key, and the step in which each did.
    failed: HashMap<(Option<String>, String), String>,
    /// A step, or an item of one, has failed.
    is_broken: bool,
    /// Plugins from outside the box in the steps before this place.
    outsiders: (usize, Outsiders),
    /// Tokens in the outputs of the steps before this place, as long as nothing has bound them.
    outputs: (usize, Vec<Token>),
    /// Ids of announced records, and the place of the last step with a change that refers to each.
    referred: HashMap<Token, usize>,
}

impl Conductor<'_> {
    /// Learns from the plan which announced records its changes refer to.
    pub(super) fn begin_course(&mut self) {
        let mut referred = HashMap::new();
        for (place, step) in self.state.steps().iter().enumerate() {
            for token in step.plan.changes.iter().flat_map(Change::tokens) {
                // A field of an announced record can be read once its id is known.
                let id = token.field("id");
                let is_announced = |token: &Token| {
                    let binder = token.binder();
                    binder.is_some_and(|(unit, address)| {
                        self.state.has_effect(&ChangeKey::new(unit, address))
                    })
                };
                for token in [id, token].into_iter().filter(is_announced) {
                    referred.insert(token, place);
                }
            }
        }
        self.memory.course.referred = referred;
    }

    /// Says whether a change at this place of the plan, or behind it, refers to an announced record.
    pub(super) fn is_referred_from(&self, place: usize, token: &Token) -> bool {
        let last = self.memory.course.referred.get(token);
        last.is_some_and(|last| *last >= place)
    }

    /// Tokens in the outputs of the steps before a place that nothing has bound yet.
    pub(super) fn outputs_before(&mut self, place: usize) -> Vec<Token> {
        let (known, tokens) = &mut self.memory.course.outputs;
        for step in &self.state.steps()[(*known).min(place)..place] {
            tokens_in(&step.plan.outputs.value(), tokens);
        }
        *known = place;
        tokens.retain(|token| !self.state.bindings.contains_key(token));
        tokens.clone()
    }

    /// Takes account of the plugins of the steps before a place.
    pub(super) fn learn_outsiders(&mut self, place: usize) {
        let (known, outsiders) = &mut self.memory.course.outsiders;
        for earlier in &self.state.steps()[(*known).min(place)..place] {
            outsiders.learn(earlier);
        }
        *known = place;
    }

    /// Says whether a step is planned once more when its turn comes.
    pub(super) fn is_planned_again(&self, step: &PlannedStep) -> bool {
        self.memory.course.outsiders.1.is_planned_again(step)
    }

    /// Says whether the other items go on when this step fails. Then its item is out.
    pub(super) fn goes_on_without(&mut self, unit: &Unit) -> bool {
        self.memory.course.is_broken = true;
        let step = self.state.step(unit);
        let is_at_end = step.is_some_and(|step| step.terms.finally);
        let of_loop = step.and_then(|step| step.of_loop.clone());
        match &unit.item {
            // The end of each item is carried out whatever became of the others.
            Some(item) if self.state.origin.goes_on || is_at_end => {
                let failed = self.memory.course.failed.entry((of_loop, item.clone()));
                failed.or_insert_with(|| unit.step.clone());
                true
            }
            _ => false,
        }
    }

    /// Says whether the run ends here, because all of these have failed.
    pub(super) fn ends_without(&mut self, failed: Vec<Unit>) -> bool {
        let mut ends = false;
        for unit in failed {
            ends |= !self.goes_on_without(&unit);
        }
        ends
    }

    /// Says whether something has failed so far.
    pub(super) fn is_broken(&self) -> bool {
        self.memory.course.is_broken
    }

    /// Returns the step in which the item of this one has failed. One that is carried out at the end does not ask.
    pub(super) fn failed_before(&self, step: &PlannedStep) -> Option<&str> {
        if self.memory.course.failed.is_empty() || step.terms.finally {
            return None;
        }
        let key = (step.of_loop.clone(), step.item.clone()?);
        self.memory.course.failed.get(&key).map(String::as_str)
    }

    /// Gives up what is still to be done for items that have failed.
    pub(super) fn give_up_items(&mut self, turn: Range<usize>) -> Flow<()> {
        if self.memory.course.failed.is_empty() {
            return Ok(());
        }
        let mut events = Vec::new();
        for step in &self.state.steps()[turn] {
            let Some(before) = self.failed_before(step) else {
                continue;
            };
            let why = format!("step `{before}` has failed for this item");
            match &step.state {
                StepState::Changes | StepState::AsWanted => {
                    for change in &step.plan.changes {
                        let key = Piece { step, change }.key();
                        if self.state.changes.get(&key) == Some(&ChangeState::Waiting) {
                            events.push(settled(key, failed(DEPENDS, why.clone())));
                        }
                    }
                }
                StepState::Deferred(_) => events.push(Event::StepPlanned {
                    step: given_up(step, why),
                }),
                StepState::Failed { .. } | StepState::Skipped { .. } | StepState::Manual(_) => {}
            }
        }
        Ok(self.record_all(events)?)
    }

    /// Says whether the run ends here, because a step of the turn has no plan.
    pub(super) fn fail_unplanned(&mut self, turn: Range<usize>) -> bool {
        let has_none = |step: &&PlannedStep| {
            matches!(
                step.state,
                StepState::Deferred(_) | StepState::Failed { .. }
            )
        };
        self.end_or_go_on(turn, |_, step| has_none(&step))
    }

    /// Says whether the run ends here, because a step of the turn has failed. An undo goes on.
    pub(super) fn fail_items(&mut self, turn: Range<usize>) -> bool {
        !self.state.is_undo()
            && self.end_or_go_on(turn, |conductor, step| has_failed(&conductor.state, step))
    }

    /// Says whether the run ends here, because something certain did not come.
    pub(super) fn fail_missed(&mut self) -> bool {
        let missed = self
            .state
            .missed()
            .into_iter()
            .map(|(unit, ..)| unit.clone());
        let missed = missed.collect();
        self.ends_without(missed)
    }

    fn end_or_go_on(
        &mut self,
        turn: Range<usize>,
        is_out: impl Fn(&Self, &PlannedStep) -> bool,
    ) -> bool {
        let steps = self.state.steps()[turn].iter();
        let out = steps.filter(|step| is_out(self, step));
        let out = out.map(PlannedStep::unit).collect();
        self.ends_without(out)
    }

    /// Says whether nothing more of the turn is sent after this batch: an item has failed, and none goes on without it.
    pub(super) fn ends_with(&self, batch: &[Piece<'_>]) -> bool {
        if self.state.origin.goes_on || self.state.is_undo() {
            return false;
        }
        batch.iter().any(|piece| {
            let state = self.state.changes.get(&piece.key());
            let is_done = matches!(state, Some(ChangeState::Settled(Outcome::Done { .. })));
            let is_settled = matches!(state, Some(ChangeState::Settled(_)));
            let is_alone = piece.step.item.is_none() || piece.step.terms.finally;
            !is_alone && is_settled && !is_done
        })
    }
}

/// The step, without a plan, because its item has failed before.
fn given_up(step: &PlannedStep, why: String) -> PlannedStep {
    PlannedStep {
        state: later::refused(ProblemClass::Unmet, DEPENDS, why),
        ..step.clone()
    }
}
