//! The part of an object that both describes show (docs/salesforce/rest.md#describes).

use serde_json::{Value, json};

use crate::refusal::{Outcome, Refusal};
use crate::rights;
use crate::schema::{Area, Object, Verb};
use crate::tenant::Tenant;

/// Objects whose duplicates can be merged.
const MERGED: &[&str] = &["Account", "Case", "Contact", "Lead"];

/// Objects of data that people see in lists and pages of their own; of the others, shares are none \[inferred\].
fn has_pages(object: &Object) -> bool {
    object.name == "User" || (object.area == Area::Data && !is_share(object))
}

fn is_share(object: &Object) -> bool {
    object.name.ends_with("Share")
}

/// The object without its fields, as the user who asks may use it. Which objects have pages, are searched, and run
/// triggers: \[inferred\].
pub(crate) fn short(org: &Tenant<'_>, object: &Object) -> Outcome<Value> {
    let pages = has_pages(object);
    let may = |verb| Ok::<_, Refusal>(object.allows(verb) && rights::save::may(org, object, verb)?);
    let (creates, updates, deletes) = (may(Verb::Create)?, may(Verb::Update)?, may(Verb::Delete)?);
    Ok(json!({
        "name": object.name,
        "label": object.label,
        "labelPlural": object.plural,
        "keyPrefix": (!object.prefix.is_empty()).then_some(object.prefix),
        "createable": creates,
        "updateable": updates,
        "deletable": deletes,
        "undeletable": object.area == Area::Data && pages && deletes,
        "queryable": true,
        "retrieveable": true,
        "replicateable": !is_share(object) && !object.prefix.is_empty(),
        "layoutable": pages,
        "mergeable": MERGED.contains(&object.name),
        "mruEnabled": pages,
        "searchable": pages,
        "triggerable": pages,
        "feedEnabled": false,
        "activateable": false,
        "custom": false,
        "customSetting": false,
        "deepCloneable": false,
        "deprecatedAndHidden": false,
        "hasSubtypes": false,
        "isInterface": false,
        "isSubtype": false,
        "associateEntityType": null,
        "associateParentEntity": null,
        "dataTranslationEnabled": null,
        "extendedBy": null,
        "extendsInterfaces": null,
        "implementedBy": null,
        "implementsInterfaces": null,
        "urls": urls(org, object, pages),
    }))
}

/// The part that a describe of one object has beyond its fields and relationships.
pub(super) fn alone(object: &Object) -> Value {
    let pages = has_pages(object);
    json!({
        "actionOverrides": [],
        "compactLayoutable": pages,
        "defaultImplementation": null,
        "listviewable": null,
        "lookupLayoutable": null,
        "namedLayoutInfos": [],
        "networkScopeFieldName": null,
        "searchLayoutable": pages,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": scopes(object),
    })
}

/// The scopes of `USING SCOPE`: everything, and what the user owns. The words of the labels: \[inferred\].
fn scopes(object: &Object) -> Value {
    let label = object.plural.to_lowercase();
    let everything = json!({ "name": "everything", "label": format!("All {label}") });
    match object.field("OwnerId").is_some() && !is_share(object) {
        true => json!([
            everything,
            { "name": "mine", "label": format!("My {label}") },
        ]),
        false => json!([everything]),
    }
}

fn urls(org: &Tenant<'_>, object: &Object, pages: bool) -> Value {
    let base = format!("/services/data/v{}.0/sobjects/{}", org.version, object.name);
    let mut urls = json!({
        "sobject": base,
        "describe": format!("{base}/describe"),
        "rowTemplate": format!("{base}/{{ID}}"),
    });
    if pages {
        urls["compactLayouts"] = Value::from(format!("{base}/describe/compactLayouts"));
        urls["layouts"] = Value::from(format!("{base}/describe/layouts"));
        urls["listviews"] = Value::from(format!("{base}/listviews"));
        urls["quickActions"] = Value::from(format!("{base}/quickActions"));
    }
    urls
}
