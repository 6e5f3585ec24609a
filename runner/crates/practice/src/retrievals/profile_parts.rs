//! The parts of a profile that a retrieve brings: those whose components are in the same request, and those that have
//! none (docs/salesforce/profiles.md#profile-metadata).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use usher_core::component::texts;

use crate::components::Content;

/// Parts, the element that names their component, and the types one of which must hold it.
const PARTS: [(&str, &str, &[&str]); 14] = [
    ("agentAccesses", "agentName", &["Bot", "GenAiPlannerBundle"]),
    (
        "applicationVisibilities",
        "application",
        &["CustomApplication"],
    ),
    ("classAccesses", "apexClass", &["ApexClass"]),
    ("customMetadataTypeAccesses", "name", &["CustomObject"]),
    ("customPermissions", "name", &["CustomPermission"]),
    ("customSettingAccesses", "name", &["CustomObject"]),
    (
        "externalDataSourceAccesses",
        "externalDataSource",
        &["ExternalDataSource"],
    ),
    (
        "fieldPermissions",
        "field",
        &["CustomField", "CustomObject"],
    ),
    ("flowAccesses", "flow", &["Flow", "FlowDefinition"]),
    ("layoutAssignments", "layout", &["Layout"]),
    ("objectPermissions", "object", &["CustomObject"]),
    ("pageAccesses", "apexPage", &["ApexPage"]),
    (
        "recordTypeVisibilities",
        "recordType",
        &["RecordType", "CustomObject"],
    ),
    ("tabVisibilities", "tab", &["CustomTab"]),
];

/// The members of a request by type.
pub(super) type Members<'r> = BTreeMap<&'r str, BTreeSet<&'r str>>;

/// Takes away what the request does not name.
pub(super) fn only_named(profile: &mut Content, members: &Members<'_>) {
    for (element, naming, kinds) in PARTS {
        let Some(Value::Array(all)) = profile.get_mut(element) else {
            continue;
        };
        all.retain(|part| {
            let named = part.as_object().and_then(|part| texts(part, naming).next());
            named.is_some_and(|named| kinds.iter().any(|kind| holds(members, kind, named)))
        });
        if all.is_empty() {
            profile.remove(element);
        }
    }
}

/// Fields and record types come with their objects. A wildcard holds everything but standard objects
/// (docs/salesforce/metadata.md#retrieving).
fn holds(members: &Members<'_>, kind: &str, named: &str) -> bool {
    let Some(members) = members.get(kind) else {
        return false;
    };
    let object = named.split('.').next().unwrap_or_default();
    let wildcard = kind != "CustomObject" || object.ends_with("__c") || object.ends_with("__mdt");
    members.contains(named)
        || kind == "CustomObject" && members.contains(object)
        || wildcard && members.contains("*")
}
