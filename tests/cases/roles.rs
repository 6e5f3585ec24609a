//! Roles of owners, and roles of accounts of which one is gone.

use expect_test::expect;
use serde_json::json;

use crate::cases::{lines, refusal, run};
use crate::world::{Org, Product};

const MARIA: &str = "contact=maria.meyer@example.com";

#[test]
fn an_owner_without_role_gets_the_one_that_is_named() {
    let product = Product::new();
    let refused = run(&product, "plan fsc/customer-user", "practice", &[MARIA]);
    expect![[r#"
        exit 10
        error: step `owner_role`: nora.north@usher-practice.example, owner of the contact and its account, has no role (input `owner_role`)
        = help: Set the input `owner_role` to an internal role of this org. The lowest ones see least: `Director, Channel Sales`, `Director, Direct Sales`, `Customer Support, North America`, `VP, International Sales`, `VP, North American Sales`, `CFO`, `COO`, `SVP, Customer Service & Support`, `SVP, Sales & Marketing` and `CEO`. Setup > Roles shows all (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
        code: role-needed
        error: the input is wrong; nothing was changed
    "#]].assert_eq(&refusal(&refused));
    let top = run(
        &product,
        "plan fsc/customer-user",
        "practice",
        &[MARIA, "owner_role=CEO"],
    );
    expect![[r#"
        exit 0
        update User 005Jca000000007IAA { UserRoleId: nothing -> 00EJca000000001MAA }
        RAISES PRIVILEGES: UserRoleId
        warning: "No role is above `CEO`: nora.north@usher-practice.example, owner of the contact and its account, gets access to the records of every user below it in the role hierarchy; the input `owner_role` may be a lower role, as Setup > Roles shows them"
        note: "Assuming that *Number of customer roles* is 1, because the account whose roles were created last has as many; no API shows it"
        note: "maria.meyer@example.com gets the welcome mail of the site `Client Portal` when that is activated"
        note: "admin@practice.usher.example, in whose name Usher works, has no role; two articles of Salesforce ask for one where an external user is made, and may mean the owner of the account, who has one"
    "#]].assert_eq(&lines(&top, &["error", "warning", "note", "UserRoleId"]));
    let below = run(
        &product,
        "plan fsc/customer-user",
        "practice",
        &[MARIA, "owner_role=Customer Support, North America"],
    );
    assert_eq!(lines(&below, &["error", "warning"]), "exit 0\n");
}

#[test]
fn a_role_of_another_name_is_refused_with_those_that_are_there() {
    let product = Product::new();
    let org = product.practice();
    let role = org.id("UserRole", "Name = 'CEO'");
    org.update(
        "UserRole",
        &role,
        &json!({ "Name": "Managing Director", "DeveloperName": "ManagingDirector" }),
    );
    let refused = run(
        &product,
        "plan fsc/customer-user",
        "practice",
        &[MARIA, "owner_role=CEO"],
    );
    expect![[r#"
        exit 10
        error: step `owner_role`: There is no internal role with the id, developer name or name `CEO`; the roles that Salesforce makes for external users do not count (input `owner_role`)
        = help: Set the input `owner_role` to an internal role of this org. The lowest ones see least: `Director, Channel Sales`, `Director, Direct Sales`, `Customer Support, North America`, `VP, International Sales`, `VP, North American Sales`, `CFO`, `COO`, `SVP, Customer Service & Support`, `SVP, Sales & Marketing` and `Managing Director`. Setup > Roles shows all
        code: unknown-role
        error: the input is wrong; nothing was changed
    "#]].assert_eq(&refusal(&refused));
}

/// Takes the lowest of an account's partner roles away, as somebody in Setup.
fn without_lowest(org: &Org) {
    let role = org.id("UserRole", "Name = 'Bergheim Trading Partner Executive'");
    org.send(
        "DELETE",
        &format!("/services/data/v66.0/sobjects/UserRole/{role}"),
        &serde_json::Value::Null,
    );
}

#[test]
fn levels_that_have_closed_up_are_told() {
    let product = Product::new();
    let org = product.practice();
    without_lowest(&org);
    let left = org.query("SELECT Name FROM UserRole WHERE Name LIKE 'Bergheim%' ORDER BY Name");
    assert_eq!(left.len(), 2, "{left:?}");
    let inputs = ["account=Bergheim Trading", "partner_levels=3"];
    let audited = run(&product, "check roles/audit", "practice", &inputs);
    expect![[r#"
        exit 0
        See whether accounts have the roles that the settings call for  (roles/audit)
        input   customer_levels = 0
        input   partner_levels = 3
        customer_roles  check-roles 0.1.0
        note: "`Bergheim Trading`: no customer users with a role, so there are no roles yet"
        partner_roles  check-roles 0.1.0
        note: "`Bergheim Trading`: `Bergheim Trading Partner Manager` and `Bergheim Trading Partner User`, below the role `Director, Channel Sales` of carl.channel@usher-practice.example"
        note: "`Bergheim Trading`: it has 2 levels, `User` and `Manager`, and the input `partner_levels` says 3"
        help: "An account gets its roles once: a later change of the setting leaves them as they are. When a role is deleted, the others close up"
    "#]].assert_eq(&lines(&audited, &["error", "warning", "help", "code", "level", "role"]));
    let inputs = [
        "contact=selma.second@example.com",
        "profile=Channel Partner User",
        "portal_role=Executive",
    ];
    let refused = run(
        &product,
        "plan partner/add-partner-user",
        "practice",
        &inputs,
    );
    expect![[r#"
        exit 10
        error: step `user`: The account `Bergheim Trading` has roles of the levels `User` and `Manager` and none of the level `Executive` (input `portal_role`)
        = help: Set the input `portal_role` to one of these levels, or leave it empty. An account gets its roles once: a later change of the setting leaves them as they are, and the others close up when one is deleted (rule: Object Reference, User; Help, article 000123541; see docs/salesforce/roles.md#deleting-portal-roles)
        code: no-such-level
        error: the input is wrong; nothing was changed
    "#]].assert_eq(&refusal(&refused));
}
