//! Taking a run back: for everything that it did the change that undoes it, newest first; and what stays,
//! with the reason. Decided from the run's events alone, no plugin is needed.
//!
//! What a record that stays refers to, stays: a user can only be made inactive, so its contact, account
//! and profile are kept.

pub(crate) mod made;
pub(crate) mod staying;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::kind;
use crate::plan::{PlannedStep, StepState};
use crate::run::event::{ChangeKey, How, Outcome};
use crate::run::state::{ChangeState, RunState};
use crate::run::undo::made::Made;
use crate::run::undo::staying::Staying;
use usher_contract::change::{
    Change, Effect, Note, NoteSeverity, Prerequisite, StepPlan, TakeBack, Undo, WayBack,
};
use usher_contract::known::Known;
use usher_contract::operation::Operation;
use usher_contract::read::Record;
use usher_contract::value::Unit;

/// The steps that take `run` back, without what `undone` says has been taken back already. What is not
/// taken back stands in the steps' notes.
pub fn taken_back(run: &RunState, undone: &BTreeSet<ChangeKey>) -> Vec<PlannedStep> {
    let mut stays = Staying::default();
    let steps = run.plan.iter().flat_map(|plan| plan.steps.iter().rev());
    let mut back = Vec::new();
    for step in steps {
        let mut inverse = PlannedStep {
            id: step.id.clone(),
            item: step.item.clone(),
            plugin: step.plugin.clone(),
            state: StepState::AsWanted,
            input: serde_json::Map::new(),
            plan: StepPlan {
                outputs: Value::Object(serde_json::Map::new()),
                ..StepPlan::default()
            },
            before: BTreeMap::new(),
            bound: None,
            only_if: BTreeMap::new(),
            relies_on: Vec::new(),
        };
        for change in step.plan.changes.iter().rev() {
            let key = ChangeKey::new(&step.unit(), &change.address);
            if undone.contains(&key) || !is_ours(run, &key, &mut inverse.plan.notes, change) {
                let refers = kind::of(&change.operation).refers();
                stays.remains_of(run, &key, change, refers, undone.contains(&key));
                continue;
            }
            match invert(run, step, change, &mut stays) {
                Ok(Some(item)) => item.into_step(change, &mut inverse),
                Ok(None) => {}
                Err(why) => inverse.plan.notes.push(note(
                    NoteSeverity::Warning,
                    "undo/stays",
                    format!("stays: {} ({why})", change.summary),
                )),
            }
        }
        order(step, &mut inverse.plan.changes);
        remains(&step.plan.effects, &mut inverse.plan);
        if !inverse.plan.changes.is_empty() {
            inverse.state = StepState::Changes;
        }
        if !inverse.plan.changes.is_empty() || !inverse.plan.notes.is_empty() {
            back.push(inverse);
        }
    }
    back
}

/// One change and what takes it back.
struct Inverse {
    operation: Operation,
    before: Option<Record>,
    back: TakeBack,
}

impl Inverse {
    fn into_step(self, change: &Change, step: &mut PlannedStep) {
        if let Some(text) = &self.back.stays {
            let text = format!("only in part: {} ({text})", change.summary);
            step.plan
                .notes
                .push(note(NoteSeverity::Warning, "undo/in-part", text));
        }
        if let Some(text) = &self.back.destroys {
            let text = format!("is lost for good: {text}");
            step.plan
                .notes
                .push(note(NoteSeverity::Warning, "undo/destroys", text));
        }
        if let Some(before) = self.before {
            step.before.insert(change.address.clone(), before);
        }
        if !self.back.only_if.is_empty() {
            step.only_if
                .insert(change.address.clone(), self.back.only_if);
        }
        step.plan.changes.push(Change {
            address: change.address.clone(),
            summary: format!("Take back: {}", change.summary),
            operation: self.operation,
            after: Vec::new(),
            waits: self.back.waits,
            results: Vec::new(),
            undo: Undo::Nothing,
        });
    }
}

/// Whether the run made the change, so that it may be taken back.
fn is_ours(run: &RunState, key: &ChangeKey, notes: &mut Vec<Note>, change: &Change) -> bool {
    let told = |notes: &mut Vec<Note>, why: &str| {
        let text = format!("stays: {} ({why})", change.summary);
        notes.push(note(NoteSeverity::Warning, "undo/not-ours", text));
        false
    };
    match run.changes.get(key) {
        Some(ChangeState::Settled(Outcome::Done { how, .. })) => match how {
            How::Sent | How::Found => true,
            How::FoundNotOurs => told(notes, "somebody else made it"),
            How::AsWanted => false,
        },
        Some(ChangeState::Settled(Outcome::Unsettled { .. })) => {
            told(notes, "nobody knows what became of it")
        }
        Some(ChangeState::Settled(Outcome::Differs { .. })) => {
            told(notes, "what is there is not what the run was to make")
        }
        _ => false,
    }
}

