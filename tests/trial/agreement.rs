//! A rehearsal of the SDK and `usher plugin test` show the same text for the same answer: both are held to one file.

use std::collections::BTreeMap;
use std::fs;

use crate::conformance::case::{self, Runner};
use crate::world::Product;

use super::guest;

/// The text of each case, which the guest's own tests write.
const TEXTS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/conformance/texts.txt"
);

#[test]
fn a_component_and_a_native_rehearsal_give_the_same_text() {
    let product = guest();
    let mut tried = vec![];
    for case in case::cases(Runner::Host) {
        if case.only.is_some() || !case.has_the_guests_manifest() {
            continue;
        }
        // TOML has no null.
        let Ok(input) = toml::Value::try_from(case.input()) else {
            continue;
        };
        let mut file = toml::Table::new();
        file.insert("title".to_owned(), case.name.clone().into());
        file.insert("input".to_owned(), input);
        file.insert("org".to_owned(), case.org.clone().into());
        let text = toml::to_string(&file).expect("TOML");
        product.write(&format!("guest/tests/{}.toml", case.name), text);
        tried.push(case.name);
    }
    assert!(tried.len() >= 40, "{} cases only", tried.len());
    let updated = product.run("plugin test guest --update");
    assert_eq!(updated.exit, 0, "{}", updated.text());
    let texts = texts();
    for name in tried {
        let written = expected(&product, &name);
        assert_eq!(
            Some(written.as_str()),
            texts.get(&name).map(String::as_str),
            "{name}"
        );
    }
}

/// The expected answer of a rehearsal, or the reasons why Usher refuses it.
fn expected(product: &Product, name: &str) -> String {
    let text = fs::read_to_string(product.path(&format!("guest/tests/{name}.toml")));
    let file: toml::Table = toml::from_str(&text.expect("a file")).expect("TOML");
    let expected = file["expected"].as_table().expect("a table");
    match expected.get("refused") {
        Some(refused) => {
            let reasons = refused.as_array().expect("a list").iter();
            reasons
                .map(|it| format!("! {}\n", it.as_str().expect("a text")))
                .collect()
        }
        None => expected["answer"].as_str().expect("a text").to_owned(),
    }
}

fn texts() -> BTreeMap<String, String> {
    let texts = fs::read_to_string(TEXTS).expect("the guest's tests have written it");
    let texts = texts.split("### ").skip(1).map(|text| {
        let (name, text) = text.split_once('\n').expect("a name on its line");
        (name.to_owned(), text.to_owned())
    });
    texts.collect()
}
