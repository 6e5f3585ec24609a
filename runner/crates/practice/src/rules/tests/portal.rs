//! Portal roles (docs/salesforce/roles.md): their number, names, parents, and the moments at which they come.

use expect_test::{Expect, expect};
use serde_json::json;

use crate::rules::tests::{S, account, contact, enabled, external, settings};
use crate::testing::{TestOrg, org};

const ROLES: &str = "SELECT Name, DeveloperName, PortalType, PortalRole, ParentRole.Name FROM UserRole WHERE PortalType != 'None'";

/// The roles as a tree, `*` before each user of a role.
fn tree(org: &TestOrg) -> String {
    let roles = org.records("SELECT Id, Name, ParentRole.Name, ParentRoleId, PortalRole FROM UserRole WHERE PortalType != 'None' ORDER BY Id");
    let mut text = String::new();
    for role in roles {
        let id = role["Id"].as_str().expect("an id");
        let users = org.records(&format!(
            "SELECT LastName, PortalRole FROM User WHERE UserRoleId = '{id}'"
        ));
        let users: Vec<&str> = users
            .iter()
            .map(|user| user["LastName"].as_str().expect("a name"))
            .collect();
        let parent = role["ParentRole"]["Name"].as_str().expect("a parent");
        text.push_str(&format!(
            "{} [{}] < {parent}: {}.\n",
            role["Name"].as_str().expect("a name"),
            role["PortalRole"].as_str().expect("a level"),
            users.join(" ")
        ));
    }
    text
}

#[track_caller]
fn check(levels: u8, minimised: bool, profile: &str, expected: Expect) {
    let org = org();
    settings(
        &org,
        json!({
            "practice.numberOfCustomerRoles": levels, "practice.numberOfPartnerRoles": levels,
            "SharingSettings.enableAccountRoleOptimization": minimised,
        }),
    );
    let account = account(&org, "A & B ë");
    enabled(&org, &account, profile, "one");
    let first = tree(&org);
    enabled(&org, &account, profile, "two");
    expected.assert_eq(&format!("{first}--\n{}", tree(&org)));
}

const PLUS: &str = "Customer Community Plus User";
const PARTNER: &str = "Partner Community User";

