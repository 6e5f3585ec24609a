//! Looking: at what an operation's record holds now, and for what became of a request whose answer was
//! lost. No plugin is needed for either.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use usher_core::change::Change;
use usher_core::component::Content;
use usher_core::known::{Known, as_text};
use usher_core::operation::{
    Check, Condition, Field, Finding, Lookup, Operation, Probe, Repetition,
};
use usher_core::plan::PlannedStep;
use usher_core::read::Record;
use usher_core::value::{Scalar, Token};

use crate::conduct::{Conductor, key};
use crate::org::OrgError;
use crate::reads;

/// How what a field holds is compared with what it should hold.
pub(super) type Same = fn(field: &str, there: &Scalar, wanted: &Scalar) -> bool;

/// How the org stands to an update of a record, of settings or of components. Everything else counts as
/// [`Standing::AsBefore`].
pub(super) enum Standing {
    AsWanted,
    /// As before; what it holds, when that was looked at.
    AsBefore(Option<Record>),
    /// Neither as the plan saw it nor as wanted.
    Moved,
    /// The record is not there.
    Gone,
}

/// What looking for a lost request found.
pub(super) enum Looked {
    /// It acted, or somebody else did the same; what it bound.
    Acted {
        values: BTreeMap<String, Value>,
        ours: bool,
    },
    /// It certainly did not, or repeating it does no harm.
    DidNotAct,
    /// It may still be running: in so many milliseconds it cannot be any more.
    MayStillRun { in_ms: u64 },
    /// A person must decide.
    Unclear(String),
}

/// How far apart the org's clock and ours may be when it is judged whose a record is.
const CLOCKS_APART_MS: i64 = 60_000;

