//! Accounts and contacts (docs/salesforce/accounts.md).

use expect_test::expect;
use serde_json::json;

use crate::rules::tests::{S, account, contact, enabled, external, settings};
use crate::testing::org;

#[test]
fn partner_and_customer_flags_are_not_createable() {
    let org = org();
    org.refused(
        &format!("POST {S}/sobjects/Account"),
        json!({ "Name": "x", "IsPartner": true, "IsCustomerPortal": false }),
        expect![[r#"400 INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: IsCustomerPortal, IsPartner. Please check the security settings of this field and verify that it is read/write for your profile or permission set. ["IsCustomerPortal","IsPartner"]"#]],
    );
}

#[test]
fn names() {
    let org = org();
    let line = format!("POST {S}/sobjects/Account");
    org.refused(
        &line,
        json!({}),
        expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [Name] ["Name"]"#]],
    );
    org.refused(&line, json!({ "Name": "x".repeat(256) }), expect![[r#"400 STRING_TOO_LONG: Account Name: data value too large: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx (max length=255) ["Name"]"#]]);
    let id = org.create("Account", json!({ "Name": "ë".repeat(255) }));
    org.refused(
        &format!("PATCH {S}/sobjects/Account/{id}"),
        json!({ "Name": "" }),
        expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [Name] ["Name"]"#]],
    );
}

#[test]
fn owners_are_active() {
    let org = org();
    let ian = org.id("SELECT Id FROM User WHERE Alias = 'iinact'");
    org.refused(
        &format!("POST {S}/sobjects/Account"),
        json!({ "Name": "x", "OwnerId": ian }),
        expect![[r#"400 INACTIVE_OWNER_OR_USER: operation performed with inactive user [005dnH000000003ABA] as owner of account ["OwnerId"]"#]],
    );
    let account = account(&org, "Acme");
    org.refused(
        &format!("PATCH {S}/sobjects/Account/{account}"),
        json!({ "OwnerId": ian }),
        expect![[r#"400 INACTIVE_OWNER_OR_USER: operation performed with inactive user [005dnH000000003ABA] as owner of account ["OwnerId"]"#]],
    );
    org.refused(
        &format!("POST {S}/sobjects/Contact"),
        json!({ "LastName": "x", "OwnerId": ian }),
        expect![[r#"400 INACTIVE_OWNER_OR_USER: operation performed with inactive user [005dnH000000003ABA] as owner of contact ["OwnerId"]"#]],
    );
}

#[test]
fn a_partner_account() {
    let org = org();
    let account = account(&org, "Acme");
    let line = format!("PATCH {S}/sobjects/Account/{account}");
    org.check(
        &line,
        r#"{"IsPartner":true}"#,
        expect![[r#"
        204
    "#]],
    );
    enabled(&org, &account, "Partner Community User", "one");
    org.refused(
        &format!("DELETE {S}/sobjects/Account/{account}"),
        json!(""),
        expect!["400 DELETE_FAILED: Partner accounts can't be deleted, only disabled []"],
    );
    // Turning it off disables the users and deletes the roles, for good.
    org.check(
        &line,
        r#"{"IsPartner":false}"#,
        expect![[r#"
        204
    "#]],
    );
    org.query(
        "SELECT LastName, IsActive, UserRoleId, Contact.Name FROM User WHERE ContactId != null",
        expect![[r#"
            {"Contact":{"Name":"one"},"IsActive":false,"LastName":"one","UserRoleId":null}
        "#]],
    );
    org.query(
        "SELECT Name FROM UserRole WHERE PortalType != 'None'",
        expect![],
    );
    org.check(
        &format!("DELETE {S}/sobjects/Account/{account}"),
        "",
        expect![[r#"
            204
        "#]],
    );
    org.query("SELECT Name FROM Contact", expect![]);
}

/// The account gets new roles for those that were destroyed, as many as the setting says by then.
#[test]
fn a_partner_account_that_comes_back() {
    let org = org();
    let account = account(&org, "Acme");
    let line = format!("PATCH {S}/sobjects/Account/{account}");
    assert_eq!(org.send(&line, r#"{"IsPartner":true}"#).0, 204);
    let contact = contact(&org, &account, "one");
    let mut user = external(&org, &contact, "Partner Community User", "one");
    user["PortalRole"] = json!("Executive");
    let user = org.create("User", user);
    let people =
        "SELECT LastName, IsActive, PortalRole, UserRole.Name FROM User WHERE ContactId != null";
    org.query(people, expect![[r#"
        {"IsActive":true,"LastName":"one","PortalRole":"Executive","UserRole":{"Name":"Acme Partner Executive"}}
    "#]]);
    assert_eq!(org.send(&line, r#"{"IsPartner":false}"#).0, 204);
    org.query(
        people,
        expect![[r#"
        {"IsActive":false,"LastName":"one","PortalRole":null,"UserRole":null}
    "#]],
    );
    settings(&org, json!({ "practice.numberOfPartnerRoles": 1 }));
    assert_eq!(org.send(&line, r#"{"IsPartner":true}"#).0, 204);
    let line = format!("PATCH {S}/sobjects/User/{user}");
    assert_eq!(org.send(&line, r#"{"IsActive":true}"#).0, 204);
    org.query(people, expect![[r#"
        {"IsActive":true,"LastName":"one","PortalRole":"Worker","UserRole":{"Name":"Acme Partner User"}}
    "#]]);
}

/// Roles come with the first user who is enabled again; the others have theirs when their turn comes.
#[test]
fn users_of_a_partner_account_that_comes_back() {
    let org = org();
    let account = account(&org, "Acme");
    let line = format!("PATCH {S}/sobjects/Account/{account}");
    assert_eq!(org.send(&line, r#"{"IsPartner":true}"#).0, 204);
    let mut users = vec![];
    for name in ["one", "two"] {
        let contact = contact(&org, &account, name);
        let user = external(&org, &contact, "Partner Community User", name);
        users.push(org.create("User", user));
    }
    assert_eq!(org.send(&line, r#"{"IsPartner":false}"#).0, 204);
    assert_eq!(org.send(&line, r#"{"IsPartner":true}"#).0, 204);
    let enable = |user: &str, body: &str| {
        let line = format!("PATCH {S}/sobjects/User/{user}");
        assert_eq!(org.send(&line, body).0, 204);
    };
    let people =
        "SELECT LastName, IsActive, PortalRole, UserRole.Name FROM User WHERE ContactId != null";
    enable(&users[0], r#"{"IsActive":true}"#);
    org.query(people, expect![[r#"
        {"IsActive":true,"LastName":"one","PortalRole":"Worker","UserRole":{"Name":"Acme Partner User"}}
        {"IsActive":false,"LastName":"two","PortalRole":null,"UserRole":null}
    "#]]);
    enable(&users[1], r#"{"IsActive":true,"PortalRole":"Manager"}"#);
    org.query(people, expect![[r#"
        {"IsActive":true,"LastName":"one","PortalRole":"Worker","UserRole":{"Name":"Acme Partner User"}}
        {"IsActive":true,"LastName":"two","PortalRole":"Manager","UserRole":{"Name":"Acme Partner Manager"}}
    "#]]);
}

#[test]
fn who_cannot_be_a_partner() {
    let org = org();
    let own = org.create(
        "Account",
        json!({ "Name": "Owned by the administrator, who has no role" }),
    );
    org.refused(
        &format!("PATCH {S}/sobjects/Account/{own}"),
        json!({ "IsPartner": true }),
        expect!["400 UNKNOWN_EXCEPTION: portal account owner must have a role []"],
    );
    let person = org.create(
        "Account",
        json!({ "FirstName": "Pia", "LastName": "Person" }),
    );
    org.refused(
        &format!("PATCH {S}/sobjects/Account/{person}"),
        json!({ "IsPartner": true }),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: Person accounts can't be enabled as partner accounts ["IsPartner"]"#]],
    );
    let account = account(&org, "Acme");
    let partner = enabled(&org, &account, "Partner Community User", "one");
    let contact = contact(&org, &account, "two");
    org.check(
        &format!("PATCH {S}/sobjects/Contact/{contact}"),
        &json!({ "OwnerId": partner }).to_string(),
        expect![[r#"
            204
        "#]],
    );
    org.refused(
        &format!("PATCH {S}/sobjects/Account/{account}"),
        json!({ "IsPartner": true }),
        expect!["400 UNKNOWN_EXCEPTION: portal users cannot own partner accounts []"],
    );
}

#[test]
fn fifteen_partners_are_the_most_to_disable() {
    let org = org();
    let account = account(&org, "Acme");
    let line = format!("PATCH {S}/sobjects/Account/{account}");
    org.check(
        &line,
        r#"{"IsPartner":true}"#,
        expect![[r#"
        204
    "#]],
    );
    for number in 0..16 {
        enabled(
            &org,
            &account,
            "Partner Community User",
            &format!("p{number}"),
        );
    }
    org.refused(
        &line,
        json!({ "IsPartner": false }),
        expect!["400 LIMIT_EXCEEDED: Too many users to disable at once: 16 of at most 15 []"],
    );
}

#[test]
fn person_accounts() {
    let org = org();
    let id = org.create("Account", json!({ "FirstName": "Pia", "LastName": "Person", "PersonEmail": "pia@example.com", "OwnerId": org.id("SELECT Id FROM User WHERE Alias = 'ssales'") }));
    org.query("SELECT Name, IsPersonAccount, PersonContact.Name, PersonContact.Email, PersonContact.IsPersonAccount FROM Account", expect![[r#"
        {"IsPersonAccount":true,"Name":"Pia Person","PersonContact":{"Email":"pia@example.com","IsPersonAccount":true,"Name":"Pia Person"}}
    "#]]);
    org.check(
        &format!("PATCH {S}/sobjects/Account/{id}"),
        r#"{"LastName":"Persson"}"#,
        expect![[r#"
            204
        "#]],
    );
    org.query(
        "SELECT Name, PersonContact.Name FROM Account",
        expect![[r#"
        {"Name":"Pia Persson","PersonContact":{"Name":"Pia Persson"}}
    "#]],
    );
    org.refused(
        &format!("POST {S}/sobjects/Contact"),
        json!({ "LastName": "x", "AccountId": id }),
        expect![[
            r#"400 FIELD_INTEGRITY_EXCEPTION: A person account can't have contacts ["AccountId"]"#
        ]],
    );
    let contact = org.id("SELECT Id FROM Contact");
    org.refused(
        &format!("POST {S}/sobjects/User"),
        external(&org, &contact, "Partner Community User", "pia"),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: Contacts of person accounts can't be partner users ["ContactId"]"#]],
    );
    org.create(
        "User",
        external(&org, &contact, "Customer Community Plus User", "pia"),
    );
    org.query(
        "SELECT UserRole.Name, PortalRole, Account.Name FROM User WHERE ContactId != null",
        expect![[r#"
            {"Account":{"Name":"Pia Persson"},"PortalRole":"PersonAccount","UserRole":{"Name":"ssales Customer Person Account"}}
        "#]],
    );
}

#[test]
fn an_account_with_active_users_stays() {
    let org = org();
    let account = account(&org, "Acme");
    let user = enabled(&org, &account, "Customer Community Plus User", "one");
    let line = format!("DELETE {S}/sobjects/Account/{account}");
    org.refused(&line, json!(""), expect!["400 DELETE_FAILED: Can't delete an account whose contacts are enabled as external users []"]);
    let contact = org.id("SELECT Id FROM Contact");
    org.refused(
        &format!("DELETE {S}/sobjects/Contact/{contact}"),
        json!(""),
        expect!["400 DELETE_FAILED: Can't delete a contact that is enabled as an external user []"],
    );
    org.check(
        &format!("PATCH {S}/sobjects/User/{user}"),
        r#"{"IsActive":false}"#,
        expect![[r#"
            204
        "#]],
    );
    org.check(
        &line,
        "",
        expect![[r#"
        204
    "#]],
    );
    org.query(
        "SELECT Name FROM UserRole WHERE PortalType != 'None'",
        expect![],
    );
    org.query(
        "SELECT ContactId, AccountId, UserRoleId, IsPortalEnabled FROM User WHERE LastName = 'one'",
        expect![[r#"
            {"AccountId":null,"ContactId":null,"IsPortalEnabled":false,"UserRoleId":null}
        "#]],
    );
}

#[test]
fn partner_fields_need_partner_licenses() {
    let org = org();
    for license in org.records("SELECT Id FROM UserLicense WHERE Name LIKE 'Partner%'") {
        let id = license["Id"].as_str().expect("an id");
        let line = format!("PATCH /practice/records/UserLicense/{id}");
        assert_eq!(org.send(&line, r#"{"TotalLicenses":0}"#).0, 204);
    }
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
    settings(&org, json!({ "CommunitiesSettings.enableEnablePRM": true }));
    org.query("SELECT IsPartner FROM Account", expect![]);
}
