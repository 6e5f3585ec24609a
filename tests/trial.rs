//! `usher plugin test`: a component in its folder, rehearsed, tried on a practice org, and given inputs that fit.

mod agreement;
mod left;
mod raised;
mod told;

use std::fs;

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};

use crate::conformance::case::MANIFEST;
use crate::conformance::component;
use crate::world::{Product, Ran};

/// A product with the guest of the conformance suite in the folder `guest`, whose input says what it does.
fn guest() -> Product {
    let product = Product::new();
    product.write("guest/conformance.wasm", component::under(MANIFEST));
    product
}

/// A rehearsal of the guest. `script`: in JSON, which is TOML enough here.
fn rehearsal(product: &Product, file: &str, title: &str, script: &str, rest: &str) {
    let text = format!("title = \"{title}\"\n[input]\nscript = {script}\n\n{rest}");
    product.write(&format!("guest/tests/{file}.toml"), text);
}

/// An org with one user.
const ORG: &str = "\
[[org.records.User]]
Id = \"005D0000001aBcDIAU\"
Username = \"ada@example.com\"
Title = \"Miss\"
";

/// A script that gives the user a title.
const TITLES: &str = r#"{ reads = [{ find = { what = { object = "User", fields = ["Title"], conditions = [{ field = "Username", any-of = [{ text = "ada@example.com" }] }] } } }], answer = { ok = { changes = [{ address = "title/ada", summary = "Give Ada the title Countess", operation = { update = { object = "User", id = { text = "005D0000001aBcDIAU" }, fields = [{ name = "Title", value = { text = "Countess" } }] } }, undo = { possible = { way = "restore" } } }], outputs = "{}" } } }"#;

#[track_caller]
fn shows(ran: &Ran, exit: u8, expected: Expect) {
    assert_eq!(ran.exit, exit, "{}", ran.text());
    expected.assert_eq(&without_functions(&format!("{}{}", ran.out, ran.err)));
}

/// A text without the names of functions, which a compiler gives.
fn without_functions(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let Some((before, functions)) = line.split_once(" It was in ") else {
            return line.to_owned();
        };
        let behind = functions
            .find("; `usher")
            .map(|at| functions[at..].trim_end());
        format!("{before} FUNCTIONS{}\n", behind.unwrap_or_default())
    });
    lines.collect()
}

