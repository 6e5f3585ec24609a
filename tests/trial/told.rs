//! The words to the author of a plugin, where its recipe is used: its log, the reasons why it broke off, the place of
//! its fault, its limits.

use expect_test::expect;
use serde_json::{Value, json};

use crate::conformance::component;
use crate::hostile::evil;
use crate::world::Product;

use super::without_functions;

const PLAN: &str = "plan mine.toml --org practice";

/// A product with a recipe whose plugin does what a script says.
fn product(needs: &Value, script: &Value) -> Product {
    with_steps(&["evil"], needs, script)
}

/// The same with several steps that all do it.
fn with_steps(ids: &[&str], needs: &Value, script: &Value) -> Product {
    let product = Product::new();
    product.write("evil.wasm", component::under(&evil(needs).to_string()));
    let script = toml::to_string(&json!({ "script": script })).expect("TOML");
    let script = script
        .replace("[script", "[steps.with.script")
        .replace("[[script", "[[steps.with.script");
    let step = |id: &&str| {
        format!("\n[[steps]]\nid = \"{id}\"\nuse = \"./evil.wasm\"\n[steps.with]\n{script}")
    };
    let steps: String = ids.iter().map(step).collect();
    product.write_recipe("mine.toml", format!("title = \"Mine\"\n{steps}"));
    product
}

fn accounts() -> Value {
    json!({ "reads": { "records": { "Account": ["Name"] }, "queries": { "Account": ["Name"] } } })
}

fn find() -> Value {
    let condition = json!({ "field": "Name", "any-of": [{ "text": "Acme" }] });
    json!({ "find": { "what": { "object": "Account", "fields": [], "conditions": [condition] } } })
}

