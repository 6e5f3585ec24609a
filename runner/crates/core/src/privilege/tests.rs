use serde_json::json;
use usher_contract::operation::Operation;

use super::{permission_of, permissions, raised, values};

fn operation(json: serde_json::Value) -> Operation {
    serde_json::from_value(json).expect("an operation")
}

#[test]
fn permissions_are_found_wherever_they_are_given() {
    let field = |name: &str, value: serde_json::Value| json!({ "name": name, "value": value });
    let set = operation(json!({ "create": { "object": "PermissionSet", "fields": [
        field("PermissionsViewEncryptedData", json!({ "truth": true })), field("PermissionsModifyAllData", json!({ "truth": false })),
    ], "key": { "conditions": [], "enforced": false }, "options": [] } }));
    assert_eq!(permissions(&set), ["ViewEncryptedData"]);
    let content = json!({ "userPermissions": [
        { "name": ["ManageTwoFactor"], "enabled": ["true"] }, { "name": ["ViewSetup"], "enabled": ["false"] },
    ] });
    let profile = operation(json!({ "deploy": { "components": [
        { "name": { "kind": "Profile", "full_name": { "text": "Admin" } }, "content": content.to_string() },
    ], "removals": [], "options": [] } }));
    assert_eq!(permissions(&profile), ["ManageTwoFactor"]);
}

#[test]
fn ids_of_what_is_given_are_no_permissions() {
    let assigned = operation(
        json!({ "create": { "object": "PermissionSetAssignment", "fields": [
        { "name": "PermissionSetId", "value": { "text": "0PSJca00000000FOAQ" } },
    ], "key": { "conditions": [], "enforced": false }, "options": [] } }),
    );
    assert_eq!(raised(&assigned), ["PermissionSetId"]);
    assert_eq!(values(&assigned)[0].1, json!("0PSJca00000000FOAQ"));
    assert_eq!(permission_of("PermissionSetId"), "PermissionSetId");
    assert_eq!(permission_of("PermissionsModifyAllData"), "ModifyAllData");
}
