//! Step plugin `ensure-record`: the org has an account or a contact with this key and these values, or the record that
//! the input names has them.
//!
//! It writes only these two objects: the manifest names everything that a plugin writes, and a person allows that. So
//! another object or standard field is another line there, never an input.
//!
//! Salesforce lets two records have the same key. Usher looks before it makes one. It reports two that exist already,
//! and never chooses between them.
//!
//! `wanted` checks the input, `found` looks for the record, `belongs` compares its account, `create` and `update` make
//! the change; `described`, `owner` and `record_type` know what a new record needs.

mod belongs;
mod create;
mod described;
mod fields;
mod found;
mod owner;
mod record_type;
mod update;
mod wanted;

use std::collections::BTreeMap;

use serde::Deserialize;
use usher_external_users::{Fields, Save, automation, automation_note};
use usher_sdk::{
    Duplicates, Failure, Finding, Lookup, Org, Probe, Problems, Scalar, StepPlan, TakeBack, Value,
};

use crate::found::Found;

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    object: Object,
    key: BTreeMap<String, Value>,
    values: BTreeMap<String, Value>,
    more: BTreeMap<String, Value>,
    record: Option<Value>,
    account: Option<Value>,
    owner: String,
    record_type: String,
    duplicates: Duplicates,
}

impl Input {
    /// The tables of fields, each with its name in the input.
    fn tables(&self) -> [(&'static str, &BTreeMap<String, Value>); 3] {
        [
            ("key", &self.key),
            ("values", &self.values),
            ("more", &self.more),
        ]
    }

    /// The fields that the record is to hold besides the key.
    fn held(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.values.iter().chain(&self.more)
    }

    /// The value of a field.
    fn value(&self, field: &str) -> Option<&Value> {
        let mut tables = self.tables().into_iter();
        tables.find_map(|(_, table)| table.get(field))
    }
}

/// The objects that the manifest declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Object {
    Account,
    Contact,
}

/// The input with the org that it is planned in.
struct Case<'c> {
    input: &'c Input,
    fields: Fields,
    org: &'c dyn Org,
}

/// Plans one record.
///
/// # Errors
///
/// A field that is not declared, does not exist, cannot be written or does not hold such a value; a field, an owner or a
/// record type of a new record that is missing; no such record; several records with this key; a contact of another
/// account. All such problems at once.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let input = wanted::trimmed(input);
    let mut problems = Problems::default();
    wanted::check(&input, &mut problems);
    problems.none()?;
    let case = Case {
        fields: fields::read(&input, org)?,
        input: &input,
        org,
    };
    let mut plan = StepPlan::new();
    let mut problems = Problems::default();
    fields::fit(&case, &mut plan, &mut problems);
    problems.none()?;
    match found::look(&case, &mut plan)? {
        Found::Nothing { account } => create::plan(&case, account.as_ref(), plan),
        Found::One { record, account } => {
            belongs::check(&case, &record, account.as_ref())?;
            update::plan(&case, &record, plan)
        }
    }
}

usher_sdk::export!(plan);

impl Case<'_> {
    /// Says whether accounts may be persons here.
    fn has_persons(&self) -> bool {
        self.input.object == Object::Account && self.fields.has(PERSON)
    }

    /// Names the org's automation that runs when the record is saved.
    fn automation(&self, save: Save, plan: &mut StepPlan) {
        let object = self.input.object;
        let mut found = self.org.find_all(&automation(object.name())).into_iter();
        if let (Some(flows), Some(triggers)) = (found.next(), found.next())
            && let Some(note) = automation_note(object.noun(), save, &flows, &triggers)
        {
            plan.note(note);
        }
    }
}

/// The field of an account that says that it is a person.
const PERSON: &str = "IsPersonAccount";

impl Object {
    fn name(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Contact => "Contact",
        }
    }

    /// Returns the noun for people.
    fn noun(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Contact => "contact",
        }
    }

    /// The first three characters of ids (Object Reference).
    fn prefix(self) -> &'static str {
        match self {
            Self::Account => "001",
            Self::Contact => "003",
        }
    }

    /// The city by which people tell records of one name apart.
    fn city(self) -> &'static str {
        match self {
            Self::Account => "BillingCity",
            Self::Contact => "MailingCity",
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
}

/// "the account with Name `Acme`": the part of the key that a person can read.
fn shown(input: &Input) -> String {
    let noun = input.object.noun();
    if let Some(Value::Text(id)) = &input.record {
        return format!("the {noun} {id}");
    }
    let key = input.key.iter().filter_map(|(field, value)| match value {
        Value::Text(value) | Value::Number(value) => Some(format!("{field} `{value}`")),
        Value::Truth(value) => Some(format!("{field} `{value}`")),
        Value::Nothing | Value::Unknown(_) => None,
    });
    let key: Vec<String> = key.collect();
    match key.is_empty() || input.record.is_some() {
        true => format!("the {noun}"),
        false => format!("the {noun} with {}", key.join(" and ")),
    }
}

#[cfg(test)]
mod tests;
