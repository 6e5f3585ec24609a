//! `describeGlobal`, `describeSObject` and `describeSObjects`: the describes of REST, in the order of the WSDL
//! (docs/salesforce/soap.md#describes).

use serde_json::{Value, json};

use crate::query::object_of;
use crate::refusal::{Outcome, Refusal};
use crate::schema;
use crate::soap_api::Desk;
use crate::soap_api::sequence::{
    Part,
    Shape::{Any, Count, Each, Text, TextIf, TextOrNil, Texts, Truth, TruthIf},
    elements,
};

/// Objects of one `describeSObjects`.
const OBJECTS_MAX: usize = 100;

const GLOBAL: &[Part] = &[
    ("encoding", TextOrNil),
    ("maxBatchSize", Count),
    ("sobjects", Each(LISTED)),
];

const LISTED: &[Part] = &[
    ("activateable", Truth),
    ("associateEntityType", TextOrNil),
    ("associateParentEntity", TextOrNil),
    ("createable", Truth),
    ("custom", Truth),
    ("customSetting", Truth),
    ("deepCloneable", Truth),
    ("deletable", Truth),
    ("deprecatedAndHidden", Truth),
    ("feedEnabled", Truth),
    ("hasSubtypes", Truth),
    ("idEnabled", Truth),
    ("isInterface", Truth),
    ("isSubtype", Truth),
    ("keyPrefix", TextOrNil),
    ("label", Text),
    ("labelPlural", Text),
    ("layoutable", Truth),
    ("mergeable", Truth),
    ("mruEnabled", Truth),
    ("name", Text),
    ("queryable", Truth),
    ("replicateable", Truth),
    ("retrieveable", Truth),
    ("searchable", Truth),
    ("triggerable", Truth),
    ("undeletable", Truth),
    ("updateable", Truth),
];

const OBJECT: &[Part] = &[
    ("activateable", Truth),
    ("associateEntityType", TextOrNil),
    ("associateParentEntity", TextOrNil),
    ("childRelationships", Each(CHILD)),
    ("compactLayoutable", Truth),
    ("createable", Truth),
    ("custom", Truth),
    ("customSetting", Truth),
    ("deepCloneable", Truth),
    ("defaultImplementation", TextOrNil),
    ("deletable", Truth),
    ("deprecatedAndHidden", Truth),
    ("feedEnabled", Truth),
    ("fields", Each(FIELD)),
    ("hasSubtypes", Truth),
    ("idEnabled", Truth),
    ("implementedBy", TextOrNil),
    ("implementsInterfaces", TextOrNil),
    ("isInterface", Truth),
    ("isSubtype", Truth),
    ("keyPrefix", TextOrNil),
    ("label", Text),
    ("labelPlural", Text),
    ("layoutable", Truth),
    ("mergeable", Truth),
    ("mruEnabled", Truth),
    ("name", Text),
    ("networkScopeFieldName", TextOrNil),
    ("queryable", Truth),
    ("recordTypeInfos", Each(RECORD_TYPE)),
    ("replicateable", Truth),
    ("retrieveable", Truth),
    ("searchLayoutable", TruthIf),
    ("searchable", Truth),
    ("supportedScopes", Each(SCOPE)),
    ("triggerable", TruthIf),
    ("undeletable", Truth),
    ("updateable", Truth),
    ("urlDetail", TextOrNil),
    ("urlEdit", TextOrNil),
    ("urlNew", TextOrNil),
];

const CHILD: &[Part] = &[
    ("cascadeDelete", Truth),
    ("childSObject", Text),
    ("deprecatedAndHidden", Truth),
    ("field", Text),
    ("relationshipName", TextIf),
    ("restrictedDelete", TruthIf),
];

const RECORD_TYPE: &[Part] = &[
    ("active", Truth),
    ("available", Truth),
    ("defaultRecordTypeMapping", Truth),
    ("developerName", Text),
    ("master", Truth),
    ("name", Text),
    ("recordTypeId", TextOrNil),
];

const SCOPE: &[Part] = &[("label", Text), ("name", Text)];

