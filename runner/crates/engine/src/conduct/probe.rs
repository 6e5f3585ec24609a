//! Probes: Usher's own looks at the org, and the check of what they find.

use serde_json::{Value, json};
use usher_core::component::Content;
use usher_core::known::{Known, as_text};
use usher_core::operation::{Check, Finding, Lookup, Probe};
use usher_core::value::Scalar;

use crate::client::OrgError;
use crate::conduct::Conductor;
use crate::reads;

impl Conductor<'_> {
    /// Returns what a probe finds: a record, an answer, or nothing.
    pub(super) async fn probe(&self, probe: &Probe) -> Result<Option<Value>, OrgError> {
        let known = Known(&self.state.bindings);
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
                // The org does not know the type of what it does not offer [inferred].
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

    /// Says whether the finding of a probe is as expected.
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

    /// Says whether one value of the finding is one of those named.
    pub(super) fn check(&self, found: &Value, check: &Check) -> bool {
        let value = value_at(found, &check.at).and_then(Scalar::from_json);
        let value = value.unwrap_or(Scalar::Nothing);
        let known = Known(&self.state.bindings);
        check.any_of.iter().any(|wanted| {
            known
                .scalar(wanted)
                .is_ok_and(|wanted| value.found_by(&check.at, &wanted))
        })
    }
}

/// Returns a field of a record, or the value that a JSON Pointer leads to.
pub(super) fn value_at<'a>(found: &'a Value, at: &str) -> Option<&'a Value> {
    if at.starts_with('/') {
        found.pointer(at)
    } else {
        found.get(at)
    }
}

/// Takes the refusal of a type for absence: the org does not know the type of what it does not offer \[inferred\].
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
