use serde_json::{Value, json};

use super::{
    Content, added, as_left, beyond, contains, differences, holds_any, inverse, overlay, reverted,
};
use usher_contract::operation::{Component, ComponentName, DeployComponents};
use usher_contract::read::Record;
use usher_contract::value::Scalar;

fn content(json: Value) -> Content {
    match json {
        Value::Object(content) => content,
        other => panic!("no content: {other}"),
    }
}

fn permission(name: &str, enabled: bool) -> Value {
    json!({"name": [name], "enabled": [enabled.to_string()]})
}

#[test]
fn what_is_wanted_is_contained_in_what_is_there() {
    let there = content(json!({
        "label": ["Partners"],
        "profiles": ["A", "B"],
        "accessMappings": [
            {"object": ["Account"], "accessLevel": ["Read"]},
            {"object": ["Case"], "accessLevel": ["Edit"]}
        ],
        "userPermissions": [permission("ApiEnabled", true)]
    }));
    let check = |wanted: Value, holds: bool| {
        assert_eq!(
            contains(&there, &content(wanted.clone())),
            holds,
            "{wanted}"
        );
    };
    check(json!({}), true);
    check(json!({"label": ["Partners"], "profiles": ["B"]}), true);
    check(json!({"profiles": ["C"]}), false);
    check(json!({"description": ["New"]}), false);
    check(json!({"accessMappings": [{"object": ["Case"]}]}), true);
    check(
        json!({"accessMappings": [{"object": ["Case"], "accessLevel": ["Read"]}]}),
        false,
    );
    check(
        json!({"userPermissions": [permission("ApiEnabled", true)]}),
        true,
    );
    check(
        json!({"userPermissions": [permission("ApiEnabled", false)]}),
        false,
    );
    // A permission that is off is not listed.
    check(
        json!({"userPermissions": [permission("ApiUserOnly", false)]}),
        true,
    );
    check(
        json!({"userPermissions": [permission("ApiUserOnly", true)]}),
        false,
    );
    check(json!({"label": [{"$ref": "a"}]}), false);
    let unknown = |token: &str| content(json!({"label": [{"$ref": token}]}));
    assert!(contains(&unknown("a"), &unknown("a")));
    assert!(!contains(&unknown("a"), &unknown("b")));
}

#[test]
fn a_profile_is_laid_over_and_anything_else_replaced() {
    let there = content(json!({
        "custom": ["true"],
        "userLicense": ["Salesforce"],
        "userPermissions": [permission("ApiEnabled", true), permission("ViewSetup", true)],
        "objectPermissions": [{"object": ["Case"], "allowRead": ["true"], "allowEdit": ["true"]}]
    }));
    let deployed = content(json!({
        "description": ["New"],
        "userPermissions": [permission("ViewSetup", false), permission("ViewRoles", true)],
        "objectPermissions": [
            {"object": ["case"], "allowEdit": ["false"]},
            {"object": ["Lead"], "allowRead": ["true"]}
        ]
    }));
    assert_eq!(
        Value::Object(overlay("Profile", Some(&there), &deployed)),
        json!({
            "custom": ["true"],
            "description": ["New"],
            "userLicense": ["Salesforce"],
            "userPermissions": [permission("ApiEnabled", true), permission("ViewRoles", true)],
            "objectPermissions": [
                {"object": ["case"], "allowRead": ["true"], "allowEdit": ["false"]},
                {"object": ["Lead"], "allowRead": ["true"]}
            ]
        })
    );
    assert_eq!(overlay("SharingSet", Some(&there), &deployed), deployed);
    assert_eq!(overlay("Profile", None, &deployed), deployed);
}

#[test]
fn differences_are_told_value_by_value() {
    let before = content(json!({
        "name": ["Partners"],
        "profiles": ["A", "B"],
        "accessMappings": [{"object": ["Case"], "accessLevel": ["Read"]}]
    }));
    let after = content(json!({
        "name": ["Partners"],
        "description": [{"$ref": "s:a.text"}],
        "profiles": ["B", "C", "D"],
        "accessMappings": [{"object": ["Case"], "accessLevel": ["Edit"]}]
    }));
    let told: Vec<String> = differences(&before, &after)
        .iter()
        .map(|one| format!("{} {} -> {}", one.at, json!(one.before), json!(one.after)))
        .collect();
    assert_eq!(
        told,
        [
            r#"accessMappings Case: accessLevel "Read" -> "Edit""#,
            r#"description null -> {"$ref":"s:a.text"}"#,
            r#"profiles "A" -> "C""#,
            r#"profiles null -> "D""#,
        ]
    );
}

fn name(kind: &str, full_name: &str) -> ComponentName {
    ComponentName {
        kind: kind.into(),
        full_name: Scalar::text(full_name),
    }
}

fn deploy(components: &[(&str, &str, Value)], removals: &[(&str, &str)]) -> DeployComponents {
    let components = components
        .iter()
        .map(|(kind, full_name, content)| Component {
            name: name(kind, full_name),
            content: content.to_string(),
        });
    DeployComponents {
        components: components.collect(),
        removals: removals
            .iter()
            .map(|(kind, full_name)| name(kind, full_name))
            .collect(),
        options: Vec::new(),
    }
}

fn before(json: Value) -> Record {
    content(json)
}

