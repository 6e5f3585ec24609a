//! The object's own part of its description: the fields that this org wants of a new record, and the record types that the
//! signed-in user may give.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use usher_sdk::{Diagnostic, Problems, Value};

use crate::wanted::{declared, is_custom};
use crate::{Case, fields};

/// That part; nothing when the org does not show it, or not yet.
pub(crate) struct Described(BTreeMap<String, Json>);

impl Described {
    pub(crate) fn read(case: &Case<'_>) -> Self {
        let object = case.input.object.name();
        // Without an answer, Salesforce reports what is missing when the record is saved.
        Self(case.org.describe_object(object, &[]).unwrap_or_default())
    }

    /// Reports custom fields that a new record needs and does not get. [`fields::may_be_created`] reports the others.
    pub(crate) fn needs(&self, case: &Case<'_>, problems: &mut Problems) {
        let noun = case.input.object.noun();
        let required = self.0.get("requiredFields").and_then(Json::as_object);
        let required = required.into_iter().flatten();
        let lacking: Vec<_> = required
            .filter(|(name, _)| is_custom(name) && !fields::is_given(case.input, name))
            .collect();
        // The manifest is long, and few orgs want more than the input gives.
        if lacking.is_empty() {
            return;
        }
        let declared = declared(case.input.object);
        for (name, label) in lacking {
            if declared.contains(&name.as_str()) {
                continue;
            }
            let label = label.as_str().unwrap_or(name);
            let summary = format!("A new {noun} of this org needs *{label}* (`{name}`)");
            let remedy = format!(
                "Set {{with.values.{name}|more.{name}}}, or give the field a default value in Setup > Object Manager > {} > Fields & Relationships",
                case.input.object.name()
            );
            let problem = Diagnostic::error("missing-field", "/values", summary);
            problems.invalid(problem.remedy(remedy).rule("REST API, sObject Describe"));
        }
    }

    /// Says whether the signed-in user may give a record type; none when the org does not say.
    pub(crate) fn may_give(&self, id: &Value) -> Option<bool> {
        let mut infos = self.record_types()?.iter();
        let info = infos.find(|info| is_of(info, id));
        Some(info.is_some_and(|info| info["available"].as_bool().unwrap_or(false)))
    }

    /// Says whether a record gets this record type when none is given.
    pub(crate) fn is_default(&self, id: &Value) -> bool {
        let infos = self.record_types().into_iter().flatten();
        let mut infos = infos.filter(|info| is_of(info, id));
        infos.any(|info| info["defaultRecordTypeMapping"].as_bool().unwrap_or(false))
    }

    /// Record types as the description lists them; none without any.
    fn record_types(&self) -> Option<&Vec<Json>> {
        let infos = self.0.get("recordTypeInfos").and_then(Json::as_array);
        infos.filter(|infos| !infos.is_empty())
    }
}

fn is_of(info: &Json, id: &Value) -> bool {
    let of = info["recordTypeId"].as_str().unwrap_or_default();
    Value::Text(of.to_owned()).is_same_id(id)
}
