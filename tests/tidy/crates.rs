//! The table of crates in `ARCHITECTURE.md`: contract ← core ← {practice, engine, host} ← usher ← tests.

use super::manifests::{Dependency, Kind, Package, packages};
use super::none;

/// A package, and the packages of the workspace that it may depend on.
const TABLE: &[(&str, &[&str])] = &[
    ("usher-sameness", &[]),
    ("usher-contract", &["usher-sameness"]),
    ("usher-core", &["usher-contract", "usher-program"]),
    ("usher-practice", &["usher-contract", "usher-core"]),
    ("usher-engine", &["usher-contract", "usher-core"]),
    ("usher-code", &["usher-features"]),
    ("usher-ahead", &["usher-code"]),
    (
        "usher-host",
        &["usher-code", "usher-contract", "usher-features"],
    ),
    ("usher-guest", &[]),
    ("usher-features", &[]),
    ("usher-packs", &[]),
    (
        "usher",
        &[
            "usher-ahead",
            "usher-contract",
            "usher-core",
            "usher-engine",
            "usher-guest",
            "usher-host",
            "usher-packs",
            "usher-practice",
        ],
    ),
    // Plugins and Usher compare values by the same rules.
    ("usher-sdk", &["usher-sameness", "usher-sdk-derive"]),
    ("usher-sdk-derive", &[]),
    ("usher-conformance", &["usher-sdk"]),
];

/// Additional dependencies of building, or of tests alone.
const MORE: &[(&str, Kind, &[&str])] = &[
    // The practice org is the org of the engine's tests.
    ("usher-engine", Kind::Dev, &["usher-practice"]),
    ("usher-ahead", Kind::Build, &["usher-code", "usher-packs"]),
    ("usher-ahead", Kind::Dev, &["usher-packs"]),
    ("usher-host", Kind::Build, &["usher-code", "usher-features"]),
    ("usher-packs", Kind::Build, &["usher-guest"]),
    ("usher-packs", Kind::Dev, &["usher-contract", "usher-core"]),
    // `rehearse` judges a plan as Usher does. It runs natively, never in a plugin.
    ("usher-sdk", Kind::Native, &["usher-contract"]),
    ("usher-sdk", Kind::Dev, &["usher-contract"]),
    // Its tests begin with a `plugin.toml`.
    ("data-plugin", Kind::Dev, &["usher-core"]),
];

/// A crate from a registry, and the only packages that may name it.
const OWNERS: &[(&str, &[&str])] = &[
    ("wasmtime", &["usher-code", "usher-host"]),
    ("wasmtime-wasi", &["usher-host"]),
    ("rusqlite", &["usher-engine", "usher-practice"]),
    ("toml", &["usher-core", "usher-practice", "usher-sdk"]),
    ("minijinja", &["usher-core"]),
    ("jsonschema", &["usher-contract", "usher-core"]),
    ("reqwest", &["usher-engine"]),
    ("hyper", &["usher"]),
    ("hyper-util", &["usher"]),
    ("rcgen", &["usher"]),
    ("rustls-webpki", &["usher-practice"]),
    ("clap", &["usher"]),
    ("tracing", &["usher", "usher-engine", "usher-features"]),
    ("tracing-subscriber", &["usher"]),
    ("secret-service", &["usher"]),
    ("security-framework", &["usher"]),
    ("zbus", &["usher"]),
    ("annotate-snippets", &["usher"]),
    ("wit-bindgen", &["usher-sdk"]),
    ("wit-component", &["usher-guest", "usher-host"]),
    (
        "tokio",
        &["usher", "usher-engine", "usher-features", "usher-host"],
    ),
];

/// The libraries that step plugins share.
fn is_library(package: &Package) -> bool {
    package.folder.starts_with("plugins/")
        && package.name.starts_with("usher-")
        && package.name != "usher-sdk"
}

fn allowed(package: &Package, dependency: &Dependency, libraries: &[&str]) -> bool {
    let name = dependency.name.as_str();
    let is_plugin = package.folder.starts_with("plugins/") && package.name != "usher-sdk";
    if is_plugin && dependency.kind == Kind::Normal {
        // A library that depends on a library would make an order among them.
        return name == "usher-sdk" || (!is_library(package) && libraries.contains(&name));
    }
    let table = TABLE.iter().find(|(of, _)| *of == package.name);
    table.is_some_and(|(_, names)| names.contains(&name))
        || MORE.iter().any(|(of, kind, names)| {
            *of == package.name && *kind == dependency.kind && names.contains(&name)
        })
}

#[test]
fn packages_depend_on_each_other_as_the_table_says() {
    let packages = packages();
    let libraries: Vec<&str> = packages
        .iter()
        .filter(|package| is_library(package))
        .map(|package| package.name.as_str())
        .collect();
    let mut breaches = vec![];
    for package in &packages {
        if package.folder.starts_with("runner") && !TABLE.iter().any(|(of, _)| *of == package.name)
        {
            breaches.push(format!("`{}` is not in the table", package.name));
        }
        for dependency in &package.dependencies {
            let ours = packages.iter().any(|one| one.name == dependency.name);
            if ours && !allowed(package, dependency, &libraries) {
                breaches.push(format!(
                    "{}/Cargo.toml:{}: `{}` must not depend on `{}`",
                    package.folder, dependency.line, package.name, dependency.name
                ));
            }
        }
    }
    none("Packages depend on each other as `TABLE` says", breaches);
}

#[test]
fn what_is_kept_in_one_place_is_named_there_only() {
    let mut breaches = vec![];
    for package in packages() {
        for dependency in package.dependencies {
            let owners = OWNERS.iter().find(|(name, _)| *name == dependency.name);
            if dependency.kind != Kind::Dev
                && owners.is_some_and(|(_, names)| !names.contains(&package.name.as_str()))
            {
                breaches.push(format!(
                    "{}/Cargo.toml:{}: `{}` must not name `{}`",
                    package.folder, dependency.line, package.name, dependency.name
                ));
            }
        }
    }
    none("Some crates are known in one place only", breaches);
}
