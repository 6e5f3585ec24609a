//! Resources about what people see of an object: layouts, list views, actions (docs/salesforce/rest.md#layouts). The
//! practice org has no pages, so these are empty where the platform has something for every object.

use serde_json::{Value, json};

use super::record_types::record_types;
use crate::refusal::{Outcome, Refusal};
use crate::rest::Answer;
use crate::schema::Object;
use crate::tenant::Tenant;

/// Answers below `sobjects/X/`, for the parts that are no record; none: they are not one of these.
pub(crate) fn answer(org: &Tenant<'_>, name: &str, path: &[&str]) -> Option<Outcome<Answer>> {
    let body: fn(&Tenant<'_>, &'static Object) -> Outcome<Value> = match path {
        ["describe", "layouts"] => layouts,
        ["describe", "layouts", id] => return Some(layout(org, name, id)),
        ["describe", "compactLayouts"] => compact_layouts,
        ["describe", "approvalLayouts"] => |_, _| Ok(json!({ "approvalLayouts": [] })),
        ["describe", "compactLayouts", _] | ["describe", ..] => {
            return Some(Err(Refusal::not_found()));
        }
        ["listviews"] | ["listviews", "recent"] => list_views,
        ["quickActions"] => |_, _| Ok(json!([])),
        ["listviews" | "quickActions", ..] => return Some(Err(Refusal::not_found())),
        _ => return None,
    };
    Some(match org.object(name) {
        Ok(Some(object)) => body(org, object).map(Answer::ok),
        Ok(None) if name == "Global" && path == ["describe", "layouts"] => Ok(Answer::ok(
            json!({ "layouts": [], "recordTypeMappings": [], "recordTypeSelectorRequired": [false] }),
        )),
        Ok(None) => Err(Refusal::not_found()),
        Err(refusal) => Err(refusal),
    })
}

/// `layouts` is null where an object has record types: each has a resource of its own.
fn layouts(org: &Tenant<'_>, object: &'static Object) -> Outcome<Value> {
    let types = record_types(org, object)?;
    let several = !types.is_empty();
    let mappings: Vec<Value> = types
        .into_iter()
        .map(|mut info| {
            info["layoutId"] = Value::Null;
            info["picklistsForRecordType"] = json!([]);
            info
        })
        .collect();
    Ok(json!({
        "layouts": (!several).then(|| json!([])),
        "recordTypeMappings": mappings,
        "recordTypeSelectorRequired": [several],
    }))
}

/// The layout of one record type: one that has nothing on it.
fn layout(org: &Tenant<'_>, name: &str, id: &str) -> Outcome<Answer> {
    let object = org.object(name)?.ok_or_else(Refusal::not_found)?;
    let types = record_types(org, object)?;
    if !types.iter().any(|info| info["recordTypeId"] == id) {
        return Err(Refusal::not_found());
    }
    Ok(Answer::ok(json!({
        "buttonLayoutSection": null,
        "detailLayoutSections": [],
        "editLayoutSections": [],
        "feedView": null,
        "highlightsPanelLayoutSection": null,
        "id": null,
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": { "quickActionListItems": [] },
        "relatedContent": null,
        "relatedLists": [],
        "saveOptions": [],
    })))
}

fn compact_layouts(org: &Tenant<'_>, object: &'static Object) -> Outcome<Value> {
    let mappings: Vec<Value> = record_types(org, object)?
        .iter()
        .map(|info| {
            json!({
                "available": true,
                "compactLayoutId": null,
                "compactLayoutName": "SYSTEM",
                "recordTypeId": info["recordTypeId"],
                "recordTypeName": info["name"],
            })
        })
        .collect();
    Ok(json!({
        "compactLayouts": [],
        "defaultCompactLayoutId": null,
        "recordTypeCompactLayoutMappings": mappings,
        "urls": {
            "primary": format!(
                "/services/data/v{}.0/sobjects/{}/describe/compactLayouts/primary",
                org.version, object.name
            ),
        },
    }))
}

fn list_views(_: &Tenant<'_>, object: &'static Object) -> Outcome<Value> {
    Ok(json!({
        "done": true,
        "listviews": [],
        "nextRecordsUrl": null,
        "size": 0,
        "sobjectType": object.name,
    }))
}
