//! Users who are frozen.

use expect_test::expect;
use serde_json::json;

use crate::tests::existing::USER;
use crate::tests::{JANE, JOHN, check, check_only, org, plus, with};

const FROZEN: &str = r#"
[[records.UserLogin]]
Id = "0YwD00000000001IAA"
UserId = "005D00000000031IAA"
IsFrozen = true
"#;

fn frozen() -> String {
    org(&format!("{USER}{FROZEN}"))
}

#[test]
fn a_frozen_user_stays_frozen_unless_the_input_says_otherwise() {
    check(
        &frozen(),
        plus(JANE),
        expect![[r#"
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]],
    );
    let unfreeze = with(plus(JANE), json!({ "unfreeze": true }));
    check(
        &frozen(),
        unfreeze.clone(),
        expect![[r#"
        ~ unfreeze: Unfreeze jane@portal.example
            update UserLogin "0YwD00000000001IAA" {IsFrozen: false}
            undo: restore
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]],
    );
    let free = frozen().replace("IsFrozen = true", "IsFrozen = false");
    check(
        &free,
        unfreeze.clone(),
        expect![[r#"
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]],
    );
    let of_another = FROZEN.replace("5D00000000031IAA", "5D00000000099IAA");
    check(
        &org(&format!("{USER}{of_another}")),
        unfreeze.clone(),
        expect![[r#"
            ! warning no-login at /unfreeze: The org shows no `UserLogin` of jane@portal.example: that user may be frozen still
                remedy: Look in Setup > Users
                rule: docs/salesforce/users.md#freezing
            = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
        "#]],
    );
    // The org shows no `UserLogin` to the signed-in user.
    check(
        &org(USER),
        unfreeze,
        expect![[r#"
        unmet
        ! error logins-not-visible at /unfreeze: admin@practice.example may not see who is frozen: *Manage Users* is missing
            remedy: Sign in as a user with *Manage Users*
            rule: docs/salesforce/users.md#freezing
    "#]],
    );
}

#[test]
fn an_inactive_user_who_is_frozen_is_activated_and_let_in() {
    let inactive = USER.replace("IsActive = true", "IsActive = false");
    let inactive = org(&format!("{inactive}{FROZEN}"));
    let input = with(plus(JANE), json!({ "unfreeze": true }));
    check_only(
        &["~", "!"],
        &inactive,
        input,
        expect![[r#"
        ~ user: Activate jane@portal.example again
            update User "005D00000000031IAA" {IsActive: true}
            undo: restore
        ~ unfreeze: Unfreeze jane@portal.example
            update UserLogin "0YwD00000000001IAA" {IsFrozen: false}
            undo: restore
    "#]],
    );
}

#[test]
fn a_new_user_is_not_frozen() {
    let input = with(plus(JOHN), json!({ "unfreeze": true }));
    check_only(
        &["~", "+"],
        &frozen(),
        input,
        expect![[r#"
        + user: Make John Doe of the account `Acme & Söhne` a user with the profile `Plus`
            create User {Username: "john@example.com.oqiyrx", LastName: "Doe", FirstName: "John", Email: "john@example.com", Alias: "jdoe", CommunityNickname: "john.doe.oqiyrx", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000001IAA", ContactId: "003D00000000002IAA", IsActive: true}
            key: ContactId = "003D00000000002IAA", enforced
            undo:
            update User @user.id {IsActive: false}
            stays: the user stays, inactive
    "#]],
    );
}