const FIELD: &[Part] = &[
    ("aggregatable", Truth),
    ("aiPredictionField", Truth),
    ("autoNumber", Truth),
    ("byteLength", Count),
    ("calculated", Truth),
    ("calculatedFormula", TextIf),
    ("cascadeDelete", TruthIf),
    ("caseSensitive", Truth),
    ("compoundFieldName", TextIf),
    ("controllerName", TextIf),
    ("createable", Truth),
    ("custom", Truth),
    ("defaultValue", Any),
    ("defaultValueFormula", TextIf),
    ("defaultedOnCreate", Truth),
    ("dependentPicklist", TruthIf),
    ("deprecatedAndHidden", Truth),
    ("digits", Count),
    ("displayLocationInDecimal", TruthIf),
    ("encrypted", TruthIf),
    ("externalId", TruthIf),
    ("extraTypeInfo", TextIf),
    ("filterable", Truth),
    ("groupable", Truth),
    ("highScaleNumber", TruthIf),
    ("htmlFormatted", TruthIf),
    ("idLookup", Truth),
    ("inlineHelpText", TextIf),
    ("label", Text),
    ("length", Count),
    ("mask", TextIf),
    ("maskType", TextIf),
    ("name", Text),
    ("nameField", Truth),
    ("namePointing", TruthIf),
    ("nillable", Truth),
    ("permissionable", Truth),
    ("picklistValues", Each(VALUE)),
    ("polymorphicForeignKey", Truth),
    ("precision", Count),
    ("queryByDistance", Truth),
    ("referenceTargetField", TextIf),
    ("referenceTo", Texts),
    ("relationshipName", TextIf),
    ("relationshipOrder", TextIf),
    ("restrictedDelete", TruthIf),
    ("restrictedPicklist", Truth),
    ("scale", Count),
    ("searchPrefilterable", Truth),
    ("soapType", Text),
    ("sortable", TruthIf),
    ("type", Text),
    ("unique", Truth),
    ("updateable", Truth),
    ("writeRequiresMasterRead", TruthIf),
];

const VALUE: &[Part] = &[
    ("active", Truth),
    ("defaultValue", Truth),
    ("label", TextOrNil),
    ("validFor", TextIf),
    ("value", Text),
];

pub(super) fn global(desk: &mut Desk<'_>) -> Outcome<String> {
    let found = desk.get(&["sobjects"], &[])?;
    Ok(result(&found, GLOBAL))
}

/// One result for each name, in their order.
pub(super) fn objects(desk: &mut Desk<'_>) -> Outcome<String> {
    let names = desk.texts("sObjectType").into_iter();
    let names: Vec<String> = names.map(str::to_owned).collect();
    if names.len() > OBJECTS_MAX {
        // [inferred] The text.
        let message = format!("cannot describe more than {OBJECTS_MAX} objects in one call");
        return Err(Refusal::new(500, "EXCEEDED_MAX_TYPES_LIMIT", message));
    }
    let mut text = String::new();
    for name in names {
        let name = match schema::calculated(&name) {
            Some(object) => object.name,
            None => object_of(desk.org, &name)?.name,
        };
        let mut found = desk.get(&["sobjects", name, "describe"], &[])?;
        complete(&mut found);
        text.push_str(&result(&found, OBJECT));
    }
    Ok(text)
}

fn result(found: &Value, parts: &[Part]) -> String {
    format!("<result>{}</result>", elements(found, parts))
}

/// Names the addresses, and the types of SOAP, which follow from the types of fields.
fn complete(found: &mut Value) {
    for (name, url) in [
        ("urlDetail", "uiDetailTemplate"),
        ("urlEdit", "uiEditTemplate"),
        ("urlNew", "uiNewRecord"),
    ] {
        found[name] = found["urls"][url].clone();
    }
    let fields = found["fields"].as_array_mut().into_iter().flatten();
    for field in fields.filter(|field| field["soapType"].is_null()) {
        let of = match field["type"].as_str().unwrap_or_default() {
            "id" | "reference" => "tns:ID",
            "boolean" => "xsd:boolean",
            "int" => "xsd:int",
            "double" | "currency" | "percent" => "xsd:double",
            "date" => "xsd:date",
            "datetime" => "xsd:dateTime",
            _ => "xsd:string",
        };
        field["soapType"] = json!(of);
    }
}
