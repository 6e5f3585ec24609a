//! Bad input: each error says what, where, why and what to write instead, with the right exit code, and leaves the org
//! unchanged.

use expect_test::{Expect, expect};
use serde_json::json;

use crate::world::Product;

const USER: &str = "user=jane.doe@example.com";

/// Runs a plan that must be refused. Compares the whole text, and checks that neither plan nor apply changes the org.
#[track_caller]
pub(crate) fn check(product: &Product, words: &[&str], expected: Expect) {
    let before = product.practice().fingerprint();
    let mut plan = vec!["plan"];
    plan.extend_from_slice(words);
    if !words.contains(&"--org") {
        plan.extend(["--org", "practice"]);
    }
    let planned = product.run_words(&plan);
    expected.assert_eq(&format!("exit {}\n{}", planned.exit, planned.err));
    let mut apply = plan;
    apply[0] = "apply";
    apply.extend(["--yes", "--json"]);
    let applied = product.run_words(&apply);
    assert_eq!(applied.exit, planned.exit, "{}", applied.text());
    assert_eq!(applied.json()["error"]["exit"], json!(planned.exit));
    assert_eq!(
        product.practice().fingerprint(),
        before,
        "the org has changed"
    );
}

#[track_caller]
fn check_recipe(text: &str, expected: Expect) {
    let product = Product::new();
    product.write_recipe("mine.toml", text);
    check(&product, &["mine.toml", "--set", USER], expected);
}

