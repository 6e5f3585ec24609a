//! Permission sets, groups, licenses, profiles (docs/salesforce/permission-sets.md, docs/salesforce/profiles.md).

use expect_test::expect;
use serde_json::json;

use crate::testing::{TestOrg, org};

use crate::rules::tests::{S, settings};

fn sam(org: &TestOrg) -> String {
    org.id("SELECT Id FROM User WHERE Username = 'sam.sales@practice.usher.example'")
}

fn set(org: &TestOrg, name: &str) -> String {
    org.id(&format!(
        "SELECT Id FROM PermissionSet WHERE Name = '{name}'"
    ))
}

#[test]
fn a_set_is_assigned_once() {
    let org = org();
    let assignment = json!({ "AssigneeId": sam(&org), "PermissionSetId": set(&org, "CustomerCommunityReadOnly") });
    org.create("PermissionSetAssignment", assignment.clone());
    org.refused(&format!("POST {S}/sobjects/PermissionSetAssignment"), assignment, expect!["400 DUPLICATE_VALUE: Duplicate PermissionSetAssignment. Assignee: 005dnH000000002ABA; Permission Set: 0PSdnH00000000FGBQ []"]);
    org.query("SELECT Assignee.Username, PermissionSet.Label, PermissionSet.NamespacePrefix, IsActive FROM PermissionSetAssignment WHERE PermissionSet.IsOwnedByProfile = false", expect![[r#"
        {"Assignee":{"Username":"sam.sales@practice.usher.example"},"IsActive":true,"PermissionSet":{"Label":"Customer Community Read Only","NamespacePrefix":"FinServ"}}
    "#]]);
}

#[test]
fn an_assignment_is_taken_back_but_not_the_profiles() {
    let org = org();
    let id = org.create(
        "PermissionSetAssignment",
        json!({ "AssigneeId": sam(&org), "PermissionSetId": set(&org, "Advisor") }),
    );
    org.check(
        &format!("DELETE {S}/sobjects/PermissionSetAssignment/{id}"),
        "",
        expect![[r#"
        204
    "#]],
    );
    let own = org.id("SELECT Id FROM PermissionSetAssignment WHERE Assignee.Username LIKE 'sam%'");
    org.refused(
        &format!("DELETE {S}/sobjects/PermissionSetAssignment/{own}"),
        json!(""),
        expect!["400 DELETE_FAILED: Permission sets owned by profiles can't be unassigned []"],
    );
}

#[test]
fn what_cannot_be_assigned() {
    let org = org();
    let line = format!("POST {S}/sobjects/PermissionSetAssignment");
    let (sam, set) = (sam(&org), set(&org, "Advisor"));
    let ian = org.id("SELECT Id FROM User WHERE IsActive = false");
    let hidden = org.id("SELECT Id FROM PermissionSet WHERE Profile.Name = 'Standard User'");
    org.refused(&line, json!({ "AssigneeId": ian, "PermissionSetId": set }), expect![[r#"400 INACTIVE_OWNER_OR_USER: Can't assign a permission set to an inactive user ["AssigneeId"]"#]]);
    org.refused(&line, json!({ "AssigneeId": sam, "PermissionSetId": hidden }), expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: Permission sets owned by profiles can't be assigned ["PermissionSetId"]"#]]);
    org.refused(&line, json!({ "AssigneeId": sam }), expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [PermissionSetId] ["PermissionSetId"]"#]]);
    org.refused(&line, json!({ "PermissionSetId": set }), expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [AssigneeId] ["AssigneeId"]"#]]);
    org.refused(&line, json!({ "AssigneeId": sam, "PermissionSetId": sam }), expect![[r#"400 MALFORMED_ID: PermissionSet ID: id value of incorrect type: 005dnH000000002ABA ["PermissionSetId"]"#]]);
    org.refused(&line, json!({ "AssigneeId": sam, "PermissionSetId": "0PS000000000001AAA" }), expect![[r#"400 MALFORMED_ID: PermissionSet ID: id value of incorrect type: 0PS000000000001AAA ["PermissionSetId"]"#]]);
    org.refused(&line, json!({ "AssigneeId": sam, "PermissionSetId": "nothing" }), expect![[r#"400 MALFORMED_ID: PermissionSet ID: id value of incorrect type: nothing ["PermissionSetId"]"#]]);
}

#[test]
fn a_set_of_a_user_license_needs_that_license() {
    let org = org();
    let license = org.id("SELECT Id FROM UserLicense WHERE Name = 'Customer Community Plus'");
    let set = org.create(
        "PermissionSet",
        json!({ "Name": "Plus_Only", "Label": "Plus 'only' ë", "LicenseId": license }),
    );
    org.refused(&format!("POST {S}/sobjects/PermissionSetAssignment"), json!({ "AssigneeId": sam(&org), "PermissionSetId": set }), expect!["400 FIELD_INTEGRITY_EXCEPTION: Can't assign permission set Plus_Only to user sam.sales@practice.usher.example. The user license doesn't match the permission set's user license []"]);
    let fitting = org.id("SELECT Id FROM UserLicense WHERE Name = 'Salesforce'");
    org.check(
        &format!("PATCH /practice/records/PermissionSet/{set}"),
        &json!({ "LicenseId": fitting }).to_string(),
        expect![[r#"
        204
    "#]],
    );
    org.create(
        "PermissionSetAssignment",
        json!({ "AssigneeId": sam(&org), "PermissionSetId": set }),
    );
}

#[test]
fn a_set_of_a_set_license_needs_its_seat() {
    let org = org();
    let (sam, set) = (sam(&org), set(&org, "CLMRuntimeUser"));
    let assignment = json!({ "AssigneeId": sam, "PermissionSetId": set });
    org.refused(&format!("POST {S}/sobjects/PermissionSetAssignment"), assignment.clone(), expect!["400 FIELD_INTEGRITY_EXCEPTION: Can't assign permission set CLMRuntimeUser to user sam.sales@practice.usher.example. The user isn't assigned the permission set license that the permission set requires []"]);
    let license = org.id("SELECT Id FROM PermissionSetLicense WHERE MasterLabel = 'Contract Lifecycle Management User'");
    let seat = json!({ "AssigneeId": sam, "PermissionSetLicenseId": license });
    let id = org.create("PermissionSetLicenseAssign", seat.clone());
    org.refused(&format!("POST {S}/sobjects/PermissionSetLicenseAssign"), seat, expect!["400 DUPLICATE_VALUE: Duplicate PermissionSetLicenseAssign. Assignee: 005dnH000000002ABA; Permission Set License: 0PLdnH000000001GBA []"]);
    let assigned = org.create("PermissionSetAssignment", assignment);
    org.query(
        "SELECT TotalLicenses, UsedLicenses FROM PermissionSetLicense WHERE UsedLicenses > 0",
        expect![[r#"
        {"TotalLicenses":20,"UsedLicenses":1}
    "#]],
    );
    org.refused(&format!("DELETE {S}/sobjects/PermissionSetLicenseAssign/{id}"), json!(""), expect!["400 DELETE_FAILED: Can't remove the permission set license while permission set CLM Runtime User that requires it is assigned to the user []"]);
    org.check(
        &format!("DELETE {S}/sobjects/PermissionSetAssignment/{assigned}"),
        "",
        expect![[r#"
        204
    "#]],
    );
    // The seat went with the set that needed it.
    org.query(
        "SELECT UsedLicenses FROM PermissionSetLicense WHERE UsedLicenses > 0",
        expect![[""]],
    );
}

/// The id of a seat for Sam, and those of the assignments of so many sets that need it.
fn seat_and_assignments(org: &TestOrg, sets: usize) -> (String, Vec<String>) {
    let sam = sam(org);
    let license = "SELECT Id FROM PermissionSetLicense WHERE MasterLabel = 'DocGen User'";
    let license = org.id(license);
    let seat = json!({ "AssigneeId": sam, "PermissionSetLicenseId": license });
    let seat = org.create("PermissionSetLicenseAssign", seat);
    let assignments = (0..sets).map(|number| {
        let name = format!("Set{number}");
        let set = json!({ "Name": name, "Label": name, "LicenseId": license });
        let set = org.create("PermissionSet", set);
        let assignment = json!({ "AssigneeId": sam, "PermissionSetId": set });
        org.create("PermissionSetAssignment", assignment)
    });
    (seat, assignments.collect())
}

const SEATS: &str = "SELECT Assignee.Alias FROM PermissionSetLicenseAssign";

#[test]
fn a_seat_goes_with_the_last_assignment_that_needs_it() {
    let org = org();
    let (seat, assignments) = seat_and_assignments(&org, 2);
    let delete = |assignment: &str| {
        let line = format!("DELETE {S}/sobjects/PermissionSetAssignment/{assignment}");
        assert_eq!(org.send(&line, "").0, 204);
    };
    delete(&assignments[0]);
    org.refused(
        &format!("DELETE {S}/sobjects/PermissionSetLicenseAssign/{seat}"),
        json!(""),
        expect!["400 DELETE_FAILED: Can't remove the permission set license while permission set Set1 that requires it is assigned to the user []"],
    );
    org.query(
        SEATS,
        expect![[r#"
        {"Assignee":{"Alias":"ssales"}}
    "#]],
    );
    delete(&assignments[1]);
    org.query(SEATS, expect![[""]]);
}

#[test]
fn a_seat_stays_where_fifty_assignments_are_deleted_together() {
    let left = |together: usize, expected: expect_test::Expect| {
        let org = org();
        let (_, assignments) = seat_and_assignments(&org, together);
        let ids = assignments.join(",");
        let line = format!("DELETE {S}/composite/sobjects?ids={ids}");
        assert_eq!(org.send(&line, "").0, 200);
        org.query(SEATS, expected);
    };
    left(49, expect![[""]]);
    left(
        50,
        expect![[r#"
        {"Assignee":{"Alias":"ssales"}}
    "#]],
    );
}

#[test]
fn seats_of_a_set_license_run_out() {
    let org = org();
    let license = org.id("SELECT Id FROM PermissionSetLicense WHERE MasterLabel = 'DocGen User'");
    org.check(
        &format!("PATCH /practice/records/PermissionSetLicense/{license}"),
        r#"{"TotalLicenses":0}"#,
        expect![[r#"
        204
    "#]],
    );
    org.refused(
        &format!("POST {S}/sobjects/PermissionSetLicenseAssign"),
        json!({ "AssigneeId": sam(&org), "PermissionSetLicenseId": license }),
        expect!["400 LICENSE_LIMIT_EXCEEDED: License Limit Exceeded - DocGen User []"],
    );
    let ian = org.id("SELECT Id FROM User WHERE IsActive = false");
    org.refused(&format!("POST {S}/sobjects/PermissionSetLicenseAssign"), json!({ "AssigneeId": ian, "PermissionSetLicenseId": license }), expect![[r#"400 INACTIVE_OWNER_OR_USER: Can't assign a permission set license to an inactive user ["AssigneeId"]"#]]);
}

#[test]
fn a_group_is_assigned_when_updated() {
    let org = org();
    let group = org.create(
        "PermissionSetGroup",
        json!({ "DeveloperName": "Agents", "MasterLabel": "All agents" }),
    );
    org.query("SELECT Name, Label, Type, PermissionSetGroup.DeveloperName, PermissionSetGroup.Status FROM PermissionSet WHERE PermissionSetGroupId != null", expect![[r#"
        {"Label":"All agents","Name":"Agents","PermissionSetGroup":{"DeveloperName":"Agents","Status":"Updated"},"Type":"Group"}
    "#]]);
    let line = format!("POST {S}/sobjects/PermissionSetAssignment");
    let assignment = json!({ "AssigneeId": sam(&org), "PermissionSetGroupId": group });
    org.check(
        &format!("PATCH /practice/records/PermissionSetGroup/{group}"),
        r#"{"Status":"Outdated"}"#,
        expect![[r#"
        204
    "#]],
    );
    org.refused(&line, assignment.clone(), expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: Can't assign permission set group Agents while its status is Outdated ["PermissionSetGroupId"]"#]]);
    org.check(
        &format!("PATCH /practice/records/PermissionSetGroup/{group}"),
        r#"{"Status":"Updated"}"#,
        expect![[r#"
        204
    "#]],
    );
    let backing = set(&org, "Agents");
    org.refused(&line, json!({ "AssigneeId": sam(&org), "PermissionSetId": backing }), expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: Assign the permission set group, not the permission set behind it ["PermissionSetId"]"#]]);
    org.create("PermissionSetAssignment", assignment.clone());
    org.refused(&line, assignment, expect!["400 DUPLICATE_VALUE: Duplicate PermissionSetAssignment. Assignee: 005dnH000000002ABA; Permission Set: 0PSdnH00000000TGBQ []"]);
    org.query("SELECT PermissionSetGroup.MasterLabel, PermissionSet.Name FROM PermissionSetAssignment WHERE PermissionSetGroupId != null", expect![[r#"
        {"PermissionSet":{"Name":"Agents"},"PermissionSetGroup":{"MasterLabel":"All agents"}}
    "#]]);
    org.refused(
        &format!("DELETE {S}/sobjects/PermissionSetGroup/{group}"),
        json!(""),
        expect![
            "400 DELETE_FAILED: Can't delete a permission set group that is assigned to users []"
        ],
    );
    org.refused(&line, json!({ "AssigneeId": sam(&org), "PermissionSetGroupId": group, "PermissionSetId": backing }), expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: Give PermissionSetId or PermissionSetGroupId, not both ["PermissionSetId","PermissionSetGroupId"]"#]]);
}

#[test]
fn sets_have_names_of_their_own_and_labels_may_repeat() {
    let org = org();
    let line = format!("POST {S}/sobjects/PermissionSet");
    org.create("PermissionSet", json!({ "Name": "A1", "Label": "Same" }));
    org.create("PermissionSet", json!({ "Name": "A2", "Label": "Same" }));
    org.refused(
        &line,
        json!({ "Name": "a1", "Label": "Other" }),
        expect![[
            r#"400 DUPLICATE_DEVELOPER_NAME: The name you entered is already in use: a1 ["Name"]"#
        ]],
    );
    org.refused(&line, json!({ "Name": "1 a", "Label": "Other" }), expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: The API name can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores. ["Name"]"#]]);
    org.refused(&line, json!({ "Name": "A3", "Label": "ë".repeat(81) }), expect![[r#"400 STRING_TOO_LONG: Permission Set Label: data value too large: ëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëë (max length=80) ["Label"]"#]]);
    org.refused(
        &line,
        json!({ "Name": "A3", "Label": " " }),
        expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [Label] ["Label"]"#]],
    );
    org.refused(&line, json!({ "Name": "A3", "Label": "x", "NamespacePrefix": "FinServ", "IsCustom": false }), expect![[r#"400 INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: IsCustom, NamespacePrefix. Please check the security settings of this field and verify that it is read/write for your profile or permission set. ["IsCustom","NamespacePrefix"]"#]]);
    let managed = set(&org, "CustomerCommunityReadOnly");
    org.refused(
        &format!("PATCH {S}/sobjects/PermissionSet/{managed}"),
        json!({ "Label": "Mine" }),
        expect!["400 CANNOT_MODIFY_MANAGED_OBJECT: Cannot modify managed object []"],
    );
}

#[test]
fn profiles() {
    let org = org();
    let license = org.id("SELECT Id FROM UserLicense WHERE Name = 'Partner Community'");
    let line = format!("POST {S}/sobjects/Profile");
    let id = org.create(
        "Profile",
        json!({ "Name": "My Partners", "UserLicenseId": license, "PermissionsApiEnabled": true }),
    );
    org.query("SELECT Name, UserType, UserLicense.LicenseDefinitionKey, PermissionsApiEnabled, PermissionsApiUserOnly FROM Profile WHERE Name = 'my partners'", expect![[r#"
        {"Name":"My Partners","PermissionsApiEnabled":true,"PermissionsApiUserOnly":false,"UserLicense":{"LicenseDefinitionKey":"PID_Partner_Community"},"UserType":"PowerPartner"}
    "#]]);
    org.query("SELECT IsCustom, Type, PermissionsApiEnabled FROM PermissionSet WHERE Profile.Name = 'My Partners'", expect![[r#"
        {"IsCustom":true,"PermissionsApiEnabled":true,"Type":"Profile"}
    "#]]);
    org.check(
        &format!("PATCH {S}/sobjects/Profile/{id}"),
        r#"{"PermissionsApiEnabled":false}"#,
        expect![[r#"
        204
    "#]],
    );
    org.query(
        "SELECT PermissionsApiEnabled FROM PermissionSet WHERE Profile.Name = 'My Partners'",
        expect![[r#"
        {"PermissionsApiEnabled":false}
    "#]],
    );
    org.refused(&line, json!({ "Name": "my partners", "UserLicenseId": license }), expect![[r#"400 DUPLICATE_VALUE: The profile name already exists. Please choose another name. ["Name"]"#]]);
    org.refused(&line, json!({ "Name": "Without" }), expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [UserLicenseId] ["UserLicenseId"]"#]]);
    org.refused(&format!("PATCH {S}/sobjects/Profile/{id}"), json!({ "UserLicenseId": license }), expect![[r#"400 INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: UserLicenseId. Please check the security settings of this field and verify that it is read/write for your profile or permission set. ["UserLicenseId"]"#]]);
    org.check(
        &format!("DELETE {S}/sobjects/Profile/{id}"),
        "",
        expect![[r#"
        204
    "#]],
    );
    let used = org.id("SELECT Id FROM Profile WHERE Name = 'Standard User'");
    org.refused(
        &format!("DELETE {S}/sobjects/Profile/{used}"),
        json!(""),
        expect!["400 DELETE_FAILED: Standard profiles can't be deleted []"],
    );
}

#[test]
fn licenses_are_written_by_the_practice_face_only() {
    let org = org();
    let body = json!({ "Name": "Own", "MasterLabel": "Own", "LicenseDefinitionKey": "OWN", "TotalLicenses": 3 });
    org.refused(
        &format!("POST {S}/sobjects/UserLicense"),
        body.clone(),
        expect!["400 INVALID_TYPE_FOR_OPERATION: entity type cannot be inserted: User License []"],
    );
    let (status, _) = org.send("POST /practice/records/UserLicense", &body.to_string());
    assert_eq!(status, 201);
    org.query(
        "SELECT Name, Status, TotalLicenses, UsedLicenses FROM UserLicense WHERE Name = 'Own'",
        expect![[r#"
        {"Name":"Own","Status":"Active","TotalLicenses":3,"UsedLicenses":0}
    "#]],
    );
    org.refused("POST /practice/records/UserLicense", json!({ "Name": "Own" }), expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [LicenseDefinitionKey, MasterLabel, TotalLicenses] ["LicenseDefinitionKey","MasterLabel","TotalLicenses"]"#]]);
    org.refused("POST /practice/records/UserLicense", body, expect![[r#"400 DUPLICATE_VALUE: duplicate value found: LicenseDefinitionKey duplicates value on record with id: 100dnH00000000DABQ ["LicenseDefinitionKey"]"#]]);
}

#[test]
fn a_set_may_bring_its_license() {
    let org = org();
    settings(
        &org,
        json!({ "practice.assignPermissionSetLicenses": true }),
    );
    let line = format!("POST {S}/sobjects/PermissionSetAssignment");
    org.create(
        "PermissionSetAssignment",
        json!({ "AssigneeId": sam(&org), "PermissionSetId": set(&org, "CLMAdminUser") }),
    );
    org.query(
        "SELECT Assignee.Alias, PermissionSetLicense.MasterLabel FROM PermissionSetLicenseAssign",
        expect![[r#"
            {"Assignee":{"Alias":"ssales"},"PermissionSetLicense":{"MasterLabel":"Contract Lifecycle Management User"}}
        "#]],
    );
    let license = org.id("SELECT Id FROM PermissionSetLicense WHERE MasterLabel = 'DocGen User'");
    let zero = r#"{"TotalLicenses":0}"#;
    assert_eq!(
        org.send(
            &format!("PATCH /practice/records/PermissionSetLicense/{license}"),
            zero
        )
        .0,
        204
    );
    org.refused(
        &line,
        json!({ "AssigneeId": sam(&org), "PermissionSetId": set(&org, "DocGenUser") }),
        expect!["400 LICENSE_LIMIT_EXCEEDED: License Limit Exceeded - DocGen User []"],
    );
}

#[test]
fn assignments_may_expire() {
    let org = org();
    let id = org.create("PermissionSetAssignment", json!({ "AssigneeId": sam(&org), "PermissionSetId": set(&org, "Advisor"), "ExpirationDate": "2026-12-31T10:00:00.000+0000" }));
    let line = format!("PATCH {S}/sobjects/PermissionSetAssignment/{id}");
    assert_eq!(
        org.send(&line, r#"{"ExpirationDate":"2027-01-01T01:00:00+02:00"}"#)
            .0,
        204
    );
    org.query("SELECT ExpirationDate FROM PermissionSetAssignment WHERE ExpirationDate > 2026-12-31T10:00:00Z", expect![[r#"
        {"ExpirationDate":"2026-12-31T23:00:00.000+0000"}
    "#]]);
    org.refused(&line, json!({ "ExpirationDate": "tomorrow" }), expect!["400 JSON_PARSER_ERROR: Cannot deserialize instance of datetime from VALUE_STRING value tomorrow or request may be missing a required field: ExpirationDate"]);
    org.refused(&line, json!({ "AssigneeId": sam(&org) }), expect![[r#"400 INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: AssigneeId. Please check the security settings of this field and verify that it is read/write for your profile or permission set. ["AssigneeId"]"#]]);
}

#[test]
fn what_profiles_allow_with_objects() {
    let org = org();
    let license =
        org.id("SELECT Id FROM UserLicense WHERE LicenseDefinitionKey = 'PID_Partner_Community'");
    let profile = org.create(
        "Profile",
        json!({ "Name": "Partners", "UserLicenseId": license }),
    );
    let set = org.id(&format!(
        "SELECT Id FROM PermissionSet WHERE ProfileId = '{profile}'"
    ));
    let line = format!("POST {S}/sobjects/ObjectPermissions");
    org.create("ObjectPermissions", json!({ "ParentId": set, "SobjectType": "Contract", "PermissionsRead": true, "PermissionsEdit": true }));
    org.query(
        "SELECT (SELECT SobjectType, PermissionsRead, PermissionsEdit, PermissionsDelete FROM ObjectPerms) FROM PermissionSet WHERE Profile.Name = 'Partners'",
        expect![[r#"
            {"ObjectPerms":{"done":true,"records":[{"PermissionsDelete":false,"PermissionsEdit":true,"PermissionsRead":true,"SobjectType":"Contract"}],"totalSize":1}}
        "#]],
    );
    org.refused(
        &line,
        json!({ "ParentId": set, "SobjectType": "Contract", "PermissionsRead": true }),
        expect!["400 DUPLICATE_VALUE: Duplicate ObjectPermissions. Parent: 0PSdnH00000000TGBQ; Object: Contract []"],
    );
    org.refused(
        &line,
        json!({ "ParentId": set, "SobjectType": "Account", "PermissionsEdit": true }),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: Permission PermissionsEdit on Account depends on permission PermissionsRead ["PermissionsEdit"]"#]],
    );
    org.refused(
        &line,
        json!({ "ParentId": set, "SobjectType": "Nope", "PermissionsRead": true }),
        expect![[r#"400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Object Type Name: bad value for restricted picklist field: Nope ["SobjectType"]"#]],
    );
    let standard =
        org.id("SELECT Id FROM PermissionSet WHERE Profile.Name = 'Partner Community User'");
    org.refused(
        &line,
        json!({ "ParentId": standard, "SobjectType": "Case", "PermissionsRead": true }),
        expect!["400 INSUFFICIENT_ACCESS_OR_READONLY: You can't change the object permissions of the standard profile Partner Community User []"],
    );
    // Before v50 it was allowed (docs/salesforce/profiles.md#standard-profiles).
    let (status, _) = org.send(
        "POST /services/data/v49.0/sobjects/ObjectPermissions",
        &json!({ "ParentId": standard, "SobjectType": "Case", "PermissionsRead": true })
            .to_string(),
    );
    assert_eq!(status, 201);
    // They go with their profile.
    assert_eq!(
        org.send(&format!("DELETE {S}/sobjects/Profile/{profile}"), "")
            .0,
        204
    );
    org.query(
        "SELECT SobjectType FROM ObjectPermissions WHERE Parent.Profile.Name IN ('Partners', 'Partner Community User')",
        expect![[r#"
            {"SobjectType":"Account"}
            {"SobjectType":"Contact"}
            {"SobjectType":"Lead"}
            {"SobjectType":"Opportunity"}
            {"SobjectType":"Case"}
        "#]],
    );
}

#[test]
fn a_group_that_is_outdated_stays_so() {
    let org = org();
    let names = json!({ "DeveloperName": "Slow", "MasterLabel": "Slow" });
    let group = org.create("PermissionSetGroup", names);
    let line = format!("PATCH /practice/records/PermissionSetGroup/{group}");
    assert_eq!(org.send(&line, r#"{"Status":"Outdated"}"#).0, 204);
    for _ in 0..3 {
        org.query(
            "SELECT Status FROM PermissionSetGroup",
            expect![[r#"
                {"Status":"Outdated"}
            "#]],
        );
    }
}
