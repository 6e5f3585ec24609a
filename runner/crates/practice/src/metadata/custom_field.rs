//! `CustomField` (docs/salesforce/metadata.md#fields): a field of the org's own. The definitions that `tenant` makes
//! columns of are kept as fixtures write them; what else a component holds is kept beside them.

use serde_json::{Map, Value, json};
use usher_core::component::{parts, texts};

use crate::components::{self, Content};
use crate::metadata::record;
use crate::metadata::shape::{Elements, Shape};
use crate::metadata::{Listed, Written, id_of};
use crate::refusal::{Outcome, Refusal};
use crate::schema::{Area, Object, object};
use crate::tenant::{Tenant, custom_fields};

const KIND: &str = "CustomField";

/// The prefix of field definitions \[inferred\].
const PREFIX: &str = "00N";

/// Custom fields of an object at most: the least of the limits that editions have
/// (docs/salesforce/metadata.md#fields).
const FIELDS_MAX: usize = 500;

pub(super) const FIELD: Elements = match FIELD_NAMED.split_first() {
    Some((_, rest)) => rest,
    None => FIELD_NAMED,
};

// The name comes first: `FIELD` leaves it out.
pub(super) const FIELD_NAMED: Elements = &[
    ("fullName", Shape::Text),
    ("businessOwnerGroup", Shape::Text),
    ("businessOwnerUser", Shape::Text),
    ("businessStatus", Shape::Text),
    ("caseSensitive", Shape::Truth),
    ("complianceGroup", Shape::Text),
    ("defaultValue", Shape::Text),
    ("deleteConstraint", Shape::Text),
    ("description", Shape::Text),
    ("displayFormat", Shape::Text),
    ("encryptionScheme", Shape::Text),
    ("escapeMarkup", Shape::Truth),
    ("externalId", Shape::Truth),
    ("formula", Shape::Text),
    ("formulaTreatBlanksAs", Shape::Text),
    ("inlineHelpText", Shape::Text),
    ("isConvertLeadDisabled", Shape::Truth),
    ("isFilteringDisabled", Shape::Truth),
    ("isSortingDisabled", Shape::Truth),
    ("label", Shape::Text),
    ("length", Shape::Text),
    ("lookupFilter", Shape::Anything),
    ("maskChar", Shape::Text),
    ("maskType", Shape::Text),
    ("precision", Shape::Text),
    ("referenceTo", Shape::Text),
    ("relationshipLabel", Shape::Text),
    ("relationshipName", Shape::Text),
    ("relationshipOrder", Shape::Text),
    ("reparentableMasterDetail", Shape::Truth),
    ("required", Shape::Truth),
    ("scale", Shape::Text),
    ("securityClassification", Shape::Text),
    ("startingNumber", Shape::Text),
    ("summarizedField", Shape::Text),
    ("summaryFilterItems", Shape::Anything),
    ("summaryForeignKey", Shape::Text),
    ("summaryOperation", Shape::Text),
    ("trackFeedHistory", Shape::Truth),
    ("trackHistory", Shape::Truth),
    ("trackTrending", Shape::Truth),
    ("type", Shape::Text),
    ("unique", Shape::Truth),
    ("valueSet", Shape::Parts("ValueSet", VALUE_SET)),
    ("visibleLines", Shape::Text),
    ("writeRequiresMasterRead", Shape::Truth),
];

const VALUE_SET: Elements = &[
    ("controllingField", Shape::Text),
    ("restricted", Shape::Truth),
    (
        "valueSetDefinition",
        Shape::Parts("ValueSetValuesDefinition", VALUES),
    ),
    ("valueSetName", Shape::Text),
    ("valueSettings", Shape::Anything),
];

const VALUES: Elements = &[
    ("sorted", Shape::Truth),
    ("value", Shape::Parts("CustomValue", VALUE)),
];

const VALUE: Elements = &[
    ("fullName", Shape::Text),
    ("color", Shape::Text),
    ("default", Shape::Truth),
    ("description", Shape::Text),
    ("isActive", Shape::Truth),
    ("label", Shape::Text),
];

/// The types of the Metadata API that the practice org knows, and the words of fixtures.
const TYPES: [(&str, &str); 11] = [
    ("Text", "text"),
    ("TextArea", "textarea"),
    ("LongTextArea", "textarea"),
    ("Email", "email"),
    ("Phone", "phone"),
    ("Url", "url"),
    ("Number", "number"),
    ("Checkbox", "checkbox"),
    ("Date", "date"),
    ("DateTime", "datetime"),
    ("Picklist", "picklist"),
];

