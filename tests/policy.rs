//! Policies: plans that need a person, plans that are refused, and plans that pass.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::conformance::component;
use crate::hostile::evil;
use crate::saved_plans::LATER;
use crate::world::Product;

const SETS: &str = "apply fsc/assign-permissions --org practice --set user=jane.doe@example.com";

/// Without its plan, which other tests compare.
fn said(product: &Product, line: &str, expected: &Expect) {
    let ran = product.run(line);
    let out = ran
        .out
        .lines()
        .skip_while(|line| !line.starts_with("  approved"));
    let out: Vec<&str> = out.collect();
    expected.assert_eq(&format!(
        "exit {}\n{}\n{}",
        ran.exit,
        out.join("\n"),
        ran.err
    ));
}

fn under(policy: &str) -> Product {
    let product = Product::new();
    product.write("home/config/policy.toml", policy);
    product
}

const POLICY: &str = r#"
[all]
ask = ["cannot-undo", "deletes", { object = "User", above = 5 }]
refuse = [
  "mails",
  { privileges = ["ModifyAllData"] },
]
"#;

/// A recipe that gives so many users a title.
fn titles(product: &Product, users: usize) {
    let found = product
        .practice()
        .query("SELECT Id FROM User WHERE Title = null ORDER BY Id LIMIT 6");
    let changes = found[..users].iter().enumerate().map(|(number, user)| {
        let fields = json!([{ "name": "Title", "value": { "text": "Countess" } }]);
        let user = json!({ "object": "User", "id": { "text": user["Id"] }, "fields": fields });
        json!({
            "address": format!("title-{number}"),
            "summary": format!("Give user {number} a title"),
            "operation": { "update": user },
            "undo": { "possible": { "way": "restore" } },
        })
    });
    let changes: Vec<Value> = changes.collect();
    let manifest = evil(&json!({ "writes": { "update": { "User": ["Title"] } } }));
    product.write("evil.wasm", component::under(&manifest.to_string()));
    let script = json!({ "script": { "answer": { "ok": { "changes": changes } } } });
    let step = json!({ "id": "titles", "use": "./evil.wasm", "with": script });
    let recipe = json!({ "title": "Titles", "steps": [step] });
    product.write("titles.toml", toml::to_string(&recipe).expect("TOML"));
    product.allow("plan titles.toml --org practice");
}

