//! `SetupEntityAccess` and `PermissionSetTabSetting`: what a permission set, or a profile through its hidden one, opens
//! beside objects (docs/salesforce/permission-sets.md#setup-entities).

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::rules::known;
use crate::tenant::Tenant;

/// The kinds of entities by the first characters of their ids, which are general knowledge \[inferred\].
const ENTITIES: [(&str, &str); 7] = [
    ("01p", "ApexClass"),
    ("066", "ApexPage"),
    ("0CP", "CustomPermission"),
    ("0H4", "ConnectedApplication"),
    ("01I", "CustomEntityDefinition"),
    ("02u", "TabSet"),
    ("0sp", "ServiceProvider"),
];

/// The type follows from the id.
pub(super) fn complete(row: &mut Row) {
    let id = text(row, "SetupEntityId");
    let kind = ENTITIES.iter().find(|(prefix, _)| id.starts_with(prefix));
    if let (Some((_, kind)), true) = (kind, text(row, "SetupEntityType").is_empty()) {
        row.insert("SetupEntityType", Value::from(*kind));
    }
}

/// The practice org has no Apex, no pages, no custom permissions, no apps of Lightning: only fixtures give access to
/// them, so the id of another entity leads nowhere.
pub(super) fn before_create_entity(row: &Row) -> Outcome<()> {
    let id = text(row, "SetupEntityId");
    let known = ENTITIES.iter().any(|(prefix, _)| id.starts_with(prefix));
    match known && usher_core::id::canonical(id).is_some() {
        true => Err(Refusal::cross_reference("SetupEntityId")),
        false => {
            let message = format!("Setup Entity ID: id value of incorrect type: {id}");
            Err(Refusal::save("MALFORMED_ID", message, &["SetupEntityId"]))
        }
    }
}

/// One setting of a tab in a set. The code and the text are \[inferred\].
pub(super) fn before_create_tab(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let same = ["ParentId", "Name"].map(|field| (field, Value::from(text(row, field))));
    match org.count(known("PermissionSetTabSetting"), &same)? > 0 {
        true => {
            let message = format!(
                "Duplicate PermissionSetTabSetting. Parent: {}; Name: {}",
                text(row, "ParentId"),
                text(row, "Name")
            );
            Err(Refusal::save("DUPLICATE_VALUE", message, &[]))
        }
        false => Ok(()),
    }
}
