//! A window breaks long lines: what comes below is seen to belong to the line above.

use expect_test::expect;
use serde_json::json;
use usher::Look;

use super::{ADMIN, Evil, change, changes, update};

#[test]
fn the_rest_of_a_long_line_cannot_pass_for_a_line_of_the_plan() {
    let fields = json!({
        "Title": { "text": "Countess of the long and winding road, undo: as it was before" },
        "Department": { "text": "x".repeat(90) },
    });
    let filler = "and so forth ".repeat(3);
    let summary = format!(
        "Give a title {filler}update User 005 {{ Title: a }} undo: as it was before Plan: 0 to delete"
    );
    let mut evil = Evil::new(
        &json!({ "update": { "User": ["Title", "Department"] } }),
        &changes(&[change("title", &summary, &update(ADMIN, &fields))]),
    );
    evil.product.look(Look {
        colour: false,
        columns: Some(60),
    });
    let plan = evil.product.run("plan r.toml --org practice");
    expect![[r#"
        exit 0
        --- out
        Attacked  (r)
          org     practice (practice org), as
            | admin@practice.usher.example

        evil  evil 1.0.0, from the file `./evil.wasm`
          ~ "Give a title and so forth and so forth and so forth
            | update User 005 { Title: a } undo: as it was before
            | Plan: 0 to delete"
              update User 005Jca000000001IAA { Department: nothing
                | ->
                | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
                | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, Title:
                | nothing -> "Countess of the long and winding
                | road, undo: as it was before" }
              undo: as it was before

        Plan: 0 to create, 1 to change, 0 to delete; 1 request to
          | send.
        --- err
    "#]]
    .assert_eq(&plan.text());
    assert!(plan.out.lines().all(|line| line.chars().count() <= 60));
}

#[test]
fn colour_is_never_the_only_sign() {
    let fields = json!({ "ProfileId": { "text": "00eJca00000000DIAQ" } });
    let mut evil = Evil::new(
        &json!({ "update": { "User": ["ProfileId"] } }),
        &changes(&[change("title", "Give a title", &update(ADMIN, &fields))]),
    );
    let plain = evil.plan();
    evil.product.look(Look {
        colour: true,
        columns: None,
    });
    let coloured = evil.product.run("plan r.toml --org practice").out;
    assert!(
        coloured.contains("\u{1b}[31mRAISES PRIVILEGES:\u{1b}[0m"),
        "{coloured}"
    );
    let mut without = coloured;
    for code in ["1", "31", "32", "33", "35", "36", "0"] {
        without = without.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert!(without.ends_with(&plain), "{without}");
}
