//! Text, JSON, Markdown and HTML hold the same facts, for every recipe in the box.

use serde_json::Value;
use usher_core::text;

use crate::world::Product;

/// A text of HTML as a browser shows it.
pub(crate) fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// A text in quotes.
fn said(text: &str) -> String {
    format!("\"{}\"", text::sentence(text).replace('"', "\\\""))
}

/// Every text, number and truth in a value. A value that is known only later is shown by its name.
fn leaves(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => found.push(value.to_string()),
        Value::String(one) if one.is_empty() => {}
        Value::String(one) => found.push(text::value(one)),
        Value::Array(values) => values.iter().for_each(|value| leaves(value, found)),
        Value::Object(members) => match members.get("$ref").and_then(Value::as_str) {
            Some(token) => found.push(token.trim_start_matches("step:").to_owned()),
            None => {
                for (name, value) in members.iter().filter(|(name, _)| !name.starts_with('$')) {
                    found.push(name.clone());
                    leaves(value, found);
                }
            }
        },
    }
}

/// The facts that all four must hold.
fn facts(json: &Value) -> Vec<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let inputs = json["inputs"].as_object().into_iter().flatten();
    let mut facts: Vec<String> = inputs.map(|(name, _)| format!("{name} = ")).collect();
    for step in list(&json["steps"]) {
        facts.extend(step["id"].as_str().map(str::to_owned));
        for change in list(&step["changes"]) {
            facts.extend(change["summary"].as_str().map(said));
            if change["operation"]["verb"] != "deploy" {
                leaves(&change["after"], &mut facts);
            }
        }
        for effect in list(&step["effects"]) {
            facts.extend(effect["summary"].as_str().map(said));
        }
        for note in list(&step["notes"]) {
            facts.extend(note["message"].as_str().map(said));
        }
    }
    facts
}

/// The values that a deployment sets in components, one by one: a text has tables of permissions instead.
fn deployed(json: &Value) -> Vec<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let changes = list(&json["steps"]).into_iter();
    let changes = changes.flat_map(|step| list(&step["changes"]));
    let components = changes.flat_map(|change| list(&change["operation"]["components"]));
    let mut facts = Vec::new();
    for difference in components.flat_map(|component| list(&component["differences"])) {
        facts.extend(difference["at"].as_str().map(text::sentence));
        leaves(&difference["after"], &mut facts);
    }
    facts
}

/// The marks: a text has them at the changes, the others have them together.
fn marks(json: &Value) -> Vec<String> {
    let marks = json["marks"].as_object().into_iter().flatten();
    let marks = marks.flat_map(|(_, marks)| marks.as_array().into_iter().flatten());
    let texts = marks.filter_map(|mark| mark["text"].as_str());
    texts.map(str::to_owned).collect()
}

/// The recipes in the box.
fn recipes() -> Vec<String> {
    let listed = Product::new().run("recipe list --json").json();
    let recipes = listed["recipes"].as_array().expect("a list");
    let names = recipes.iter().filter_map(|recipe| recipe["name"].as_str());
    names.map(str::to_owned).collect()
}

#[test]
fn all_four_hold_the_same_facts() {
    let recipes = recipes();
    assert!(recipes.len() > 5, "{recipes:?}");
    let (mut changes, mut values) = (0, 0);
    for recipe in recipes {
        let product = Product::new();
        let plan = product.run(&format!(
            "plan {recipe} --org practice --full --json-into p.json --markdown-into p.md --html-into p.html"
        ));
        let read = |file: &str| {
            std::fs::read_to_string(product.path(file))
                .unwrap_or_else(|error| panic!("{recipe}: {file}: {error}\n{}", plan.text()))
        };
        let json: Value = serde_json::from_str(&read("p.json")).expect("it is JSON");
        let (markdown, html) = (read("p.md"), unescaped(&read("p.html")));
        let marks = marks(&json);
        for (way, text) in [("Markdown", &markdown), ("HTML", &html)] {
            let missing = marks.iter().find(|mark| !text.contains(*mark));
            assert_eq!(missing, None, "{recipe}: {way}\n{text}");
        }
        let deployed = deployed(&json);
        values += deployed.len();
        let missing = deployed.iter().find(|fact| !html.contains(*fact));
        assert_eq!(missing, None, "{recipe}: HTML\n{html}");
        let facts = facts(&json);
        changes += facts.len();
        for (way, text) in [
            ("text", &plan.out),
            ("Markdown", &markdown),
            ("HTML", &html),
        ] {
            let missing = facts.iter().find(|fact| !text.contains(*fact));
            assert_eq!(missing, None, "{recipe}: {way}\n{text}");
        }
    }
    assert!(changes > 100 && values > 100, "{changes} and {values}");
}
