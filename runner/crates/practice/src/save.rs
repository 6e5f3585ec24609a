//! Creating, changing and deleting one record: what a client may write, what must come, what fits, then the object's
//! own rules. Every save is one unit: refused, it leaves nothing.
//!
//! The checks go in the order of docs/salesforce/users.md#order-of-checks: names, required fields, formats, references,
//! rules.

use serde_json::{Map, Value};

use crate::hand::Hand;
use crate::recycle_bin;
use crate::reference;
use crate::refusal::{Outcome, Refusal};
use crate::rights;
use crate::row::{self, Row, blank};
use crate::rules;
use crate::schema::{Field, FieldKind, Object, Verb, object};
use crate::tenant::{Tenant, custom_fields};
use crate::value;

/// Creates a record and says its id.
pub(crate) fn create(
    org: &Tenant<'_>,
    object: &'static Object,
    fields: &Map<String, Value>,
    hand: Hand,
) -> Outcome<String> {
    org.unit(|| create_within(org, object, fields, hand))
}

/// Creates many records of one object as one unit and says their ids. A refusal says the place of the
/// record that it is about, counted from 1.
pub(crate) fn create_all(
    org: &Tenant<'_>,
    object: &'static Object,
    records: &[Map<String, Value>],
    hand: Hand,
) -> Outcome<Vec<String>> {
    org.unit(|| {
        let ids = records.iter().enumerate().map(|(place, fields)| {
            create_within(org, object, fields, hand)
                .map_err(|refusal| refusal.about(&format!("record {}", place + 1)))
        });
        ids.collect()
    })
}

/// Creates a record inside a unit that the caller has begun.
fn create_within(
    org: &Tenant<'_>,
    object: &'static Object,
    fields: &Map<String, Value>,
    hand: Hand,
) -> Outcome<String> {
    in_flight(org, hand, "")?;
    permit(object, Verb::Create, hand)?;
    let fields = reference::resolved(org, object, fields)?;
    let given = named(org, object, &fields, Verb::Create, hand)?;
    require(org, object, &given)?;
    let mut row = blank(object);
    row.extend(custom_fields::of(org, object)?.filter_map(row::preset));
    row.extend(read(&given)?);
    referenced(org, object, &given, &row)?;
    if hand == Hand::Client {
        rules::typed(org, object, &mut row)?;
    }
    rules::complete(org, object, &mut row)?;
    if let Some(same) = rules::same(org, object, &row)? {
        let again = fields.clone().into_owned().into_iter();
        let again = again.filter(|(name, _)| object.field(name).is_none_or(|f| f.updateable));
        let again: Map<String, Value> = again.filter(|(name, _)| name != "attributes").collect();
        if !again.is_empty() {
            update(org, object, &same, &again, hand)?;
        }
        return Ok(same);
    }
    if hand == Hand::Client {
        rights::save::create(org, object, &row)?;
        rules::before_create(org, object, &mut row)?;
        rules::refuse_new(org, object, &row)?;
    }
    unique(org, object, &row, "")?;
    let id = org.next_id(object)?;
    row.insert("Id", Value::from(id.as_str()));
    org.insert(object, &row)?;
    rules::after_create(org, object, &row)?;
    Ok(id)
}

/// Changes a record.
pub(crate) fn update(
    org: &Tenant<'_>,
    object: &'static Object,
    id: &str,
    fields: &Map<String, Value>,
    hand: Hand,
) -> Outcome<()> {
    org.unit(|| {
        let Some(old) = org.row(object, id)? else {
            return Err(recycle_bin::absent(org, object, id)?);
        };
        in_flight(org, hand, id)?;
        permit(object, Verb::Update, hand)?;
        let fields = reference::resolved(org, object, fields)?;
        let given = named(org, object, &fields, Verb::Update, hand)?;
        let changes = read(&given)?;
        let emptied: Vec<&str> = given
            .iter()
            .filter(|(field, _)| !field.nillable && changes[field.name].is_null())
            .map(|(field, _)| field.name)
            .collect();
        if !emptied.is_empty() {
            return Err(missing(&emptied));
        }
        referenced(org, object, &given, &changes)?;
        let mut new = old.clone();
        new.extend(changes.clone());
        let change = rules::Change {
            old: &old,
            given: &changes,
        };
        if hand == Hand::Client {
            rights::save::update(org, object, &old, &changes)?;
            rules::before_update(org, object, &change, &mut new)?;
            rules::refuse_changed(org, object, &change, &new)?;
        }
        unique(org, object, &new, id)?;
        let changed: Vec<(&str, Value)> = new
            .iter()
            .filter(|(name, value)| old.get(*name) != Some(value))
            .map(|(name, value)| (*name, value.clone()))
            .collect();
        org.set(object, id, &changed)?;
        rules::after_update(org, object, &old, &new)
    })
}

/// Deletes a record.
pub(crate) fn delete(org: &Tenant<'_>, object: &'static Object, id: &str) -> Outcome<()> {
    org.unit(|| {
        let Some(row) = org.row(object, id)? else {
            return Err(recycle_bin::absent(org, object, id)?);
        };
        in_flight(org, Hand::Client, id)?;
        permit(object, Verb::Delete, Hand::Client)?;
        rights::save::delete(org, object, &row)?;
        rules::before_delete(org, object, &row)?;
        recycle_bin::delete(org, object, id, id)?;
        rules::after_delete(org, object, &row)
    })
}

