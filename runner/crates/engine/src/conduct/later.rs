//! Steps that could not be planned before the run began: planned when their turn comes, held against the
//! bound that was approved with the plan, shown, approved, then carried out like any other.

use usher_core::change::{Note, NoteSeverity};
use usher_core::known::Known;
use usher_core::plan::{Bound, Given, PlannedStep, ProblemClass, StepState, given};
use usher_core::run::{Event, Notice, Stop};
use usher_core::value::Unit;

use crate::conduct::{Conductor, Flow, Halt, named};

/// Pauses before a step that only looks is asked again: Salesforce recalculates sharing and makes members of sites after
/// its answer. A minute in all, as steps give a new member (docs/salesforce/sharing.md#recalculation).
const ASK_AGAIN_MS: [u64; 5] = [1_000, 4_000, 10_000, 15_000, 30_000];

impl Conductor<'_> {
    /// Plans the step at `index`, if it is still to be planned, and has it approved.
    pub(super) async fn plan_later(&mut self, index: usize) -> Flow<()> {
        let step = &self.state.steps()[index];
        let unit = step.unit();
        if matches!(step.state, StepState::Deferred(_)) {
            let step = step.clone();
            self.heed_stop()?;
            let outputs = self.outputs_before(index);
            self.learn_fields(&outputs).await?;
            let planned = self.plan_now(&step).await?;
            self.record(Event::StepPlanned { step: planned })?;
        }
        if self.state.unapproved.as_ref() != Some(&unit) {
            return Ok(());
        }
        let planned = &self.state.steps()[index];
        let judged = self.watch.judge(planned, &self.state).await;
        if let Some(problem) = judged.map_err(Halt::Stop)? {
            let state = StepState::Failed {
                class: ProblemClass::Refused,
                problems: vec![problem],
            };
            let step = PlannedStep {
                state,
                ..planned.clone()
            };
            return Ok(self.record(Event::StepPlanned { step })?);
        }
        let planned = &self.state.steps()[index];
        let by = self.watch.approve(planned).await.map_err(Halt::Stop)?;
        Ok(self.record(Event::Approved { by })?)
    }

    /// Plans one unit now.
    pub(super) async fn planned(&self, unit: &Unit) -> PlannedStep {
        let mut planned = self
            .planner
            .plan(std::slice::from_ref(unit), &self.state)
            .await;
        planned.pop().expect("a plan for each unit")
    }

    /// Says in which way a plan goes beyond its bound.
    async fn outside(&mut self, bound: &Bound, planned: &PlannedStep) -> Flow<Option<String>> {
        let exceeded = bound.exceeded(planned);
        let (None, Some(within)) = (&exceeded, &bound.within) else {
            return Ok(exceeded);
        };
        let changes = &planned.plan.changes;
        let known = Known(&self.state.bindings);
        let given = changes.iter().flat_map(|change| given(change, &known));
        let given: Vec<Given> = given.collect();
        let texts = within.texts(&planned.input.object());
        named::unnamed(self.org, &given, &texts).await
    }

    async fn plan_now(&mut self, step: &PlannedStep) -> Flow<PlannedStep> {
        self.watch.notice(&Notice::Planning { step: &step.id });
        let unit = step.unit();
        let bound = step.bound.clone().unwrap_or_default();
        let mut planned = self.planned(&unit).await;
        for (asked, pause_ms) in ASK_AGAIN_MS.into_iter().enumerate() {
            if !(bound.writes.is_empty() && is(&planned, ProblemClass::Unmet)) {
                break;
            }
            if asked == 0 {
                self.watch.notice(&Notice::Waiting {
                    step: &step.id,
                    summary: "Salesforce may still be at work on what the step looks at",
                    at_most_ms: ASK_AGAIN_MS.iter().sum(),
                });
            }
            self.pause(pause_ms).await?;
            planned = self.planned(&unit).await;
        }
        if let StepState::Failed {
            class: ProblemClass::Unavailable,
            problems,
        } = &planned.state
        {
            let why = unavailable(problems);
            return Err(Halt::Stop(Stop::Unreachable { why }));
        }
        if let StepState::Deferred(deferral) = &planned.state {
            let why = format!("it cannot be planned even now: {}", deferral.reason);
            planned.state = refused(ProblemClass::Unmet, "run/still-deferred", why);
        }
        if let Some(what) = self.outside(&bound, &planned).await? {
            let why = format!("{what}; that is not within what was approved for this step");
            planned.state = refused(ProblemClass::Refused, "run/outside-bound", why);
        }
        if matches!(planned.state, StepState::Failed { .. }) {
            planned.plan.changes.clear();
            planned.plan.effects.clear();
        }
        Ok(planned)
    }
}

/// The reason for which a step cannot be planned at the moment.
pub(super) fn unavailable(problems: &[Note]) -> String {
    let problem = problems.first();
    problem.map_or_else(
        || "the org gives no answer".to_owned(),
        |problem| problem.summary.clone(),
    )
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
