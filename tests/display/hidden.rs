//! Characters that a terminal obeys, and that are not visible.

use expect_test::expect;
use serde_json::json;

use super::{ADMIN, Evil, change, changes, update};

/// A value that would take away the line above it, and one that would make lines of its own.
fn hostile() -> Evil {
    let fields = json!({
        "Title": { "text": "Countess\u{1b}[1A\u{1b}[2K\u{9b}2J" },
        "Email": { "text": "evil@evil.example\n      undo: as it was before\n\nPlan: 1 to change" },
        "Department": { "text": "a\u{202e}b\u{200b}c\u{e0041}d\u{61c}e   f" },
    });
    let summary =
        "Give a title\u{1b}[8m\u{2060}\u{ad}         update User 005 { Title: a }\n  undo: nothing";
    Evil::new(
        &json!({ "update": { "User": ["Title", "Email", "Department"] } }),
        &changes(&[change("title", summary, &update(ADMIN, &fields))]),
    )
}

#[test]
fn a_value_and_a_summary_make_no_line_and_take_none_away() {
    expect![[r#"
        evil  evil 1.0.0, from the file `./evil.wasm`
          ~ "Give a title\u{1b}[8m\u{2060}\u{ad} update User 005 { Title: a } undo: nothing"
              update User 005Jca000000001IAA { Department: nothing -> "a\u{202e}b\u{200b}c\u{e0041}d\u{61c}e \u{20}\u{20}f", Email: admin@practice.usher.example -> "evil@evil.example\n \u{20}\u{20}\u{20}\u{20}\u{20}undo: as it was before\n\nPlan: 1 to change", Title: nothing -> "Countess\u{1b}[1A\u{1b}[2K\u{9b}2J" }
              undo: as it was before

        Plan: 0 to create, 1 to change, 0 to delete; 1 request to send.
    "#]].assert_eq(&hostile().plan());
}

#[test]
fn json_has_the_same_values_and_no_raw_control_character() {
    let ran = hostile().run("plan r.toml --org practice --json");
    let hidden = |c: char| {
        matches!(
            c,
            '\u{80}'..='\u{9f}' | '\u{202e}' | '\u{200b}' | '\u{e0041}'
        )
    };
    assert_eq!(ran.out.chars().find(|c| hidden(*c)), None, "{}", ran.out);
    let after = &ran.json()["steps"][0]["changes"][0]["after"];
    assert_eq!(after["Title"], "Countess\u{1b}[1A\u{1b}[2K\u{9b}2J");
    assert_eq!(
        after["Department"],
        "a\u{202e}b\u{200b}c\u{e0041}d\u{61c}e   f"
    );
}

#[test]
fn a_run_and_what_is_shown_of_it_hide_nothing() {
    let evil = hostile();
    let applied = evil.run("apply r.toml --org practice --yes");
    assert_eq!(applied.exit, 20, "{}", applied.text());
    for line in [
        "show",
        "runs",
        "show --requests",
        "undo --yes",
        "org query --org practice SELECT+Title",
    ] {
        evil.run(line);
    }
}

#[test]
fn a_value_of_megabytes_is_cut_and_says_how_much_is_missing() {
    let fields = json!({ "Title": { "text": { "times": 15_000_000, "each": "x" } } });
    let evil = Evil::new(
        &json!({ "update": { "User": ["Title"] } }),
        &changes(&[change("title", "Give a title", &update(ADMIN, &fields))]),
    );
    let plan = evil.plan();
    assert!(plan.contains("xxx\"… (14999600 bytes more) }\n"), "{plan}");
    assert!(plan.len() < 2_000, "{} bytes", plan.len());
    let full = evil.run("plan r.toml --org practice --full");
    assert!(full.out.len() > 15_000_000, "{} bytes", full.out.len());
}

#[test]
fn records_of_the_org_hide_nothing_in_tables_and_lists() {
    let evil = hostile();
    let org = evil.product.practice();
    org.create(
        "Account",
        &json!({ "Name": "A\u{202e}b\u{9b}2J  c\nRoles\n  Top" }),
    );
    let words = [
        "org",
        "query",
        "--org",
        "practice",
        "SELECT Name FROM Account WHERE Name LIKE 'A%'",
    ];
    let found = evil.product.run_words(&words);
    let shown = r#""A\u{202e}b\u{9b}2J \u{20}c\nRoles\n \u{20}Top""#;
    assert!(found.out.contains(shown), "{}", found.text());
    let shown = r"  A\u{202e}b\u{9b}2J c Roles Top";
    let practice = evil.run("practice show");
    assert!(practice.out.contains(shown), "{}", practice.text());
}

#[test]
fn a_manifest_hides_nothing_before_anything_is_granted() {
    let name = "User\u{1b}[2K\u{202e}\nread nothing";
    let evil = Evil::with(
        &json!({ "summary": "Reads\u{1b}[8m\u{200b}", "writes": { "delete": [name] } }),
        &changes(&[]),
    );
    for line in ["plugin inspect ./evil.wasm", "plan r.toml --org practice"] {
        let ran = evil.run(line);
        let text = ran.text();
        assert!(
            !text.contains('\u{202e}') && !text.contains('\u{200b}'),
            "{text}"
        );
        assert!(!text.contains("\nread nothing"), "{text}");
    }
}

#[test]
fn a_recipe_with_its_mistake_is_shown_with_what_is_hidden_in_it() {
    let evil = hostile();
    let recipe =
        "title = \"a\"\n[[steps]]\nid = \"one\" # \u{202e}dne\u{1b}[2K\nuse = \"\u{9b}2Jnobody\"\n";
    evil.product.write("m.toml", recipe);
    let ran = evil.product.run("recipe check m.toml");
    assert_eq!(ran.exit, 10, "{}", ran.text());
    let raw = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert_eq!(ran.err.chars().find(|c| raw(*c)), None, "{}", ran.err);
}

#[test]
fn marks_on_a_letter_do_not_reach_into_other_lines() {
    let tall = format!("e\u{301}a{}", "\u{336}".repeat(50));
    let fields = json!({ "Title": { "text": tall } });
    let evil = Evil::new(
        &json!({ "update": { "User": ["Title"] } }),
        &changes(&[change("title", &tall, &update(ADMIN, &fields))]),
    );
    let plan = evil.plan();
    assert!(plan.contains("e\u{301}a\u{336}"), "{plan}");
    assert!(!plan.contains(&"\u{336}".repeat(5)), "{plan}");
}
