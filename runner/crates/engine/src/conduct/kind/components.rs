//! Deployments: compared with the org, started, awaited by Usher itself.
//!
//! The answer binds the deployment's id at once, so that a run that is resumed awaits the same one. After a lost answer
//! Usher compares the components: a second deployment of the same package does no harm.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use usher_core::component::{
    Content, added, beyond, contains, content, differences, holds_any, label,
};
use usher_core::known::Known;
use usher_core::limit;
use usher_core::operation::{ComponentName, DeployComponents};
use usher_core::plan::PlannedStep;
use usher_core::read::Record;
use usher_core::run::{DEPLOYMENT_FAILED, Differing, Notice, Outcome};

use crate::client::{Deployment, OrgError, Package, PackagedComponent};
use crate::conduct::piece::{Piece, pieces};
use crate::conduct::standing::{Standing, Values};
use crate::conduct::{Conductor, Flow, gone};

/// The name under which the answer to a deployment binds its id. No plugin can bind that name: its dot would be part of
/// the token.
pub(in crate::conduct) const DEPLOYMENT: &str = "usher.deployment";

/// The number of another user's additions that a message names.
const NAMED_MAX: usize = 3;

/// Pauses between two looks: the practice org and small packages take seconds, large ones minutes.
const PAUSE_MS_MIN: u64 = 500;
const PAUSE_MS_MAX: u64 = 10_000;

impl Conductor<'_> {
    /// Compares a deployment with what the org holds now. While undoing, everything that the run added must be gone as
    /// well, and what another user added since must not be lost.
    pub(in crate::conduct) async fn deployment_standing(
        &self,
        piece: Piece<'_>,
        deployment: &DeployComponents,
    ) -> Result<Standing, OrgError> {
        let package = self.package(deployment)?;
        let nothing = serde_json::Map::new();
        let before = piece
            .step
            .before
            .get(&piece.change.address)
            .unwrap_or(&nothing);
        let mut present = Record::new();
        let mut as_wanted = true;
        let mut moved = Vec::new();
        let mut others = Vec::new();
        let wanted = package.components.iter();
        let wanted = wanted.map(|one| (&one.kind, &one.full_name, Some(&one.content)));
        let removed = package.removals.iter();
        let removed = removed.map(|(kind, full_name)| (kind, full_name, None));
        for (kind, full_name, wanted) in wanted.chain(removed) {
            let there = self.org.read_component(kind, full_name).await?;
            let name = format!("{kind}/{full_name}");
            // A profile keeps what a deployment does not name: what is undone in it is switched off by name.
            let left = before.get(&name).and_then(Value::as_object);
            if let (Some(there), Some(left)) = (&there, left)
                && self.state.is_undo()
                && kind != "Profile"
            {
                let former = wanted.unwrap_or(&nothing);
                as_wanted &= !holds_any(there, &added(left, former));
                others.extend(beyond(there, left, wanted));
            }
            as_wanted &= match (&there, wanted) {
                (Some(there), Some(wanted)) => contains(there, wanted),
                (None, None) => true,
                _ => false,
            };
            if let Some(before) = before.get(&name) {
                let as_before = match (&there, before.as_object()) {
                    // The platform may have completed what this run made.
                    (Some(there), Some(before))
                        if self.state.is_undo() || self.is_ours(piece, &name) =>
                    {
                        contains(there, before)
                    }
                    (there, before) => there.as_ref() == before,
                };
                if !as_before {
                    moved.extend(differing(&name, before.as_object(), there.as_ref()));
                }
            }
            present.insert(name, there.map_or(Value::Null, Value::Object));
        }
        Ok(match (as_wanted, moved.is_empty()) {
            (true, _) => Standing::AsWanted,
            (false, true) if !others.is_empty() => Standing::Shared(listed(&others)),
            (false, true) => Standing::AsBefore(Some(present)),
            (false, false) => Standing::Moved(moved),
        })
    }

    /// Starts a deployment; binds its id.
    pub(in crate::conduct) async fn deploy(
        &self,
        deployment: &DeployComponents,
    ) -> Result<Values, OrgError> {
        let id = self.org.deploy(&self.package(deployment)?).await?;
        Ok(BTreeMap::from([(DEPLOYMENT.to_owned(), json!(id))]))
    }

    /// Waits until the deployment that `values` name is done. Returns at once when they name none: the answer was lost
    /// and the components are as wanted, or the change is not a deployment.
    pub(in crate::conduct) async fn deployed(
        &mut self,
        step: &PlannedStep,
        values: &BTreeMap<String, Value>,
    ) -> Flow<Result<(), Outcome>> {
        let Some(id) = values.get(DEPLOYMENT).and_then(Value::as_str) else {
            return Ok(Ok(()));
        };
        let unsettled = |reason: String| Ok(Err(Outcome::Unsettled { reason, how: None }));
        let deadline = self
            .clock
            .ticks_ms()
            .saturating_add(limit::DEPLOYMENT_MS_MAX);
        let mut pause = PAUSE_MS_MIN;
        loop {
            let now_ms = self.clock.ticks_ms();
            let reason = match self.org.deployment(id).await {
                Ok(deployment) if deployment.done && deployment.success => return Ok(Ok(())),
                Ok(deployment) if deployment.done => return Ok(Err(failed(id, &deployment))),
                Ok(deployment) => format!("is {}", deployment.status),
                Err(error) => match gone(&error) {
                    // A look that fails says nothing about the deployment.
                    Some(_) if !error.lasts() && now_ms < deadline => {
                        format!("cannot be looked at: {error}")
                    }
                    Some(halt) => return Err(halt),
                    None => {
                        return unsettled(format!(
                            "the deployment {id} cannot be looked at: {error}"
                        ));
                    }
                },
            };
            if now_ms >= deadline {
                let seconds = limit::DEPLOYMENT_MS_MAX / 1000;
                return unsettled(format!("after {seconds} s the deployment {id} {reason}"));
            }
            if pause == PAUSE_MS_MIN {
                self.watch.notice(&Notice::Waiting {
                    step: &step.id,
                    summary: "Salesforce carries the deployment out",
                    at_most_ms: limit::DEPLOYMENT_MS_MAX,
                });
            }
            self.pause(pause).await?;
            pause = (pause * 2).min(PAUSE_MS_MAX);
        }
    }

    /// Says whether a change before this one deploys the same component, so that the plan saw only what was planned of
    /// it.
    fn is_ours(&self, piece: Piece<'_>, name: &str) -> bool {
        let own = piece.key();
        let deployments = pieces(self.state.steps());
        let mut earlier = deployments.take_while(|one| one.key() != own);
        earlier.any(|one| {
            let deployment = one.change.operation.of::<DeployComponents>();
            let components = deployment.into_iter().flat_map(|one| &one.components);
            let mut labels = components.map(|component| label(&component.name));
            labels.any(|label| label.as_deref() == Some(name))
        })
    }

    /// The package to send, with every value known.
    fn package(&self, deployment: &DeployComponents) -> Result<Package, OrgError> {
        let DeployComponents {
            components,
            removals,
            ..
        } = deployment;
        let known = Known(&self.state.bindings);
        let components = components.iter().map(|component| {
            let content = Value::Object(content(component));
            Ok(PackagedComponent {
                kind: component.name.kind.clone(),
                full_name: full_name(&known, &component.name)?,
                content: texts(known.json(&content)?),
            })
        });
        let removals = removals
            .iter()
            .map(|name| Ok((name.kind.clone(), full_name(&known, name)?)));
        Ok(Package {
            components: components.collect::<Result<_, OrgError>>()?,
            removals: removals.collect::<Result<_, OrgError>>()?,
        })
    }
}