/// Objects of records have custom fields, and users.
pub(super) fn takes_fields(known: &Object) -> bool {
    known.area == Area::Data && !known.name.ends_with("Share") || known.name == "User"
}

pub(super) fn list(org: &Tenant<'_>) -> Outcome<Vec<Listed>> {
    let names = definitions(org)?.into_iter().map(|definition| {
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
    for definition in definitions(org)? {
        if definition["object"].as_str() == Some(known.name) {
            let name = definition["name"].as_str().unwrap_or_default();
            let mut content = content_of(org, &definition)?;
            content.insert("fullName".to_owned(), json!([name]));
            fields.push((name.to_owned(), Value::Object(content)));
        }
    }
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(fields.into_iter().map(|(_, field)| field).collect())
}

pub(super) fn read(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Content>> {
    match definitions(org)?
        .iter()
        .find(|one| is_called(one, full_name))
    {
        Some(definition) => Ok(Some(content_of(org, definition)?)),
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
    let mut definition = definition_of(known, name, content)?;
    let mut all = definitions(org)?;
    let own = all
        .iter()
        .filter(|one| one["object"].as_str() == Some(known.name));
    if before.is_none() && own.count() >= FIELDS_MAX {
        let message = format!("An object can have {FIELDS_MAX} custom fields at most");
        return Err(Refusal::save("LIMIT_EXCEEDED", message, &[]));
    }
    match all.iter_mut().find(|one| is_called(one, full_name)) {
        Some(one) => {
            if kind_of(one) != kind_of(&definition) {
                // Not the platform's words: it changes some types into others.
                let message =
                    format!("the practice org does not change the type of the field `{name}`");
                return Err(Refusal::save(
                    "FIELD_INTEGRITY_EXCEPTION",
                    message,
                    &["type"],
                ));
            }
            *one = definition.take();
        }
        None => all.push(definition.take()),
    }
    let all = Value::Array(all);
    custom_fields::check(&all).map_err(|wrong| {
        // [inferred] The code; the words are ours.
        Refusal::save("FIELD_INTEGRITY_EXCEPTION", wrong, &[])
    })?;
    org.configure(custom_fields::FIELDS, &all)?;
    custom_fields::make_columns(org)?;
    let mut beside = content.clone();
    beside.remove("fullName");
    components::put(org, KIND, &format!("{}.{name}", known.name), &beside)?;
    Ok(Written {
        id: id_of(PREFIX, full_name),
        created: before.is_none(),
        changed: before != read(org, full_name)?,
    })
}

/// A field goes with its values: a later field of its name begins empty.
pub(super) fn remove(org: &Tenant<'_>, full_name: &str) -> Outcome<bool> {
    let mut all = definitions(org)?;
    let count = all.len();
    all.retain(|one| !is_called(one, full_name));
    if all.len() == count {
        return Ok(false);
    }
    org.configure(custom_fields::FIELDS, &Value::Array(all))?;
    if let Some((known, name)) = split(full_name) {
        custom_fields::drop_column(org, known, name)?;
    }
    components::remove(org, KIND, full_name)?;
    Ok(true)
}

/// Object and name of a field: `Account.Number__c`.
pub(super) fn split(full_name: &str) -> Option<(&'static Object, &str)> {
    let (known, name) = full_name.split_once('.')?;
    Some((object(known).filter(|object| object.name == known)?, name))
}

fn definitions(org: &Tenant<'_>) -> Outcome<Vec<Value>> {
    let all = org.setting(custom_fields::FIELDS)?.unwrap_or_default();
    Ok(all.as_array().cloned().unwrap_or_default())
}

fn is_called(definition: &Value, full_name: &str) -> bool {
    let (known, name) = full_name.split_once('.').unwrap_or_default();
    definition["object"].as_str() == Some(known) && definition["name"].as_str() == Some(name)
}

fn kind_of(definition: &Value) -> &str {
    definition["type"].as_str().unwrap_or("text")
}

fn definition_of(known: &Object, name: &str, content: &Content) -> Outcome<Value> {
    record::complete(content, "label")?;
    record::complete(content, "type")?;
    let one = |element: &str| texts(content, element).next();
    record::refuse_unknown(content, &["encryptionScheme", "formula"])?;
    if one("caseSensitive") == Some("true") {
        record::refuse_unknown(content, &["caseSensitive"])?;
    }
    let kind = one("type").unwrap_or_default();
    let Some((_, word)) = TYPES.iter().find(|(known, _)| *known == kind) else {
        // Not the platform's words: it has more types of fields.
        let message = format!("the practice org does not know fields of the type `{kind}`");
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["type"],
        ));
    };
    let is_on = |element: &str| one(element) == Some("true");
    if is_on("externalId") && !matches!(kind, "Text" | "Number" | "Email") {
        // Text, numbers, auto numbers and mail addresses can be external ids (docs/salesforce/metadata.md#fields).
        // [inferred] The text.
        let message = "Can not specify 'externalId' for a CustomField of type ";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            format!("{message}{kind}"),
            &["externalId"],
        ));
    }
    let mut definition = json!({
        "object": known.name,
        "name": name,
        "label": one("label"),
        "type": word,
        "required": is_on("required"),
        "external_id": is_on("externalId"),
        "unique": is_on("unique"),
    });
    let mut put = |key: &str, value: Value| definition[key] = value;
    if matches!(kind, "Text" | "LongTextArea") {
        // [inferred] The text.
        let longest = if kind == "Text" { 255 } else { 131_072 };
        let length = one("length").and_then(|length| length.parse::<u32>().ok());
        match length.filter(|length| (1..=longest).contains(length)) {
            Some(length) => put("length", json!(length)),
            None => {
                let message = "Must specify 'length' for a CustomField of type ";
                return Err(Refusal::save(
                    "FIELD_INTEGRITY_EXCEPTION",
                    format!("{message}{kind}"),
                    &["length"],
                ));
            }
        }
    }
    if kind == "Checkbox" {
        put("default", json!(is_on("defaultValue")));
    } else {
        record::refuse_unknown(content, &["defaultValue"])?;
    }
    if kind == "Picklist" {
        let set = parts(content, "valueSet").next();
        let set = set.ok_or_else(|| picklist_without_values(name))?;
        record::refuse_unknown(set, &["controllingField", "valueSetName", "valueSettings"])?;
        let values: Vec<&str> = parts(set, "valueSetDefinition")
            .flat_map(|values| parts(values, "value"))
            .filter_map(|value| texts(value, "fullName").next())
            .collect();
        put("values", json!(values));
        put(
            "restricted",
            json!(texts(set, "restricted").next() == Some("true")),
        );
    }
    Ok(definition)
}

