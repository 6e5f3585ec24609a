//! `usher plugin test`: a component in its folder, rehearsed, tried on a practice org, and given inputs that fit.

mod agreement;

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
const TITLES: &str = r#"{ reads = [{ find = { what = { object = "User", fields = ["Title"], conditions = [] } } }], answer = { ok = { changes = [{ address = "title/ada", summary = "Give Ada the title Countess", operation = { update = { object = "User", id = { text = "005D0000001aBcDIAU" }, fields = [{ name = "Title", value = { text = "Countess" } }] } }, undo = { possible = { way = "restore" } } }], outputs = "{}" } } }"#;

#[track_caller]
fn shows(ran: &Ran, exit: u8, expected: Expect) {
    assert_eq!(ran.exit, exit, "{}", ran.text());
    expected.assert_eq(&format!("{}{}", ran.out, ran.err));
}

#[test]
fn a_rehearsal_is_written_passes_and_fails_with_what_differs() {
    let product = guest();
    rehearsal(&product, "titled", "A user gets a title", TITLES, ORG);
    // Nothing is expected yet.
    shows(
        &product.run("plugin test guest --cases 0"),
        20,
        expect![[""]],
    );
    // The answer of now is written, and nothing else moves.
    shows(&product.run("plugin test guest --update"), 0, expect![[""]]);
    let path = product.path("guest/tests/titled.toml");
    let written = fs::read_to_string(&path).expect("the file");
    let (before, expected) = written.split_at(written.find("[expected]").expect("it was written"));
    assert!(before.ends_with(&format!("{ORG}\n")), "{before}");
    expect![[""]].assert_eq(expected);
    shows(
        &product.run("plugin test guest --cases 0"),
        0,
        expect![[""]],
    );
    shows(&product.run("plugin test guest --update"), 0, expect![[""]]);
    assert_eq!(fs::read_to_string(&path).expect("the file"), written);
    // The org is another one now.
    let other = written
        .replace("Countess", "Duchess")
        .replacen("Duchess", "Countess", 2);
    product.write("guest/tests/titled.toml", other);
    let failed = product.run("plugin test guest --cases 0");
    shows(&failed, 20, expect![[""]]);
    let json = product.run("plugin test guest --cases 0 --json");
    assert_eq!(json.exit, 20);
    expect![[""]].assert_eq(&format!("{:#}\n", json.json()["cases"]));
}

#[test]
fn refusals_faults_and_logs_are_what_a_rehearsal_may_expect() {
    let product = guest();
    let denied =
        r#"{ reads = [{ find = { what = { object = "Case", fields = [], conditions = [] } } }] }"#;
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
        expect![[""]],
    );
    // What Usher refuses is expected; a plugin that breaks off never is.
    shows(
        &product.run("plugin test guest --cases 0"),
        20,
        expect![[""]],
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
        expect![[""]],
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
    shows(&product.run("plugin test guest"), 10, expect![[""]]);
    let json = product.run("plugin test guest --json").json();
    assert_eq!(json["diagnostics"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_folder_without_its_component_is_refused() {
    let product = Product::new();
    product.write("empty/README.md", "");
    shows(&product.run("plugin test empty"), 60, expect![[""]]);
    shows(&product.run("plugin test nowhere"), 41, expect![[""]]);
    let product = guest();
    product.write("guest/other.wasm", "");
    shows(&product.run("plugin test guest"), 60, expect![[""]]);
    let product = guest();
    product.write("guest/manifest.json", MANIFEST.replace("1.0.0", "1.0.1"));
    shows(&product.run("plugin test guest"), 60, expect![[""]]);
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
        expect![[""]],
    );
    let declared = fs::read_to_string(product.path("guest/manifest.json")).expect("the file");
    expect![[""]].assert_eq(&declared);
    // Built with it, the plugin may do what it does; and nothing is missing any more.
    product.write("guest/conformance.wasm", component::under(&declared));
    assert_eq!(product.run("plugin test guest --update").exit, 60);
    // The suite's component holds its manifest filled up with blanks.
    let filled = format!("{declared:<8192}");
    product.write("guest/manifest.json", &filled);
    shows(&product.run("plugin test guest --update"), 0, expect![[""]]);
    shows(
        &product.run("plugin test guest --declare"),
        0,
        expect![[""]],
    );
    assert_eq!(
        fs::read_to_string(product.path("guest/manifest.json")).expect("it"),
        filled
    );
    shows(
        &product.run("plugin test guest --strict --cases 0"),
        20,
        expect![[""]],
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
    shows(&failed, 20, expect![[""]]);
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
            .contains("1 from the seed 1: 0 plans, 0 reasons for none, 1 faults"),
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
        expect![[""]],
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
        expect![[""]],
    );
    let product = permissions("records = 3\n");
    shows(
        &product.run("plugin test mine --cases 0"),
        20,
        expect![[""]],
    );
    let product = permissions("");
    shows(
        &product.run("plugin test mine --cases 0"),
        20,
        expect![[""]],
    );
}
