//! Looking: at what an operation's record holds now, and for what became of a request whose answer was
//! lost. No plugin is needed for either.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use usher_core::change::Change;
use usher_core::component::Content;
use usher_core::operation::{Check, Condition, Finding, Key, Lookup, Operation, Probe, Repetition};
use usher_core::plan::PlannedStep;
use usher_core::read::Record;
use usher_core::value::{Scalar, Token};

use crate::conduct::Conductor;
use crate::conduct::resolve::{Known, as_text};
use crate::org::OrgError;
use crate::reads;

/// How two values are compared.
pub(super) type Same = fn(&Scalar, &Scalar) -> bool;

/// How the org stands to an update of a record, of settings or of components. Everything else counts as
/// [`Standing::AsBefore`].
pub(super) enum Standing {
    AsWanted,
    AsBefore,
    /// Neither as the plan saw it nor as wanted.
    Moved,
}

/// What looking for a lost request found.
pub(super) enum Looked {
    /// It acted; what it bound.
    Acted(BTreeMap<String, Value>),
    /// It certainly did not, or repeating it does no harm.
    DidNotAct,
    /// A person must decide.
    Unclear(String),
}

impl Conductor<'_> {
    /// Compares what an update, a configuration or a deployment sets with what the org holds now.
    pub(super) async fn standing(
        &self,
        step: &PlannedStep,
        change: &Change,
    ) -> Result<Standing, OrgError> {
        let known = Known(&self.state.bindings);
        let (fields, present, same): (_, _, Same) = match &change.operation {
            Operation::Update {
                object, id, fields, ..
            } => {
                let names = fields.iter().map(|field| field.name.clone()).collect();
                let mut records = self.by_id(object, known.scalar(id)?, names).await?;
                let (Some(record), true) = (records.pop(), records.is_empty()) else {
                    return Err(OrgError::Malformed(format!(
                        "the `{object}` to update is not there"
                    )));
                };
                (fields, record, Scalar::same)
            }
            Operation::Configure { settings, fields } => (
                fields,
                self.org.read_settings(settings).await?,
                same_setting,
            ),
            Operation::Deploy { .. } => return self.deployment_standing(step, change).await,
            _ => return Ok(Standing::AsBefore),
        };
        let holds = |field: &str, wanted: &Scalar| {
            let value = present
                .get(field)
                .and_then(Scalar::from_json)
                .unwrap_or(Scalar::Nothing);
            same(&value, wanted)
        };
        let mut as_wanted = true;
        let mut as_before = true;
        for field in fields {
            as_wanted &= holds(&field.name, &known.scalar(&field.value)?);
            let before = step
                .before
                .get(&change.address)
                .and_then(|before| before.get(&field.name));
            if let Some(before) = before.and_then(Scalar::from_json) {
                as_before &= holds(&field.name, &before);
            }
        }
        Ok(match (as_wanted, as_before) {
            (true, _) => Standing::AsWanted,
            (false, true) => Standing::AsBefore,
            (false, false) => Standing::Moved,
        })
    }

    /// Whether a request whose answer was lost, or a create that was refused, has acted.
    pub(super) async fn look_after(
        &self,
        step: &PlannedStep,
        change: &Change,
    ) -> Result<Looked, OrgError> {
        match &change.operation {
            Operation::Create { object, key, .. } => self.look_for(object, key).await,
            Operation::Update { .. } | Operation::Configure { .. } | Operation::Deploy { .. } => {
                Ok(match self.standing(step, change).await? {
                    Standing::AsWanted => Looked::Acted(BTreeMap::new()),
                    Standing::AsBefore => Looked::DidNotAct,
                    Standing::Moved => {
                        Looked::Unclear("it is neither as before nor as wanted".into())
                    }
                })
            }
            Operation::Delete { object, id } => {
                let id = Known(&self.state.bindings).scalar(id)?;
                let there = self.by_id(object, id, Vec::new()).await?;
                Ok(if there.is_empty() {
                    Looked::Acted(BTreeMap::new())
                } else {
                    Looked::DidNotAct
                })
            }
            Operation::Request { repetition, .. } => match repetition {
                Repetition::Safe => Ok(Looked::DidNotAct),
                Repetition::Never => Ok(Looked::Unclear("it must not be sent twice".into())),
                Repetition::Look { look, enforced } => Ok(
                    match (self.probe(look, &BTreeMap::new()).await?, enforced) {
                        (Some(_), _) => Looked::Acted(BTreeMap::new()),
                        (None, true) => Looked::DidNotAct,
                        (None, false) => {
                            Looked::Unclear("nothing is there; it may still come".into())
                        }
                    },
                ),
            },
            Operation::WaitOnly => Ok(Looked::Unclear(
                "there is no way to see whether it acted".into(),
            )),
        }
    }

    async fn look_for(&self, object: &str, key: &Key) -> Result<Looked, OrgError> {
        let lookup = Lookup {
            object: object.to_owned(),
            fields: Vec::new(),
            conditions: Known(&self.state.bindings).conditions(&key.conditions)?,
        };
        let records = reads::read_now(self.org, lookup).await?;
        Ok(match records.as_slice() {
            [] if key.enforced => Looked::DidNotAct,
            [] => Looked::Unclear(format!("no such `{object}` is there; it may still come")),
            [record] => Looked::Acted(BTreeMap::from([(
                "id".to_owned(),
                record.get("Id").cloned().unwrap_or(Value::Null),
            )])),
            many => Looked::Unclear(format!("{} such `{object}` are there", many.len())),
        })
    }

    /// What a probe finds: a record, an answer, or nothing. `own`: what the change itself has bound.
    pub(super) async fn probe(
        &self,
        probe: &Probe,
        own: &BTreeMap<Token, Value>,
    ) -> Result<Option<Value>, OrgError> {
        let mut bindings = self.state.bindings.clone();
        bindings.extend(own.clone());
        let known = Known(&bindings);
        match probe {
            Probe::Records(lookup) => {
                let lookup = Lookup {
                    conditions: known.conditions(&lookup.conditions)?,
                    ..lookup.clone()
                };
                match reads::read_now(self.org, lookup).await?.as_slice() {
                    [] => Ok(None),
                    [record] => Ok(Some(Value::Object(record.clone()))),
                    many => Err(OrgError::Malformed(format!(
                        "{} records are there",
                        many.len()
                    ))),
                }
            }
            Probe::Rest(path) => {
                let (segments, query) = known.path(path)?;
                unless_missing(self.org.get(&segments, &query).await)
            }
            Probe::Object(object) => {
                let segments = ["sobjects", object, "describe"].map(str::to_owned);
                unless_missing(self.org.get(&segments, &[]).await)
            }
            Probe::Settings(name) => match self.org.read_settings(name).await {
                // What the org does not offer has a type that it does not know [inferred].
                Err(OrgError::Refused(refusal)) if refusal.code == "INVALID_TYPE" => Ok(None),
                answer => unless_missing(answer.map(Value::Object)),
            },
            Probe::Component(name) => {
                let full_name = as_text(&known.value(&name.full_name)?);
                let found = self.org.read_component(&name.kind, &full_name).await;
                unless_missing_kind(found)
            }
        }
    }

    /// Whether what was found is as expected.
    pub(super) fn meets(&self, found: Option<&Value>, finding: &Finding) -> bool {
        match (found, finding) {
            (found, Finding::Present) => found.is_some(),
            (found, Finding::Absent) => found.is_none(),
            (None, Finding::Holds(_)) => false,
            (Some(found), Finding::Holds(checks)) => {
                checks.iter().all(|check| self.check(found, check))
            }
        }
    }

    /// Whether one value in what was found is one of those named.
    pub(super) fn check(&self, found: &Value, check: &Check) -> bool {
        let value = value_at(found, &check.at).and_then(Scalar::from_json);
        let value = value.unwrap_or(Scalar::Nothing);
        let known = Known(&self.state.bindings);
        check
            .any_of
            .iter()
            .any(|wanted| known.scalar(wanted).is_ok_and(|wanted| wanted.same(&value)))
    }

    async fn by_id(
        &self,
        object: &str,
        id: Scalar,
        fields: Vec<String>,
    ) -> Result<Vec<Record>, OrgError> {
        let lookup = Lookup {
            object: object.to_owned(),
            fields,
            conditions: vec![Condition::is("Id", id)],
        };
        reads::read_now(self.org, lookup).await
    }
}

