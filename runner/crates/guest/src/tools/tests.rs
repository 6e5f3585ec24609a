use std::cell::Cell;
use std::fs;

use super::Tools;
use crate::language::Language;

#[test]
fn tools_are_fetched_once_and_appear_when_they_are_complete() {
    let cache = tempfile::tempdir().expect("a folder");
    let tools = Tools {
        language: Language::Python,
        pins: &[("requirements.txt", b"tool==1.2.3 \\\n    --hash=sha256:00")],
        cache: cache.path(),
        say: &|_| {},
    };
    let fetched = Cell::new(0);
    let folder = |ends: Result<(), String>| {
        tools.folder("tool 1.2.3", |new| {
            fetched.set(fetched.get() + 1);
            assert!(new.join("requirements.txt").is_file());
            fs::write(new.join("tool"), "").expect("written");
            ends
        })
    };
    let failed = folder(Err("no network".to_owned())).expect_err("not fetched");
    assert_eq!(
        failed.to_string(),
        "tool 1.2.3 cannot be fetched: no network"
    );
    let first = folder(Ok(())).expect("fetched");
    assert!(first.join("tool").is_file());
    assert_eq!(folder(Err(String::new())).expect("kept"), first);
    assert_eq!(fetched.get(), 2);

    let other = Tools {
        pins: &[("requirements.txt", b"tool==1.2.4")],
        ..tools
    };
    let second = other.folder("tool 1.2.4", |_| Ok(())).expect("fetched");
    assert_ne!(second, first, "other pins, other tools");
    assert_eq!(other.version("tool"), "1.2.4");
    assert_eq!(other.version("hammer"), "");
}

#[test]
fn a_language_without_pins_has_no_tools() {
    let tools = Tools {
        language: Language::C,
        pins: &[],
        cache: "/nowhere".as_ref(),
        say: &|_| {},
    };
    let none = tools.folder("a compiler", |_| Ok(())).expect_err("no pins");
    assert_eq!(none.to_string(), "this Usher has no tools for C");
}
