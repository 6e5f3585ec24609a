//! The changes of one step in two orgs, put together, and the values that differ.

use serde_json::{Map, Value};

use crate::comparison::names::{Names, are_same};
use crate::comparison::{Held, Side};
use crate::component::{content, differences, label, overlay};
use crate::plan::PlannedStep;
use usher_contract::change::{Change, tokens_in};
use usher_contract::id;
use usher_contract::operation::{ComponentName, DeployComponents, Operation};
use usher_contract::read::Record;
use usher_contract::value::Token;

/// One thing, with the change that it needs in each org.
pub(super) struct Paired<'p> {
    pub(super) changes: [Option<&'p Change>; 2],
}

/// The changes of both orgs: first by address; then those that are left over, when they do the same. An address may name
/// a user, who has another username in another org.
pub(super) fn pairs<'p>(both: [&'p PlannedStep; 2], names: [&Names; 2]) -> Vec<Paired<'p>> {
    let [first, second] = both.map(|step| step.plan.changes.iter().collect::<Vec<&Change>>());
    let mut left = second;
    let mut pairs: Vec<Paired<'p>> = Vec::new();
    for change in first {
        let other = left
            .iter()
            .position(|other| other.address == change.address);
        pairs.push(Paired {
            changes: [Some(change), other.map(|at| left.remove(at))],
        });
    }
    let alone = pairs.iter_mut().filter(|pair| pair.changes[1].is_none());
    for pair in alone {
        let Some(first) = pair.changes[0] else {
            continue;
        };
        let other = left
            .iter()
            .position(|other| do_the_same([first, other], names));
        pair.changes[1] = other.map(|at| left.remove(at));
    }
    pairs.extend(left.into_iter().map(|change| Paired {
        changes: [None, Some(change)],
    }));
    pairs
}

/// The kind of a change: the head of its address, before the name in it, and what it does.
fn kind(change: &Change) -> (Option<&str>, &'static str) {
    let head = change.address.split_once('/').map(|(head, _)| head);
    (head, change.operation.verb())
}

/// Says whether two changes with different addresses do the same: they are of one kind, and their operations agree.
fn do_the_same(changes: [&Change; 2], names: [&Names; 2]) -> bool {
    let operations = changes.map(|change| serde_json::to_value(&change.operation).ok());
    match operations {
        [Some(first), Some(second)] => {
            kind(changes[0]) == kind(changes[1]) && agree([&first, &second], names)
        }
        _ => false,
    }
}

/// Says whether two operations, or parts of them, agree: ids by the names of their records. A username is another one in
/// another org. A record that is only planned in one of the orgs has no name yet, and counts as the one in the other.
fn agree(values: [&Value; 2], names: [&Names; 2]) -> bool {
    match values {
        [Value::String(first), Value::String(second)] => {
            let texts = [first.as_str(), second.as_str()];
            first == second
                || texts.iter().all(|text| text.contains('@'))
                || are_same(texts, names) == Some(true)
        }
        [Value::Array(first), Value::Array(second)] => {
            let mut items = first.iter().zip(second);
            first.len() == second.len() && items.all(|(a, b)| agree([a, b], names))
        }
        [Value::Object(first), Value::Object(second)] => {
            let is_id = |one: &Map<String, Value>| {
                let text = one.get("text").and_then(Value::as_str);
                text.is_some_and(|text| id::canonical(text).is_some())
            };
            let is_planned = |one: &Map<String, Value>| one.contains_key("reference");
            if is_id(first) && is_planned(second) || is_planned(first) && is_id(second) {
                return true;
            }
            let mut members = first.iter();
            first.len() == second.len()
                && members.all(|(name, a)| second.get(name).is_some_and(|b| agree([a, b], names)))
        }
        [first, second] => first == second,
    }
}

impl<'p> Paired<'p> {
    /// The change that names the thing.
    pub(super) fn shown(&self) -> &'p Change {
        let [first, second] = self.changes;
        first.or(second).expect("a pair has a change")
    }

    /// Returns both sides; none: the thing is the same in both orgs.
    pub(super) fn contrast(
        &self,
        both: [&PlannedStep; 2],
        names: [&Names; 2],
    ) -> Option<[Side; 2]> {
        let [first, second] = self.changes;
        let (Some(first), Some(second)) = (first, second) else {
            let side = |index: usize| match self.changes[index] {
                Some(change) => side(change, both[index]),
                None => Side::AsWanted,
            };
            return Some([side(0), side(1)]);
        };
        let sides = [side(first, both[0]), side(second, both[1])];
        match sides {
            [Side::Otherwise(first), Side::Otherwise(second)] => {
                let (first, second) = differing(first, second, names);
                let differ = !first.is_empty() || !second.is_empty();
                differ.then_some([Side::Otherwise(first), Side::Otherwise(second)])
            }
            [first, second] => (first != second).then_some([first, second]),
        }
    }
}

