use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

mod account;
mod freezing;

const MANIFEST: &str = include_str!("../manifest.json");

/// Acme has two active partner users, Pat and Pia; Cora is a customer, Ina is inactive, Ada internal, and an
/// earlier step makes Neo.
const ORG: &str = r#"
[[records.Account]]
Id = "001D00000000001IAA"
Name = "Acme"

[[records.Account]]
Id = "001D00000000002IAA"
Name = "Nova"

[[records.UserRole]]
Id = "00ED00000000001MAA"
Name = "Acme Partner User"

[[records.UserLicense]]
Id = "100D00000000001IAA"
MasterLabel = "Partner Community"

[[records.UserLicense]]
Id = "100D00000000002IAA"
MasterLabel = "Customer Community"

[[records.Profile]]
Id = "00eD00000000001IAA"
UserLicenseId = "100D00000000001IAA"

[[records.Profile]]
Id = "00eD00000000002IAA"
UserLicenseId = "100D00000000002IAA"

[[records.User]]
Id = "005D00000000001IAA"
Username = "pat@example.com"
IsActive = true
UserType = "PowerPartner"
ContactId = "003D00000000001IAA"
AccountId = "001D00000000001IAA"
UserRoleId = "00ED00000000001MAA"
ProfileId = "00eD00000000001IAA"

[[records.User]]
Id = "005D00000000002IAA"
Username = "pia@example.com"
IsActive = true
UserType = "PowerPartner"
ContactId = "003D00000000002IAA"
AccountId = "001D00000000001IAA"
ProfileId = "00eD00000000001IAA"

[[records.User]]
Id = "005D00000000003IAA"
Username = "cora@example.com"
IsActive = true
UserType = "CspLitePortal"
ContactId = "003D00000000003IAA"
AccountId = "001D00000000001IAA"
ProfileId = "00eD00000000002IAA"

[[records.User]]
Id = "005D00000000004IAA"
Username = "ina@example.com"
IsActive = false
UserType = "PowerPartner"
ContactId = "003D00000000004IAA"
AccountId = "001D00000000001IAA"
ProfileId = "00eD00000000001IAA"

[[records.User]]
Id = "005D00000000005IAA"
Username = "ada@example.com"
IsActive = true
UserType = "Standard"

[[records.User]]
Id = "005D00000000006IAA"
Username = "chatter@example.com"
IsActive = true
UserType = "CsnOnly"

[[records.User]]
Id = "005D00000000007IAA"
Username = "guest@example.com"
IsActive = true
UserType = "Guest"

[[records.User]]
Id = { "$ref" = "user:user.id", "$object" = "User" }
Username = "neo@example.com"
IsActive = true
UserType = "PowerPartner"
ContactId = "003D00000000006IAA"
AccountId = "001D00000000002IAA"
"#;

#[track_caller]
fn check(input: Json, expected: Expect) {
    check_in(ORG, input, expected);
}

