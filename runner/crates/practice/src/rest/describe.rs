//! Describes, global and by object (docs/salesforce/rest.md#describes). They say of records of data what the user who asks
//! may do with them, and of Setup what an administrator may.

use serde_json::{Value, json};

use crate::refusal::{Outcome, Refusal};
use crate::rest::Answer;
use crate::schema::{self, FieldKind, OBJECTS, Object};
use crate::tenant::Tenant;

mod field;
mod object;
pub(crate) mod pages;
mod record_types;

pub(crate) use crate::rest::describe::object::short;

/// `GET …/sobjects`
pub(crate) fn global(org: &Tenant<'_>) -> Outcome<Answer> {
    let mut objects = Vec::new();
    for object in OBJECTS {
        if org.shows_object(object)? {
            objects.push(short(org, object)?);
        }
    }
    if let Some(calculated) = schema::calculated("UserRecordAccess") {
        objects.push(short(org, calculated)?);
    }
    Ok(Answer::ok(
        json!({ "encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects }),
    ))
}

/// `GET …/sobjects/X/describe`
pub(crate) fn object(org: &Tenant<'_>, name: &str) -> Outcome<Answer> {
    let (object, fields) = match schema::calculated(name) {
        Some(object) => (object, object.own.iter().collect()),
        None => {
            let object = org.object(name)?.ok_or_else(Refusal::not_found)?;
            (object, org.fields(object)?)
        }
    };
    let mut describe = short(org, object)?;
    if let (Value::Object(describe), Value::Object(alone)) = (&mut describe, object::alone(object))
    {
        describe.extend(alone);
    }
    describe["fields"] = fields
        .into_iter()
        .map(|field| field::field(object, field, org.version))
        .collect();
    describe["childRelationships"] = children(org, object)?;
    describe["recordTypeInfos"] = Value::Array(record_types::record_types(org, object)?);
    Ok(Answer::ok(describe))
}

fn children(org: &Tenant<'_>, object: &Object) -> Outcome<Value> {
    let mut relationships = Vec::new();
    for child in OBJECTS {
        if !org.shows_object(child)? {
            continue;
        }
        for field in org.fields(child)? {
            let FieldKind::Reference { to, children, .. } = field.kind else {
                continue;
            };
            if to.contains(&object.name) {
                relationships.push(json!({
                    "childSObject": child.name,
                    "field": field.name,
                    "relationshipName": (!children.is_empty()).then_some(children),
                    "cascadeDelete": false,
                    "deprecatedAndHidden": false,
                    "junctionIdListNames": [],
                    "junctionReferenceTo": [],
                    "restrictedDelete": false,
                }));
            }
        }
    }
    Ok(Value::Array(relationships))
}

#[cfg(test)]
mod tests;
