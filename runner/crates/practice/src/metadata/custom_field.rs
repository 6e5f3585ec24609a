//! `CustomField` (docs/salesforce/metadata.md#fields): a field of the org's own. The definitions that `tenant` makes
//! columns of are kept as fixtures write them; what else a component holds is kept beside them.

mod definition;
mod shape;

use serde_json::{Value, json};

use crate::components::{self, Content};
use crate::metadata::{Listed, Written, id_of};
use crate::refusal::{Outcome, Refusal};
use crate::schema::{Area, Object, object};
use crate::tenant::{Tenant, custom_fields};

use definition::{definition_of, kind_of};

pub(super) use shape::{FIELD, FIELD_NAMED};

const KIND: &str = "CustomField";

/// The prefix of field definitions \[inferred\].
const PREFIX: &str = "00N";

/// Fields of the org's own of an object at most, by edition; those of packages are beside them
/// (docs/salesforce/metadata.md#fields).
const OWN_MAX: usize = 500;
const OWN_MAX_UNLIMITED: usize = 800;

/// Objects of records have custom fields, and users.
pub(super) fn takes_fields(known: &Object) -> bool {
    known.area == Area::Data && !known.name.ends_with("Share") || known.name == "User"
}

pub(super) fn list(org: &Tenant<'_>) -> Outcome<Vec<Listed>> {
    let names = custom_fields::all(org)?.into_iter().map(|definition| {
        let text = |key: &str| definition[key].as_str().unwrap_or_default().to_owned();
        format!("{}.{}", text("object"), text("name"))
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    let listed = names.into_iter().map(|full_name| Listed {
        id: id_of(PREFIX, &full_name),
        full_name,
        stamps: None,
    });
    Ok(listed.collect())
}

/// The custom fields of an object, each with its name, in the order of names.
pub(super) fn of_object(org: &Tenant<'_>, known: &Object) -> Outcome<Vec<Value>> {
    let mut fields = Vec::new();
    for definition in custom_fields::of_object(org, known)? {
        let name = definition["name"].as_str().unwrap_or_default();
        let mut content = content_of(org, &definition)?;
        content.insert("fullName".to_owned(), json!([name]));
        fields.push((name.to_owned(), Value::Object(content)));
    }
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(fields.into_iter().map(|(_, field)| field).collect())
}

pub(super) fn read(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Content>> {
    match definition(org, full_name)? {
        Some(definition) => Ok(Some(content_of(org, &definition)?)),
        None => Ok(None),
    }
}

/// A field that is there is replaced; its type stays \[inferred\].
pub(super) fn write(
    org: &Tenant<'_>,
    full_name: &str,
    content: &Content,
    _: u32,
) -> Outcome<Written> {
    let Some((known, name)) = split(full_name).filter(|(known, _)| takes_fields(known)) else {
        let object = full_name.split('.').next().unwrap_or_default();
        // Not the platform's words: it has more objects.
        let message = format!("the practice org does not know custom fields of `{object}`");
        return Err(Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &[]));
    };
    let before = read(org, full_name)?;
    let new = definition_of(known, name, content)?;
    match definition(org, full_name)? {
        Some(there) if kind_of(&there) != kind_of(&new) => {
            // Not the platform's words: it changes some types into others.
            let message =
                format!("the practice org does not change the type of the field `{name}`");
            return Err(Refusal::save(
                "FIELD_INTEGRITY_EXCEPTION",
                message,
                &["type"],
            ));
        }
        Some(_) => {}
        None => room(org, known, name)?,
    }
    custom_fields::put(org, &new)?;
    let mut beside = content.clone();
    beside.remove("fullName");
    components::put(org, KIND, &format!("{}.{name}", known.name), &beside)?;
    Ok(Written {
        id: id_of(PREFIX, full_name),
        created: before.is_none(),
        changed: before != read(org, full_name)?,
    })
}

/// Refuses one more field where an object has all that it can have. \[inferred\] The code and the text.
fn room(org: &Tenant<'_>, known: &Object, name: &str) -> Outcome<()> {
    let fields: Vec<_> = custom_fields::of(org, known)?.collect();
    let own = fields.iter().filter(|field| !is_of_package(field.name));
    let unlimited = "SELECT EXISTS (SELECT 1 FROM \"Organization\" WHERE \"OrganizationType\" IN ('Unlimited Edition', 'Performance Edition'))";
    let own_max = match org.db.query_row(unlimited, [], |row| row.get(0))? {
        true => OWN_MAX_UNLIMITED,
        false => OWN_MAX,
    };
    let most = match () {
        () if fields.len() >= custom_fields::FIELDS_MAX => custom_fields::FIELDS_MAX,
        () if !is_of_package(name) && own.count() >= own_max => own_max,
        () => return Ok(()),
    };
    let message = format!(
        "You have reached the maximum number of {most} custom fields for the object {}",
        known.name
    );
    Err(Refusal::save("LIMIT_EXCEEDED", message, &[]))
}

/// Says whether a custom field has a namespace: `FinServ__Status__c`.
fn is_of_package(name: &str) -> bool {
    name.trim_end_matches("__c").contains("__")
}

/// A field goes with its values: a later field of its name begins empty.
pub(super) fn remove(org: &Tenant<'_>, full_name: &str) -> Outcome<bool> {
    let (known, name) = full_name.split_once('.').unwrap_or_default();
    if !custom_fields::remove(org, known, name)? {
        return Ok(false);
    }
    components::remove(org, KIND, full_name)?;
    Ok(true)
}

/// Object and name of a field: `Account.Number__c`.
pub(super) fn split(full_name: &str) -> Option<(&'static Object, &str)> {
    let (known, name) = full_name.split_once('.')?;
    Some((object(known).filter(|object| object.name == known)?, name))
}

fn definition(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Value>> {
    let (known, name) = full_name.split_once('.').unwrap_or_default();
    custom_fields::find(org, known, name)
}

/// A component as it was sent; a field that a fixture made has what its definition says.
fn content_of(org: &Tenant<'_>, definition: &Value) -> Outcome<Content> {
    let text = |key: &str| definition[key].as_str().unwrap_or_default();
    let full_name = format!("{}.{}", text("object"), text("name"));
    let kept = components::get(org, KIND, &full_name)?;
    Ok(kept.unwrap_or_else(|| definition::content_of(definition)))
}
