//! Describes, global and by object (docs/salesforce/rest.md#describes). They test no permission: they show what the
//! object allows an administrator.

use serde_json::{Value, json};

use crate::refusal::{Outcome, Refusal};
use crate::rest::Answer;
use crate::row::text;
use crate::rules::record_type;
use crate::schema::{self, Field, FieldKind, OBJECTS, Object, Preset, Verb};
use crate::tenant::Tenant;
use crate::value::type_name;

/// The record type of records that have none.
const MASTER: &str = "012000000000000AAA";

/// `GET …/sobjects`
pub(crate) fn global(org: &Tenant<'_>) -> Outcome<Answer> {
    let mut objects = Vec::new();
    for object in OBJECTS {
        if org.shows_object(object)? {
            objects.push(short(org, object));
        }
    }
    objects.extend(schema::calculated("UserRecordAccess").map(|object| short(org, object)));
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
    let mut describe = short(org, object);
    describe["fields"] = fields.into_iter().map(field).collect();
    describe["childRelationships"] = children(org, object)?;
    describe["recordTypeInfos"] = record_types(org, object)?;
    Ok(Answer::ok(describe))
}

/// The record types of an object, the master last (docs/salesforce/accounts.md#record-types). An object without record
/// types shows no master here.
fn record_types(org: &Tenant<'_>, object: &Object) -> Outcome<Value> {
    let types = record_type::of(org, object)?;
    if types.is_empty() {
        return Ok(json!([]));
    }
    let default = record_type::default(org, object)?.unwrap_or_default();
    let info = |id: &str, name: &str, developer_name: &str, master: bool| {
        let layout = format!(
            "/services/data/v{}.0/sobjects/{}/describe/layouts/{id}",
            org.version, object.name
        );
        let chosen = match default.is_empty() {
            true => master,
            false => text(&default, "Id") == id,
        };
        json!({
            "active": true,
            "available": true,
            "defaultRecordTypeMapping": chosen,
            "developerName": developer_name,
            "master": master,
            "name": name,
            "recordTypeId": id,
            "urls": { "layout": layout },
        })
    };
    let mut infos: Vec<Value> = types
        .iter()
        .map(|found| {
            info(
                text(found, "Id"),
                text(found, "Name"),
                text(found, "DeveloperName"),
                false,
            )
        })
        .collect();
    infos.push(info(MASTER, "Master", "Master", true));
    Ok(Value::Array(infos))
}

/// The part of an object that both describes show.
pub(crate) fn short(org: &Tenant<'_>, object: &Object) -> Value {
    let base = format!("/services/data/v{}.0/sobjects/{}", org.version, object.name);
    json!({
        "name": object.name,
        "label": object.label,
        "labelPlural": object.plural,
        "keyPrefix": object.prefix,
        "createable": object.allows(Verb::Create),
        "updateable": object.allows(Verb::Update),
        "deletable": object.allows(Verb::Delete),
        "queryable": true,
        "retrieveable": true,
        "custom": false,
        "urls": {
            "sobject": base,
            "describe": format!("{base}/describe"),
            "rowTemplate": format!("{base}/{{ID}}"),
        },
    })
}

fn field(field: &Field) -> Value {
    let (to, relationship) = match field.kind {
        FieldKind::Reference { to, parent, .. } => (to, parent),
        _ => (&[][..], ""),
    };
    let picklist: Vec<Value> = match field.kind {
        FieldKind::Picklist(list) => list
            .values
            .iter()
            .map(|(value, label)| entry(field, value, label))
            .collect(),
        _ => Vec::new(),
    };
    let length = match field.kind {
        FieldKind::Id | FieldKind::Reference { .. } => 18,
        FieldKind::Picklist(_) => 255,
        _ => field.length().unwrap_or_default(),
    };
    let default = match field.preset {
        Preset::Truth(truth) => Value::from(truth),
        Preset::Number(number) => Value::from(number),
        Preset::Text(text) => Value::from(text),
        Preset::Nothing | Preset::Rule => Value::Null,
    };
    json!({
        "name": field.name,
        "label": field.label,
        "type": type_name(field.kind),
        "length": length,
        "nillable": field.nillable,
        "createable": field.createable,
        "updateable": field.updateable,
        "defaultedOnCreate": field.preset != Preset::Nothing || matches!(field.kind, FieldKind::Id),
        "defaultValue": default,
        "calculated": false,
        "custom": field.name.ends_with("__c"),
        "externalId": field.external_id,
        "filterable": true,
        "sortable": !matches!(field.kind, FieldKind::LongText(_)),
        "groupable": !matches!(field.kind, FieldKind::LongText(_) | FieldKind::Double),
        "idLookup": field.id_lookup || matches!(field.kind, FieldKind::Id),
        "unique": field.unique,
        "nameField": field.name == "Name",
        "restrictedPicklist": matches!(field.kind, FieldKind::Picklist(list) if list.restricted),
        "picklistValues": picklist,
        "referenceTo": to,
        "relationshipName": (!relationship.is_empty()).then_some(relationship),
    })
}

fn entry(field: &Field, value: &str, label: &str) -> Value {
    json!({
        "value": value,
        "label": label,
        "active": true,
        "defaultValue": matches!(field.preset, Preset::Text(preset) if preset == value),
        "validFor": Value::Null,
    })
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
                }));
            }
        }
    }
    Ok(Value::Array(relationships))
}
