//! What a step was planned with: effects that plugins of earlier steps announced. They are looked for when the
//! step's turn comes. When one did not come, the step fails before anything of it is sent, so that no plugin can
//! make another one write what it would not have written on the org as it then really is.

use usher_core::change::{Note, NoteSeverity};
use usher_core::plan::{PlannedStep, ProblemClass, StepState};
use usher_core::run::{Event, RunState, Verdict};
use usher_core::value::Token;

use crate::conduct::{Conductor, Flow};

/// The code under which a step fails that was planned with an effect which did not come.
const RELIED_ON: &str = "run/relied-on";

impl Conductor<'_> {
    /// Whether something that a step was planned with did not come. Then the step has failed.
    pub(super) async fn is_unfounded(
        &mut self,
        step: &PlannedStep,
        before: &[PlannedStep],
    ) -> Flow<bool> {
        if step.relies_on.is_empty() || self.state.is_begun(step) {
            return Ok(false);
        }
        self.verify_relied(before, &step.relies_on).await?;
        let mut tokens = step.relies_on.iter();
        let Some(problem) = tokens.find_map(|token| missing(&self.state, token)) else {
            return Ok(false);
        };
        let failed = PlannedStep {
            state: StepState::Failed {
                class: ProblemClass::Unmet,
                problems: vec![problem],
            },
            ..step.clone()
        };
        self.record(Event::StepPlanned { step: failed })?;
        Ok(true)
    }
}

/// Says that the effect which binds a token did not come. One without a verdict counts no more, because something
/// later has decided what it announced.
fn missing(state: &RunState, token: &Token) -> Option<Note> {
    let (unit, address) = token.binder()?;
    let why = match state.verdict(unit, address)? {
        Verdict::Held => return None,
        Verdict::Missing { why } | Verdict::Unread { why } => why,
    };
    let effects = &state.step(unit)?.plan.effects;
    let effect = effects.iter().find(|effect| effect.address == address)?;
    Some(Note {
        severity: NoteSeverity::Error,
        code: RELIED_ON.to_owned(),
        summary: format!(
            "it was planned as if this had come, which step `{unit}` announced: {} ({why})",
            effect.summary
        ),
        remedy: Some(
            "Apply the recipe again: the step is then planned on the org as it is".to_owned(),
        ),
        rule: None,
        at: String::new(),
    })
}
