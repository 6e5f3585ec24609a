//! Rows, from a declaration to their values.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::BoundRows;
use crate::diagnostic::SourceText;
use crate::recipe::tests::{recipe, render, wrong};
use crate::recipe::{Recipe, parse_inputs, parse_set};

const PEOPLE: &str = r#"title = "t"
[inputs.people]
type = "rows"
key = "contact"
help = "The people who get access"
[inputs.people.columns.contact]
type = "record"
object = "Contact"
[inputs.people.columns.title]
type = "string"
optional = true
[inputs.people.columns.level]
type = "choice"
choices = ["Executive", "Manager", "User"]
default = "User"
[inputs.people.columns.sets]
type = "list"
default = []
[inputs.people.columns.seats]
type = "integer"
optional = true
[inputs.people.columns.active]
type = "boolean"
default = true
[[steps]]
id = "s"
use = "anything"
"#;

fn bound(recipe: &Recipe, given: &Value) -> BoundRows {
    let given = json!({ "people": given });
    let bound = recipe.bind_inputs(given.as_object().expect("an object"));
    let mut bound = bound.expect("inputs");
    bound.rows.remove("people").expect("rows")
}

fn shown(rows: &BoundRows) -> String {
    let mut out = String::new();
    for row in &rows.rows {
        let line = row.line.map_or("-".to_owned(), |line| line.to_string());
        out += &format!("{line} {} {}\n", row.key, Value::Object(row.value.clone()));
    }
    for row in &rows.wrong {
        let line = row.line.map_or("-".to_owned(), |line| line.to_string());
        for fault in &row.faults {
            let column = fault.column.as_deref().unwrap_or("*");
            let (code, message, help) = (&fault.code, &fault.message, &fault.help);
            out += &format!("! {line} {column} {code} {message} / {help}\n");
        }
    }
    out
}

fn declared(text: &str, expected: Expect) {
    let text = format!("title = \"t\"\n{text}\n[[steps]]\nid = \"s\"\nuse = \"anything\"\n");
    wrong(&text, expected);
}

