//! Metadata components as they will be when everything planned so far has been done: what is deployed lies
//! over what is there. The counterpart of [`crate::view`], which knows records and settings.

use serde_json::{Value, json};

use crate::component::{Content, content, overlay};
use usher_contract::change::{Consequence, StepPlan, token};
use usher_contract::operation::{Component, ComponentName, Field, Operation};
use usher_contract::read::{ReadError, Record};
use usher_contract::value::{Scalar, Token};

/// Everything planned that a read of components could see.
#[derive(Clone, Debug, Default)]
pub struct View {
    predictions: Vec<Prediction>,
    /// Kinds that a step which could not be planned yet may deploy: reads of them are pending.
    clouded: Vec<(String, Token)>,
}

#[derive(Clone, Debug)]
struct Prediction {
    /// What an answer that hangs on this waits for.
    token: Token,
    what: Predicted,
}

#[derive(Clone, Debug)]
enum Predicted {
    Deploys {
        components: Vec<Component>,
        removals: Vec<ComponentName>,
    },
    /// A record of that object comes to be under that name, if it has one.
    Made {
        object: String,
        name: Option<Scalar>,
    },
    /// Some record of that object changes or goes.
    Altered { object: String },
}

impl View {
    /// Lays a plan over the view. Its references must be global ([`StepPlan::globalise`]).
    pub fn add(&mut self, scope: &str, plan: &StepPlan) {
        for change in &plan.changes {
            let what = match change.operation.clone() {
                Operation::Deploy {
                    components,
                    removals,
                    ..
                } => Predicted::Deploys {
                    components,
                    removals,
                },
                Operation::Create { object, fields, .. } => made(object, &fields),
                Operation::Update { object, .. } | Operation::Delete { object, .. } => {
                    Predicted::Altered { object }
                }
                Operation::Configure { .. } | Operation::Request { .. } | Operation::WaitOnly => {
                    continue;
                }
            };
            let token = token(scope, &change.address, "id");
            self.predictions.push(Prediction { token, what });
        }
        for effect in &plan.effects {
            let what = match effect.consequence.clone() {
                Consequence::Appears { object, fields, .. } => made(object, &fields),
                Consequence::Alters { object, .. } | Consequence::Disappears { object, .. } => {
                    Predicted::Altered { object }
                }
                _ => continue,
            };
            let token = token(scope, &effect.address, "id");
            self.predictions.push(Prediction { token, what });
        }
    }

    /// Marks kinds that a step without a plan may deploy: what is read of them hangs on `token`.
    pub fn cloud(&mut self, kinds: impl IntoIterator<Item = String>, token: &Token) {
        self.clouded
            .extend(kinds.into_iter().map(|kind| (kind, token.clone())));
    }

    /// The content that a component will have; none when it will not be there. `real`: the one that it has.
    ///
    /// # Errors
    ///
    /// Pending: the name is not known, or something planned may change the component in a way that nobody
    /// can tell.
    pub fn component(
        &self,
        name: &ComponentName,
        real: Option<Content>,
    ) -> Result<Option<Content>, ReadError> {
        self.refuse_clouded(&name.kind)?;
        let mut there = real;
        let mut is_planned = false;
        for prediction in &self.predictions {
            let Predicted::Deploys {
                components,
                removals,
            } = &prediction.what
            else {
                continue;
            };
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

    /// The components of a kind that there will be, those that are only planned last. `real`: what is there,
    /// each `{"fullName", "id"}`.
    ///
    /// # Errors
    ///
    /// As [`View::component`].
    pub fn components(&self, kind: &str, real: Vec<Record>) -> Result<Vec<Record>, ReadError> {
        self.refuse_clouded(kind)?;
        let mut listed = real;
        for prediction in &self.predictions {
            let Predicted::Deploys {
                components,
                removals,
            } = &prediction.what
            else {
                continue;
            };
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

    fn refuse_clouded(&self, kind: &str) -> Result<(), ReadError> {
        match self.clouded.iter().find(|(name, _)| name == kind) {
            Some((_, token)) => Err(pending(
                token,
                &format!("an earlier step may still deploy a `{kind}`"),
            )),
            None => Ok(()),
        }
    }

    /// A profile is a record, too: when a change makes or alters that, nobody can tell the component.
    fn refuse_as_record(&self, name: &ComponentName) -> Result<(), ReadError> {
        let touches = |prediction: &&Prediction| match &prediction.what {
            Predicted::Made {
                object,
                name: Some(made),
            } => {
                *object == name.kind
                    && (!made.is_known() || made.found_by("FullName", &name.full_name))
            }
            Predicted::Altered { object } => *object == name.kind,
            Predicted::Made { name: None, .. } | Predicted::Deploys { .. } => false,
        };
        match self.predictions.iter().find(touches) {
            Some(prediction) => Err(pending(
                &prediction.token,
                &format!("an earlier step changes a `{}` as a record", name.kind),
            )),
            None => Ok(()),
        }
    }
}

fn made(object: String, fields: &[Field]) -> Predicted {
    let name = fields.iter().find(|field| field.name == "Name");
    Predicted::Made {
        object,
        name: name.map(|field| field.value.clone()),
    }
}

/// Whether both are the same component. One whose name nobody knows may be.
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
    if name.full_name.is_known() {
        return Ok(());
    }
    let token = name.full_name.token().cloned();
    let token = token.unwrap_or(Token("joined text".to_owned()));
    Err(pending(&token, "the name of the component"))
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

/// An entry for a component that is only planned: a change that deploys it alone binds its id.
fn planned(full_name: &str, together: &[Component], prediction: &Prediction) -> Record {
    let token = match together {
        [_] => prediction.token.0.clone(),
        _ => format!("{}/{full_name}", prediction.token.0),
    };
    let mut listed = Record::new();
    listed.insert("fullName".to_owned(), Value::from(full_name));
    listed.insert("id".to_owned(), json!({ "$ref": token }));
    listed
}

fn is_called(listed: &Record, full_name: &str) -> bool {
    let name = listed.get("fullName").and_then(Value::as_str);
    name.is_some_and(|name| name.to_lowercase() == full_name.to_lowercase())
}

fn pending(token: &Token, reason: &str) -> ReadError {
    ReadError::Pending {
        token: token.clone(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests;
