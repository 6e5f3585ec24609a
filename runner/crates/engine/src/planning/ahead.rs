//! Looks ahead: steps whose input is known already are planned side by side, each as if it were the next one, and only
//! for the sake of their reads. What they read of the org leaves in common rounds and is known then, so that planning
//! the steps in order asks for little more. The plan is that of the strict order, for nothing of what is planned here is
//! kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use usher_core::plan::PlannedStep;
use usher_core::recipe::{Kept, Runs, Scope, Step};

use crate::planning::{Earlier, Planning};
use crate::port::Boxed;
use crate::reads::Rounds;
use crate::together::together;

/// Steps that are looked at from the one whose turn it is: the longest recipe in the box has fourteen. Looking costs each
/// step in question the evaluation of its input, so that a long chain of steps must not be looked at from each of them.
const STEPS_AHEAD_MAX: usize = 16;

/// The steps that were planned ahead, by their places.
#[derive(Default)]
pub(super) struct Ahead(Vec<bool>);

impl Planning<'_> {
    /// Plans the step at `place`, and those behind it whose input is known by now, for the sake of their reads. Does
    /// nothing for a step that was planned so before, or has nobody beside it.
    pub(super) async fn look_ahead(
        &self,
        place: usize,
        ahead: &mut Ahead,
        outputs: &BTreeMap<String, Value>,
        steps: &[PlannedStep],
    ) {
        ahead.0.resize(self.recipe.steps.len(), false);
        if ahead.0[place] {
            return;
        }
        let near = self.recipe.steps.iter().enumerate().skip(place);
        let ready: Vec<(usize, &Step)> = near
            .take(STEPS_AHEAD_MAX)
            .filter(|(place, step)| !ahead.0[*place] && self.is_ready(step, outputs))
            .collect();
        if ready.len() < 2 {
            return;
        }
        let rounds = Arc::new(Rounds::default());
        let planned = ready.iter().map(|(place, step)| -> Boxed<'_, ()> {
            ahead.0[*place] = true;
            let (rounds, place) = (&rounds, *place);
            Box::pin(async move {
                let reader = Arc::new(self.reader.beside(rounds, place));
                let earlier = Earlier { outputs, steps };
                let _for_its_reads = Box::pin(self.step(&reader, step, &earlier)).await;
            })
        });
        let planned = together(planned.collect());
        self.reader.drive(&rounds, planned).await;
    }

    /// Says whether a step can be planned with these outputs.
    fn is_ready(&self, step: &Step, outputs: &BTreeMap<String, Value>) -> bool {
        let scope = Scope {
            inputs: &self.inputs.values,
            outputs,
        };
        if self.is_verifying(step) || !matches!(step.runs(&scope), Ok(Runs::Yes)) {
            return false;
        }
        match &step.kept {
            Kept::ByPlugin(used) => used.input(&scope).is_ok(),
            Kept::ByHand(_) => true,
        }
    }
}

#[cfg(test)]
mod tests;
