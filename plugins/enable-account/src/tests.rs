use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

const MANIFEST: &str = include_str!("../manifest.json");

const ACME: &str = "001D00000000001IAA";

/// Ada has a role, Bob has none, Ian is inactive, Pat is a partner user.
const ORG: &str = r#"
[describes.Account]
IsPersonAccount = {}

[[records.UserLicense]]
Id = "100D00000000001IAA"
MasterLabel = "Partner Community"
LicenseDefinitionKey = "PID_Partner_Community"
Status = "Active"
TotalLicenses = 2
UsedLicenses = 1

[[records.User]]
Id = "005D00000000001IAA"
Username = "ada@example.com"
IsActive = true
UserType = "Standard"
UserRoleId = "00ED00000000001MAA"

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
UserRoleId = "00ED00000000001MAA"

[[records.User]]
Id = "005D00000000004IAA"
Username = "pat@example.com"
IsActive = true
UserType = "PowerPartner"
UserRoleId = "00ED00000000002MAA"

[[records.Account]]
Id = "001D00000000001IAA"
Name = "Acme"
IsPartner = false
IsCustomerPortal = false
IsPersonAccount = false
OwnerId = "005D00000000001IAA"

[[records.Account]]
Id = "001D00000000002IAA"
Name = "Both"
IsPartner = true
IsCustomerPortal = true
IsPersonAccount = false
OwnerId = "005D00000000002IAA"

[[records.Account]]
Id = "001D00000000003IAA"
Name = "Petra Person"
IsPartner = false
IsCustomerPortal = false
IsPersonAccount = true
OwnerId = "005D00000000002IAA"

[[records.Account]]
Id = "001D00000000004IAA"
Name = "Idle"
IsPartner = false
IsCustomerPortal = false
IsPersonAccount = false
OwnerId = "005D00000000003IAA"

[[records.Account]]
Id = "001D00000000005IAA"
Name = "Owned"
IsPartner = false
IsCustomerPortal = false
IsPersonAccount = false
OwnerId = "005D00000000004IAA"

[[records.Account]]
Id = { "$ref" = "account:record.id", "$object" = "Account" }
Name = "New"
IsPartner = { "$ref" = "account:record.IsPartner" }
IsPersonAccount = { "$ref" = "account:record.IsPersonAccount" }
OwnerId = "005D00000000001IAA"

[[records.Contact]]
Id = "003D00000000001IAA"
AccountId = "001D00000000005IAA"
OwnerId = "005D00000000004IAA"
"#;

#[track_caller]
fn check(account: impl Into<Json>, kind: &str, expected: Expect) {
    check_in(ORG, account, kind, expected);
}

