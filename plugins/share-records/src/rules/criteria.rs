//! Criteria of a rule: fields of the object, each with a value that it can hold.

use serde::Deserialize;
use serde_json::Value as Json;
use usher_external_users::{Fields, Given, Kind, unlisted};
use usher_sdk::{Diagnostic, Failure, Org, Problems, StepPlan, Value};

use crate::input;
use crate::rules::Rule;

const RULE: &str = "docs/salesforce/sharing.md#criteria";

/// The records whose `field` has this value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Criterion {
    field: String,
    is: Json,
}

/// A criterion as a rule holds it.
pub(super) struct Having {
    /// As the org calls it.
    pub(super) field: String,
    pub(super) value: String,
}

impl Having {
    /// "`LeadSource` is `Web` or `Fair`".
    pub(super) fn words(&self) -> String {
        let values: Vec<String> = alternatives(&self.value)
            .map(|value| format!("`{value}`"))
            .collect();
        format!("`{}` is {}", self.field, values.join(" or "))
    }
}

/// Returns the criteria of a rule; none when a problem was found.
pub(super) fn read(
    rule: &Rule,
    at: &str,
    org: &dyn Org,
    plan: &mut StepPlan,
    problems: &mut Problems,
) -> Result<Option<Vec<Having>>, Failure> {
    let fields: Vec<&str> = rule.criteria.iter().map(|one| one.field.as_str()).collect();
    let Some(kind) = Kind::named(&rule.object) else {
        return Err(Failure::Broken(format!("the object `{}`", rule.object)));
    };
    let fields = Fields::read(kind.object, kind.noun, &fields, org)?;
    let mut having = vec![];
    for (index, one) in rule.criteria.iter().enumerate() {
        let at = format!("{at}/where/{index}");
        let Some((name, field)) = fields.called(&one.field) else {
            problems.invalid(unknown(&rule.object, &one.field, &format!("{at}/field")));
            continue;
        };
        let at = format!("{at}/is");
        let value = typed(field, &one.is);
        let text = match &value {
            Value::Truth(true) => "True",
            Value::Truth(false) => "False",
            Value::Number(text) | Value::Text(text) => text,
            _ => "",
        };
        if alternatives(text).next().is_none() {
            problems.invalid(empty(name, &at));
            continue;
        }
        for one in alternatives(text) {
            let one = match &value {
                Value::Text(_) => &Value::Text(one.to_owned()),
                other => other,
            };
            let at = at.clone();
            let given = Given {
                at: at.clone(),
                name,
                value: one,
            };
            fields.fit([given], problems);
            plan.notes.extend(not_listed(name, field, one, at));
        }
        if alternatives(text).count() > 1 {
            plan.note(several(name, &at));
        }
        having.push(Having {
            field: name.to_owned(),
            value: text.to_owned(),
        });
    }
    let is_whole = having.len() == rule.criteria.len();
    Ok(is_whole.then_some(having))
}

/// The values that one text stands for (docs/salesforce/sharing.md#criteria) [inferred].
fn alternatives(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(',').map(str::trim);
    parts.filter(|part| !part.is_empty())
}

/// The value of the input; of a field for truth values or numbers, a text that is one.
fn typed(field: &Json, is: &Json) -> Value {
    let text = match is {
        Json::Bool(truth) => return Value::Truth(*truth),
        Json::Number(number) => return Value::Number(number.to_string()),
        Json::String(text) => text.trim(),
        _ => return Value::Nothing,
    };
    match field["type"].as_str() {
        Some("boolean") if text.eq_ignore_ascii_case("true") => Value::Truth(true),
        Some("boolean") if text.eq_ignore_ascii_case("false") => Value::Truth(false),
        Some("int" | "double" | "currency" | "percent") if text.parse::<f64>().is_ok() => {
            Value::Number(text.to_owned())
        }
        _ => Value::Text(text.to_owned()),
    }
}

fn unknown(object: &str, field: &str, at: &str) -> Diagnostic {
    let summary = format!("`{object}` has no field `{field}`");
    Diagnostic::error("unknown-field", at, summary).remedy(format!(
        "Set {} to an API name that Setup > Object Manager shows",
        input(at)
    ))
}

fn empty(field: &str, at: &str) -> Diagnostic {
    let summary = format!("The sharing rule has no value for `{field}`");
    Diagnostic::error("no-value", at, summary).remedy(format!(
        "Set {} to the value that the shared records have",
        input(at)
    ))
}

/// A picklist that is not restricted holds other values, too; a wrong word is the likelier reason.
fn not_listed(name: &str, field: &Json, value: &Value, at: String) -> Option<Diagnostic> {
    let Value::Text(text) = value else {
        return None;
    };
    if field["restrictedPicklist"] == true {
        return None;
    }
    let wrong = unlisted(field, text)?;
    let remedy = format!("Compare {} with Setup > Object Manager", input(&at));
    let note = Diagnostic::warning("value-not-listed", at, format!("`{name}` {wrong}"));
    Some(note.remedy(remedy))
}

fn several(field: &str, at: &str) -> Diagnostic {
    let summary = format!(
        "Salesforce takes commas in the value of `{field}` for alternatives, likely: records with any one of them are shared"
    );
    Diagnostic::warning("alternatives", at, summary).rule(RULE)
}
