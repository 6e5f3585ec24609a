//! Step plugin `ensure-record`: the org has an account or a contact with this key and these values.
//!
//! It writes only these two objects: the manifest names everything that a plugin writes, and a person allows that. So
//! another object or field is another line there, never an input.
//!
//! Salesforce lets two records have the same key. Usher looks before it makes one. It reports two that exist already,
//! and never chooses between them.

mod fields;
mod wanted;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;
use usher_external_users::Fields;
use usher_sdk::{
    Alteration, Certainty, Change, Condition, CreateRecord, Diagnostic, Effect, Failure, Finding,
    Key, Lookup, Org, Probe, Problems, Record, Scalar, StepPlan, TakeBack, UpdateRecord, Value,
};

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    object: Object,
    key: BTreeMap<String, Value>,
    values: BTreeMap<String, Value>,
}

/// The objects that the manifest declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Object {
    Account,
    Contact,
}

/// Plans one record.
///
/// # Errors
///
/// A field that is not declared, does not exist, cannot be written or does not hold such a value; a field of a new
/// record that is missing; several records with this key. All such problems at once.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let mut problems = Problems::default();
    wanted::check(&input, &mut problems);
    problems.none()?;
    let fields = fields::read(input.object, org)?;
    let mut problems = Problems::default();
    fields::fit(&fields, &input, &mut problems);
    problems.none()?;

    let name = input.object.name();
    let lookup = Lookup {
        object: name.to_owned(),
        fields: input.values.keys().cloned().collect(),
        conditions: conditions(&input, &fields),
    };
    match org.find(&lookup)?.as_slice() {
        [] => create(&input, &fields, org),
        [record] => update(&input, &fields, record),
        several => Err(ambiguous(&input, several)?),
    }
}

usher_sdk::export!(plan);

fn create(input: &Input, fields: &Fields, org: &dyn Org) -> Result<StepPlan, Failure> {
    let mut problems = Problems::default();
    fields::may_be_created(fields, input, &mut problems);
    problems.none()?;
    let mut record = CreateRecord::of(input.object.name());
    let values = input.values.iter();
    for (field, value) in input.key.iter().chain(values) {
        if *value != Value::Nothing {
            record = record.set(field, fields.scalar(field, value));
        }
    }
    record.key = Key {
        conditions: conditions(input, fields),
        enforced: false,
    };
    let summary = format!("Make {}", shown(input));
    let change = Change::new("record", summary, record);
    let id = change.id();
    let change = change.undo(input.object.deleted_alone(&id));
    let me = org.who();
    // A rule of the org may hand it on at once; then another user is the owner.
    let owner = Alteration::of(input.object.name(), id.clone()).set("OwnerId", me.user_id);
    let owner = Effect::new(
        "owner",
        format!("{} owns it", me.username),
        Certainty::Likely,
        owner,
    );
    let mut plan = StepPlan::new();
    plan.change(change);
    plan.effect(owner.because_of("record"));
    plan.answer(json!({ "record_id": id }))
}

fn update(input: &Input, fields: &Fields, record: &Record) -> Result<StepPlan, Failure> {
    let id = record.id()?;
    let mut plan = StepPlan::new();
    let mut update = UpdateRecord::of(input.object.name(), &id);
    let mut differing = vec![];
    for (field, value) in &input.values {
        let wanted = fields.scalar(field, value);
        if !record.value(field)?.is_as_wanted(field, wanted.clone()) {
            update = update.set(field, wanted);
            differing.push(field.as_str());
        }
    }
    if !differing.is_empty() {
        let mut problems = Problems::default();
        fields.may_be_updated(&differing, &mut problems);
        problems.none()?;
        let summary = format!("Set {} of {}", differing.join(", "), shown(input));
        plan.change(Change::new("record", summary, update));
    } else if let Value::Text(id) = &id {
        let summary = format!("There is {}: {id}", shown(input));
        plan.note(Diagnostic::info("found", "", summary));
    }
    plan.answer(json!({ "record_id": id }))
}

impl Object {
    fn name(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Contact => "Contact",
        }
    }

    /// Deletes the record, unless records of others belong to it: Salesforce deletes the contacts and opportunities of
    /// an account with it, and the user of a contact would lose its contact. The run's own ones are undone before.
    fn deleted_alone(self, id: &Scalar) -> TakeBack {
        let below: &[(&str, &str)] = match self {
            Self::Account => &[("Contact", "AccountId"), ("Opportunity", "AccountId")],
            Self::Contact => &[("User", "ContactId")],
        };
        let mut back = TakeBack::restore();
        for (object, field) in below {
            let records = Lookup::of(*object).whose(field, id.clone());
            back = back.only_if(Probe::Records(records), Finding::Absent);
        }
        back
    }

    /// Returns the noun for people.
    fn noun(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Contact => "contact",
        }
    }
}

fn conditions(input: &Input, fields: &Fields) -> Vec<Condition> {
    let key = input.key.iter();
    key.map(|(field, value)| Condition::is(field, fields.scalar(field, value)))
        .collect()
}

/// "the account with Name `Acme`": the part of the key that a person can read.
fn shown(input: &Input) -> String {
    let key = input.key.iter().filter_map(|(field, value)| match value {
        Value::Text(value) | Value::Number(value) => Some(format!("{field} `{value}`")),
        Value::Truth(value) => Some(format!("{field} `{value}`")),
        Value::Nothing | Value::Unknown(_) => None,
    });
    let key: Vec<String> = key.collect();
    match key.is_empty() {
        true => format!("the {}", input.object.noun()),
        false => format!("the {} with {}", input.object.noun(), key.join(" and ")),
    }
}

fn ambiguous(input: &Input, several: &[Record]) -> Result<Failure, Failure> {
    let mut ids = vec![];
    for record in several.iter().take(5) {
        match record.id()? {
            Value::Text(id) => ids.push(id),
            _ => ids.push("one that an earlier step makes".to_owned()),
        }
    }
    if several.len() > ids.len() {
        ids.push("…".to_owned());
    }
    let summary = format!(
        "{} {}s match the key: {}",
        several.len(),
        input.object.noun(),
        ids.join(", ")
    );
    let problem = Diagnostic::error("ambiguous-key", "/key", summary)
        .remedy("Add a field to the key that tells them apart, or merge the records");
    Ok(Failure::invalid(problem))
}

#[cfg(test)]
mod tests;
