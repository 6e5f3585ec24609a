//! The plan of a whole recipe against one org: what a person approves.
//!
//! Serialised into journals (and saved plans); a new field needs a default.

mod apart;
mod binder;
mod bound;
mod read_needs;
mod terms;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use usher_contract::change::{Consequence, Deferral, Note, StepPlan};
use usher_contract::compact::Compact;
use usher_contract::id;
use usher_contract::name::fold;
use usher_contract::operation::{Expectation, Field, Lookup, UpdateRecord};
use usher_contract::read::{Identity, Record};
use usher_contract::value::{Scalar, Token, Unit};

use crate::csv_form::CsvForm;
use crate::keep::KeptSet;

pub use apart::WithoutSteps;
pub use binder::Binder;
pub use bound::{Bound, Given, Within, given};
pub use read_needs::{How, ReadNeeds, Sight};
pub use terms::{Retry, Terms};

/// The plugin that planned a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginStamp {
    pub name: String,
    pub version: String,
    /// Hex SHA-256 of the component.
    pub digest: String,
    /// The file that the recipe names, when the component does not come with Usher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// An input as it was used: for a record, the text that the person wrote and the record that it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedInput {
    pub name: String,
    pub value: Compact,
    /// "Maria Rivera (003…)", when that says more than the value.
    pub shown: Option<String>,
    /// The rows of an input of type `rows`, each at the place that its value has in `value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<UsedRows>,
    /// The set of records that these rows stand for, and those for which no row stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<KeptSet>,
}

/// Rows as they were used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedRows {
    /// The file as the person named it.
    pub file: Option<String>,
    /// The columns that were there, in the order of the file.
    pub columns: Vec<String>,
    /// The form of a CSV file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<CsvForm>,
    pub rows: Vec<UsedRow>,
}

/// One row as it was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedRow {
    /// The text of the key column.
    pub key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// An object, as they were written.
    pub cells: Compact,
}

/// A row that was left out because it is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub input: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The text of the key column; none, when that is itself wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Of the first mistake.
    pub code: String,
    /// All mistakes of the row, with what to write instead.
    pub message: String,
    /// As they were written.
    pub cells: Map<String, Value>,
    /// A part of the row that no cell holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<String>,
}

/// The code of an item that an earlier step of its loop has no plan for.
pub const ITEM_FAILED: &str = "plan/item-failed";

/// The reason why a step has no plan. The class decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemClass {
    /// The org is not ready.
    Unmet,
    /// The input is wrong.
    Invalid,
    /// The org gave no answer.
    Unavailable,
    /// A limit of Usher.
    Limit,
    /// The plugin is at fault.
    Plugin,
    /// The user has not granted a read or a write.
    Refused,
}

/// The state of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// There are changes.
    Changes,
    /// Nothing to do.
    AsWanted,
    /// The step is planned again when what it waits for exists.
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

/// A manual step: a person does what no API can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manual {
    pub title: Scalar,
    /// The instructions, line by line.
    pub lines: Vec<Scalar>,
    /// Finds a record when the step is done. The step is then as wanted, and Usher does not ask. Without a lookup a
    /// person confirms the step.
    pub look: Option<Lookup>,
    /// The confirmation from an earlier run of the recipe in this org.
    pub confirmed: Option<Confirmation>,
}

impl Manual {
    /// Says whether the other step has the same title and instructions.
    pub fn is_same(&self, other: &Self) -> bool {
        self.title == other.title && self.lines == other.lines
    }
}

