//! All users of one account.

use expect_test::expect;
use serde_json::json;

use crate::tests::{ORG, check, check_in};

#[test]
fn all_users_of_an_account_are_deactivated() {
    check(
        json!({ "account": "001D00000000001IAA" }),
        expect![[r#"
            ~ user/pat@example.com: Deactivate pat@example.com
                update User "005D00000000001IAA" {IsActive: false}
                undo: restore
            ~ user/pia@example.com: Deactivate pia@example.com
                update User "005D00000000002IAA" {IsActive: false}
                undo: restore
            ~ user/cora@example.com: Deactivate cora@example.com
                update User "005D00000000003IAA" {IsActive: false}
                undo: restore
            > roll-up/pat@example.com: The role `Acme Partner User` of pat@example.com becomes obsolete, and the user's records stop rolling up to the partner account `Acme`
                other
                certain, because of @user/pat@example.com
            > roll-up/pia@example.com: The partner role of pia@example.com becomes obsolete, and the user's records stop rolling up to the partner account `Acme`
                other
                certain, because of @user/pia@example.com
            > sign-in/pat@example.com: pat@example.com cannot sign in any more; the contact and the account `Acme` stay
                other
                certain, because of @user/pat@example.com
            > sign-in/pia@example.com: pia@example.com cannot sign in any more; the contact and the account `Acme` stay
                other
                certain, because of @user/pia@example.com
            > sign-in/cora@example.com: cora@example.com cannot sign in any more; the contact and the account `Acme` stay
                other
                certain, because of @user/cora@example.com
            > seat/Customer Community: A seat of the license `Customer Community` is free again
                other
                certain, because of @user/cora@example.com
            > seat/Partner Community: 2 seats of the license `Partner Community` are free again
                other
                certain, because of @user/pat@example.com, @user/pia@example.com
            ! warning stops-rolling-up at /account: The role `Acme Partner User` of pat@example.com becomes obsolete, and the user's records stop rolling up to the partner account `Acme`
                remedy: Give the user's records to an internal user first
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! warning stops-rolling-up at /account: The partner role of pia@example.com becomes obsolete, and the user's records stop rolling up to the partner account `Acme`
                remedy: Give the user's records to an internal user first
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! info last-partner-user at /account: No active partner user of the account `Acme` is left; this step leaves it a partner account, which can be disabled, but not deleted
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! info may-be-needed at /account: Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in
                remedy: If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again
                rule: docs/salesforce/users.md#activity
            = {"user_ids":["005D00000000001IAA","005D00000000002IAA","005D00000000003IAA"]}
        "#]],
    );
    check(
        json!({ "account": "001D00000000001IAA", "only": "customer" }),
        expect![[r#"
            ~ user/cora@example.com: Deactivate cora@example.com
                update User "005D00000000003IAA" {IsActive: false}
                undo: restore
            > sign-in/cora@example.com: cora@example.com cannot sign in any more; the contact and the account `Acme` stay
                other
                certain, because of @user/cora@example.com
            > seat/Customer Community: A seat of the license `Customer Community` is free again
                other
                certain, because of @user/cora@example.com
            ! info may-be-needed at /account: Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in
                remedy: If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again
                rule: docs/salesforce/users.md#activity
            = {"user_ids":["005D00000000003IAA"]}
        "#]],
    );
    check(
        json!({ "account": "001D00000000001IAA", "only": "partner" }),
        expect![[r#"
            ~ user/pat@example.com: Deactivate pat@example.com
                update User "005D00000000001IAA" {IsActive: false}
                undo: restore
            ~ user/pia@example.com: Deactivate pia@example.com
                update User "005D00000000002IAA" {IsActive: false}
                undo: restore
            > roll-up/pat@example.com: The role `Acme Partner User` of pat@example.com becomes obsolete, and the user's records stop rolling up to the partner account `Acme`
                other
                certain, because of @user/pat@example.com
            > roll-up/pia@example.com: The partner role of pia@example.com becomes obsolete, and the user's records stop rolling up to the partner account `Acme`
                other
                certain, because of @user/pia@example.com
            > sign-in/pat@example.com: pat@example.com cannot sign in any more; the contact and the account `Acme` stay
                other
                certain, because of @user/pat@example.com
            > sign-in/pia@example.com: pia@example.com cannot sign in any more; the contact and the account `Acme` stay
                other
                certain, because of @user/pia@example.com
            > seat/Partner Community: 2 seats of the license `Partner Community` are free again
                other
                certain, because of @user/pat@example.com, @user/pia@example.com
            ! warning stops-rolling-up at /account: The role `Acme Partner User` of pat@example.com becomes obsolete, and the user's records stop rolling up to the partner account `Acme`
                remedy: Give the user's records to an internal user first
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! warning stops-rolling-up at /account: The partner role of pia@example.com becomes obsolete, and the user's records stop rolling up to the partner account `Acme`
                remedy: Give the user's records to an internal user first
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! info last-partner-user at /account: No active partner user of the account `Acme` is left; this step leaves it a partner account, which can be disabled, but not deleted
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! info may-be-needed at /account: Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in
                remedy: If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again
                rule: docs/salesforce/users.md#activity
            = {"user_ids":["005D00000000001IAA","005D00000000002IAA"]}
        "#]],
    );
}

#[test]
fn an_account_without_such_users_is_as_wanted() {
    let none = ORG.replace("IsActive = true", "IsActive = false");
    check_in(
        &none,
        json!({ "account": "001D00000000001IAA" }),
        expect![[r#"
            ! info no-user at /account: The account `Acme` has no active external user
            = {"user_ids":[]}
        "#]],
    );
    check(
        json!({ "account": "001D00000000009IAA" }),
        expect![[r#"
        invalid
        ! error unknown-account at /account: There is no account `001D00000000009IAA`
            remedy: Set {with.account} to an id of this org that begins with 001
    "#]],
    );
    check(
        json!({ "account": "Acme" }),
        expect![[r#"
        invalid
        ! error unknown-account at /account: There is no account `Acme`
            remedy: Set {with.account} to an id of this org that begins with 001
    "#]],
    );
    check(
        json!({ "account": "001D00000000002IAA" }),
        expect![[r#"
        invalid
        ! error made-by-this-plan at /account: neo@example.com is made by this very plan
            remedy: Leave out this step, or the one that makes the user
    "#]],
    );
    check(
        json!({ "account": { "$ref": "account:record.id", "$object": "Account" } }),
        expect![[r#"
            deferred: the answer hangs on a value that is not known yet
                until ⟨account:record.id⟩ is known
        "#]],
    );
}

#[test]
fn more_users_than_one_request_takes_are_refused() {
    let mut org = ORG.to_owned();
    for number in 0..201 {
        org.push_str(&format!(
            "[[records.User]]\nId = \"005D000001{number:05}IAA\"\nUsername = \"u{number}@example.com\"\n\
             IsActive = true\nUserType = \"PowerPartner\"\nAccountId = \"001D00000000001IAA\"\n"
        ));
    }
    check_in(
        &org,
        json!({ "account": "001D00000000001IAA", "only": "partner" }),
        expect![[r#"
            unmet
            ! error too-many-users at /account: The account `Acme` has 203 active partner users, and the step deactivates at most 200
                remedy: Deactivate most of them in Setup > Users or with a data loader first
                rule: REST API, sObject Collections
        "#]],
    );
}
