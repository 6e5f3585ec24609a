//! The generated types of the contract are those of `wit/step.wit`. They lie in the repository, so that no plugin waits
//! until a generator has been compiled.
//!
//! `UPDATE_EXPECT=1 cargo test -p usher-sdk --test bindings` writes them again.

use std::path::Path;

use expect_test::expect_file;
use wit_bindgen_core::wit_parser::Resolve;
use wit_bindgen_core::{Files, WorldGenerator};

#[test]
fn the_bindings_are_those_of_the_contract() {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(&contract).expect("the contract");
    let world = resolve
        .select_world(&[package], Some("step"))
        .expect("the world");
    let options = wit_bindgen_rust::Opts {
        format: true,
        generate_all: true,
        pub_export_macro: true,
        export_macro_name: Some("export_bindings".to_owned()),
        default_bindings_module: Some("usher_sdk::bindings".to_owned()),
        additional_derive_attributes: vec!["PartialEq".to_owned()],
        ..wit_bindgen_rust::Opts::default()
    };
    let mut files = Files::default();
    options
        .build()
        .generate(&mut resolve, world, &mut files)
        .expect("generated");
    let mut files = files.iter();
    let (_, code) = files.next().expect("one file");
    assert!(files.next().is_none(), "one file");
    let code = str::from_utf8(code).expect("UTF-8");
    // Most of it is deeply nested: without its blanks it is a quarter as large.
    let code: String = code
        .lines()
        .map(|line| line.trim_start().to_owned() + "\n")
        .collect();
    expect_file!["../src/bindings/generated.rs"].assert_eq(&code);
}
