//! Saved plans: Usher does what was approved, or reports the difference and does nothing.

use std::os::unix::fs::PermissionsExt;

use expect_test::expect;
use serde_json::{Value, json};

use crate::world::{Product, Ran};

const PLAN: &str = "plan fsc/customer-user --org practice -o plan.json";
const APPLY: &str = "apply plan.json --yes";

/// A home with a plan in `plan.json`.
fn saved() -> Product {
    let product = Product::new();
    let plan = product.run(PLAN);
    assert_eq!(plan.exit, 0, "{}", plan.text());
    product
}

/// Returns the text of a refusal, and checks that it changes nothing.
fn refusal(product: &Product, line: &str) -> String {
    let before = product.practice().fingerprint();
    let ran = product.run(line);
    assert_eq!(product.practice().fingerprint(), before, "{}", ran.text());
    told(&ran)
}

fn told(ran: &Ran) -> String {
    format!("exit {}\n{}{}", ran.exit, ran.out, ran.err)
}

#[test]
fn saved_and_applied_by_itself() {
    let product = Product::new();
    let plan = product.run("plan fsc/assign-permissions --org practice -o plan.json");
    expect![[r#"
        exit 0
        --- out
        Assign permission sets to an external user  (fsc/assign-permissions)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Jane Doe, jane.doe@usher-practice.example (005Jca000000006IAA)
          input   permission_sets = Customer Community Read Only

        permissions  assign-permission-sets 0.1.0
          + "Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example"
              create PermissionSetAssignment { PermissionSetId: 0PSJca00000000FOAQ, AssigneeId: 005Jca000000006IAA }
              RAISES PRIVILEGES: PermissionSetId
              undo: deleted

        Plan: 1 to create, 0 to change, 0 to delete; 1 request to send.

        Saved to `plan.json`.
        Next: `usher apply plan.json` does exactly this, or refuses when the org has moved.
        --- err
        No inputs given: on a practice org, the recipe's example is used.
    "#]].assert_eq(&plan.text());
    let mode = std::fs::metadata(product.path("plan.json")).expect("it is there");
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    let parts = std::fs::read_dir(product.path("")).expect("a folder");
    let names: Vec<String> = parts
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name != "home")
        .collect();
    assert_eq!(names, ["plan.json"]);
    // The plan was made for this org.
    let applied = product.run(APPLY);
    assert_eq!(applied.exit, 0, "{}", applied.text());
    assert!(
        applied.out.contains("Done: 1 change."),
        "{}",
        applied.text()
    );
    // The approved changes are done: nothing is left to do.
    let again = product.run("apply plan.json --yes --json");
    assert_eq!(again.exit, 0, "{}", again.text());
    assert_eq!(again.json()["requests"]["write"], 0);
}

#[test]
fn it_does_what_the_plan_says_and_needs_a_grant_but_not_the_recipe() {
    let product = Product::new();
    let recipe = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../recipes/fsc/assign-permissions.toml"
    ));
    product.write_recipe("mine/own.toml", recipe.expect("the recipe"));
    product.write("inputs.toml", "user = \"jane.doe@example.com\"\n");
    let plan = product
        .run("plan mine/own.toml --inputs inputs.toml --org practice --json -o a/../plan.json");
    assert_eq!(plan.exit, 41, "{}", plan.text());
    let plan =
        product.run("plan mine/own.toml --inputs inputs.toml --org practice --json -o plan.json");
    assert_eq!(plan.exit, 0, "{}", plan.text());
    assert_eq!(plan.json()["saved"], "plan.json");
    std::fs::remove_dir_all(product.path("mine")).expect("removed");
    std::fs::remove_file(product.path("inputs.toml")).expect("removed");
    // The grant was the recipe's, and the recipe is gone.
    product.allow("apply plan.json --yes");
    let applied = product.run("apply plan.json --yes --json");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    assert_eq!(
        applied.json()["steps"][0]["changes"][0]["operation"],
        plan.json()["steps"][0]["changes"][0]["operation"]
    );
    assert_eq!(
        product
            .run("check fsc/assign-permissions --org practice")
            .exit,
        0
    );
}