/// What takes a change back; none when there is nothing to; or why it stays.
fn invert(
    run: &RunState,
    step: &PlannedStep,
    change: &Change,
    stays: &mut Staying,
) -> Result<Option<Inverse>, String> {
    let kind = kind::of(&change.operation);
    let back = match &change.undo {
        Undo::Nothing => {
            stays.refers(run, kind.refers(), &change.summary);
            return Ok(None);
        }
        Undo::Impossible(why) => {
            stays.refers(run, kind.refers(), &change.summary);
            return Err(why.clone());
        }
        Undo::Possible(back) => back
            .resolved(&Known(&run.bindings))
            .map_err(|missing| missing.to_string())?,
    };
    let restored = match &back.way {
        WayBack::Instead(inverse) => {
            stays.refers(run, kind.refers(), &change.summary);
            Some((inverse.clone(), None))
        }
        WayBack::Restore => {
            let restored = kind.restored(&Made { run, step, change }, stays);
            if restored.is_err() {
                stays.refers(run, kind.refers(), &change.summary);
            }
            restored?.map(|restored| (restored.by, Some(restored.left)))
        }
    };
    Ok(restored.map(|(operation, before)| Inverse {
        operation,
        before,
        back,
    }))
}

/// What needed another change is taken back before it.
fn order(step: &PlannedStep, inverses: &mut [Change]) {
    let unit = step.unit();
    let inverted: BTreeSet<String> = inverses.iter().map(|one| one.address.clone()).collect();
    let names: BTreeMap<&str, BTreeSet<&str>> = step.plan.changes.iter().map(bound_names).collect();
    let mut after: BTreeMap<String, Vec<Prerequisite>> = BTreeMap::new();
    for change in &step.plan.changes {
        if !inverted.contains(&change.address) {
            continue;
        }
        for first in needed(&unit, change, &names) {
            let needs = after.entry(first).or_default();
            needs.push(Prerequisite::Change(change.address.clone()));
        }
    }
    for inverse in inverses {
        if let Some(needs) = after.remove(&inverse.address) {
            inverse.after = needs;
        }
    }
}

/// A change's address, and the names under which it binds values.
fn bound_names(change: &Change) -> (&str, BTreeSet<&str>) {
    let results = change.results.iter().map(|result| result.name.as_str());
    let names = std::iter::once("id").chain(results).collect();
    (&change.address, names)
}

/// Addresses of the same step that a change needs or refers to. `names`: what its changes bind.
fn needed(
    unit: &Unit,
    change: &Change,
    names: &BTreeMap<&str, BTreeSet<&str>>,
) -> BTreeSet<String> {
    let mut needed: BTreeSet<String> = BTreeSet::new();
    for prerequisite in &change.after {
        if let Prerequisite::Change(address) = prerequisite {
            needed.insert(address.clone());
        }
    }
    for token in change.operation.tokens() {
        if let Some((of, address)) = token.binder()
            && of == unit
            && address != change.address
            && let Some(name) = token.name_of(unit, address)
            && names.get(address).is_some_and(|names| names.contains(name))
        {
            needed.insert(address.to_owned());
        }
    }
    needed
}

/// What is left of effects whose causes are taken back.
fn remains(effects: &[Effect], plan: &mut StepPlan) {
    let undone: BTreeSet<&str> = plan
        .changes
        .iter()
        .map(|one| one.address.as_str())
        .collect();
    let caused = |effect: &&Effect| {
        let mut causes = effect.causes.iter();
        causes.any(|cause| undone.contains(cause.as_str()))
    };
    let notes: Vec<Note> = effects
        .iter()
        .filter(caused)
        .filter_map(|effect| effect.remains.as_ref())
        .map(|remains| note(NoteSeverity::Info, "undo/remains", remains.clone()))
        .collect();
    plan.notes.extend(notes);
}

fn note(severity: NoteSeverity, code: &str, summary: String) -> Note {
    Note {
        severity,
        code: code.to_owned(),
        summary,
        remedy: None,
        rule: None,
        at: String::new(),
    }
}

#[cfg(test)]
mod tests;
