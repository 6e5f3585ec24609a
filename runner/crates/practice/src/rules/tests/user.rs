//! Users: the checks of salesforce-api.md §12, one by one, with §10's words.

use expect_test::expect;
use serde_json::{Value, json};

use crate::testing::{TestOrg, org};

const S: &str = "/services/data/v66.0";

fn profile(org: &TestOrg, name: &str) -> String {
    org.id(&format!("SELECT Id FROM Profile WHERE Name = '{name}'"))
}

fn user(org: &TestOrg, changes: Value) -> Value {
    let mut user = json!({
        "Username": "jane.doe@acme.example", "LastName": "Doe", "FirstName": "Jane", "Email": "jane@acme.example",
        "Alias": "jdoe", "CommunityNickname": "janedoe", "TimeZoneSidKey": "Europe/Stockholm", "LocaleSidKey": "sv_SE",
        "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "sv", "ProfileId": profile(org, "Standard User"),
    });
    for (name, value) in changes.as_object().expect("an object") {
        user[name] = value.clone();
    }
    user
}

#[test]
fn an_internal_user() {
    let org = org();
    org.create(
        "User",
        user(
            &org,
            json!({ "Username": "Jane.DOE@acme.example", "LastName": "O'Döe \"x\"" }),
        ),
    );
    org.query("SELECT Username, Name, UserType, IsActive, IsPortalEnabled, ContactId, UserRoleId, (SELECT PermissionSet.IsOwnedByProfile FROM PermissionSetAssignments) FROM User WHERE Alias = 'jdoe'", expect![[r#"
        {"ContactId":null,"IsActive":true,"IsPortalEnabled":false,"Name":"Jane O'Döe \"x\"","PermissionSetAssignments":{"done":true,"records":[{"PermissionSet":{"IsOwnedByProfile":true}}],"totalSize":1},"UserRoleId":null,"UserType":"Standard","Username":"jane.doe@acme.example"}
    "#]]);
}

#[test]
fn fields_come_first() {
    let org = org();
    let line = format!("POST {S}/sobjects/User");
    org.refused(
        &line,
        json!({ "Nope": 1 }),
        expect!["400 INVALID_FIELD: No such column 'Nope' on sobject of type User"],
    );
    org.refused(&line, json!({ "IsPortalEnabled": true, "AccountId": null, "UserType": "Standard" }), expect![[r#"400 INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: AccountId, IsPortalEnabled, UserType. Please check the security settings of this field and verify that it is read/write for your profile or permission set. ["AccountId","IsPortalEnabled","UserType"]"#]]);
    org.refused(&line, json!({ "FirstName": "x", "LastName": "  " }), expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [Username, LastName, Email, Alias, TimeZoneSidKey, LocaleSidKey, EmailEncodingKey, ProfileId, LanguageLocaleKey] ["Username","LastName","Email","Alias","TimeZoneSidKey","LocaleSidKey","EmailEncodingKey","ProfileId","LanguageLocaleKey"]"#]]);
    org.refused(&line, user(&org, json!({ "Alias": "ninechars" })), expect![[r#"400 STRING_TOO_LONG: Alias: data value too large: ninechars (max length=8) ["Alias"]"#]]);
    org.refused(
        &line,
        user(&org, json!({ "Email": "jane" })),
        expect![[r#"400 INVALID_EMAIL_ADDRESS: Email: invalid email address: jane ["Email"]"#]],
    );
    org.refused(&line, user(&org, json!({ "TimeZoneSidKey": "Europe/Atlantis" })), expect![[r#"400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Time Zone: bad value for restricted picklist field: Europe/Atlantis ["TimeZoneSidKey"]"#]]);
    org.refused(&line, user(&org, json!({ "IsActive": "maybe" })), expect!["400 JSON_PARSER_ERROR: Cannot deserialize instance of boolean from VALUE_STRING value maybe or request may be missing a required field: IsActive"]);
    org.refused(
        &line,
        user(&org, json!({ "ProfileId": "00e000000000001AAA" })),
        expect![[r#"400 INVALID_CROSS_REFERENCE_KEY: invalid cross reference id ["ProfileId"]"#]],
    );
    org.refused(&line, user(&org, json!({ "ProfileId": "005000000000001AAA" })), expect![[r#"400 MALFORMED_ID: Profile ID: id value of incorrect type: 005000000000001AAA ["ProfileId"]"#]]);
    org.refused(&line, user(&org, json!({ "Alias": { "a": 1 } })), expect![[r#"400 JSON_PARSER_ERROR: Cannot deserialize instance of string from START_OBJECT value {"a":1} or request may be missing a required field: Alias"#]]);
}

#[test]
fn names_are_unique() {
    let org = org();
    let line = format!("POST {S}/sobjects/User");
    org.refused(&line, user(&org, json!({ "Username": "ADMIN@practice.usher.example" })), expect![[r#"400 DUPLICATE_USERNAME: Duplicate Username.<br>The username already exists in this or another Salesforce organization. Usernames must be unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match the user's email address).  ["Username"]"#]]);
    org.refused(&line, user(&org, json!({ "Username": "taken@elsewhere.example" })), expect![[r#"400 DUPLICATE_USERNAME: Duplicate Username.<br>The username already exists in this or another Salesforce organization. Usernames must be unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match the user's email address).  ["Username"]"#]]);
    org.refused(&line, user(&org, json!({ "CommunityNickname": "ADA.admin" })), expect![[r#"400 DUPLICATE_COMM_NICKNAME: Duplicate Nickname.<br>Another user has already selected this nickname.<br>Please select another. ["CommunityNickname"]"#]]);
    let without = user(
        &org,
        json!({ "CommunityNickname": null, "Username": "ada.admin@acme.example" }),
    );
    org.create("User", without);
    org.query(
        "SELECT CommunityNickname FROM User WHERE Alias = 'jdoe'",
        expect![[r#"
        {"CommunityNickname":"ada.admin1"}
    "#]],
    );
}

#[test]
fn seats_run_out() {
    let org = org();
    let license = org.id("SELECT Id FROM UserLicense WHERE Name = 'Salesforce'");
    org.query(
        "SELECT UsedLicenses FROM UserLicense WHERE Name = 'Salesforce'",
        expect![[r#"
        {"UsedLicenses":2}
    "#]],
    );
    org.check(
        &format!("PATCH /practice/records/UserLicense/{license}"),
        r#"{"TotalLicenses":2}"#,
        expect![[r#"
        204
    "#]],
    );
    org.refused(
        &format!("POST {S}/sobjects/User"),
        user(&org, json!({})),
        expect!["400 LICENSE_LIMIT_EXCEEDED: License Limit Exceeded - Salesforce []"],
    );
    let id = org.create("User", user(&org, json!({ "IsActive": false })));
    org.refused(
        &format!("PATCH {S}/sobjects/User/{id}"),
        json!({ "IsActive": true }),
        expect!["400 LICENSE_LIMIT_EXCEEDED: License Limit Exceeded - Salesforce []"],
    );
    let sam = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    org.check(
        &format!("PATCH {S}/sobjects/User/{sam}"),
        r#"{"IsActive":false}"#,
        expect![[r#"
        204
    "#]],
    );
    org.check(
        &format!("PATCH {S}/sobjects/User/{id}"),
        r#"{"IsActive":true}"#,
        expect![[r#"
        204
    "#]],
    );
}

#[test]
fn users_are_never_deleted_and_never_lock_themselves_out() {
    let org = org();
    let admin = org.id("SELECT Id FROM User WHERE Alias = 'aadmin'");
    org.refused(
        &format!("DELETE {S}/sobjects/User/{admin}"),
        json!(""),
        expect!["400 INVALID_TYPE_FOR_OPERATION: entity type cannot be deleted: User []"],
    );
    org.refused(
        &format!("PATCH {S}/sobjects/User/{admin}"),
        json!({ "IsActive": false }),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: Cannot de-activate self: Active ["IsActive"]"#]],
    );
    org.refused(&format!("PATCH {S}/sobjects/User/{admin}"), json!({ "LastName": null, "Email": "" }), expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [Email, LastName] ["Email","LastName"]"#]]);
    org.refused(
        &format!("PATCH {S}/sobjects/User/{admin}"),
        json!({ "Id": admin }),
        expect![[
            r#"400 INVALID_FIELD: The Id field should not be specified in the sobject data. ["Id"]"#
        ]],
    );
    org.refused(&format!("PATCH {S}/sobjects/User/{admin}"), json!({ "Username": "SAM.sales@practice.usher.example" }), expect![[r#"400 DUPLICATE_USERNAME: Duplicate Username.<br>The username already exists in this or another Salesforce organization. Usernames must be unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match the user's email address).  ["Username"]"#]]);
}

#[test]
fn another_profile_brings_its_hidden_set() {
    let org = org();
    let sam = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    let body = json!({ "ProfileId": profile(&org, "Minimum Access - Salesforce") });
    org.check(
        &format!("PATCH {S}/sobjects/User/{sam}"),
        &body.to_string(),
        expect![[r#"
        204
    "#]],
    );
    org.query("SELECT PermissionSet.Profile.Name FROM PermissionSetAssignment WHERE Assignee.Alias = 'ssales'", expect![[r#"
        {"PermissionSet":{"Profile":{"Name":"Minimum Access - Salesforce"}}}
    "#]]);
}

#[test]
fn contacts_belong_to_external_users() {
    let org = org();
    let line = format!("POST {S}/sobjects/User");
    let orphan = org.create("Contact", json!({ "LastName": "Orphan" }));
    org.refused(&line, user(&org, json!({ "ContactId": orphan })), expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: only portal users can be associated to a contact ["ContactId"]"#]]);
    let external = profile(&org, "Customer Community User");
    org.refused(&line, user(&org, json!({ "ProfileId": external })), expect![[r#"400 INVALID_CROSS_REFERENCE_KEY: Cannot create a portal user without contact ["ContactId"]"#]]);
    org.refused(&line, user(&org, json!({ "ProfileId": external, "ContactId": orphan })), expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: The contact must be associated with an account ["ContactId"]"#]]);
}
