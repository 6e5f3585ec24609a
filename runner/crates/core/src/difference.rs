//! The differences between a plan that is made again and the one that a person approved: what was added, what was
//! removed, and what changed.
//!
//! Summaries, notes and outputs are not compared, as people only read them: operations, effects and bounds are.

mod change;
mod effect;

use serde::Serialize;
use serde_json::{Value, json};

use crate::plan::{Plan, PlannedStep, StepState};

/// The part of a plan that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The record that an input names.
    Input,
    /// The state of a step.
    Step,
    Change,
    Effect,
}

/// The way in which it differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// It was not approved.
    Added,
    /// It was approved, and is not planned any more.
    Removed,
    Changed,
}

/// One part of something that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// A field, or a part in words: `how it is taken back`.
    pub what: String,
    /// The value that was approved. Null: nothing.
    pub approved: Value,
    pub now: Value,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub subject: Subject,
    pub way: Way,
    /// `None` for an input.
    pub step: Option<String>,
    /// The address of a change or an effect; the name of an input.
    pub address: Option<String>,
    /// One line in an admin's words.
    pub summary: String,
    /// The parts that differ. Not empty when the subject changed.
    pub details: Vec<Detail>,
}

/// Returns every difference, in the order of the recipe. When there is none, `now` does exactly what was approved.
pub fn differences(approved: &Plan, now: &Plan) -> Vec<Difference> {
    let mut found = inputs(approved, now);
    let (known, planned) = (approved.by_unit(), now.by_unit());
    for step in &now.steps {
        match known.get(&step.key()) {
            Some(known) => steps(known, step, &mut found),
            None => found.push(item(Way::Added, step, "This item was not approved")),
        }
    }
    let gone = approved.steps.iter();
    let gone = gone.filter(|step| !planned.contains_key(&step.key()));
    found.extend(gone.map(|step| item(Way::Removed, step, "This item is not there any more")));
    found
}

/// An item of a loop that is only on one side.
fn item(way: Way, step: &PlannedStep, summary: &str) -> Difference {
    Difference {
        subject: Subject::Step,
        way,
        step: Some(step.unit().to_string()),
        address: None,
        summary: summary.to_owned(),
        details: Vec::new(),
    }
}

fn inputs(approved: &Plan, now: &Plan) -> Vec<Difference> {
    let mut found = Vec::new();
    for input in now.inputs.iter() {
        let Some(known) = approved
            .inputs
            .iter()
            .find(|known| known.name == input.name)
        else {
            continue;
        };
        if known.value == input.value {
            continue;
        }
        let shown = |input: &crate::plan::UsedInput| match &input.shown {
            Some(shown) => Value::String(shown.clone()),
            None => input.value.value(),
        };
        found.push(Difference {
            subject: Subject::Input,
            way: Way::Changed,
            step: None,
            address: Some(input.name.clone()),
            summary: format!("The input `{}` names another record", input.name),
            details: vec![Detail {
                what: input.name.clone(),
                approved: shown(known),
                now: shown(input),
            }],
        });
    }
    found
}

fn steps(approved: &PlannedStep, now: &PlannedStep, found: &mut Vec<Difference>) {
    let states = (standing(&approved.state), standing(&now.state));
    let planned = matches!(
        (&approved.state, &now.state),
        (
            StepState::Changes | StepState::AsWanted,
            StepState::Changes | StepState::AsWanted
        ) | (StepState::Manual(_), StepState::AsWanted)
    );
    if !planned && states.0 != states.1 {
        found.push(Difference {
            subject: Subject::Step,
            way: Way::Changed,
            step: Some(now.unit().to_string()),
            address: None,
            summary: became(&now.state),
            details: vec![Detail {
                what: "state".to_owned(),
                approved: states.0.into(),
                now: states.1.into(),
            }],
        });
    } else if approved.bound != now.bound {
        found.push(Difference {
            subject: Subject::Step,
            way: Way::Changed,
            step: Some(now.unit().to_string()),
            address: None,
            summary: "What it may do later is not the same".to_owned(),
            details: vec![Detail {
                what: "bound".to_owned(),
                approved: json!(approved.bound),
                now: json!(now.bound),
            }],
        });
    }
    change::differences(approved, now, found);
    effect::differences(approved, now, found);
}

/// Names the part of a state that is approved. The reason why a step waits is only for people.
fn standing(state: &StepState) -> &'static str {
    match state {
        StepState::Changes => "changes",
        StepState::AsWanted => "as-wanted",
        StepState::Deferred(_) => "deferred",
        StepState::Failed { .. } => "failed",
        StepState::Skipped { .. } => "skipped",
        StepState::Manual(_) => "manual",
    }
}

fn became(state: &StepState) -> String {
    match state {
        StepState::Changes => "It can be planned now".to_owned(),
        StepState::AsWanted => "It has nothing to do now".to_owned(),
        StepState::Deferred(_) => "It can only be planned later now".to_owned(),
        StepState::Failed { problems, .. } => {
            let problems: Vec<&str> = problems.iter().map(|note| note.summary.as_str()).collect();
            format!("It cannot be planned any more: {}", problems.join("; "))
        }
        StepState::Skipped { reason } => format!("It is skipped now: {reason}"),
        StepState::Manual(_) => "A person must do it now".to_owned(),
    }
}

/// The entry of a change or an effect that is only on one side.
fn one_sided(
    subject: Subject,
    way: Way,
    step: &PlannedStep,
    address: &str,
    summary: &str,
) -> Difference {
    Difference {
        subject,
        way,
        step: Some(step.unit().to_string()),
        address: Some(address.to_owned()),
        summary: summary.to_owned(),
        details: Vec::new(),
    }
}

/// Details, collected where two values differ.
#[derive(Default)]
struct Details(Vec<Detail>);

impl Details {
    fn compare(&mut self, what: &str, approved: Value, now: Value) {
        if approved != now {
            self.0.push(Detail {
                what: what.to_owned(),
                approved,
                now,
            });
        }
    }
}

#[cfg(test)]
mod tests;
