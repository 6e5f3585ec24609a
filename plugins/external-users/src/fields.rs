//! The fields of an object as this org describes them, and the check of a table of fields and values against them.
//! Planning reports what Salesforce would refuse when it saves the record.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Number, Value as Json};
use usher_sdk::{Diagnostic, Failure, Org, Problems, Scalar, Value, is_date, is_date_time};

use crate::picklist;

const RULE: &str = "REST API, sObject Describe";

/// Fields of an object that this org has, by name.
pub struct Fields {
    object: &'static str,
    noun: &'static str,
    described: BTreeMap<String, Json>,
}

/// A field of the input with its value.
pub struct Given<'g> {
    /// Its place in the input.
    pub at: String,
    pub name: &'g str,
    pub value: &'g Value,
}

impl Fields {
    /// Reads the fields with these names. `noun` is the object for people.
    ///
    /// # Errors
    ///
    /// The org does not describe the object.
    pub fn read(
        object: &'static str,
        noun: &'static str,
        names: &[&str],
        org: &dyn Org,
    ) -> Result<Self, Failure> {
        Ok(Self {
            object,
            noun,
            described: org.describe_object(object, names)?,
        })
    }

    /// Says whether the org has the field, for the signed-in user.
    pub fn has(&self, name: &str) -> bool {
        self.described.contains_key(name)
    }

    /// The description of a field, when the org has it.
    pub fn described(&self, name: &str) -> Option<&Json> {
        self.described.get(name)
    }

    /// The field that SOQL takes for this name, as the org calls it, with its description. Case does not matter.
    pub fn called(&self, name: &str) -> Option<(&str, &Json)> {
        let mut fields = self.described.iter();
        let found = fields.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some((found.0.as_str(), found.1))
    }

    /// Reports fields that this org lacks and values that a field cannot hold.
    pub fn fit<'g>(&self, given: impl IntoIterator<Item = Given<'g>>, problems: &mut Problems) {
        for Given { at, name, value } in given {
            let Some(field) = self.described.get(name) else {
                let summary = format!("{} has no field `{name}` here", self.object);
                let problem = Diagnostic::error("no-such-field", at, summary)
                    .remedy("Leave it out, or let the signed-in user see the field")
                    .rule(RULE);
                problems.invalid(problem);
                continue;
            };
            if let Some((code, wrong)) = misfit(field, &held(field, value)) {
                let input = at.trim_start_matches('/').replace('/', ".");
                let remedy = format!("Set {{with.{input}}} to a value that the field can hold");
                let problem = Diagnostic::error(code, at, format!("`{name}` {wrong}")).rule(RULE);
                problems.invalid(problem.remedy(remedy));
            }
        }
    }

    /// The value as the field holds it: a text of the input is a date, a date-time, a number, true or false where the
    /// org says so.
    pub fn scalar(&self, name: &str, value: &Value) -> Scalar {
        let Some(field) = self.described.get(name) else {
            return value.into();
        };
        let value = held(field, value);
        match (kind(field), value.as_ref()) {
            ("date", Value::Text(text)) if is_date(text) => Scalar::date(text),
            ("datetime", Value::Text(text)) if is_date_time(text) => Scalar::date_time(text),
            (_, value) => value.into(),
        }
    }

    /// Reports obstacles to a new record: fields that cannot be set, and fields that must be. `is_given` says whether
    /// the record gets a value for a field; `required` are fields that it needs whatever the org says.
    pub fn may_be_created(
        &self,
        is_given: impl Fn(&str) -> bool,
        required: &[&str],
        problems: &mut Problems,
    ) {
        for (name, field) in &self.described {
            let may = |what| truth(field, what);
            if is_given(name) && !may("createable") {
                problems.unmet(self.locked(name, "createable", "cannot be set in a new"));
            }
            let needed = may("createable") && !may("nillable") && !may("defaultedOnCreate");
            let needed = needed && field["type"] != "boolean";
            let needed = needed || required.contains(&name.as_str());
            if needed && !is_given(name) {
                let field = match field["label"].as_str() {
                    Some(label) if label != name => format!("*{label}* (`{name}`)"),
                    _ => format!("`{name}`"),
                };
                let summary = format!("A new {} needs {field}", self.noun);
                let problem = Diagnostic::error("missing-field", "/values", summary)
                    .remedy(format!("Set {{with.values.{name}}}"))
                    .rule(RULE);
                problems.invalid(problem);
            }
        }
    }

    /// Reports fields that a new record cannot have a value for.
    pub fn may_be_set(&self, names: &[&str], problems: &mut Problems) {
        for (name, field) in &self.described {
            if names.contains(&name.as_str()) && !truth(field, "createable") {
                problems.unmet(self.locked(name, "createable", "cannot be set in a new"));
            }
        }
    }

    /// Reports fields that differ and cannot be changed.
    pub fn may_be_updated(&self, names: &[&str], problems: &mut Problems) {
        for (name, field) in &self.described {
            if names.contains(&name.as_str()) && !truth(field, "updateable") {
                problems.unmet(self.locked(name, "updateable", "cannot be changed in the"));
            }
        }
    }

    fn locked(&self, name: &str, attribute: &str, cannot: &str) -> Diagnostic {
        let summary = format!(
            "`{name}` {cannot} {}: the org describes it as not {attribute}",
            self.noun
        );
        Diagnostic::error("read-only-field", "", summary)
            .remedy("Leave it out, or let the signed-in user edit the field")
            .rule(RULE)
    }
}

/// The type of a field, as the org describes it.
fn kind(field: &Json) -> &str {
    field["type"].as_str().unwrap_or_default()
}

/// The values that a field takes, in words.
fn wants(field: &Json) -> &'static str {
    match kind(field) {
        "boolean" => "true or false",
        "int" | "double" | "currency" | "percent" => "a number",
        _ => "a text",
    }
}

/// The value as JSON has it for the field. A value that was written without quotes in a command is a text, whatever the
/// field takes: `true`, `false` and numbers are read from it. An empty text empties a number.
fn held<'v>(field: &Json, value: &'v Value) -> Cow<'v, Value> {
    let Value::Text(text) = value else {
        return Cow::Borrowed(value);
    };
    let read = match (wants(field), text.trim()) {
        ("true or false", "true") => Some(Value::Truth(true)),
        ("true or false", "false") => Some(Value::Truth(false)),
        ("a number", "") => Some(Value::Nothing),
        ("a number", number) => {
            let is_number = serde_json::from_str::<Number>(number).is_ok();
            is_number.then(|| Value::Number(number.to_owned()))
        }
        _ => None,
    };
    read.map_or(Cow::Borrowed(value), Cow::Owned)
}

/// Returns the reason why a field cannot hold a value: a code, and the end of a sentence. A value that is not known yet
/// fits.
fn misfit(field: &Json, value: &Value) -> Option<(&'static str, String)> {
    let (kind, wants) = (kind(field), wants(field));
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
    if let Some(wrong) = picklist::misfit(field, text) {
        return Some(("not-in-picklist", wrong));
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

/// Escapes a name for a JSON Pointer.
pub fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
