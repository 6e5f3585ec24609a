//! The SDK that `usher plugin new` writes beside a plugin: the crates of this workspace in a workspace of their own, and
//! the versions that the plugin's `Cargo.lock` pins.
//!
//! To write the lock file of the template again, make a plugin with `usher plugin new`, put this workspace's `Cargo.lock`
//! in the place of its own, run `cargo metadata` there, and take the result, with the name `{{name}}`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

const LIST: &str = "plugins/languages/rust/sdk.list";
const CRATES: [&str; 4] = [
    "usher-sdk",
    "usher-sdk-derive",
    "usher-contract",
    "usher-sameness",
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &str) -> String {
    let text = std::fs::read_to_string(workspace().join(path));
    text.unwrap_or_else(|error| panic!("`{path}`: {error}"))
}

fn table(path: &str) -> Table {
    let table = toml::from_str(&text(path));
    table.unwrap_or_else(|error| panic!("`{path}`: {error}"))
}

/// Source → place below `sdk`.
fn listed() -> BTreeMap<String, String> {
    let list = text(LIST);
    let entries = list.lines().filter(|line| !line.starts_with('#'));
    let entries = entries.map(|line| line.split_once("->").expect("source -> place"));
    let trimmed = |text: &str| text.trim().to_owned();
    entries
        .map(|(source, place)| (trimmed(source), trimmed(place)))
        .collect()
}

#[test]
fn everything_that_is_listed_is_there() {
    let sources: Vec<String> = listed().into_keys().collect();
    let gone = sources
        .iter()
        .filter(|source| !workspace().join(source).exists());
    assert_eq!(gone.collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn the_workspace_beside_a_plugin_says_what_this_one_says() {
    let (ours, theirs) = (
        table("Cargo.toml"),
        table("plugins/languages/rust/sdk/Cargo.toml"),
    );
    let (ours, theirs) = (&ours["workspace"], &theirs["workspace"]);
    assert_eq!(ours["package"], theirs["package"]);
    for (name, said) in theirs["dependencies"].as_table().expect("a table") {
        let expected = match CRATES.contains(&name.as_str()) {
            true => Value::Table(Table::from_iter([(
                "path".to_owned(),
                format!("crates/{name}").into(),
            )])),
            false => ours["dependencies"][name].clone(),
        };
        assert_eq!(*said, expected, "{name}");
    }
}

#[test]
fn the_workspace_beside_a_plugin_has_every_dependency() {
    let known = table("plugins/languages/rust/sdk/Cargo.toml");
    let known = known["workspace"]["dependencies"]
        .as_table()
        .expect("a table")
        .clone();
    for (source, place) in listed() {
        if !place.ends_with("/Cargo.toml") {
            continue;
        }
        let named = text(&source);
        let named = named
            .lines()
            .filter_map(|line| line.strip_suffix(".workspace = true"));
        let package = ["version", "edition", "rust-version", "license", "publish"];
        let missing = named.filter(|name| !package.contains(name) && !known.contains_key(*name));
        assert_eq!(missing.collect::<Vec<_>>(), Vec::<&str>::new(), "{source}");
    }
}

/// The packages of a lock file: name and version.
fn packages(path: &str) -> BTreeMap<(String, String), Vec<String>> {
    let lock = table(path);
    let packages = lock["package"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let of = |package: &Value| {
        let dependencies = package.get("dependencies").and_then(Value::as_array);
        let dependencies = dependencies.into_iter().flatten().map(text);
        // `syn 3.0.10` where there are several.
        let names = dependencies.map(|name| name.split(' ').next().unwrap_or_default().to_owned());
        (
            (text(&package["name"]), text(&package["version"])),
            names.collect(),
        )
    };
    packages.iter().map(of).collect()
}

#[test]
fn a_new_plugin_pins_the_versions_of_this_workspace() {
    let (ours, theirs) = (
        packages("Cargo.lock"),
        packages("plugins/languages/rust/template/Cargo.lock"),
    );
    let other: Vec<_> = theirs
        .keys()
        .filter(|package| package.0 != "{{name}}" && !ours.contains_key(*package))
        .collect();
    assert!(other.is_empty(), "not in `Cargo.lock`: {other:?}");
    let example = text("plugins/examples/account-groups/rust/Cargo.lock");
    let template = text("plugins/languages/rust/template/Cargo.lock");
    assert_eq!(example, template.replace("{{name}}", "account-groups"));
}

#[test]
fn a_new_plugin_pins_every_dependency_of_the_sdk() {
    let pinned = packages("plugins/languages/rust/template/Cargo.lock");
    let names: BTreeSet<&String> = pinned.keys().map(|(name, _)| name).collect();
    for (source, place) in listed() {
        if !place.ends_with("/Cargo.toml") || place == "Cargo.toml" {
            continue;
        }
        let manifest = table(&source);
        let native = manifest
            .get("target")
            .and_then(|target| target.get("cfg(not(target_arch = \"wasm32\"))"));
        for place in [Some(&Value::Table(manifest.clone())), native] {
            let wanted = place.and_then(|place| place.get("dependencies")?.as_table());
            let wanted = wanted.into_iter().flat_map(Table::keys);
            let missing: Vec<&String> = wanted.filter(|name| !names.contains(name)).collect();
            assert!(missing.is_empty(), "{source}: {missing:?}");
        }
    }
}