impl Conductor<'_> {
    /// Compares what a change sets, or takes away, with what the org holds now.
    pub(super) async fn standing(
        &self,
        step: &PlannedStep,
        change: &Change,
    ) -> Result<Standing, OrgError> {
        let known = Known(&self.state.bindings);
        let planned = step.before.get(&change.address);
        let (fields, present, same): (&[Field], _, Same) = match &change.operation {
            Operation::Update {
                object, id, fields, ..
            } => {
                let names = fields.iter().map(|field| field.name.clone()).collect();
                let mut records = self.by_id(object, known.scalar(id)?, names).await?;
                let Some(record) = records.pop() else {
                    return Ok(Standing::Gone);
                };
                (fields, record, as_wanted)
            }
            Operation::Configure { settings, fields } => (
                fields,
                self.org.read_settings(settings).await?,
                same_setting,
            ),
            Operation::Deploy { .. } => return self.deployment_standing(step, change).await,
            Operation::Delete { object, id } => {
                let names = planned.map(|before| before.keys().cloned().collect());
                let names = names.unwrap_or_default();
                let mut records = self.by_id(object, known.scalar(id)?, names).await?;
                let Some(record) = records.pop() else {
                    return Ok(Standing::AsWanted);
                };
                (&[], record, as_wanted)
            }
            _ => return Ok(Standing::AsBefore(None)),
        };
        let holds = |field: &str, wanted: &Scalar| {
            let value = present
                .get(field)
                .and_then(Scalar::from_json)
                .unwrap_or(Scalar::Nothing);
            same(field, &value, wanted)
        };
        let mut as_wanted = !fields.is_empty();
        for field in fields {
            as_wanted &= holds(&field.name, &known.scalar(&field.value)?);
        }
        let as_before = planned.into_iter().flatten().all(|(name, before)| {
            name == "Id" || Scalar::from_json(before).is_none_or(|before| holds(name, &before))
        });
        Ok(match (as_wanted, as_before) {
            (true, _) => Standing::AsWanted,
            (false, true) => {
                let set = |name: &str| fields.iter().any(|field| field.name == name);
                let before = present.into_iter().filter(|(name, _)| set(name));
                Standing::AsBefore(Some(before.collect()))
            }
            (false, false) => Standing::Moved,
        })
    }

    /// Whether a request whose answer was lost, or that was refused, has acted.
    pub(super) async fn look_after(
        &self,
        step: &PlannedStep,
        change: &Change,
    ) -> Result<Looked, OrgError> {
        match &change.operation {
            Operation::Create { object, key, .. } => {
                let lookup = Lookup {
                    object: object.clone(),
                    fields: Vec::new(),
                    conditions: Known(&self.state.bindings).conditions(&key.conditions)?,
                };
                let found = self.found_records(lookup).await?;
                Ok(match found.as_slice() {
                    [] => self.absent(step, change, key.enforced),
                    [record] => Looked::Acted {
                        values: BTreeMap::from([(
                            "id".to_owned(),
                            record.get("Id").cloned().unwrap_or(Value::Null),
                        )]),
                        ours: self.made_by_us(step, change, record),
                    },
                    many => Looked::Unclear(format!("{} such `{object}` are there", many.len())),
                })
            }
            Operation::Update { .. }
            | Operation::Configure { .. }
            | Operation::Deploy { .. }
            | Operation::Delete { .. } => Ok(match self.standing(step, change).await? {
                Standing::AsWanted => Looked::Acted {
                    values: BTreeMap::new(),
                    ours: true,
                },
                Standing::AsBefore(_) => Looked::DidNotAct,
                Standing::Moved => Looked::Unclear("it is neither as before nor as wanted".into()),
                Standing::Gone => Looked::Unclear("what it changes is not there".into()),
            }),
            Operation::Request { repetition, .. } => match repetition {
                Repetition::Safe => Ok(Looked::DidNotAct),
                Repetition::Never => Ok(Looked::Unclear("it must not be sent twice".into())),
                Repetition::Look { look, enforced } => {
                    self.look_for_requested(step, change, look, *enforced).await
                }
            },
            Operation::WaitOnly => Ok(Looked::Unclear(
                "there is no way to see whether it acted".into(),
            )),
        }
    }

    /// What a request makes is found by its probe; a record among them tells whose it is.
    async fn look_for_requested(
        &self,
        step: &PlannedStep,
        change: &Change,
        look: &Probe,
        enforced: bool,
    ) -> Result<Looked, OrgError> {
        let found = match look {
            Probe::Records(lookup) => {
                let conditions = Known(&self.state.bindings).conditions(&lookup.conditions)?;
                let lookup = Lookup {
                    conditions,
                    ..lookup.clone()
                };
                let records = self.found_records(lookup).await?;
                let first = records.into_iter().next();
                first.map(|record| self.made_by_us(step, change, &record))
            }
            look => self.probe(look, &BTreeMap::new()).await?.map(|_| true),
        };
        Ok(match found {
            Some(ours) => Looked::Acted {
                values: BTreeMap::new(),
                ours,
            },
            None => self.absent(step, change, enforced),
        })
    }

    /// What it means that nothing is there. Absence proves nothing while the request may still be running,
    /// unless Salesforce itself refuses a second one.
    fn absent(&self, step: &PlannedStep, change: &Change, enforced: bool) -> Looked {
        let sent = self.state.sendings.get(&key(step, change));
        let last_ms = sent.map_or(0, |sent| sent.last_ms);
        let over_ms = last_ms.saturating_add(self.org.outlives_ms().cast_signed());
        match u64::try_from(over_ms.saturating_sub(self.clock.now_ms())) {
            Ok(in_ms) if in_ms > 0 && !enforced => Looked::MayStillRun { in_ms },
            _ => Looked::DidNotAct,
        }
    }

    /// Records with who made them and when, where the object says so.
    async fn found_records(&self, lookup: Lookup) -> Result<Vec<Record>, OrgError> {
        let mut with_author = lookup.clone();
        with_author
            .fields
            .extend(["CreatedById".to_owned(), "CreatedDate".to_owned()]);
        match reads::read_now(self.org, with_author).await {
            // Not every object has them.
            Err(OrgError::Refused(_)) => reads::read_now(self.org, lookup).await,
            answer => answer,
        }
    }

    /// Whether a record that was found is what our own request made: by its author, and not older than the
    /// request. What says neither counts as ours.
    fn made_by_us(&self, step: &PlannedStep, change: &Change, record: &Record) -> bool {
        let sent = self.state.sendings.get(&key(step, change));
        let first_ms = sent.map_or(0, |sent| sent.first_ms);
        let text = |field: &str| record.get(field).and_then(Value::as_str);
        let me = self.state.plan.as_ref().map(|plan| &plan.org.user_id);
        let by_me = text("CreatedById").zip(me).is_none_or(|(author, me)| {
            usher_core::id::canonical(author) == usher_core::id::canonical(me)
        });
        let after = text("CreatedDate")
            .and_then(milliseconds)
            .is_none_or(|made_ms| made_ms >= first_ms.saturating_sub(CLOCKS_APART_MS));
        by_me && after
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
        let is_as = |wanted: &Scalar| {
            let wanted = known.scalar(wanted);
            wanted.is_ok_and(|wanted| value.is_as_wanted(&check.at, &wanted))
        };
        check.any_of.iter().any(is_as)
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

/// `2026-11-22T10:00:00.000+0000` in milliseconds since 1970.
fn milliseconds(time: &str) -> Option<i64> {
    let time = jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", time).ok()?;
    Some(time.as_millisecond())
}

/// A field of a record, or what a JSON Pointer leads to.
pub(super) fn value_at<'a>(found: &'a Value, at: &str) -> Option<&'a Value> {
    if at.starts_with('/') {
        found.pointer(at)
    } else {
        found.get(at)
    }
}

/// Compares the field of a record.
pub(super) fn as_wanted(field: &str, there: &Scalar, wanted: &Scalar) -> bool {
    there.is_as_wanted(field, wanted)
}

/// Compares the field of settings. XML has no types: `true` is a boolean or that text, and a number is its
/// text.
pub(super) fn same_setting(_: &str, one: &Scalar, other: &Scalar) -> bool {
    let text = |value: &Scalar| match value {
        Scalar::Nothing => Some(String::new()),
        Scalar::Truth(truth) => Some(truth.to_string()),
        Scalar::Number(text) | Scalar::Text(text) | Scalar::Date(text) | Scalar::DateTime(text) => {
            Some(text.clone())
        }
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
