//! `when` and `manual`: what they come to, and every mistake in them.

use std::collections::BTreeMap;
use std::fmt::Write;

use expect_test::expect;
use serde_json::{Map, Value, json};

use super::{read, recipe, render, source, wrong};
use crate::recipe::{Confirmable, Evaluation, Kept, Recipe, Scope};

const GOOD: &str = r#"title = "Two by hand"
[inputs.share]
type = "boolean"
default = true
[inputs.name]
type = "string"
default = "é"
[[steps]]
id = "first"
use = "assign-permission-sets"
with = { user = "005000000000001", permission_sets = ["x"] }
when = "${inputs.share}"
[[steps]]
id = "second"
use = "anything"
when = "${inputs.share}"
with = { a = "${steps.first.user_id}" }
[[steps]]
id = "third"
when = "${ inputs.name == 'é' and not inputs.share }"
[steps.manual]
title = "Name it ${inputs.name}"
text = ["From Setup, enter ${inputs.name}", "Click Save"]
[[steps]]
id = "fourth"
[steps.manual]
title = "Look at it"
text = ["Open it"]
[steps.manual.look]
object = "Network"
conditions = { Name = "${inputs.name}", Status = ["Live", "DownForMaintenance"], "Owner.Name" = "x" }
"#;

fn all(recipe: &Recipe, given: Value, outputs: Value) -> String {
    let given: Map<String, Value> = serde_json::from_value(given).expect("a table");
    let inputs = recipe.bind_inputs(&given).expect("inputs").values;
    let outputs: BTreeMap<String, Value> = serde_json::from_value(outputs).expect("a table");
    let scope = Scope {
        inputs: &inputs,
        item: None,
        outputs: &outputs.clone().into_iter().collect(),
    };
    let mut text = String::new();
    for step in &recipe.steps {
        writeln!(text, "{} {:?}", step.id, step.runs(&scope)).expect("a string takes everything");
        if let Kept::ByHand(manual) = &step.kept {
            let written = manual.written(&scope).expect("all is known");
            let json = serde_json::to_string(&written).expect("JSON");
            writeln!(text, "  {json}").expect("a string takes everything");
        }
    }
    text
}