#[track_caller]
fn check_in(org: &str, account: impl Into<Json>, kind: &str, expected: Expect) {
    let input = json!({ "account": account.into(), "as": kind });
    expected.assert_eq(&rehearse(MANIFEST, org, input, plan));
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_business_account_is_enabled() {
    check(
        ACME,
        "partner",
        expect![[r#"
            ~ partner: Enable `Acme` as a partner account
                update Account "001D00000000001IAA" {IsPartner: true}
                undo: restore
                undo only if User (AccountId = "001D00000000001IAA", IsActive = true, UserType = "PowerPartner") {}: absent
                destroys: the partner roles and groups of the account
            ! info cannot-be-deleted at /account: `Acme` can then be disabled, but not deleted
                rule: Salesforce Help, Turning an existing business account into a partner account
            = {"account_id":"001D00000000001IAA"}
        "#]],
    );
    check(
        ACME,
        "customer",
        expect![[r#"
            ~ customer: Enable `Acme` as a customer account
                update Account "001D00000000001IAA" {IsCustomerPortal: true}
                undo: restore
                undo only if User (AccountId = "001D00000000001IAA", IsActive = true, UserType = "PowerCustomerSuccess" | "CustomerSuccess" | "CspLitePortal") {}: absent
                destroys: the customer roles and groups of the account
            = {"account_id":"001D00000000001IAA"}
        "#]],
    );
}

#[test]
fn an_account_that_is_only_planned_is_enabled() {
    let new = json!({ "$ref": "account:record.id", "$object": "Account" });
    check(
        new,
        "partner",
        expect![[r#"
            ~ partner: Enable `New` as a partner account
                update Account ⟨account:record.id⟩ {IsPartner: true}
                undo: restore
                undo only if User (AccountId = ⟨account:record.id⟩, IsActive = true, UserType = "PowerPartner") {}: absent
                destroys: the partner roles and groups of the account
            ! info cannot-be-deleted at /account: `New` can then be disabled, but not deleted
                rule: Salesforce Help, Turning an existing business account into a partner account
            = {"account_id":{"$ref":"account:record.id"}}
        "#]],
    );
    let nobody = json!({ "$ref": "nobody:record.id", "$object": "Account" });
    check(
        nobody,
        "partner",
        expect![[r#"
        deferred: the answer hangs on a value that is not known yet
            until ⟨nobody:record.id⟩ is known
    "#]],
    );
}

#[test]
fn an_account_that_is_enabled_stays() {
    // Its owner lost the role since: an account that is as wanted has no requirements.
    check(
        "001D00000000002IAA",
        "partner",
        expect![[r#"
        = {"account_id":"001D00000000002IAA"}
    "#]],
    );
    check(
        "001D00000000002IAA",
        "customer",
        expect![[r#"
        = {"account_id":"001D00000000002IAA"}
    "#]],
    );
}

#[test]
fn accounts_that_cannot_be() {
    check(
        "001D00000000003IAA",
        "partner",
        expect![[r#"
            unmet
            ! error person-account at /account: `Petra Person` is a person account, which cannot be a partner account
                remedy: Set {with.account} to a business account
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! error owner-without-role at /account: bob@example.com, owner of the account `Petra Person`, has no role
                remedy: Give the owner a role first, in Setup > Users or with the step `assign-role`
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
    check(
        "001D00000000003IAA",
        "customer",
        expect![[r#"
            unmet
            ! error owner-without-role at /account: bob@example.com, owner of the account `Petra Person`, has no role
                remedy: Give the owner a role first, in Setup > Users or with the step `assign-role`
                rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
        "#]],
    );
    check(
        "001D00000000004IAA",
        "customer",
        expect![[r#"
        unmet
        ! error owner-inactive at /account: ian@example.com, owner of the account `Idle`, is inactive
            remedy: Give the account to an active internal user who has a role
            rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
    "#]],
    );
    check(
        "001D00000000005IAA",
        "partner",
        expect![[r#"
        unmet
        ! error owner-not-internal at /account: pat@example.com, owner of the account `Owned`, is not an internal user
            remedy: Give the account to an internal user who has a role
            rule: Salesforce Help, Turning an existing business account into a partner account
        ! error contacts-of-external-users at /account: Contacts of `Owned` are owned by external users
            remedy: Give the contacts to internal users
            rule: REST API, portal users cannot own partner accounts
    "#]],
    );
    check(
        "001D00000000009IAA",
        "partner",
        expect![[r#"
            invalid
            ! error unknown-account at /account: There is no account `001D00000000009IAA`
                remedy: Set {with.account} to an id of this org that begins with 001
        "#]],
    );
    check(
        "Acme",
        "partner",
        expect![[r#"
            invalid
            ! error unknown-account at /account: There is no account `Acme`
                remedy: Set {with.account} to an id of this org that begins with 001
        "#]],
    );
}

#[test]
fn an_account_with_partner_users_needs_no_further_license() {
    // The account was disabled, so its user is inactive; or the user came before the box.
    for active in [true, false] {
        for total in [2, 0] {
            let seats = format!("TotalLicenses = {total}\nUsedLicenses = 2");
            let mut org = ORG.replace("TotalLicenses = 2\nUsedLicenses = 1", &seats);
            org.push_str(&format!(
                "[[records.User]]\nId = \"005D00000000005IAA\"\nUsername = \"pia@example.com\"\n\
                 IsActive = {active}\nUserType = \"PowerPartner\"\nAccountId = \"{ACME}\"\n"
            ));
            let input = json!({ "account": ACME, "as": "partner" });
            let answer = rehearse(MANIFEST, &org, input, plan);
            assert!(answer.starts_with("~ partner: Enable"), "{answer}");
            assert!(!answer.contains("license"), "{answer}");
        }
    }
}

#[test]
fn orgs_without_partners() {
    let taken = ORG.replace("UsedLicenses = 1", "UsedLicenses = 2");
    check_in(
        &taken,
        ACME,
        "partner",
        expect![[r#"
            ~ partner: Enable `Acme` as a partner account
                update Account "001D00000000001IAA" {IsPartner: true}
                undo: restore
                undo only if User (AccountId = "001D00000000001IAA", IsActive = true, UserType = "PowerPartner") {}: absent
                destroys: the partner roles and groups of the account
            ! warning no-seat at /as: All seats of the partner licenses `Partner Community` are taken; the account can be enabled, but a first partner user of it needs a seat
                remedy: Deactivate a partner user, or buy more licenses, before you add one
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! info cannot-be-deleted at /account: `Acme` can then be disabled, but not deleted
                rule: Salesforce Help, Turning an existing business account into a partner account
            = {"account_id":"001D00000000001IAA"}
        "#]],
    );
    check_in(
        &taken,
        ACME,
        "customer",
        expect![[r#"
            ~ customer: Enable `Acme` as a customer account
                update Account "001D00000000001IAA" {IsCustomerPortal: true}
                undo: restore
                undo only if User (AccountId = "001D00000000001IAA", IsActive = true, UserType = "PowerCustomerSuccess" | "CustomerSuccess" | "CspLitePortal") {}: absent
                destroys: the customer roles and groups of the account
            = {"account_id":"001D00000000001IAA"}
        "#]],
    );
    let endless = taken.replace("TotalLicenses = 2", "TotalLicenses = -1");
    check_in(
        &endless,
        "001D00000000003IAA",
        "partner",
        expect![[r#"
            unmet
            ! error person-account at /account: `Petra Person` is a person account, which cannot be a partner account
                remedy: Set {with.account} to a business account
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! error owner-without-role at /account: bob@example.com, owner of the account `Petra Person`, has no role
                remedy: Give the owner a role first, in Setup > Users or with the step `assign-role`
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
    let disabled = ORG.replace(r#"Status = "Active""#, r#"Status = "Disabled""#);
    check_in(
        &disabled,
        ACME,
        "partner",
        expect![[r#"
        unmet
        ! error no-partner-license at /as: This org has no active partner license, and each partner user takes one
            remedy: Buy partner licenses
            rule: Salesforce Help, Turning an existing business account into a partner account
    "#]],
    );
}

#[test]
fn the_box_is_not_there() {
    let input = json!({ "account": ACME, "as": "partner" });
    let answer = rehearse(
        MANIFEST,
        "[describes.Account]\n[refused]\nAccount = \"INVALID_FIELD\"",
        input,
        plan,
    );
    expect![[r#"
        unmet
        ! error no-partner-accounts at /as: This org has no partner accounts: Digital Experiences is off, or there is no partner license and partner users are not allowed
            remedy: Turn on Digital Experiences and allow partner users in Setup > Digital Experiences > Settings, or add the step `digital-experiences`; partner users need licenses all the same
            rule: Object Reference, Account, IsPartner and IsCustomerPortal
    "#]].assert_eq(&answer);
    let input = json!({ "account": ACME, "as": "customer" });
    let answer = rehearse(
        MANIFEST,
        "[describes.Account]\n[refused]\nAccount = \"INVALID_FIELD\"",
        input,
        plan,
    );
    expect![[r#"
        unmet
        ! error no-customer-accounts at /as: This org has no customer accounts: Digital Experiences is off
            remedy: Turn on Digital Experiences in Setup > Digital Experiences > Settings, or add the step `digital-experiences`
            rule: Object Reference, Account, IsPartner and IsCustomerPortal
    "#]].assert_eq(&answer);
}
