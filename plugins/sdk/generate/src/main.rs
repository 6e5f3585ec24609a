//! Writes the contract `wit/step.wit` as Rust: `plugins/sdk/src/bindings/generated.rs`.

use std::error::Error;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};
use wit_bindgen_core::wit_parser::Resolve;
use wit_bindgen_core::{Files, WorldGenerator};

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let contract = workspace.join("wit");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(&contract)?;
    let world = resolve.select_world(&[package], Some("step"))?;
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
    options.build().generate(&mut resolve, world, &mut files)?;
    let (_, code) = files.iter().next().ok_or("no code was generated")?;
    // Most of it is deeply nested: without its blanks it is a quarter as large.
    let lines = str::from_utf8(code)?.lines();
    let code: String = lines
        .map(|line| line.trim_start().to_owned() + "\n")
        .collect();
    let contract = fs::read_to_string(contract.join("step.wit"))?;
    // The test `bindings` of the SDK compares both.
    let head = format!(
        "// contract {}\n// code {}\n",
        digest(&contract),
        digest(&code)
    );
    let path = workspace.join("plugins/sdk/src/bindings/generated.rs");
    fs::write(path, head + &code)?;
    Ok(())
}

/// SHA-256 of a text whose lines end as on every machine.
fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.replace("\r\n", "\n"));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