/// Completes a record that comes back from the recycle bin, and refuses one with a value that another record has by
/// now.
pub(crate) fn restored(org: &Tenant<'_>, object: &'static Object, row: &Row) -> Outcome<()> {
    unique(org, object, row, row::text(row, "Id"))?;
    rules::after_undelete(org, object, row)
}

/// A fault that the request was dealt may be meant for this record.
pub(crate) fn in_flight(org: &Tenant<'_>, hand: Hand, id: &str) -> Outcome<()> {
    match hand {
        Hand::Client => org.in_flight.save(id),
        Hand::Raw => Ok(()),
    }
}

fn permit(object: &Object, verb: Verb, hand: Hand) -> Outcome<()> {
    if hand == Hand::Raw || object.allows(verb) {
        return Ok(());
    }
    let done = match verb {
        Verb::Create => "inserted",
        Verb::Update => "updated",
        Verb::Delete => "deleted",
    };
    // [inferred] The code is the platform's for this, the text ours.
    let message = format!("entity type cannot be {done}: {}", object.label);
    Err(Refusal::save("INVALID_TYPE_FOR_OPERATION", message, &[]))
}

type Given<'a> = Vec<(&'static Field, &'a Value)>;

/// The fields behind the names of a request.
fn named<'a>(
    org: &Tenant<'_>,
    object: &'static Object,
    fields: &'a Map<String, Value>,
    verb: Verb,
    hand: Hand,
) -> Outcome<Given<'a>> {
    let mut given = Given::new();
    let mut unwritable = Vec::new();
    for (name, value) in fields {
        if name == "attributes" {
            continue;
        }
        let known = match hand {
            Hand::Client => org.field(object, name)?,
            Hand::Raw => org.any_field(object, name)?,
        };
        let Some(field) = known else {
            // [inferred] The text (docs/salesforce/rest.md#save-errors).
            let message = format!("No such column '{name}' on sobject of type {}", object.name);
            return Err(Refusal::new(400, "INVALID_FIELD", message));
        };
        let writable = match verb {
            Verb::Create => field.createable,
            _ => field.updateable,
        };
        let stored = field.computed.is_none() && !matches!(field.kind, FieldKind::Id);
        if !(writable || hand == Hand::Raw && stored) {
            unwritable.push(field.name);
        }
        given.push((field, value));
    }
    if unwritable.is_empty() {
        return Ok(given);
    }
    // [inferred] The sentence before the names (docs/salesforce/rest.md#save-errors).
    let message = format!(
        "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
        unwritable.join(", ")
    );
    Err(Refusal::save(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        message,
        &unwritable,
    ))
}

fn require(org: &Tenant<'_>, object: &'static Object, given: &Given<'_>) -> Outcome<()> {
    let holds = |field: &Field| {
        let value = given.iter().find(|(known, _)| known.name == field.name);
        value.is_some_and(|(_, value)| match value {
            Value::Null => false,
            Value::String(text) => !value::trimmed(text).is_empty(),
            _ => true,
        })
    };
    let absent: Vec<&str> = org
        .every_field(object)?
        .into_iter()
        .filter(|field| field.must_come())
        .filter(|field| !holds(field))
        .map(|field| field.name)
        .collect();
    match absent.is_empty() {
        true => Ok(()),
        false => Err(missing(&absent)),
    }
}

fn missing(fields: &[&str]) -> Refusal {
    let message = format!("Required fields are missing: [{}]", fields.join(", "));
    Refusal::save("REQUIRED_FIELD_MISSING", message, fields)
}

/// The values in the form they are kept. An empty value for a field that is never empty is left out:
/// its preset holds.
fn read(given: &Given<'_>) -> Outcome<Row> {
    let mut row = Row::new();
    for (field, value) in given {
        row.insert(field.name, value::checked(field, value)?);
    }
    Ok(row)
}

/// Refuses an id that points to no record.
fn referenced(org: &Tenant<'_>, from: &Object, given: &Given<'_>, row: &Row) -> Outcome<()> {
    for (field, _) in given {
        let (FieldKind::Reference { to, .. }, Some(Value::String(id))) =
            (field.kind, row.get(field.name))
        else {
            continue;
        };
        let targets = || to.iter().filter_map(|name| object(name));
        let target = targets().find(|target| id.starts_with(target.prefix));
        let exists = match target {
            Some(target) => org.count(target, &[("Id", Value::from(id.as_str()))])? > 0,
            None => false,
        };
        // A record that points to itself would be its own parent.
        let own = from.prefix == &id[..3] && row.get("Id").and_then(Value::as_str) == Some(id);
        if !exists || own {
            return Err(Refusal::cross_reference(field.name));
        }
    }
    Ok(())
}

/// Refuses a value that another record holds, for fields without a rule that says so better.
fn unique(org: &Tenant<'_>, object: &'static Object, row: &Row, own_id: &str) -> Outcome<()> {
    for field in org.every_field(object)? {
        if !field.unique {
            continue;
        }
        let Some(value) = row.get(field.name).filter(|value| !value.is_null()) else {
            continue;
        };
        let holders = org.ids(object, &[(field.name, value.clone())])?;
        if let Some(other) = holders.iter().find(|id| *id != own_id) {
            let message = format!(
                "duplicate value found: {} duplicates value on record with id: {other}",
                field.name
            );
            return Err(Refusal::save("DUPLICATE_VALUE", message, &[field.name]));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
