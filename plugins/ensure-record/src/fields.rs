//! The fields of the object as this org describes them, and the check of the input against them.

use usher_external_users::{Fields, Given, escape};
use usher_sdk::{Failure, Org, Problems, Value};

use crate::wanted::declared;
use crate::{Input, Object};

/// Reads the declared fields that this org has.
pub(crate) fn read(object: Object, org: &dyn Org) -> Result<Fields, Failure> {
    let names = declared(object);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Fields::read(object.name(), object.noun(), &names, org)
}

/// Reports fields that this org lacks and values that a field cannot hold.
pub(crate) fn fit(fields: &Fields, input: &Input, problems: &mut Problems) {
    let key = input.key.iter().map(|entry| ("key", entry));
    let values = input.values.iter().map(|entry| ("values", entry));
    let given = key.chain(values).map(|(table, (name, value))| Given {
        at: format!("/{table}/{}", escape(name)),
        name,
        value,
    });
    fields.fit(given, problems);
}

/// Reports obstacles to a new record.
pub(crate) fn may_be_created(fields: &Fields, input: &Input, problems: &mut Problems) {
    let is_given = |name: &str| {
        let value = input.key.get(name).or_else(|| input.values.get(name));
        value.is_some_and(|value| !value.is_as_wanted(name, &Value::Nothing))
    };
    // An account without a name is a person's, which this step does not make.
    let required: &[&str] = match input.object {
        Object::Account => &["Name"],
        Object::Contact => &[],
    };
    fields.may_be_created(is_given, required, problems);
}
