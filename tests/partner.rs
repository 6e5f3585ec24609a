//! `partner/…`: the roles that are announced are the roles that are found, and the records that each user may see.

use std::collections::BTreeSet;

use expect_test::expect;
use serde_json::{Value, json};

use crate::world::{Org, Product};

const ENABLE: &str = "partner/enable-partner-account";
const ADD: &str = "partner/add-partner-user";

/// The roles of an account as any client finds them: name and parent, from the top.
fn roles(org: &Org, account: &str) -> Vec<String> {
    let query = format!(
        "SELECT Name, ParentRoleId FROM UserRole WHERE PortalAccount.Name = '{account}' AND PortalType = 'Partner' ORDER BY Name"
    );
    let name = |id: &Value| {
        let id = id.as_str().unwrap_or_default();
        org.query(&format!("SELECT Name FROM UserRole WHERE Id = '{id}'"))
            .first()
            .and_then(|role| role["Name"].as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let found = org.query(&query);
    found
        .iter()
        .map(|role| {
            let own = role["Name"].as_str().unwrap_or_default();
            format!("{own} below {}", name(&role["ParentRoleId"]))
        })
        .collect()
}

/// The announcements of a step about roles.
fn announced(plan: &Value, step: &str) -> Vec<String> {
    let steps = plan["steps"].as_array().expect("steps");
    let step = steps.iter().find(|s| s["id"] == step).expect("the step");
    let effects = step["effects"].as_array().expect("effects");
    let roles = effects.iter().filter(|effect| {
        let address = effect["address"].as_str().unwrap_or_default();
        address == "place" || address.starts_with("role/") || address.starts_with("moved/")
    });
    roles
        .filter_map(|effect| effect["summary"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn three_partner_roles_of_xxx_company() {
    let product = Product::new();
    let line = |command: &str| product.run(&format!("{command} {ENABLE} --org practice"));
    let plan = line("plan --json").json();
    expect![[r#"
        Salesforce makes the role `XXX Company Partner Executive` below the role of paula.porter@usher-practice.example
        Salesforce makes the role `XXX Company Partner Manager` below `XXX Company Partner Executive`
        Salesforce makes the role `XXX Company Partner User` below `XXX Company Partner Manager`
        The user gets the role `XXX Company Partner User`"#]].assert_eq(&announced(&plan, "user").join("\n"));
    let applied = line("apply --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    for role in announced(&plan, "user") {
        assert!(
            applied.err.contains(&format!("  seen  user  \"{role}\"\n")),
            "{role}\n{}",
            applied.text()
        );
    }
    let org = product.practice();
    expect![[r#"
        XXX Company Partner Executive below Director, Channel Sales
        XXX Company Partner Manager below XXX Company Partner Executive
        XXX Company Partner User below XXX Company Partner Manager"#]]
    .assert_eq(&roles(&org, "XXX Company").join("\n"));
    let account =
        org.query("SELECT IsPartner, Owner.UserRole.Name FROM Account WHERE Name = 'XXX Company'");
    let user = org.query("SELECT UserType, Profile.Name, Profile.UserLicense.Name, UserRole.Name FROM User WHERE Account.Name = 'XXX Company'");
    expect![[r#"
        [
          [
            {
              "IsPartner": true,
              "Owner": {
                "UserRole": {
                  "Name": "Director, Channel Sales",
                  "attributes": {
                    "type": "UserRole",
                    "url": "/services/data/v66.0/sobjects/UserRole/00EJca000000008MAA"
                  }
                },
                "attributes": {
                  "type": "User",
                  "url": "/services/data/v66.0/sobjects/User/005Jca000000008IAA"
                }
              }
            }
          ],
          [
            {
              "Profile": {
                "Name": "Partner User",
                "UserLicense": {
                  "Name": "Partner Community",
                  "attributes": {
                    "type": "UserLicense",
                    "url": "/services/data/v66.0/sobjects/UserLicense/100Jca000000007IAA"
                  }
                },
                "attributes": {
                  "type": "Profile",
                  "url": "/services/data/v66.0/sobjects/Profile/00eJca00000000HIAQ"
                }
              },
              "UserRole": {
                "Name": "XXX Company Partner User",
                "attributes": {
                  "type": "UserRole",
                  "url": "/services/data/v66.0/sobjects/UserRole/00EJca00000000KMAQ"
                }
              },
              "UserType": "PowerPartner"
            }
          ]
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&json!([account, user])).expect("JSON"));
    assert_eq!(line("check").exit, 0);
    let again = line("apply --yes --json").json();
    assert_eq!(again["requests"]["write"], 0, "{again:#}");
}

#[test]
fn the_shared_role_first_and_three_with_the_second_user() {
    let product = Product::new();
    let org = product.practice();
    org.configure(&json!({ "SharingSettings.enableAccountRoleOptimization": true }));
    let plan = product
        .run(&format!("plan {ENABLE} --org practice --json"))
        .json();
    expect![[r#"
        Salesforce makes the role `pporter Partner Person Account`, which users of accounts of paula.porter@usher-practice.example share
        The user gets the role `pporter Partner Person Account`"#]].assert_eq(&announced(&plan, "user").join("\n"));
    let applied = product.run(&format!("apply {ENABLE} --org practice --yes"));
    assert_eq!(applied.exit, 0, "{}", applied.text());
    assert_eq!(roles(&org, "XXX Company"), Vec::<String>::new());
    let first = org.query("SELECT UserRole.Name FROM User WHERE Account.Name = 'XXX Company'");
    expect![[r#"[{"UserRole":{"Name":"pporter Partner Person Account","attributes":{"type":"UserRole","url":"/services/data/v66.0/sobjects/UserRole/00EJca00000000IMAQ"}}}]"#]].assert_eq(&json!(first).to_string());

    let account = org.id("Account", "Name = 'XXX Company'");
    let owner = org.id("User", "Username = 'paula.porter@usher-practice.example'");
    org.create(
        "Contact",
        &json!({ "FirstName": "Yann", "LastName": "Young", "Email": "yann.young@example.com", "AccountId": account, "OwnerId": owner }),
    );
    let add = |command: &str| {
        product.run(&format!(
            "{command} {ADD} --org practice --set contact=yann.young@example.com"
        ))
    };
    let plan = add("plan --json").json();
    expect![[r#"
        Salesforce makes the role `XXX Company Partner Executive` below the role of paula.porter@usher-practice.example
        Salesforce makes the role `XXX Company Partner Manager` below `XXX Company Partner Executive`
        Salesforce makes the role `XXX Company Partner User` below `XXX Company Partner Manager`
        xenia.xu@example.com.emsmei moves from the shared role to `XXX Company Partner User`
        The user gets the role `XXX Company Partner User`"#]].assert_eq(&announced(&plan, "user").join("\n"));
    let applied = add("apply --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    expect![[r#"
        XXX Company Partner Executive below Director, Channel Sales
        XXX Company Partner Manager below XXX Company Partner Executive
        XXX Company Partner User below XXX Company Partner Manager"#]]
    .assert_eq(&roles(&org, "XXX Company").join("\n"));
    let places: BTreeSet<String> = org
        .query("SELECT UserRole.Name FROM User WHERE Account.Name = 'XXX Company'")
        .iter()
        .map(|user| user["UserRole"]["Name"].to_string())
        .collect();
    assert_eq!(
        places.into_iter().collect::<Vec<_>>(),
        ["\"XXX Company Partner User\""]
    );
}

#[test]
fn one_and_two_levels() {
    for (levels, expected) in [
        (1, vec!["XXX Company Partner User below COO"]),
        (
            2,
            vec![
                "XXX Company Partner Manager below COO",
                "XXX Company Partner User below XXX Company Partner Manager",
            ],
        ),
    ] {
        let product = Product::new();
        let org = product.practice();
        org.configure(&json!({ "practice.numberOfPartnerRoles": levels }));
        let words = |command: &str| {
            product.run(&format!(
                "{command} {ENABLE} --org practice --set contact=xenia.xu@example.com --set owner_role=COO --set role_levels={levels} --set account={}",
                org.id("Account", "Name = 'XXX Company'")
            ))
        };
        let plan = words("plan --json").json();
        // As many roles as levels, and the place of the user in the lowest.
        assert_eq!(announced(&plan, "user").len(), levels + 1, "{plan:#}");
        let applied = words("apply --yes");
        assert_eq!(applied.exit, 0, "{}", applied.text());
        assert_eq!(roles(&org, "XXX Company"), expected);
    }
}

#[test]
fn a_second_user_has_a_role_of_choice() {
    let product = Product::new();
    let applied = product.run(&format!("apply {ADD} --org practice --yes"));
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let org = product.practice();
    let user = org
        .query("SELECT UserRole.Name FROM User WHERE Contact.Email = 'selma.second@example.com'");
    expect![[r#"[{"UserRole":{"Name":"Bergheim Trading Partner Manager","attributes":{"type":"UserRole","url":"/services/data/v66.0/sobjects/UserRole/00EJca00000000DMAQ"}}}]"#]].assert_eq(&json!(user).to_string());
}

#[test]
fn a_role_level_that_the_account_lacks() {
    let product = Product::new();
    let org = product.practice();
    org.configure(&json!({ "practice.numberOfPartnerRoles": 1 }));
    let owner = org.id("User", "Username = 'carl.channel@usher-practice.example'");
    let account = json!({ "Name": "One Level", "OwnerId": owner });
    let account = org.create("Account", &account);
    let apply = |name: &str, role: &str| {
        let fields = json!({ "LastName": name, "Email": format!("{name}@example.com"), "AccountId": account, "OwnerId": owner });
        let contact = format!("contact={}", org.create("Contact", &fields));
        let role = format!("portal_role={role}");
        let profile = "profile=Channel Partner User";
        let mut words = vec!["apply", ADD, "--org", "practice", "--yes"];
        for set in [contact.as_str(), role.as_str(), profile] {
            words.extend(["--set", set]);
        }
        product.run_words(&words)
    };
    let first = apply("first", "User");
    assert_eq!(first.exit, 0, "{}", first.text());
    let refused = apply("second", "Manager");
    assert_eq!(refused.exit, 10, "{}", refused.text());
    expect![[r#"
        error: step `user`: The account `One Level` has roles of the levels `User` and none of the level `Manager` (input `portal_role`)
           --> partner/add-partner-user:146:15
            |
        146 | portal_role = "${inputs.portal_role}"
            |               ^^^^^^^^^^^^^^^^^^^^^^^
            |
            = help: Set the input `portal_role` to one of these levels, or leave it empty. An account gets its roles once: a later change of the setting leaves them as they are, and the others close up when one is deleted (rule: Object Reference, User; Help, article 000123541; see docs/salesforce/roles.md#deleting-portal-roles)
        code: no-such-level

        error: the input is wrong; nothing was changed
    "#]].assert_eq(&refused.err);
    let second = "SELECT Id FROM User WHERE Email = 'second@example.com'";
    assert_eq!(org.query(second), Vec::<Value>::new());
}

#[test]
fn a_user_who_leaves() {
    let product = Product::new();
    let line = |command: &str| {
        product.run(&format!(
            "{command} partner/disable-partner-user --org practice"
        ))
    };
    let planned = line("plan");
    expect![[r#"
        exit 0
        --- out
        Disable a partner user  (partner/disable-partner-user)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Leo Leaver, leo.leaver@usher-practice.example (005Jca00000000BIAQ)

        user  disable-user 0.1.0
          ~ "Deactivate leo.leaver@usher-practice.example"
              update User 005Jca00000000BIAQ { IsActive: true -> false }
              undo: as it was before
          As a result, Salesforce will:
            > "The role `Oldtown Supplies Partner User` of the user becomes obsolete, and the user's records stop rolling up to the partner account `Oldtown Supplies`"
            > "The user cannot sign in any more; the contact and the account `Oldtown Supplies` stay"
            > "A seat of the license `Partner Community` is free again"
          warning: "The role `Oldtown Supplies Partner User` of the user becomes obsolete, and the user's records stop rolling up to the partner account `Oldtown Supplies`"
              help: "Give the user's records to another user of the account first"
          note: "No active partner user of the account `Oldtown Supplies` is left; this step leaves it a partner account, which can be disabled, but not deleted"
          note: "Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in"
              help: "If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again"

        Plan: 0 to create, 1 to change, 0 to delete; 1 request to send.
        --- err
        No inputs given: on a practice org, the recipe's example is used.
    "#]].assert_eq(&planned.text());
    let applied = line("apply --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let org = product.practice();
    let user =
        org.query("SELECT IsActive FROM User WHERE Username = 'leo.leaver@usher-practice.example'");
    assert_eq!(user, [json!({ "IsActive": false })]);
    assert_eq!(line("check").exit, 0);
}

/// No API logs in as another user, so a person does, and says what they saw.
#[test]
fn a_run_stops_until_somebody_has_looked() {
    let product = Product::new();
    // Beside no practice.toml nothing confirms it instead.
    product.write_recipe(
        "enable.toml",
        include_str!("../recipes/partner/enable-partner-account.toml"),
    );
    let command = |command: &str, more: &[&str]| {
        let mut words = vec![command, "enable.toml", "--org", "practice"];
        for set in [
            "account=XXX Company",
            "contact=xenia.xu@example.com",
            "owner_role=COO",
            "role_levels=3",
        ] {
            words.extend(["--set", set]);
        }
        words.extend(more);
        product.run_words(&words)
    };
    let waits = command("apply", &["--yes"]);
    assert_eq!(waits.exit, 23, "{}", waits.text());
    let looked = [
        "--yes",
        "--confirm",
        "login=saw two opportunities, nothing else",
    ];
    let applied = command("apply", &looked);
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let check = command("check", &[]);
    assert_eq!(check.exit, 0, "{}", check.text());
    assert!(
        check.out.contains("saw two opportunities, nothing else"),
        "{}",
        check.text()
    );
}
