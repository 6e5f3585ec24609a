use crate::Compiler;

/// The smallest component.
const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

#[test]
fn code_is_the_same_each_time_it_is_made() {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let compiler = || Compiler::for_target(&target).expect("this processor");
    let code = || compiler().compile(EMPTY).expect("it is valid");
    assert_eq!(code(), code());
    assert_eq!(compiler().fingerprint(), compiler().fingerprint());
}

#[test]
fn there_is_no_code_for_some_targets() {
    for target in ["no such target", "sparc64-unknown-linux-gnu"] {
        assert!(Compiler::for_target(target).is_err(), "{target}");
    }
}

#[test]
fn a_component_that_is_not_valid_has_no_code() {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let compiler = Compiler::for_target(&target).expect("this processor");
    assert!(compiler.compile(b"nonsense").is_err());
}