#[test]
fn what_was_made_is_removed_and_what_was_changed_gets_its_former_content() {
    let operation = deploy(
        &[
            ("SharingSet", "New", json!({"name": ["New"]})),
            (
                "SharingSet",
                "Old",
                json!({"name": ["Old"], "profiles": ["A", "B"]}),
            ),
        ],
        &[("SharingSet", "Gone"), ("SharingSet", "Never")],
    );
    let read = before(json!({
        "SharingSet/New": null,
        "SharingSet/Old": {"name": ["Old"], "profiles": ["A"]},
        "SharingSet/Gone": {"name": ["Gone"]},
        "SharingSet/Never": null
    }));
    assert_eq!(
        inverse(&operation, &read),
        Ok(deploy(
            &[
                (
                    "SharingSet",
                    "Old",
                    json!({"name": ["Old"], "profiles": ["A"]})
                ),
                ("SharingSet", "Gone", json!({"name": ["Gone"]})),
            ],
            &[("SharingSet", "New")],
        ))
    );
}

#[test]
fn what_was_switched_on_in_a_profile_is_switched_off_by_name() {
    let wanted = json!({
        "userPermissions": [permission("ApiEnabled", true), permission("ViewSetup", true)],
        "objectPermissions": [{"object": ["Lead"], "allowRead": ["true"], "allowEdit": ["false"]}],
        "tabVisibilities": [{"tab": ["standard-Lead"], "visibility": ["DefaultOn"]}]
    });
    let former = json!({"custom": ["true"], "userPermissions": [permission("ViewSetup", true)]});
    let read = before(json!({"Profile/P": former}));
    let restored = json!({
        "custom": ["true"],
        "userPermissions": [permission("ViewSetup", true), permission("ApiEnabled", false)],
        "objectPermissions": [{"object": ["Lead"], "allowRead": ["false"], "allowEdit": ["false"]}]
    });
    assert_eq!(
        inverse(&deploy(&[("Profile", "P", wanted)], &[]), &read),
        Ok(deploy(&[("Profile", "P", restored)], &[]))
    );
}

#[test]
fn what_was_not_read_cannot_be_put_back() {
    let operation = deploy(&[("SharingSet", "New", json!({"name": ["New"]}))], &[]);
    let error = inverse(&operation, &Record::new()).expect_err("not read");
    assert_eq!(
        error.to_string(),
        r#"what `SharingSet "New"` was before is not known"#
    );
}

fn mapping(object: &str, access: &str) -> Value {
    json!({"object": [object], "accessLevel": [access]})
}

#[test]
fn what_was_added_is_told_from_what_was_there_and_from_what_others_added() {
    let former = content(json!({
        "name": ["P"], "profiles": ["A"], "accessMappings": [mapping("Case", "Read")]
    }));
    let left = content(json!({
        "name": ["P"], "profiles": ["A", "B"],
        "accessMappings": [mapping("Case", "Edit"), mapping("Account", "Read")]
    }));
    assert_eq!(
        Value::Object(added(&left, &former)),
        json!({
            "profiles": ["B"],
            "accessMappings": [mapping("Case", "Edit"), mapping("Account", "Read")]
        })
    );
    let added = added(&left, &former);
    assert!(holds_any(&left, &added));
    assert!(!holds_any(&former, &added));
    assert!(contains(&left, &content(json!({"profiles": ["A"]}))));
    let completed = json!({"object": ["Account"], "accessLevel": ["Read"], "more": ["x"]});
    let there = content(json!({
        "name": ["P"], "profiles": ["A", "B", "C"], "description": ["x"],
        "accessMappings": [mapping("Case", "Edit"), completed, mapping("Lead", "Read")]
    }));
    let others = ["accessMappings `Lead`", "description `x`", "profiles `C`"];
    assert_eq!(beyond(&there, &left, Some(&former)), others);
    // Salesforce may have added descriptions to new parts.
    let others = ["accessMappings `Lead`", "profiles `C`"];
    assert_eq!(beyond(&there, &left, None), others);
}

#[test]
fn what_one_change_did_is_taken_out_of_what_others_did() {
    let former = content(json!({"profiles": ["A"], "label": ["Old"]}));
    let deployed = content(json!({"profiles": ["A", "B"], "label": ["New"]}));
    assert_eq!(reverted(&deployed, &deployed, &former), former);
    let now = content(json!({"profiles": ["A", "B", "C"], "label": ["New"]}));
    assert_eq!(
        Value::Object(reverted(&now, &deployed, &former)),
        json!({"profiles": ["A", "C"], "label": ["Old"]})
    );
}

#[test]
fn a_profile_is_compared_by_what_was_deployed_and_what_became_of_it() {
    let deployed = content(json!({
        "custom": ["true"],
        "userPermissions": [permission("ApiEnabled", true), permission("ViewSetup", false)],
        "objectPermissions": [{"object": ["Lead"], "allowRead": ["true"]}]
    }));
    let now = content(json!({
        "custom": ["true"],
        "userPermissions": [permission("ApiEnabled", true), permission("ViewRoles", true)],
        "objectPermissions": [{"object": ["Lead"], "allowRead": ["false"], "allowEdit": ["true"]}]
    }));
    assert_eq!(
        Value::Object(as_left(&now, &deployed)),
        json!({
            "custom": ["true"],
            "userPermissions": [permission("ApiEnabled", true), permission("ViewSetup", false)],
            "objectPermissions": [{"object": ["Lead"], "allowRead": ["false"]}]
        })
    );
}
