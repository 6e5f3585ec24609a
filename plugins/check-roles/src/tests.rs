use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Kind, Manifest, rehearse};

use crate::plan;

const MANIFEST: &str = include_str!("../manifest.json");
const ORG: &str = include_str!("tests/org.toml");

const ACME: &str = "001D00000000001IAA";
const BOLT: &str = "001D00000000002IAA";

#[track_caller]
fn check(input: Json, expected: Expect) {
    check_in(ORG, input, expected);
}

#[track_caller]
fn check_in(org: &str, input: Json, expected: Expect) {
    expected.assert_eq(&rehearse(MANIFEST, org, input, plan));
}

fn partner(account: &str) -> Json {
    json!({ "account": account, "kind": "partner", "levels": 3 })
}

fn minimising(org: &str) -> String {
    org.replace(
        "enableAccountRoleOptimization = false",
        "enableAccountRoleOptimization = true",
    )
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest.kind, Kind::Verifying);
}

#[test]
fn an_account_with_all_its_roles() {
    check(
        partner(ACME),
        expect![[r#"
        ! info roles-right: `Acme`: `Acme Partner Executive`, `Acme Partner Manager` and `Acme Partner User`, below the role `CEO` of ada@example.com
        = {"accounts":1}
    "#]],
    );
    check(
        json!({ "account": ACME, "kind": "partner" }),
        expect![[r#"
            ! info roles-right: `Acme`: `Acme Partner Executive`, `Acme Partner Manager` and `Acme Partner User`, below the role `CEO` of ada@example.com
            ! info levels-not-known at /levels: No API shows the setting *Number of partner roles*, so any number counts as right
                remedy: Set {with.levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            = {"accounts":1}
        "#]],
    );
}

#[test]
fn an_account_without_users_needs_none() {
    check(
        json!({ "account": ACME, "kind": "customer", "levels": 1 }),
        expect![[r#"
            ! info roles-right: `Acme`: no customer users with a role, so there are no roles yet
            = {"accounts":1}
        "#]],
    );
}

#[test]
fn all_accounts() {
    check(
        json!({ "kind": "customer" }),
        expect![[r#"
            unmet
            ! error no-roles: `Carl`: no role is there, and 2 active users should have one
                remedy: No user can create or rename such a role; ask Salesforce, or check whether the account or its owner has just changed
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            ! info roles-right: `Bolt`: its users share a role with those of other accounts of the owner
            ! info roles-right: `Petra Person`: its users share a role with those of other accounts of the owner
        "#]],
    );
    check(
        json!({ "kind": "partner", "levels": 3 }),
        expect![[r#"
        ! info roles-right: `Acme`: `Acme Partner Executive`, `Acme Partner Manager` and `Acme Partner User`, below the role `CEO` of ada@example.com
        = {"accounts":1}
    "#]],
    );
}

#[test]
fn how_many_levels() {
    check(
        json!({ "account": ACME, "kind": "partner", "levels": 2 }),
        expect![[r#"
            ! info roles-right: `Acme`: `Acme Partner Executive`, `Acme Partner Manager` and `Acme Partner User`, below the role `CEO` of ada@example.com
            ! info other-levels: `Acme`: it has 3 levels, `User`, `Manager` and `Executive`, and {with.levels} says 2
                remedy: An account gets its roles once: a later change of the setting leaves them as they are. When a role is deleted, the others close up
                rule: docs/salesforce/roles.md#deleting-portal-roles
            = {"accounts":1}
        "#]],
    );
    let gap = ORG.replace(r#"PortalRole = "Manager""#, r#"PortalRole = "Executive""#);
    check_in(
        &gap,
        partner(ACME),
        expect![[r#"
            unmet
            ! error wrong-levels: `Acme`: it has the levels `User`, `Executive` and `Executive`, which do not follow each other from `User` up
                remedy: No user can create or rename such a role, and the others close up when one is deleted; ask Salesforce
                rule: docs/salesforce/roles.md#deleting-portal-roles
            ! info other-name: `Acme`: Salesforce documents names like `Acme Partner User`; here there is `Acme Partner Manager`
                remedy: Nothing is to be done: the names follow the account's some minutes later, and may be other words in another language
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
}

#[test]
fn names_and_parents() {
    let renamed = ORG.replace(r#"Name = "Acme""#, r#"Name = "Acme Ltd""#);
    check_in(
        &renamed,
        partner(ACME),
        expect![[r#"
            ! info roles-right: `Acme Ltd`: `Acme Partner Executive`, `Acme Partner Manager` and `Acme Partner User`, below the role `CEO` of ada@example.com
            ! info other-name: `Acme Ltd`: Salesforce documents names like `Acme Ltd Partner User`; here there is `Acme Partner User`, `Acme Partner Manager` and `Acme Partner Executive`
                remedy: Nothing is to be done: the names follow the account's some minutes later, and may be other words in another language
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            = {"accounts":1}
        "#]],
    );
    let moved = ORG.replace(
        r#"ParentRoleId = "00ED00000000001MAA""#,
        r#"ParentRoleId = "00ED00000000009MAA""#,
    );
    check_in(
        &moved,
        partner(ACME),
        expect![[r#"
        unmet
        ! error wrong-parent: `Acme`: the role `Acme Partner Executive` should be below the owner's role, `CEO`
            remedy: It follows the account's owner; look again in some minutes
            rule: Record Access: Under the Hood, account roles hang below the role of the account's owner
    "#]],
    );
    let flat = ORG.replace(
        r#"ParentRoleId = "00ED00000000012MAA""#,
        r#"ParentRoleId = "00ED00000000013MAA""#,
    );
    check_in(
        &flat,
        partner(ACME),
        expect![[r#"
        unmet
        ! error wrong-parent: `Acme`: the role `Acme Partner User` should be below `Acme Partner Manager`
            remedy: It follows the account's owner; look again in some minutes
            rule: Record Access: Under the Hood, account roles hang below the role of the account's owner
    "#]],
    );
}

#[test]
fn owners_and_users() {
    let no_role = ORG.replacen(r#"UserRoleId = "00ED00000000001MAA""#, "", 1);
    check_in(
        &no_role,
        partner(ACME),
        expect![[r#"
        unmet
        ! error owner-without-role: `Acme`: the owner, ada@example.com, has no role
            remedy: Give the owner a role: step `assign-role`, or Setup > Users
            rule: Record Access: Under the Hood, account roles hang below the role of the account's owner
    "#]],
    );
    let elsewhere = ORG.replacen(
        r#"UserRoleId = "00ED00000000011MAA""#,
        r#"UserRoleId = "00ED00000000001MAA""#,
        1,
    );
    check_in(
        &elsewhere,
        partner(ACME),
        expect![[r#"
            unmet
            ! error user-elsewhere: `Acme`: pat@example.com is in a role that is not the account's
                remedy: Set the role of the user: step `enable-user` with `portal_role`, or Setup > Users
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
    let nowhere = ORG.replacen(r#"UserRoleId = "00ED00000000011MAA""#, "", 1);
    check_in(
        &nowhere,
        partner(ACME),
        expect![[r#"
            unmet
            ! error user-elsewhere: `Acme`: pat@example.com has no role
                remedy: Set the role of the user: step `enable-user` with `portal_role`, or Setup > Users
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
}

#[test]
fn where_roles_are_minimised() {
    // Bolt has one customer, who shares; Carl has two, and no roles.
    let minimised = minimising(ORG);
    check_in(
        &minimised,
        json!({ "account": BOLT, "kind": "customer" }),
        expect![[r#"
            ! info roles-right: `Bolt`: its users share a role with those of other accounts of the owner
            = {"accounts":1}
        "#]],
    );
    check_in(
        &minimised,
        json!({ "kind": "customer" }),
        expect![[r#"
            unmet
            ! error no-roles: `Carl`: no role is there, and 2 active users should have one
                remedy: No user can create or rename such a role; ask Salesforce, or check whether the account or its owner has just changed
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            ! info roles-right: `Bolt`: its users share a role with those of other accounts of the owner
            ! info roles-right: `Petra Person`: its users share a role with those of other accounts of the owner
        "#]],
    );
    let unshared = minimised.replace(
        "
Id = \"00ED00000000021MAA\"",
        "
Id = \"00ED00000000022MAA\"",
    );
    check_in(
        &unshared,
        json!({ "account": BOLT, "kind": "customer" }),
        expect![[r#"
            unmet
            ! error user-elsewhere: `Bolt`: bo@example.com is in a role that is not the account's
                remedy: Set the role of the user: step `enable-user` with `portal_role`, or Setup > Users
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
    let gone = minimised.replace("PortalAccountOwnerId", "FormerOwnerId");
    check_in(
        &gone,
        json!({ "account": BOLT, "kind": "customer" }),
        expect![[r#"
            unmet
            ! error no-shared-role: `Bolt`: the role that the users share, like `ada Customer Person Account`, is not there
                remedy: No user can create or rename such a role; ask Salesforce, or check whether the account or its owner has just changed
                rule: Knowledge article 005167126, Roles are not created when the first external user is enabled on an account
        "#]],
    );
}

#[test]
fn accounts_that_are_not_there() {
    check(
        partner("001D00000000099IAA"),
        expect![[r#"
            invalid
            ! error unknown-account at /account: There is no account `001D00000000099IAA`
                remedy: Set {with.account} to an id that begins with 001, of this org
        "#]],
    );
    check(
        partner("Acme"),
        expect![[r#"
            invalid
            ! error unknown-account at /account: There is no account `Acme`
                remedy: Set {with.account} to an id that begins with 001, of this org
        "#]],
    );
}

#[test]
fn a_role_that_was_deleted() {
    // Executive is gone; Manager is below the owner's role.
    let two = ORG
        .replace("PortalRole = \"Executive\"", "PortalRole = \"None\"")
        .replace(
            "Id = \"00ED00000000013MAA\"\nName = \"Acme Partner Executive\"\nPortalType = \"Partner\"",
            "Id = \"00ED00000000013MAA\"\nName = \"Acme\"\nPortalType = \"None\"",
        )
        .replace("ParentRoleId = \"00ED00000000013MAA\"", "ParentRoleId = \"00ED00000000001MAA\"");
    check_in(
        &two,
        partner(ACME),
        expect![[r#"
        ! info roles-right: `Acme`: `Acme Partner Manager` and `Acme Partner User`, below the role `CEO` of ada@example.com
        ! info other-levels: `Acme`: it has 2 levels, `User` and `Manager`, and {with.levels} says 3
            remedy: An account gets its roles once: a later change of the setting leaves them as they are. When a role is deleted, the others close up
            rule: docs/salesforce/roles.md#deleting-portal-roles
        = {"accounts":1}
    "#]],
    );
}

#[test]
fn settings_that_cannot_be_read() {
    let unread = format!("{ORG}\n[refused]\n\"settings/Sharing\" = \"INSUFFICIENT_ACCESS\"");
    check_in(
        &unread,
        json!({ "kind": "customer", "account": "" }),
        expect![[r#"
            unmet
            ! error no-roles: `Carl`: no role is there, and 2 active users should have one
                remedy: No user can create or rename such a role; ask Salesforce, or check whether the account or its owner has just changed
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            ! info roles-right: `Bolt`: its users share a role with those of other accounts of the owner
            ! info roles-right: `Petra Person`: its users share a role with those of other accounts of the owner
            ! info settings-not-read: admin@practice.example may not read the settings of Sharing, so a single user of an account may share a role or not
                rule: docs/salesforce/settings.md#rights
        "#]],
    );
}

#[test]
fn more_than_one_look_takes() {
    let mut many = String::new();
    for number in 0..25_001 {
        many.push_str(&format!(
            "[[records.User]]\nId = \"005{number:012}\"\nIsActive = true\nUserType = \"PowerPartner\"\n"
        ));
    }
    let org = format!("[settings.Sharing]\n[describes.Account]\n[records]\nUserRole = []\n{many}");
    check_in(
        &org,
        json!({ "kind": "partner" }),
        expect![[r#"
        invalid
        ! error too-many at /account: This org has 25001 users and 0 roles of this kind, and one look takes 25000 together
            remedy: Set {with.account}, and look at the accounts one by one
    "#]],
    );
}

#[test]
fn accounts_that_sharing_hides() {
    let without = |ids: &[&str]| {
        ids.iter().fold(ORG.to_owned(), |org, id| {
            org.replace(
                &format!("[[records.Account]]\nId = \"{id}\""),
                &format!("[[records.Hidden]]\nId = \"{id}\""),
            )
        })
    };
    check_in(
        &without(&[ACME]),
        json!({ "kind": "partner" }),
        expect![[r#"
            unmet
            ! error accounts-not-seen at /account: admin@practice.example does not see an account that has such users or roles, so its roles are not checked
                remedy: Sign in as a user who has *View All* of accounts by the profile or a permission set
                rule: docs/salesforce/queries.md#hidden-records
        "#]],
    );
    check_in(
        &without(&[BOLT, "001D00000000003IAA"]),
        json!({ "kind": "customer" }),
        expect![[r#"
            unmet
            ! error accounts-not-seen at /account: admin@practice.example does not see 2 accounts that have such users or roles, so their roles are not checked
                remedy: Sign in as a user who has *View All* of accounts by the profile or a permission set
                rule: docs/salesforce/queries.md#hidden-records
            ! info roles-right: `Petra Person`: its users share a role with those of other accounts of the owner
        "#]],
    );
}
