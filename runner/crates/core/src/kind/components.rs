//! Metadata components that are deployed and removed.

use serde_json::{Value, json};
use usher_contract::known::Known;
use usher_contract::operation::{Component, ComponentName, DeployComponents};
use usher_contract::read::Record;
use usher_contract::value::{Scalar, Token};

use crate::component;
use crate::kind::{Planned, Restored, texts_in};
use crate::run::undo::made::{Made, never_known, unknown};
use crate::run::undo::staying::Staying;
use crate::view::prediction::Predicted;

impl Planned for DeployComponents {
    fn predicted(&self, _token: &Token) -> Option<Predicted> {
        Some(Predicted::Deploys {
            components: self.components.clone(),
            removals: self.removals.clone(),
        })
    }

    fn target(&self) -> Value {
        json!(["deploy", self.components, self.removals])
    }

    fn refers(&self, known: &Known<'_>) -> Vec<String> {
        let components = self.components.iter();
        let contents = components.map(|one| Value::Object(component::content(one)));
        contents
            .flat_map(|content| texts_in(&known.json_as_known(&content)))
            .collect()
    }

    /// Returns the deployment that restores the former components, and removes those that did not exist.
    fn restored(&self, made: &Made<'_>, stays: &Staying) -> Result<Option<Restored>, String> {
        let before = made.before()?;
        let (deployed, left) = known(self, made)?;
        let mut former = before.clone();
        for component in &deployed.components {
            let label = component::label(&component.name).ok_or_else(unknown)?;
            if let (Some(Value::Object(now)), Some(Value::Object(former))) =
                (left.get(&label), former.get_mut(&label))
                && component.name.kind != PROFILE
            {
                *former = component::reverted(now, &component::content(component), former);
            }
        }
        let back = component::inverse(&deployed, &former).map_err(|why| why.to_string())?;
        let mut kept_with = Vec::new();
        if !back.removals.is_empty() {
            for result in &made.change.results {
                if let Some(id) = made.bound(&result.name) {
                    kept_with.extend(stays.record(&id)?);
                }
            }
        }
        for name in &back.removals {
            if let Scalar::Text(full_name) = &name.full_name {
                kept_with.extend(stays.component(full_name)?);
            }
        }
        Ok(Some(Restored {
            by: back.into(),
            left,
            kept_with,
        }))
    }
}

/// The kind of component of which a deployment keeps what it does not name (Metadata API Developer
/// Guide, Profile).
const PROFILE: &str = "Profile";

/// Returns the deployment with every value known, and what the org has now of what it made: of a profile, only what the
/// deployment named.
fn known(
    deployment: &DeployComponents,
    made: &Made<'_>,
) -> Result<(DeployComponents, Record), String> {
    let known = made.known();
    let named = |name: &ComponentName| {
        let full_name = known.scalar(&name.full_name);
        let full_name = full_name.map_err(|missing| never_known(&missing))?;
        Ok::<_, String>(ComponentName {
            kind: name.kind.clone(),
            full_name,
        })
    };
    let mut left = Record::new();
    let mut components = Vec::new();
    for component in &deployment.components {
        let name = named(&component.name)?;
        let content = known.json(&Value::Object(component::content(component)));
        let content = content.map_err(|missing| never_known(&missing))?;
        let label = component::label(&name).ok_or_else(unknown)?;
        let now = match (made.ledger.component(&label), &content) {
            (None, _) => content.clone(),
            (Some(None), _) => Value::Null,
            (Some(Some(now)), Value::Object(content)) if name.kind == PROFILE => {
                Value::Object(component::as_left(now, content))
            }
            (Some(Some(now)), _) => Value::Object(now.clone()),
        };
        left.insert(label, now);
        components.push(Component {
            name,
            content: content.to_string(),
        });
    }
    let mut removals = Vec::new();
    for name in &deployment.removals {
        let name = named(name)?;
        let label = component::label(&name).ok_or_else(unknown)?;
        let now = made.ledger.component(&label).flatten();
        let now = now.map_or(Value::Null, |now| Value::Object(now.clone()));
        left.insert(label, now);
        removals.push(name);
    }
    let deployed = DeployComponents {
        components,
        removals,
        options: Vec::new(),
    };
    Ok((deployed, left))
}
