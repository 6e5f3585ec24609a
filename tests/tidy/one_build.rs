//! `cargo test` after `cargo run` compiles no crate of a registry a second time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use super::{none, workspace};

/// The sets of features that each crate is compiled with.
type Builds = BTreeMap<String, BTreeSet<String>>;

/// The crates of a selection, with those of their build scripts.
fn builds(selection: &[&str]) -> Builds {
    let output = Command::new(env!("CARGO"))
        .current_dir(workspace())
        .args(["tree", "--quiet", "--locked", "--offline"])
        .args(["--prefix", "none", "--format", "{p}|{f}"])
        .args(selection)
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo tree: {errors}");
    let mut builds = Builds::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Some((package, features)) = line.split_once('|') else {
            continue;
        };
        // Packages of the workspace have a path. A package that is shown a second time has a star.
        if !package.contains('/') {
            let features = features.trim_end_matches("(*)").trim();
            let sets = builds.entry(package.to_owned()).or_default();
            sets.insert(features.to_owned());
        }
    }
    assert!(
        builds.len() > 100,
        "a selection with {} crates",
        builds.len()
    );
    builds
}

fn words(builds: &BTreeSet<String>) -> String {
    let sets: Vec<String> = builds.iter().map(|set| format!("[{set}]")).collect();
    sets.join(" and ")
}

/// The crates that `then` compiles although `first` has compiled them.
fn again(first: &Builds, then: &Builds) -> Vec<String> {
    let both = first
        .iter()
        .filter_map(|(package, sets)| Some((package, sets, then.get(package)?)));
    both.filter(|(_, first, then)| first != then)
        .map(|(package, first, then)| {
            format!("{package}: first {}, then {}", words(first), words(then))
        })
        .collect()
}

const RULE: &str =
    "Add these crates, with all of their features, to `runner/crates/features/Cargo.toml`";

#[test]
fn running_and_testing_share_one_build() {
    let run = builds(&["--package", "usher", "--edges", "normal,build"]);
    let test = builds(&["--workspace", "--edges", "normal,build,dev"]);
    none(RULE, again(&run, &test));
    let host = builds(&["--package", "usher-host", "--edges", "normal,build,dev"]);
    none(RULE, again(&run, &host));
}

#[test]
fn the_profile_gives_dependencies_the_same_debug_information_everywhere() {
    let profile = fs::read_to_string(workspace().join("Cargo.toml")).expect("a manifest");
    let mut tables = profile.split("\n[");
    let packages = tables.find(|table| table.starts_with("profile.dev.package]"));
    let all = packages.and_then(|table| table.lines().find(|line| line.starts_with("\"*\" = ")));
    let debug = all.is_some_and(|line| line.contains("debug = "));
    assert!(
        debug,
        "`[profile.dev.package]` must set `debug` for `\"*\"`: left out, cargo compiles what only build scripts use without it, and again for tests"
    );
}

#[test]
fn build_scripts_and_the_program_share_one_build() {
    let test = builds(&["--workspace", "--edges", "normal,build,dev"]);
    let twice = test.iter().filter(|(_, sets)| sets.len() > 1);
    none(
        RULE,
        twice
            .map(|(package, sets)| format!("{package}: {}", words(sets)))
            .collect(),
    );
}
