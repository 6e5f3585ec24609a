//! Rules between the rooms of one crate, and words that are known in one room only.

use super::none;
use super::sources::{Crate, crates, target};

/// Files that begin with the first must not use files that begin with the second.
const NEVER: &[(&str, &str, &str)] = &[
    (
        "runner/src/report",
        "runner/src/command",
        "a report knows data, not how it came about",
    ),
    (
        "runner/src/flow",
        "runner/src/report",
        "a flow returns data; whoever wants it shows that",
    ),
    (
        "runner/src/flow",
        "runner/src/command",
        "commands use flows",
    ),
    (
        "runner/src/flow",
        "runner/src/desk.rs",
        "a flow knows no console",
    ),
    (
        "runner/src/flow",
        "runner/src/page.rs",
        "a flow prints nothing",
    ),
    (
        "runner/src/flow",
        "runner/src/lines.rs",
        "a flow prints nothing",
    ),
    (
        "runner/src/flow",
        "runner/src/args.rs",
        "a flow takes values, not command lines",
    ),
    (
        "runner/src/connect.rs",
        "runner/src/args.rs",
        "wiring takes values, not command lines",
    ),
    (
        "runner/src/connect.rs",
        "runner/src/command",
        "commands use the wiring",
    ),
    (
        "runner/src/plugins",
        "runner/src/command",
        "commands use the wiring",
    ),
    (
        "runner/src/practice",
        "runner/src/command",
        "commands use the wiring",
    ),
    (
        "runner/crates/engine/src/planning",
        "runner/crates/engine/src/conduct",
        "a plan is made without being carried out",
    ),
    (
        "runner/crates/engine/src/reads",
        "runner/crates/engine/src/planning",
        "planning reads",
    ),
    (
        "runner/crates/engine/src/client",
        "runner/crates/engine/src/conduct",
        "the loop uses the client",
    ),
    (
        "runner/crates/core/src/view",
        "runner/crates/core/src/run",
        "a view knows plans, not runs",
    ),
    (
        "runner/crates/practice/src/rules",
        "runner/crates/practice/src/rest",
        "a rule knows records, not requests",
    ),
];

/// The first segment of a path from another crate, and the folders below its package that may hold it.
const KNOWN_IN: &[(&str, &[&str])] = &[
    (
        "wasmtime",
        &["runner/crates/code/src/", "runner/crates/host/src/"],
    ),
    ("wasmtime_wasi", &["runner/crates/host/src/"]),
    (
        "rusqlite",
        &[
            "runner/crates/engine/src/journal",
            "runner/crates/practice/src/",
        ],
    ),
    (
        "toml",
        &[
            "runner/crates/core/src/recipe",
            "runner/crates/practice/src/",
            "plugins/sdk/src/testing",
        ],
    ),
    ("minijinja", &["runner/crates/core/src/recipe"]),
    ("reqwest", &["runner/crates/engine/src/wire/http"]),
    ("hyper", &["runner/src/serve"]),
    (
        "tracing",
        &["runner/src/logs", "runner/crates/engine/src/spans.rs"],
    ),
    ("tracing_subscriber", &["runner/src/logs"]),
    ("secret_service", &["runner/src/keychain"]),
    ("security_framework", &["runner/src/keychain"]),
    ("zbus", &["runner/src/keychain"]),
    (
        "clap",
        &[
            "runner/src/args",
            "runner/src/command.rs",
            "runner/src/lib.rs",
        ],
    ),
];

/// Paths of another crate that a report must not use: it takes data of `core`.
const REPORT_NEVER: &str = "usher_engine";

/// The lines that break one of `NEVER`.
fn never(of: &Crate) -> Vec<String> {
    let mut breaches = vec![];
    for (module, file) in &of.files {
        for name in &file.names {
            let Some(to) = target(of, module, name).map(|to| &of.files[to].path) else {
                continue;
            };
            for (from, never, why) in NEVER {
                if file.path.starts_with(from) && to.starts_with(never) {
                    breaches.push(format!("{}:{} uses {to}: {why}", file.path, name.line));
                }
            }
        }
    }
    breaches
}

/// The lines of reports that use the engine.
fn reports(of: &Crate) -> Vec<String> {
    let mut breaches = vec![];
    for file in of.files.values() {
        for name in &file.names {
            if file.path.starts_with("runner/src/report") && name.segments[0] == REPORT_NEVER {
                breaches.push(format!("{}:{} uses {REPORT_NEVER}", file.path, name.line));
            }
        }
    }
    breaches
}

#[test]
fn rooms_keep_to_themselves() {
    let mut breaches = vec![];
    for one in crates() {
        breaches.extend(never(one));
        breaches.extend(reports(one));
    }
    none("Rooms that never use each other", breaches);
}

#[test]
fn words_are_known_in_their_rooms_only() {
    let mut breaches = vec![];
    for one in crates() {
        for file in one.files.values() {
            for name in &file.names {
                let known = KNOWN_IN.iter().find(|(word, _)| name.segments[0] == *word);
                if known
                    .is_some_and(|(_, rooms)| !rooms.iter().any(|room| file.path.starts_with(room)))
                {
                    let word = &name.segments[0];
                    breaches.push(format!("{}:{} names `{word}`", file.path, name.line));
                }
            }
        }
    }
    none("Each of these is known in one room", breaches);
}