/// The elements in which a component is not as it was; the component itself when its elements do not show the
/// difference.
fn differing(name: &str, before: Option<&Content>, there: Option<&Content>) -> Vec<Differing> {
    let nothing = Content::new();
    let found = differences(before.unwrap_or(&nothing), there.unwrap_or(&nothing));
    let each = found.into_iter().map(|one| Differing {
        field: format!("{name}: {}", one.at),
        there: one.after.unwrap_or(Value::Null),
        planned: one.before.unwrap_or(Value::Null),
    });
    let mut each: Vec<Differing> = each.collect();
    if each.is_empty() {
        each.push(Differing {
            field: name.to_owned(),
            there: json!(there.is_some()),
            planned: json!(before.is_some()),
        });
    }
    each
}

fn full_name(known: &Known<'_>, name: &ComponentName) -> Result<String, OrgError> {
    match known.value(&name.full_name)? {
        Value::String(full_name) => Ok(full_name),
        other => Err(OrgError::Malformed(format!(
            "{other} is not a valid full name of a component"
        ))),
    }
}

/// Values that took the place of tokens, as the texts of elements.
fn texts(content: Value) -> Content {
    let text = |value: Value| match value {
        part @ Value::Object(_) => Value::Object(texts(part)),
        Value::Null => Value::from(""),
        value @ (Value::Bool(_) | Value::Number(_)) => Value::from(value.to_string()),
        other => other,
    };
    let Value::Object(elements) = content else {
        return Content::new();
    };
    let each = elements.into_iter().map(|(element, occurrences)| {
        let occurrences = match occurrences {
            Value::Array(all) => all.into_iter().map(text).collect(),
            other => vec![text(other)],
        };
        (element, Value::Array(occurrences))
    });
    each.collect()
}

/// Joins the first few names.
fn listed(names: &[String]) -> String {
    let shown = names.len().min(NAMED_MAX);
    let more = match names.len() - shown {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", names[..shown].join(", "))
}

fn failed(id: &str, deployment: &Deployment) -> Outcome {
    let mut lines: Vec<String> = deployment.error.iter().cloned().collect();
    lines.extend(deployment.problems.iter().map(ToString::to_string));
    if lines.is_empty() {
        lines.push("the org does not say why".to_owned());
    }
    Outcome::Failed {
        code: DEPLOYMENT_FAILED.to_owned(),
        message: format!(
            "deployment {id} is {}: {}",
            deployment.status,
            lines.join("; ")
        ),
        how: None,
    }
}

#[cfg(test)]
mod tests;