/// The thing in an org that needs this change.
fn side(change: &Change, step: &PlannedStep) -> Side {
    match &change.operation {
        Operation::Create(_) => Side::Missing,
        Operation::Update(_) | Operation::Configure(_) => {
            let nothing = Map::new();
            let before = step.before.get(&change.address).unwrap_or(&nothing);
            let fields = change.operation.fields().iter().map(|field| Held {
                field: field.name.clone(),
                now: before.get(&field.name).cloned(),
                wanted: field.value.to_json(),
            });
            Side::Otherwise(fields.collect())
        }
        Operation::Deploy(deploy) => deployed(deploy, step.before.get(&change.address)),
        other => Side::ToDo { verb: other.verb() },
    }
}

/// Components in an org: missing when none of them is there.
fn deployed(deploy: &DeployComponents, before: Option<&Record>) -> Side {
    let former = |name: &ComponentName| before?.get(&label(name)?);
    let mut held = Vec::new();
    let mut missing = 0;
    for component in &deploy.components {
        let name = &component.name;
        let title = label(name).unwrap_or_else(|| name.kind.clone());
        let Some(Value::Object(there)) = former(name) else {
            missing += 1;
            held.push(Held {
                field: title,
                now: former(name).cloned(),
                wanted: "there".into(),
            });
            continue;
        };
        let after = overlay(&name.kind, Some(there), &content(component));
        held.extend(differences(there, &after).into_iter().map(|one| Held {
            field: format!("{title} {}", one.at),
            now: Some(one.before.unwrap_or(Value::Null)),
            wanted: one.after.unwrap_or(Value::Null),
        }));
    }
    held.extend(deploy.removals.iter().map(|name| Held {
        field: label(name).unwrap_or_else(|| name.kind.clone()),
        now: Some("there".into()),
        wanted: Value::Null,
    }));
    match missing == held.len() {
        true => Side::Missing,
        false => Side::Otherwise(held),
    }
}

/// The fields that the two do not have alike.
fn differing(first: Vec<Held>, second: Vec<Held>, names: [&Names; 2]) -> (Vec<Held>, Vec<Held>) {
    let is_alike = |held: [&Held; 2]| {
        let now = held.map(|held| held.now.as_ref().unwrap_or(&Value::Null));
        same(now, names) && same(held.map(|held| &held.wanted), names)
    };
    let other = |held: &Held, others: &[Held]| {
        let mut others = others.iter();
        others.find(|other| other.field == held.field).cloned()
    };
    let left = first.iter().filter(|held| {
        let other = other(held, &second);
        !other.is_some_and(|other| is_alike([held, &other]))
    });
    let right = second.iter().filter(|held| {
        let other = other(held, &first);
        !other.is_some_and(|other| is_alike([&other, held]))
    });
    (left.cloned().collect(), right.cloned().collect())
}

/// Says whether two orgs have the same value. Ids are the same when their records have the same name. Of ids whose names
/// are not known, and of values that are not known yet, only that there is one counts.
fn same(values: [&Value; 2], names: [&Names; 2]) -> bool {
    if let [Value::String(first), Value::String(second)] = values
        && let Some(same) = are_same([first, second], names)
    {
        return same;
    }
    values[0] == values[1] || values.iter().all(|value| is_of_one_org(value))
}

fn is_of_one_org(value: &Value) -> bool {
    match value {
        Value::String(text) => id::canonical(text).is_some(),
        Value::Object(members) => members.contains_key("$ref") || members.contains_key("$join"),
        _ => false,
    }
}

/// The values that a step's input needs, and that do not exist yet.
pub(super) fn needs_of(input: &Map<String, Value>) -> Vec<Token> {
    let mut tokens = Vec::new();
    for value in input.values() {
        tokens_in(value, &mut tokens);
    }
    tokens
}
