//! Generated names: the same for ever, reported when they are taken.

use expect_test::expect;
use serde_json::json;

use crate::tests::{JANE, check_only, org, plus, with};

const CHANGE: &[&str] = &["+", "=", "!", "invalid"];

#[test]
fn taken_names_are_told() {
    let taken = r#"
        [[records.User]]
        Id = "005D00000000041IAA"
        Username = "jane@portal.example"
        CommunityNickname = "jane"
    "#;
    let given = json!({ "username": "Jane@Portal.example", "nickname": "Jane" });
    check_only(
        CHANGE,
        &org(taken),
        with(plus(JANE), given),
        expect![[r#"
            invalid
            ! error username-taken at /username: The username `jane@portal.example` is taken
                remedy: Set {with.username} to one that no user has, in any org
                rule: REST API, DUPLICATE_USERNAME
            ! error nickname-taken at /nickname: The nickname `Jane` is taken by jane@portal.example
                remedy: Set {with.nickname} to one that no user of this org has
                rule: REST API, DUPLICATE_COMM_NICKNAME
        "#]],
    );
    let generated = taken
        .replace("jane@portal.example", "jane.doe@example.com.fuypdp")
        .replace(r#""jane""#, r#""jane.doe.fuypdp""#);
    check_only(
        CHANGE,
        &org(&generated),
        plus(JANE),
        expect![[r#"
            invalid
            ! error username-taken at /contact: The username `jane.doe@example.com.fuypdp` is taken
                remedy: Set {with.username} to one that no user has, in any org
                rule: REST API, DUPLICATE_USERNAME
            ! error nickname-taken at /contact: The nickname `jane.doe.fuypdp` is taken by jane.doe@example.com.fuypdp
                remedy: Set {with.nickname} to one that no user of this org has
                rule: REST API, DUPLICATE_COMM_NICKNAME
        "#]],
    );
}

#[test]
fn names_of_any_script_and_length() {
    let long = format!("{}@{}.example", "j".repeat(60), "d".repeat(30));
    let strange = org("")
        .replace(
            r#"FirstName = "Jane""#,
            r#"FirstName = "Ëlodie-Maximiliane Alexandra""#,
        )
        .replacen(
            r#"LastName = "Doe""#,
            r#"LastName = "van der Wintersteinhausen""#,
            1,
        )
        .replace("Jane.Doe@example.com", &long);
    check_only(
        CHANGE,
        &strange,
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            + user: Make Ëlodie-Maximiliane Alexandra van der Wintersteinhausen of the account `Acme & Söhne` a user with the profile `Plus`
                create User {Username: "jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj@dddddddddddddddddddddddddddddd.example.jhurlv", LastName: "van der Wintersteinhausen", FirstName: "Ëlodie-Maximiliane Alexandra", Email: "jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj@dddddddddddddddddddddddddddddd.example", Alias: "lvanderw", CommunityNickname: "lodiemaximilianealexandra.vanderw.jhurlv", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000001IAA", ContactId: "003D00000000001IAA", IsActive: true}
                key: ContactId = "003D00000000001IAA", enforced
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            ! info mail-at-activation at /profile: jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj@dddddddddddddddddddddddddddddd.example gets the welcome mail of the site `Help` when that is activated
                rule: Experience Cloud, why members get no welcome email
            = {"user_id":{"$bound":["user","id"]},"username":"jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj@dddddddddddddddddddddddddddddd.example.jhurlv"}
        "#]],
    );
    let greek = org("")
        .replace(r#"FirstName = "Jane""#, r#"FirstName = "Ελένη""#)
        .replacen(r#"LastName = "Doe""#, r#"LastName = "Παππά""#, 1);
    check_only(
        CHANGE,
        &greek,
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            + user: Make Ελένη Παππά of the account `Acme & Söhne` a user with the profile `Plus`
                create User {Username: "jane.doe@example.com.ixgldb", LastName: "Παππά", FirstName: "Ελένη", Email: "Jane.Doe@example.com", Alias: "ixgldb", CommunityNickname: "ixgldb", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000001IAA", ContactId: "003D00000000001IAA", IsActive: true}
                key: ContactId = "003D00000000001IAA", enforced
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            ! info mail-at-activation at /profile: Jane.Doe@example.com gets the welcome mail of the site `Help` when that is activated
                rule: Experience Cloud, why members get no welcome email
            = {"user_id":{"$bound":["user","id"]},"username":"jane.doe@example.com.ixgldb"}
        "#]],
    );
    let endless = org("").replace(
        "Jane.Doe@example.com",
        &format!("j@{}.example", "d".repeat(75)),
    );
    check_only(
        CHANGE,
        &endless,
        plus(JANE),
        expect![[r#"
            invalid
            ! error username-too-long at /contact: No username can be made from `j@ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd.example`: it would be longer than 80 characters
                remedy: Set {with.username}
        "#]],
    );
}

/// A user whom Salesforce has detached from Jane's contact.
const FORMER: &str = r#"
    [[records.User]]
    Id = "005D00000000041IAA"
    Username = "jane.doe@example.com.fuypdp"
    CommunityNickname = "jane.doe.fuypdp"
    FirstName = "Jane"
    LastName = "Doe"
    IsActive = false
"#;

#[test]
fn a_former_user_of_the_person_is_passed_over() {
    let input = with(plus(JANE), json!({ "role_levels": 1 }));
    check_only(
        &["=", "! info former", "invalid"],
        &org(FORMER),
        input.clone(),
        expect![[r#"
            ! info former-user at /contact: The username `jane.doe@example.com.fuypdp` belongs to a former user of Jane Doe, so the new user gets `jane.doe@example.com.mpjwhw`
                remedy: Set {with.username} to one that no user has, in any org
                rule: REST API, DUPLICATE_USERNAME
            ! info former-user at /contact: The nickname `jane.doe.fuypdp` belongs to a former user of Jane Doe, so the new user gets `jane.doe.mpjwhw`
                remedy: Set {with.nickname} to one that no user of this org has
                rule: REST API, DUPLICATE_COMM_NICKNAME
            = {"user_id":{"$bound":["user","id"]},"username":"jane.doe@example.com.mpjwhw"}
        "#]],
    );
    // Salesforce renames the username of a user who is disabled.
    let renamed = FORMER.replace("jane.doe@example.com.fuypdp", "old@example.com");
    check_only(
        &["=", "! info former", "invalid"],
        &org(&renamed),
        input.clone(),
        expect![[r#"
            ! info former-user at /contact: The nickname `jane.doe.fuypdp` belongs to a former user of Jane Doe, so the new user gets `jane.doe.mpjwhw`
                remedy: Set {with.nickname} to one that no user of this org has
                rule: REST API, DUPLICATE_COMM_NICKNAME
            = {"user_id":{"$bound":["user","id"]},"username":"jane.doe@example.com.fuypdp"}
        "#]],
    );
    let of_another = FORMER.replace("LastName = \"Doe\"", "LastName = \"Doering\"");
    check_only(
        &["=", "! info former", "invalid", "! error"],
        &org(&of_another),
        input,
        expect![[r#"
            invalid
            ! error username-taken at /contact: The username `jane.doe@example.com.fuypdp` is taken
                remedy: Set {with.username} to one that no user has, in any org
                rule: REST API, DUPLICATE_USERNAME
            ! error nickname-taken at /contact: The nickname `jane.doe.fuypdp` is taken by jane.doe@example.com.fuypdp
                remedy: Set {with.nickname} to one that no user of this org has
                rule: REST API, DUPLICATE_COMM_NICKNAME
        "#]],
    );
}

#[test]
fn a_username_with_a_suffix() {
    let input = with(
        plus(JANE),
        json!({ "role_levels": 1, "username_suffix": ".Portal" }),
    );
    check_only(
        &["="],
        &org(""),
        input.clone(),
        expect![[r#"
        = {"user_id":{"$bound":["user","id"]},"username":"jane.doe@example.com.portal"}
    "#]],
    );
    let former = FORMER.replace("jane.doe@example.com.fuypdp", "jane.doe@example.com.portal");
    check_only(
        &["=", "! info former"],
        &org(&former),
        input.clone(),
        expect![[r#"
            ! info former-user at /username_suffix: The username `jane.doe@example.com.portal` belongs to a former user of Jane Doe, so the new user gets `jane.doe@example.com.portal.fuypdp`
                remedy: Set {with.username} to one that no user has, in any org
                rule: REST API, DUPLICATE_USERNAME
            ! info former-user at /contact: The nickname `jane.doe.fuypdp` belongs to a former user of Jane Doe, so the new user gets `jane.doe.mpjwhw`
                remedy: Set {with.nickname} to one that no user of this org has
                rule: REST API, DUPLICATE_COMM_NICKNAME
            = {"user_id":{"$bound":["user","id"]},"username":"jane.doe@example.com.portal.fuypdp"}
        "#]],
    );
    let taken = former.replace("IsActive = false", "IsActive = true");
    check_only(
        &["=", "invalid", "! error"],
        &org(&taken),
        input,
        expect![[r#"
            invalid
            ! error username-taken at /username_suffix: The username `jane.doe@example.com.portal` is taken
                remedy: Set {with.username} to one that no user has, in any org
                rule: REST API, DUPLICATE_USERNAME
            ! error nickname-taken at /contact: The nickname `jane.doe.fuypdp` is taken by jane.doe@example.com.portal
                remedy: Set {with.nickname} to one that no user of this org has
                rule: REST API, DUPLICATE_COMM_NICKNAME
        "#]],
    );
}
