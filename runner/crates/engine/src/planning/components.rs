//! What taking a plan over means for the components that it deploys: what cannot be sent, and what they hold
//! before.

use std::collections::HashMap;

use serde_json::Value;
use usher_core::change::{Change, StepPlan, Undo, WayBack, tokens_in};
use usher_core::component::{self, Content, contains, label, overlay};
use usher_core::operation::{ComponentName, DeployComponents, Operation};
use usher_core::plan::PlannedStep;
use usher_core::read::{ReadError, Record};
use usher_core::value::Scalar;

use crate::org::{component_path, is_name};
use crate::reads::Reader;

/// Why a change deploys what this Usher cannot send, if it does.
pub(super) fn unfit(change: &Change) -> Option<String> {
    let mut operations = vec![&change.operation];
    if let Undo::Possible(back) = &change.undo
        && let WayBack::Instead(inverse) = &back.way
    {
        operations.push(inverse);
    }
    let why = operations.into_iter().find_map(of_operation)?;
    Some(format!("`{}`: {why}", change.address))
}

fn of_operation(operation: &Operation) -> Option<String> {
    let DeployComponents {
        components,
        removals,
        ..
    } = operation.of()?;
    let names: Vec<&ComponentName> = components
        .iter()
        .map(|component| &component.name)
        .chain(removals)
        .collect();
    for (at, name) in names.iter().enumerate() {
        // A name that is not known yet is a plain one, too, or fails when it is.
        let full_name = match &name.full_name {
            Scalar::Text(full_name) => full_name.as_str(),
            _ => "unknown",
        };
        if let Err(why) = component_path(&name.kind, full_name) {
            return Some(why);
        }
        if names[..at].contains(name) {
            return Some(format!("it deploys one `{}` twice", name.kind));
        }
    }
    components.iter().find_map(|one| {
        misnamed(&component::content(one))
            .map(|element| format!("`{}` is no name of an element", element.escape_debug()))
    })
}

/// The first name that no element can have.
fn misnamed(content: &Content) -> Option<String> {
    content.iter().find_map(|(element, occurrences)| {
        if !is_name(element) {
            return Some(element.clone());
        }
        occurrences
            .as_array()
            .into_iter()
            .flatten()
            .find_map(|one| {
                let part = one.as_object()?;
                // A value that is not known yet is no part.
                let is_part = !part.keys().any(|key| key.starts_with('$'));
                is_part.then(|| misnamed(part)).flatten()
            })
    })
}

/// Steps that deploy one component with contents that contradict each other: what the first wants is not so
/// after the second. Kind and full name, and both steps.
pub(super) fn conflicts(steps: &[PlannedStep]) -> Vec<(String, String, String)> {
    let mut wanted: HashMap<String, Vec<(&str, Option<Content>)>> = HashMap::new();
    let mut found = Vec::new();
    for step in steps {
        for change in &step.plan.changes {
            let Some(DeployComponents {
                components,
                removals,
                ..
            }) = change.operation.of()
            else {
                continue;
            };
            let contents = components
                .iter()
                .map(|one| (&one.name, Some(component::content(one))));
            for (name, content) in contents.chain(removals.iter().map(|name| (name, None))) {
                let Some(label) = label(name) else { continue };
                let earlier = wanted.entry(label.clone()).or_default();
                let first = earlier.iter().find(|(id, first)| {
                    *id != step.id
                        && match (first, &content) {
                            (Some(first), Some(second)) => {
                                let after = overlay(&name.kind, Some(first), second);
                                !contains(&after, first)
                            }
                            (first, second) => first.is_some() != second.is_some(),
                        }
                });
                if let Some((first, _)) = first {
                    found.push((label, (*first).to_owned(), step.id.clone()));
                }
                earlier.push((&step.id, content));
            }
        }
    }
    found
}

/// Whether a content holds no value of later.
fn is_known(content: &Value) -> bool {
    let mut tokens = Vec::new();
    tokens_in(content, &mut tokens);
    tokens.is_empty()
}

/// What the components that a plan deploys hold when their turn comes, by the change's address and then by
/// kind and full name; null for one that is not there. What cannot be known before then is left out.
pub(super) async fn present(
    reader: &Reader,
    plan: &StepPlan,
) -> Result<Vec<(String, Record)>, ReadError> {
    let mut before = Vec::new();
    for change in &plan.changes {
        let Some(DeployComponents {
            components,
            removals,
            ..
        }) = change.operation.of()
        else {
            continue;
        };
        let mut present = Record::new();
        let names = components.iter().map(|component| &component.name);
        for name in names.chain(removals) {
            let Some(label) = label(name) else { continue };
            match reader.component(name).await {
                Ok(content) => {
                    let content = content.map_or(Value::Null, Value::Object);
                    if is_known(&content) {
                        present.insert(label, content);
                    }
                }
                Err(ReadError::Pending { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        before.push((change.address.clone(), present));
    }
    Ok(before)
}

#[cfg(test)]
mod tests;
