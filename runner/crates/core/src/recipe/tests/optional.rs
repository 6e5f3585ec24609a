//! Inputs that need not be given.

use expect_test::expect;
use serde_json::{Map, Value, json};

use super::{recipe, wrong};
use crate::recipe::{Kept, Scope};

const RECIPE: &str = r#"title = "x"
[inputs.account]
type = "record"
object = "Account"
optional = true
[inputs.note]
type = "string"
optional = true
[inputs.names]
type = "list"
optional = false
default = []
[[steps]]
id = "a"
use = "anything"
with = { account = "${inputs.account}", list = ["x", "${inputs.note}"], table = { note = "${inputs.note}", other = 1 }, is = "${inputs.note is none}", text = "${inputs.note | default('none', true)}", names = "${inputs.names}" }
"#;

fn input_of(given: Value) -> String {
    let recipe = recipe(RECIPE);
    let given: Map<String, Value> = serde_json::from_value(given).expect("a table");
    let inputs = recipe.bind_inputs(&given).expect("inputs").values;
    let scope = Scope {
        inputs: &inputs,
        item: None,
        outputs: &crate::recipe::Outputs::default(),
    };
    let Kept::ByPlugin(used) = &recipe.steps[0].kept else {
        panic!("a plugin keeps it");
    };
    Value::Object(used.input(&scope).expect("all is known")).to_string()
}

#[test]
fn what_was_not_given_is_left_out() {
    expect![[r#"{"is":true,"list":["x"],"names":[],"table":{"other":1},"text":"none"}"#]]
        .assert_eq(&input_of(json!({})));
    expect![[r#"{"account":"Acme","is":false,"list":["x","y"],"names":[],"table":{"note":"y","other":1},"text":"y"}"#]].assert_eq(&input_of(json!({ "account": "Acme", "note": "y" })));
}

#[test]
fn optional_inputs_that_cannot_be() {
    wrong(
        r#"title = "x"
[inputs.a]
type = "string"
optional = "yes"
[inputs.b]
type = "string"
default = "x"
optional = true
[inputs.c]
type = "record"
object = "User"
optional = true
[[steps]]
id = "a"
use = "assign-permission-sets"
with = { user = "${inputs.c}", permission_sets = ["${inputs.b}"] }
"#,
        expect![[r#"
            4:12-17 recipe/wrong-type `optional` is a text, not a boolean / write `optional = true`
            8:1-9 recipe/unknown-key what has a default is never left out / leave out `optional`, or `default`
            16:17-30 recipe/missing-key plugin `assign-permission-sets` needs `user`, and input `c` may be left out / give input `c` a default, or drop its `optional`
        "#]],
    );
}
