//! The fields of the object as this org describes them, and the check of the input against them. Planning reports what
//! Salesforce would refuse when it saves the record.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use usher_sdk::{Diagnostic, Failure, Org, Problems, Scalar, Value, is_date, is_date_time};

use crate::wanted::{declared, escape};
use crate::{Input, Object};

const RULE: &str = "REST API, sObject Describe";

/// The declared fields that this org has, by name.
pub(crate) struct Fields {
    object: Object,
    described: BTreeMap<String, Json>,
}

impl Fields {
    pub(crate) fn read(object: Object, org: &dyn Org) -> Result<Self, Failure> {
        let names = declared(object);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Ok(Self {
            object,
            described: org.describe_object(object.name(), &names)?,
        })
    }

    /// Reports fields that this org lacks and values that a field cannot hold.
    pub(crate) fn fit(&self, input: &Input, problems: &mut Problems) {
        let key = input.key.iter().map(|entry| ("key", entry));
        let values = input.values.iter().map(|entry| ("values", entry));
        for (table, (name, value)) in key.chain(values) {
            let at = format!("/{table}/{}", escape(name));
            let Some(field) = self.described.get(name) else {
                let summary = format!("{} has no field `{name}` here", self.object.name());
                let problem = Diagnostic::error("no-such-field", at, summary)
                    .remedy("Leave it out, or let the signed-in user see the field")
                    .rule(RULE);
                problems.invalid(problem);
                continue;
            };
            if let Some((code, wrong)) = misfit(field, value) {
                let problem = Diagnostic::error(code, at, format!("`{name}` {wrong}")).rule(RULE);
                problems.invalid(problem.remedy("Give it a value that the field can hold"));
            }
        }
    }

    /// The value as the field holds it: a text of the input is a date or a date-time where the org says so.
    pub(crate) fn scalar(&self, name: &str, value: &Value) -> Scalar {
        let kind = self.described.get(name).and_then(|it| it["type"].as_str());
        match (kind, value) {
            (Some("date"), Value::Text(text)) if is_date(text) => Scalar::date(text),
            (Some("datetime"), Value::Text(text)) if is_date_time(text) => Scalar::date_time(text),
            _ => value.into(),
        }
    }

    /// Reports obstacles to a new record: fields that cannot be set, and fields that must be.
    pub(crate) fn may_be_created(&self, input: &Input, problems: &mut Problems) {
        let given = |name: &str| {
            let value = input.key.get(name).or_else(|| input.values.get(name));
            value.is_some_and(|value| !value.is_as_wanted(name, &Value::Nothing))
        };
        for (name, field) in &self.described {
            let may = |what| truth(field, what);
            if given(name) && !may("createable") {
                problems.unmet(self.locked(name, "createable", "set in a new"));
            }
            let required = may("createable") && !may("nillable") && !may("defaultedOnCreate");
            // An account without a name is a person's, which this step does not make.
            let required = required || (self.object == Object::Account && name == "Name");
            if required && !given(name) {
                let summary = format!("A new {} needs `{name}`", self.object.noun());
                let problem = Diagnostic::error("missing-field", "/values", summary)
                    .remedy(format!("Add `{name}` to the values"))
                    .rule(RULE);
                problems.invalid(problem);
            }
        }
    }

    /// Reports fields that differ and cannot be changed.
    pub(crate) fn may_be_updated(&self, names: &[&str], problems: &mut Problems) {
        for (name, field) in &self.described {
            if names.contains(&name.as_str()) && !truth(field, "updateable") {
                problems.unmet(self.locked(name, "updateable", "changed in a"));
            }
        }
    }

    fn locked(&self, name: &str, attribute: &str, cannot: &str) -> Diagnostic {
        let summary = format!(
            "`{name}` cannot be {cannot} {}: the org describes it as not {attribute}",
            self.object.noun()
        );
        Diagnostic::error("read-only-field", "", summary)
            .remedy("Leave it out, or let the signed-in user edit the field")
            .rule(RULE)
    }
}

/// Returns the reason why a field cannot hold a value: a code, and the end of a sentence. A value that is not known yet
/// fits.
fn misfit(field: &Json, value: &Value) -> Option<(&'static str, String)> {
    let kind = field["type"].as_str().unwrap_or_default();
    let wants = match kind {
        "boolean" => "true or false",
        "int" | "double" | "currency" | "percent" => "a number",
        _ => "a text",
    };
    let fits = match value {
        Value::Nothing | Value::Unknown(_) => true,
        Value::Truth(_) => wants == "true or false",
        Value::Number(_) => wants == "a number",
        Value::Text(_) => wants == "a text",
    };
    if !fits {
        return Some(("wrong-type", format!("takes {wants}")));
    }
    let Value::Text(text) = value else {
        return None;
    };
    if kind == "reference" && !text.is_empty() && !value.may_be_id("") {
        return Some((
            "no-id",
            format!("takes the id of a record, and `{text}` is none"),
        ));
    }
    let time = match kind {
        "date" if !is_date(text) => Some("a date: `2026-11-22`"),
        "datetime" if !is_date_time(text) => Some("a date and time: `2026-11-22T10:00:00Z`"),
        _ => None,
    };
    if let Some(wants) = time.filter(|_| !text.is_empty()) {
        return Some(("no-date", format!("takes {wants}")));
    }
    let length = field["length"].as_u64().filter(|length| *length > 0)?;
    let has = text.chars().count() as u64;
    (has > length).then(|| {
        let wrong = format!("holds {length} characters at most, and this has {has}");
        ("too-long", wrong)
    })
}

fn truth(field: &Json, attribute: &str) -> bool {
    field[attribute].as_bool().unwrap_or(false)
}
