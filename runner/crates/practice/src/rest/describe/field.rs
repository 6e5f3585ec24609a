//! One field of a describe (docs/salesforce/rest.md#describes).

use serde_json::{Value, json};

use crate::schema::{Area, Field, FieldKind, Object, Preset, WHOLE_DIGITS, is_comparable};
use crate::value::type_name;

/// Characters are counted in UTF-8, which a character of the platform needs three bytes of at most.
const CHARACTER_BYTES: u32 = 3;

/// The field, at that version of the API.
pub(super) fn field(object: &Object, field: &Field, version: u32) -> Value {
    let mut described = own(object, field, version);
    let nothing = nothing();
    if let (Value::Object(described), Value::Object(nothing)) = (&mut described, nothing) {
        described.extend(nothing);
    }
    described
}

fn own(object: &Object, field: &Field, version: u32) -> Value {
    let to = object.leads_to(field);
    let relationship = match field.kind {
        FieldKind::Reference { parent, .. } => parent,
        _ => "",
    };
    let length = length(field);
    let bytes = match field.kind {
        FieldKind::Id | FieldKind::Reference { .. } => length,
        _ => length * CHARACTER_BYTES,
    };
    let (precision, scale) = match field.kind {
        FieldKind::Double => field.digits(),
        FieldKind::Selection(_) => (field.lines, 0),
        _ => (0, 0),
    };
    let digits = match field.kind {
        FieldKind::Integer => WHOLE_DIGITS,
        _ => 0,
    };
    // As queries take them (docs/salesforce/queries.md#fields-that-do-not-fit).
    let long = field.is_long();
    let comparable = is_comparable(field.kind);
    // One key for several objects.
    let polymorphic = to.len() > 1;
    json!({
        "name": field.name,
        "label": field.label,
        "type": type_name(field.kind),
        "soapType": soap_type(field.kind),
        "length": length,
        "byteLength": bytes,
        "digits": digits,
        "precision": precision,
        "scale": scale,
        "nillable": field.nillable,
        "createable": field.createable,
        "updateable": field.updateable,
        "permissionable": permissionable(object, field),
        "defaultedOnCreate": field.preset != Preset::Nothing || matches!(field.kind, FieldKind::Id),
        "defaultValue": default(field),
        "calculated": false,
        "custom": is_custom(field),
        "externalId": field.external_id,
        "filterable": !long && field.unfilterable_since.is_none_or(|since| version < since),
        "sortable": comparable,
        "groupable": comparable && !matches!(field.kind, FieldKind::Double | FieldKind::DateTime),
        "aggregatable": comparable && !matches!(field.kind, FieldKind::Truth),
        "idLookup": field.id_lookup || matches!(field.kind, FieldKind::Id),
        "unique": field.unique,
        "nameField": field.name == "Name",
        "namePointing": polymorphic,
        "polymorphicForeignKey": polymorphic,
        "restrictedPicklist": matches!(field.kind, FieldKind::Picklist(list) | FieldKind::Selection(list) if list.restricted),
        "picklistValues": picklist(field),
        "referenceTo": to,
        "relationshipName": (!relationship.is_empty()).then_some(relationship),
    })
}

/// The properties that no field of the practice org has.
fn nothing() -> Value {
    json!({
        "autoNumber": false,
        "calculatedFormula": null,
        "cascadeDelete": false,
        "caseSensitive": false,
        "compoundFieldName": null,
        "controllerName": null,
        "defaultValueFormula": null,
        "dependentPicklist": false,
        "deprecatedAndHidden": false,
        "displayLocationInDecimal": false,
        "encrypted": false,
        "extraTypeInfo": null,
        "filteredLookupInfo": null,
        "formulaTreatNullNumberAsZero": false,
        "highScaleNumber": false,
        "htmlFormatted": false,
        "inlineHelpText": null,
        "mask": null,
        "maskType": null,
        "queryByDistance": false,
        "referenceTargetField": null,
        "relationshipOrder": null,
        "restrictedDelete": false,
        "writeRequiresMasterRead": false,
    })
}

fn length(field: &Field) -> u32 {
    match field.kind {
        FieldKind::Id | FieldKind::Reference { .. } => 18,
        FieldKind::Picklist(_) => 255,
        _ => field.length().unwrap_or_default(),
    }
}

fn soap_type(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Id | FieldKind::Reference { .. } => "tns:ID",
        FieldKind::Truth => "xsd:boolean",
        FieldKind::Integer => "xsd:int",
        FieldKind::Double => "xsd:double",
        FieldKind::Date => "xsd:date",
        FieldKind::DateTime => "xsd:dateTime",
        FieldKind::Text(_)
        | FieldKind::LongText(_)
        | FieldKind::Email(_)
        | FieldKind::Phone(_)
        | FieldKind::Url(_)
        | FieldKind::Picklist(_)
        | FieldKind::Selection(_) => "xsd:string",
    }
}

/// Says whether permissions for the field can be given \[inferred\]: for fields of data that may be empty and that
/// somebody writes.
fn permissionable(object: &Object, field: &Field) -> bool {
    object.area == Area::Data && field.nillable && (field.createable || field.updateable)
}

fn is_custom(field: &Field) -> bool {
    field.name.ends_with("__c")
}

fn default(field: &Field) -> Value {
    match field.preset {
        Preset::Truth(truth) => Value::from(truth),
        Preset::Number(number) => Value::from(number),
        Preset::Text(text) => Value::from(text),
        Preset::Nothing | Preset::Rule => Value::Null,
    }
}

fn picklist(field: &Field) -> Vec<Value> {
    let (FieldKind::Picklist(list) | FieldKind::Selection(list)) = field.kind else {
        return Vec::new();
    };
    let entry = |(value, label): &(&str, &str)| {
        json!({
            "value": value,
            "label": label,
            "active": true,
            "defaultValue": matches!(field.preset, Preset::Text(preset) if preset == *value),
            "validFor": null,
        })
    };
    list.values.iter().map(entry).collect()
}
