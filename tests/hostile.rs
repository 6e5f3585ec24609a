//! Hostile plugins and files: each gets nothing, hides nothing, breaks nothing.
//!
//! A case is a plugin that attacks, the recipe that uses it, and the expected result. The plugin is the one of the
//! conformance suite, which reads and answers as its input says, under a manifest of the case; or bytes that a
//! generator makes. Commands run as processes of their own, so that time and memory are measured; no case may take
//! longer than [`measure::SECONDS_MAX`] or more than [`measure::MIB_MAX`], end in a panic, or be killed.
//!
//! `cargo test -p usher --test it -- hostile --nocapture` prints a line for each case.

mod bytes;
mod case;
mod measure;
mod property;
mod random;
mod schemas;
mod stage;

use std::io::Write;
use std::sync::Mutex;

use serde_json::{Value, json};
use stage::Stage;

use crate::conformance::case::merge;

/// Cases that run side by side.
const THREADS: usize = 2;

/// Tries every case of one file, and prints the result of each.
fn every_case_of(file: &str) {
    let cases = case::of(file);
    let next = Mutex::new(cases.iter());
    let lines: Mutex<Vec<(String, Option<String>)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let case = next.lock().expect("no panic").next();
                    let Some(case) = case else { return };
                    let came = Stage::of(case).try_it(case);
                    lines.lock().expect("no panic").push(came);
                }
            });
        }
    });
    let mut lines = lines.into_inner().expect("no panic");
    lines.sort();
    let mut wrong = Vec::new();
    for (line, why) in lines {
        say(&line);
        wrong.extend(why);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The manifest of a plugin that asks for nothing, with `more` laid over it.
pub(crate) fn evil(more: &Value) -> Value {
    let mut manifest = json!({
        "format": 1,
        "name": "evil",
        "version": "1.0.0",
        "summary": "Does what nobody asked for",
        "kind": "changing",
        "input": { "type": "object", "properties": { "script": { "type": "object" } } },
        "output": { "type": "object" },
    });
    merge(&mut manifest, more);
    manifest
}

/// Prints for a user who runs the tests with `--nocapture`.
fn say(line: &str) {
    let _closed = writeln!(std::io::stderr(), "{line}");
}

#[test]
fn what_a_plugin_claims() {
    every_case_of("effects");
}

#[test]
fn where_paths_lead() {
    every_case_of("paths");
}

#[test]
fn where_secrets_go() {
    every_case_of("secrets");
}

#[test]
fn what_manifests_and_answers_say() {
    every_case_of("manifests");
}

#[test]
fn what_schemas_take() {
    every_case_of("schemas");
}

#[test]
fn what_files_take() {
    every_case_of("files");
}

#[test]
fn what_a_person_sees() {
    every_case_of("display");
}
