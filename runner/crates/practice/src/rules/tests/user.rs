//! Users: the checks of docs/salesforce/users.md#order-of-checks, one by one, with their words.

use expect_test::expect;
use serde_json::{Value, json};

use crate::rules::tests::{S, account, contact, enabled, external, profile, settings};
use crate::testing::{TestOrg, org};

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

#[test]
fn a_contact_has_one_user() {
    let org = org();
    let account = account(&org, "Acme");
    let contact = contact(&org, &account, "Doe");
    org.create(
        "User",
        external(&org, &contact, "Customer Community User", "one"),
    );
    org.query("SELECT UserType, IsPortalEnabled, Account.Name, Contact.Name, UserRoleId, PortalRole FROM User WHERE ContactId != null", expect![[r#"
        {"Account":{"Name":"Acme"},"Contact":{"Name":"Doe"},"IsPortalEnabled":true,"PortalRole":null,"UserRoleId":null,"UserType":"CspLitePortal"}
    "#]]);
    org.refused(
        &format!("POST {S}/sobjects/User"),
        external(&org, &contact, "Customer Community Plus User", "two"),
        expect![[r#"400 PORTAL_USER_ALREADY_EXISTS_FOR_CONTACT: portal user already exists for contact ["ContactId"]"#]],
    );
}

#[test]
fn standard_profiles_may_be_forbidden() {
    let org = org();
    let account = account(&org, "Acme");
    let user = enabled(&org, &account, "Customer Community Plus User", "one");
    let contact = contact(&org, &account, "Two");
    settings(
        &org,
        json!({ "CommunitiesSettings.enableOotbProfExtUserOpsEnable": false }),
    );
    let line = format!("POST {S}/sobjects/User");
    org.refused(
        &line,
        external(&org, &contact, "Customer Community Plus User", "two"),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: To create or update users for this profile, go to Setup > Digital Experiences > Settings and select Allow using standard external profiles for self-registration, user creation, and login. ["ProfileId"]"#]],
    );
    org.refused(
        &format!("PATCH {S}/sobjects/User/{user}"),
        json!({ "Title": "x" }),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: To create or update users for this profile, go to Setup > Digital Experiences > Settings and select Allow using standard external profiles for self-registration, user creation, and login. ["ProfileId"]"#]],
    );
    let license = org.id("SELECT Id FROM UserLicense WHERE Name = 'Customer Community Plus'");
    let own = org.create(
        "Profile",
        json!({ "Name": "Cloned", "UserLicenseId": license }),
    );
    let mut fields = external(&org, &contact, "Customer Community Plus User", "two");
    fields["ProfileId"] = json!(own);
    org.create("User", fields);
}

#[test]
fn owners_need_a_role_for_licenses_with_roles() {
    let org = org();
    let account = org.create(
        "Account",
        json!({ "Name": "Of the administrator, who has no role" }),
    );
    let contact = contact(&org, &account, "Doe");
    let line = format!("POST {S}/sobjects/User");
    org.refused(
        &line,
        external(&org, &contact, "Customer Community Plus User", "one"),
        expect!["400 UNKNOWN_EXCEPTION: portal account owner must have a role []"],
    );
    org.refused(
        &line,
        external(&org, &contact, "Partner Community User", "one"),
        expect!["400 UNKNOWN_EXCEPTION: portal account owner must have a role []"],
    );
    org.create(
        "User",
        external(&org, &contact, "Customer Community User", "one"),
    );
}

#[test]
fn external_seats_run_out_and_come_back() {
    let org = org();
    let account = account(&org, "Acme");
    let license = org.id("SELECT Id FROM UserLicense WHERE Name = 'Partner Community'");
    org.check(
        &format!("PATCH /practice/records/UserLicense/{license}"),
        r#"{"TotalLicenses":1}"#,
        expect![[r#"
            204
        "#]],
    );
    let first = enabled(&org, &account, "Partner Community User", "one");
    let contact = contact(&org, &account, "Two");
    org.refused(
        &format!("POST {S}/sobjects/User"),
        external(&org, &contact, "Partner Community User", "two"),
        expect!["400 LICENSE_LIMIT_EXCEEDED: License Limit Exceeded - Partner Community []"],
    );
    org.check(
        &format!("PATCH {S}/sobjects/User/{first}"),
        r#"{"IsActive":false}"#,
        expect![[r#"
            204
        "#]],
    );
    org.create(
        "User",
        external(&org, &contact, "Partner Community User", "two"),
    );
    org.refused(
        &format!("PATCH {S}/sobjects/User/{first}"),
        json!({ "IsActive": true }),
        expect!["400 LICENSE_LIMIT_EXCEEDED: License Limit Exceeded - Partner Community []"],
    );
    org.query(
        "SELECT Username, IsActive, Contact.Name, UserRole.Name FROM User WHERE ContactId != null",
        expect![[r#"
            {"Contact":{"Name":"one"},"IsActive":false,"UserRole":{"Name":"Acme Partner User"},"Username":"one@acme.example"}
            {"Contact":{"Name":"Two"},"IsActive":true,"UserRole":{"Name":"Acme Partner User"},"Username":"two@acme.example"}
        "#]],
    );
}

#[test]
fn disabling_takes_the_contact_away_for_good() {
    let org = org();
    let account = account(&org, "Acme");
    let contact = contact(&org, &account, "Doe");
    let person = || external(&org, &contact, "Customer Community Plus User", "one");
    let id = org.create("User", person());
    let line = format!("PATCH {S}/sobjects/User/{id}");
    org.refused(
        &line,
        json!({ "IsPortalEnabled": false, "IsActive": true, "Title": "x" }),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: A user who is disabled can't be activated ["IsPortalEnabled","IsActive"]"#]],
    );
    assert_eq!(org.send(&line, r#"{"IsPortalEnabled":false}"#).0, 204);
    // The username is another, the nickname stays.
    let seen = format!(
        "SELECT Username, CommunityNickname, IsActive, IsPortalEnabled, ContactId, AccountId, UserRoleId FROM User WHERE Id = '{id}'"
    );
    org.query(&seen, expect![[r#"
        {"AccountId":null,"CommunityNickname":"one","ContactId":null,"IsActive":false,"IsPortalEnabled":false,"UserRoleId":null,"Username":"one@acme.example.005dnh000000004"}
    "#]]);
    let nobody = || {
        expect![[
            r#"400 INVALID_CROSS_REFERENCE_KEY: Cannot create a portal user without contact ["ContactId"]"#
        ]]
    };
    org.refused(&line, json!({ "IsPortalEnabled": true }), nobody());
    org.refused(&line, json!({ "IsActive": true }), nobody());
    // The contact and the username are free for another user, the nickname is not.
    org.refused(
        &format!("POST {S}/sobjects/User"),
        person(),
        expect![[r#"400 DUPLICATE_COMM_NICKNAME: Duplicate Nickname.<br>Another user has already selected this nickname.<br>Please select another. ["CommunityNickname"]"#]],
    );
    let mut next = person();
    next["CommunityNickname"] = json!("two");
    org.create("User", next);
}

#[test]
fn one_update_disables_and_deactivates() {
    let org = org();
    let account = account(&org, "Acme");
    let id = enabled(&org, &account, "Customer Community Plus User", "one");
    let line = format!("PATCH {S}/sobjects/User/{id}");
    let both = r#"{"IsPortalEnabled":false,"IsActive":false}"#;
    assert_eq!(org.send(&line, both).0, 204);
    org.query(
        &format!("SELECT IsActive, IsPortalEnabled, ContactId FROM User WHERE Id = '{id}'"),
        expect![[r#"
            {"ContactId":null,"IsActive":false,"IsPortalEnabled":false}
        "#]],
    );
}

#[test]
fn something_keeps_a_user_active() {
    let org = org();
    let account = account(&org, "Acme");
    let id = enabled(&org, &account, "Customer Community Plus User", "one");
    settings(
        &org,
        json!({ "practice.deactivationBlocked": ["one@acme.example"] }),
    );
    let line = format!("PATCH {S}/sobjects/User/{id}");
    for change in [
        json!({ "IsActive": false }),
        json!({ "IsPortalEnabled": false }),
    ] {
        org.refused(
            &line,
            change,
            expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: Cannot inactivate user that is the value of a hierarchy field: Deputy ["IsActive"]"#]],
        );
    }
    assert_eq!(org.send(&line, r#"{"Title":"x"}"#).0, 204);
    settings(&org, json!({ "practice.deactivationBlocked": [] }));
    assert_eq!(org.send(&line, r#"{"IsActive":false}"#).0, 204);
}

#[test]
fn internal_stays_internal() {
    let org = org();
    let account = account(&org, "Acme");
    let user = enabled(&org, &account, "Customer Community Plus User", "one");
    let sam = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    org.refused(
        &format!("PATCH {S}/sobjects/User/{user}"),
        json!({ "ProfileId": profile(&org, "Standard User") }),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: The profile's user license can't be changed between internal and external ["ProfileId"]"#]],
    );
    org.refused(
        &format!("PATCH {S}/sobjects/User/{sam}"),
        json!({ "ProfileId": profile(&org, "Partner Community User") }),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: The profile's user license can't be changed between internal and external ["ProfileId"]"#]],
    );
    org.refused(
        &format!("PATCH {S}/sobjects/User/{sam}"),
        json!({ "ContactId": null }),
        expect![[r#"400 INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: ContactId. Please check the security settings of this field and verify that it is read/write for your profile or permission set. ["ContactId"]"#]],
    );
}

#[test]
fn what_sites_bring_is_not_there_without_them() {
    let org = org();
    settings(
        &org,
        json!({ "CommunitiesSettings.enableNetworksEnabled": false }),
    );
    org.check(
        &format!("GET {S}/query?q=SELECT ContactId FROM User"),
        "",
        expect![[r#"
            400
            [
              {
                "errorCode": "INVALID_FIELD",
                "message": "No such column 'ContactId' on entity 'User'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
              }
            ]
        "#]],
    );
    org.check(
        &format!("GET {S}/query?q=SELECT IsPartner FROM Account"),
        "",
        expect![[r#"
            400
            [
              {
                "errorCode": "INVALID_FIELD",
                "message": "No such column 'IsPartner' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
              }
            ]
        "#]],
    );
    org.refused(
        &format!("POST {S}/sobjects/User"),
        json!({ "ContactId": null }),
        expect!["400 INVALID_FIELD: No such column 'ContactId' on sobject of type User"],
    );
    let (_, describe) = org.send(&format!("GET {S}/sobjects/User/describe"), "");
    let fields = describe["fields"].as_array().expect("fields");
    assert!(
        !fields
            .iter()
            .any(|field| field["name"] == "IsPortalEnabled")
    );
}

#[test]
fn another_license_brings_or_takes_the_role() {
    let org = org();
    let account = account(&org, "Acme");
    let user = enabled(&org, &account, "Customer Community User", "one");
    let line = format!("PATCH {S}/sobjects/User/{user}");
    let seen = "SELECT UserType, UserRole.Name, PortalRole FROM User WHERE ContactId != null";
    let body = json!({ "ProfileId": profile(&org, "Customer Community Plus User") });
    assert_eq!(org.send(&line, &body.to_string()).0, 204);
    org.query(seen, expect![[r#"
        {"PortalRole":"Worker","UserRole":{"Name":"Acme Customer User"},"UserType":"PowerCustomerSuccess"}
    "#]]);
    let seats = "SELECT Name, UsedLicenses FROM UserLicense WHERE Name IN ('Customer Community', 'Customer Community Plus')";
    org.query(
        seats,
        expect![[r#"
            {"Name":"Customer Community","UsedLicenses":0}
            {"Name":"Customer Community Plus","UsedLicenses":1}
        "#]],
    );
    for lesser in ["Customer Community User", "Customer Community Login User"] {
        org.refused(
            &line,
            json!({ "ProfileId": profile(&org, lesser) }),
            expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: This change in license types is not allowed ["ProfileId"]"#]],
        );
    }
    let body = json!({ "ProfileId": profile(&org, "Partner Community User") });
    assert_eq!(org.send(&line, &body.to_string()).0, 204);
    let own = org.create("Account", json!({ "Name": "Its owner has no role" }));
    let other = enabled(&org, &own, "Customer Community User", "two");
    let body = json!({ "ProfileId": profile(&org, "Partner Community User") });
    org.refused(
        &format!("PATCH {S}/sobjects/User/{other}"),
        body,
        expect!["400 UNKNOWN_EXCEPTION: portal account owner must have a role []"],
    );
}

#[test]
fn a_frozen_user_keeps_everything_but_cannot_sign_in() {
    let org = org();
    let sam = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    let login = org.id(&format!("SELECT Id FROM UserLogin WHERE UserId = '{sam}'"));
    let line = format!("PATCH {S}/sobjects/UserLogin/{login}");
    let his = org
        .practice
        .sign_in(Some("sam.sales@practice.usher.example"), [8; 16])
        .expect("he is active");
    org.check(
        &line,
        r#"{"IsFrozen":true}"#,
        expect![[r#"
        204
    "#]],
    );
    org.query(
        "SELECT User.IsActive, IsFrozen, IsPasswordLocked FROM UserLogin WHERE User.Alias = 'ssales'",
        expect![[r#"
            {"IsFrozen":true,"IsPasswordLocked":false,"User":{"IsActive":true}}
        "#]],
    );
    let frozen = TestOrg { token: his, ..org };
    frozen.check(
        &format!("GET {S}/limits"),
        "",
        expect![[r#"
        401
        [
          {
            "errorCode": "INVALID_SESSION_ID",
            "message": "Session expired or invalid"
          }
        ]
    "#]],
    );
    assert!(
        frozen
            .practice
            .sign_in(Some("sam.sales@practice.usher.example"), [9; 16])
            .is_err()
    );
}

#[test]
fn what_freezing_does_not_allow() {
    let org = org();
    let login = |alias: &str| {
        org.id(&format!(
            "SELECT Id FROM UserLogin WHERE User.Alias = '{alias}'"
        ))
    };
    org.refused(
        &format!("PATCH {S}/sobjects/UserLogin/{}", login("ssales")),
        json!({ "IsPasswordLocked": true }),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: IsPasswordLocked can only be set to false ["IsPasswordLocked"]"#]],
    );
    org.refused(
        &format!("PATCH {S}/sobjects/UserLogin/{}", login("aadmin")),
        json!({ "IsFrozen": true }),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: You can't freeze yourself ["IsFrozen"]"#]],
    );
    org.refused(
        &format!("DELETE {S}/sobjects/UserLogin/{}", login("ssales")),
        json!(""),
        expect!["400 INVALID_TYPE_FOR_OPERATION: entity type cannot be deleted: User Login []"],
    );
}
