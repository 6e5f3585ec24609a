//! A role is needed, found and asked for.

use expect_test::expect;
use serde_json::json;
use usher_sdk::testing::rehearse;

use crate::plan;
use crate::tests::{MANIFEST, ORG, check};

#[test]
fn a_role_is_named_unmistakably() {
    check(
        json!({ "user": "005D00000000002IAA", "role": "CTO" }),
        expect![[r#"
            invalid
            ! error unknown-role at /role: There is no internal role with the id, developer name or name `CTO`; the roles that Salesforce makes for external users do not count
                remedy: Set {with.role} to an internal role of this org. The lowest ones see least: `SalesEast`, `SalesWest`, `CFO` and `CEO`. Setup > Roles shows all
        "#]],
    );
    check(
        json!({ "user": "005D00000000002IAA", "role": "Acme Customer User" }),
        expect![[r#"
            invalid
            ! error unknown-role at /role: There is no internal role with the id, developer name or name `Acme Customer User`; the roles that Salesforce makes for external users do not count
                remedy: Set {with.role} to an internal role of this org. The lowest ones see least: `SalesEast`, `SalesWest`, `CFO` and `CEO`. Setup > Roles shows all
        "#]],
    );
    check(
        json!({ "user": "005D00000000002IAA", "role": "Sales" }),
        expect![[r#"
            invalid
            ! error ambiguous-role at /role: 2 roles have the name `Sales`, with the developer names `SalesEast` and `SalesWest`
                remedy: Set {with.role} to the developer name of the one that is meant, or rename one of them
        "#]],
    );
    check(
        json!({ "user": "005D00000000002IAA", "role": "SalesWest" }),
        expect![[r#"
            ~ role/bob@example.com: Give bob@example.com the role `Sales`
                update User "005D00000000002IAA" {UserRoleId: "00ED00000000004MAA"}
                undo: restore
                undo only if User (Account.OwnerId = "005D00000000002IAA", UserType = "PowerCustomerSuccess" | "PowerPartner" | "CustomerSuccess") {}: absent
            = {"owner_ids":["005D00000000002IAA"]}
        "#]],
    );
}

#[test]
fn a_role_is_looked_for_only_when_a_user_needs_one() {
    // Nobody needs the role, so a name that the org does not know does no harm.
    check(
        json!({ "owner_of": "001D00000000001IAA", "role": "Geschäftsführung" }),
        expect![[r#"
            ! info role-kept at /role: ada@example.com, owner of the account, has the role `CFO` and keeps it
                remedy: Set {with.replace} to true to make it `Geschäftsführung`
            = {"owner_ids":["005D00000000001IAA"]}
        "#]],
    );
    check(
        json!({ "owner_of": "001D00000000001IAA" }),
        expect![[r#"
        = {"owner_ids":["005D00000000001IAA"]}
    "#]],
    );
    check(
        json!({ "owner_of": "001D00000000001IAA", "role": "", "user": "" }),
        expect![[r#"
            = {"owner_ids":["005D00000000001IAA"]}
        "#]],
    );
    // The account's owner needs one, and none is given.
    check(
        json!({ "owner_of": "001D00000000002IAA" }),
        expect![[r#"
        invalid
        ! error role-needed at /role: bob@example.com, owner of the account, has no role
            remedy: Set {with.role} to an internal role of this org. The lowest ones see least: `SalesEast`, `SalesWest`, `CFO` and `CEO`. Setup > Roles shows all
            rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
    "#]],
    );
    check(
        json!({ "user": "005D00000000002IAA" }),
        expect![[r#"
        invalid
        ! error role-needed at /role: bob@example.com has no role
            remedy: Set {with.role} to an internal role of this org. The lowest ones see least: `SalesEast`, `SalesWest`, `CFO` and `CEO`. Setup > Roles shows all
            rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
    "#]],
    );
    // The contact's owner has none, which Salesforce lets pass.
    check(
        json!({ "owner_of": "003D00000000001IAA" }),
        expect![[r#"
        ! info contact-owner-without-role at /role: bob@example.com, owner of the contact, has no role; Salesforce asks for a role of the account's owner only, and the document names the contact's
            remedy: Set {with.role} when this user needs one, too
            rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
        = {"owner_ids":["005D00000000001IAA"]}
    "#]],
    );
}

#[test]
fn a_role_is_found_by_id_developer_name_or_name() {
    check(
        json!({ "user": "005D00000000002IAA", "role": "00ED00000000003MAA" }),
        expect![[r#"
            ~ role/bob@example.com: Give bob@example.com the role `Sales`
                update User "005D00000000002IAA" {UserRoleId: "00ED00000000003MAA"}
                undo: restore
                undo only if User (Account.OwnerId = "005D00000000002IAA", UserType = "PowerCustomerSuccess" | "PowerPartner" | "CustomerSuccess") {}: absent
            = {"owner_ids":["005D00000000002IAA"]}
        "#]],
    );
    check(
        json!({ "user": "005D00000000002IAA", "role": "00ED00000000003" }),
        expect![[r#"
            ~ role/bob@example.com: Give bob@example.com the role `Sales`
                update User "005D00000000002IAA" {UserRoleId: "00ED00000000003MAA"}
                undo: restore
                undo only if User (Account.OwnerId = "005D00000000002IAA", UserType = "PowerCustomerSuccess" | "PowerPartner" | "CustomerSuccess") {}: absent
            = {"owner_ids":["005D00000000002IAA"]}
        "#]],
    );
    check(
        json!({ "user": "005D00000000002IAA", "role": "salesEAST" }),
        expect![[r#"
            ~ role/bob@example.com: Give bob@example.com the role `Sales`
                update User "005D00000000002IAA" {UserRoleId: "00ED00000000003MAA"}
                undo: restore
                undo only if User (Account.OwnerId = "005D00000000002IAA", UserType = "PowerCustomerSuccess" | "PowerPartner" | "CustomerSuccess") {}: absent
            = {"owner_ids":["005D00000000002IAA"]}
        "#]],
    );
    check(
        json!({ "user": "005D00000000002IAA", "role": " SalesEast " }),
        expect![[r#"
            ~ role/bob@example.com: Give bob@example.com the role `Sales`
                update User "005D00000000002IAA" {UserRoleId: "00ED00000000003MAA"}
                undo: restore
                undo only if User (Account.OwnerId = "005D00000000002IAA", UserType = "PowerCustomerSuccess" | "PowerPartner" | "CustomerSuccess") {}: absent
            = {"owner_ids":["005D00000000002IAA"]}
        "#]],
    );
    check(
        json!({ "user": "005D00000000002IAA", "role": "00ED00000000009MAA" }),
        expect![[r#"
            invalid
            ! error unknown-role at /role: There is no internal role with the id, developer name or name `00ED00000000009MAA`; the roles that Salesforce makes for external users do not count
                remedy: Set {with.role} to an internal role of this org. The lowest ones see least: `SalesEast`, `SalesWest`, `CFO` and `CEO`. Setup > Roles shows all
        "#]],
    );
}

#[test]
fn an_org_that_does_not_show_its_roles_is_named_by_the_place_in_setup() {
    let org = ORG.replace("LIMIT 200", "LIMIT 20");
    let input = json!({ "user": "005D00000000002IAA" });
    expect![[r#"
        invalid
        ! error role-needed at /role: bob@example.com has no role
            remedy: Set {with.role} to an internal role of this org, as Setup > Roles shows them
            rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
    "#]].assert_eq(&rehearse(MANIFEST, &org, input, plan));
}

#[test]
fn of_many_roles_the_lowest_are_not_known() {
    let start = ORG
        .find("  { Id = \"00ED00000000001MAA\"")
        .expect("the roles");
    let end = start + ORG[start..].find("\n]").expect("their end");
    let many: String = (0..200)
        .map(|number| {
            format!(
                "  {{ Id = \"00ED{number:011}MAA\", Name = \"Role {number:03}\", DeveloperName = \"R{number}\", ParentRoleId = \"00ED00000000900MAA\" }},\n"
            )
        })
        .collect();
    let org = format!("{}{many}{}", &ORG[..start], &ORG[end..]);
    let input = json!({ "user": "005D00000000002IAA" });
    expect![[r#"
        invalid
        ! error role-needed at /role: bob@example.com has no role
            remedy: Set {with.role} to an internal role of this org. Some of them are `Role 000`, `Role 001`, `Role 002`, `Role 003`, `Role 004`, `Role 005`, `Role 006`, `Role 007`, `Role 008` and `Role 009`. Setup > Roles shows all, and those further down see less
            rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
    "#]].assert_eq(&rehearse(MANIFEST, &org, input, plan));
}
