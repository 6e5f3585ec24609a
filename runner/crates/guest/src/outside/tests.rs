use std::fs;

use super::{PluginBuild, build_plugin, quoted};
use crate::language::Language;

#[test]
fn a_text_between_quotes_is_one_line() {
    assert_eq!(
        quoted("{\n \"a\": \"\\u2028\u{2028}é\"}"),
        r#""{\u000a \"a\": \"\\u2028\u2028é\"}""#
    );
}

#[test]
fn nothing_is_built_without_the_pins_of_its_tools() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("plugin.py"), "").expect("written");
    let built = build_plugin(&PluginBuild {
        folder: folder.path().to_owned(),
        language: Language::Python,
        manifest: Some(b"{}".to_vec()),
        pins: &[],
        cache: folder.path().join("cache"),
        wasm_std: None,
        say: &|_| {},
    });
    let error = built.expect_err("no tools").to_string();
    assert!(
        error == "this Usher has no tools for Python" || error.starts_with("building a plugin"),
        "{error}"
    );
}
