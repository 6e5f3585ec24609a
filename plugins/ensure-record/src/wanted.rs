//! The input before the org is asked: white space that Salesforce cuts, the names of its fields, and a key that can find
//! a record.

use std::collections::BTreeMap;

use usher_external_users::{created, escape};
use usher_sdk::{Diagnostic, Problems, Value, ticked};

use crate::{Input, Object};

const MANIFEST: &str = include_str!("../manifest.json");

/// Fields that other inputs set.
const BY_INPUT: &[(&str, &str)] = &[("OwnerId", "owner"), ("RecordTypeId", "record_type")];

/// White space that Salesforce cuts from the ends of a text. It keeps other blanks, such as U+00A0 and U+3000
/// (docs/salesforce/rest.md#white-space).
const CUT: [char; 4] = [' ', '\t', '\n', '\r'];

/// The input as Salesforce would save it. An empty text is not given: a recipe cannot leave an input out.
pub(crate) fn trimmed(input: Input) -> Input {
    let is_given = |value: &Value| *value != Value::Text(String::new());
    let given = |value: Option<Value>| value.map(cut).filter(is_given);
    let table = |table: BTreeMap<String, Value>| -> BTreeMap<String, Value> {
        let cut = table.into_iter().map(|(field, value)| (field, cut(value)));
        cut.collect()
    };
    let record = given(input.record);
    let mut key = table(input.key);
    let (mut values, mut more) = (table(input.values), table(input.more));
    if record.is_some() {
        key.retain(|_, value| is_given(value));
    }
    values.retain(|_, value| is_given(value));
    more.retain(|_, value| is_given(value));
    Input {
        record,
        account: given(input.account),
        key,
        values,
        more,
        owner: input.owner.trim_matches(CUT).to_owned(),
        record_type: input.record_type.trim_matches(CUT).to_owned(),
        ..input
    }
}

fn cut(value: Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(text.trim_matches(CUT).to_owned()),
        other => other,
    }
}

/// The fields of an object that the manifest declares and the input may name, those that people name first at the
/// front; `*__c` for any custom field is not among them.
pub(crate) fn declared(object: Object) -> Vec<&'static str> {
    let mut fields = created(MANIFEST, object.name());
    fields.retain(|field| !field.starts_with('*') && by_input(field).is_none());
    fields
}

/// Says whether a field is a custom one, by its name.
pub(crate) fn is_custom(field: &str) -> bool {
    field.len() > "__c".len() && field.to_lowercase().ends_with("__c")
}

fn by_input(field: &str) -> Option<&'static str> {
    let mut all = BY_INPUT.iter();
    let found = all.find(|(name, _)| name.eq_ignore_ascii_case(field));
    found.map(|(_, input)| *input)
}

/// Reports fields that are not declared or named twice, values of the key that find nothing, and inputs that do not go
/// together.
pub(crate) fn check(input: &Input, problems: &mut Problems) {
    if input.record.is_none() && input.key.is_empty() {
        let noun = input.object.noun();
        let summary = format!("Nothing says which {noun} it is");
        problems.invalid(Diagnostic::error("no-key", "/key", summary).remedy(format!(
            "Set {{with.record}} to the {noun}, or {{with.key}} to a field and value by which it is recognised"
        )));
    }
    if input.account.is_some() && input.object == Object::Account {
        let summary = "Only a contact belongs to an account";
        problems.invalid(
            Diagnostic::error("account-of-an-account", "/account", summary).remedy(
                "Leave {with.account} empty, or set {with.values.ParentId} to the account above",
            ),
        );
    }
    let declared = declared(input.object);
    let mut seen: Vec<&str> = vec![];
    for (table, fields) in input.tables() {
        for (field, value) in fields {
            let at = format!("/{table}/{}", escape(field));
            if !declared.contains(&field.as_str()) && !is_custom(field) {
                problems.invalid(undeclared(input.object, table, field, &declared, &at));
                continue;
            }
            if seen.contains(&field.as_str()) {
                let summary = format!("`{field}` is given twice");
                let problem = Diagnostic::error("field-twice", at.as_str(), summary)
                    .remedy("Name each field once");
                problems.invalid(problem);
            }
            seen.push(field);
            if table == "key" && matches!(value, Value::Text(text) if text.is_empty()) {
                let summary =
                    format!("`{field}` is empty, and every record without one would match");
                let problem = Diagnostic::error("empty-key", at.as_str(), summary).remedy(format!(
                    "Set {{with.key.{field}}}, or {{with.record}} to the {}",
                    input.object.noun()
                ));
                problems.invalid(problem);
            }
        }
    }
}

fn undeclared(object: Object, table: &str, field: &str, declared: &[&str], at: &str) -> Diagnostic {
    let same = |other: &&&str| other.eq_ignore_ascii_case(field);
    let remedy = match (declared.iter().find(same), by_input(field)) {
        (Some(other), _) => format!("Write `{other}` in {{with.{table}}}"),
        (None, Some(input)) => format!("Leave it out, and set {{with.{input}}}"),
        (None, None) => format!(
            "Name custom fields and some of {} in {{with.{table}}}",
            ticked(declared)
        ),
    };
    let summary = format!(
        "`{field}` of {} is not a field that this step writes",
        object.name()
    );
    Diagnostic::error("unknown-field", at, summary).remedy(remedy)
}
