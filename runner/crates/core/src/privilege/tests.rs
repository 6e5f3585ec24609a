use serde_json::json;
use usher_contract::grant::{Grant, lines};
use usher_contract::manifest::Manifest;
use usher_contract::operation::Operation;

use super::{asked_by, beyond, is_name, permission_of, permissions, raised, values};

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

#[test]
fn a_role_without_a_parent_is_at_the_top_however_it_is_made() {
    let request = |method: &str, path: &[serde_json::Value], body: &str| {
        let request = json!({ "method": method, "path": { "segments": path, "query": [] }, "body": body, "repetition": "never" });
        raised(&operation(json!({ "request": request })))
    };
    let text = |text: &str| json!({ "text": text });
    let roles = [text("sobjects"), text("userrole")];
    let one = [&roles[..], &[text("00EJca000000001MAA")]].concat();
    let found = [&roles[..], &[text("Name__c"), text("CEO")]].concat();
    let (none, emptied, below) = (
        r#"{"Name": "CEO"}"#,
        r#"{"parentRoleId": ""}"#,
        r#"{"ParentRoleId": "00EJca000000001MAA"}"#,
    );
    let top = ["a role at the top"];
    for body in [none, emptied, "", r#"{"ParentRoleId": null}"#] {
        assert_eq!(request("POST", &roles, body), top, "{body}");
        assert_eq!(request("PATCH", &found, body), top, "{body}");
    }
    assert_eq!(request("PATCH", &one, emptied), top);
    assert!(request("PATCH", &one, none).is_empty());
    assert!(request("POST", &roles, below).is_empty());
    assert!(request("POST", &[text("sobjects"), text("Case")], none).is_empty());
    let record = |verb: &str, parent: serde_json::Value| {
        let fields = json!([{ "name": "ParentRoleId", "value": parent }]);
        let mut inner = json!({ "object": "UserRole", "fields": fields, "options": [] });
        inner["key"] = json!({ "conditions": [], "enforced": false });
        inner["id"] = text("00EJca000000001MAA");
        raised(&operation(json!({ verb: inner })))
    };
    for verb in ["create", "update"] {
        assert_eq!(record(verb, text("")), top, "{verb}");
        assert!(
            record(verb, text("00EJca000000002MAA")).is_empty(),
            "{verb}"
        );
    }
}

#[test]
fn a_grant_names_privileges_in_known_forms() {
    for name in [
        "ProfileId",
        "ModifyAllData",
        "a role at the top",
        "viewAllRecords of Account__c",
        "_HttpMethod",
    ] {
        assert!(is_name(name), "{name}");
    }
    for name in [
        "",
        "a role",
        "Modify All Data",
        "viewAllRecords of A of B",
        "anything of Account",
        "ModifyAllData\n",
    ] {
        assert!(!is_name(name), "{name}");
    }
}

#[test]
fn a_manifest_asks_for_the_privileges_that_its_fields_raise() {
    let manifest = json!({
        "format": 1, "name": "p", "version": "1.0.0", "summary": "", "kind": "changing",
        "input": { "type": "object" }, "output": { "type": "object" },
        "writes": {
            "create": { "UserRole": ["Name"], "PermissionSet": ["PermissionsViewAllData"] },
            "update": { "User": ["ProfileId", "Title"] },
            "deploy": ["Profile"]
        }
    });
    let manifest = Manifest::parse(manifest.to_string()).expect("a manifest");
    let asked = lines(&asked_by(&manifest));
    assert!(
        asked.contains("raises = [\"ProfileId\", \"ViewAllData\", \"a role at the top\"]"),
        "{asked}"
    );
}

#[test]
fn a_grant_covers_a_permission_however_it_is_given_and_no_other() {
    let content = json!({ "userPermissions": [
        { "name": ["ModifyAllData"], "enabled": ["true"] }, { "name": ["ViewAllData"], "enabled": ["true"] },
    ] });
    let deployed = operation(json!({ "deploy": { "components": [
        { "name": { "kind": "Profile", "full_name": { "text": "Admin" } }, "content": content.to_string() },
    ], "removals": [], "options": [] } }));
    let created = operation(json!({ "create": { "object": "PermissionSet", "fields": [
        { "name": "PermissionsModifyAllData", "value": { "truth": true } },
    ], "key": { "conditions": [], "enforced": false }, "options": [] } }));
    let mut granted = Grant::default();
    assert_eq!(beyond(&created, &granted), ["ModifyAllData"]);
    granted.add("raises", "modifyalldata");
    assert!(beyond(&created, &granted).is_empty());
    assert_eq!(beyond(&deployed, &granted), ["ViewAllData"]);
}