/// A person's word that a manual step is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The person's remark.
    pub note: String,
    /// The person's username in the org.
    pub by: String,
    /// UTC.
    pub at: String,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStep {
    pub id: String,
    /// The item of a step in a loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The loop that the item is of: the words of `for_each`. Two loops may have items with one key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_loop: Option<String>,
    /// `None` for a manual step.
    pub plugin: Option<PluginStamp>,
    pub state: StepState,
    pub input: Compact,
    pub plan: StepPlan,
    /// Present values of the fields that updates set, by the change's address. Read by Usher, not by the plugin.
    pub before: BTreeMap<String, Record>,
    /// The bound of a step that is planned later: all that it may write then. Approved with the plan.
    #[serde(default)]
    pub bound: Option<Box<Bound>>,
    /// While undoing a run: the conditions under which a change is sent, by its address.
    #[serde(default)]
    pub only_if: BTreeMap<String, Vec<Expectation>>,
    /// Effects of earlier steps that the step was planned with, by the tokens that they bind. Usher looks for them when
    /// the step's turn comes, and does not begin the step when one of them did not come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relies_on: Vec<Token>,
    /// While undoing a run: the changes that refer to what a change made and are undone before it, each by the token of
    /// its id. By the change's address. The change is kept when one of them could not be undone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kept_with: BTreeMap<String, Vec<Token>>,
    /// The permissions that its reads need. Shared by the items of a step that need the same.
    #[serde(
        default,
        skip_serializing_if = "ReadNeeds::is_empty",
        with = "crate::shared"
    )]
    pub reads: Arc<ReadNeeds>,
    #[serde(default, skip_serializing_if = "Terms::is_usual")]
    pub terms: Terms,
}

impl PlannedStep {
    /// The step's id, and its item's key when it is in a loop.
    pub fn key(&self) -> (&str, Option<&str>) {
        (&self.id, self.item.as_deref())
    }

    /// The step, and its item when it is in a loop.
    pub fn unit(&self) -> Unit {
        Unit {
            step: self.id.clone(),
            item: self.item.clone(),
        }
    }
}

/// Plugins that do not come with Usher, and that steps use which may change something.
#[derive(Clone, Debug, Default)]
pub struct Outsiders {
    digests: BTreeSet<String>,
}

impl Outsiders {
    /// Takes account of a step.
    pub fn learn(&mut self, step: &PlannedStep) {
        let stamp = step.plugin.as_ref().filter(|stamp| stamp.file.is_some());
        let may_write = !step.plan.changes.is_empty() || step.bound.is_some();
        if let Some(stamp) = stamp.filter(|_| may_write)
            && !self.digests.contains(&stamp.digest)
        {
            self.digests.insert(stamp.digest.clone());
        }
    }

    /// Says that a step is planned once more when its turn comes: an earlier step uses another plugin, one that does
    /// not come with Usher, and may change something. The result, and its effects, may be otherwise than the plan says.
    pub fn is_planned_again(&self, step: &PlannedStep) -> bool {
        let own = step.plugin.as_ref().map(|stamp| &stamp.digest);
        let plans = matches!(step.state, StepState::Changes | StepState::AsWanted);
        plans && self.digests.iter().any(|digest| Some(digest) != own)
    }
}

/// Says whether a run of the plan needs plugins: for steps that are planned later, or once more.
pub fn needs_plugins(steps: &[PlannedStep]) -> bool {
    let mut outsiders = Outsiders::default();
    steps.iter().any(|step| {
        let is_planned_again = outsiders.is_planned_again(step);
        outsiders.learn(step);
        matches!(step.state, StepState::Deferred(_)) || is_planned_again
    })
}

/// Numbers of requests.
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
    /// Shared with what steps are planned with during the run, as there may be ten thousand rows.
    #[serde(with = "crate::shared")]
    pub inputs: Arc<Vec<UsedInput>>,
    /// Wrong rows, which no step is planned for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    pub steps: Vec<PlannedStep>,
    /// Reads that planning made; writes that applying would make.
    pub requests: Requests,
}

impl Plan {
    /// The steps by their ids and items.
    pub fn by_unit(&self) -> HashMap<(&str, Option<&str>), &PlannedStep> {
        let steps = self.steps.iter();
        steps.map(|step| (step.key(), step)).collect()
    }

    /// Says whether there is nothing to do and nobody to ask.
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| match &step.state {
            StepState::AsWanted | StepState::Skipped { .. } => true,
            StepState::Manual(manual) => manual.confirmed.is_some(),
            StepState::Changes | StepState::Deferred(_) | StepState::Failed { .. } => false,
        })
    }

    /// The manual steps that a person has still to do, with their instructions.
    pub fn open_by_hand(&self) -> impl Iterator<Item = (&str, &Manual)> {
        self.steps.iter().filter_map(|step| match &step.state {
            StepState::Manual(manual) if manual.confirmed.is_none() => {
                Some((step.id.as_str(), manual))
            }
            _ => None,
        })
    }

    /// Says whether Usher sees that the org differs from the recipe. A state that only a person can know is not a
    /// difference.
    pub fn differs(&self) -> bool {
        self.steps.iter().any(|step| match &step.state {
            StepState::AsWanted | StepState::Skipped { .. } => false,
            StepState::Manual(manual) => manual.look.is_some(),
            StepState::Changes | StepState::Deferred(_) | StepState::Failed { .. } => true,
        })
    }

    /// The gravest reason why this plan cannot be applied.
    pub fn failure(&self) -> Option<ProblemClass> {
        let classes = self.steps.iter().filter_map(|step| match &step.state {
            StepState::Failed { class, .. } => Some(*class),
            _ => None,
        });
        classes.max()
    }
}