#[test]
fn every_mistake_in_a_declaration() {
    declared(
        r#"[inputs.a]
type = "rows"
[inputs.b]
type = "rows"
key = "emial"
[inputs.b.columns.email]
type = "string"
[inputs.c]
type = "rows"
key = "x"
[inputs.c.columns]
[inputs.d]
type = "rows"
key = "email"
default = []
in_org = {}
object = "User"
[inputs.d.columns.email]
type = "string"
optional = true
[inputs.d.columns.Title]
type = "secret"
[inputs.d.columns.t]
type = "table"
[inputs.d.columns.r]
type = "record"
choises = []
[inputs.d.columns.c]
type = "choice"
choices = ["a"]
default = "b"
object = "User"
[inputs.d.columns.x]
type = "rows"
[inputs.e]
type = "string"
key = "a"
columns = {}
[inputs.f]
type = "rows"
key = "yes"
[inputs.f.columns.yes]
type = "boolean"
"#,
        expect![[r#"
            2:1-11 recipe/missing-key input `a` lacks `key` / add `key = "email"`: the column that recognises a row
            2:1-11 recipe/missing-key input `a` lacks `columns` / add `[inputs.a.columns.email]` with its keys below, and so on
            6:7-14 recipe/unknown-column input `b` has no column `emial` / did you mean `email`?
            12:11-18 recipe/missing-key input `c` has no columns / add `[inputs.c.columns.email]` with its keys below, and so on
            15:7-14 recipe/bad-key the key column `email` may be left empty, and then nothing recognises the row / leave out its `optional` or `default`
            16:1-8 recipe/unknown-key input `d` of type `rows` knows no key `default` / leave it out; rows are given with `--rows FILE`
            17:1-7 recipe/unknown-key input `d` of type `rows` knows no key `in_org` / leave it out; rows are given with `--rows FILE`
            18:1-7 recipe/unknown-key input `d` of type `rows` knows no key `object` / leave it out, or write `type = "record"`
            22:19-24 recipe/bad-name `Title` is not a valid name for a column / write `title`
            23:8-16 recipe/unknown-type column `Title` has no type `secret` / there is `record`, `string`, `integer`, `boolean`, `choice` and `list`
            25:8-15 recipe/unknown-type column `t` has no type `table` / there is `record`, `string`, `integer`, `boolean`, `choice` and `list`
            26:1-21 recipe/missing-key column `r` lacks `object` / add `object = "User"`, or whatever it is a record of
            28:1-8 recipe/unknown-key column `r` knows no key `choises` / did you mean `choices`?
            32:11-14 recipe/wrong-type default: `b` is not a choice of `c` / did you mean `a`?
            33:1-7 recipe/unknown-key column `c` of type `choice` knows no key `object` / leave it out, or write `type = "record"`
            35:8-14 recipe/unknown-type column `x` has no type `rows` / there is `record`, `string`, `integer`, `boolean`, `choice` and `list`
            38:1-4 recipe/unknown-key input `e` of type `string` knows no key `key` / leave it out, or write `type = "rows"`
            39:1-8 recipe/unknown-key input `e` of type `string` knows no key `columns` / leave it out, or write `type = "rows"`
            42:7-12 recipe/bad-key column `yes` of type `boolean` recognises no row / name a column of type `record`, `string`, `integer` or `choice`
        "#]],
    );
}

#[test]
fn cells_become_values_of_their_types() {
    let rows = bound(
        &recipe(PEOPLE),
        &json!([
            { "contact": " maria@example.com ", "title": " Dr. ", "level": "Manager ", "sets": "A; B",
              "seats": " 3 ", "active": "FALSE" },
            { "contact": "003000000000001AAA", "title": " ", "level": "", "sets": "[\"a;b\"]" },
            { "contact": "x", "seats": -3, "active": false, "sets": ["A"] },
        ]),
    );
    expect![[r#"
        - maria@example.com {"active":false,"contact":"maria@example.com","level":"Manager","seats":3,"sets":["A","B"],"title":" Dr. "}
        - 003000000000001AAA {"active":true,"contact":"003000000000001AAA","level":"User","seats":null,"sets":["a;b"],"title":null}
        - x {"active":false,"contact":"x","level":"User","seats":-3,"sets":["A"],"title":null}
    "#]].assert_eq(&shown(&rows));
}

#[test]
fn a_wrong_row_takes_no_other_down() {
    let rows = bound(
        &recipe(PEOPLE),
        &json!([
            { "contact": "good@example.com" },
            { "contact": "", "title": 3 },
            { "contact": "a", "level": "Executiv", "sets": "A;;B", "seats": "1.0", "active": "yes" },
            { "contact": "twice@example.com" },
            { "contact": "b", "titel": "x", "sets": ["a", 3], "seats": "12 000", "level": null },
            { "contact": "twice@example.com ", "title": "x" },
            { "contact": "c\nd" },
            { "contact": "k".repeat(256) },
            { "contact": "e", "title": "x".repeat(40_000) },
        ]),
    );
    expect![[r#"
        - good@example.com {"active":true,"contact":"good@example.com","level":"User","seats":null,"sets":[],"title":null}
        ! - contact rows/missing-cell `contact` is empty / write the id of a Contact, or its unique name or email
        ! - title rows/wrong-type `title` is a number, not a text / write it in quotes
        ! - level rows/bad-choice `Executiv` is not a choice of `level` / did you mean `Executive`?
        ! - sets rows/wrong-type the list `A;;B` has an empty item / put one `;` between items, and none at the end
        ! - seats rows/wrong-type `1.0` is not a whole number / write digits alone, without a mark between thousands and without decimals, as in `1200`
        ! - active rows/wrong-type `yes` is neither `true` nor `false` / write `true` or `false`
        ! - contact rows/duplicate-key row 6 has the same key `twice@example.com` / keep one of the rows
        ! - titel rows/unknown-column there is no column `titel` / did you mean `title`?
        ! - sets rows/wrong-type item 2 of `sets` is a number, not a text / write it in quotes
        ! - seats rows/wrong-type `12 000` is not a whole number / write digits alone, without a mark between thousands and without decimals, as in `1200`
        ! - contact rows/duplicate-key row 4 has the same key `twice@example.com` / keep one of the rows
        ! - contact rows/bad-key the key has a line break or a hidden character / type it again
        ! - contact rows/bad-key the key has 256 bytes, more than 255 / recognise the row by something shorter, such as an id or an email
        ! - title rows/too-large the cell has 40000 bytes, more than 32768 / shorten it
    "#]].assert_eq(&shown(&rows));
}

#[test]
fn rows_in_an_inputs_file_know_their_lines() {
    let source = SourceText {
        name: "inputs.toml".into(),
        text: "\n[[people]]\ncontact = \"a\"\nseats = 3\n\n[[people]]\ncontact = 2020-01-01\nlevel = \"Boss\"\n".into(),
    };
    let recipe = recipe(PEOPLE);
    let given = parse_inputs(&source, &recipe).expect("inputs");
    let rows = bound(&recipe, &given["people"]);
    assert_eq!(rows.file.as_deref(), Some("inputs.toml"));
    assert_eq!(rows.columns, ["contact", "level", "seats"]);
    expect![[r#"
        2 a {"active":true,"contact":"a","level":"User","seats":3,"sets":[],"title":null}
        ! 6 level rows/bad-choice `Boss` is not a choice of `level` / there is `Executive`, `Manager` and `User`
    "#]].assert_eq(&shown(&rows));
    let source = SourceText {
        name: "inputs.toml".into(),
        text: "people = [\"a\", 3]\n".into(),
    };
    let found = parse_inputs(&source, &recipe).expect_err("wrong");
    expect![[r#"
        1:11-14 input/wrong-type `people` is a text, not a table / write `[[people]]` above each
        1:16-17 input/wrong-type `people` is an integer, not a table / write `[[people]]` above each
    "#]]
    .assert_eq(&render(&source, &found));
}

#[test]
fn rows_are_given_as_a_file_only() {
    let recipe = recipe(PEOPLE);
    let found = parse_set("people=a", &recipe).expect_err("wrong");
    let missing = recipe
        .bind_inputs(&serde_json::Map::new())
        .expect_err("missing");
    let given = json!({ "people": "people.csv" });
    let unfit = recipe.bind_inputs(given.as_object().expect("an object"));
    let all = [vec![*found], missing, unfit.expect_err("wrong")].concat();
    expect![[r#"
        - input/bad-set `people` takes the rows of a file / pass `--rows people=FILE`
        - input/missing input `people` is missing / pass `--rows people=FILE`, a CSV or JSON file of rows (The people who get access)
        - input/wrong-type `people` is not a list of tables / pass `--rows people=FILE`
    "#]].assert_eq(&render(&recipe.source, &all));
}

/// The lines of rows that are wrong, with a key of that type.
fn keys(kind: &str, keys: &[Value]) -> String {
    let text = format!(
        "title = \"t\"\n[inputs.people]\ntype = \"rows\"\nkey = \"k\"\n[inputs.people.columns.k]\n{kind}\n[[steps]]\nid = \"s\"\nuse = \"anything\"\n"
    );
    let rows: Vec<Value> = keys.iter().map(|key| json!({ "k": key })).collect();
    shown(&bound(&recipe(&text), &Value::from(rows)))
}

#[test]
fn one_key_in_several_ways_of_writing_is_one_key() {
    let integers = [
        json!(7),
        json!("007"),
        json!("+7"),
        json!("7.0"),
        json!("8"),
        json!("-0"),
        json!(0),
    ];
    let texts = [
        json!("Maria@Example.com"),
        json!("maria@example.com\u{a0}"),
        json!("J\u{f6}rg"),
        json!("Jo\u{308}rg"),
        json!("001D000000IRFma"),
        json!("001D000000IRFmaIAH"),
        json!("001D000000IRFmA"),
        json!("STRASSE"),
        json!("Stra\u{df}e"),
    ];
    let choices = [json!("a"), json!("A"), json!("a ")];
    let all = [
        keys("type = \"integer\"", &integers),
        keys("type = \"string\"", &texts),
        keys("type = \"record\"\nobject = \"Contact\"", &texts),
        keys("type = \"choice\"\nchoices = [\"a\", \"A\"]", &choices),
    ];
    expect![[r#"
        - 8 {"k":8}
        ! - k rows/duplicate-key row 2 has the same key `7` / keep one of the rows
        ! - k rows/duplicate-key row 1 has the same key `7` / keep one of the rows
        ! - k rows/duplicate-key row 1 has the same key `7` / keep one of the rows
        ! - k rows/wrong-type `7.0` is not a whole number / write digits alone, without a mark between thousands and without decimals, as in `1200`
        ! - k rows/duplicate-key row 7 has the same key `0` / keep one of the rows
        ! - k rows/duplicate-key row 6 has the same key `0` / keep one of the rows
        --
        - 001D000000IRFmA {"k":"001D000000IRFmA"}
        - STRASSE {"k":"STRASSE"}
        - Straße {"k":"Straße"}
        ! - k rows/duplicate-key row 2 has the same key, written `maria@example.com` / keep one of the rows
        ! - k rows/duplicate-key row 1 has the same key, written `Maria@Example.com` / keep one of the rows
        ! - k rows/duplicate-key row 4 has the same key, written `Jörg` / keep one of the rows
        ! - k rows/duplicate-key row 3 has the same key, written `Jörg` / keep one of the rows
        ! - k rows/duplicate-key row 6 has the same key, written `001D000000IRFmaIAH` / keep one of the rows
        ! - k rows/duplicate-key row 5 has the same key, written `001D000000IRFma` / keep one of the rows
        --
        - 001D000000IRFmA {"k":"001D000000IRFmA"}
        - STRASSE {"k":"STRASSE"}
        - Straße {"k":"Straße"}
        ! - k rows/duplicate-key row 2 has the same key, written `maria@example.com` / keep one of the rows
        ! - k rows/duplicate-key row 1 has the same key, written `Maria@Example.com` / keep one of the rows
        ! - k rows/duplicate-key row 4 has the same key, written `Jörg` / keep one of the rows
        ! - k rows/duplicate-key row 3 has the same key, written `Jörg` / keep one of the rows
        ! - k rows/duplicate-key row 6 has the same key, written `001D000000IRFmaIAH` / keep one of the rows
        ! - k rows/duplicate-key row 5 has the same key, written `001D000000IRFma` / keep one of the rows
        --
        - A {"k":"A"}
        ! - k rows/duplicate-key row 3 has the same key `a` / keep one of the rows
        ! - k rows/duplicate-key row 1 has the same key `a` / keep one of the rows
    "#]].assert_eq(&all.join("--\n"));
}

#[test]
fn cells_are_read_as_spreadsheets_of_other_languages_write_them() {
    let rows = bound(
        &recipe(PEOPLE),
        &json!([
            { "contact": "a", "active": "WAHR" },
            { "contact": "b", "active": "Faux" },
            { "contact": "c", "active": "doğru" },
            { "contact": "d", "active": "ja" },
            { "contact": "e", "seats": "1.234" },
            { "contact": "f", "seats": "1.234,5" },
            { "contact": "g", "level": "x".repeat(30_000) },
        ]),
    );
    expect![[r#"
        - a {"active":true,"contact":"a","level":"User","seats":null,"sets":[],"title":null}
        - b {"active":false,"contact":"b","level":"User","seats":null,"sets":[],"title":null}
        - c {"active":true,"contact":"c","level":"User","seats":null,"sets":[],"title":null}
        ! - active rows/wrong-type `ja` is neither `true` nor `false` / write `true` or `false`
        ! - seats rows/wrong-type `1.234` is not a whole number / write digits alone, without a mark between thousands and without decimals, as in `1200`
        ! - seats rows/wrong-type `1.234,5` is not a whole number / write digits alone, without a mark between thousands and without decimals, as in `1200`
        ! - level rows/bad-choice `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… / there is `Executive`, `Manager` and `User`
    "#]].assert_eq(&shown(&rows));
}
