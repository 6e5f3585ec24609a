//! The suite leaves nothing out: every kind of fault that the contract's judge knows has a case.

use std::collections::BTreeSet;
use std::fmt::Debug;

use usher_contract::fault::Fault;

use super::case;

const FAULTS: &str = include_str!("../../runner/crates/contract/src/fault.rs");
const UNDECLARED: &str = include_str!("../../runner/crates/contract/src/manifest/writes.rs");

/// Faults that only a read can have. A read says them in words.
const IN_READS: &[Fault] = &[Fault::BoundInRead];

/// The kind of a fault for programs: `NoCause` is `no-cause`.
pub(super) fn kind(fault: &impl Debug) -> String {
    let shown = format!("{fault:?}");
    let name: String = shown
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    kebab(&name)
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for (index, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && index > 0 {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

/// The variants of an enum, read from its source.
fn variants(source: &str, of: &str) -> Vec<String> {
    let mut lines = source.lines();
    lines
        .by_ref()
        .find(|line| line.starts_with(&format!("pub enum {of} {{")))
        .expect("the enum is there");
    let names = lines.take_while(|line| *line != "}").filter_map(|line| {
        let name = line.strip_prefix("    ")?;
        let name: String = name
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        name.starts_with(|first: char| first.is_ascii_uppercase())
            .then(|| kebab(&name))
    });
    names.collect()
}

#[test]
fn every_kind_of_fault_has_a_case() {
    let cases = case::all();
    let mut covered: BTreeSet<String> = cases.iter().filter_map(|it| it.fault.clone()).collect();
    for fault in IN_READS {
        let said = fault.to_string();
        if cases
            .iter()
            .flat_map(case::Case::answers)
            .any(|it| it["denied"] == said.as_str())
        {
            covered.insert(kind(fault));
        }
    }
    let undeclared = variants(UNDECLARED, "Undeclared").into_iter();
    let mut wanted: BTreeSet<String> = undeclared.map(|it| format!("undeclared/{it}")).collect();
    wanted.extend(variants(FAULTS, "Fault"));
    assert!(
        wanted.len() > 30,
        "the sources are read as they should be: {wanted:?}"
    );
    let missing: Vec<&String> = wanted.difference(&covered).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}
