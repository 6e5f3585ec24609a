//! Steps that could not be planned before the run began: planned when their turn comes, held against the
//! bound that was approved with the plan, shown, approved, then carried out like any other.

use usher_core::change::{Note, NoteSeverity, tokens_in};
use usher_core::manifest::Writes;
use usher_core::plan::{PlannedStep, ProblemClass, StepState};
use usher_core::run::{Event, Notice, Stop};
use usher_core::value::Token;

use crate::conduct::{Conductor, Flow, Halt};

/// Pauses before a step that only looks is asked again: Salesforce recalculates sharing after its answer.
const ASK_AGAIN_MS: [u64; 3] = [1_000, 4_000, 10_000];

impl Conductor<'_> {
    /// Plans the step at `index`, if it is still to be planned, and has it approved.
    pub(super) async fn plan_later(&mut self, index: usize) -> Flow<()> {
        let step = &self.state.steps()[index];
        let unit = step.unit();
        if matches!(step.state, StepState::Deferred(_)) {
            let step = step.clone();
            self.heed_stop()?;
            self.learn_fields(&self.outputs_before(index)).await?;
            let planned = self.plan_now(&step).await?;
            self.record(Event::StepPlanned { step: planned })?;
        }
        if self.state.unapproved.as_ref() != Some(&unit) {
            return Ok(());
        }
        let planned = &self.state.steps()[index];
        match self.watch.approve(planned) {
            Some(by) => Ok(self.record(Event::Approved { by })?),
            None => Err(Halt::Stop(Stop::NotApproved { unit })),
        }
    }

    /// Every token in what the steps before one hand on.
    fn outputs_before(&self, index: usize) -> Vec<Token> {
        let mut tokens = Vec::new();
        for step in &self.state.steps()[..index] {
            tokens_in(&step.plan.outputs, &mut tokens);
        }
        tokens
    }

    async fn plan_now(&mut self, step: &PlannedStep) -> Flow<PlannedStep> {
        self.watch.notice(&Notice::Planning { step: &step.id });
        let unit = step.unit();
        let bound = step.bound.clone().unwrap_or_default();
        let mut planned = self.planner.plan(&unit, &self.state).await;
        for pause_ms in ASK_AGAIN_MS {
            if !(bound.is_empty() && is(&planned, ProblemClass::Unmet)) {
                break;
            }
            self.pause(pause_ms).await?;
            planned = self.planner.plan(&unit, &self.state).await;
        }
        if is(&planned, ProblemClass::Unavailable) {
            let why = "the org gives no answer".to_owned();
            return Err(Halt::Stop(Stop::Unreachable { why }));
        }
        if let StepState::Deferred(deferral) = &planned.state {
            let why = format!("it cannot be planned even now: {}", deferral.reason);
            planned.state = refused(ProblemClass::Unmet, "run/still-deferred", why);
        }
        if let Some(what) = outside(&bound, &planned) {
            let why = format!("{what} is not within what was approved for this step");
            planned.state = refused(ProblemClass::Refused, "run/outside-bound", why);
        }
        if matches!(planned.state, StepState::Failed { .. }) {
            planned.plan.changes.clear();
            planned.plan.effects.clear();
        }
        Ok(planned)
    }
}

/// What a plan writes beyond its bound.
fn outside(bound: &Writes, planned: &PlannedStep) -> Option<String> {
    let beyond = bound.undeclared(&planned.plan);
    beyond.first().map(ToString::to_string)
}

fn is(planned: &PlannedStep, wanted: ProblemClass) -> bool {
    matches!(&planned.state, StepState::Failed { class, .. } if *class == wanted)
}

fn refused(class: ProblemClass, code: &str, summary: String) -> StepState {
    StepState::Failed {
        class,
        problems: vec![Note {
            severity: NoteSeverity::Error,
            code: code.to_owned(),
            summary,
            remedy: None,
            rule: None,
            at: String::new(),
        }],
    }
}
