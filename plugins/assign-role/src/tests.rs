use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

mod needed;

const MANIFEST: &str = include_str!("../manifest.json");

/// Ada owns the account Acme and has the role `CFO`; Bob owns its contact and has none.
const ORG: &str = r#"
[[records.User]]
Id = "005D00000000001IAA"
Username = "ada@example.com"
IsActive = true
UserType = "Standard"
UserRoleId = "00ED00000000002MAA"

[[records.User]]
Id = "005D00000000002IAA"
Username = "bob@example.com"
IsActive = true
UserType = "Standard"

[[records.User]]
Id = "005D00000000003IAA"
Username = "ian@example.com"
IsActive = false
UserType = "Standard"

[[records.User]]
Id = "005D00000000004IAA"
Username = "customer@example.com"
IsActive = true
UserType = "PowerCustomerSuccess"
UserRoleId = "00ED00000000009MAA"

[[records.UserRole]]
Id = "00ED00000000001MAA"
Name = "CEO"
DeveloperName = "ChiefExecutive"
PortalType = "None"

[[records.UserRole]]
Id = "00ED00000000002MAA"
Name = "CFO"
DeveloperName = "CFO"
ParentRoleId = "00ED00000000001MAA"
PortalType = "None"

[[records.UserRole]]
Id = "00ED00000000003MAA"
Name = "Sales"
DeveloperName = "SalesEast"
ParentRoleId = "00ED00000000002MAA"
PortalType = "None"

[[records.UserRole]]
Id = "00ED00000000004MAA"
Name = "Sales"
DeveloperName = "SalesWest"
ParentRoleId = "00ED00000000002MAA"
PortalType = "None"

[[records.UserRole]]
Id = "00ED00000000009MAA"
Name = "Acme Customer User"
DeveloperName = "AcmeCustomerUser"
PortalType = "CustomerPortal"

[[records.Account]]
Id = "001D00000000001IAA"
OwnerId = "005D00000000001IAA"

[[records.Account]]
Id = "001D00000000002IAA"
OwnerId = "005D00000000002IAA"

[[records.Account]]
Id = "001D00000000003IAA"
OwnerId = "005D00000000003IAA"

[[records.Account]]
Id = { "$ref" = "account:record.id", "$object" = "Account" }
OwnerId = "005D00000000002IAA"

[[records.Contact]]
Id = "003D00000000001IAA"
OwnerId = "005D00000000002IAA"
AccountId = "001D00000000001IAA"

[[records.Contact]]
Id = "003D00000000002IAA"
OwnerId = "005D00000000002IAA"
AccountId = "001D00000000002IAA"

[[records.Contact]]
Id = "003D00000000003IAA"
OwnerId = "005D00000000003IAA"
AccountId = "001D00000000003IAA"

[[records.Contact]]
Id = "003D00000000004IAA"
OwnerId = "005D00000000002IAA"

[[records.Contact]]
Id = "003D00000000005IAA"
OwnerId = "005D00000000004IAA"
AccountId = "001D00000000001IAA"

[[records.Contact]]
Id = "003D00000000006IAA"
OwnerId = "005D00000000003IAA"
AccountId = "001D00000000001IAA"

[[records.Contact]]
Id = "003D00000000007IAA"
OwnerId = "005D00000000099IAA"
AccountId = "001D00000000001IAA"

[[records.Account]]
Id = "001D00000000007IAA"
OwnerId = "005D00000000099IAA"

[queries]
"SELECT Id, Name, DeveloperName, ParentRoleId FROM UserRole WHERE PortalType = 'None' ORDER BY Id LIMIT 200" = [
  { Id = "00ED00000000001MAA", Name = "CEO", DeveloperName = "ChiefExecutive" },
  { Id = "00ED00000000002MAA", Name = "CFO", DeveloperName = "CFO", ParentRoleId = "00ED00000000001MAA" },
  { Id = "00ED00000000003MAA", Name = "Sales", DeveloperName = "SalesEast", ParentRoleId = "00ED00000000002MAA" },
  { Id = "00ED00000000004MAA", Name = "Sales", DeveloperName = "SalesWest", ParentRoleId = "00ED00000000002MAA" },
]

[[records.Contact]]
Id = { "$ref" = "contact:record.id", "$object" = "Contact" }
OwnerId = "005D00000000002IAA"
AccountId = { "$ref" = "account:record.id", "$object" = "Account" }
"#;

