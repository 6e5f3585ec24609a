//! The JSON texts in a plan (component content, request bodies, outputs): their shape, and the references in
//! them.

use serde_json::{Map, Value as Json};

use crate::{BindingName, Operation, Reference, StepPlan, Undo, WayBack};

/// Every reference in the plan's JSON texts.
pub(crate) fn references(plan: &StepPlan) -> Vec<Reference> {
    let mut found = vec![];
    for text in operations(plan).into_iter().flat_map(texts) {
        within(&parsed(text), &mut found);
    }
    within(&parsed(&plan.outputs), &mut found);
    found
}

/// Everything that is wrong with what the plan deploys.
pub(crate) fn deployments(plan: &StepPlan, found: &mut Vec<String>) {
    for operation in operations(plan) {
        let Operation::Deploy(deploy) = operation else {
            continue;
        };
        if deploy.components.is_empty() && deploy.removals.is_empty() {
            found.push("a deployment without components".to_owned());
        }
        let named = deploy.components.iter().map(|component| &component.name);
        let named: Vec<_> = named.chain(&deploy.removals).collect();
        for (at, name) in named.iter().enumerate() {
            if named[..at].contains(name) {
                found.push(format!("a `{}` is deployed twice at once", name.kind));
            }
        }
        for component in &deploy.components {
            if let Err(why) = content(&parsed(&component.content)) {
                found.push(format!("the content of a `{}`: {why}", component.name.kind));
            }
        }
    }
}

/// Whether this is the content of a component.
pub(crate) fn content(json: &Json) -> Result<(), String> {
    let Json::Object(elements) = json else {
        return Err("it is no JSON object".to_owned());
    };
    for (element, occurrences) in elements {
        let Json::Array(occurrences) = occurrences else {
            return Err(format!("`{element}` is no list of its occurrences"));
        };
        for one in occurrences {
            match one {
                Json::String(_) => {}
                Json::Object(part) if part.keys().any(|key| key.starts_with('$')) => {}
                Json::Object(_) => content(one).map_err(|why| format!("in `{element}`: {why}"))?,
                _ => return Err(format!("`{element}` is neither a text nor elements")),
            }
        }
    }
    Ok(())
}

/// The tokens in a content.
pub(crate) fn tokens(json: &Json) -> Vec<String> {
    let mut found = vec![];
    within(json, &mut found);
    let tokens = found.into_iter().filter_map(|reference| match reference {
        Reference::Given(token) => Some(token),
        Reference::Bound(_) => None,
    });
    tokens.collect()
}

/// What is sent, and what takes it back.
fn operations(plan: &StepPlan) -> Vec<&Operation> {
    let mut all = vec![];
    for change in &plan.changes {
        all.push(&change.operation);
        if let Undo::Possible(back) = &change.undo
            && let WayBack::Instead(inverse) = &back.way
        {
            all.push(inverse);
        }
    }
    all
}

fn texts(operation: &Operation) -> Vec<&str> {
    match operation {
        Operation::Deploy(deploy) => {
            let contents = deploy.components.iter();
            contents.map(|one| one.content.as_str()).collect()
        }
        Operation::Request(request) => request.body.as_deref().into_iter().collect(),
        _ => vec![],
    }
}

fn parsed(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_default()
}

fn within(json: &Json, found: &mut Vec<Reference>) {
    match json {
        Json::Object(object) => match reference(object) {
            Some(reference) => found.push(reference),
            None => object.values().for_each(|value| within(value, found)),
        },
        Json::Array(values) => values.iter().for_each(|value| within(value, found)),
        _ => {}
    }
}

fn reference(object: &Map<String, Json>) -> Option<Reference> {
    if let Some(token) = object.get("$ref").and_then(Json::as_str) {
        return Some(Reference::Given(token.to_owned()));
    }
    let bound = object.get("$bound")?.as_array()?;
    let [Json::String(address), Json::String(name)] = bound.as_slice() else {
        return None;
    };
    Some(Reference::Bound(BindingName {
        address: address.clone(),
        name: name.clone(),
    }))
}
