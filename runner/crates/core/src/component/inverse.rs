//! The deployment that undoes another one: it restores former contents, and removes components that did not exist.

use serde_json::Value;

use crate::component::{Content, content, identity, label, parts};
use usher_contract::operation::{Component, ComponentName, DeployComponents};
use usher_contract::read::Record;

/// The reason why no deployment undoes another one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoInverse {
    #[error("what `{0}` was before is not known")]
    Unread(String),
}

/// Returns the deployment that restores `before`: `SharingSet/Partners` → its content, or null when the org did not
/// have the component.
///
/// A profile keeps what a deployment does not name, so what was switched on is switched off by name. An element that
/// has no switch stays.
///
/// # Errors
///
/// One of its components was not read.
pub fn inverse(
    deployment: &DeployComponents,
    before: &Record,
) -> Result<DeployComponents, NoInverse> {
    let DeployComponents {
        components,
        removals,
        ..
    } = deployment;
    let mut restored = Vec::new();
    let mut removed = Vec::new();
    let changed = components.iter().map(|one| (&one.name, content(one)));
    let gone = removals.iter().map(|name| (name, Content::new()));
    for (name, deployed) in changed.chain(gone) {
        match former(name, before)? {
            Some(former) => restored.push(Component {
                name: name.clone(),
                content: Value::Object(switched_off(name, former, &deployed)).to_string(),
            }),
            // A component that was to be removed and did not exist needs nothing.
            None if deployed.is_empty() => {}
            None => removed.push(name.clone()),
        }
    }
    Ok(DeployComponents {
        components: restored,
        removals: removed,
        options: Vec::new(),
    })
}

fn former(name: &ComponentName, before: &Record) -> Result<Option<Content>, NoInverse> {
    let unread = || NoInverse::Unread(format!("{} {}", name.kind, name.full_name.to_json()));
    let label = label(name).ok_or_else(unread)?;
    match before.get(&label).ok_or_else(unread)? {
        Value::Object(content) => Ok(Some(content.clone())),
        _ => Ok(None),
    }
}

/// The former content, with everything switched off that the deployment switched on.
fn switched_off(name: &ComponentName, mut former: Content, deployed: &Content) -> Content {
    if name.kind != "Profile" {
        return former;
    }
    for element in deployed.keys() {
        for part in parts(deployed, element) {
            let own = identity(element, part);
            let was_there = parts(&former, element).any(|one| identity(element, one) == own);
            let Some(off) = off(part).filter(|_| !was_there) else {
                continue;
            };
            let all = former
                .entry(element.clone())
                .or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(all) = all {
                all.push(Value::Object(off));
            }
        }
    }
    former
}

/// The part with everything off that is on in it; `None` when nothing is on.
fn off(part: &Content) -> Option<Content> {
    let on = Value::Array(vec![Value::from("true")]);
    let off = || Value::Array(vec![Value::from("false")]);
    part.values().any(|value| *value == on).then(|| {
        let each = part.iter().map(|(name, value)| {
            (
                name.clone(),
                if *value == on { off() } else { value.clone() },
            )
        });
        each.collect()
    })
}