#[track_caller]
fn check(input: Json, expected: Expect) {
    expected.assert_eq(&rehearse(MANIFEST, ORG, input, plan));
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn an_owner_without_role_gets_it() {
    check(
        json!({ "owner_of": "003D00000000002IAA", "role": "CEO" }),
        expect![[r#"
            ~ role/bob@example.com: Give bob@example.com, owner of the contact and its account, the role `CEO`
                update User "005D00000000002IAA" {UserRoleId: "00ED00000000001MAA"}
                undo: restore
                undo only if User (Account.OwnerId = "005D00000000002IAA", UserType = "PowerCustomerSuccess" | "PowerPartner" | "CustomerSuccess") {}: absent
            ! warning top-role at /role: No role is above `CEO`: bob@example.com, owner of the contact and its account, gets access to the records of every user below it in the role hierarchy; {with.role} may be a lower role, as Setup > Roles shows them
                remedy: Set {with.role} to a lower role when this user shall see less
                rule: docs/salesforce/roles.md#access-through-the-hierarchy
            = {"owner_ids":["005D00000000002IAA"]}
        "#]],
    );
    check(
        json!({ "owner_of": { "$ref": "contact:record.id", "$object": "Contact" }, "role": "CEO" }),
        expect![[r#"
            ~ role/bob@example.com: Give bob@example.com, owner of the contact and its account, the role `CEO`
                update User "005D00000000002IAA" {UserRoleId: "00ED00000000001MAA"}
                undo: restore
                undo only if User (Account.OwnerId = "005D00000000002IAA", UserType = "PowerCustomerSuccess" | "PowerPartner" | "CustomerSuccess") {}: absent
            ! warning top-role at /role: No role is above `CEO`: bob@example.com, owner of the contact and its account, gets access to the records of every user below it in the role hierarchy; {with.role} may be a lower role, as Setup > Roles shows them
                remedy: Set {with.role} to a lower role when this user shall see less
                rule: docs/salesforce/roles.md#access-through-the-hierarchy
            = {"owner_ids":["005D00000000002IAA"]}
        "#]],
    );
    check(
        json!({ "owner_of": { "$ref": "account:record.id", "$object": "Account" }, "role": "ceo" }),
        expect![[r#"
            ~ role/bob@example.com: Give bob@example.com, owner of the account, the role `CEO`
                update User "005D00000000002IAA" {UserRoleId: "00ED00000000001MAA"}
                undo: restore
                undo only if User (Account.OwnerId = "005D00000000002IAA", UserType = "PowerCustomerSuccess" | "PowerPartner" | "CustomerSuccess") {}: absent
            ! warning top-role at /role: No role is above `CEO`: bob@example.com, owner of the account, gets access to the records of every user below it in the role hierarchy; {with.role} may be a lower role, as Setup > Roles shows them
                remedy: Set {with.role} to a lower role when this user shall see less
                rule: docs/salesforce/roles.md#access-through-the-hierarchy
            = {"owner_ids":["005D00000000002IAA"]}
        "#]],
    );
    check(
        json!({ "owner_of": "003D00000000004IAA", "role": "ChiefExecutive" }),
        expect![[r#"
            ~ role/bob@example.com: Give bob@example.com, owner of the contact, the role `CEO`
                update User "005D00000000002IAA" {UserRoleId: "00ED00000000001MAA"}
                undo: restore
                undo only if User (Account.OwnerId = "005D00000000002IAA", UserType = "PowerCustomerSuccess" | "PowerPartner" | "CustomerSuccess") {}: absent
            ! warning top-role at /role: No role is above `CEO`: bob@example.com, owner of the contact, gets access to the records of every user below it in the role hierarchy; {with.role} may be a lower role, as Setup > Roles shows them
                remedy: Set {with.role} to a lower role when this user shall see less
                rule: docs/salesforce/roles.md#access-through-the-hierarchy
            = {"owner_ids":["005D00000000002IAA"]}
        "#]],
    );
}

#[test]
fn both_owners_are_looked_at_and_who_has_a_role_keeps_it() {
    check(
        json!({ "owner_of": "003D00000000001IAA", "role": "CEO" }),
        expect![[r#"
            ~ role/bob@example.com: Give bob@example.com, owner of the contact, the role `CEO`
                update User "005D00000000002IAA" {UserRoleId: "00ED00000000001MAA"}
                undo: restore
                undo only if User (Account.OwnerId = "005D00000000002IAA", UserType = "PowerCustomerSuccess" | "PowerPartner" | "CustomerSuccess") {}: absent
            ! info role-kept at /role: ada@example.com, owner of the contact's account, has the role `CFO` and keeps it
                remedy: Set {with.replace} to true to make it `CEO`
            ! warning top-role at /role: No role is above `CEO`: bob@example.com, owner of the contact, gets access to the records of every user below it in the role hierarchy; {with.role} may be a lower role, as Setup > Roles shows them
                remedy: Set {with.role} to a lower role when this user shall see less
                rule: docs/salesforce/roles.md#access-through-the-hierarchy
            = {"owner_ids":["005D00000000001IAA","005D00000000002IAA"]}
        "#]],
    );
    check(
        json!({ "owner_of": "003D00000000001", "role": "CFO" }),
        expect![[r#"
            ~ role/bob@example.com: Give bob@example.com, owner of the contact, the role `CFO`
                update User "005D00000000002IAA" {UserRoleId: "00ED00000000002MAA"}
                undo: restore
                undo only if User (Account.OwnerId = "005D00000000002IAA", UserType = "PowerCustomerSuccess" | "PowerPartner" | "CustomerSuccess") {}: absent
            = {"owner_ids":["005D00000000001IAA","005D00000000002IAA"]}
        "#]],
    );
}

#[test]
fn as_wanted_is_no_change() {
    check(
        json!({ "user": "005D00000000001IAA", "role": "CFO" }),
        expect![[r#"
            = {"owner_ids":["005D00000000001IAA"]}
        "#]],
    );
    check(
        json!({ "owner_of": "001D00000000001IAA", "role": "CFO", "replace": true }),
        expect![[r#"
            = {"owner_ids":["005D00000000001IAA"]}
        "#]],
    );
}

#[test]
fn replacing_a_role_is_flagged() {
    check(
        json!({ "owner_of": "001D00000000001IAA", "role": "CEO", "replace": true }),
        expect![[r#"
            ~ role/ada@example.com: Give ada@example.com, owner of the account, the role `CEO`
                update User "005D00000000001IAA" {UserRoleId: "00ED00000000001MAA"}
                undo: restore
            ! warning re-parents-portal-roles at /replace: ada@example.com, owner of the account, loses the role `CFO`; the roles of external users of accounts that this user owns move below `CEO`, and access to their records with them
                rule: Record Access: Under the Hood, account roles move with the owner
            ! warning top-role at /role: No role is above `CEO`: ada@example.com, owner of the account, gets access to the records of every user below it in the role hierarchy; {with.role} may be a lower role, as Setup > Roles shows them
                remedy: Set {with.role} to a lower role when this user shall see less
                rule: docs/salesforce/roles.md#access-through-the-hierarchy
            = {"owner_ids":["005D00000000001IAA"]}
        "#]],
    );
}

#[test]
fn people_who_can_have_no_role_are_refused() {
    check(
        json!({ "owner_of": "003D00000000003IAA", "role": "CEO" }),
        expect![[r#"
            unmet
            ! error inactive at /owner_of: ian@example.com, owner of the contact and its account, is inactive
                remedy: Give the account to an internal user who is active, or activate this one
                rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
        "#]],
    );
    check(
        json!({ "user": "005D00000000003IAA", "role": "CEO" }),
        expect![[r#"
            unmet
            ! error inactive at /user: ian@example.com is inactive
                remedy: Activate the user first
                rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
        "#]],
    );
    check(
        json!({ "owner_of": "003D00000000005IAA", "role": "CEO" }),
        expect![[r#"
            ! info contact-owner-external at /owner_of: customer@example.com, owner of the contact, is not an internal user and gets no role; Salesforce asks for a role of the account's owner only
                rule: docs/salesforce/roles.md#owner-needs-a-role
            ! info role-kept at /role: ada@example.com, owner of the contact's account, has the role `CFO` and keeps it
                remedy: Set {with.replace} to true to make it `CEO`
            = {"owner_ids":["005D00000000001IAA"]}
        "#]],
    );
    check(
        json!({ "user": "005D00000000004IAA", "role": "CEO" }),
        expect![[r#"
            invalid
            ! error not-internal at /user: customer@example.com is not an internal user; external users get their roles from Salesforce
                remedy: Set {with.user} to an internal user
                rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
        "#]],
    );
}

#[test]
fn records_that_are_not_there_are_refused() {
    check(
        json!({ "owner_of": "003D00000000099IAA", "role": "CTO" }),
        expect![[r#"
            invalid
            ! error unknown-contact at /owner_of: There is no contact `003D00000000099IAA`
                remedy: Set {with.owner_of} to an id of this org that begins with 003
        "#]],
    );
    check(
        json!({ "owner_of": "001D00000000099IAA", "role": "CEO" }),
        expect![[r#"
            invalid
            ! error unknown-account at /owner_of: There is no account `001D00000000099IAA`
                remedy: Set {with.owner_of} to an id of this org that begins with 001
        "#]],
    );
    check(
        json!({ "user": "ada@example.com", "role": "CEO" }),
        expect![[r#"
            invalid
            ! error unknown-user at /user: There is no user `ada@example.com`
                remedy: Set {with.user} to an id of this org that begins with 005
        "#]],
    );
    check(
        json!({ "owner_of": "500D00000000001IAA", "role": "CEO" }),
        expect![[r#"
            invalid
            ! error neither-contact-nor-account at /owner_of: `500D00000000001IAA` is neither a contact nor an account
                remedy: Set {with.owner_of} to the id of a contact (003…) or an account (001…)
        "#]],
    );
    check(
        json!({ "owner_of": { "$ref": "case:record.id", "$object": "Case" }, "role": "CEO" }),
        expect![[r#"
            invalid
            ! error neither-contact-nor-account at /owner_of: a Case is neither a contact nor an account
                remedy: Set {with.owner_of} to the id of a contact (003…) or an account (001…)
        "#]],
    );
    check(
        json!({ "role": "CEO" }),
        expect![[r#"
            invalid
            ! error owner-of-or-user: The step is about the owner of a record or about one user, and exactly one of `owner_of` and `user` names it
                remedy: Set {with.owner_of} to a contact or an account, or {with.user} to a user
        "#]],
    );
    check(
        json!({ "role": "CEO", "user": "005D00000000002IAA", "owner_of": "001D00000000001IAA" }),
        expect![[r#"
            invalid
            ! error owner-of-or-user: The step is about the owner of a record or about one user, and exactly one of `owner_of` and `user` names it
                remedy: Set {with.owner_of} to a contact or an account, or {with.user} to a user
        "#]],
    );
}

#[test]
fn the_contacts_owner_is_no_condition() {
    // Inactive, external, not to be seen: a note each, and the account's owner has a role.
    check(
        json!({ "owner_of": "003D00000000006IAA", "role": "CFO" }),
        expect![[r#"
            ! info contact-owner-inactive at /owner_of: ian@example.com, owner of the contact, is inactive and gets no role; Salesforce asks for a role of the account's owner only
                rule: docs/salesforce/roles.md#owner-needs-a-role
            = {"owner_ids":["005D00000000001IAA"]}
        "#]],
    );
    check(
        json!({ "owner_of": "003D00000000005IAA", "role": "CFO" }),
        expect![[r#"
            ! info contact-owner-external at /owner_of: customer@example.com, owner of the contact, is not an internal user and gets no role; Salesforce asks for a role of the account's owner only
                rule: docs/salesforce/roles.md#owner-needs-a-role
            = {"owner_ids":["005D00000000001IAA"]}
        "#]],
    );
    check(
        json!({ "owner_of": "003D00000000007IAA", "role": "CFO" }),
        expect![[r#"
            ! info contact-owner-not-seen at /owner_of: The org does not show the user `005D00000000099IAA`, owner of the contact
            = {"owner_ids":["005D00000000001IAA"]}
        "#]],
    );
    check(
        json!({ "owner_of": "001D00000000007IAA", "role": "CFO" }),
        expect![[r#"
        unmet
        ! error owner-not-seen at /owner_of: The org does not show the user `005D00000000099IAA`, owner of the account
            remedy: Let the signed-in user see all users, or give the account to another internal user
            rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
    "#]],
    );
}

#[test]
fn what_is_not_known_yet_is_waited_for() {
    check(
        json!({ "owner_of": { "$ref": "thing:record.id" }, "role": "CEO" }),
        expect![[r#"
            deferred: what kind of record it is, is not known yet
                until ⟨thing:record.id⟩ is known
        "#]],
    );
}