#[track_caller]
fn check_in(org: &str, input: Json, expected: Expect) {
    expected.assert_eq(&rehearse(MANIFEST, org, input, plan));
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_partner_user_is_deactivated_and_the_consequences_told() {
    check(
        json!({ "user": "005D00000000001IAA" }),
        expect![[r#"
            ~ user: Deactivate pat@example.com
                update User "005D00000000001IAA" {IsActive: false}
                undo: restore
            > roll-up: The role `Acme Partner User` of the user becomes obsolete, and the user's records stop rolling up to the partner account `Acme`
                other
                certain, because of @user
            > sign-in: The user cannot sign in any more; the contact and the account `Acme` stay
                other
                certain, because of @user
            > seat: A seat of the license `Partner Community` is free again
                other
                certain, because of @user
            ! warning stops-rolling-up at /user: The role `Acme Partner User` of the user becomes obsolete, and the user's records stop rolling up to the partner account `Acme`
                remedy: Give the user's records to another user of the account first
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! info may-be-needed at /user: Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in
                remedy: If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again
                rule: docs/salesforce/users.md#activity
            = {"user_id":"005D00000000001IAA","user_ids":["005D00000000001IAA"]}
        "#]],
    );
}

#[test]
fn the_last_partner_user_leaves_a_partner_account() {
    let alone = ORG.replacen("IsActive = true", "IsActive = false", 1);
    check_in(
        &alone,
        json!({ "contact": "003D00000000002IAA" }),
        expect![[r#"
            ~ user: Deactivate pia@example.com
                update User "005D00000000002IAA" {IsActive: false}
                undo: restore
            > roll-up: The partner role of the user becomes obsolete, and the user's records stop rolling up to the partner account `Acme`
                other
                certain, because of @user
            > sign-in: The user cannot sign in any more; the contact and the account `Acme` stay
                other
                certain, because of @user
            > seat: A seat of the license `Partner Community` is free again
                other
                certain, because of @user
            ! warning stops-rolling-up at /contact: The partner role of the user becomes obsolete, and the user's records stop rolling up to the partner account `Acme`
                remedy: Give the user's records to another user of the account first
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! info last-partner-user at /contact: No active partner user of the account `Acme` is left; this step leaves it a partner account, which can be disabled, but not deleted
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! info may-be-needed at /contact: Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in
                remedy: If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again
                rule: docs/salesforce/users.md#activity
            = {"user_id":"005D00000000002IAA","user_ids":["005D00000000002IAA"]}
        "#]],
    );
}

#[test]
fn a_customer_user_is_deactivated() {
    check(
        json!({ "contact": "003D00000000003IAA" }),
        expect![[r#"
            ~ user: Deactivate cora@example.com
                update User "005D00000000003IAA" {IsActive: false}
                undo: restore
            > sign-in: The user cannot sign in any more; the contact and the account `Acme` stay
                other
                certain, because of @user
            > seat: A seat of the license `Customer Community` is free again
                other
                certain, because of @user
            ! info may-be-needed at /contact: Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in
                remedy: If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again
                rule: docs/salesforce/users.md#activity
            = {"user_id":"005D00000000003IAA","user_ids":["005D00000000003IAA"]}
        "#]],
    );
}

#[test]
fn who_is_inactive_or_never_was_a_user_stays() {
    check(
        json!({ "user": "005D00000000004IAA" }),
        expect![[r#"
            = {"user_id":"005D00000000004IAA","user_ids":["005D00000000004IAA"]}
        "#]],
    );
    check(
        json!({ "contact": "003D00000000009IAA" }),
        expect![[r#"
            ! info no-user at /contact: The contact `003D00000000009IAA` has no user
            = {"user_ids":[]}
        "#]],
    );
}

#[test]
fn who_cannot_be_disabled() {
    check(
        json!({ "user": "005D00000000005IAA" }),
        expect![[r#"
            invalid
            ! error internal-user at /user: ada@example.com is an internal user
                remedy: Set {with.user} to that of a partner or customer user; internal ones are deactivated in Setup > Users
                rule: docs/salesforce/users.md#user-types
        "#]],
    );
    check(
        json!({ "user": "005D00000000009IAA" }),
        expect![[r#"
            invalid
            ! error unknown-user at /user: There is no user `005D00000000009IAA`
                remedy: Set {with.user} to an id of this org that begins with 005
        "#]],
    );
    check(
        json!({ "contact": "Pat" }),
        expect![[r#"
            invalid
            ! error unknown-contact at /contact: There is no contact `Pat`
                remedy: Set {with.contact} to an id of this org that begins with 003
        "#]],
    );
    check(
        json!({ "user": { "$ref": "user:user.id", "$object": "User" } }),
        expect![[r#"
            invalid
            ! error made-by-this-plan at /user: neo@example.com is made by this very plan
                remedy: Leave out this step, or the one that makes the user
        "#]],
    );
    check(
        json!({ "contact": { "$ref": "contact:record.id", "$object": "Contact" } }),
        expect![[r#"
            deferred: the answer hangs on a value that is not known yet
                until ⟨contact:record.id⟩ is known
        "#]],
    );
    check(
        json!({}),
        expect![[r#"
            invalid
            ! error user-or-contact: The step is about one user, the user of one contact, or all users of one account, and exactly one of `user`, `contact` and `account` names it
                remedy: Set {with.user} to a user, {with.contact} to a contact, or {with.account} to an account
        "#]],
    );
}

#[test]
fn only_external_users_of_the_kind_are_deactivated() {
    check(
        json!({ "user": "005D00000000006IAA" }),
        expect![[r#"
        invalid
        ! error internal-user at /user: chatter@example.com is a colleague with Chatter only
            remedy: Set {with.user} to that of a partner or customer user; internal ones are deactivated in Setup > Users
            rule: docs/salesforce/users.md#user-types
    "#]],
    );
    check(
        json!({ "user": "005D00000000007IAA" }),
        expect![[r#"
        invalid
        ! error guest-user at /user: guest@example.com is the guest user of a site, in whose name visitors see it without signing in
            remedy: Set {with.user} to that of a partner or customer user; a guest user goes with its site
            rule: docs/salesforce/users.md#user-types
    "#]],
    );
    check(
        json!({ "user": "005D00000000003IAA", "only": "partner" }),
        expect![[r#"
            invalid
            ! error other-kind at /user: cora@example.com is a customer user, and this step is for partner users
                remedy: Set {with.user} to a partner user
        "#]],
    );
    check(
        json!({ "contact": "003D00000000001IAA", "only": "customer" }),
        expect![[r#"
            invalid
            ! error other-kind at /contact: pat@example.com is a partner user, and this step is for customer users
                remedy: Set {with.contact} to the contact of a customer user
        "#]],
    );
    check(
        json!({ "user": "005D00000000004IAA", "contact": "", "account": "", "only": "partner" }),
        expect![[r#"
            = {"user_id":"005D00000000004IAA","user_ids":["005D00000000004IAA"]}
        "#]],
    );
    let me = format!("{ORG}\n[who]\nuser_id = \"005D00000000001IAA\"\n");
    check_in(
        &me,
        json!({ "user": "005D00000000001IAA" }),
        expect![[r#"
            unmet
            ! error signed-in-user at /user: pat@example.com is the signed-in user, who cannot deactivate itself
                remedy: Sign in as another user who may manage external users
                rule: docs/salesforce/users.md#activity
        "#]],
    );
}

#[test]
fn a_user_whom_a_hierarchy_field_names_is_a_warning() {
    let org = ORG.replace(
        "Username = \"ada@example.com\"",
        "Username = \"ada@example.com\"\nMentor__c = \"005D00000000003IAA\"",
    );
    let org = format!(
        "{org}\n[describes.User]\n\
         ManagerId = {{ label = \"Manager\", type = \"reference\", referenceTo = [\"User\"] }}\n\
         Team__c = {{ label = \"Team\", type = \"reference\", referenceTo = [\"Team__c\"] }}\n\
         Mentor__c = {{ label = \"Mentor\", type = \"reference\", referenceTo = [\"User\"] }}\n"
    );
    check_in(
        &org,
        json!({ "user": "005D00000000003IAA" }),
        expect![[r#"
            ~ user: Deactivate cora@example.com
                update User "005D00000000003IAA" {IsActive: false}
                undo: restore
            > sign-in: The user cannot sign in any more; the contact and the account `Acme` stay
                other
                certain, because of @user
            > seat: A seat of the license `Customer Community` is free again
                other
                certain, because of @user
            ! warning named-by-users at /user: Salesforce likely refuses to deactivate cora@example.com: the field *Mentor* (`Mentor__c`) of another user names this user; empty the field first
                remedy: Empty the field first, or name another user in it
                rule: docs/salesforce/users.md#activity
            ! info may-be-needed at /user: Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in
                remedy: If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again
                rule: docs/salesforce/users.md#activity
            = {"user_id":"005D00000000003IAA","user_ids":["005D00000000003IAA"]}
        "#]],
    );
}
