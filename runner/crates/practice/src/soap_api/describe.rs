//! `describeGlobal`, `describeSObject` and `describeSObjects`: the describes of REST, in the order of the WSDL
//! and with the elements that it has in the version of the call (docs/salesforce/soap.md#describes).

use serde_json::{Value, json};

use crate::query::object_of;
use crate::refusal::{Outcome, Refusal};
use crate::schema;
use crate::soap_api::Desk;
use crate::soap_api::sequence::{
    Part,
    Shape::{Any, Count, Each, Since, Text, TextIf, TextOrNil, Texts, Truth, TruthIf},
    elements_at,
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
    ("associateEntityType", Since(50, &TextOrNil)),
    ("associateParentEntity", Since(50, &TextOrNil)),
    ("createable", Truth),
    ("custom", Truth),
    ("customSetting", Truth),
    ("deepCloneable", Since(47, &Truth)),
    ("deletable", Truth),
    ("deprecatedAndHidden", Truth),
    ("feedEnabled", Truth),
    ("hasSubtypes", Since(39, &Truth)),
    ("idEnabled", Since(35, &Truth)),
    ("isInterface", Since(47, &Truth)),
    ("isSubtype", Since(39, &Truth)),
    ("keyPrefix", TextOrNil),
    ("label", Text),
    ("labelPlural", Text),
    ("layoutable", Truth),
    ("mergeable", Truth),
    ("mruEnabled", Since(37, &Truth)),
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
    ("associateEntityType", Since(50, &TextOrNil)),
    ("associateParentEntity", Since(50, &TextOrNil)),
    ("childRelationships", Each(CHILD)),
    ("compactLayoutable", Truth),
    ("createable", Truth),
    ("custom", Truth),
    ("customSetting", Truth),
    ("deepCloneable", Since(47, &Truth)),
    ("defaultImplementation", Since(47, &TextOrNil)),
    ("deletable", Truth),
    ("deprecatedAndHidden", Truth),
    ("feedEnabled", Truth),
    ("fields", Each(FIELD)),
    ("hasSubtypes", Since(39, &Truth)),
    ("idEnabled", Since(35, &Truth)),
    ("implementedBy", Since(47, &TextOrNil)),
    ("implementsInterfaces", Since(47, &TextOrNil)),
    ("isInterface", Since(47, &Truth)),
    ("isSubtype", Since(39, &Truth)),
    ("keyPrefix", TextOrNil),
    ("label", Text),
    ("labelPlural", Text),
    ("layoutable", Truth),
    ("mergeable", Truth),
    ("mruEnabled", Since(35, &Truth)),
    ("name", Text),
    ("networkScopeFieldName", Since(36, &TextOrNil)),
    ("queryable", Truth),
    ("recordTypeInfos", Each(RECORD_TYPE)),
    ("replicateable", Truth),
    ("retrieveable", Truth),
    ("searchLayoutable", TruthIf),
    ("searchable", Truth),
    ("supportedScopes", Since(35, &Each(SCOPE))),
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
    ("active", Since(41, &Truth)),
    ("available", Truth),
    ("defaultRecordTypeMapping", Truth),
    ("developerName", Since(43, &Text)),
    ("master", Since(35, &Truth)),
    ("name", Text),
    ("recordTypeId", TextOrNil),
];

const SCOPE: &[Part] = &[("label", Text), ("name", Text)];

const FIELD: &[Part] = &[
    ("aggregatable", Since(36, &Truth)),
    ("aiPredictionField", Since(43, &Truth)),
    ("autoNumber", Truth),
    ("byteLength", Count),
    ("calculated", Truth),
    ("calculatedFormula", TextIf),
    ("cascadeDelete", TruthIf),
    ("caseSensitive", Truth),
    ("compoundFieldName", Since(39, &TextIf)),
    ("controllerName", TextIf),
    ("createable", Truth),
    ("custom", Truth),
    ("defaultValue", Since(36, &Any)),
    ("defaultValueFormula", TextIf),
    ("defaultedOnCreate", Truth),
    ("dependentPicklist", TruthIf),
    ("deprecatedAndHidden", Truth),
    ("digits", Count),
    ("displayLocationInDecimal", TruthIf),
    ("encrypted", Since(34, &TruthIf)),
    ("externalId", TruthIf),
    ("extraTypeInfo", TextIf),
    ("filterable", Truth),
    ("groupable", Truth),
    ("highScaleNumber", Since(33, &TruthIf)),
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
    ("polymorphicForeignKey", Since(40, &Truth)),
    ("precision", Count),
    ("queryByDistance", Truth),
    ("referenceTargetField", Since(32, &TextIf)),
    ("referenceTo", Texts),
    ("relationshipName", TextIf),
    ("relationshipOrder", TextIf),
    ("restrictedDelete", TruthIf),
    ("restrictedPicklist", Truth),
    ("scale", Count),
    ("searchPrefilterable", Since(40, &Truth)),
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
    Ok(result(desk, &found, GLOBAL))
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
        text.push_str(&result(desk, &found, OBJECT));
    }
    Ok(text)
}

fn result(desk: &Desk<'_>, found: &Value, parts: &[Part]) -> String {
    let elements = elements_at(desk.org.version, found, parts);
    format!("<result>{elements}</result>")
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
