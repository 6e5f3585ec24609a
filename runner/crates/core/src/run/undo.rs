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
    Change, Effect, Need, Note, NoteSeverity, StepPlan, TakeBack, Undo, WayBack, token,
};
use usher_contract::id;
use usher_contract::known::Known;
use usher_contract::operation::{Component, ComponentName, Field, Operation};
use usher_contract::read::Record;
use usher_contract::value::{Reference, Scalar};

/// The steps that take `run` back, without what `undone` says has been taken back already. What is not
/// taken back stands in the steps' notes.
pub fn taken_back(run: &RunState, undone: &BTreeSet<ChangeKey>) -> Vec<PlannedStep> {
    let mut stays = Staying::default();
    let steps = run.plan.iter().flat_map(|plan| plan.steps.iter().rev());
    let mut back = Vec::new();
    for step in steps {
        let mut inverse = PlannedStep {
            id: step.id.clone(),
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
            let key = ChangeKey {
                step: step.id.clone(),
                address: change.address.clone(),
            };
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
        let Operation::Create { fields, .. } = &change.operation else {
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
    let key = ChangeKey {
        step: step.id.clone(),
        address: change.address.clone(),
    };
    let created = match &change.operation {
        Operation::Create { fields, .. } => Some(fields),
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
        Undo::Possible(back) => resolved(back, run)?,
    };
    let (operation, before) = match (&back.way, &change.operation) {
        (WayBack::Instead(inverse), _) => {
            if let Some(fields) = created {
                stays.refers(run, fields, &change.summary);
            }
            (inverse.clone(), None)
        }
        (WayBack::Restore, Operation::Create { object, fields, .. }) => {
            let bound = token(&step.id, &change.address, "id");
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
            (Operation::Delete { object, id }, Some(known(run, fields)))
        }
        (
            WayBack::Restore,
            Operation::Update {
                object,
                id,
                fields,
                options,
            },
        ) => {
            let former = former(run, step, &key, fields)?;
            let update = Operation::Update {
                object: object.clone(),
                id: Known(&run.bindings)
                    .scalar(id)
                    .map_err(|unknown| unknown.to_string())?,
                fields: former,
                options: options.clone(),
            };
            (update, Some(known(run, fields)))
        }
        (WayBack::Restore, Operation::Configure { settings, fields }) => {
            let configure = Operation::Configure {
                settings: settings.clone(),
                fields: former(run, step, &key, fields)?,
            };
            (configure, Some(known(run, fields)))
        }
        (
            WayBack::Restore,
            Operation::Deploy {
                components,
                removals,
                ..
            },
        ) => {
            let bound = change.results.iter().filter_map(|result| {
                let bound = token(&step.id, &change.address, &result.name);
                run.bindings.get(&bound)?.as_str().and_then(id::canonical)
            });
            if let Some(by) = bound.filter_map(|id| stays.referred.get(&id)).next() {
                return Err(format!("what stays refers to it: {by}"));
            }
            deployed_before(run, step, &key, components, removals)?
        }
        (WayBack::Restore, Operation::WaitOnly) => return Ok(None),
        (WayBack::Restore, Operation::Delete { .. } | Operation::Request { .. }) => {
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
    let deployed = Operation::Deploy {
        components: put,
        removals: gone,
        options: Vec::new(),
    };
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

/// A way back with the values that the run has bound.
fn resolved(back: &TakeBack, run: &RunState) -> Result<TakeBack, String> {
    let known = Known(&run.bindings);
    let mut whole = StepPlan {
        changes: vec![Change {
            address: String::new(),
            summary: String::new(),
            operation: Operation::WaitOnly,
            needs: Vec::new(),
            waits: Vec::new(),
            results: Vec::new(),
            undo: Undo::Possible(back.clone()),
        }],
        ..StepPlan::default()
    };
    let mut unknown = None;
    whole.for_each_scalar(&mut |scalar| match known.scalar(scalar) {
        Ok(value) => *scalar = value,
        Err(missing) => unknown = Some(missing.to_string()),
    });
    let Some(Undo::Possible(mut back)) = whole.changes.pop().map(|change| change.undo) else {
        return Ok(back.clone());
    };
    if let WayBack::Instead(Operation::Request {
        body: Some(body), ..
    }) = &mut back.way
    {
        let json = serde_json::from_str(body).unwrap_or(Value::Null);
        let json = known.json(&json).map_err(|missing| missing.to_string())?;
        *body = json.to_string();
    }
    unknown.map_or(Ok(back), Err)
}

/// What needed another change is taken back before it.
fn order(step: &PlannedStep, inverses: &mut [Change]) {
    let addresses: BTreeSet<String> = inverses
        .iter()
        .map(|change| change.address.clone())
        .collect();
    let mut after: BTreeMap<String, Vec<Need>> = BTreeMap::new();
    for change in &step.plan.changes {
        if !addresses.contains(&change.address) {
            continue;
        }
        for first in needed(step, change) {
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

/// Addresses of the same step that a change needs or refers to.
fn needed(step: &PlannedStep, change: &Change) -> BTreeSet<String> {
    let mut needed: BTreeSet<String> = BTreeSet::new();
    for need in &change.needs {
        if let Need::Change(address) = need {
            needed.insert(address.clone());
        }
    }
    let mut whole = StepPlan {
        changes: vec![Change {
            undo: Undo::Nothing,
            waits: Vec::new(),
            results: Vec::new(),
            ..change.clone()
        }],
        ..StepPlan::default()
    };
    whole.for_each_scalar(&mut |scalar| {
        for reference in scalar.references() {
            let Reference::Given(given) = reference else {
                continue;
            };
            let of = |other: &&Change| {
                other.address != change.address && binds(step, other).any(|bound| bound == *given)
            };
            needed.extend(
                step.plan
                    .changes
                    .iter()
                    .filter(of)
                    .map(|c| c.address.clone()),
            );
        }
    });
    needed
}

/// Tokens that a change binds.
fn binds<'a>(
    step: &'a PlannedStep,
    change: &'a Change,
) -> impl Iterator<Item = usher_contract::value::Token> + 'a {
    let results = change.results.iter().map(|result| result.name.as_str());
    std::iter::once("id")
        .chain(results)
        .map(|name| token(&step.id, &change.address, name))
}

/// What is left of effects whose causes are taken back.
fn remains(effects: &[Effect], plan: &mut StepPlan) {
    let caused = |effect: &&Effect| {
        effect
            .causes
            .iter()
            .any(|cause| plan.changes.iter().any(|change| change.address == *cause))
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
