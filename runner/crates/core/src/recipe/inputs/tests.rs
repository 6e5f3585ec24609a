use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};

use super::{InputLine, parse_inputs, parse_set, written};
use crate::diagnostic::SourceText;
use crate::recipe::Recipe;
use crate::recipe::tests::{GOOD, recipe, render};
use usher_contract::limit;

fn bound(given: &Value) -> Result<Value, String> {
    let recipe = recipe(GOOD);
    let given = given.as_object().expect("an object");
    recipe
        .bind_inputs(given)
        .map(|bound| Value::Object(bound.values))
        .map_err(|found| render(&recipe.source, &found))
}

#[test]
fn defaults_are_filled_in() {
    assert_eq!(
        bound(&json!({"contact": "003", "user": "jane@example.com", "password": "p", "levels": 1})),
        Ok(json!({
            "contact": "003", "user": "jane@example.com", "role": "CEO",
            "sets": ["Customer Community Read Only"], "levels": 1, "replace": false,
            "suffix": "é", "password": "p"
        }))
    );
}

#[test]
fn what_is_unknown_missing_or_wrong_is_told_at_once() {
    let found = bound(&json!({
        "contcat": "x", "role": "CTO", "sets": ["a", 3], "levels": 1.5, "replace": "yes",
        "suffix": null, "password": 12345
    }));
    expect![[r#"
        - input/unknown recipe `try` has no input `contcat` / did you mean `contact`?
        - input/missing input `contact` is missing / pass `--set contact=…`, the id of a Contact, or its unique name or email (The person who gets access)
        - input/missing input `user` is missing / pass `--set user=…`, the id of a User, or its unique name or email
        - input/bad-choice `CTO` is not a choice of `role` / did you mean `CEO`?
        - input/wrong-type item 2 of `sets` is a number, not a text / write it in quotes
        - input/wrong-type `levels` is a number, not an integer / give a whole number, without quotes
        - input/wrong-type `replace` is a text, not a boolean / give `true` or `false`, without quotes
        - input/wrong-type `suffix` is null, not a text / write it in quotes
        - input/wrong-type `password` is a number, not a secret text / write it in quotes
    "#]].assert_eq(&found.expect_err("wrong"));
    let found = bound(&json!({
        "contact": " ", "user": ["x"], "role": "ceo", "sets": "a", "levels": {}, "replace": 1,
        "suffix": true, "password": ""
    }));
    expect![[r#"
        - input/wrong-type `contact` is empty, not a record of Contact / give the id of a Contact, or its unique name or email
        - input/wrong-type `user` is a list, not a record of User / give the id of a User, or its unique name or email, in quotes
        - input/bad-choice `ceo` is not a choice of `role` / there is `CEO` and `CFO`
        - input/wrong-type `sets` is a text, not a list of texts / give a list, as in `["…", "…"]`
        - input/wrong-type `levels` is a table, not an integer / give a whole number, without quotes
        - input/wrong-type `replace` is a number, not a boolean / give `true` or `false`, without quotes
        - input/wrong-type `suffix` is a boolean, not a text / write it in quotes
        - input/wrong-type `password` is empty, not a secret text / give its value
    "#]].assert_eq(&found.expect_err("wrong"));
}

#[test]
fn every_type_says_how_to_give_it() {
    let text = r#"title = "t"
[inputs.a]
type = "record"
object = "User"
help = "Who it is"
[inputs.b]
type = "string"
[inputs.c]
type = "integer"
[inputs.d]
type = "boolean"
[inputs.e]
type = "choice"
choices = ["x", "y"]
[inputs.f]
type = "list"
[inputs.g]
type = "secret"
[[steps]]
id = "s"
use = "anything"
"#;
    let recipe = recipe(text);
    let found = recipe.bind_inputs(&Map::new()).expect_err("all missing");
    expect![[r#"
        - input/missing input `a` is missing / pass `--set a=…`, the id of a User, or its unique name or email (Who it is)
        - input/missing input `b` is missing / pass `--set b=…`, a text
        - input/missing input `c` is missing / pass `--set c=…`, a whole number
        - input/missing input `d` is missing / pass `--set d=…`, `true` or `false`
        - input/missing input `e` is missing / pass `--set e=…`, one of `x`, `y`
        - input/missing input `f` is missing / pass `--set f=…`, texts with commas between them
        - input/missing input `g` is missing / pass `--set g=…`, its value
    "#]].assert_eq(&render(&recipe.source, &found));
}

fn set(recipe: &Recipe, text: &str) -> String {
    match parse_set(text, recipe) {
        Ok((name, value)) => format!("{name} = {value}\n"),
        Err(diagnostic) => render(&recipe.source, &[*diagnostic]),
    }
}

#[test]
fn a_text_is_read_by_the_type_of_its_input() {
    let recipe = recipe(GOOD);
    let texts = [
        "contact=Jane Doe",
        "user = jane@example.com",
        "suffix=a=b",
        "suffix=",
        "role=CFO",
        "role=CF",
        "sets=Customer Community Read Only, CLMRuntimeUser",
        "sets=",
        "sets=[\"a, b\", \"c\"]",
        "sets=[\"a\", 3]",
        "sets=[\"a\"",
        "sets=a,,b",
        "levels=-2",
        "levels=two",
        "levels=99999999999999999999",
        "replace=true",
        "replace=yes",
        "contact=",
        "password=",
        "password=hunter2",
        "hunter2",
        "=x",
        "contcat=x",
    ];
    let shown: String = texts.iter().map(|text| set(&recipe, text)).collect();
    expect![[r#"
        contact = "Jane Doe"
        user = "jane@example.com"
        suffix = "a=b"
        suffix = ""
        role = "CFO"
        - input/bad-choice `CF` is not a choice of `role` / did you mean `CFO`?
        sets = ["Customer Community Read Only","CLMRuntimeUser"]
        sets = []
        sets = ["a, b","c"]
        - input/wrong-type item 2 of `sets` is a number, not a text / write it in quotes
        - input/wrong-type the list for `sets` is not JSON: EOF while parsing a list at line 1 column 4 / write `--set 'sets=["…", "…"]'`
        - input/wrong-type the list for `sets` has an empty item / put one comma between items; items with commas go into a JSON array
        levels = -2
        - input/wrong-type `two` is not an integer for `levels` / give a whole number
        - input/wrong-type `99999999999999999999` is not an integer for `levels` / give a whole number
        replace = true
        - input/wrong-type `yes` is not a boolean for `replace` / give `true` or `false`
        - input/wrong-type `contact` is empty, not a record of Contact / give the id of a Contact, or its unique name or email
        - input/wrong-type `password` is empty, not a secret text / give its value
        password = "hunter2"
        - input/bad-set `--set` takes a name and a value / write `--set name=value`
        - input/bad-set `--set` takes a name and a value / write `--set name=value`
        - input/unknown recipe `try` has no input `contcat` / did you mean `contact`?
    "#]].assert_eq(&shown);
}

fn file(text: &str, expected: Expect) {
    let source = SourceText {
        name: "inputs.toml".into(),
        text: text.into(),
    };
    let shown = match parse_inputs(&source, &recipe(GOOD)) {
        Ok(given) => Value::Object(given).to_string(),
        Err(found) => render(&source, &found),
    };
    expected.assert_eq(&shown);
}

#[test]
fn a_file_gives_values_or_says_where_it_is_wrong() {
    file(
        "contact = \"003\"\nsets = [\"a\", \"b\"]\nlevels = 2\nreplace = true\nrole = \"CFO\"\n",
        expect![[r#"{"contact":"003","levels":2,"replace":true,"role":"CFO","sets":["a","b"]}"#]],
    );
    file("", expect!["{}"]);
    file(
        "contact = ",
        expect![[r#"
        1:11-11 input/syntax not TOML: string values must be quoted, expected literal string / the file is TOML: `key = value` lines below `[table]` headers; texts in quotes
    "#]],
    );
    file(
        r#"contcat = "x"
user = 3
sets = ["a", 3]
role = "CTO"
suffix = 2020-01-01
levels = "3"
password = 12345
replace = [true]

[contact]
id = "003"
"#,
        expect![[r#"
            1:1-8 input/unknown recipe `try` has no input `contcat` / did you mean `contact`?
            2:8-9 input/wrong-type `user` is a number, not a record of User / give the id of a User, or its unique name or email, in quotes
            3:14-15 input/wrong-type item 2 of `sets` is a number, not a text / write it in quotes
            4:8-13 input/bad-choice `CTO` is not a choice of `role` / did you mean `CEO`?
            5:10-20 input/wrong-type `suffix` is a date or time, not a text / put it in quotes
            6:10-13 input/wrong-type `levels` is a text, not an integer / give a whole number, without quotes
            7:12-17 input/wrong-type `password` is a number, not a secret text / write it in quotes
            8:11-17 input/wrong-type `replace` is a list, not a boolean / give `true` or `false`, without quotes
            10:1-10 input/wrong-type `contact` is a table, not a record of Contact / give the id of a Contact, or its unique name or email, in quotes
        "#]],
    );
    let size = usize::try_from(limit::INPUTS_BYTES_MAX).expect("small");
    file(
        &"#".repeat(size + 1),
        expect![[r#"
        1:1-1 input/too-large the file has 8388609 bytes, more than 8388608 / check that it is the right file
    "#]],
    );
}

#[test]
fn no_message_shows_a_secret() {
    let recipe = recipe(GOOD);
    for text in ["password=hunter2", "pasword=hunter2", "hunter2"] {
        if let Err(diagnostic) = parse_set(text, &recipe) {
            assert!(
                !format!("{diagnostic:?}").contains("hunter2"),
                "{diagnostic:?}"
            );
        }
    }
    for value in [
        json!(["hunter2"]),
        json!({"hunter2": "hunter2"}),
        json!(4711),
    ] {
        let given = json!({"contact": "c", "user": "u", "password": value});
        let found = recipe.bind_inputs(given.as_object().expect("an object"));
        let shown = format!("{:?}", found.expect_err("wrong"));
        assert!(
            !shown.contains("hunter2") && !shown.contains("4711"),
            "{shown}"
        );
    }
}

#[test]
fn a_table_is_names_with_values() {
    let recipe = recipe(
        r#"
format = 1
title = "x"
[inputs.values]
type = "table"
default = {}
[[steps]]
id = "a"
use = "anything"
with = { values = "${inputs.values}" }
"#,
    );
    let texts = [
        "values=Title=Head of Sales, Region__c = North=East",
        r#"values={"Quota__c": 3, "Note__c": "a, b", "Key__c": true}"#,
        "values=",
        "values=Title",
        "values=[1]",
        r#"values={"Title": null}"#,
        "values={",
    ];
    let found: Vec<String> = texts.iter().map(|text| set(&recipe, text)).collect();
    expect![[r#"
        values = {"Region__c":"North=East","Title":"Head of Sales"}
        values = {"Key__c":true,"Note__c":"a, b","Quota__c":3}
        values = {}
        - input/wrong-type the table for `values` has an item without a name and `=` / write `Title=…, Department=…`; values with commas go into a JSON object
        - input/wrong-type the table for `values` has an item without a name and `=` / write `Title=…, Department=…`; values with commas go into a JSON object
        - input/wrong-type `Title` in `values` is null / give a text, a number or a boolean
        - input/wrong-type the table for `values` is not JSON: EOF while parsing an object at line 1 column 1 / write `--set 'values={"Title": "…"}'`
    "#]].assert_eq(&found.concat());
}

#[test]
fn a_file_that_is_written_is_read_as_it_was_meant() {
    let sets = [
        "A \"b\" \\ c",
        "tab\t, line\n, \u{202e}hidden\u{e0001}",
        "ümläut",
    ];
    let lines = [
        InputLine {
            comment: "Given".into(),
            name: "contact".into(),
            value: Some(json!("003")),
        },
        InputLine {
            comment: "In the org:\nseveral lines\u{202e}".into(),
            name: "sets".into(),
            value: Some(json!(sets)),
        },
        InputLine {
            comment: "The default".into(),
            name: "levels".into(),
            value: Some(json!(-3)),
        },
        InputLine {
            comment: "The default".into(),
            name: "replace".into(),
            value: Some(json!(true)),
        },
        InputLine {
            comment: "A secret is never written".into(),
            name: "password".into(),
            value: None,
        },
    ];
    let text = written(&["Inputs of `try`".into(), String::new()], &lines);
    expect![[r##"
        # Inputs of `try`
        #

        # Given
        contact = "003"

        # In the org:\nseveral lines\u{202e}
        sets = ["A \"b\" \\ c", "tab\t, line\n, \u202Ehidden\U000E0001", "ümläut"]

        # The default
        levels = -3

        # The default
        replace = true

        # A secret is never written
        # password =
    "##]]
    .assert_eq(&text);
    let source = SourceText {
        name: "in.toml".into(),
        text,
    };
    let read = parse_inputs(&source, &recipe(GOOD)).expect("inputs");
    assert_eq!(
        Value::Object(read),
        json!({ "contact": "003", "sets": sets, "levels": -3, "replace": true })
    );
}
