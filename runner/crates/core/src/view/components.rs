//! Metadata components as they will be when everything planned so far has been done: deployed contents over present
//! ones.

use serde_json::Value;

use crate::component::{Content, content, overlay};
use crate::view::prediction::{Predicted, Prediction};
use crate::view::{View, pending};
use usher_contract::operation::{Component, ComponentName};
use usher_contract::read::{ReadError, Record};
use usher_contract::value::{Reference, Scalar};

impl View {
    /// The content that a component will have; `None` when the org will not have it. `real`: its present content.
    ///
    /// # Errors
    ///
    /// Pending: the name is not known, or something planned may change the component in a way that Usher cannot
    /// predict.
    pub fn component(
        &self,
        name: &ComponentName,
        real: Option<Content>,
    ) -> Result<Option<Content>, ReadError> {
        self.refuse_clouded(&name.kind)?;
        let mut there = real;
        let mut is_planned = false;
        for (prediction, components, removals) in self.deployments() {
            for deployed in components {
                if is_meant(&deployed.name, name, prediction)? {
                    there = Some(overlay(&name.kind, there.as_ref(), &content(deployed)));
                    is_planned = true;
                }
            }
            for removed in removals {
                if is_meant(removed, name, prediction)? {
                    there = None;
                    is_planned = true;
                }
            }
        }
        if !is_planned {
            refuse_unknown(name)?;
            self.refuse_as_record(name)?;
        }
        Ok(there)
    }

    /// The components of a kind that the org will have, those that are only planned last. `real`: the present ones,
    /// each `{"fullName", "id"}`.
    ///
    /// # Errors
    ///
    /// As [`View::component`].
    pub fn components(&self, kind: &str, real: Vec<Record>) -> Result<Vec<Record>, ReadError> {
        self.refuse_clouded(kind)?;
        let mut listed = real;
        for (prediction, components, removals) in self.deployments() {
            for deployed in components.iter().filter(|one| one.name.kind == kind) {
                let full_name = known(&deployed.name, prediction)?;
                if !listed.iter().any(|one| is_called(one, &full_name)) {
                    listed.push(planned(&full_name, components, prediction));
                }
            }
            for removed in removals.iter().filter(|one| one.kind == kind) {
                let full_name = known(removed, prediction)?;
                listed.retain(|one| !is_called(one, &full_name));
            }
        }
        Ok(listed)
    }

    fn deployments(&self) -> impl Iterator<Item = (&Prediction, &[Component], &[ComponentName])> {
        self.at(&self.index.deploying)
            .filter_map(|prediction| match &prediction.what {
                Predicted::Deploys {
                    components,
                    removals,
                } => Some((prediction, components.as_slice(), removals.as_slice())),
                _ => None,
            })
    }

    fn refuse_clouded(&self, kind: &str) -> Result<(), ReadError> {
        match self.clouds.iter().find(|cloud| cloud.has_component(kind)) {
            Some(cloud) => Err(pending(
                cloud.token(),
                &format!("an earlier step may still deploy a `{kind}`"),
            )),
            None => Ok(()),
        }
    }

    /// Refuses a profile whose record a change makes or alters, because the component is then not known: a profile is a
    /// record, too.
    fn refuse_as_record(&self, name: &ComponentName) -> Result<(), ReadError> {
        let Some(of_object) = self.index.object(&name.kind) else {
            return Ok(());
        };
        let touches = |prediction: &&Prediction| match &prediction.what {
            Predicted::Appears { fields, .. } => {
                let made = fields
                    .iter()
                    .find(|one| one.name.eq_ignore_ascii_case("Name"));
                made.is_some_and(|made| {
                    !made.value.is_known() || made.value.found_by("FullName", &name.full_name)
                })
            }
            _ => true,
        };
        match self.at(of_object.touching()).find(touches) {
            Some(prediction) => Err(pending(
                &prediction.token,
                &format!("an earlier step changes a `{}` as a record", name.kind),
            )),
            None => Ok(()),
        }
    }
}

/// Says whether both are the same component. A component whose name is not known may be the same.
fn is_meant(
    deployed: &ComponentName,
    wanted: &ComponentName,
    prediction: &Prediction,
) -> Result<bool, ReadError> {
    if deployed.kind != wanted.kind {
        return Ok(false);
    }
    if deployed.full_name == wanted.full_name
        || deployed.full_name.found_by("FullName", &wanted.full_name)
    {
        return Ok(true);
    }
    refuse_unknown(wanted)?;
    known(deployed, prediction).map(|_| false)
}

fn refuse_unknown(name: &ComponentName) -> Result<(), ReadError> {
    match name.full_name.waits_for() {
        Some(token) => Err(pending(token, "the name of the component")),
        None => Ok(()),
    }
}

fn known(name: &ComponentName, prediction: &Prediction) -> Result<String, ReadError> {
    match &name.full_name {
        Scalar::Text(full_name) => Ok(full_name.clone()),
        _ => Err(pending(
            &prediction.token,
            &format!("the name of a `{}` that an earlier step deploys", name.kind),
        )),
    }
}

/// An entry for a component that is only planned. A change that deploys it alone binds its id.
fn planned(full_name: &str, together: &[Component], prediction: &Prediction) -> Record {
    let token = match together {
        [_] => prediction.token.clone(),
        _ => prediction.token.part(full_name),
    };
    let id = Scalar::Reference(Reference::Given(token));
    let mut listed = Record::new();
    listed.insert("fullName".to_owned(), Value::from(full_name));
    listed.insert("id".to_owned(), id.to_json());
    listed
}

fn is_called(listed: &Record, full_name: &str) -> bool {
    let name = listed.get("fullName").and_then(Value::as_str);
    name.is_some_and(|name| name.to_lowercase() == full_name.to_lowercase())
}

#[cfg(test)]
mod tests;
