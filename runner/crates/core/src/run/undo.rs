//! Taking a run back: for everything that it did the change that undoes it, newest first; and what stays,
//! with the reason. Decided from the run's events alone, no plugin is needed.
//!
//! What a record that stays refers to, stays: a user can only be made inactive, so its contact, account
//! and profile are kept.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::component;
use crate::plan::{PlannedStep, StepState};
use crate::run::event::{ChangeKey, How, Outcome};
use crate::run::state::{ChangeState, RunState};
use usher_contract::change::{
    Change, Effect, Need, Note, NoteSeverity, StepPlan, TakeBack, Undo, WayBack,
};
use usher_contract::id;
use usher_contract::known::Known;
use usher_contract::operation::{
    Component, ComponentName, ConfigureSettings, CreateRecord, DeleteRecord, DeployComponents,
    Field, Operation, UpdateRecord,
};
use usher_contract::read::Record;
use usher_contract::value::{Scalar, Unit};

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
        };
        for change in step.plan.changes.iter().rev() {
            let key = ChangeKey::new(&step.unit(), &change.address);
            if undone.contains(&key) || !is_ours(run, &key, &mut inverse.plan.notes, change) {
                stays.remains_of(run, &key, change, undone.contains(&key));
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

/// Records that are still there when everything has been taken back, and what they refer to.
#[derive(Default)]
struct Staying {
    /// Ids in 18 characters → the summary of the change that made what refers to it.
    referred: BTreeMap<String, String>,
}

impl Staying {
    /// A record that is not taken back now stays with all that it refers to, unless it is gone already.
    fn remains_of(&mut self, run: &RunState, key: &ChangeKey, change: &Change, undone: bool) {
        let Operation::Create(CreateRecord { fields, .. }) = &change.operation else {
            return;
        };
        let there = matches!(
            run.changes.get(key),
            Some(ChangeState::Settled(
                Outcome::Done { .. } | Outcome::Unsettled { .. }
            ))
        );
        let deleted =
            undone && matches!(&change.undo, Undo::Possible(back) if back.way == WayBack::Restore);
        if there && !deleted {
            self.refers(run, fields, &change.summary);
        }
    }

    fn refers(&mut self, run: &RunState, fields: &[Field], why: &str) {
        for field in fields {
            let value = Known(&run.bindings).value(&field.value);
            if let Ok(Value::String(text)) = value
                && let Some(id) = id::canonical(&text)
            {
                self.referred.entry(id).or_insert_with(|| why.to_owned());
            }
        }
    }
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
            needs: Vec::new(),
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
    let unit = step.unit();
    let key = ChangeKey::new(&unit, &change.address);
    let created = match &change.operation {
        Operation::Create(CreateRecord { fields, .. }) => Some(fields),
        _ => None,
    };
    let mut keep = |why: String| {
        if let Some(fields) = created {
            stays.refers(run, fields, &change.summary);
        }
        Err(why)
    };
    let back = match &change.undo {
        Undo::Nothing => {
            let _stays = keep(String::new());
            return Ok(None);
        }
        Undo::Impossible(why) => return keep(why.clone()),
        Undo::Possible(back) => back
            .resolved(&Known(&run.bindings))
            .map_err(|missing| missing.to_string())?,
    };
    let (operation, before) = match (&back.way, &change.operation) {
        (WayBack::Instead(inverse), _) => {
            if let Some(fields) = created {
                stays.refers(run, fields, &change.summary);
            }
            (inverse.clone(), None)
        }
        (WayBack::Restore, Operation::Create(CreateRecord { object, fields, .. })) => {
            let bound = unit.binds(&change.address, "id");
            let Some(id) = run.bindings.get(&bound).and_then(Scalar::from_json) else {
                return keep("its id is not known".to_owned());
            };
            let referred = match &id {
                Scalar::Text(text) => id::canonical(text).and_then(|id| stays.referred.get(&id)),
                _ => None,
            };
            if let Some(by) = referred {
                let why = format!("what stays refers to it: {by}");
                stays.refers(run, fields, &change.summary);
                return Err(why);
            }
            let object = object.clone();
            (
                Operation::Delete(DeleteRecord { object, id }),
                Some(known(run, fields)),
            )
        }
        (
            WayBack::Restore,
            Operation::Update(UpdateRecord {
                object,
                id,
                fields,
                options,
            }),
        ) => {
            let former = former(run, step, &key, fields)?;
            let update = Operation::Update(UpdateRecord {
                object: object.clone(),
                id: Known(&run.bindings)
                    .scalar(id)
                    .map_err(|unknown| unknown.to_string())?,
                fields: former,
                options: options.clone(),
            });
            (update, Some(known(run, fields)))
        }
        (WayBack::Restore, Operation::Configure(ConfigureSettings { settings, fields })) => {
            let configure = Operation::Configure(ConfigureSettings {
                settings: settings.clone(),
                fields: former(run, step, &key, fields)?,
            });
            (configure, Some(known(run, fields)))
        }
        (
            WayBack::Restore,
            Operation::Deploy(DeployComponents {
                components,
                removals,
                ..
            }),
        ) => {
            let bound = change.results.iter().filter_map(|result| {
                let bound = unit.binds(&change.address, &result.name);
                run.bindings.get(&bound)?.as_str().and_then(id::canonical)
            });
            if let Some(by) = bound.filter_map(|id| stays.referred.get(&id)).next() {
                return Err(format!("what stays refers to it: {by}"));
            }
            deployed_before(run, step, &key, components, removals)?
        }
        (WayBack::Restore, Operation::WaitOnly(_)) => return Ok(None),
        (WayBack::Restore, Operation::Delete(_) | Operation::Request(_)) => {
            return keep("Usher cannot restore it".to_owned());
        }
    };
    Ok(Some(Inverse {
        operation,
        before,
        back,
    }))
}

/// The deployment that brings the former components back, and takes away those that were not there.
fn deployed_before(
    run: &RunState,
    step: &PlannedStep,
    key: &ChangeKey,
    components: &[Component],
    removals: &[ComponentName],
) -> Result<(Operation, Option<Record>), String> {
    let unknown = || "what was there before is not known".to_owned();
    let before = run
        .before
        .get(key)
        .or_else(|| step.before.get(&key.address))
        .ok_or_else(unknown)?;
    let known = Known(&run.bindings);
    let named = |name: &ComponentName| {
        let full_name = known.scalar(&name.full_name);
        let full_name = full_name.map_err(|missing| missing.to_string())?;
        Ok::<_, String>(ComponentName {
            kind: name.kind.clone(),
            full_name,
        })
    };
    let mut left = Record::new();
    let mut put = Vec::new();
    for component in components {
        let name = named(&component.name)?;
        let content = known.json(&Value::Object(component::content(component)));
        let content = content.map_err(|missing| missing.to_string())?;
        left.insert(
            component::label(&name).ok_or_else(unknown)?,
            content.clone(),
        );
        put.push(Component {
            name,
            content: content.to_string(),
        });
    }
    let mut gone = Vec::new();
    for name in removals {
        let name = named(name)?;
        left.insert(component::label(&name).ok_or_else(unknown)?, Value::Null);
        gone.push(name);
    }
    let deployed = Operation::Deploy(DeployComponents {
        components: put,
        removals: gone,
        options: Vec::new(),
    });
    let back = component::inverse(&deployed, before).map_err(|why| why.to_string())?;
    Ok((back, Some(left)))
}

/// The former values of what a change set.
fn former(
    run: &RunState,
    step: &PlannedStep,
    key: &ChangeKey,
    fields: &[Field],
) -> Result<Vec<Field>, String> {
    let unknown = || "what was there before is not known".to_owned();
    let before = run.before.get(key);
    let before = before.or_else(|| step.before.get(&key.address));
    let before = before.ok_or_else(unknown)?;
    let former = fields.iter().map(|field| {
        let value = before.get(&field.name).and_then(Scalar::from_json);
        Ok(Field {
            name: field.name.clone(),
            value: value.ok_or_else(unknown)?,
        })
    });
    former.collect()
}

/// What a change left behind, as far as it is known.
fn known(run: &RunState, fields: &[Field]) -> Record {
    let known = Known(&run.bindings);
    let values = fields
        .iter()
        .filter_map(|field| Some((field.name.clone(), known.value(&field.value).ok()?)));
    values.collect()
}

/// What needed another change is taken back before it.
fn order(step: &PlannedStep, inverses: &mut [Change]) {
    let unit = step.unit();
    let inverted: BTreeSet<String> = inverses.iter().map(|one| one.address.clone()).collect();
    let names: BTreeMap<&str, BTreeSet<&str>> = step.plan.changes.iter().map(bound_names).collect();
    let mut after: BTreeMap<String, Vec<Need>> = BTreeMap::new();
    for change in &step.plan.changes {
        if !inverted.contains(&change.address) {
            continue;
        }
        for first in needed(&unit, change, &names) {
            let needs = after.entry(first).or_default();
            needs.push(Need::Change(change.address.clone()));
        }
    }
    for inverse in inverses {
        if let Some(needs) = after.remove(&inverse.address) {
            inverse.needs = needs;
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
    for need in &change.needs {
        if let Need::Change(address) = need {
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
