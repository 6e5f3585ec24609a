//! Metadata components that are deployed and removed.

use serde_json::{Value, json};
use usher_contract::operation::{Component, ComponentName, DeployComponents};
use usher_contract::read::Record;
use usher_contract::value::Token;

use crate::component;
use crate::kind::{Planned, Restored};
use crate::run::undo::made::{Made, unknown};
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

    /// The deployment that brings the former components back, and takes away those that were not there.
    fn restored(&self, made: &Made<'_>, stays: &Staying) -> Result<Option<Restored>, String> {
        let results = made.change.results.iter();
        let mut bound = results.filter_map(|result| made.bound(&result.name));
        if let Some(by) = bound.find_map(|id| stays.because_of(&id)) {
            return Err(format!("what stays refers to it: {by}"));
        }
        let before = made.before()?;
        let (deployed, left) = known(self, made)?;
        let back = component::inverse(&deployed, before).map_err(|why| why.to_string())?;
        Ok(Some(Restored {
            by: back.into(),
            left,
        }))
    }
}

/// The deployment with every value known, and what it left behind.
fn known(
    deployment: &DeployComponents,
    made: &Made<'_>,
) -> Result<(DeployComponents, Record), String> {
    let known = made.known();
    let named = |name: &ComponentName| {
        let full_name = known.scalar(&name.full_name);
        let full_name = full_name.map_err(|missing| missing.to_string())?;
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
        let content = content.map_err(|missing| missing.to_string())?;
        left.insert(
            component::label(&name).ok_or_else(unknown)?,
            content.clone(),
        );
        components.push(Component {
            name,
            content: content.to_string(),
        });
    }
    let mut removals = Vec::new();
    for name in &deployment.removals {
        let name = named(name)?;
        left.insert(component::label(&name).ok_or_else(unknown)?, Value::Null);
        removals.push(name);
    }
    let deployed = DeployComponents {
        components,
        removals,
        options: Vec::new(),
    };
    Ok((deployed, left))
}