#[test]
fn unknown_keys_steps_plugins_inputs_and_references() {
    check_recipe(
        r#"
title = "Mine"
colour = "red"

[inputs.user]
type = "record"
object = "User"

[[steps]]
id = "permissions"
use = "asign-permission-sets"
with = { user = "${inputs.user}", permission_sets = ["X"] }
"#,
        expect![[r#"
            exit 10
            error: the recipe knows no key `colour`
             --> mine.toml:3:1
              |
            3 | colour = "red"
              | ^^^^^^
              |
              = help: there is `format`, `name`, `title`, `description`, `inputs`, `in_org` and `steps`
            code: recipe/unknown-key

            error: there is no plugin `asign-permission-sets`
              --> mine.toml:11:7
               |
            11 | use = "asign-permission-sets"
               |       ^^^^^^^^^^^^^^^^^^^^^^^
               |
               = help: did you mean `assign-permission-sets`?
            code: recipe/unknown-plugin

            error: 2 mistakes in `mine.toml`
        "#]],
    );
    check_recipe(
        r#"
title = "Mine"

[inputs.user]
type = "record"
object = "User"

[[steps]]
id = "permissions"
use = "assign-permission-sets"
with = { user = "${inputs.usr}", permission_set = ["X"], permission_sets = "${steps.later.names}" }
"#,
        expect![[r#"
            exit 10
            error: there is no input `usr`
              --> mine.toml:11:20
               |
            11 | with = { user = "${inputs.usr}", permission_set = ["X"], permission_sets = "${steps.later.names}" }
               |                    ^^^^^^^^^^
               |
               = help: did you mean `user`?
            code: recipe/unknown-input

            error: plugin `assign-permission-sets` takes no `permission_set`
              --> mine.toml:11:34
               |
            11 | with = { user = "${inputs.usr}", permission_set = ["X"], permission_sets = "${steps.later.names}" }
               |                                  ^^^^^^^^^^^^^^
               |
               = help: did you mean `permission_sets`?
            code: recipe/unknown-key

            error: there is no step `later` before this one
              --> mine.toml:11:79
               |
            11 | with = { user = "${inputs.usr}", permission_set = ["X"], permission_sets = "${steps.later.names}" }
               |                                                                               ^^^^^^^^^^^^^^^^^
               |
               = help: there is none
            code: recipe/unknown-step

            error: 3 mistakes in `mine.toml`
        "#]],
    );
}

#[test]
fn unknown_inputs_and_wrong_values() {
    let product = Product::new();
    let recipe = "fsc/assign-permissions";
    check(
        &product,
        &[recipe, "--set", "usr=x"],
        expect![[r#"
        exit 10
        error: recipe `fsc/assign-permissions` has no input `usr`
        help: did you mean `user`?
        code: input/unknown

        error: 1 mistake in the inputs
    "#]],
    );
    check(
        &product,
        &[recipe, "--set", "permission_sets=X"],
        expect![[r#"
        exit 10
        error: input `user` is missing
        help: pass `--set user=…`, the id of a User, or its unique name or email (The external user: an id, or a unique name or email)
        code: input/missing

        error: 1 mistake in the inputs
    "#]],
    );
    check(
        &product,
        &["fsc/asign-permissions"],
        expect![[r#"
        exit 10
        error: there is no recipe `fsc/asign-permissions` in the box
        help: did you mean `fsc/assign-permissions`?; a file is named with its ending: `./fsc/asign-permissions.toml`
        code: recipe/not-found
    "#]],
    );
}

#[test]
fn unknown_and_ambiguous_sets() {
    let product = Product::new();
    let recipe = "fsc/assign-permissions";
    check(
        &product,
        &[
            recipe,
            "--set",
            USER,
            "--set",
            "permission_sets=Custmer Community Read Only",
        ],
        expect![[r#"
            exit 10
            error: step `permissions`: There is no permission set and no group with the id, API name or label `Custmer Community Read Only` (input `permission_sets`)
              --> fsc/assign-permissions:25:53
               |
            25 | with = { user = "${inputs.user}", permission_sets = "${inputs.permission_sets}", external_only = true }
               |                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
               = help: Set the input `permission_sets` to names as Setup > Permission Sets shows them; sets of a package come with the package
            code: unknown-permission-set

            error: the input is wrong; nothing was changed
        "#]],
    );
    let org = product.practice();
    org.create(
        "PermissionSet",
        &json!({ "Name": "Twin_A", "Label": "Twin" }),
    );
    org.create(
        "PermissionSet",
        &json!({ "Name": "Twin_B", "Label": "Twin" }),
    );
    check(
        &product,
        &[recipe, "--set", USER, "--set", "permission_sets=Twin"],
        expect![[r#"
            exit 10
            error: step `permissions`: `Twin` may mean the permission set `Twin` (API name `Twin_A`, id 0PSJca00000000VOAQ) or the permission set `Twin` (API name `Twin_B`, id 0PSJca00000000WOAQ) (input `permission_sets`)
              --> fsc/assign-permissions:25:53
               |
            25 | with = { user = "${inputs.user}", permission_sets = "${inputs.permission_sets}", external_only = true }
               |                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
               = help: Write the API name of the one that is meant in the input `permission_sets` (`Twin_A` or `Twin_B`), or give one of them another label
            code: ambiguous-permission-set

            error: the input is wrong; nothing was changed
        "#]],
    );
}

#[test]
fn users_that_are_not_there_or_inactive() {
    let product = Product::new();
    let recipe = "fsc/assign-permissions";
    check(
        &product,
        &[recipe, "--set", "user=nobody@example.com"],
        expect![[r#"
            exit 10
            error: input `user`: there is no `User` `nobody@example.com`
            help: pass an id, or what one record alone has in `Username`, `Email` and `Name`
            code: input/no-such-record

            error: 1 mistake in the inputs
        "#]],
    );
    let org = product.practice();
    let account = org.id("Account", "Name = 'Harbour Savings Club'");
    check(
        &product,
        &[recipe, "--set", &format!("user={account}")],
        expect![[r#"
            exit 10
            error: input `user`: there is no `User` `001Jca000000002IAA`
            help: that id is of another object: `Account`
            code: input/no-such-record

            error: 1 mistake in the inputs
        "#]],
    );
    let jane = org.id("User", "Email = 'jane.doe@example.com'");
    org.send(
        "PATCH",
        &format!("/services/data/v66.0/sobjects/User/{jane}"),
        &json!({ "IsActive": false }),
    );
    check(
        &product,
        &[recipe, "--set", USER],
        expect![[r#"
            exit 20
            error: step `permissions`: jane.doe@usher-practice.example is inactive (input `user`)
              --> fsc/assign-permissions:25:17
               |
            25 | with = { user = "${inputs.user}", permission_sets = "${inputs.permission_sets}", external_only = true }
               |                 ^^^^^^^^^^^^^^^^
               |
               = help: Activate the user first
            code: user-inactive

            error: the org is not ready; nothing was changed
        "#]],
    );
}

#[test]
fn a_license_the_user_lacks_and_no_seat() {
    let product = Product::new();
    let recipe = "fsc/assign-permissions";
    let org = product.practice();
    let license = org.id("UserLicense", "LicenseDefinitionKey = 'SFDC'");
    org.create(
        "PermissionSet",
        &json!({ "Name": "Internal_Only", "Label": "Internal Only", "LicenseId": license }),
    );
    check(
        &product,
        &[
            recipe,
            "--set",
            USER,
            "--set",
            "permission_sets=Internal Only",
        ],
        expect![[r#"
            exit 20
            error: step `permissions`: `Internal Only` is for users with the license `Salesforce`; jane.doe@usher-practice.example has `Client Customer Community Plus` (input `permission_sets`)
              --> fsc/assign-permissions:25:53
               |
            25 | with = { user = "${inputs.user}", permission_sets = "${inputs.permission_sets}", external_only = true }
               |                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
               = help: Choose a permission set for the license that the user has (rule: Object Reference, PermissionSetAssignment)
            code: wrong-license

            error: the org is not ready; nothing was changed
        "#]],
    );
    let license = org.set(
        "PermissionSetLicense",
        None,
        &json!({ "DeveloperName": "Full", "PermissionSetLicenseKey": "Full", "MasterLabel": "Full House", "TotalLicenses": 0, "Status": "Active" }),
    );
    org.create(
        "PermissionSet",
        &json!({ "Name": "Full", "Label": "Needs a seat", "LicenseId": license["id"] }),
    );
    check(
        &product,
        &[
            recipe,
            "--set",
            USER,
            "--set",
            "permission_sets=Needs a seat",
        ],
        expect![[r#"
            exit 20
            error: step `permissions`: `Needs a seat` needs the license `Full House`, of which 0 of 0 seats are taken (input `permission_sets`)
              --> fsc/assign-permissions:25:53
               |
            25 | with = { user = "${inputs.user}", permission_sets = "${inputs.permission_sets}", external_only = true }
               |                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
               = help: Free a license, or buy more (rule: Object Reference, PermissionSetLicense)
            code: no-seat

            error: the org is not ready; nothing was changed
        "#]],
    );
}

#[test]
fn orgs_that_are_not_there() {
    let mut product = Product::new();
    let recipe = "fsc/assign-permissions";
    check(
        &product,
        &[recipe, "--org", "prod"],
        expect![[r#"
            exit 2
            error: there is no org `prod`
            help: pass `practice`, `practice:<name>`, an address such as `https://HOST`, or a name of `usher org list`
            code: org/unknown
        "#]],
    );
    check(
        &product,
        &[recipe, "--org", "http://example.com"],
        expect![[r#"
            exit 2
            error: `http://example.com` is not on this machine: over plain HTTP everyone on the way could read the access token
            help: write `https://` before the host
            code: org/not-loopback
        "#]],
    );
    check(
        &product,
        &[recipe, "--org", "http://127.0.0.1:1"],
        expect![[r#"
            exit 40
            error: nothing answers at http://127.0.0.1:1: Connection refused (os error 111)
            help: check the address, and that something listens there
            code: org/unreachable
        "#]],
    );
    product.set("USHER_TOKEN", "00D!secret");
    // Port 1 has no listener in tests.
    let refused = product.run("plan fsc/assign-permissions --org http://127.0.0.1:1");
    assert_eq!(refused.exit, 40, "{}", refused.text());
    assert!(!refused.text().contains("secret"), "{}", refused.text());
    let none = product.run("plan fsc/assign-permissions");
    assert_eq!(
        (none.exit, none.err.contains("which org?")),
        (2, true),
        "{}",
        none.text()
    );
}

#[test]
fn command_lines_that_mean_nothing() {
    let product = Product::new();
    assert_eq!(product.run("aply x").exit, 2);
    assert_eq!(product.run("plan").exit, 2);
    let json = product.run("plan --json").json();
    assert_eq!(json["error"]["code"], "usage");
    assert_eq!(product.run("--version").exit, 0);
    let help = product.run("apply --help");
    assert_eq!(help.exit, 0);
    assert!(help.out.contains("--yes"), "{}", help.text());
}
