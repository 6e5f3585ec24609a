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
use usher_core::run::{Event, Notice, RunState, Stop, Verdict};
use usher_core::value::Token;

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
        let mut ends = false;
        for place in turn.clone() {
            let step = &self.state.steps()[place];
            if !self.is_to_begin(step) {
                continue;
            }
            let mut tokens = step.relies_on.iter();
            let mut problem = tokens.find_map(|token| missing(&self.state, token));
            if problem.is_none() && self.is_planned_again(step) {
                let step = step.clone();
                problem = self.planned_otherwise(&step).await?;
            }
            let Some(problem) = problem else {
                continue;
            };
            let step = PlannedStep {
                state: StepState::Failed {
                    class: ProblemClass::Unmet,
                    problems: vec![problem],
                },
                ..self.state.steps()[place].clone()
            };
            let unit = step.unit();
            self.record(Event::StepPlanned { step })?;
            ends |= !self.goes_on_without(&unit);
        }
        Ok(ends)
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

    /// Plans a step once more, and says how the new plan differs from the approved one.
    async fn planned_otherwise(&mut self, step: &PlannedStep) -> Flow<Option<Note>> {
        self.heed_stop()?;
        self.learn_for(std::slice::from_ref(step)).await?;
        self.watch.notice(&Notice::Planning { step: &step.id });
        let now = self.planned(&step.unit()).await;
        let what = match &now.state {
            StepState::Failed {
                class: ProblemClass::Unavailable,
                problems,
            } => {
                let why = unavailable(problems);
                return Err(Halt::Stop(Stop::Unreachable { why }));
            }
            StepState::Failed { problems, .. } => {
                let problem = problems.first();
                problem.map_or_else(
                    || "it cannot be planned any more".to_owned(),
                    |problem| format!("it cannot be planned any more: {}", problem.summary),
                )
            }
            StepState::Deferred(deferral) => {
                format!("it cannot be planned any more: {}", deferral.reason)
            }
            StepState::Manual(_) | StepState::Skipped { .. } => {
                "what was done already is still to be done".to_owned()
            }
            StepState::Changes | StepState::AsWanted => {
                match differs(step, &now, &Known(&self.state.bindings)) {
                    None => return Ok(None),
                    Some(what) => what,
                }
            }
        };
        Ok(Some(note(
            PLANNED_OTHERWISE,
            format!("on the org as it is now, the step would not do what was approved: {what}"),
        )))
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
