//! Looks again, when a step's turn comes, at everything that the step was planned with, so that no plugin can make
//! another one write what it would not have written on the org as it then really is.
//!
//! Effects that earlier steps announced are looked for. A step behind one of a plugin from outside the box is planned
//! once more besides, on the org as it is: whatever that plugin did or claimed, the step does what was approved or
//! nothing. The step fails before anything of it is sent, if an effect did not come or the step would do something
//! else.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use usher_core::change::{Note, NoteSeverity};
use usher_core::known::Known;
use usher_core::operation::Operation;
use usher_core::plan::{PlannedStep, ProblemClass, StepState};
use usher_core::run::{Notice, RunState, Stop, Verdict};
use usher_core::value::{Token, Unit};

use crate::conduct::later::unavailable;
use crate::conduct::{Conductor, Flow, Halt};

/// The code under which a step fails that was planned with an effect which did not come.
const RELIED_ON: &str = "run/relied-on";

/// The code under which a step fails that would do something else on the org as it is.
const PLANNED_OTHERWISE: &str = "run/planned-otherwise";

impl Conductor<'_> {
    /// Says whether the run ends here, because something that a step of the turn was planned with is not so. Then the
    /// step has failed.
    pub(super) async fn fail_unfounded(&mut self, turn: Range<usize>) -> Flow<bool> {
        if self.state.is_undo() {
            return Ok(false);
        }
        self.verify_relied_by(turn.clone()).await?;
        self.learn_outsiders(turn.start);
        let mut problems: Vec<(Unit, Note)> = Vec::new();
        let mut again = Vec::new();
        for step in &self.state.steps()[turn] {
            if !self.is_to_begin(step) {
                continue;
            }
            let mut tokens = step.relies_on.iter();
            match tokens.find_map(|token| missing(&self.state, token)) {
                Some(problem) => problems.push((step.unit(), problem)),
                None if self.is_planned_again(step) => again.push(step.clone()),
                None => {}
            }
        }
        problems.extend(self.planned_otherwise(&again).await?);
        let failed = problems.into_iter().filter_map(|(unit, problem)| {
            let step = self.state.step(&unit)?;
            Some(PlannedStep {
                state: StepState::Failed {
                    class: ProblemClass::Unmet,
                    problems: vec![problem],
                },
                ..step.clone()
            })
        });
        let failed = failed.collect();
        self.take_planned(failed)
    }

    /// Looks for the effects that the steps of a turn were planned with.
    async fn verify_relied_by(&mut self, turn: Range<usize>) -> Flow<()> {
        let Some(plan) = self.state.plan.clone() else {
            return Ok(());
        };
        let steps = plan.steps[turn.clone()].iter();
        let steps = steps.filter(|step| self.is_to_begin(step));
        let tokens: HashSet<&Token> = steps.flat_map(|step| &step.relies_on).collect();
        if tokens.is_empty() {
            return Ok(());
        }
        self.verify_relied(&plan.steps[..turn.start], &tokens).await
    }

    /// Says whether nothing of a step was sent yet, and it is still to be carried out.
    fn is_to_begin(&self, step: &PlannedStep) -> bool {
        matches!(step.state, StepState::Changes | StepState::AsWanted)
            && self.failed_before(step).is_none()
            && !self.state.is_begun(step)
    }

    /// Plans steps of a turn once more, each with the ones before it in view, and says how the new plans differ from the
    /// approved ones.
    async fn planned_otherwise(&mut self, steps: &[PlannedStep]) -> Flow<Vec<(Unit, Note)>> {
        let Some(first) = steps.first() else {
            return Ok(Vec::new());
        };
        self.heed_stop()?;
        self.learn_for(steps).await?;
        self.watch.notice(&Notice::Planning { step: &first.id });
        let units: Vec<Unit> = steps.iter().map(PlannedStep::unit).collect();
        let planned = self.planned(&units).await;
        let mut otherwise = Vec::new();
        for ((unit, step), mut now) in units.into_iter().zip(steps).zip(planned) {
            // It may have to wait for what one beside it does: alone it does not.
            if matches!(now.state, StepState::Deferred(_)) && steps.len() > 1 {
                let alone = self.planned(std::slice::from_ref(&unit)).await;
                now = alone.into_iter().next().unwrap_or(now);
            }
            if let Some(what) = self.otherwise(step, &now)? {
                let why = format!(
                    "on the org as it is now, the step would not do what was approved: {what}"
                );
                otherwise.push((unit, note(PLANNED_OTHERWISE, why)));
            }
        }
        Ok(otherwise)
    }

    /// Says how a step that was planned once more differs from the approved one.
    fn otherwise(&self, step: &PlannedStep, now: &PlannedStep) -> Flow<Option<String>> {
        Ok(match &now.state {
            StepState::Failed {
                class: ProblemClass::Unavailable,
                problems,
            } => {
                let why = unavailable(problems);
                return Err(Halt::Stop(Stop::Unreachable { why }));
            }
            StepState::Failed { problems, .. } => {
                let problem = problems.first();
                Some(problem.map_or_else(
                    || "it cannot be planned any more".to_owned(),
                    |problem| format!("it cannot be planned any more: {}", problem.summary),
                ))
            }
            StepState::Deferred(deferral) => Some(format!(
                "it cannot be planned any more: {}",
                deferral.reason
            )),
            StepState::Manual(_) | StepState::Skipped { .. } => {
                Some("what was done already is still to be done".to_owned())
            }
            StepState::Changes | StepState::AsWanted => {
                differs(step, now, &Known(&self.state.bindings))
            }
        })
    }
}