#[test]
fn the_log_is_shown_when_there_is_no_plan_and_when_somebody_asks() {
    // The guest logs the answer to each read.
    let logs = product(&accounts(), &json!({ "reads": [find()] }));
    assert_eq!(logs.run(PLAN).err, "");
    let shown = logs.run(&format!("{PLAN} --plugin-log"));
    assert_eq!(shown.exit, 0, "{}", shown.text());
    expect![[r#"
        Step `evil`: the plugin `evil` logged:
          info  {"value":[]}
    "#]]
    .assert_eq(&shown.err);
    let json = logs.run(&format!("{PLAN} --plugin-log --json")).json();
    expect![[r#"
        [
          {
            "level": "info",
            "plugin": "evil",
            "source": "log",
            "step": "evil",
            "text": "{\"value\":[]}"
          }
        ]
    "#]]
    .assert_eq(&format!("{:#}\n", json["plugin_log"]));
    assert!(logs.run(&format!("{PLAN} --json")).json()["plugin_log"].is_null());
    let fails = product(&accounts(), &json!({ "reads": [find()], "answer": "trap" }));
    for line in [
        PLAN,
        "apply mine.toml --org practice --yes",
        "check mine.toml --org practice",
    ] {
        let shown = fails.run(line);
        assert!(
            shown
                .err
                .starts_with("Step `evil`: the plugin `evil` gave no plan, and logged:\n  info  "),
            "{}",
            shown.text()
        );
    }
    // A plugin that breaks off: its own words, its functions, and the usual reasons. The fault points at its name.
    expect![[r#"
        Step `evil`: the plugin `evil` gave no plan, and logged:
          info  {"value":[]}
          error panicked at tests/conformance/guest/src/script.rs:124:29: the script says so
        error: step `evil`: plugin `evil` 1.0.0: it broke off: wasm trap: wasm `unreachable` instruction executed
         --> mine.toml:5:7
          |
        5 | use = "./evil.wasm"
          |       ^^^^^^^^^^^^^
          |
          = help: a plugin breaks off like this when its answer lacks a field of the contract, when a text is not Unicode, or when an exception leaves it: fill in every field of `step-plan` that `step.wit` names, catch every exception, and answer `broken` with its message. FUNCTIONS
        code: plugin/failed

        error: a plugin is at fault; nothing was changed
    "#]].assert_eq(&without_functions(&fails.run(PLAN).err));
    let json = fails.run(&format!("{PLAN} --json")).json();
    assert_eq!(json["plugin_log"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_bind_that_the_call_does_not_give_is_named() {
    let query = json!({ "query": {
        "soql": "SELECT Name FROM Account WHERE Name = :nmae",
        "binds": [{ "name": "name", "value": { "text": "Acme" } }],
    } });
    let product = product(&accounts(), &json!({ "reads": [query] }));
    expect![[r#"
        Step `evil`: the plugin `evil` logged:
          info  {"denied":"the query names the bind `:nmae`; the call gives `name`"}
    "#]]
    .assert_eq(&product.run(&format!("{PLAN} --plugin-log")).err);
}

#[test]
fn a_person_lowers_the_limits_of_a_plugin() {
    let product = product(&accounts(), &json!({ "reads": [find(), find(), find()] }));
    assert_eq!(product.run(PLAN).exit, 0);
    let path = product.path("home/config/grants.toml");
    let grants = std::fs::read_to_string(&path).expect("somebody allowed it");
    let digest = grants
        .lines()
        .find(|line| line.starts_with("digest"))
        .expect("it");
    let limited = grants.replace(digest, &format!("{digest}\nlimits = {{ reads = 2 }}"));
    product.write("home/config/grants.toml", &limited);
    expect![[r#"
        Step `evil`: the plugin `evil` logged:
          info  {"value":[]}
          info  {"value":[]}
          info  {"too-much":"more than 2 reads in one call"}
    "#]]
    .assert_eq(&product.run(&format!("{PLAN} --plugin-log")).err);
    // Allowing other bytes keeps the limits.
    let mut newer = evil(&accounts());
    newer["version"] = json!("1.0.1");
    product.write("evil.wasm", component::under(&newer.to_string()));
    let refused = product.run(PLAN);
    assert_eq!(refused.exit, 30);
    let hint = "while you write this plugin, put `development = [\"FOLDER\"]` at the head of";
    assert!(refused.err.contains(hint), "{}", refused.text());
    assert_eq!(product.run("allow mine.toml --yes").exit, 0);
    let kept = std::fs::read_to_string(&path).expect("the file");
    assert!(kept.contains("limits = { reads = 2 }\n"), "{kept}");
    // None is raised.
    let raised = limited.replace(
        "reads = 2",
        "reads = 1000000, seconds = 0, rows = \"x\", x = 1",
    );
    product.write("home/config/grants.toml", raised);
    let refused = product.run(PLAN);
    assert_eq!(refused.exit, 10);
    expect![[r#"
        error: `reads` is not between 1 and 200, which is Usher's own limit
         --> FOLDER/home/config/grants.toml:3:20
          |
        3 | limits = { reads = 1000000, seconds = 0, rows = "x", x = 1 }
          |                    ^^^^^^^
          |
          = help: lower the limit, or leave it out: a grant raises none
        code: grants/bad-limit

        error: `seconds` is not between 1 and 10, which is Usher's own limit
         --> FOLDER/home/config/grants.toml:3:39
          |
        3 | limits = { reads = 1000000, seconds = 0, rows = "x", x = 1 }
          |                                       ^
          |
          = help: lower the limit, or leave it out: a grant raises none
        code: grants/bad-limit

        error: `rows` is a text, not an integer
         --> FOLDER/home/config/grants.toml:3:49
          |
        3 | limits = { reads = 1000000, seconds = 0, rows = "x", x = 1 }
          |                                                 ^^^
          |
          = help: write `rows = 50000`
        code: grants/wrong-type

        error: `limits` knows no key `x`
         --> FOLDER/home/config/grants.toml:3:54
          |
        3 | limits = { reads = 1000000, seconds = 0, rows = "x", x = 1 }
          |                                                      ^
          |
          = help: there is `reads`, `rows`, `seconds` and `memory_mib`
        code: grants/unknown-key

        error: 4 mistakes in `FOLDER/home/config/grants.toml`
    "#]]
    .assert_eq(&refused.err);
}

#[test]
fn a_found_value_need_not_be_named_in_the_lookup() {
    let needs = json!({
        "reads": { "records": { "Account": ["Name", "Site"] } },
        "writes": { "create": { "Account": ["Name", "Site"] } },
    });
    let named = json!([{ "name": "Name", "value": { "text": "New" } }, { "name": "Site", "value": { "text": "Kiel" } }]);
    let is = json!([{ "field": "Name", "any-of": [{ "text": "New" }] }]);
    let script = json!({ "answer": { "ok": { "changes": [{
        "address": "one", "summary": "Make it so", "undo": "nothing",
        "operation": { "create": { "object": "Account", "fields": named, "key": { "conditions": is } } },
        "results": [{ "name": "site", "source": { "found": {
            "look": { "records": { "object": "Account", "conditions": is } }, "at": "Site" } } }],
    }] } } });
    let product = product(&needs, &script);
    let ran = product.run("apply mine.toml --org practice --yes");
    assert_eq!(ran.exit, 0, "{}", ran.text());
}

/// Steps are planned ahead for the sake of their reads: such a call is not one that a person is told of.
#[test]
fn the_log_of_a_step_is_shown_once() {
    let logs = with_steps(&["one", "two"], &accounts(), &json!({ "reads": [find()] }));
    let shown = logs.run(&format!("{PLAN} --plugin-log"));
    expect![[r#"
        Step `one`: the plugin `evil` logged:
          info  {"value":[]}
        Step `two`: the plugin `evil` logged:
          info  {"value":[]}
    "#]]
    .assert_eq(&shown.err);
}

#[test]
fn a_practice_org_from_an_older_file_is_told() {
    let product = product(&accounts(), &json!({ "reads": [find()] }));
    let practice = |name: &str| {
        format!(
            "[[starts.mine.records]]\nobject = \"Account\"\nfields = {{ Name = \"{name}\" }}\n\n[examples.mine]\ninputs = {{}}\nstart = \"mine\"\n"
        )
    };
    product.write("practice.toml", practice("Acme"));
    let (first, second) = (product.run(PLAN), product.run(PLAN));
    assert_eq!(first.exit, 0, "{}", first.text());
    assert_eq!(second.err, first.err);
    product.write("practice.toml", practice("Bolt"));
    let older = product.run(PLAN).err;
    let told = "It was made before `practice.toml` was as it is now, and does not have what is new there. \
                `usher practice reset mine` makes it again.";
    assert!(older.contains(told) && !first.err.contains(told), "{older}");
    assert_eq!(product.run("practice reset mine").exit, 0);
    assert_eq!(product.run(PLAN).err, first.err);
    // Records that belong to no start are in no org, and nobody is left to wonder.
    let common = practice("Acme").replace("[[starts.mine.records]]", "[[records]]");
    product.write("practice.toml", common.replace("start = \"mine\"\n", ""));
    let told = product.run(PLAN).err;
    assert!(
        told.contains("belong to no start, so they are in no practice org"),
        "{told}"
    );
}