#[test]
fn a_step_is_skipped_by_its_condition_and_a_step_by_hand_is_written_out() {
    expect![[r#"
        first Ok(Yes)
        second Ok(Yes)
        third Ok(No { reason: "`inputs.name == 'é' and not inputs.share` is false" })
          {"title":{"text":"Name it é"},"lines":[{"text":"From Setup, enter é"},{"text":"Click Save"}],"look":null,"confirmed":null}
        fourth Ok(Yes)
          {"title":{"text":"Look at it"},"lines":[{"text":"Open it"}],"look":{"object":"Network","fields":[],"conditions":[{"field":"Name","any_of":[{"text":"é"}]},{"field":"Status","any_of":[{"text":"Live"},{"text":"DownForMaintenance"}]},{"field":"Owner.Name","any_of":[{"text":"x"}]}]},"confirmed":null}
    "#]].assert_eq(&all(&recipe(GOOD), json!({}), json!({})));
    expect![[r#"
        first Ok(No { reason: "`inputs.share` is false" })
        second Ok(No { reason: "`inputs.share` is false" })
        third Ok(No { reason: "`inputs.name == 'é' and not inputs.share` is false" })
          {"title":{"text":"Name it ${x}"},"lines":[{"text":"From Setup, enter ${x}"},{"text":"Click Save"}],"look":null,"confirmed":null}
        fourth Ok(Yes)
          {"title":{"text":"Look at it"},"lines":[{"text":"Open it"}],"look":{"object":"Network","fields":[],"conditions":[{"field":"Name","any_of":[{"text":"${x}"}]},{"field":"Status","any_of":[{"text":"Live"},{"text":"DownForMaintenance"}]},{"field":"Owner.Name","any_of":[{"text":"x"}]}]},"confirmed":null}
    "#]].assert_eq(&all(
        &recipe(GOOD),
        json!({ "share": false, "name": "${x}" }),
        json!({}),
    ));
}

#[test]
fn what_is_not_known_yet_stays_unknown_in_a_line_and_defers_a_condition() {
    let recipe = recipe(
        r#"title = "x"
[[steps]]
id = "a"
use = "assign-permission-sets"
with = { user = "005000000000001", permission_sets = ["x"] }
[[steps]]
id = "b"
when = "${steps.a.user_id == 'x'}"
[steps.manual]
title = "Open ${steps.a.user_id} now"
text = ["${steps.a.user_id}"]
"#,
    );
    let outputs = json!({"a": {"user_id": {"$ref": "a:user.id"}}});
    expect![[r#"
        a Ok(Yes)
        b Err(Unknown([Token("a:user.id")]))
          {"title":{"joined":[{"text":"Open "},{"reference":{"given":"a:user.id"}},{"text":" now"}]},"lines":[{"reference":{"given":"a:user.id"}}],"look":null,"confirmed":null}
    "#]].assert_eq(&all(&recipe, json!({}), outputs));
    let scope = Scope {
        inputs: &Map::new(),
        item: None,
        outputs: &crate::recipe::Outputs::default(),
    };
    assert_eq!(
        recipe.steps[1].runs(&scope),
        Err(Evaluation::Behind(vec!["a".into()]))
    );
}

#[test]
fn what_is_neither_true_nor_false_says_so() {
    let text = r#"title = "x"
[[steps]]
id = "a"
use = "assign-permission-sets"
with = { user = "005000000000001", permission_sets = ["x"] }
[[steps]]
id = "b"
use = "anything"
when = "${steps.a.assigned[0]}"
"#;
    let recipe = recipe(text);
    for value in [json!("true"), json!(1), Value::Null] {
        let outputs = BTreeMap::from([("a".to_owned(), json!({ "assigned": [value] }))]);
        let scope = Scope {
            inputs: &Map::new(),
            item: None,
            outputs: &outputs.clone().into_iter().collect(),
        };
        let Err(Evaluation::Failed(found)) = recipe.steps[1].runs(&scope) else {
            panic!("{value} is neither true nor false");
        };
        assert_eq!(
            render(&source(text), &found),
            format!(
                "9:8-32 recipe/wrong-type `when` is neither true nor false but `{value}` / write an expression that is true or false: `when = \"${{inputs.<name>}}\"`\n"
            )
        );
    }
}

#[test]
fn conditions_that_are_none() {
    let head = r#"title = "x"
[inputs.name]
type = "string"
[inputs.names]
type = "list"
[inputs.count]
type = "integer"
[inputs.secret]
type = "secret"
[[steps]]
id = "a"
use = "assign-role"
with = { owner_of = "003000000000001", role = "CEO" }
"#;
    let mut all = String::new();
    for when in [
        "true",
        "\"yes\"",
        "\"\"",
        "\"${inputs.name}!\"",
        "\"${inputs.name}${inputs.name}\"",
        "\"${inputs.name}\"",
        "\"${inputs.names}\"",
        "\"${inputs.count}\"",
        "\"${inputs.secret}\"",
        "\"${inputs.secret == 'x'}\"",
        "\"${inputs.nme == 'x'}\"",
        "\"${steps.a.role_name}\"",
        "\"${steps.b.x}\"",
        "\"${\"",
        "\"${1 +}\"",
    ] {
        let text = format!("{head}[[steps]]\nid = \"b\"\nuse = \"anything\"\nwhen = {when}\n");
        let found = read(source(&text)).expect_err("there are mistakes");
        write!(all, "{when}\n  {}", render(&source(&text), &found)).expect("a string");
    }
    expect![[r#"
        true
          17:8-12 recipe/wrong-type `when` is a boolean, not an expression alone / write an expression that is true or false: `when = "${inputs.<name>}"`
        "yes"
          17:8-13 recipe/wrong-type `when` is a text, not an expression alone / write an expression that is true or false: `when = "${inputs.<name>}"`
        ""
          17:8-10 recipe/wrong-type `when` is a text, not an expression alone / write an expression that is true or false: `when = "${inputs.<name>}"`
        "${inputs.name}!"
          17:8-25 recipe/wrong-type `when` is a text, not an expression alone / write an expression that is true or false: `when = "${inputs.<name>}"`
        "${inputs.name}${inputs.name}"
          17:8-38 recipe/wrong-type `when` is a text, not an expression alone / write an expression that is true or false: `when = "${inputs.<name>}"`
        "${inputs.name}"
          17:9-23 recipe/wrong-type `when` must be true or false, and input `name` is a text / compare it: `${inputs.name != ""}`
        "${inputs.names}"
          17:9-24 recipe/wrong-type `when` must be true or false, and input `names` is a list / compare it: `${inputs.names | length > 0}`
        "${inputs.count}"
          17:9-24 recipe/wrong-type `when` must be true or false, and input `count` is an integer / compare it: `${inputs.count > 0}`
        "${inputs.secret}"
          17:11-24 recipe/secret-place `when` takes no secret, and input `secret` is one / secrets go only where a plugin's manifest says `x-usher-secret`
        "${inputs.secret == 'x'}"
          17:11-24 recipe/secret-place `when` takes no secret, and input `secret` is one / secrets go only where a plugin's manifest says `x-usher-secret`
        "${inputs.nme == 'x'}"
          17:11-21 recipe/unknown-input there is no input `nme` / did you mean `name`?
        "${steps.a.role_name}"
          17:9-29 recipe/wrong-type `when` must be true or false, and `steps.a.role_name` is a text / compare it: `${steps.a.role_name != ""}`
        "${steps.b.x}"
          17:11-20 recipe/unknown-step step `b` refers to itself / refer to an earlier step
        "${"
          17:9-11 recipe/bad-expression the expression has no end / close it with `}`; for the characters themselves write `$${`
        "${1 +}"
          17:9-15 recipe/bad-expression `1 +` is not a valid expression: unexpected end of input, expected expression / write `${inputs.<name>}` or `${steps.<id>.<output>}`; for the characters themselves `$${`
    "#]].assert_eq(&all);
}

#[test]
fn outputs_of_a_step_that_may_be_skipped() {
    wrong(
        r#"title = "x"
[inputs.on]
type = "boolean"
[inputs.off]
type = "boolean"
[[steps]]
id = "a"
use = "assign-permission-sets"
with = { user = "005000000000001", permission_sets = ["x"] }
when = "${inputs.on}"
[[steps]]
id = "b"
use = "anything"
with = { x = "${steps.a.user_id}" }
[[steps]]
id = "c"
use = "anything"
when = "${inputs.off}"
with = { x = "${steps.a.user_id}" }
[[steps]]
id = "d"
use = "anything"
when = "${steps.a.user_id == 'x'}"
[[steps]]
id = "e"
use = "anything"
when = "${inputs.on}"
with = { x = "${steps.a.user_id}" }
"#,
        expect![[r#"
            14:17-32 recipe/skipped-step step `a` is skipped when `inputs.on` is false, and then has no outputs / give this step the same condition: `when = "${inputs.on}"`
            19:17-32 recipe/skipped-step step `a` is skipped when `inputs.on` is false, and then has no outputs / give this step the same condition: `when = "${inputs.on}"`
            23:11-26 recipe/skipped-step step `a` is skipped when `inputs.on` is false, and then has no outputs / give this step the same condition: `when = "${inputs.on}"`
        "#]],
    );
}

#[test]
fn steps_by_hand_that_are_not_right() {
    let mut all = String::new();
    for manual in [
        "manual = \"Click\"",
        "manual = {}",
        "manual = { title = 3, text = \"x\", lok = 3 }",
        "manual = { title = \"x\", text = [] }",
        "manual = { title = \"x\", text = [3] }",
        "manual = { title = \"x\", text = [\"${inputs.nme}\", \"${inputs.secret}\"] }",
        "manual = { title = \"${\", text = [\"x\"] }",
        "manual = { title = \"x\", text = [\"x\"], look = 3 }",
        "manual = { title = \"x\", text = [\"x\"], look = {} }",
        "manual = { title = \"x\", text = [\"x\"], look = { object = \"A B\", conditions = {} } }",
        "manual = { title = \"x\", text = [\"x\"], look = { object = \"User\", conditions = { \"a b\" = [], B = { c = 1 }, D = [[1]], E = \"${inputs.nme}\" } } }",
        "use = \"anything\"\nwith = {}\nmanual = { title = \"x\", text = [\"x\"] }",
    ] {
        let text = format!(
            "title = \"x\"\n[inputs.secret]\ntype = \"secret\"\n[[steps]]\nid = \"a\"\n{manual}\n[[steps]]\nid = \"b\"\nuse = \"anything\"\n"
        );
        let found = read(source(&text)).expect_err("there are mistakes");
        write!(all, "{manual}\n{}", render(&source(&text), &found)).expect("a string");
    }
    expect![[r#"
        manual = "Click"
        6:10-17 recipe/wrong-type `manual` is a text, not a table / write `[steps.manual]` with its keys below
        manual = {}
        6:10-12 recipe/missing-key `manual` lacks `title` / add `title = "What to do"`
        6:10-12 recipe/missing-key `manual` lacks `text` / add `text = ["From Setup, …", "Click …"]`
        manual = { title = 3, text = "x", lok = 3 }
        6:20-21 recipe/wrong-type `title` is an integer, not a text / write `title = "…"`
        6:30-33 recipe/wrong-type `text` is a text, not a list of texts / write `text = ["…", "…"]`
        6:35-38 recipe/unknown-key `manual` knows no key `lok` / did you mean `look`?
        manual = { title = "x", text = [] }
        6:32-34 recipe/wrong-type `text` has no lines / write `text = ["From Setup, …", "Click …"]`
        manual = { title = "x", text = [3] }
        6:33-34 recipe/wrong-type `text` is an integer, not a text / write `text = ["…", "…"]`
        manual = { title = "x", text = ["${inputs.nme}", "${inputs.secret}"] }
        6:36-46 recipe/unknown-input there is no input `nme` / there is `secret`
        6:53-66 recipe/secret-place a manual step takes no secret, and input `secret` is one / secrets go only where a plugin's manifest says `x-usher-secret`
        manual = { title = "${", text = ["x"] }
        6:21-23 recipe/bad-expression the expression has no end / close it with `}`; for the characters themselves write `$${`
        manual = { title = "x", text = ["x"], look = 3 }
        6:46-47 recipe/wrong-type `look` is an integer, not a table / write `look = { … }`
        manual = { title = "x", text = ["x"], look = {} }
        6:46-48 recipe/missing-key `look` lacks `object` / add `object = "Network"`
        6:46-48 recipe/missing-key `look` lacks `conditions` / add `conditions = { Name = "…" }`
        manual = { title = "x", text = ["x"], look = { object = "A B", conditions = {} } }
        6:57-62 recipe/bad-name `A B` is not a valid object / write its API name, as in `User` or `FinServ__Claim__c`
        6:77-79 recipe/wrong-type `conditions` holds none, so every record would do / write `conditions = { Name = "…" }`
        manual = { title = "x", text = ["x"], look = { object = "User", conditions = { "a b" = [], B = { c = 1 }, D = [[1]], E = "${inputs.nme}" } } }
        6:80-85 recipe/bad-name `a b` is not a valid field / write its API name, as in `Status` or `"Account.Name"`
        6:88-90 recipe/wrong-type `a b` is compared with nothing / write one value, or a list of those that are right
        6:96-105 recipe/wrong-type `B` is compared with a table / write one value, or a list of those that are right
        6:112-115 recipe/wrong-type `D` is compared with a list / write one value, or a list of those that are right
        use = "anything"
        with = {}
        manual = { title = "x", text = ["x"] }
        6:1-4 recipe/unknown-key a manual step has no `use` / leave out `use`, or `manual`
        7:1-5 recipe/unknown-key a manual step has no `with` / leave out `with`, or `manual`
    "#]].assert_eq(&all);
}

#[test]
fn a_step_by_hand_has_no_outputs() {
    wrong(
        r#"title = "x"
[[steps]]
id = "a"
[steps.manual]
title = "x"
text = ["x"]
[[steps]]
id = "b"
use = "anything"
with = { x = "${steps.a.x}" }
"#,
        expect![[r#"
            10:17-26 recipe/unknown-output `a` is a manual step and has no outputs / refer to an input that the person gives
        "#]],
    );
}

#[test]
fn confirmations_are_for_steps_by_hand_that_nothing_verifies() {
    let recipe = recipe(GOOD);
    let confirm = |texts: &[&str]| {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        match Confirmable::of_recipe(&recipe).parse(&texts) {
            Ok(notes) => format!("{notes:?}\n"),
            Err(found) => render(&source(""), &found),
        }
    };
    let long = format!("third={}", "x".repeat(2001));
    let all: Vec<String> = [
        &["third= done = yes "][..],
        &["third", "thrid=x", "fourth=x", "first=x", "=x", "third= "],
        &["third=x", "third=y"],
        &[&long],
    ]
    .iter()
    .map(|texts| confirm(texts))
    .collect();
    expect![[r#"
        {"third": "done = yes"}

        - confirm/no-note `--confirm third` has no note / write `--confirm step="what you did"`
        - confirm/unknown-step recipe `try` has no step `thrid` / did you mean `third`?
        - confirm/verified Usher verifies step `fourth` with a lookup, so a confirmation does not count / leave out `--confirm`, and do what the step says
        - confirm/not-by-hand step `first` is kept by the plugin `assign-permission-sets`; it is not a manual step / confirm `third`
        - confirm/unknown-step recipe `try` has no step `` / there is `third`
        - confirm/no-note the confirmation of step `third` has no note / say what was done: `--confirm third="…"`

        - confirm/twice step `third` is confirmed twice / confirm it once

        - confirm/long-note the note on step `third` has 2001 bytes, more than 2000 / say it shorter
    "#]].assert_eq(&all.join("\n"));
}