/// Says how a step differs from the approved one. Compares values without showing them.
fn differs(approved: &PlannedStep, now: &PlannedStep, known: &Known<'_>) -> Option<String> {
    let operations = |step: &PlannedStep| -> BTreeMap<String, Operation> {
        let changes = step.plan.changes.iter();
        changes
            .map(|change| (change.address.clone(), change.operation.as_known(known)))
            .collect()
    };
    let (approved_operations, operations) = (operations(approved), operations(now));
    for (address, operation) in &approved_operations {
        match operations.get(address) {
            None => return Some(format!("the change `{address}` is not wanted any more")),
            Some(now) if now != operation => {
                return Some(format!("the change `{address}` is another one"));
            }
            Some(_) => {}
        }
    }
    let new = operations
        .keys()
        .find(|address| !approved_operations.contains_key(*address));
    if let Some(address) = new {
        return Some(format!("the change `{address}` would be made, too"));
    }
    let outputs = |step: &PlannedStep| known.json_as_known(&step.plan.outputs.value());
    (outputs(approved) != outputs(now)).then(|| "it hands on other values".to_owned())
}

/// Says that the effect which binds a token did not come. An effect without a verdict does not count any more, because
/// something later has decided what it announced.
fn missing(state: &RunState, token: &Token) -> Option<Note> {
    let (unit, address) = token.binder()?;
    let why = match state.verdict(unit, address)? {
        Verdict::Held => return None,
        Verdict::Missing { why } | Verdict::Unread { why } => why,
    };
    let effects = &state.step(unit)?.plan.effects;
    let effect = effects.iter().find(|effect| effect.address == address)?;
    let summary = format!(
        "it was planned as if this had come, which step `{unit}` announced: {} ({why})",
        effect.summary
    );
    Some(note(RELIED_ON, summary))
}

fn note(code: &str, summary: String) -> Note {
    let remedy = "Apply the recipe again: the step is then planned on the org as it is";
    Note {
        severity: NoteSeverity::Error,
        code: code.to_owned(),
        summary,
        remedy: Some(remedy.to_owned()),
        rule: None,
        at: String::new(),
    }
}
