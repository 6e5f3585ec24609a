//! Every recipe in the box keeps its promise on the practice org, with its own example.

use expect_test::expect;
use serde_json::json;

use crate::world::Product;

/// Recipes that only look: they differ from nothing and write nothing.
const READ_ONLY: &[&str] = &["roles/audit"];

/// Plan, apply, check, apply again: every recipe that `recipe list` names.
#[test]
fn every_recipe_fulfils_its_promise_and_then_has_nothing_to_do() {
    let names = Product::new().run("recipe list --json").json();
    let names = names["recipes"].as_array().expect("recipes").clone();
    assert!(!names.is_empty());
    for recipe in names {
        let name = recipe["name"].as_str().expect("a name");
        let product = Product::new();
        let reads_only = READ_ONLY.contains(&name);
        let differs = product.run(&format!("check {name} --org practice"));
        let expected = if reads_only { 0 } else { 11 };
        assert_eq!(differs.exit, expected, "{name}: {}", differs.text());
        let applied = product.run(&format!("apply {name} --org practice --yes --json"));
        assert_eq!(applied.exit, 0, "{name}: {}", applied.text());
        let writes = applied.json()["requests"]["write"] != json!(0);
        assert_eq!(writes, !reads_only, "{name}: {}", applied.text());
        let check = product.run(&format!("check {name} --org practice"));
        assert_eq!(check.exit, 0, "{name}: {}", check.text());
        let again = product.run(&format!("apply {name} --org practice --yes --json"));
        assert_eq!(again.exit, 0, "{name}: {}", again.text());
        assert_eq!(again.json()["requests"]["write"], json!(0), "{name}");
    }
}

/// An example that needs another org than the common one gets it, in whichever folder it is.
#[test]
fn an_example_with_a_start_of_its_own_runs_there() {
    let product = Product::new();
    product.write_recipe(
        "mine.toml",
        r#"format = 1
name = "mine"
title = "Give the owner a role"
[inputs.user]
type = "record"
object = "User"
help = "whoever"
[[steps]]
id = "owner_role"
use = "assign-role"
with = { user = "${inputs.user}", role = "CEO" }
"#,
    );
    product.write(
        "practice.toml",
        r#"[[starts.before-sites.records]]
object = "User"
fields = { Username = "una.early@usher-practice.example", LastName = "Early", Email = "una@example.com", Alias = "uearly", ProfileId = "@profile_standard", TimeZoneSidKey = "Europe/Berlin", LocaleSidKey = "en_US", EmailEncodingKey = "UTF-8", LanguageLocaleKey = "en_US" }

[examples.mine]
inputs = { user = "una.early@usher-practice.example" }
start = "before-sites"
"#,
    );
    let applied = product.run("apply ./mine.toml --org practice --yes");
    expect![[r#"
        exit 0
        --- out
        Give the owner a role  (mine)
          org     practice:before-sites (practice org), as admin@practice.usher.example
          input   user = Early, una.early@usher-practice.example (0057NZ000000004QBA)

        owner_role  assign-role 0.1.0
          ~ "Give una.early@usher-practice.example the role `CEO`"
              update User 0057NZ000000004QBA { UserRoleId: nothing -> 00E7NZ000000001UBA }
              RAISES PRIVILEGES: UserRoleId
              undo: as it was before
                only if no `User` is there with `Account.OwnerId` = 0057NZ000000004QBA, `UserType` = PowerCustomerSuccess or PowerPartner or CustomerSuccess
          warning: "No role is above `CEO`: una.early@usher-practice.example gets access to the records of every user below it in the role hierarchy; `role` under `with` of the step `owner_role` may be a lower role, as Setup > Roles shows them"
              help: "Set `role` under `with` of the step `owner_role` to a lower role when this user shall see less. This recipe has no input for `role`, so that takes a recipe of your own"

        Plan: 0 to create, 1 to change, 0 to delete; 1 request to send.

        Done: 1 change. Run RUN.
        Next: run `usher check ./mine.toml --org practice:before-sites` any time to see whether the org still matches the recipe.
        --- err
        The example starts from a practice org of its own: `practice:before-sites`.
        No inputs given: on a practice org, the example is used.
          done  owner_role  "Give una.early@usher-practice.example the role `CEO`"
    "#]]
    .assert_eq(&applied.text());
    let sites = product.run_words(&[
        "org",
        "query",
        "SELECT Name FROM Network",
        "--org",
        "practice:before-sites",
    ]);
    expect![[r#"
        exit 0
        --- out
        --- err
        0 records found
    "#]]
    .assert_eq(&sites.text());
    let check = product.run("check ./mine.toml --org practice");
    expect![[r#"
        exit 0
        --- out
        Give the owner a role  (mine)
          org     practice:before-sites (practice org), as admin@practice.usher.example
          input   user = Early, una.early@usher-practice.example (0057NZ000000004QBA)

        owner_role  assign-role 0.1.0
          as wanted, nothing to do

        Nothing to change: the org is as the recipe says.
        --- err
        The example starts from a practice org of its own: `practice:before-sites`.
        No inputs given: on a practice org, the example is used.
    "#]]
    .assert_eq(&check.text());
    // A user who brings inputs of his own names the org as well.
    let common = product
        .run("check ./mine.toml --org practice --set user=nora.north@usher-practice.example");
    assert_eq!(common.exit, 11, "{}", common.text());
}

#[test]
fn recipes_are_listed_and_checked() {
    let product = Product::new();
    let listed = product.run("recipe list");
    assert!(listed.out.starts_with("RECIPE"), "{}", listed.text());
    assert!(
        listed.out.contains("fsc/assign-permissions"),
        "{}",
        listed.text()
    );
    let checked = product.run("recipe check fsc/assign-permissions");
    assert_eq!(checked.exit, 0, "{}", checked.text());
}
