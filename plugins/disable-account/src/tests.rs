use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

const MANIFEST: &str = include_str!("../manifest.json");

/// Acme is a partner account with two roles and an inactive user, Nova one without users, Shop none; Busy has an active
/// partner user.
const ORG: &str = r#"
[[records.Account]]
Id = "001D00000000001IAA"
Name = "Acme"
IsPartner = true

[[records.Account]]
Id = "001D00000000002IAA"
Name = "Nova"
IsPartner = true

[[records.Account]]
Id = "001D00000000003IAA"
Name = "Shop"
IsPartner = false

[[records.Account]]
Id = "001D00000000004IAA"
Name = "Busy"
IsPartner = true

[[records.Account]]
Id = { "$ref" = "account:record.id", "$object" = "Account" }
Name = "New"
IsPartner = { "$ref" = "account:record.IsPartner" }

[[records.UserRole]]
Id = "00ED00000000001MAA"
Name = "Acme Partner User"
PortalType = "Partner"
PortalAccountId = "001D00000000001IAA"

[[records.UserRole]]
Id = "00ED00000000002MAA"
Name = "Acme Partner Manager"
PortalType = "Partner"
PortalAccountId = "001D00000000001IAA"

[[records.UserRole]]
Id = "00ED00000000003MAA"
Name = "Acme Customer User"
PortalType = "CustomerPortal"
PortalAccountId = "001D00000000001IAA"

[[records.User]]
Id = "005D00000000001IAA"
Username = "pat@example.com"
IsActive = false
UserType = "PowerPartner"
AccountId = "001D00000000001IAA"

[[records.User]]
Id = "005D00000000002IAA"
Username = "cora@example.com"
IsActive = true
UserType = "PowerCustomerSuccess"
AccountId = "001D00000000001IAA"

[[records.User]]
Id = "005D00000000003IAA"
Username = "pia@example.com"
IsActive = true
UserType = "PowerPartner"
AccountId = "001D00000000004IAA"
"#;

#[track_caller]
fn check(account: impl Into<Json>, expected: Expect) {
    check_in(ORG, account, expected);
}

#[track_caller]
fn check_in(org: &str, account: impl Into<Json>, expected: Expect) {
    let input = json!({ "account": account.into() });
    expected.assert_eq(&rehearse(MANIFEST, org, input, plan));
}

