//! The plan of a whole recipe against one org: what a person approves.
//!
//! Serialised into journals (and saved plans); a new field needs a default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use usher_contract::change::{Consequence, Deferral, Note, StepPlan};
use usher_contract::manifest::Writes;
use usher_contract::operation::{Expectation, Lookup, Operation};
use usher_contract::read::{Identity, Record};
use usher_contract::value::Scalar;

/// The plugin that planned a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginStamp {
    pub name: String,
    pub version: String,
    /// Hex SHA-256 of the component.
    pub digest: String,
}

/// An input as it was used: for a record, what the person wrote and the record it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedInput {
    pub name: String,
    pub value: Value,
    /// "Maria Rivera (003…)", when that says more than the value.
    pub shown: Option<String>,
}

/// Why a step has no plan. The class decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemClass {
    /// The org is not ready.
    Unmet,
    /// The input is wrong.
    Invalid,
    /// The org gave no answer.
    Unavailable,
    /// A limit of ours.
    Limit,
    /// The plugin is at fault.
    Plugin,
    /// A read or a write that nobody granted.
    Refused,
}

/// How a step stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// There are changes.
    Changes,
    /// Nothing to do.
    AsWanted,
    /// Planned again when what it waits for is there.
    Deferred(Deferral),
    /// No plan.
    Failed {
        class: ProblemClass,
        problems: Vec<Note>,
    },
    /// Its `when` is false.
    Skipped { reason: String },
    /// A person does it, or has confirmed that it is done.
    Manual(Manual),
}

/// What a person does because no API can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manual {
    pub title: Scalar,
    /// What to click, line by line.
    pub lines: Vec<Scalar>,
    /// Finds a record when it is done; the step is as wanted then and never asks. Without one somebody
    /// confirms the step.
    pub look: Option<Lookup>,
    /// That it was done, in an earlier run of the recipe in this org.
    pub confirmed: Option<Confirmation>,
}

impl Manual {
    /// Whether the same is to be done.
    pub fn is_same(&self, other: &Self) -> bool {
        self.title == other.title && self.lines == other.lines
    }
}

/// Somebody's word that a step by hand is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// What they said about it.
    pub note: String,
    /// Their username in the org.
    pub by: String,
    /// UTC.
    pub at: String,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStep {
    pub id: String,
    /// None for a step by hand.
    pub plugin: Option<PluginStamp>,
    pub state: StepState,
    pub input: Map<String, Value>,
    pub plan: StepPlan,
    /// Present values of what updates set, by the change's address. Read by Usher, not by the plugin.
    pub before: BTreeMap<String, Record>,
    /// Of a step that is planned later: all that it may write then. Approved with the plan.
    #[serde(default)]
    pub bound: Option<Writes>,
    /// While taking a run back: what must hold for a change to be sent, by its address.
    #[serde(default)]
    pub only_if: BTreeMap<String, Vec<Expectation>>,
}

/// How many requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests {
    pub read: u64,
    pub write: u64,
}

/// The changes that a run would make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub recipe: String,
    pub title: String,
    pub org: Identity,
    /// The one time of the whole run, UTC.
    pub now: String,
    pub inputs: Vec<UsedInput>,
    pub steps: Vec<PlannedStep>,
    /// Read: made while planning. Write: that applying would make.
    pub requests: Requests,
}

impl Plan {
    /// Whether there is nothing to do and nobody to ask.
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| match &step.state {
            StepState::AsWanted | StepState::Skipped { .. } => true,
            StepState::Manual(manual) => manual.confirmed.is_some(),
            StepState::Changes | StepState::Deferred(_) | StepState::Failed { .. } => false,
        })
    }

    /// The steps that a person has still to do, and what.
    pub fn open_by_hand(&self) -> impl Iterator<Item = (&str, &Manual)> {
        self.steps.iter().filter_map(|step| match &step.state {
            StepState::Manual(manual) if manual.confirmed.is_none() => {
                Some((step.id.as_str(), manual))
            }
            _ => None,
        })
    }

    /// Whether the org is seen to be other than the recipe says. What only a person can know is no
    /// difference.
    pub fn differs(&self) -> bool {
        self.steps.iter().any(|step| match &step.state {
            StepState::AsWanted | StepState::Skipped { .. } => false,
            StepState::Manual(manual) => manual.look.is_some(),
            StepState::Changes | StepState::Deferred(_) | StepState::Failed { .. } => true,
        })
    }

    /// The gravest reason for which this plan cannot be applied.
    pub fn failure(&self) -> Option<ProblemClass> {
        let classes = self.steps.iter().filter_map(|step| match &step.state {
            StepState::Failed { class, .. } => Some(*class),
            _ => None,
        });
        classes.max()
    }
}

/// What a whole plan takes of something of which there is only so much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub object: String,
    pub id: Scalar,
    pub total: String,
    pub used: String,
    pub amount: u64,
    /// The step that takes the last of it.
    pub step: String,
}

/// Everything that the steps take, added up per record.
pub fn taken(steps: &[PlannedStep]) -> Vec<Taken> {
    let mut sums: Vec<Taken> = Vec::new();
    for step in steps {
        for effect in &step.plan.effects {
            let Consequence::Takes {
                object,
                id,
                total,
                used,
                amount,
            } = &effect.consequence
            else {
                continue;
            };
            let same = |taken: &&mut Taken| taken.object == *object && taken.id.is_same_id(id);
            if let Some(sum) = sums.iter_mut().find(same) {
                sum.amount += u64::from(*amount);
                sum.step.clone_from(&step.id);
            } else {
                sums.push(Taken {
                    object: object.clone(),
                    id: id.clone(),
                    total: total.clone(),
                    used: used.clone(),
                    amount: u64::from(*amount),
                    step: step.id.clone(),
                });
            }
        }
    }
    sums
}

/// Two steps that set one field of one record to different values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub object: String,
    pub field: String,
    pub first: String,
    pub second: String,
}

/// Every conflict between steps.
pub fn conflicts(steps: &[PlannedStep]) -> Vec<Conflict> {
    let mut wishes: Vec<(&str, &str, &Scalar, &str, &Scalar)> = Vec::new();
    let mut found = Vec::new();
    for step in steps {
        for change in &step.plan.changes {
            let Operation::Update {
                object, id, fields, ..
            } = &change.operation
            else {
                continue;
            };
            for field in fields {
                let other = wishes.iter().find(|(_, o, i, f, v)| {
                    o == object
                        && i.is_same_id(id)
                        && *f == field.name
                        && !v.is_as_wanted(f, &field.value)
                });
                match other {
                    Some((first, ..)) if *first != step.id => found.push(Conflict {
                        object: object.clone(),
                        field: field.name.clone(),
                        first: (*first).to_owned(),
                        second: step.id.clone(),
                    }),
                    _ => wishes.push((&step.id, object, id, &field.name, &field.value)),
                }
            }
        }
    }
    found
}