#[test]
fn one_level() {
    check(
        1,
        false,
        PLUS,
        expect![[r#"
            A & B ë Customer User [Worker] < VP, North American Sales: one.
            --
            A & B ë Customer User [Worker] < VP, North American Sales: one two.
        "#]],
    );
    check(
        1,
        true,
        PLUS,
        expect![[r#"
            ssales Customer Person Account [PersonAccount] < VP, North American Sales: one.
            --
            ssales Customer Person Account [PersonAccount] < VP, North American Sales: .
            A & B ë Customer User [Worker] < VP, North American Sales: one two.
        "#]],
    );
    check(
        1,
        false,
        PARTNER,
        expect![[r#"
            A & B ë Partner User [Worker] < VP, North American Sales: one.
            --
            A & B ë Partner User [Worker] < VP, North American Sales: one two.
        "#]],
    );
    check(
        1,
        true,
        PARTNER,
        expect![[r#"
            ssales Partner Person Account [PersonAccount] < VP, North American Sales: one.
            --
            ssales Partner Person Account [PersonAccount] < VP, North American Sales: .
            A & B ë Partner User [Worker] < VP, North American Sales: one two.
        "#]],
    );
}

#[test]
fn two_levels() {
    check(
        2,
        false,
        PLUS,
        expect![[r#"
            A & B ë Customer Manager [Manager] < VP, North American Sales: .
            A & B ë Customer User [Worker] < A & B ë Customer Manager: one.
            --
            A & B ë Customer Manager [Manager] < VP, North American Sales: .
            A & B ë Customer User [Worker] < A & B ë Customer Manager: one two.
        "#]],
    );
    check(
        2,
        true,
        PLUS,
        expect![[r#"
            ssales Customer Person Account [PersonAccount] < VP, North American Sales: one.
            --
            ssales Customer Person Account [PersonAccount] < VP, North American Sales: .
            A & B ë Customer Manager [Manager] < VP, North American Sales: .
            A & B ë Customer User [Worker] < A & B ë Customer Manager: one two.
        "#]],
    );
    check(
        2,
        false,
        PARTNER,
        expect![[r#"
            A & B ë Partner Manager [Manager] < VP, North American Sales: .
            A & B ë Partner User [Worker] < A & B ë Partner Manager: one.
            --
            A & B ë Partner Manager [Manager] < VP, North American Sales: .
            A & B ë Partner User [Worker] < A & B ë Partner Manager: one two.
        "#]],
    );
    check(
        2,
        true,
        PARTNER,
        expect![[r#"
            ssales Partner Person Account [PersonAccount] < VP, North American Sales: one.
            --
            ssales Partner Person Account [PersonAccount] < VP, North American Sales: .
            A & B ë Partner Manager [Manager] < VP, North American Sales: .
            A & B ë Partner User [Worker] < A & B ë Partner Manager: one two.
        "#]],
    );
}

#[test]
fn three_levels() {
    check(
        3,
        false,
        PLUS,
        expect![[r#"
            A & B ë Customer Executive [Executive] < VP, North American Sales: .
            A & B ë Customer Manager [Manager] < A & B ë Customer Executive: .
            A & B ë Customer User [Worker] < A & B ë Customer Manager: one.
            --
            A & B ë Customer Executive [Executive] < VP, North American Sales: .
            A & B ë Customer Manager [Manager] < A & B ë Customer Executive: .
            A & B ë Customer User [Worker] < A & B ë Customer Manager: one two.
        "#]],
    );
    check(
        3,
        true,
        PLUS,
        expect![[r#"
            ssales Customer Person Account [PersonAccount] < VP, North American Sales: one.
            --
            ssales Customer Person Account [PersonAccount] < VP, North American Sales: .
            A & B ë Customer Executive [Executive] < VP, North American Sales: .
            A & B ë Customer Manager [Manager] < A & B ë Customer Executive: .
            A & B ë Customer User [Worker] < A & B ë Customer Manager: one two.
        "#]],
    );
    check(
        3,
        false,
        PARTNER,
        expect![[r#"
            A & B ë Partner Executive [Executive] < VP, North American Sales: .
            A & B ë Partner Manager [Manager] < A & B ë Partner Executive: .
            A & B ë Partner User [Worker] < A & B ë Partner Manager: one.
            --
            A & B ë Partner Executive [Executive] < VP, North American Sales: .
            A & B ë Partner Manager [Manager] < A & B ë Partner Executive: .
            A & B ë Partner User [Worker] < A & B ë Partner Manager: one two.
        "#]],
    );
    check(
        3,
        true,
        PARTNER,
        expect![[r#"
            ssales Partner Person Account [PersonAccount] < VP, North American Sales: one.
            --
            ssales Partner Person Account [PersonAccount] < VP, North American Sales: .
            A & B ë Partner Executive [Executive] < VP, North American Sales: .
            A & B ë Partner Manager [Manager] < A & B ë Partner Executive: .
            A & B ë Partner User [Worker] < A & B ë Partner Manager: one two.
        "#]],
    );
}

#[test]
fn licenses_without_roles_make_none() {
    check(
        3,
        false,
        "Customer Community User",
        expect![[r#"
        --
    "#]],
    );
    check(
        3,
        true,
        "Client Customer Community Login",
        expect![[r#"
        --
    "#]],
    );
}

#[test]
fn names_hold_the_whole_account_name() {
    let org = org();
    let name = format!("{} 'x' & ë", "Long ".repeat(48));
    let account = account(&org, &name);
    enabled(&org, &account, PLUS, "one");
    org.query(ROLES, expect![[r#"
        {"DeveloperName":"LongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongLongxCustomerUser","Name":"Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long  'x' & ë Customer User","ParentRole":{"Name":"VP, North American Sales"},"PortalRole":"Worker","PortalType":"CustomerPortal"}
    "#]]);
}

#[test]
fn two_accounts_of_one_name() {
    let org = org();
    for user in ["one", "two"] {
        let account = account(&org, "Hillside Elementary");
        enabled(&org, &account, PLUS, user);
    }
    org.query(ROLES, expect![[r#"
        {"DeveloperName":"HillsideElementaryCustomerUser","Name":"Hillside Elementary Customer User","ParentRole":{"Name":"VP, North American Sales"},"PortalRole":"Worker","PortalType":"CustomerPortal"}
        {"DeveloperName":"HillsideElementaryCustomerUser1","Name":"Hillside Elementary Customer User","ParentRole":{"Name":"VP, North American Sales"},"PortalRole":"Worker","PortalType":"CustomerPortal"}
    "#]]);
}

#[test]
fn customers_and_partners_have_roles_of_their_own() {
    let org = org();
    settings(&org, json!({ "practice.numberOfPartnerRoles": 2 }));
    let account = account(&org, "Acme");
    enabled(&org, &account, PLUS, "customer");
    enabled(&org, &account, PARTNER, "partner");
    expect![[r#"
        Acme Customer User [Worker] < VP, North American Sales: customer.
        Acme Partner Manager [Manager] < VP, North American Sales: .
        Acme Partner User [Worker] < Acme Partner Manager: partner.
    "#]]
    .assert_eq(&tree(&org));
}

#[test]
fn the_number_counts_once_for_an_account() {
    let org = org();
    let account = account(&org, "Acme");
    enabled(&org, &account, PLUS, "one");
    settings(&org, json!({ "practice.numberOfCustomerRoles": 3 }));
    enabled(&org, &account, PLUS, "two");
    expect![[r#"
        Acme Customer User [Worker] < VP, North American Sales: one two.
    "#]]
    .assert_eq(&tree(&org));
}

#[test]
fn minimised_counts_active_users() {
    let org = org();
    settings(
        &org,
        json!({ "SharingSettings.enableAccountRoleOptimization": true }),
    );
    let account = account(&org, "Acme");
    let first = enabled(&org, &account, PLUS, "one");
    org.check(
        &format!("PATCH {S}/sobjects/User/{first}"),
        r#"{"IsActive":false}"#,
        expect![[r#"
            204
        "#]],
    );
    enabled(&org, &account, PLUS, "two");
    expect![[r#"
        ssales Customer Person Account [PersonAccount] < VP, North American Sales: one two.
    "#]]
    .assert_eq(&tree(&org));
    org.check(
        &format!("PATCH {S}/sobjects/User/{first}"),
        r#"{"IsActive":true}"#,
        expect![[r#"
            204
        "#]],
    );
    expect![[r#"
        ssales Customer Person Account [PersonAccount] < VP, North American Sales: .
        Acme Customer User [Worker] < VP, North American Sales: one two.
    "#]]
    .assert_eq(&tree(&org));
}

#[test]
fn one_shared_role_for_each_owner() {
    let org = org();
    settings(
        &org,
        json!({ "SharingSettings.enableAccountRoleOptimization": true }),
    );
    for user in ["one", "two"] {
        let account = account(&org, &format!("Account {user}"));
        enabled(&org, &account, PLUS, user);
    }
    org.query("SELECT Name, DeveloperName, PortalAccountId, PortalAccountOwner.Alias FROM UserRole WHERE PortalType != 'None'", expect![[r#"
        {"DeveloperName":"ssalesCustomerPersonAccount","Name":"ssales Customer Person Account","PortalAccountId":null,"PortalAccountOwner":{"Alias":"ssales"}}
    "#]]);
}

#[test]
fn levels_are_chosen_once_roles_are_there() {
    let org = org();
    settings(&org, json!({ "practice.numberOfCustomerRoles": 2 }));
    let account = account(&org, "Acme");
    let first = enabled(&org, &account, PLUS, "one");
    let line = format!("PATCH {S}/sobjects/User/{first}");
    org.check(
        &line,
        r#"{"PortalRole":"Manager"}"#,
        expect![[r#"
        204
    "#]],
    );
    expect![[r#"
        Acme Customer Manager [Manager] < VP, North American Sales: one.
        Acme Customer User [Worker] < Acme Customer Manager: .
    "#]]
    .assert_eq(&tree(&org));
    org.refused(&line, json!({ "PortalRole": "Executive" }), expect![[r#"400 INVALID_CROSS_REFERENCE_KEY: The account has no portal role of level Executive ["PortalRole"]"#]]);
    org.refused(&line, json!({ "PortalRole": "PersonAccount" }), expect![[r#"400 INVALID_CROSS_REFERENCE_KEY: The account has no portal role of level PersonAccount ["PortalRole"]"#]]);
    org.refused(&line, json!({ "PortalRole": "Boss" }), expect![[r#"400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Portal Role Level: bad value for restricted picklist field: Boss ["PortalRole"]"#]]);
    org.check(
        &line,
        r#"{"PortalRole":"User"}"#,
        expect![[r#"
        204
    "#]],
    );
    expect![[r#"
        Acme Customer Manager [Manager] < VP, North American Sales: .
        Acme Customer User [Worker] < Acme Customer Manager: one.
    "#]]
    .assert_eq(&tree(&org));
    let internal = org.id("SELECT Id FROM UserRole WHERE Name = 'CEO'");
    org.refused(
        &line,
        json!({ "UserRoleId": internal }),
        expect![[r#"400 INVALID_CROSS_REFERENCE_KEY: invalid cross reference id ["UserRoleId"]"#]],
    );
    let contact = contact(&org, &account, "two");
    let mut user = external(&org, &contact, PLUS, "two");
    user["PortalRole"] = json!("Manager");
    org.create("User", user);
    expect![[r#"
        Acme Customer Manager [Manager] < VP, North American Sales: two.
        Acme Customer User [Worker] < Acme Customer Manager: one.
    "#]]
    .assert_eq(&tree(&org));
    settings(
        &org,
        json!({ "SharingSettings.enableAccountRoleOptimization": true }),
    );
    org.check(
        &line,
        r#"{"PortalRole":"PersonAccount"}"#,
        expect![[r#"
        204
    "#]],
    );
    expect![[r#"
        Acme Customer Manager [Manager] < VP, North American Sales: two.
        Acme Customer User [Worker] < Acme Customer Manager: .
        ssales Customer Person Account [PersonAccount] < VP, North American Sales: one.
    "#]]
    .assert_eq(&tree(&org));
}

#[test]
fn portal_roles_are_the_platforms_own() {
    let org = org();
    let account = account(&org, "Acme");
    enabled(&org, &account, PLUS, "one");
    let role = org.id("SELECT Id FROM UserRole WHERE PortalAccountId != null");
    org.refused(
        &format!("PATCH {S}/sobjects/UserRole/{role}"),
        json!({ "Name": "Mine" }),
        expect!["400 INSUFFICIENT_ACCESS_OR_READONLY: You can't change a portal role []"],
    );
    org.refused(
        &format!("DELETE {S}/sobjects/UserRole/{role}"),
        json!(""),
        expect!["400 DELETE_FAILED: Can't delete a portal role that has users []"],
    );
    org.refused(&format!("POST {S}/sobjects/UserRole"), json!({ "Name": "Acme Customer Manager", "PortalAccountId": account, "PortalType": "CustomerPortal" }), expect![[r#"400 INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: PortalAccountId, PortalType. Please check the security settings of this field and verify that it is read/write for your profile or permission set. ["PortalAccountId","PortalType"]"#]]);
}

#[test]
fn roles_follow_their_account_and_its_owner() {
    let org = org();
    let account = account(&org, "Acme");
    settings(&org, json!({ "practice.numberOfCustomerRoles": 2 }));
    enabled(&org, &account, PLUS, "one");
    org.check(
        &format!("PATCH {S}/sobjects/Account/{account}"),
        r#"{"Name":"Ajax"}"#,
        expect![[r#"
            204
        "#]],
    );
    expect![[r#"
        Ajax Customer Manager [Manager] < VP, North American Sales: .
        Ajax Customer User [Worker] < Ajax Customer Manager: one.
    "#]]
    .assert_eq(&tree(&org));
    let sam = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    let cfo = org.id("SELECT Id FROM UserRole WHERE Name = 'CFO'");
    org.check(
        &format!("PATCH {S}/sobjects/User/{sam}"),
        &json!({ "UserRoleId": cfo }).to_string(),
        expect![[r#"
            204
        "#]],
    );
    expect![[r#"
        Ajax Customer Manager [Manager] < CFO: .
        Ajax Customer User [Worker] < Ajax Customer Manager: one.
    "#]]
    .assert_eq(&tree(&org));
    org.refused(
        &format!("PATCH {S}/sobjects/User/{sam}"),
        json!({ "UserRoleId": null }),
        expect![[r#"400 USER_OWNS_PORTAL_ACCOUNT_EXCEPTION: The user owns accounts with external users and must have a role ["UserRoleId"]"#]],
    );
    let admin = org.id("SELECT Id FROM User WHERE Alias = 'aadmin'");
    org.refused(
        &format!("PATCH {S}/sobjects/Account/{account}"),
        json!({ "OwnerId": admin }),
        expect!["400 UNKNOWN_EXCEPTION: portal account owner must have a role []"],
    );
    let ceo = org.id("SELECT Id FROM UserRole WHERE Name = 'CEO'");
    org.check(
        &format!("PATCH {S}/sobjects/User/{admin}"),
        &json!({ "UserRoleId": ceo }).to_string(),
        expect![[r#"
            204
        "#]],
    );
    org.check(
        &format!("PATCH {S}/sobjects/Account/{account}"),
        &json!({ "OwnerId": admin }).to_string(),
        expect![[r#"
            204
        "#]],
    );
    expect![[r#"
        Ajax Customer Manager [Manager] < CEO: .
        Ajax Customer User [Worker] < Ajax Customer Manager: one.
    "#]]
    .assert_eq(&tree(&org));
}

#[test]
fn shared_roles_follow_the_owner() {
    let org = org();
    settings(
        &org,
        json!({ "SharingSettings.enableAccountRoleOptimization": true }),
    );
    let account = account(&org, "Acme");
    enabled(&org, &account, PLUS, "one");
    let admin = org.id("SELECT Id FROM User WHERE Alias = 'aadmin'");
    let ceo = org.id("SELECT Id FROM UserRole WHERE Name = 'CEO'");
    org.check(
        &format!("PATCH {S}/sobjects/User/{admin}"),
        &json!({ "UserRoleId": ceo }).to_string(),
        expect![[r#"
            204
        "#]],
    );
    org.check(
        &format!("PATCH {S}/sobjects/Account/{account}"),
        &json!({ "OwnerId": admin }).to_string(),
        expect![[r#"
            204
        "#]],
    );
    expect![[r#"
        ssales Customer Person Account [PersonAccount] < VP, North American Sales: .
        aadmin Customer Person Account [PersonAccount] < CEO: one.
    "#]]
    .assert_eq(&tree(&org));
}

#[test]
fn an_inactive_second_user_shares_as_well() {
    let org = org();
    settings(
        &org,
        json!({ "SharingSettings.enableAccountRoleOptimization": true }),
    );
    let account = account(&org, "Acme");
    enabled(&org, &account, PLUS, "one");
    let contact = contact(&org, &account, "two");
    let mut user = external(&org, &contact, PLUS, "two");
    user["IsActive"] = json!(false);
    org.create("User", user);
    expect![[r#"
        ssales Customer Person Account [PersonAccount] < VP, North American Sales: one two.
    "#]]
    .assert_eq(&tree(&org));
}

#[test]
fn deleted_roles_make_room_for_those_above() {
    let org = org();
    settings(&org, json!({ "practice.numberOfCustomerRoles": 3 }));
    let account = account(&org, "Acme");
    let user = enabled(&org, &account, PLUS, "one");
    let role = |level: &str| {
        org.id(&format!(
            "SELECT Id FROM UserRole WHERE PortalRole = '{level}'"
        ))
    };
    let lowest = role("Worker");
    org.refused(
        &format!("DELETE {S}/sobjects/UserRole/{lowest}"),
        json!(""),
        expect!["400 DELETE_FAILED: Can't delete a portal role that has users []"],
    );
    org.check(
        &format!("PATCH {S}/sobjects/User/{user}"),
        r#"{"PortalRole":"Manager"}"#,
        expect![[r#"
            204
        "#]],
    );
    org.check(
        &format!("DELETE {S}/sobjects/UserRole/{lowest}"),
        "",
        expect![[r#"
            204
        "#]],
    );
    expect![[r#"
        Acme Customer Manager [Manager] < VP, North American Sales: .
        Acme Customer User [Worker] < Acme Customer Manager: one.
    "#]]
    .assert_eq(&tree(&org));
    org.query(
        "SELECT PortalRole FROM User WHERE ContactId != null",
        expect![[r#"
            {"PortalRole":"Worker"}
        "#]],
    );
    org.check(
        &format!("DELETE {S}/sobjects/UserRole/{}", role("Manager")),
        "",
        expect![[r#"
            204
        "#]],
    );
    expect![[r#"
        Acme Customer User [Worker] < VP, North American Sales: one.
    "#]]
    .assert_eq(&tree(&org));
}

#[test]
fn a_user_moves_with_its_contact() {
    let org = org();
    let (from, to) = (account(&org, "From"), account(&org, "To"));
    enabled(&org, &from, PLUS, "one");
    let contact = org.id("SELECT Id FROM Contact");
    let line = format!("PATCH {S}/sobjects/Contact/{contact}");
    org.check(
        &line,
        &json!({ "AccountId": to }).to_string(),
        expect![[r#"
        204
    "#]],
    );
    org.query(
        "SELECT Account.Name FROM User WHERE ContactId != null",
        expect![[r#"
            {"Account":{"Name":"To"}}
        "#]],
    );
    expect![[r#"
        From Customer User [Worker] < VP, North American Sales: .
        To Customer User [Worker] < VP, North American Sales: one.
    "#]]
    .assert_eq(&tree(&org));
    org.refused(&line, json!({ "AccountId": null }), expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: The contact must be associated with an account ["ContactId"]"#]]);
    let without = org.create("Account", json!({ "Name": "Its owner has no role" }));
    org.refused(
        &line,
        json!({ "AccountId": without }),
        expect!["400 UNKNOWN_EXCEPTION: portal account owner must have a role []"],
    );
}

#[test]
fn levels_close_up_when_the_middle_role_goes() {
    let org = org();
    settings(&org, json!({ "practice.numberOfPartnerRoles": 3 }));
    let account = account(&org, "Acme");
    let user = enabled(&org, &account, "Partner Community User", "one");
    let line = format!("PATCH {S}/sobjects/User/{user}");
    assert_eq!(org.send(&line, r#"{"PortalRole":"Executive"}"#).0, 204);
    let middle = org.id("SELECT Id FROM UserRole WHERE PortalRole = 'Manager'");
    assert_eq!(
        org.send(&format!("DELETE {S}/sobjects/UserRole/{middle}"), "")
            .0,
        204
    );
    expect![[r#"
        Acme Partner Manager [Manager] < VP, North American Sales: one.
        Acme Partner User [Worker] < Acme Partner Manager: .
    "#]]
    .assert_eq(&tree(&org));
    org.query(
        "SELECT PortalRole FROM User WHERE ContactId != null",
        expect![[r#"
            {"PortalRole":"Manager"}
        "#]],
    );
}
