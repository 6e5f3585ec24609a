//! Steps that could not be planned before the run began: planned when their turn comes, held against the
//! bound that was approved with the plan, shown, approved, then carried out like any other.

use std::collections::BTreeSet;

use usher_core::change::{Note, NoteSeverity};
use usher_core::known::Known;
use usher_core::limit;
use usher_core::plan::{Bound, PlannedStep, ProblemClass, StepState, given};
use usher_core::run::{Event, Notice, Stop, planned_later};
use usher_core::value::Unit;

use crate::conduct::named::Gifts;
use crate::conduct::retry::pause_of;
use crate::conduct::{Conductor, Flow, Halt, at_end, named};

/// Pauses before a step that only looks is asked again: Salesforce recalculates sharing and makes members of sites after
/// its answer. A minute in all, as steps give a new member (docs/salesforce/sharing.md#recalculation).
const ASK_AGAIN_MS: [u64; 5] = [1_000, 4_000, 10_000, 15_000, 30_000];

impl Conductor<'_> {
    /// Plans the step at `first` and the items behind it that are still to be planned, and has all of them approved. Says
    /// whether the run ends here, because one of them has no plan.
    pub(super) async fn plan_later(&mut self, first: usize) -> Flow<bool> {
        let steps = self.state.steps();
        let most = self.memory.later_max(steps.get(first));
        let later = planned_later(&steps[..steps.len().min(first.saturating_add(most))], first);
        let (mut ends, mut asked) = (false, BTreeSet::new());
        if !later.is_empty() {
            self.give_up_items(later.clone())?;
            let steps = self.state.steps()[later].iter();
            let steps = steps.filter(|step| matches!(step.state, StepState::Deferred(_)));
            let steps: Vec<PlannedStep> = steps.cloned().collect();
            if !steps.is_empty() {
                self.heed_stop()?;
                let outputs = self.outputs_before(first);
                self.learn_fields(&outputs).await?;
                let planned = self.plan_now(&steps).await?;
                asked.extend(planned.iter().map(PlannedStep::unit));
                ends = self.take_planned(planned)?;
            }
        }
        asked.extend(self.state.steps().get(first).map(PlannedStep::unit));
        let asks = !asked.is_disjoint(&self.state.unapproved);
        match asks && !ends {
            true => self.have_approved().await,
            false => Ok(ends),
        }
    }

    /// Puts steps that were planned now into the plan. Says whether the run ends with one of them.
    pub(super) fn take_planned(&mut self, planned: Vec<PlannedStep>) -> Flow<bool> {
        let has_none = |step: &&PlannedStep| matches!(step.state, StepState::Failed { .. });
        let failed: Vec<Unit> = planned
            .iter()
            .filter(has_none)
            .map(PlannedStep::unit)
            .collect();
        let planned = planned.into_iter();
        let events = planned.map(|step| Event::StepPlanned { step });
        self.record_all(events.collect())?;
        Ok(self.ends_without(failed))
    }

    /// Asks once for all steps that nobody has approved yet. Says whether the run ends here, because one of them must not be
    /// carried out.
    async fn have_approved(&mut self) -> Flow<bool> {
        let places = self.state.unapproved.iter();
        let places = places.filter_map(|unit| self.state.place(unit));
        let mut places: Vec<usize> = places.collect();
        places.sort_unstable();
        let steps = places.into_iter().map(|at| self.state.steps()[at].clone());
        let steps: Vec<PlannedStep> = steps.collect();
        let judged = self.watch.judge(&steps, &self.state).await;
        let judged = judged.map_err(Halt::Stop)?;
        let (mut refused, mut open) = (Vec::new(), Vec::new());
        for (step, problem) in steps.into_iter().zip(judged) {
            match problem {
                None => open.push(step),
                Some(problem) => refused.push(PlannedStep {
                    state: StepState::Failed {
                        class: ProblemClass::Refused,
                        problems: vec![problem],
                    },
                    ..step
                }),
            }
        }
        if self.take_planned(refused)? {
            return Ok(true);
        }
        if !open.is_empty() {
            let by = self.watch.approve(&open).await.map_err(Halt::Stop)?;
            self.record(Event::Approved { by })?;
        }
        Ok(false)
    }

    /// Plans some units of one step now, each with the ones before it in view.
    pub(super) async fn planned(&self, units: &[Unit]) -> Vec<PlannedStep> {
        let planned = self.planner.plan(units, &self.state).await;
        assert_eq!(planned.len(), units.len(), "a plan for each unit");
        planned
    }

    /// Plans steps now, in their order, as far as they can be planned beside each other.
    async fn plan_now(&mut self, steps: &[PlannedStep]) -> Flow<Vec<PlannedStep>> {
        self.watch.notice(&Notice::Planning { step: &steps[0].id });
        let units: Vec<Unit> = steps.iter().map(PlannedStep::unit).collect();
        let mut planned = self.planned(&units).await;
        let pauses = pauses(&steps[0]);
        let at_most_ms = pauses.iter().sum();
        for (asked, pause_ms) in pauses.into_iter().enumerate() {
            let open: Vec<usize> = (0..steps.len())
                .filter(|at| only_looks(&steps[*at]) && is(&planned[*at], ProblemClass::Unmet))
                .collect();
            if open.is_empty() {
                break;
            }
            if asked == 0 {
                self.watch.notice(&Notice::Waiting {
                    step: &steps[0].id,
                    summary: "Salesforce may still be at work on what the step looks at",
                    at_most_ms,
                });
            }
            self.pause(pause_ms).await?;
            let units: Vec<Unit> = open.iter().map(|at| units[*at].clone()).collect();
            for (at, again) in open.into_iter().zip(self.planned(&units).await) {
                planned[at] = again;
            }
        }
        self.as_far_as_planned(&mut planned)?;
        self.hold_to_bounds(steps, &mut planned).await?;
        Ok(planned)
    }

    /// Leaves those that could be planned beside each other: the ones before the first that the org does not answer for, or
    /// that has to wait for one of them.
    fn as_far_as_planned(&mut self, planned: &mut Vec<PlannedStep>) -> Flow<()> {
        if let StepState::Failed {
            class: ProblemClass::Unavailable,
            problems,
        } = &planned[0].state
        {
            let why = unavailable(problems);
            return Err(Halt::Stop(Stop::Unreachable { why }));
        }
        if let StepState::Deferred(deferral) = &planned[0].state
            && planned[0].terms.finally
            && self.is_broken()
        {
            planned[0].state = at_end::left_out(deferral);
        }
        if let StepState::Deferred(deferral) = &planned[0].state {
            let why = format!("it cannot be planned even now: {}", deferral.reason);
            planned[0].state = refused(ProblemClass::Unmet, "run/still-deferred", why);
        }
        let many = planned.len();
        let is_open = |step: &PlannedStep| {
            matches!(step.state, StepState::Deferred(_)) || is(step, ProblemClass::Unavailable)
        };
        let end = planned.iter().position(is_open).unwrap_or(many);
        planned.truncate(end);
        // Plans that are made in vain stay within a few times those that are kept.
        let most = match end == many {
            true => self.memory.later_max(planned.first()),
            false => end,
        };
        if let Some(step) = planned.first() {
            self.memory.later = Some((step.id.clone(), most.saturating_mul(2)));
        }
        Ok(())
    }

    /// Lets those fail that go beyond what was approved for them with the plan.
    async fn hold_to_bounds(
        &mut self,
        steps: &[PlannedStep],
        planned: &mut [PlannedStep],
    ) -> Flow<()> {
        let known = Known(&self.state.bindings);
        let none = Bound::default();
        let bounds = steps.iter();
        let bounds = bounds.map(|step| step.bound.as_deref().unwrap_or(&none));
        let mut outside: Vec<Option<String>> = Vec::new();
        let (mut within, mut places) = (Vec::new(), Vec::new());
        for (at, (bound, planned)) in bounds.zip(&*planned).enumerate() {
            let exceeded = bound.exceeded(planned);
            if let (None, Some(named)) = (&exceeded, &bound.within) {
                let changes = &planned.plan.changes;
                let given = changes.iter().flat_map(|change| given(change, &known));
                within.push(Gifts {
                    given: given.collect(),
                    texts: named.texts(&planned.input.object()),
                });
                places.push(at);
            }
            outside.push(exceeded);
        }
        let unnamed = named::unnamed(self.org, &within).await?;
        for (at, unnamed) in places.into_iter().zip(unnamed) {
            outside[at] = unnamed;
        }
        for (planned, outside) in planned.iter_mut().zip(outside) {
            if let Some(what) = outside {
                let why = format!("{what}; that is not within what was approved for this step");
                planned.state = refused(ProblemClass::Refused, "run/outside-bound", why);
            }
            if matches!(planned.state, StepState::Failed { .. }) {
                planned.plan.changes.clear();
                planned.plan.effects.clear();
            }
        }
        Ok(())
    }
}

/// Says that a step writes nothing.
fn only_looks(step: &PlannedStep) -> bool {
    step.bound
        .as_ref()
        .is_none_or(|bound| bound.writes.is_empty())
}

/// The pauses before a step that only looks is asked again.
fn pauses(step: &PlannedStep) -> Vec<u64> {
    match step.terms.retry {
        Some(retry) => (1..=retry.times.min(limit::RETRY_TIMES_MAX))
            .map(|sent| pause_of(step, sent))
            .collect(),
        None => ASK_AGAIN_MS.to_vec(),
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

pub(super) fn refused(class: ProblemClass, code: &str, summary: String) -> StepState {
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