#[test]
fn a_rehearsal_is_written_passes_and_fails_with_what_differs() {
    let product = guest();
    rehearsal(&product, "titled", "A user gets a title", TITLES, ORG);
    // Nothing is expected yet.
    shows(
        &product.run("plugin test guest --cases 0"),
        20,
        expect![[r#"
            conformance 1.0.0, ./conformance.wasm

            Rehearsals
              FAILED  A user gets a title (tests/titled.toml)
                      the file says nothing about the answer that it expects
                      the plugin logged:
                        {"value":[{"Id":"005D0000001aBcDIAU","Title":"Miss"}]}
                      help: run `usher plugin test --update`, which writes the answer into the file, and read what it wrote

            1 failed.
            error: 1 test fails
            code: plugin/test-failed
        "#]],
    );
    // The answer of now is written, and nothing else moves.
    shows(
        &product.run("plugin test guest --update"),
        0,
        expect![[r#"
        conformance 1.0.0, ./conformance.wasm

        Rehearsals
          written A user gets a title (tests/titled.toml)

        1 written.
    "#]],
    );
    let path = product.path("guest/tests/titled.toml");
    let written = fs::read_to_string(&path).expect("the file");
    let (before, expected) = written.split_at(written.find("[expected]").expect("it was written"));
    assert!(before.ends_with(&format!("{ORG}\n")), "{before}");
    expect![[r#"
        [expected]
        answer = """
        ~ title/ada: Give Ada the title Countess
            update User "005D0000001aBcDIAU" {Title: "Countess"}
            undo: restore
        = {}
        """
    "#]]
    .assert_eq(expected);
    shows(
        &product.run("plugin test guest --cases 0"),
        0,
        expect![[r#"
            conformance 1.0.0, ./conformance.wasm

            Rehearsals
              ok      A user gets a title

            Declared, and needed by no test:
              - delete `Assignment`
              - send the request `POST composite/batch`
              - send the request `POST connect/communities`
              - deploy `SharingSet`
              - update `Birthdate`, `IsActive` and `Seats` of `User`
              - create `Assignment` with `AssigneeId` and `SetId`
              - set `enableNetworksEnabled` of the settings `Communities`
              - predict `UserRoleId` of `User`
              - predict `Name` of `UserRole`
              - predict `enableNetworksEnabled` of the settings `Communities`
              - predict that `IsPartner` come to be in `Account`
              - predict that the object `Network` comes to be
              - read the resource `connect/communities`
              - read the resource `connect/communities/*`
              - read `Name` of `Account` in free SOQL
              - read `LastName` of `Contact` in free SOQL
              - read `LastName` of `Contacts` in free SOQL
              - read the object `Account`
              - read `AssigneeId` and `SetId` of `Assignment`
              - read `Name` and `Status` of `Site`
              - read `Birthdate`, `IsActive`, `LastLoginDate`, `ManagerId` and `Seats` of `User`
              - read `Username` of the `User` that `Manager` of `User` leads to
              - read `TotalLicenses` and `UsedLicenses` of `UserLicense`
              - read the settings `Communities`
              - read components of type `Profile`
              - read components of type `SharingSet`

            1 passed.
        "#]],
    );
    shows(
        &product.run("plugin test guest --update"),
        0,
        expect![[r#"
        conformance 1.0.0, ./conformance.wasm

        Rehearsals
          ok      A user gets a title: as it was

        1 passed.
    "#]],
    );
    assert_eq!(fs::read_to_string(&path).expect("the file"), written);
    // The org is another one now.
    let other = written
        .replace("Countess", "Duchess")
        .replacen("Duchess", "Countess", 2);
    product.write("guest/tests/titled.toml", other);
    let failed = product.run("plugin test guest --cases 0");
    shows(
        &failed,
        20,
        expect![[r#"
            conformance 1.0.0, ./conformance.wasm

            Rehearsals
              FAILED  A user gets a title (tests/titled.toml)
                      the answer is another one
                      expected (-), and what came (+):
                        - ~ title/ada: Give Ada the title Duchess
                        -     update User "005D0000001aBcDIAU" {Title: "Duchess"}
                        + ~ title/ada: Give Ada the title Countess
                        +     update User "005D0000001aBcDIAU" {Title: "Countess"}
                              undo: restore
                          = {}
                      the plugin logged:
                        {"value":[{"Id":"005D0000001aBcDIAU","Title":"Miss"}]}

            1 failed.
            error: 1 test fails
            code: plugin/test-failed
        "#]],
    );
    let json = product.run("plugin test guest --cases 0 --json");
    assert_eq!(json.exit, 20);
    expect![[r#"
        [
          {
            "expected": "~ title/ada: Give Ada the title Duchess\n    update User \"005D0000001aBcDIAU\" {Title: \"Duchess\"}\n    undo: restore\n= {}\n",
            "file": "tests/titled.toml",
            "is": "~ title/ada: Give Ada the title Countess\n    update User \"005D0000001aBcDIAU\" {Title: \"Countess\"}\n    undo: restore\n= {}\n",
            "log": [
              "{\"value\":[{\"Id\":\"005D0000001aBcDIAU\",\"Title\":\"Miss\"}]}"
            ],
            "outcome": "failed",
            "part": "rehearsals",
            "title": "A user gets a title",
            "why": [
              "the answer is another one"
            ]
          }
        ]
    "#]].assert_eq(&format!("{:#}\n", json.json()["cases"]));
}

#[test]
fn refusals_faults_and_logs_are_what_a_rehearsal_may_expect() {
    let product = guest();
    let denied = r#"{ reads = [{ find = { what = { object = "Case", fields = [], conditions = [{ field = "Id", any-of = [{ text = "500" }] }] } } }] }"#;
    rehearsal(
        &product,
        "denied",
        "A read that is not declared",
        denied,
        ORG,
    );
    rehearsal(
        &product,
        "trap",
        "The plugin breaks off",
        "{ answer = \"trap\" }",
        ORG,
    );
    rehearsal(
        &product,
        "unmet",
        "The org is not ready",
        r#"{ answer = { err = { unmet = [{ severity = "error", code = "no-site", summary = "There is no site", at = "" }] } } }"#,
        ORG,
    );
    shows(
        &product.run("plugin test guest --update"),
        20,
        expect![[r#"
            conformance 1.0.0, ./conformance.wasm

            Rehearsals
              written A read that is not declared (tests/denied.toml)
              FAILED  The plugin breaks off (tests/trap.toml)
                      it broke off: wasm trap: wasm `unreachable` instruction executed
                      the plugin logged:
                        panicked at tests/conformance/guest/src/script.rs:124:29: the script says so
                      help: a plugin breaks off like this when its answer lacks a field of the contract, when a text is not Unicode, or when an exception leaves it: fill in every field of `step-plan` that `step.wit` names, catch every exception, and answer `broken` with its message. FUNCTIONS
              written The org is not ready (tests/unmet.toml)

            2 written, 1 failed.
            error: 1 test fails
            code: plugin/test-failed
        "#]],
    );
    // A refusal of Usher may be expected; a plugin that breaks off never is.
    shows(
        &product.run("plugin test guest --cases 0"),
        20,
        expect![[r#"
            conformance 1.0.0, ./conformance.wasm

            Rehearsals
              ok      A read that is not declared
              FAILED  The plugin breaks off (tests/trap.toml)
                      it broke off: wasm trap: wasm `unreachable` instruction executed
                      the plugin logged:
                        panicked at tests/conformance/guest/src/script.rs:124:29: the script says so
                      help: a plugin breaks off like this when its answer lacks a field of the contract, when a text is not Unicode, or when an exception leaves it: fill in every field of `step-plan` that `step.wit` names, catch every exception, and answer `broken` with its message. FUNCTIONS
              ok      The org is not ready

            Declared, and needed by no test:
              - delete `Assignment`
              - send the request `POST composite/batch`
              - send the request `POST connect/communities`
              - deploy `SharingSet`
              - update `Birthdate`, `IsActive`, `Seats` and `Title` of `User`
              - create `Assignment` with `AssigneeId` and `SetId`
              - set `enableNetworksEnabled` of the settings `Communities`
              - predict `UserRoleId` of `User`
              - predict `Name` of `UserRole`
              - predict `enableNetworksEnabled` of the settings `Communities`
              - predict that `IsPartner` come to be in `Account`
              - predict that the object `Network` comes to be
              - read the resource `connect/communities`
              - read the resource `connect/communities/*`
              - read `Name` of `Account` in free SOQL
              - read `LastName` of `Contact` in free SOQL
              - read `LastName` of `Contacts` in free SOQL
              - read the object `Account`
              - read `AssigneeId` and `SetId` of `Assignment`
              - read `Name` and `Status` of `Site`
              - read `Birthdate`, `IsActive`, `LastLoginDate`, `ManagerId`, `Seats`, `Title` and `Username` of `User`
              - read `Username` of the `User` that `Manager` of `User` leads to
              - read `TotalLicenses` and `UsedLicenses` of `UserLicense`
              - read the settings `Communities`
              - read components of type `Profile`
              - read components of type `SharingSet`

            2 passed, 1 failed.
            error: 1 test fails
            code: plugin/test-failed
        "#]],
    );
    let denied = fs::read_to_string(product.path("guest/tests/denied.toml")).expect("a file");
    assert!(denied.contains("refused = ["), "{denied}");
    product.write(
        "guest/tests/denied.toml",
        denied.replace("reads `Case`", "reads `Lead`"),
    );
    shows(
        &product.run("plugin test guest --cases 0"),
        20,
        expect![[r#"
            conformance 1.0.0, ./conformance.wasm

            Rehearsals
              FAILED  A read that is not declared (tests/denied.toml)
                      Usher refuses the answer for other reasons
                      expected (-), and what came (+):
                        - reads `Lead`, which its manifest does not declare
                        + reads `Case`, which its manifest does not declare
                      the plugin logged:
                        {"denied":"reads `Case`, which its manifest does not declare; to declare it, add to `reads` in the manifest: \"records\": {\"Case\": []}"}
              FAILED  The plugin breaks off (tests/trap.toml)
                      it broke off: wasm trap: wasm `unreachable` instruction executed
                      the plugin logged:
                        panicked at tests/conformance/guest/src/script.rs:124:29: the script says so
                      help: a plugin breaks off like this when its answer lacks a field of the contract, when a text is not Unicode, or when an exception leaves it: fill in every field of `step-plan` that `step.wit` names, catch every exception, and answer `broken` with its message. FUNCTIONS
              ok      The org is not ready

            Declared, and needed by no test:
              - delete `Assignment`
              - send the request `POST composite/batch`
              - send the request `POST connect/communities`
              - deploy `SharingSet`
              - update `Birthdate`, `IsActive`, `Seats` and `Title` of `User`
              - create `Assignment` with `AssigneeId` and `SetId`
              - set `enableNetworksEnabled` of the settings `Communities`
              - predict `UserRoleId` of `User`
              - predict `Name` of `UserRole`
              - predict `enableNetworksEnabled` of the settings `Communities`
              - predict that `IsPartner` come to be in `Account`
              - predict that the object `Network` comes to be
              - read the resource `connect/communities`
              - read the resource `connect/communities/*`
              - read `Name` of `Account` in free SOQL
              - read `LastName` of `Contact` in free SOQL
              - read `LastName` of `Contacts` in free SOQL
              - read the object `Account`
              - read `AssigneeId` and `SetId` of `Assignment`
              - read `Name` and `Status` of `Site`
              - read `Birthdate`, `IsActive`, `LastLoginDate`, `ManagerId`, `Seats`, `Title` and `Username` of `User`
              - read `Username` of the `User` that `Manager` of `User` leads to
              - read `TotalLicenses` and `UsedLicenses` of `UserLicense`
              - read the settings `Communities`
              - read components of type `Profile`
              - read components of type `SharingSet`

            1 passed, 2 failed.
            error: 2 tests fail
            code: plugin/test-failed
        "#]],
    );
}

#[test]
fn mistakes_in_files_are_shown_all_at_once() {
    let product = guest();
    product.write("guest/tests/a.toml", "titel = \"x\"\n");
    product.write(
        "guest/tests/b.toml",
        "title = \"x\"\n[[org.records.User]]\nName = \"Ada\"\n",
    );
    shows(
        &product.run("plugin test guest"),
        10,
        expect![[r#"
        error: a rehearsal knows no key `titel`
         --> tests/a.toml:1:1
          |
        1 | titel = "x"
          | ^^^^^
          |
          = help: did you mean `title`?
        code: rehearsal/unknown-key

        error: the org state: a record of `User` has no `Id`
         --> tests/b.toml:2:3
          |
        2 | [[org.records.User]]
          |   ^^^
          |
          = help: the page about plugins shows all that an org state may hold
        code: rehearsal/bad-org

        error: 1 mistake in `tests/a.toml`; 1 mistake in `tests/b.toml`
    "#]],
    );
    let json = product.run("plugin test guest --json").json();
    assert_eq!(json["diagnostics"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_folder_without_its_component_is_refused() {
    let product = Product::new();
    product.write("empty/README.md", "");
    shows(
        &product.run("plugin test empty"),
        60,
        expect![[r#"
        error: `FOLDER/empty` holds no component
        help: run `usher plugin build` first, or name the folder of a plugin that is built
        code: plugin/not-built
    "#]],
    );
    shows(
        &product.run("plugin test nowhere"),
        41,
        expect![[r#"
        error: cannot read `FOLDER/nowhere`: No such file or directory (os error 2)
        code: file/failed
    "#]],
    );
    let product = guest();
    product.write("guest/other.wasm", "");
    shows(
        &product.run("plugin test guest"),
        60,
        expect![[r#"
        error: `FOLDER/guest` holds several components: `conformance.wasm`, `other.wasm`
        help: leave one component in the folder of a plugin
        code: plugin/several-built
    "#]],
    );
    let product = guest();
    product.write("guest/manifest.json", MANIFEST.replace("1.0.0", "1.0.1"));
    shows(
        &product.run("plugin test guest"),
        60,
        expect![[r#"
        error: `./conformance.wasm` was built with another manifest than `manifest.json` is now
        help: run `usher plugin build` again
        code: plugin/not-built
    "#]],
    );
}

#[test]
fn what_the_tests_did_is_declared() {
    let product = Product::new();
    let manifest = r#"{
  "format": 1, "name": "conformance", "version": "1.0.0", "summary": "Says little", "kind": "changing",
  "input": { "type": "object", "required": ["script"], "properties": { "script": { "type": "object" } } },
  "output": { "type": "object" },
  "reads": { "settings": ["Sharing"] }
}
"#;
    product.write("guest/conformance.wasm", component::under(manifest));
    product.write("guest/manifest.json", manifest);
    rehearsal(&product, "titled", "A user gets a title", TITLES, ORG);
    shows(
        &product.run("plugin test guest --declare"),
        20,
        expect![[r#"
            conformance 1.0.0, ./conformance.wasm

            Rehearsals
              FAILED  A user gets a title (tests/titled.toml)
                      the file says nothing about the answer that it expects
                      the plugin logged:
                        {"value":[{"Id":"005D0000001aBcDIAU","Title":"Miss"}]}
                      help: run `usher plugin test --update`, which writes the answer into the file, and read what it wrote

            Declared now in `manifest.json`. Build the plugin again:
              - update `Title` of `User`
              - read `Title` and `Username` of `User`

            Declared, and needed by no test:
              - read the settings `Sharing`

            1 failed.
            error: 1 test fails
            code: plugin/test-failed
        "#]],
    );
    let declared = fs::read_to_string(product.path("guest/manifest.json")).expect("the file");
    expect![[r#"
        {
          "format": 1, "name": "conformance", "version": "1.0.0", "summary": "Says little", "kind": "changing",
          "input": { "type": "object", "required": ["script"], "properties": { "script": { "type": "object" } } },
          "output": { "type": "object" },
          "reads": {
            "records": {
              "User": ["Title", "Username"]
            },
            "settings": ["Sharing"]
          },
          "writes": {
            "update": {
              "User": ["Title"]
            }
          }
        }
    "#]].assert_eq(&declared);
    // Built with it, the plugin may do what it does; and nothing is missing any more.
    product.write("guest/conformance.wasm", component::under(&declared));
    assert_eq!(product.run("plugin test guest --update").exit, 60);
    // The suite's component holds its manifest filled up with blanks.
    let filled = format!("{declared:<8192}");
    product.write("guest/manifest.json", &filled);
    shows(
        &product.run("plugin test guest --update"),
        0,
        expect![[r#"
        conformance 1.0.0, ./conformance.wasm

        Rehearsals
          written A user gets a title (tests/titled.toml)

        1 written.
    "#]],
    );
    shows(
        &product.run("plugin test guest --declare"),
        0,
        expect![[r#"
            conformance 1.0.0, ./conformance.wasm

            Rehearsals
              ok      A user gets a title

            Declared, and needed by no test:
              - read the settings `Sharing`

            1 passed.
        "#]],
    );
    assert_eq!(
        fs::read_to_string(product.path("guest/manifest.json")).expect("it"),
        filled
    );
    shows(
        &product.run("plugin test guest --strict --cases 0"),
        20,
        expect![[r#"
            conformance 1.0.0, ./conformance.wasm

            Rehearsals
              ok      A user gets a title

            Declared, and needed by no test:
              - read the settings `Sharing`

            1 passed.
            error: the manifest declares what no test needed
            help: take it out of the manifest, or add a rehearsal that needs it
            code: plugin/unused
        "#]],
    );
}

#[test]
fn inputs_that_fit_find_the_one_that_breaks_the_plugin() {
    let product = Product::new();
    let mut manifest: Json = serde_json::from_str(MANIFEST).expect("JSON");
    // The guest does what its script says, so a schema can make it break off for some inputs.
    manifest["input"]["properties"]["script"] = json!({ "enum": [{}, { "answer": "trap" }] });
    manifest["input"]["properties"]["size"] =
        json!({ "type": "integer", "minimum": 1, "maximum": 3 });
    product.write(
        "guest/conformance.wasm",
        component::under(&manifest.to_string()),
    );
    let failed = product.run("plugin test guest --cases 12");
    shows(
        &failed,
        20,
        expect![[r#"
            conformance 1.0.0, ./conformance.wasm

            Rehearsals
              not run Rehearsals: there is no rehearsal in `tests`

            Inputs that fit the schema
              note    Generated inputs: 12 from the seed 1: 7 plans, 0 reasons for none, 5 faults
              FAILED  Input 2
                      it broke off: wasm trap: wasm `unreachable` instruction executed
                      the input: {"script":{"answer":"trap"}}
                      the plugin logged:
                        panicked at tests/conformance/guest/src/script.rs:124:29: the script says so
                      help: a plugin breaks off like this when its answer lacks a field of the contract, when a text is not Unicode, or when an exception leaves it: fill in every field of `step-plan` that `step.wit` names, catch every exception, and answer `broken` with its message. FUNCTIONS; `usher plugin test guest --seed 1 --only 2` repeats it

            1 failed, 1 not run.
            error: 1 test fails
            code: plugin/test-failed
        "#]],
    );
    let one = failed
        .out
        .split("--only ")
        .nth(1)
        .and_then(|rest| rest.split('`').next());
    let again = product.run(&format!(
        "plugin test guest --seed 1 --only {}",
        one.expect("a number")
    ));
    assert_eq!(again.exit, 20);
    assert!(
        again
            .out
            .contains("1 from the seed 1: 0 plans, 0 reasons for none, 1 fault"),
        "{}",
        again.out
    );
    assert_eq!(product.run("plugin test guest --cases 12").out, failed.out);
    let other = product.run("plugin test guest --cases 12 --seed 2");
    assert_ne!(other.out, failed.out);
}

const RECIPE: &str = r#"
title = "Mine"

[inputs.user]
type = "record"
object = "User"

[[steps]]
id = "permissions"
use = "./assign-permission-sets.wasm"
with = { user = "${inputs.user}", permission_sets = ["Customer Community Read Only"] }
"#;

/// A product with a plugin of the box in a folder of its own, and a recipe.
fn permissions(practice: &str) -> Product {
    let product = Product::new();
    let extracted = product.run("plugin inspect assign-permission-sets --extract a.wasm");
    assert_eq!(extracted.exit, 0, "{}", extracted.text());
    let bytes = fs::read(product.path("a.wasm")).expect("extracted");
    product.write("mine/assign-permission-sets.wasm", bytes);
    product.write("mine/recipe.toml", RECIPE);
    product.write("mine/practice.toml", practice);
    product
}

#[test]
fn the_recipe_is_tried_on_a_fresh_practice_org() {
    let product = permissions("[examples.recipe]\ninputs = { user = \"jane.doe@example.com\" }\n");
    shows(
        &product.run("plugin test mine --cases 20"),
        0,
        expect![[r#"
            assign-permission-sets 0.1.0, ./assign-permission-sets.wasm

            Rehearsals
              not run Rehearsals: there is no rehearsal in `tests`

            The recipe on a practice org
              ok      Each grant is needed: 31 tried without
              ok      Plan the example: 1 change to make
              ok      Apply
              ok      Plan again: nothing to do
              ok      Apply again: nothing to do
              ok      Undo: the org is as it was before

            Inputs that fit the schema
              ok      Generated inputs: 20 from the seed 1: 0 plans, 20 reasons for none

            Declared, and needed by no test:
              - create `PermissionSetAssignment` with `PermissionSetGroupId`
              - create `PermissionSetLicenseAssign` with `AssigneeId` and `PermissionSetLicenseId`
              - read `DeveloperName`, `MasterLabel`, `TotalLicenses` and `UsedLicenses` of `PermissionSetLicense`
              - read `Name` of `UserLicense`

            7 passed, 1 not run.
        "#]],
    );
    // Nothing of it is left: neither in the person's home nor elsewhere.
    assert!(!product.path("home/config/grants.toml").exists());
    assert!(!product.path("home/state/practice").exists());
}

#[test]
fn records_of_ones_own_are_in_the_practice_org_of_the_test() {
    let product = permissions("[examples.recipe]\ninputs = { user = \"nobody@example.com\" }\n");
    shows(
        &product.run("plugin test mine --cases 0"),
        20,
        expect![[r#"
            assign-permission-sets 0.1.0, ./assign-permission-sets.wasm

            Rehearsals
              not run Rehearsals: there is no rehearsal in `tests`

            The recipe on a practice org
              ok      Each grant is needed: 31 tried without
              FAILED  Plan the example (recipe.toml)
                      input `user`: there is no `User` `nobody@example.com` (input/no-such-record)
                      help: pass an id, or what one record alone has in `Username`, `Email` and `Name`

            Declared, and needed by no test:
              - create `PermissionSetAssignment` with `AssigneeId`, `PermissionSetGroupId` and `PermissionSetId`
              - create `PermissionSetLicenseAssign` with `AssigneeId` and `PermissionSetLicenseId`
              - read `IsOwnedByProfile`, `Label`, `LicenseId`, `Name`, `NamespacePrefix` and `PermissionSetGroupId` of `PermissionSet`
              - read `AssigneeId`, `IsRevoked`, `PermissionSetGroupId` and `PermissionSetId` of `PermissionSetAssignment`
              - read `DeveloperName`, `MasterLabel` and `Status` of `PermissionSetGroup`
              - read `DeveloperName`, `MasterLabel`, `TotalLicenses` and `UsedLicenses` of `PermissionSetLicense`
              - read `AssigneeId` and `PermissionSetLicenseId` of `PermissionSetLicenseAssign`
              - read `IsActive`, `UserType` and `Username` of `User`
              - read `UserLicenseId` of the `Profile` that `Profile` of `User` leads to
              - read `Name` of `UserLicense`

            1 passed, 1 failed, 1 not run.
            error: 1 test fails
            code: plugin/test-failed
        "#]],
    );
    let product = permissions("records = 3\n");
    shows(
        &product.run("plugin test mine --cases 0"),
        20,
        expect![[r#"
            assign-permission-sets 0.1.0, ./assign-permission-sets.wasm

            Rehearsals
              not run Rehearsals: there is no rehearsal in `tests`

            The recipe on a practice org
              FAILED  Plan the example (recipe.toml)
                      `records` is an integer, not a list of tables (practice/wrong-type)
                      help: write `[[records]]` above each

            1 failed, 1 not run.
            error: 1 test fails
            code: plugin/test-failed
        "#]],
    );
    let product = permissions("");
    shows(
        &product.run("plugin test mine --cases 0"),
        20,
        expect![[r#"
            assign-permission-sets 0.1.0, ./assign-permission-sets.wasm

            Rehearsals
              not run Rehearsals: there is no rehearsal in `tests`

            The recipe on a practice org
              ok      Each grant is needed: 31 tried without
              FAILED  Plan the example (recipe.toml)
                      input `user` is missing (input/missing)
                      help: pass `--set user=…`, the id of a User, or its unique name or email

            Declared, and needed by no test:
              - create `PermissionSetAssignment` with `AssigneeId`, `PermissionSetGroupId` and `PermissionSetId`
              - create `PermissionSetLicenseAssign` with `AssigneeId` and `PermissionSetLicenseId`
              - read `IsOwnedByProfile`, `Label`, `LicenseId`, `Name`, `NamespacePrefix` and `PermissionSetGroupId` of `PermissionSet`
              - read `AssigneeId`, `IsRevoked`, `PermissionSetGroupId` and `PermissionSetId` of `PermissionSetAssignment`
              - read `DeveloperName`, `MasterLabel` and `Status` of `PermissionSetGroup`
              - read `DeveloperName`, `MasterLabel`, `TotalLicenses` and `UsedLicenses` of `PermissionSetLicense`
              - read `AssigneeId` and `PermissionSetLicenseId` of `PermissionSetLicenseAssign`
              - read `IsActive`, `UserType` and `Username` of `User`
              - read `UserLicenseId` of the `Profile` that `Profile` of `User` leads to
              - read `Name` of `UserLicense`

            1 passed, 1 failed, 1 not run.
            error: 1 test fails
            code: plugin/test-failed
        "#]],
    );
}
