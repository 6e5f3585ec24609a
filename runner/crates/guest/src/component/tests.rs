use std::borrow::Cow;

use wasm_encoder::{CustomSection, Module};
use wasmparser::{Parser, Payload};

use super::{MANIFEST_SECTION, with_manifest, wrap, wrap_any};

/// A module with so many manifests and nothing else.
fn module(manifests: &[&str]) -> Vec<u8> {
    let mut module = Module::new();
    for manifest in manifests {
        module.section(&CustomSection {
            name: Cow::Borrowed(MANIFEST_SECTION),
            data: Cow::Borrowed(manifest.as_bytes()),
        });
    }
    module.finish()
}

#[test]
fn the_manifest_becomes_the_first_section() {
    let component = wrap(&module(&["{}"])).expect("an empty world fits");
    let mut manifests = vec![];
    for (at, payload) in Parser::new(0).parse_all(&component).enumerate() {
        if let Payload::CustomSection(section) = payload.expect("the component parses")
            && section.name() == MANIFEST_SECTION
        {
            manifests.push((at, section.data().to_vec()));
        }
    }
    assert_eq!(manifests, [(1, b"{}".to_vec())], "once, behind the header");
}

#[test]
fn what_is_no_plugin_is_refused() {
    let refused = |bytes: &[u8]| wrap(bytes).expect_err("refused").to_string();
    let random = refused(b"\x7f\x01random bytes");
    assert!(random.starts_with("it is not a WASM module: "), "{random}");
    assert_eq!(
        refused(&module(&[])),
        "it has no manifest: `usher_sdk::export!` is missing"
    );
    assert_eq!(
        refused(&module(&["{}", "{}"])),
        "it has 2 manifests, where one is right"
    );
    let component = wrap(&module(&["{}"])).expect("an empty world fits");
    assert_eq!(
        refused(&component),
        "it is not a WASM module: it is a component"
    );
}

#[test]
fn a_manifest_is_put_into_a_component_once() {
    let bare = wrap_any(&module(&[])).expect("an empty world fits");
    let with = with_manifest(&bare, b"{}").expect("put in");
    assert_eq!(with, wrap(&module(&["{}"])).expect("an empty world fits"));
    assert_eq!(with_manifest(&with, b"{}").expect("the same"), with);
    let other = with_manifest(&with, b"[]").expect_err("another one");
    assert_eq!(other.to_string(), "it has another manifest already");
    let module = with_manifest(&module(&[]), b"{}").expect_err("a module");
    assert_eq!(module.to_string(), "it is a core module, not a component");
}
