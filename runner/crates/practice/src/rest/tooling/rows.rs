//! The records of `EntityDefinition` and `FieldDefinition`, made from the schema, and of `RecordType` (docs/salesforce/rest.md#tooling).

use serde_json::{Value, json};
use usher_core::soql::{Comparison, Condition, Literal, Membership, Query};

use crate::access;
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::schema::{Field, FieldKind, OBJECTS, Object, Verb, object};
use crate::tenant::Tenant;

/// The columns by which a query of fields says of which object.
const OF_OBJECT: &[&str] = &[
    "EntityDefinitionId",
    "EntityDefinition.QualifiedApiName",
    "EntityDefinition.DurableId",
];

/// A row for each object that the org shows. Ids of standard objects are their names.
pub(super) fn entities(org: &Tenant<'_>) -> Outcome<Vec<Value>> {
    let mut rows = Vec::new();
    for object in OBJECTS {
        if org.shows_object(object)? {
            rows.push(entity(org, object)?);
        }
    }
    Ok(rows)
}

fn entity(org: &Tenant<'_>, object: &Object) -> Outcome<Value> {
    Ok(json!({
        "DurableId": object.name,
        "QualifiedApiName": object.name,
        "DeveloperName": object.name,
        "NamespacePrefix": null,
        "Label": object.label,
        "MasterLabel": object.label,
        "PluralLabel": object.plural,
        "KeyPrefix": object.prefix,
        "IsQueryable": true,
        "IsRetrieveable": true,
        "IsCustomSetting": false,
        "IsDeprecatedAndHidden": false,
        "IsEverCreatable": object.allows(Verb::Create),
        "IsEverUpdatable": object.allows(Verb::Update),
        "IsEverDeletable": object.allows(Verb::Delete),
        "IsIdEnabled": true,
        "InternalSharingModel": model(org, object, false)?,
        "ExternalSharingModel": model(org, object, true)?,
    }))
}

/// The org-wide default of an object, for internal or for external users, in the words of `CustomObject`; none of an object
/// whose records are not shared here.
fn model(org: &Tenant<'_>, object: &Object, external: bool) -> Outcome<Option<&'static str>> {
    match access::is_known(object) {
        true => Ok(Some(access::org_wide(org, object, external)?.model())),
        false => Ok(None),
    }
}

/// A row for each record type: with its name in the Metadata API, `Account.Business`.
pub(super) fn record_types(org: &Tenant<'_>) -> Outcome<Vec<Value>> {
    let object = object("RecordType").expect("the schema has it");
    let fields = org.fields(object)?;
    let row = |found: &Row| {
        let mut row = json!({
            "FullName": format!("{}.{}", text(found, "SobjectType"), text(found, "DeveloperName")),
            "ManageableState": "unmanaged",
        });
        for field in &fields {
            row[field.name] = found.get(field.name).cloned().unwrap_or_default();
        }
        row
    };
    Ok(org.rows(object, &[])?.iter().map(row).collect())
}

/// A row for each field of the objects that the query names: it must name one.
pub(super) fn fields(org: &Tenant<'_>, query: &Query) -> Outcome<Vec<Value>> {
    let mut names = Vec::new();
    if let Some(condition) = &query.condition {
        named(condition, &mut names);
    }
    if names.is_empty() {
        // [inferred] Code and text.
        return Err(Refusal::new(
            400,
            "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION",
            "FieldDefinition: a filter on a reified column is required [EntityDefinitionId,DurableId]",
        ));
    }
    let mut rows = Vec::new();
    for object in OBJECTS.iter().copied() {
        let is_named = names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(object.name));
        if is_named && org.shows_object(object)? {
            let fields = org.fields(object)?;
            rows.extend(fields.into_iter().map(|field| definition(object, field)));
        }
    }
    Ok(rows)
}

/// The objects that a condition names in conjunctions, by their names or by the ids of fields, `Account.Name`.
fn named(condition: &Condition, names: &mut Vec<String>) {
    let mut name = |column: &[String], value: &Literal| {
        let column = column.join(".");
        let Literal::Text(value) = value else { return };
        let is = |known: &str| known.eq_ignore_ascii_case(&column);
        if OF_OBJECT.iter().copied().any(is) {
            names.push(value.clone());
        } else if is("DurableId") {
            names.extend(value.split('.').next().map(str::to_owned));
        }
    };
    match condition {
        Condition::Compare {
            path,
            comparison: Comparison::Equal,
            value,
        } => name(&path.0, value),
        Condition::OneOf {
            path,
            membership: Membership::In,
            values,
        } => values.iter().for_each(|value| name(&path.0, value)),
        Condition::And(parts) | Condition::Or(parts) => {
            parts.iter().for_each(|part| named(part, names));
        }
        _ => {}
    }
}

fn definition(object: &Object, field: &Field) -> Value {
    let to = object.leads_to(field);
    let relationship = match field.kind {
        FieldKind::Reference { parent, .. } if !parent.is_empty() => Value::from(parent),
        _ => Value::Null,
    };
    json!({
        "DurableId": format!("{}.{}", object.name, field.name),
        "QualifiedApiName": field.name,
        "DeveloperName": field.name.trim_end_matches("__c"),
        "NamespacePrefix": null,
        "Label": field.label,
        "MasterLabel": field.label,
        "DataType": data_type(object, field),
        "Length": field.length().unwrap_or_default(),
        "EntityDefinitionId": object.name,
        "EntityDefinition": {
            "attributes": { "type": "EntityDefinition" },
            "DurableId": object.name,
            "QualifiedApiName": object.name,
            "Label": object.label,
        },
        "IsCalculated": false,
        "IsHtmlFormatted": false,
        "IsNameField": field.name == "Name",
        "IsNillable": field.nillable,
        "IsPolymorphicForeignKey": to.len() > 1,
        "ReferenceTo": { "referenceTo": to },
        "RelationshipName": relationship,
    })
}

/// The type in the words of Setup \[inferred\] where the documents give no example.
fn data_type(object: &Object, field: &Field) -> String {
    match field.kind {
        FieldKind::Id => "Id".to_owned(),
        FieldKind::Reference { .. } => format!("Lookup({})", object.leads_to(field).join(",")),
        FieldKind::Text(length) => format!("Text({length})"),
        FieldKind::LongText(length) => format!("Text Area({length})"),
        FieldKind::Email(_) => "Email".to_owned(),
        FieldKind::Phone(_) => "Phone".to_owned(),
        FieldKind::Url(length) => format!("URL({length})"),
        FieldKind::Picklist(_) => "Picklist".to_owned(),
        FieldKind::Selection(_) => "Picklist (Multi-Select)".to_owned(),
        FieldKind::Truth => "Checkbox".to_owned(),
        FieldKind::Integer | FieldKind::Double => {
            let (precision, scale) = field.digits();
            format!("Number({}, {scale})", precision - scale)
        }
        FieldKind::Date => "Date".to_owned(),
        FieldKind::DateTime => "Date/Time".to_owned(),
    }
}
