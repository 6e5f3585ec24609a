//! Tells the parts of a component apart: those that a deployment added, and those that another user added since.

use std::collections::HashMap;

use serde_json::Value;

use crate::component::{Content, contains, identity, occurrences, parts};

/// The parts of `left`, the content that a run left behind, that `former`, the content before it, does not have.
pub fn added(left: &Content, former: &Content) -> Content {
    let mut added = Content::new();
    for (element, all) in left {
        let all = all.as_array().into_iter().flatten();
        let new = all.filter(|one| !has(former, element, one)).cloned();
        let new: Vec<Value> = new.collect();
        if !new.is_empty() {
            added.insert(element.clone(), Value::Array(new));
        }
    }
    added
}

/// Says that the component has some part of `wanted`.
pub fn holds_any(there: &Content, wanted: &Content) -> bool {
    wanted.iter().any(|(element, all)| {
        let mut all = all.as_array().into_iter().flatten();
        all.any(|one| has(there, element, one))
    })
}

/// Names the parts that neither a run left behind nor the component had before it: another user has added them. In a
/// component that did not exist before, a new value may come from Salesforce, which completes what it is given; a new
/// part, or one more value of those that the run named, does not.
pub fn beyond(there: &Content, left: &Content, former: Option<&Content>) -> Vec<String> {
    let mut named = Vec::new();
    for (element, all) in there {
        for one in all.as_array().into_iter().flatten() {
            let known = completes(one, left, element)
                || former.is_some_and(|former| completes(one, former, element));
            let completed = former.is_none() && !left.contains_key(element) && !one.is_object();
            if !known && !completed {
                named.push(name(element, one));
            }
        }
    }
    named
}

/// The content that undoes in `now` the change from `former` to `deployed`. `now` may hold other changes besides.
pub fn reverted(now: &Content, deployed: &Content, former: &Content) -> Content {
    if now == deployed {
        return former.clone();
    }
    let (new, gone) = (added(deployed, former), added(former, deployed));
    let mut content = now.clone();
    for (element, all) in &mut content {
        if let Value::Array(all) = all {
            all.retain(|one| !has(&new, element, one));
        }
    }
    for (element, back) in gone {
        let all = content
            .entry(element)
            .or_insert_with(|| Value::Array(Vec::new()));
        if let (Value::Array(all), Value::Array(back)) = (all, back) {
            all.extend(back);
        }
    }
    content.retain(|_, all| all.as_array().is_none_or(|all| !all.is_empty()));
    content
}

/// The elements that `deployed` names, with the values that `now` has for them.
pub fn as_left(now: &Content, deployed: &Content) -> Content {
    let each = deployed.iter().map(|(element, all)| {
        let mut has_parts = parts(deployed, element).peekable();
        let left = match has_parts.peek() {
            Some(_) => {
                let there = by_identity(now, element);
                let left = has_parts.map(|part| part_as_left(&there, element, part));
                left.collect()
            }
            None => now.get(element).unwrap_or(all).clone(),
        };
        (element.clone(), left)
    });
    each.collect()
}

/// The parts of an element; the first of an identity counts.
fn by_identity<'c>(content: &'c Content, element: &str) -> HashMap<String, &'c Content> {
    let mut all = HashMap::new();
    for part in parts(content, element) {
        if let Some(own) = identity(element, part) {
            all.entry(own).or_insert(part);
        }
    }
    all
}

fn part_as_left(there: &HashMap<String, &Content>, element: &str, deployed: &Content) -> Value {
    let there = identity(element, deployed).and_then(|own| there.get(&own));
    let value = |name: &String, value: &Value| {
        let now = there.and_then(|there| there.get(name));
        (name.clone(), now.unwrap_or(value).clone())
    };
    let each = deployed
        .iter()
        .map(|(name, deployed)| value(name, deployed));
    Value::Object(each.collect())
}

/// Says that an occurrence of an element is in a content, whatever that holds besides.
fn has(content: &Content, element: &str, one: &Value) -> bool {
    match one {
        Value::Object(part) => parts(content, element).any(|other| contains(other, part)),
        one => occurrences(content, element).any(|other| other == one),
    }
}

/// Says that `one` is an occurrence of the element in a content, and may hold more.
fn completes(one: &Value, content: &Content, element: &str) -> bool {
    match one {
        Value::Object(part) => parts(content, element).any(|other| contains(part, other)),
        one => occurrences(content, element).any(|other| other == one),
    }
}

fn name(element: &str, one: &Value) -> String {
    let own = match one {
        Value::Object(part) => identity(element, part),
        one => one.as_str().map(str::to_owned),
    };
    match own {
        Some(own) => format!("{element} `{own}`"),
        None => element.to_owned(),
    }
}
