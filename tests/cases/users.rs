//! Users that were there before.

use expect_test::expect;
use serde_json::json;

use crate::cases::{lines, refusal, run};
use crate::world::{Org, Product};

const CUSTOMER: &str = "fsc/customer-user";

/// Maria of the fixtures becomes a user, and is disabled for good.
fn disabled(product: &Product) -> Org {
    let applied = product.run(&format!("apply --yes {CUSTOMER} --org practice"));
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let org = product.practice();
    let user = org.id("User", "Email = 'maria.meyer@example.com'");
    org.update("User", &user, &json!({ "IsPortalEnabled": false }));
    org
}

#[test]
fn a_contact_whose_user_was_disabled_for_good_becomes_a_user_again() {
    let product = Product::new();
    let _org = disabled(&product);
    let inputs = ["contact=maria.meyer@example.com"];
    let planned = run(&product, &format!("plan {CUSTOMER}"), "practice", &inputs);
    expect![[r#"
        exit 0
        create User { ProfileId: 00eJca00000000DIAQ, Username: maria.meyer@example.com.uobsty, LastName: Meyer, FirstName: Maria, Email: maria.meyer@example.com, Alias: mmeyer, CommunityNickname: maria.meyer.qlmpia, TimeZoneSidKey: America/New_York, LocaleSidKey: en_US, LanguageLocaleKey: en_US, EmailEncodingKey: UTF-8, ContactId: 003Jca000000003IAA, IsActive: true }
        note: "The nickname `maria.meyer.uobsty` belongs to a former user of Maria Meyer, so the new user gets `maria.meyer.qlmpia`"
        help: "Set the input `nickname` to one that no user of this org has"
        note: "admin@practice.usher.example, in whose name Usher works, has no role; two articles of Salesforce ask for one where an external user is made, and may mean the owner of the account, who has one"
        help: "If Salesforce refuses the user with \"portal account owner must have a role\", give that user a role, too"
    "#]].assert_eq(&lines(&planned, &["error", "help", "code", "create User", "former", "note"]));
    let again = run(&product, &format!("plan {CUSTOMER}"), "practice", &inputs);
    assert_eq!(planned.out, again.out);
    let applied = run(
        &product,
        &format!("apply --yes {CUSTOMER}"),
        "practice",
        &inputs,
    );
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let checked = run(&product, &format!("check {CUSTOMER}"), "practice", &inputs);
    assert_eq!(checked.exit, 0, "{}", checked.text());
}

#[test]
fn a_nickname_that_is_taken_can_be_set_in_this_recipe() {
    let product = Product::new();
    let org = disabled(&product);
    let taken =
        org.query("SELECT CommunityNickname FROM User WHERE Email = 'maria.meyer@example.com'");
    let taken = taken[0]["CommunityNickname"]
        .as_str()
        .expect("a text")
        .to_owned();
    let nickname = format!("nickname={taken}");
    let inputs = [
        "contact=maria.meyer@example.com",
        "username=maria2@x.example",
        &nickname,
    ];
    let planned = run(&product, &format!("plan {CUSTOMER}"), "practice", &inputs);
    expect![[r#"
        exit 10
        error: step `user`: The nickname `maria.meyer.uobsty` is taken by maria.meyer@example.com.uobsty.005jca00000000c (input `nickname`)
        = help: Set the input `nickname` to one that no user of this org has (rule: REST API, DUPLICATE_COMM_NICKNAME)
        code: nickname-taken
        error: the input is wrong; nothing was changed
    "#]].assert_eq(&refusal(&planned));
}

/// A user with a profile, of a contact in an account whose owner has a role; the contact.
fn user_of(org: &Org, profile: &str) -> String {
    let role = org.id("UserRole", "Name = 'CEO'");
    let owner = org.id("User", "Username = 'nora.north@usher-practice.example'");
    org.update("User", &owner, &json!({ "UserRoleId": role }));
    let contact = org.id("Contact", "Email = 'maria.meyer@example.com'");
    let profile = org.id("Profile", &format!("Name = '{profile}'"));
    org.create(
        "User",
        &json!({
            "LastName": "Meyer", "Username": "maria@old.example", "Email": "maria.meyer@example.com", "Alias": "mm",
            "CommunityNickname": "maria.old", "TimeZoneSidKey": "Europe/Berlin", "LocaleSidKey": "en_US",
            "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8", "ProfileId": profile, "ContactId": contact,
        }),
    );
    contact
}

#[test]
fn a_license_goes_upwards_when_said() {
    let product = Product::new();
    let org = product.practice();
    let contact = format!("contact={}", user_of(&org, "Client Customer Community"));
    let planned = run(
        &product,
        &format!("plan {CUSTOMER}"),
        "practice",
        &[&contact],
    );
    expect![[r#"
        exit 20
        error: step `user`: maria@old.example has the license `Client Customer Community`; the profile `Client Customer Community Plus` brings the license `Client Customer Community Plus` (input `profile`)
        = help: Set the input `change_profile` to true to upgrade the license, or the input `profile` to one of the license `Client Customer Community` (rule: Help `platform.networks_license_upgrade_eligible`; release notes of Summer '17; see docs/salesforce/licenses.md#upgrades)
        code: other-license
        error: the org is not ready; nothing was changed
    "#]].assert_eq(&refusal(&planned));
    let said = [contact.as_str(), "change_profile=true"];
    let planned = run(&product, &format!("plan {CUSTOMER}"), "practice", &said);
    expect![[r#"
        exit 0
        input   role_levels = 0
        owner_role  assign-role 0.1.0
        update User 005Jca00000000CIAQ { ProfileId: 00eJca00000000BIAQ -> 00eJca00000000DIAQ }
        RAISES PRIVILEGES: ProfileId
        > "One seat of the license `Client Customer Community Plus` is taken"
        > "Salesforce makes the role `Lakeside Credit Union Customer User` below the role of nora.north@usher-practice.example" (likely)
        after an undo: "the role stays"
        > "The user gets the role `Lakeside Credit Union Customer User`"
        warning: "maria@old.example loses the profile `Client Customer Community` and gets `Client Customer Community Plus`: pages, fields and sites of the user change, and the license changes from `Client Customer Community` to `Client Customer Community Plus`"
        note: "Assuming that *Number of customer roles* is 1, because the account whose roles were created last has as many; no API shows it"
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
    "#]].assert_eq(&lines(&planned, &["error", "help", "code", "Profile", "role", "seat", "warning", "note"]));
    let applied = run(
        &product,
        &format!("apply --yes {CUSTOMER}"),
        "practice",
        &said,
    );
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let user = &org
        .query("SELECT Profile.Name, UserRole.Name FROM User WHERE Username = 'maria@old.example'")
        [0];
    assert_eq!(user["Profile"]["Name"], "Client Customer Community Plus");
    assert_eq!(
        user["UserRole"]["Name"],
        "Lakeside Credit Union Customer User"
    );
    let checked = run(&product, &format!("check {CUSTOMER}"), "practice", &said);
    assert_eq!(checked.exit, 0, "{}", checked.text());
}

#[test]
fn a_license_does_not_go_downwards() {
    let product = Product::new();
    let org = product.practice();
    let contact = format!(
        "contact={}",
        user_of(&org, "Client Customer Community Plus")
    );
    let inputs = [
        contact.as_str(),
        "change_profile=true",
        "profile=Client Customer Community",
    ];
    let planned = run(&product, &format!("plan {CUSTOMER}"), "practice", &inputs);
    expect![[r#"
        exit 20
        error: step `user`: maria@old.example has the license `Client Customer Community Plus`, which Salesforce does not change to `Client Customer Community` (input `profile`)
        = help: Set the input `profile` to one of the license `Client Customer Community Plus`, or the input `contact` to one without a user (rule: Help `platform.networks_license_upgrade_eligible`; release notes of Summer '17; see docs/salesforce/licenses.md#upgrades)
        code: other-license
        error: the org is not ready; nothing was changed
    "#]].assert_eq(&refusal(&planned));
}

#[test]
fn a_customer_becomes_a_partner_when_said() {
    let product = Product::new();
    let org = product.practice();
    let contact = user_of(&org, "Customer Community User");
    let account = org.query(&format!(
        "SELECT AccountId FROM Contact WHERE Id = '{contact}'"
    ));
    let account = account[0]["AccountId"].as_str().expect("an id").to_owned();
    org.update("Account", &account, &json!({ "IsPartner": true }));
    let contact = format!("contact={contact}");
    let inputs = [
        contact.as_str(),
        "change_profile=true",
        "profile=Channel Partner User",
    ];
    let planned = run(
        &product,
        "plan partner/add-partner-user",
        "practice",
        &inputs,
    );
    expect![[r#"
        exit 0
        Add a partner user to a partner account, with a role of choice  (partner/add-partner-user)
        input   role_levels = 0
        note: "There is the contact 003Jca000000003IAA"
        owner_role  assign-role 0.1.0
        update User 005Jca00000000CIAQ { ProfileId: 00eJca000000005IAA -> 00eJca00000000GIAQ }
        RAISES PRIVILEGES: ProfileId
        > "One seat of the license `Partner Community` is taken"
        > "Salesforce makes the role `Lakeside Credit Union Partner Executive` below the role of nora.north@usher-practice.example" (likely)
        after an undo: "the role stays"
        > "Salesforce makes the role `Lakeside Credit Union Partner Manager` below `Lakeside Credit Union Partner Executive`" (likely)
        after an undo: "the role stays"
        > "Salesforce makes the role `Lakeside Credit Union Partner User` below `Lakeside Credit Union Partner Manager`" (likely)
        after an undo: "the role stays"
        > "The user gets the role `Lakeside Credit Union Partner User`"
        warning: "maria@old.example loses the profile `Customer Community User` and gets `Channel Partner User`: pages, fields and sites of the user change, and the license changes from `Customer Community` to `Partner Community`"
        note: "Assuming that *Number of partner roles* is 3, because the account whose roles were created last has as many; no API shows it"
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
    "#]].assert_eq(&lines(&planned, &["error", "help", "code", "Profile", "role", "seat", "warning", "note"]));
    let applied = run(
        &product,
        "apply --yes partner/add-partner-user",
        "practice",
        &inputs,
    );
    assert_eq!(applied.exit, 0, "{}", applied.text());
}

#[test]
fn a_sandbox_mails_nobody_whose_address_is_invalid() {
    let product = Product::new();
    let org = product.practice();
    let organization = org.id("Organization", "Id != null");
    org.set(
        "Organization",
        Some(&organization),
        &json!({ "IsSandbox": true }),
    );
    let contact = org.id("Contact", "Email = 'maria.meyer@example.com'");
    org.update(
        "Contact",
        &contact,
        &json!({ "Email": "maria.meyer@example.com.invalid" }),
    );
    let jane = org.id("User", "Email = 'jane.doe@example.com'");
    org.set(
        "User",
        Some(&jane),
        &json!({ "Email": "jane.doe@example.com.invalid" }),
    );
    let contact = format!("contact={contact}");
    let inputs = [
        contact.as_str(),
        "site=Client Portal",
        "activate=true",
        "owner_role=Customer Support, North America",
    ];
    let planned = run(&product, &format!("plan {CUSTOMER}"), "practice", &inputs);
    expect![[r#"
        exit 0
        input   contact = Maria Meyer, maria.meyer@example.com.invalid (003Jca000000003IAA)
        create User { ProfileId: 00eJca00000000DIAQ, Username: maria.meyer@example.com.cnwasf, LastName: Meyer, FirstName: Maria, Email: maria.meyer@example.com.invalid, Alias: mmeyer, CommunityNickname: maria.meyer.cnwasf, TimeZoneSidKey: America/New_York, LocaleSidKey: en_US, LanguageLocaleKey: en_US, EmailEncodingKey: UTF-8, ContactId: 003Jca000000003IAA, IsActive: true }
        warning: "No mail to maria.meyer@example.com.invalid arrives: a refresh of a sandbox adds `.invalid` to addresses"
        help: "Set the input `email`, or give the contact an address without `.invalid` first"
        warning: "Salesforce mails no user of the site `Client Portal` whose address ends in `.invalid`, which a refresh of a sandbox adds: 2 of its members"
    "#]].assert_eq(&lines(&planned, &["mail", "create User", "error", "invalid"]));
    let mut inputs = inputs.to_vec();
    inputs.push("email=maria@example.com");
    let planned = run(&product, &format!("plan {CUSTOMER}"), "practice", &inputs);
    expect![[r#"
        exit 0
        input   contact = Maria Meyer, maria.meyer@example.com.invalid (003Jca000000003IAA)
        input   email = maria@example.com
        create User { ProfileId: 00eJca00000000DIAQ, Username: maria@example.com.iiduqn, LastName: Meyer, FirstName: Maria, Email: maria@example.com, Alias: mmeyer, CommunityNickname: maria.meyer.iiduqn, TimeZoneSidKey: America/New_York, LocaleSidKey: en_US, LanguageLocaleKey: en_US, EmailEncodingKey: UTF-8, ContactId: 003Jca000000003IAA, IsActive: true }
        note: "maria@example.com gets the welcome mail of the site `Client Portal` when that is activated"
        > "The site `Client Portal` mails its 1 member how to get in" (likely)
        warning: "Salesforce mails no user of the site `Client Portal` whose address ends in `.invalid`, which a refresh of a sandbox adds: 1 of its members"
        warning: "The site `Client Portal` mails its 1 member how to get in; mails cannot be called back"
    "#]].assert_eq(&lines(&planned, &["mail", "create User", "error", "invalid"]));
}

#[test]
fn a_deactivation_that_is_blocked_is_told_with_the_way_out() {
    let product = Product::new();
    let org = product.practice();
    org.configure(
        &json!({ "practice.deactivationBlocked": ["leo.leaver@usher-practice.example"] }),
    );
    let applied = product.run("apply --yes partner/disable-partner-user --org practice");
    expect![[r#"
        exit 20
        help: "Give the user's records to another user of the account first"
        help: "If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again"
        Stopped: 0 of 1 change done; nothing that depends on the failed one was sent. Run RUN.
        FAILED  user  "Deactivate leo.leaver@usher-practice.example": FIELD_INTEGRITY_EXCEPTION Cannot inactivate user that is the value of a hierarchy field: Deputy
        error: step `user`: `user` failed with FIELD_INTEGRITY_EXCEPTION
        help: a setting or another user's record still needs the user, who can sign in until then: freeze the user in Setup > Users, change what the message names, then apply again
        code: run/failed
    "#]].assert_eq(&lines(&applied, &["failed", "FAILED", "error", "help", "freeze", "code"]));
}
