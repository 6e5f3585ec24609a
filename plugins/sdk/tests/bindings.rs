//! The generated types of the contract are those of `wit/step.wit`, and nobody has changed them by hand. They lie in the
//! repository, so that no plugin waits until a generator has been compiled.

use sha2::{Digest, Sha256};

#[test]
fn the_bindings_are_those_of_the_contract() {
    let generated = include_str!("../src/bindings/generated.rs").replace("\r\n", "\n");
    let mut parts = generated.splitn(3, '\n');
    let mut part = || parts.next().unwrap_or_default();
    let (contract, code, rest) = (part(), part(), part());
    let again =
        "write the bindings again: `cargo run --manifest-path plugins/sdk/generate/Cargo.toml`";
    let now = digest(include_str!("../../../wit/step.wit"));
    assert_eq!(contract, format!("// contract {now}"), "{again}");
    assert_eq!(code, format!("// code {}", digest(rest)), "{again}");
}

fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.replace("\r\n", "\n"));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