/// The sets of the last step are known only when there is a user.
pub(crate) const LATER: &str = r#"
format = 1
name = "later"
title = "Later"

[inputs.contact]
type = "record"
object = "Contact"

[[steps]]
id = "owner_role"
use = "assign-role"
with = { owner_of = "${inputs.contact}", role = "CEO" }

[[steps]]
id = "user"
use = "enable-user"
with = { contact = "${inputs.contact}", license = "Client Customer Community Plus", profile = "Client Customer Community Plus" }

[[steps]]
id = "permissions"
use = "assign-permission-sets"
with = { user = "${steps.user.user_id}", permission_sets = ["${'Customer Community Read Only' if steps.user.user_id else 'None'}"] }
"#;

#[test]
fn a_step_that_is_planned_later_may_do_what_was_approved() {
    let product = Product::new();
    product.write_recipe("later.toml", LATER);
    let plan = product.run(
        "plan later.toml --org practice --set contact=maria.meyer@example.com -o plan.json --json",
    );
    assert_eq!(plan.exit, 0, "{}", plan.text());
    let plan = plan.json();
    let step = &plan["steps"][2];
    assert_eq!(step["state"], "deferred");
    expect![[r#"{"configure":{},"create":{"PermissionSetAssignment":["AssigneeId","PermissionSetId","PermissionSetGroupId"],"PermissionSetLicenseAssign":["AssigneeId","PermissionSetLicenseId"]},"delete":[],"deploy":[],"requests":[],"update":{},"within":{"changes":2,"entries":1,"fields":["PermissionSetGroupId","PermissionSetId"],"handed_on":["user"],"values":{}}}"#]].assert_eq(&step["bound"].to_string());
    let applied = product.run(&format!("{APPLY} --yes-later"));
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let assigned = product.practice().query(
        "SELECT PermissionSet.Label FROM PermissionSetAssignment WHERE Assignee.Contact.Email = 'maria.meyer@example.com' AND PermissionSet.IsOwnedByProfile = false",
    );
    let labels: Vec<&Value> = assigned
        .iter()
        .map(|one| &one["PermissionSet"]["Label"])
        .collect();
    assert_eq!(labels, ["Customer Community Read Only"]);
}

#[test]
fn an_org_that_has_moved_is_left_alone() {
    let product = saved();
    let org = product.practice();
    let owner = org.id("User", "Username = 'nora.north@usher-practice.example'");
    let role = org.create("UserRole", &json!({ "Name": "Sales" }));
    org.update("User", &owner, &json!({ "UserRoleId": role }));
    let site = org.id("Network", "Name = 'Client Portal'");
    org.update(
        "Network",
        &site,
        &json!({ "OptionsShowAllNetworkSettings": true }),
    );
    expect![[r#"
        exit 12
        Otherwise than approved:
          - owner_role  not any more: "Give nora.north@usher-practice.example, owner of the contact and its account, the role `Customer Support, North America`"
          ~ user  > "Salesforce makes the role `Lakeside Credit Union Customer User` below the role of nora.north@usher-practice.example": `ParentRoleId` was `00EJca00000000AMAQ`, is `00EJca00000000IMAQ` now
        error: the org is not as it was when the plan was saved; nothing was changed
        help: look at the difference, then save a new plan with the command that saved this one
        code: plan/moved
    "#]].assert_eq(&refusal(&product, APPLY));
    let refused = product.run("apply plan.json --yes --json");
    assert_eq!(refused.exit, 12);
    let refused = refused.json();
    assert_eq!(refused["error"]["code"], "plan/moved");
    let differences: Vec<[&Value; 4]> = refused["differences"]
        .as_array()
        .expect("differences")
        .iter()
        .map(|one| [&one["way"], &one["subject"], &one["step"], &one["address"]])
        .collect();
    expect![[r#"[["removed","change","owner_role","role/nora.north@usher-practice.example"],["changed","effect","user","role/User"]]"#]].assert_eq(&serde_json::to_string(&differences).expect("JSON"));
}

#[test]
fn an_org_that_cannot_be_planned_any_more() {
    let product = saved();
    let org = product.practice();
    let contact = org.id("Contact", "Email = 'maria.meyer@example.com'");
    org.update("Contact", &contact, &json!({ "AccountId": null }));
    expect![[r#"
        exit 12
        Otherwise than approved:
          ~ user  It cannot be planned any more: Maria Meyer has no account
          - user  not any more: "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`"
          - user  > not any more: "One seat of the license `Client Customer Community Plus` is taken"
          - user  > not any more: "The user belongs to the account `Lakeside Credit Union`"
          - user  > not any more: "Salesforce makes the role `Lakeside Credit Union Customer User` below the role of nora.north@usher-practice.example"
          - user  > not any more: "The user gets the role `Lakeside Credit Union Customer User`"
          - user  > not any more: "The user becomes a member of the site `Client Portal`"
          ~ permissions  It can only be planned later now
          - permissions  not any more: "Assign the permission set `Customer Community Read Only` to maria.meyer@example.com.uobsty"
          ~ live  > "The site `Client Portal` mails its 1 member how to get in": `recipients` was `2`, is `1` now
        error: the org is not as it was when the plan was saved; nothing was changed
        help: look at the difference, then save a new plan with the command that saved this one
        code: plan/moved
    "#]].assert_eq(&refusal(&product, APPLY));
}

#[test]
fn a_file_that_is_not_as_it_was_saved() {
    let product = saved();
    let text = std::fs::read_to_string(product.path("plan.json")).expect("the plan");
    let refuse = |name: &str, text: &[u8]| {
        product.write(name, text);
        refusal(&product, &format!("apply {name} --yes"))
    };
    let mut touched = text.clone().into_bytes();
    let middle = touched.len() / 2;
    touched[middle] ^= 1;
    let told = [
        refuse("touched.json", &touched),
        refuse(
            "digest.json",
            text.replacen("sha256\": \"", "sha256\": \"0", 1).as_bytes(),
        ),
        refuse("more.json", format!("{text}\n").as_bytes()),
        refuse("torn.json", &text.as_bytes()[..text.len() - 1]),
        refuse("begun.json", &text.as_bytes()[..20]),
        refuse("empty.json", b""),
        refuse(
            "newer.json",
            text.replacen("plan\": 1", "plan\": 2", 1).as_bytes(),
        ),
        refuse("other.json", b"{\"name\": \"left-pad\"}\n"),
    ];
    expect![[r#"
        exit 12
        error: `FOLDER/touched.json` was changed since it was saved; nothing was changed
        help: save a new plan: `usher plan … -o FILE.json`
        code: plan/touched

        exit 12
        error: `FOLDER/digest.json` was changed since it was saved; nothing was changed
        help: save a new plan: `usher plan … -o FILE.json`
        code: plan/touched

        exit 12
        error: `FOLDER/more.json` was changed since it was saved; nothing was changed
        help: save a new plan: `usher plan … -o FILE.json`
        code: plan/touched

        exit 12
        error: `FOLDER/torn.json` breaks off in the middle; nothing was changed
        help: save a new plan: `usher plan … -o FILE.json`
        code: plan/truncated

        exit 12
        error: `FOLDER/begun.json` breaks off in the middle; nothing was changed
        help: save a new plan: `usher plan … -o FILE.json`
        code: plan/truncated

        exit 12
        error: `FOLDER/empty.json` breaks off in the middle; nothing was changed
        help: save a new plan: `usher plan … -o FILE.json`
        code: plan/truncated

        exit 12
        error: `FOLDER/newer.json` was written by a newer Usher, in format 2; nothing was changed
        help: save a new plan: `usher plan … -o FILE.json`
        code: plan/too-new

        exit 12
        error: `FOLDER/other.json` is not a plan file; nothing was changed
        help: save a new plan: `usher plan … -o FILE.json`
        code: plan/not-one
    "#]]
    .assert_eq(&told.join("\n"));
    // Any byte may be touched.
    for at in (0..text.len()).step_by(text.len() / 60) {
        let mut touched = text.clone().into_bytes();
        touched[at] ^= 4;
        product.write("touched.json", &touched);
        assert_eq!(
            product.run("apply touched.json --yes").exit,
            12,
            "byte {at}"
        );
        product.write("torn.json", &text.as_bytes()[..at]);
        assert_eq!(product.run("apply torn.json --yes").exit, 12, "byte {at}");
    }
    assert_eq!(product.run("apply none.json --yes").exit, 41);
}

#[test]
fn another_org_another_user_another_plugin() {
    let product = saved();
    expect![[r#"
        exit 12
        error: the plan is for the org 00DJca000000001MAA, and this is 00Dlsx000000001EAA; nothing was changed
        help: save a new plan: `usher plan … -o FILE.json`
        code: plan/other-org
    "#]].assert_eq(&refusal(
        &product,
        "apply plan.json --yes --org practice:other",
    ));

    let product = Product::new();
    let component = product.run("plugin inspect assign-permission-sets --extract own.wasm");
    assert_eq!(component.exit, 0);
    let recipe = "format = 1\nname = \"own\"\ntitle = \"Own\"\n[inputs.user]\ntype = \"record\"\nobject = \"User\"\n\
        [[steps]]\nid = \"sets\"\nuse = \"./own.wasm\"\nwith = { user = \"${inputs.user}\", permission_sets = [\"Customer Community Read Only\"] }\n";
    product.write_recipe("own.toml", recipe);
    let plan =
        product.run("plan own.toml --org practice --set user=jane.doe@example.com -o plan.json");
    assert_eq!(plan.exit, 0, "{}", plan.text());
    let mut bytes = std::fs::read(product.path("own.wasm")).expect("the plugin");
    // An empty custom section: it does the same, and is another file all the same.
    bytes.extend([0, 2, 1, b'x']);
    product.write("own.wasm", bytes);
    expect![[r#"
        exit 12
        error: the plan was made by another plugin than this `assign-permission-sets` 0.1.0: its bytes differ; nothing was changed
        help: save a new plan: `usher plan … -o FILE.json`
        code: plan/other-plugin
    "#]].assert_eq(&refusal(&product, APPLY));
}

#[test]
fn where_it_cannot_be_written_and_what_it_does_not_take() {
    let product = saved();
    product.write("package.json", "{}\n");
    let told = [
        refusal(
            &product,
            "plan fsc/customer-user --org practice -o plan.toml",
        ),
        refusal(
            &product,
            "plan fsc/customer-user --org practice -o package.json",
        ),
        refusal(
            &product,
            "plan fsc/customer-user --org practice -o no/where.json",
        ),
        refusal(&product, "apply plan.json --yes --set role_levels=2"),
        refusal(&product, "apply plan.json"),
        refusal(&product, "check plan.json --org practice"),
    ];
    let last = |text: &String| {
        let lines: Vec<&str> = text.lines().collect();
        let error = lines.iter().position(|line| line.starts_with("error"));
        format!("{}\n{}\n", lines[0], lines[error.unwrap_or(0)..].join("\n"))
    };
    expect![[r#"
        exit 2
        error: a plan file's name ends in `.json`, and `plan.toml` does not
        help: write `-o plan.toml.json`
        code: plan/bad-name

        exit 41
        error: `FOLDER/package.json` is there and is not a plan file
        help: give another name, or take that file away
        code: plan/other-file

        exit 41
        error: cannot write `FOLDER/no/where.json`: No such file or directory (os error 2)
        code: file/failed

        exit 2
        error: the plan has its inputs in it, `role_levels` too
        help: leave `--set` and `--inputs` out, or save a new plan
        code: plan/has-inputs

        exit 2
        error: Usher cannot ask here for an approval of the plan
        help: look at it with `usher plan`, then pass `--yes`
        code: apply/not-approved

        exit 2
        error: `plan.json` is not a recipe
        help: apply a saved plan with `usher apply FILE.json`
        code: recipe/saved-plan
    "#]]
    .assert_eq(&told.iter().map(last).collect::<Vec<_>>().join("\n"));
    // A plan that cannot be applied is not saved.
    let failed = product.run(
        "plan fsc/customer-user --org practice --set contact=nobody --set site=x -o failed.json",
    );
    assert_eq!(failed.exit, 10, "{}", failed.text());
    assert!(!product.path("failed.json").exists());
    // A plan file may be written again.
    assert_eq!(product.run(PLAN).exit, 0);
}
