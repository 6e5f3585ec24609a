//! Manifests that cannot be right: refused before anything of the plugin runs, with every odd character escaped.

use serde_json::{Value, json};

use crate::conformance::{case, component};
use crate::world::{Product, Ran};

/// The answers of inspecting and planning to a component with this manifest.
fn said(change: impl FnOnce(&mut Value)) -> [Ran; 2] {
    let product = Product::new();
    let mut manifest: Value = serde_json::from_str(case::MANIFEST).expect("JSON");
    change(&mut manifest);
    let bytes = component::under(&manifest.to_string());
    product.write("guest.wasm", bytes);
    product.write_recipe(
        "mine.toml",
        "title = \"Mine\"\n[inputs.pw]\ntype = \"secret\"\n[[steps]]\nid = \"s\"\nuse = \"./guest.wasm\"\n\
         with = { script = { answer = { ok = {} } } }\n",
    );
    let both = [
        product.run("plugin inspect ./guest.wasm"),
        product.run("plan mine.toml --org practice --set pw=secret"),
    ];
    for ran in &both {
        let text = ran.text();
        let odd = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}');
        assert!(!text.contains(odd), "{text:?}");
    }
    both
}

#[test]
fn names_that_would_deceive_are_refused_and_shown_escaped() {
    for ran in said(|manifest| {
        manifest["reads"]["records"]["User\u{1b}[2K\u{1b}[1A"] = json!(["Name\u{202e}"]);
        manifest["writes"]["delete"] = json!(["Us\ner"]);
    }) {
        assert_eq!(ran.exit, 60, "{}", ran.text());
        for shown in [
            r"`User\u{1b}[2K\u{1b}[1A` is not a valid name of an object",
            r"`Name\u{202e}` is not a valid name of a field",
            r"`Us\ner` is not a valid name of an object as the API has it (at `/writes/delete/0`)",
            "code: plugin/bad-manifest",
        ] {
            assert!(ran.err.contains(shown), "{shown}: {}", ran.text());
        }
    }
}

#[test]
fn a_summary_is_one_line() {
    let [inspected, _] = said(|manifest| {
        manifest["summary"] = json!("Fine\n\u{1b}[2Jnothing to see");
    });
    assert_eq!(inspected.exit, 0, "{}", inspected.text());
    assert!(
        inspected
            .out
            .contains("\n  Fine \\u{1b}[2Jnothing to see\n"),
        "{}",
        inspected.text()
    );
}

#[test]
fn a_default_that_looks_like_a_reference_is_refused() {
    for ran in said(|manifest| {
        manifest["input"]["properties"]["more"] =
            json!({ "x-usher-secret": true, "default": { "$ref": "inputs:pw" } });
    }) {
        assert_eq!(ran.exit, 60, "{}", ran.text());
        assert!(
            ran.err
                .contains("`/properties/more/default` holds a key that begins with `$`"),
            "{}",
            ran.text()
        );
    }
}