#[test]
fn a_plan_that_mails_is_refused() {
    let product = under(POLICY);
    said(
        &product,
        "apply fsc/customer-user --org practice --yes",
        &expect![[r#"
            exit 30

            No inputs given: on a practice org, the recipe's example is used.
            error: a policy refuses this: mails (FOLDER/home/config/policy.toml:5): `live`: "The site `Client Portal` mails its 2 members how to get in"
            help: change what the recipe does, or talk to whoever keeps the policy
            code: policy/refused
        "#]],
    );
    let refused =
        product.run("apply fsc/customer-user --org practice --yes --json --json-into refused.json");
    assert_eq!(refused.json()["error"]["code"], "policy/refused");
    // The file holds the plan as well.
    let file = std::fs::read_to_string(product.path("refused.json")).expect("it is there");
    let file: Value = serde_json::from_str(&file).expect("JSON");
    assert_eq!(file["error"]["code"], "policy/refused");
    assert_eq!(file["steps"][0]["id"], "owner_role");
    // Nothing was changed, and there is no run.
    assert_eq!(product.run("runs").out, "No runs yet.\n");
}

#[test]
fn more_than_five_users_need_a_person() {
    let mut product = under(POLICY);
    titles(&product, 6);
    let line = "apply titles.toml --org practice";
    said(
        &product,
        line,
        &expect![[r#"
            exit 2

            error: Usher cannot ask here for the approval that a policy wants: touches more than 5 records of `User` (FOLDER/home/config/policy.toml:3): `titles`: "Give user 0 a title"; `titles`: "Give user 1 a title"; `titles`: "Give user 2 a title"; `titles`: "Give user 3 a title"; `titles`: "Give user 4 a title"; 1 more
            help: look at it with `usher plan`, then pass `--yes`
            code: apply/not-approved
        "#]],
    );
    product.answer(vec![Box::new(|| "no")]);
    said(
        &product,
        line,
        &expect![[r#"
            exit 0

            A policy asks, because this plan
              touches more than 5 records of `User` (FOLDER/home/config/policy.toml:3): `titles`: "Give user 0 a title"; `titles`: "Give user 1 a title"; `titles`: "Give user 2 a title"; `titles`: "Give user 3 a title"; `titles`: "Give user 4 a title"; 1 more
            Apply these changes? Type yes:
            Nothing was changed.
        "#]],
    );
    product.answer(vec![Box::new(|| "yes")]);
    assert_eq!(product.run(line).exit, 0);
}

#[test]
fn five_users_need_nobody() {
    let product = under(POLICY);
    titles(&product, 5);
    said(
        &product,
        "apply titles.toml --org practice",
        &expect![[r#"
            exit 0

              approved by the policy: no rule asks
              done  titles  "Give user 0 a title"
              done  titles  "Give user 1 a title"
              done  titles  "Give user 2 a title"
              done  titles  "Give user 3 a title"
              done  titles  "Give user 4 a title"
        "#]],
    );
    let run = product.run("show --json");
    assert_eq!(run.json()["end"], "done");
}

#[test]
fn permission_sets_are_refused_by_what_they_carry() {
    let product = under(POLICY);
    let org = product.practice();
    let line = format!("{SETS} --set permission_sets=Everything");
    let set =
        json!({ "Name": "Everything", "Label": "Everything", "PermissionsModifyAllData": true });
    org.create("PermissionSet", &set);
    said(
        &product,
        &line,
        &expect![[r#"
            exit 30

            error: a policy refuses this: gives `ModifyAllData` (FOLDER/home/config/policy.toml:6): `permissions`: "Assign the permission set `Everything` to jane.doe@usher-practice.example"
            help: change what the recipe does, or talk to whoever keeps the policy
            code: policy/refused
        "#]],
    );
    // Another one gives less, and passes.
    let passed = product.run(SETS);
    assert_eq!(passed.exit, 0, "{}", passed.text());
}

#[test]
fn a_team_s_policy_counts_as_well() {
    let mut product = under("[practice]\nask = []\n");
    product.write(
        "team.toml",
        "[all]\nask = [\"raises-privileges\"]\nrefuse = [\"deletes\"]\n",
    );
    let asked = format!("{SETS} --policy team.toml");
    said(
        &product,
        &asked,
        &expect![[r#"
            exit 2

            error: Usher cannot ask here for the approval that a policy wants: raises privileges (team.toml:2): `permissions`: "Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example"
            help: look at it with `usher plan`, then pass `--yes`
            code: apply/not-approved
        "#]],
    );
    product.set("USHER_POLICY", "team.toml");
    assert_eq!(product.run(SETS).exit, 2);
    product.unset("USHER_POLICY");
    assert_eq!(product.run(SETS).exit, 0);
    // Undoing deletes.
    said(
        &product,
        "undo --policy team.toml --yes",
        &expect![[r#"
            exit 30

            error: a policy refuses this: deletes (team.toml:3): `permissions`: "Undo: Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example"
            help: change what the recipe does, or talk to whoever keeps the policy
            code: policy/refused
        "#]],
    );
    assert_eq!(product.run("undo").exit, 0);
}

#[test]
fn a_policy_that_does_not_speak_of_the_org_leaves_the_question() {
    let product = under("[production]\nask = []\n");
    assert_eq!(product.run(SETS).exit, 2);
    assert_eq!(product.run(&format!("{SETS} --yes")).exit, 0);
}

#[test]
fn mistakes_in_a_policy_are_told_with_their_place() {
    let product = under("[practice]\nask = [\"mail\"]\n");
    said(
        &product,
        SETS,
        &expect![[r#"
        exit 10

        error: `mail` is not a fact about a plan
         --> FOLDER/home/config/policy.toml:2:8
          |
        2 | ask = ["mail"]
          |        ^^^^^^
          |
          = help: did you mean `mails`?
        code: policy/unknown-fact

        error: 1 mistake in `FOLDER/home/config/policy.toml`
    "#]],
    );
    said(
        &product,
        &format!("{SETS} --policy none.toml"),
        &expect![[r#"
            exit 10

            error: `mail` is not a fact about a plan
             --> FOLDER/home/config/policy.toml:2:8
              |
            2 | ask = ["mail"]
              |        ^^^^^^
              |
              = help: did you mean `mails`?
            code: policy/unknown-fact

            error: 1 mistake in `FOLDER/home/config/policy.toml`
        "#]],
    );
}

#[test]
fn a_step_that_is_planned_later_is_judged_at_its_turn() {
    let product = under(
        "[practice]\nask = [\"deletes\"]\nrefuse = [{ object = \"PermissionSetAssignment\", above = 0 }]\n",
    );
    product.write_recipe("later.toml", LATER);
    let line = "apply later.toml --org practice --set contact=maria.meyer@example.com";
    said(
        &product,
        line,
        &expect![[r#"
            exit 30

              approved by the policy: no rule asks
              done  owner_role  "Give nora.north@usher-practice.example, owner of the contact and its account, the role `CEO`"
              done  user  "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`"
              planning  permissions
              planned  permissions  1 change
              FAILED  permissions  a policy refuses this: touches more than 0 records of `PermissionSetAssignment` (FOLDER/home/config/policy.toml:3): `permissions`: "Assign the permission set `Customer Community Read Only` to maria.meyer@example.com.uobsty"
              seen  user  "The user belongs to the account `Lakeside Credit Union`"
              seen  user  "Salesforce makes the role `Lakeside Credit Union Customer User` below the role of nora.north@usher-practice.example"
              seen  user  "The user gets the role `Lakeside Credit Union Customer User`"
              seen  user  "The user becomes a member of the site `Client Portal`"
            error: step `permissions`: a policy refuses this: touches more than 0 records of `PermissionSetAssignment` (FOLDER/home/config/policy.toml:3): `permissions`: "Assign the permission set `Customer Community Read Only` to maria.meyer@example.com.uobsty"
            help: change what the recipe does, or talk to whoever keeps the policy
            code: policy/refused
        "#]],
    );
}

#[test]
fn what_is_planned_later_needs_an_approval_of_its_own() {
    let mut product = Product::new();
    product.write_recipe("later.toml", LATER);
    let line = "apply later.toml --org practice --set contact=maria.meyer@example.com --yes";
    let stopped = product.run(line);
    expect![[r#"
        exit 21
          done  owner_role  "Give nora.north@usher-practice.example, owner of the contact and its account, the role `CEO`"
          done  user  "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`"
          planning  permissions
          planned  permissions  1 change
        permissions  assign-permission-sets 0.1.0
          + "Assign the permission set `Customer Community Read Only` to maria.meyer@example.com.uobsty"
              create PermissionSetAssignment { PermissionSetId: 0PSJca00000000FOAQ, AssigneeId: 005Jca00000000CIAQ }
              RAISES PRIVILEGES: PermissionSetId
              undo: deleted
          step `permissions` is not approved
        error: step `permissions` was planned only now, and is not approved yet
        help: look at it with `usher show RUN`, then `usher resume RUN --yes`; `--yes-later` approves such steps beforehand
        code: run/not-approved
    "#]].assert_eq(&format!("exit {}\n{}", stopped.exit, stopped.err));
    // It was shown, so `--yes` approves it.
    let resumed = product.run("resume --yes");
    assert_eq!(resumed.exit, 0, "{}", resumed.text());
    // In a terminal a person is asked.
    let mut other = Product::new();
    other.write_recipe("later.toml", LATER);
    other.answer(vec![Box::new(|| "yes")]);
    let asked = other.run(line);
    assert_eq!(asked.exit, 0, "{}", asked.text());
    product.answer(Vec::new());
}
