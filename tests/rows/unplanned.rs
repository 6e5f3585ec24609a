//! Items that have no plan, each for the same reason or for one of its own.

use expect_test::expect;

use super::people::product;

/// Each person has a contact, and an account of the same name.
const BOTH: &str = r#"title = "People"

[inputs.people]
type = "rows"
key = "email"
[inputs.people.columns.email]
type = "string"
[inputs.people.columns.last_name]
type = "string"

[[steps]]
id = "people"
for_each = "${inputs.people}"

[[steps.group]]
id = "person"
use = "ensure-record"
[steps.group.with]
object = "Contact"
key = { Email = "${item.email}" }
values = { LastName = "${item.last_name}" }

[[steps.group]]
id = "own"
use = "ensure-record"
[steps.group.with]
object = "Account"
key = { Name = "${item.email}" }
"#;

#[test]
fn a_reason_that_many_items_have_is_told_once() {
    let product = product();
    product.write_recipe("both.toml", BOTH);
    let mut file = "email,last_name\n".to_owned();
    for n in 0..300 {
        let name = match n % 3 {
            0 => "Rivera".to_owned(),
            // Eighty is the most.
            of => "x".repeat(80 + of),
        };
        file += &format!("p{n}@example.com,{name}\n");
    }
    product.write("people.csv", file);
    let ran = product.run("plan both.toml --org practice --rows people.csv");
    assert_eq!(ran.exit, 10, "{}", ran.text());
    expect![[r#"
        error: step `person[p1@example.com]` and 99 other items: `LastName` holds 80 characters at most, and this has 81
          --> both.toml:21:23
           |
        21 | values = { LastName = "${item.last_name}" }
           |                       ^^^^^^^^^^^^^^^^^^^
           |
           = help: Set `values.LastName` under `with` of the step `person` to a value that the field can hold. This recipe has no input for `values.LastName`, so that takes a recipe of your own (rule: REST API, sObject Describe)
        code: too-long

        error: step `person[p2@example.com]` and 99 other items: `LastName` holds 80 characters at most, and this has 82
          --> both.toml:21:23
           |
        21 | values = { LastName = "${item.last_name}" }
           |                       ^^^^^^^^^^^^^^^^^^^
           |
           = help: Set `values.LastName` under `with` of the step `person` to a value that the field can hold. This recipe has no input for `values.LastName`, so that takes a recipe of your own (rule: REST API, sObject Describe)
        code: too-long

        error: the input is wrong; nothing was changed
    "#]].assert_eq(&ran.err);
}

#[test]
fn of_many_reasons_a_hundred_are_told() {
    let product = product();
    let mut file = "email,last_name,account\n".to_owned();
    for n in 0..105 {
        file += &format!("p{n}@example.com,{},Brightwater\n", "x".repeat(81 + n));
    }
    product.write("people.csv", file);
    let ran = product.run("plan people.toml --org practice --rows people.csv");
    assert_eq!(ran.err.matches("code: too-long").count(), 100);
    let (_, end) = ran.err.split_once("p99@").expect("it is told");
    expect![[r#"
        example.com]`: `LastName` holds 80 characters at most, and this has 180
          --> people.toml:36:23
           |
        36 | values = { LastName = "${item.last_name}", Title = "${item.level}", Department = "Floor ${item.floor}" }
           |                       ^^^^^^^^^^^^^^^^^^^
           |
           = help: Set `values.LastName` under `with` of the step `person` to a value that the field can hold. This recipe has no input for `values.LastName`, so that takes a recipe of your own (rule: REST API, sObject Describe)
        code: too-long

        … 5 more mistakes (`--json` shows all)
        in all: 105 too-long

        error: the input is wrong; nothing was changed
    "#]].assert_eq(end);
    let ran = product.run("plan people.toml --org practice --rows people.csv --json");
    assert_eq!(
        ran.json()["diagnostics"].as_array().map(Vec::len),
        Some(105)
    );
}
