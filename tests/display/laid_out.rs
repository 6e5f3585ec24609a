//! Texts and values of a plugin in Markdown and HTML: they stay text there, too.

use expect_test::expect;
use serde_json::{Value, json};

use super::{Evil, change};
use crate::pages::facts::unescaped;
use crate::pages::hostile::{HOSTILE, outside_of_code};

/// Makes a contact of a hostile name, and says a hostile thing about it.
fn create(number: usize, text: &str) -> Value {
    let fields = json!([{ "name": "LastName", "value": { "text": text } }]);
    let key = json!([{ "field": "LastName", "any-of": [{ "text": text }] }]);
    let create = json!({ "create": { "object": "Contact", "fields": fields, "key": { "conditions": key } } });
    change(&number.to_string(), text, &create)
}

#[test]
fn nothing_that_a_plugin_says_gets_out() {
    // The plugin does not get a text as it is when a recipe evaluates it.
    let hostile: Vec<&str> = HOSTILE
        .iter()
        .copied()
        .filter(|text| !text.contains("${"))
        .collect();
    let changes: Vec<Value> = hostile
        .iter()
        .enumerate()
        .map(|(number, text)| create(number, text))
        .collect();
    let notes = HOSTILE.iter().map(
        |text| json!({ "severity": "warning", "code": "evil/note", "summary": text, "at": "" }),
    );
    let effects = hostile.iter().enumerate().map(|(number, text)| {
        json!({
            "address": format!("e{number}"), "causes": ["0"], "summary": text, "certainty": "likely",
            "consequence": "other", "within-ms": 0,
        })
    });
    let (notes, effects): (Vec<Value>, Vec<Value>) = (notes.collect(), effects.collect());
    let evil = Evil::with(
        &json!({
            "reads": { "records": { "Contact": ["CreatedDate", "LastName"] } },
            "writes": { "create": { "Contact": ["LastName"] } },
        }),
        &json!({ "ok": { "changes": changes, "notes": notes, "effects": effects } }),
    );
    let ran = evil.run("plan r.toml --org practice --markdown-into p.md --html-into p.html");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let read = |file| std::fs::read_to_string(evil.product.path(file)).expect("written");
    let (markdown, html) = (read("p.md"), read("p.html"));
    let mut own: Vec<String> = outside_of_code(&markdown)
        .lines()
        .map(|line| line.trim().to_owned())
        .collect();
    own.sort();
    own.dedup();
    expect![[r#"

        ### Usher: Plan of
        ####
        -
        - ****
        - As a result, Salesforce will:
        - org
        - recipe
        </details>
        <details><summary>Details</summary>"#]]
    .assert_eq(&own.join("\n"));
    let mut tags: Vec<&str> = html
        .split('<')
        .skip(1)
        .map(|tag| tag.split(['>', ' ']).next().unwrap_or_default())
        .filter(|tag| !tag.starts_with('/'))
        .collect();
    tags.sort_unstable();
    tags.dedup();
    expect!["!doctype body div h1 h2 head html main meta p section style table tbody td th thead title tr"].assert_eq(&tags.join(" "));
    let text = unescaped(&html);
    for hostile in hostile {
        let said = format!("\"{}\"", hostile.replace('"', "\\\""));
        assert!(text.contains(&said), "{hostile}");
    }
}

#[test]
fn markdown_stays_below_the_limit_whatever_a_plugin_says() {
    let long = "`".repeat(900);
    let changes: Vec<Value> = (0..120)
        .map(|number| {
            let mut change = create(number, &format!("{long}{number}"));
            change["undo"] = json!({ "impossible": long });
            change
        })
        .collect();
    let effect = |number: usize| {
        json!({
            "address": format!("e{number}"), "causes": ["0"], "summary": long, "certainty": "likely",
            "consequence": { "mails": { "to": [{ "text": "ada@example.com" }] } },
        })
    };
    let effects: Vec<Value> = (0..40).map(effect).collect();
    let evil = Evil::with(
        &json!({
            "reads": { "records": { "Contact": ["CreatedDate", "LastName"] } },
            "writes": { "create": { "Contact": ["LastName"] } },
        }),
        &json!({ "ok": { "changes": changes, "effects": effects } }),
    );
    let ran = evil.run("plan r.toml --org practice --full --markdown-into p.md");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let markdown = std::fs::read_to_string(evil.product.path("p.md")).expect("written");
    assert!(
        markdown.chars().count() < 60_000,
        "{}",
        markdown.chars().count()
    );
    let own = outside_of_code(&markdown);
    let mut own: Vec<&str> = own.lines().map(str::trim).collect();
    own.dedup();
    expect![[r#"
        ### Usher: Plan of

        - ****
        - **Mails: 40**
        -
        - 30 more
        - **Cannot be undone: 120**
        -
        - 5 lines left out

        **1 step with 120 changes are left out: the text would be too long.**"#]]
    .assert_eq(&own.join("\n"));
}