/// Users of Busy beside Pia.
fn with_users(number: usize, active: bool) -> String {
    let users = (0..number).map(|number| {
        format!(
            "[[records.User]]\nId = \"005D000001{number:05}IAA\"\nUsername = \"u{number}@example.com\"\n\
             IsActive = {active}\nUserType = \"PowerPartner\"\nAccountId = \"001D00000000004IAA\"\n"
        )
    });
    format!("{ORG}{}", users.collect::<String>())
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_partner_account_is_disabled_and_what_is_lost_is_said_first() {
    check(
        "001D00000000001IAA",
        expect![[r#"
            ~ partner: Disable the partner account `Acme`
                update Account "001D00000000001IAA" {IsPartner: false}
                undo: restore
                stays: the account is a partner account again; its deleted roles and groups do not come back
            > role/Acme Partner User: Salesforce deletes the role `Acme Partner User`
                disappears UserRole "00ED00000000001MAA"
                likely, because of @partner
                remains: the role stays deleted
            > role/Acme Partner Manager: Salesforce deletes the role `Acme Partner Manager`
                disappears UserRole "00ED00000000002MAA"
                likely, because of @partner
                remains: the role stays deleted
            ! warning lost-for-good at /account: Salesforce deletes the partner roles `Acme Partner User` and `Acme Partner Manager` and the partner groups of `Acme` for good, and what is shared with them is not shared any more
                remedy: Look at the sharing rules that name them first, in Setup > Sharing Settings
                rule: docs/salesforce/accounts.md#disabling-an-account
            ! info users-without-role at /account: Inactive partner users of `Acme` (1) likely lose their roles; those who are activated after the account is enabled again likely get new ones
                rule: docs/salesforce/roles.md#shared-roles
            ! info account-stays at /account: `Acme` stays, with its contacts; partner accounts are disabled, never deleted
                rule: Salesforce Help, Turning an existing business account into a partner account
            = {"account_id":"001D00000000001IAA"}
        "#]],
    );
    check(
        "001D00000000002IAA",
        expect![[r#"
        ~ partner: Disable the partner account `Nova`
            update Account "001D00000000002IAA" {IsPartner: false}
            undo: restore
            stays: the account is a partner account again; its deleted roles and groups do not come back
        ! warning lost-for-good at /account: Salesforce deletes the partner groups of `Nova` for good, and what is shared with them is not shared any more
            remedy: Look at the sharing rules that name them first, in Setup > Sharing Settings
            rule: docs/salesforce/accounts.md#disabling-an-account
        ! info account-stays at /account: `Nova` stays, with its contacts; partner accounts are disabled, never deleted
            rule: Salesforce Help, Turning an existing business account into a partner account
        = {"account_id":"001D00000000002IAA"}
    "#]],
    );
}

#[test]
fn an_account_that_is_no_partner_account_is_as_wanted() {
    check(
        "001D00000000003IAA",
        expect![[r#"
        ! info not-a-partner-account at /account: `Shop` is not a partner account
        = {"account_id":"001D00000000003IAA"}
    "#]],
    );
    check(
        json!({ "$ref": "account:record.id", "$object": "Account" }),
        expect![[r#"
            ! info not-a-partner-account at /account: `New` is not a partner account
            = {"account_id":{"$ref":"account:record.id"}}
        "#]],
    );
}

#[test]
fn active_users_are_deactivated_before() {
    check(
        "001D00000000004IAA",
        expect![[r#"
        unmet
        ! error active-users at /account: A partner user of `Busy` is active: `pia@example.com`
            remedy: Deactivate them first, in Setup > Users or with the step `disable-user`, which takes an account
            rule: docs/salesforce/accounts.md#disabling-an-account
    "#]],
    );
    check_in(
        &with_users(1, true),
        "001D00000000004IAA",
        expect![[r#"
        unmet
        ! error active-users at /account: 2 partner users of `Busy` are active: `pia@example.com` and `u0@example.com`
            remedy: Deactivate them first, in Setup > Users or with the step `disable-user`, which takes an account
            rule: docs/salesforce/accounts.md#disabling-an-account
    "#]],
    );
    check_in(
        &with_users(20, true),
        "001D00000000004IAA",
        expect![[r#"
            unmet
            ! error active-users at /account: 21 partner users of `Busy` are active
                remedy: Deactivate them first, in Setup > Users or with the step `disable-user`, which takes an account
                rule: docs/salesforce/accounts.md#disabling-an-account
        "#]],
    );
}

#[test]
fn more_inactive_users_than_salesforce_disables_are_a_warning() {
    let org = with_users(15, false).replace(
        "IsActive = true\nUserType = \"PowerPartner\"",
        "IsActive = false\nUserType = \"PowerPartner\"",
    );
    check_in(
        &org,
        "001D00000000004IAA",
        expect![[r#"
            ~ partner: Disable the partner account `Busy`
                update Account "001D00000000004IAA" {IsPartner: false}
                undo: restore
                stays: the account is a partner account again; its deleted roles and groups do not come back
            ! warning lost-for-good at /account: Salesforce deletes the partner groups of `Busy` for good, and what is shared with them is not shared any more
                remedy: Look at the sharing rules that name them first, in Setup > Sharing Settings
                rule: docs/salesforce/accounts.md#disabling-an-account
            ! info users-without-role at /account: Inactive partner users of `Busy` (16) likely lose their roles; those who are activated after the account is enabled again likely get new ones
                rule: docs/salesforce/roles.md#shared-roles
            ! warning many-users at /account: Salesforce disables up to 15 partner users with an account; that inactive ones do not count is not known, and `Busy` has 16
                rule: docs/salesforce/accounts.md#disabling-an-account
            ! info account-stays at /account: `Busy` stays, with its contacts; partner accounts are disabled, never deleted
                rule: Salesforce Help, Turning an existing business account into a partner account
            = {"account_id":"001D00000000004IAA"}
        "#]],
    );
}

#[test]
fn accounts_that_are_not_there_are_refused() {
    check(
        "001D00000000009IAA",
        expect![[r#"
        invalid
        ! error unknown-account at /account: There is no account `001D00000000009IAA`
            remedy: Set {with.account} to an id of this org that begins with 001
    "#]],
    );
    check(
        "Acme",
        expect![[r#"
        invalid
        ! error unknown-account at /account: There is no account `Acme`
            remedy: Set {with.account} to an id of this org that begins with 001
    "#]],
    );
    check(
        json!({ "$ref": "other:record.id", "$object": "Account" }),
        expect![[r#"
            deferred: the answer hangs on a value that is not known yet
                until ⟨other:record.id⟩ is known
        "#]],
    );
    let org = format!("{ORG}\n[refused]\nAccount = \"INVALID_FIELD\"\n");
    check_in(
        &org,
        "001D00000000001IAA",
        expect![[r#"
        unmet
        ! error no-partner-accounts at /account: This org has no partner accounts, or the signed-in user may not see the field *Partner Account*
            remedy: Leave out this step, or let the signed-in user see the field
            rule: docs/salesforce/accounts.md#partner-accounts
    "#]],
    );
}
