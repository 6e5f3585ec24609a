use usher_contract::change::{Note, NoteSeverity};

use super::recipe;

fn told(text: &str) -> String {
    let recipe = recipe(
        r#"
format = 1
title = "x"
[inputs.name]
type = "string"
[inputs.first]
type = "string"
[inputs.more]
type = "table"
[[steps]]
id = "user"
use = "anything"
with = { username = "${inputs.name}", license = "Gold", both = "${inputs.name}${inputs.first}", one = ["${inputs.name}"], more = "${inputs.more}", values = { FirstName = "${inputs.first}" } }
"#,
    );
    let mut note = Note {
        severity: NoteSeverity::Error,
        code: "x".to_owned(),
        summary: "x".to_owned(),
        remedy: Some(text.to_owned()),
        rule: None,
        at: String::new(),
    };
    recipe.steps[0].told(&mut note);
    note.remedy.unwrap_or_default()
}

#[test]
fn an_input_of_the_step_is_told_as_the_input_of_the_recipe() {
    let set = told("Set {with.username}, or {with.values.FirstName}");
    assert_eq!(set, "Set the input `name`, or the input `first`");
}

#[test]
fn an_input_that_the_recipe_does_not_pass_is_told_as_a_place_in_the_recipe() {
    let fixed = "Set `license` under `with` of the step `user`. This recipe has no input for `license`, so that takes a recipe of your own";
    assert_eq!(told("Set {with.license}"), fixed);
    let absent = "Set `alias` under `with` of the step `user`. This recipe has no input for `alias`, so that takes a recipe of your own";
    assert_eq!(told("Set {with.alias}"), absent);
    let mixed = "Set `both` under `with` of the step `user`. This recipe has no input for `both`, so that takes a recipe of your own";
    assert_eq!(told("Set {with.both}"), mixed);
}

#[test]
fn each_input_that_the_recipe_does_not_pass_is_named_once() {
    assert_eq!(
        told("Set {with.license}, {with.username} or {with.alias}; {with.license} is best."),
        "Set `license` under `with` of the step `user`, the input `name` or `alias` under `with` of the step `user`; \
         `license` under `with` of the step `user` is best. This recipe has no input for `license` and `alias`, so that \
         takes a recipe of your own"
    );
}

#[test]
fn a_field_of_a_table_is_told_with_the_table() {
    let within = "Set `Region__c` of the input `more`";
    assert_eq!(told("Set {with.values.Region__c|more.Region__c}"), within);
    assert_eq!(
        told("Set {with.values.FirstName|more.FirstName}"),
        "Set the input `first`"
    );
    let nowhere = "Set `values.Region__c` under `with` of the step `user`. This recipe has no input for `values.Region__c`, so that takes a recipe of your own";
    assert_eq!(told("Set {with.values.Region__c|license}"), nowhere);
    assert_eq!(told("Set {with.one}"), "Set the input `name`");
    assert_eq!(told("Set {with.one.0}"), "Set the input `name`");
}

#[test]
fn other_braces_stay() {
    for text in [
        "{with.",
        "{with.}",
        "{with.a b}",
        "{with.a{with.b",
        "{name}",
    ] {
        assert_eq!(told(text), text);
    }
}

#[test]
fn a_table_is_told_as_its_only_input() {
    assert_eq!(told("Set {with.values}"), "Set the input `first`");
}