/// The amount that a whole plan takes of something limited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub object: String,
    pub id: Scalar,
    pub total: String,
    pub used: String,
    pub amount: u64,
    /// The places of the steps that take of it, in order, each with its amount.
    pub takers: Vec<(usize, u64)>,
}

/// Returns one text for all ways to write the id of one record: 15 or 18 characters, or the token of an id.
pub fn record_key(id: &Scalar) -> String {
    match id {
        Scalar::Text(text) => id::canonical(text).unwrap_or_else(|| text.to_lowercase()),
        other => other.to_json().to_string(),
    }
}

/// Returns everything that the steps take, added up per record.
pub fn taken(steps: &[PlannedStep]) -> Vec<Taken> {
    let mut sums: Vec<Taken> = Vec::new();
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    for (at, step) in steps.iter().enumerate() {
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
            let place = *places
                .entry((fold(object), record_key(id)))
                .or_insert_with(|| {
                    sums.push(Taken {
                        object: object.clone(),
                        id: id.clone(),
                        total: total.clone(),
                        used: used.clone(),
                        amount: 0,
                        takers: Vec::new(),
                    });
                    sums.len() - 1
                });
            sums[place].amount += u64::from(*amount);
            sums[place].takers.push((at, u64::from(*amount)));
        }
    }
    sums
}

/// Two steps that set one field of one record to different values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub object: String,
    pub field: String,
    pub first: Unit,
    pub second: Unit,
}

/// The values that steps want fields to have, by field. The first of equal wishes counts.
#[derive(Debug, Default)]
pub struct Wishes<'a> {
    wishes: HashMap<FieldKey, Vec<Wish<'a>>>,
}

/// Object, record and field, each in its one normal spelling.
type FieldKey = (String, String, String);

/// A step, and the value that it wants.
type Wish<'a> = (&'a PlannedStep, &'a Scalar);

impl<'a> Wishes<'a> {
    /// Adds a wish. Returns the step whose wish it contradicts, if there is one. Case does not count in names of
    /// objects and fields. A step that is carried out at the end may set back what was meant for a while. `of`: the
    /// record, where an object has many.
    pub fn add(
        &mut self,
        step: &'a PlannedStep,
        object: &str,
        of: String,
        field: &'a Field,
    ) -> Option<Unit> {
        let key = (fold(object), of, fold(&field.name));
        let wishes = self.wishes.entry(key).or_default();
        let is_own = |first: &PlannedStep| first.id == step.id && first.item == step.item;
        let is_beside = |first: &PlannedStep| first.terms.finally == step.terms.finally;
        let other = |(first, wish): &&Wish<'_>| {
            !is_own(first) && is_beside(first) && !wish.is_as_wanted(&field.name, &field.value)
        };
        if let Some((first, _)) = wishes.iter().find(other) {
            return Some(first.unit());
        }
        if !wishes
            .iter()
            .any(|(first, wish)| is_beside(first) && wish.is_as_wanted(&field.name, &field.value))
        {
            wishes.push((step, &field.value));
        }
        None
    }
}

/// Every conflict between steps that set fields of records.
pub fn conflicts(steps: &[PlannedStep]) -> Vec<Conflict> {
    let mut wishes = Wishes::default();
    let mut found = Vec::new();
    for step in steps {
        for change in &step.plan.changes {
            let Some(UpdateRecord {
                object, id, fields, ..
            }) = change.operation.of()
            else {
                continue;
            };
            for field in fields {
                if let Some(first) = wishes.add(step, object, record_key(id), field) {
                    found.push(Conflict {
                        object: object.clone(),
                        field: field.name.clone(),
                        first,
                        second: step.unit(),
                    });
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
