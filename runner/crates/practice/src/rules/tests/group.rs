//! Public groups and their members, and what permission sets open beside objects.

use expect_test::expect;
use serde_json::json;

use crate::rules::tests::S;
use crate::testing::{org, org_with};

#[test]
fn a_group_gets_a_developer_name() {
    let org = org();
    for fields in [
        json!({ "Name": "Night Crew" }),
        json!({ "Name": "Night Crew" }),
        json!({ "Name": "7 Seas!" }),
        json!({ "Name": "Night Crew", "Type": "Queue" }),
        json!({ "Name": "Own", "DeveloperName": "Chosen" }),
    ] {
        org.create("Group", fields);
    }
    org.query(
        "SELECT Name, DeveloperName, Type, DoesIncludeBosses FROM Group WHERE Type IN ('Regular', 'Queue')",
        expect![[r#"
            {"DeveloperName":"Night_Crew","DoesIncludeBosses":true,"Name":"Night Crew","Type":"Regular"}
            {"DeveloperName":"Night_Crew1","DoesIncludeBosses":true,"Name":"Night Crew","Type":"Regular"}
            {"DeveloperName":"X7_Seas","DoesIncludeBosses":true,"Name":"7 Seas!","Type":"Regular"}
            {"DeveloperName":"Night_Crew","DoesIncludeBosses":true,"Name":"Night Crew","Type":"Queue"}
            {"DeveloperName":"Chosen","DoesIncludeBosses":true,"Name":"Own","Type":"Regular"}
        "#]],
    );
}

#[test]
fn groups_that_are_refused() {
    let org = org();
    org.create("Group", json!({ "Name": "Crew", "DeveloperName": "Crew" }));
    let line = format!("POST {S}/sobjects/Group");
    for (fields, expected) in [
        (
            json!({}),
            expect![[
                r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [Name] ["Name"]"#
            ]],
        ),
        (
            json!({ "Name": "A", "DeveloperName": "crew" }),
            expect![[
                r#"400 DUPLICATE_DEVELOPER_NAME: The name you entered is already in use: crew ["DeveloperName"]"#
            ]],
        ),
        (
            json!({ "Name": "A", "DeveloperName": "1_" }),
            expect![[
                r#"400 FIELD_INTEGRITY_EXCEPTION: The API name can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores. ["DeveloperName"]"#
            ]],
        ),
        (
            json!({ "Name": "A", "Type": "Role" }),
            expect![[
                r#"400 FIELD_INTEGRITY_EXCEPTION: Groups of the type Role can't be created ["Type"]"#
            ]],
        ),
        (
            json!({ "Name": "A", "Type": "Nothing" }),
            expect![[
                r#"400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Type: bad value for restricted picklist field: Nothing ["Type"]"#
            ]],
        ),
    ] {
        org.refused(&line, fields, expected);
    }
}

#[test]
fn a_member_is_added_once() {
    let org = org();
    let group = org.create("Group", json!({ "Name": "Crew" }));
    let inner = org.create("Group", json!({ "Name": "Inner" }));
    let user = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    let member = org.create(
        "GroupMember",
        json!({ "GroupId": group, "UserOrGroupId": user }),
    );
    let again = org.create(
        "GroupMember",
        json!({ "GroupId": group, "UserOrGroupId": user }),
    );
    assert_eq!(member, again);
    org.create(
        "GroupMember",
        json!({ "GroupId": group, "UserOrGroupId": inner }),
    );
    org.refused(
        &format!("PATCH {S}/sobjects/GroupMember/{member}"),
        json!({}),
        expect!["400 INVALID_TYPE_FOR_OPERATION: entity type cannot be updated: Group Member []"],
    );
    let line = format!("POST {S}/sobjects/GroupMember");
    org.refused(&line, json!({ "GroupId": group }), expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [UserOrGroupId] ["UserOrGroupId"]"#]]);
    org.refused(
        &line,
        json!({ "GroupId": user, "UserOrGroupId": user }),
        expect![[r#"400 MALFORMED_ID: Group ID: id value of incorrect type: 005dnH000000002ABA ["GroupId"]"#]],
    );
    let members = "SELECT COUNT(Id) n FROM GroupMember";
    org.query(
        members,
        expect![[r#"
        {"n":2}
    "#]],
    );
    let (status, _) = org.send(&format!("DELETE {S}/sobjects/Group/{inner}"), "");
    assert_eq!(status, 204);
    org.query(
        members,
        expect![[r#"
        {"n":1}
    "#]],
    );
    let (status, _) = org.send(&format!("DELETE {S}/sobjects/Group/{group}"), "");
    assert_eq!(status, 204);
    org.query(
        members,
        expect![[r#"
        {"n":0}
    "#]],
    );
}

#[test]
fn tabs_of_a_permission_set() {
    let org = org();
    let set = org.create("PermissionSet", json!({ "Name": "Tabs", "Label": "Tabs" }));
    let tab = |visibility: &str| json!({ "ParentId": set, "Name": "standard-Account", "Visibility": visibility });
    let id = org.create("PermissionSetTabSetting", tab("DefaultOn"));
    let line = format!("POST {S}/sobjects/PermissionSetTabSetting");
    org.refused(&line, tab("DefaultOff"), expect!["400 DUPLICATE_VALUE: Duplicate PermissionSetTabSetting. Parent: 0PSdnH00000000TGBQ; Name: standard-Account []"]);
    org.refused(&line, tab("Hidden"), expect![[r#"400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Visibility: bad value for restricted picklist field: Hidden ["Visibility"]"#]]);
    let change = format!("PATCH {S}/sobjects/PermissionSetTabSetting/{id}");
    org.refused(&change, json!({ "Name": "standard-Lead" }), expect![[r#"400 INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: Name. Please check the security settings of this field and verify that it is read/write for your profile or permission set. ["Name"]"#]]);
    let (status, _) = org.send(&change, r#"{"Visibility": "DefaultOff"}"#);
    assert_eq!(status, 204);
    org.query(
        "SELECT Name, Visibility, Parent.Name FROM PermissionSetTabSetting",
        expect![[r#"
            {"Name":"standard-Account","Parent":{"Name":"Tabs"},"Visibility":"DefaultOff"}
        "#]],
    );
    let (status, _) = org.send(&format!("DELETE {S}/sobjects/PermissionSet/{set}"), "");
    assert_eq!(status, 204);
    org.query("SELECT Id FROM PermissionSetTabSetting", expect![""]);
}

#[test]
fn setup_entities_that_a_permission_set_opens() {
    let org = org_with(
        r#"
[[records]]
object = "SetupEntityAccess"
raw = true
fields = { ParentId = "@set_fsc_basic", SetupEntityId = "01p000000000001AAA" }
"#,
    );
    org.query(
        "SELECT Parent.Name, SetupEntityId, SetupEntityType FROM SetupEntityAccess",
        expect![[r#"
            {"Parent":{"Name":"FinancialServicesCloudBasic"},"SetupEntityId":"01p000000000001AAA","SetupEntityType":"ApexClass"}
        "#]],
    );
    let set = org.create("PermissionSet", json!({ "Name": "Own", "Label": "Own" }));
    let line = format!("POST {S}/sobjects/SetupEntityAccess");
    for (id, expected) in [
        (
            "0CP000000000001",
            expect![[
                r#"400 INVALID_CROSS_REFERENCE_KEY: invalid cross reference id ["SetupEntityId"]"#
            ]],
        ),
        (
            "nothing",
            expect![[
                r#"400 MALFORMED_ID: Setup Entity ID: id value of incorrect type: nothing ["SetupEntityId"]"#
            ]],
        ),
    ] {
        org.refused(
            &line,
            json!({ "ParentId": set, "SetupEntityId": id }),
            expected,
        );
    }
}

#[test]
fn sets_of_a_permission_set_group() {
    let org = org();
    let group = org.create(
        "PermissionSetGroup",
        json!({ "DeveloperName": "Crew", "MasterLabel": "Crew" }),
    );
    let set = org.create(
        "PermissionSet",
        json!({ "Name": "Views", "Label": "Views", "PermissionsViewSetup": true }),
    );
    let pair = json!({ "PermissionSetGroupId": group, "PermissionSetId": set });
    let id = org.create("PermissionSetGroupComponent", pair.clone());
    let allowed = "SELECT PermissionsViewSetup, PermissionSetGroup.Status FROM PermissionSet WHERE PermissionSetGroup.DeveloperName = 'Crew'";
    org.query(
        allowed,
        expect![[r#"
        {"PermissionSetGroup":{"Status":"Updated"},"PermissionsViewSetup":true}
    "#]],
    );
    org.component(
        "PermissionSetGroup",
        "Crew",
        expect![[r#"
        <records xsi:type="PermissionSetGroup">
        <fullName>Crew</fullName>
        <hasActivationRequired>false</hasActivationRequired>
        <label>Crew</label>
        <permissionSets>Views</permissionSets>
        <status>Updated</status>
        </records>
    "#]],
    );
    let line = format!("POST {S}/sobjects/PermissionSetGroupComponent");
    org.refused(
        &line,
        pair,
        expect![
            "400 DUPLICATE_VALUE: The permission set is already in the permission set group []"
        ],
    );
    let behind =
        org.id("SELECT Id FROM PermissionSet WHERE PermissionSetGroup.DeveloperName = 'Crew'");
    org.refused(
        &line,
        json!({ "PermissionSetGroupId": group, "PermissionSetId": behind }),
        expect![[
            r#"400 INVALID_CROSS_REFERENCE_KEY: invalid cross reference id ["PermissionSetId"]"#
        ]],
    );
    let (status, _) = org.send(
        &format!("DELETE {S}/sobjects/PermissionSetGroupComponent/{id}"),
        "",
    );
    assert_eq!(status, 204);
    org.query(
        allowed,
        expect![[r#"
        {"PermissionSetGroup":{"Status":"Updated"},"PermissionsViewSetup":false}
    "#]],
    );
}

#[test]
fn a_queue_has_objects_as_records_and_as_a_component() {
    let org = org();
    let queue = org.create("Group", json!({ "Name": "Desk", "Type": "Queue" }));
    let group = org.create("Group", json!({ "Name": "Crew", "Type": "Regular" }));
    let line = format!("POST {S}/sobjects/QueueSobject");
    let case = org.create(
        "QueueSobject",
        json!({ "QueueId": queue, "SobjectType": "Case" }),
    );
    org.refused(
        &line,
        json!({ "QueueId": queue, "SobjectType": "Case" }),
        expect!["400 DUPLICATE_VALUE: Duplicate QueueSobject. Queue: 00GdnH000000001EBA; Sobject Type: Case []"],
    );
    org.refused(
        &line,
        json!({ "QueueId": group, "SobjectType": "Case" }),
        expect![[
            r#"400 FIELD_INTEGRITY_EXCEPTION: Queue ID: the group is not a queue ["QueueId"]"#
        ]],
    );
    org.component(
        "Queue",
        "Desk",
        expect![[r#"
        <records xsi:type="Queue">
        <fullName>Desk</fullName>
        <name>Desk</name>
        <queueSobject>
        <sobjectType>Case</sobjectType>
        </queueSobject>
        </records>
    "#]],
    );
    let update = "<updateMetadata><metadata xsi:type=\"Queue\"><fullName>Desk</fullName><name>Desk</name><queueSobject><sobjectType>Lead</sobjectType></queueSobject></metadata></updateMetadata>";
    let answer = org.soap(update);
    assert!(answer.contains("<success>true</success>"), "{answer}");
    org.query(
        "SELECT Queue.Name, SobjectType FROM QueueSobject",
        expect![[r#"
            {"Queue":{"Name":"Desk"},"SobjectType":"Lead"}
        "#]],
    );
    assert_eq!(
        org.send(&format!("GET {S}/sobjects/QueueSobject/{case}"), "")
            .0,
        404
    );
    assert_eq!(
        org.send(&format!("DELETE {S}/sobjects/Group/{queue}"), "")
            .0,
        204
    );
    assert_eq!(
        org.records("SELECT Id FROM QueueSobject"),
        Vec::<serde_json::Value>::new()
    );
}