/// A field of a record, or what a JSON Pointer leads to.
pub(super) fn value_at<'a>(found: &'a Value, at: &str) -> Option<&'a Value> {
    if at.starts_with('/') {
        found.pointer(at)
    } else {
        found.get(at)
    }
}

/// Whether two values of a setting are the same. XML has no types, and a text is not compared as SOQL
/// would: `true` is a boolean or that text, a number is its text, and case counts.
pub(super) fn same_setting(one: &Scalar, other: &Scalar) -> bool {
    let text = |value: &Scalar| match value {
        Scalar::Nothing => Some(String::new()),
        Scalar::Truth(truth) => Some(truth.to_string()),
        Scalar::Number(text) | Scalar::Text(text) => Some(text.clone()),
        Scalar::Reference(_) | Scalar::Joined(_) => None,
    };
    text(one).is_some() && text(one) == text(other)
}

/// What the org does not offer has a type that it does not know \[inferred\].
fn unless_missing_kind(
    answer: Result<Option<Content>, OrgError>,
) -> Result<Option<Value>, OrgError> {
    match answer {
        Ok(content) => Ok(content.map(Value::Object)),
        Err(OrgError::Refused(refusal)) if refusal.code == "INVALID_TYPE" => Ok(None),
        Err(error) => Err(error),
    }
}

fn unless_missing(answer: Result<Value, OrgError>) -> Result<Option<Value>, OrgError> {
    match answer {
        Ok(Value::Null) => Ok(Some(json!({}))),
        Ok(value) => Ok(Some(value)),
        Err(OrgError::Refused(refusal)) if refusal.status == 404 => Ok(None),
        Err(error) => Err(error),
    }
}