/// \[inferred\] The text.
fn picklist_without_values(name: &str) -> Refusal {
    let message = format!("the picklist {name} has no values");
    Refusal::save("FIELD_INTEGRITY_EXCEPTION", message, &["valueSet"])
}

/// A field that a fixture made has what its definition says.
fn content_of(org: &Tenant<'_>, definition: &Value) -> Outcome<Content> {
    let text = |key: &str| definition[key].as_str().unwrap_or_default();
    let full_name = format!("{}.{}", text("object"), text("name"));
    if let Some(kept) = components::get(org, KIND, &full_name)? {
        return Ok(kept);
    }
    let word = kind_of(definition);
    let kind = TYPES.iter().find(|(_, known)| *known == word);
    let kind = kind.map_or("Text", |(kind, _)| kind);
    let label = match text("label") {
        "" => text("name").trim_end_matches("__c").replace('_', " "),
        label => label.to_owned(),
    };
    let is_on = |key: &str| definition[key] == Value::Bool(true);
    let mut content: Content = Map::new();
    let mut one = |element: &str, value: Value| {
        content.insert(element.to_owned(), json!([value]));
    };
    one("label", json!(label));
    one("type", json!(kind));
    one("externalId", json!(is_on("external_id").to_string()));
    if kind == "Checkbox" {
        one("defaultValue", json!(is_on("default").to_string()));
    } else {
        one("required", json!(is_on("required").to_string()));
    }
    match kind {
        "Text" => {
            let length = definition["length"].as_u64().unwrap_or(255).min(255);
            one("length", json!(length.to_string()));
            one("unique", json!(is_on("unique").to_string()));
        }
        // [inferred] The digits of a number whose definition does not say them.
        "Number" => {
            one("precision", json!("18"));
            one("scale", json!("2"));
        }
        "Picklist" => {
            let values = definition["values"].as_array().cloned().unwrap_or_default();
            let values = values.iter().map(
                |value| json!({ "default": ["false"], "fullName": [value], "label": [value] }),
            );
            let values: Vec<Value> = values.collect();
            let restricted = definition["restricted"] != Value::Bool(false);
            one(
                "valueSet",
                json!({
                    "restricted": [restricted.to_string()],
                    "valueSetDefinition": [{ "sorted": ["false"], "value": values }],
                }),
            );
        }
        _ => {}
    }
    Ok(content)
}
