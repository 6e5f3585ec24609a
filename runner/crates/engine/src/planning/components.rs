//! The components that a plan deploys: their former contents, and contents that contradict each other.

use std::collections::HashMap;

use serde_json::Value;
use usher_core::change::{StepPlan, tokens_in};
use usher_core::component::{self, Content, contains, label, overlay};
use usher_core::operation::DeployComponents;
use usher_core::plan::PlannedStep;
use usher_core::read::{ReadError, Record};
use usher_core::value::Unit;

use crate::reads::Reader;

/// Steps that deploy one component with contents that contradict each other: the content of the first does not survive
/// the second. Kind and full name, and both steps.
pub(super) fn conflicts(steps: &[PlannedStep]) -> Vec<(String, Unit, Unit)> {
    let mut wanted: HashMap<String, Vec<(Unit, Option<Content>)>> = HashMap::new();
    let mut found = Vec::new();
    for step in steps {
        let unit = step.unit();
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
                let first = earlier.iter().find(|(other, first)| {
                    *other != unit
                        && match (first, &content) {
                            (Some(first), Some(second)) => {
                                let after = overlay(&name.kind, Some(first), second);
                                !contains(&after, first)
                            }
                            (first, second) => first.is_some() != second.is_some(),
                        }
                });
                if let Some((first, _)) = first {
                    found.push((label, first.clone(), unit.clone()));
                }
                // Items that deploy the same are not compared again and again.
                if !earlier.iter().any(|(_, other)| *other == content) {
                    earlier.push((unit.clone(), content));
                }
            }
        }
    }
    found
}

/// Says whether a content holds only values that are known now.
fn is_known(content: &Value) -> bool {
    let mut tokens = Vec::new();
    tokens_in(content, &mut tokens);
    tokens.is_empty()
}

/// Returns the contents that the components of a plan will have when their turn comes, by the change's address and then
/// by kind and full name; null for one that will not exist. Leaves out what cannot be known before then.
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
