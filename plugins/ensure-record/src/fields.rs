//! The fields of the object as this org describes them, and the check of the input against them.

use usher_external_users::{Fields, Given, addresses, escape};
use usher_sdk::{Failure, Org, Problems, StepPlan, Value};

use crate::wanted::{declared, is_custom};
use crate::{Case, Input, Object, PERSON};

/// Reads the declared fields that this org has, and the custom ones of the input.
pub(crate) fn read(input: &Input, org: &dyn Org) -> Result<Fields, Failure> {
    let object = input.object;
    let mut names = declared(object);
    let given = input
        .tables()
        .into_iter()
        .flat_map(|(_, table)| table.keys());
    names.extend(given.map(String::as_str).filter(|field| is_custom(field)));
    names.push("RecordTypeId");
    if object == Object::Account {
        names.push(PERSON);
    }
    Fields::read(object.name(), object.noun(), &names, org)
}

/// Reports fields that this org lacks and values that a field cannot hold; warns of countries that are not listed.
pub(crate) fn fit(case: &Case<'_>, plan: &mut StepPlan, problems: &mut Problems) {
    case.fields.fit(given(case), problems);
    addresses(&case.fields, given(case), plan);
}

fn given<'c>(case: &'c Case<'_>) -> impl Iterator<Item = Given<'c>> {
    let tables = case.input.tables().into_iter();
    tables.flat_map(|(table, fields)| {
        fields.iter().map(move |(name, value)| Given {
            at: format!("/{table}/{}", escape(name)),
            name,
            value,
        })
    })
}

/// Says whether a new record gets a value for the field.
pub(crate) fn is_given(input: &Input, name: &str) -> bool {
    if name == "AccountId" && input.account.is_some() {
        return true;
    }
    input
        .value(name)
        .is_some_and(|value| !value.is_as_wanted(name, &Value::Nothing))
}

/// Reports obstacles to a new record.
pub(crate) fn may_be_created(case: &Case<'_>, problems: &mut Problems) {
    // An account without a name is a person's, which this step does not make.
    let required: &[&str] = match case.input.object {
        Object::Account => &["Name"],
        Object::Contact => &[],
    };
    let is_given = |name: &str| is_given(case.input, name);
    case.fields.may_be_created(is_given, required, problems);
}
