//! Users who are frozen instead of deactivated.

use super::*;

/// The org, with Cora, Pat and Pia not frozen.
fn logins() -> String {
    let logins = [1, 2, 3].map(|n| {
        format!(
            "[[records.UserLogin]]\nId = \"0YwD0000000000{n}IAA\"\n\
             UserId = \"005D0000000000{n}IAA\"\nIsFrozen = false\n"
        )
    });
    format!("{ORG}\n{}", logins.concat())
}

fn cora() -> Json {
    json!({ "user": "005D00000000003IAA", "how": "freeze" })
}

#[test]
fn a_user_is_frozen_and_keeps_the_seat() {
    check_in(
        &logins(),
        cora(),
        expect![[r#"
        ~ user: Freeze cora@example.com
            update UserLogin "0YwD00000000003IAA" {IsFrozen: true}
            undo: restore
        > sign-in: The user cannot sign in any more; the contact and the account `Acme` stay
            other
            certain, because of @user
        ! info keeps-seat at /user: cora@example.com keeps the seat of the license: freezing frees none
            remedy: Set {with.how} to `deactivate` to free it
            rule: docs/salesforce/users.md#freezing
        = {"user_id":"005D00000000003IAA","user_ids":["005D00000000003IAA"]}
    "#]],
    );
}

#[test]
fn a_frozen_user_is_as_wanted_and_so_is_an_inactive_one() {
    let frozen = logins().replace("IsFrozen = false", "IsFrozen = true");
    check_in(
        &frozen,
        cora(),
        expect![[r#"
        = {"user_id":"005D00000000003IAA","user_ids":["005D00000000003IAA"]}
    "#]],
    );
    check_in(
        &logins(),
        json!({ "user": "005D00000000004IAA", "how": "freeze" }),
        expect![[r#"
            = {"user_id":"005D00000000004IAA","user_ids":["005D00000000004IAA"]}
        "#]],
    );
}

#[test]
fn a_frozen_user_is_deactivated_all_the_same() {
    let frozen = logins().replace("IsFrozen = false", "IsFrozen = true");
    check_in(
        &frozen,
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
        ! info may-be-needed at /user: Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in
            remedy: If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again
            rule: docs/salesforce/users.md#activity
        = {"user_id":"005D00000000003IAA","user_ids":["005D00000000003IAA"]}
    "#]],
    );
}

#[test]
fn every_user_of_an_account_is_frozen() {
    check_in(
        &logins(),
        json!({ "account": "001D00000000001IAA", "only": "partner", "how": "freeze" }),
        expect![[r#"
            ~ user/pat@example.com: Freeze pat@example.com
                update UserLogin "0YwD00000000001IAA" {IsFrozen: true}
                undo: restore
            ~ user/pia@example.com: Freeze pia@example.com
                update UserLogin "0YwD00000000002IAA" {IsFrozen: true}
                undo: restore
            > sign-in/pat@example.com: pat@example.com cannot sign in any more; the contact and the account `Acme` stay
                other
                certain, because of @user/pat@example.com
            > sign-in/pia@example.com: pia@example.com cannot sign in any more; the contact and the account `Acme` stay
                other
                certain, because of @user/pia@example.com
            ! info keeps-seat at /account: The 2 users keep the seats of their licenses: freezing frees none
                remedy: Set {with.how} to `deactivate` to free it
                rule: docs/salesforce/users.md#freezing
            = {"user_ids":["005D00000000001IAA","005D00000000002IAA"]}
        "#]],
    );
}

#[test]
fn users_who_cannot_be_frozen() {
    // The org of the other tests does not show the object.
    check(
        cora(),
        expect![[r#"
        unmet
        ! error logins-not-visible at /user: admin@practice.example may not see who is frozen: *Manage Users* is missing
            remedy: Sign in as a user with *Manage Users*
            rule: docs/salesforce/users.md#freezing
    "#]],
    );
    let without = logins().replace(
        "UserId = \"005D00000000003IAA\"",
        "UserId = \"005D00000000004IAA\"",
    );
    check_in(
        &without,
        cora(),
        expect![[r#"
        unmet
        ! error no-login at /user: The org shows no `UserLogin` of cora@example.com, so the user cannot be frozen
            remedy: Set {with.how} to `deactivate`
            rule: docs/salesforce/users.md#freezing
    "#]],
    );
    let me = format!("{}\n[who]\nuser_id = \"005D00000000003IAA\"\n", logins());
    check_in(
        &me,
        cora(),
        expect![[r#"
        unmet
        ! error signed-in-user at /user: cora@example.com is the signed-in user, who cannot freeze itself
            remedy: Sign in as another user who may manage external users
            rule: docs/salesforce/users.md#activity
    "#]],
    );
}
