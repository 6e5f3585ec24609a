//! Validation rules: conditions of the org's own under which a save is refused with the administrator's text
//! (docs/salesforce/rest.md#rules-of-the-org).

use serde::Deserialize;
use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::Row;
use crate::schema::Object;
use crate::tenant::Tenant;

/// The setting that holds the rules as a list.
pub(crate) const RULES: &str = "practice.validationRules";

/// One rule: all its conditions together refuse a record.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValidationRule {
    object: String,
    when: Vec<Condition>,
    message: String,
    /// The field beside which the message stands; none: at the top of the page.
    #[serde(default)]
    field: Option<String>,
}

/// A condition on one field: simpler than the formulas of the platform.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Condition {
    field: String,
    is: Test,
    #[serde(default)]
    value: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Test {
    Empty,
    Filled,
    Equal,
    Different,
}

/// Says what is wrong with a list of rules. Fields are not looked up: an org may get them later.
pub(crate) fn check(rules: &Value) -> Result<(), String> {
    for rule in read(rules)? {
        if crate::schema::object(&rule.object).is_none() {
            return Err(format!("there is no object `{}`", rule.object));
        }
        if rule.when.is_empty() {
            return Err(format!("the rule `{}` has no condition", rule.message));
        }
    }
    Ok(())
}

fn read(rules: &Value) -> Result<Vec<ValidationRule>, String> {
    Vec::<ValidationRule>::deserialize(rules).map_err(|error| error.to_string())
}

/// Refuses a record as it will be, with the first rule that it breaks.
pub(crate) fn refuse(org: &Tenant<'_>, object: &Object, row: &Row) -> Outcome<()> {
    let Some(kept) = org.setting(RULES)? else {
        return Ok(());
    };
    let rules = read(&kept).unwrap_or_default();
    let mut rules = rules
        .into_iter()
        .filter(|rule| rule.object.eq_ignore_ascii_case(object.name));
    let broken = rules.find(|rule| rule.when.iter().all(|condition| condition.holds(row)));
    match broken {
        None => Ok(()),
        Some(rule) => Err(Refusal::save(
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            rule.message,
            &rule.field.as_deref().into_iter().collect::<Vec<_>>(),
        )),
    }
}

impl Condition {
    fn holds(&self, row: &Row) -> bool {
        let found = row
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&self.field));
        let value = found.map_or(&Value::Null, |(_, value)| value);
        match self.is {
            Test::Empty => value.is_null(),
            Test::Filled => !value.is_null(),
            Test::Equal => *value == self.value,
            Test::Different => *value != self.value,
        }
    }
}
