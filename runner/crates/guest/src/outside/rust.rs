//! A plugin in Rust: the cargo of this machine, with the wasm std that it has or that is fetched.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::language::Language;
use crate::outside::{PluginBuild, not_a_plugin, read};
use crate::wasm_std::{self, Wanted};
use crate::workspace::value;
use crate::{GuestError, cargo, component, process};

/// The profile for components, when the plugin's own `Cargo.toml` describes it.
const PROFILE: &str = "plugin";

pub(super) fn build(build: &PluginBuild) -> Result<Vec<u8>, GuestError> {
    let tool = |name: &str| PathBuf::from(env::var_os(name.to_uppercase()).unwrap_or(name.into()));
    let (cargo, rustc) = (tool("cargo"), tool("rustc"));
    process::run(Command::new(&cargo).arg("--version"), None).map_err(|why| {
        GuestError::NoTool {
            language: Language::Rust,
            tool: "cargo and rustc 1.95 or later (https://rustup.rs)",
            why,
        }
    })?;
    let toolchain = wasm_std::find(&Wanted {
        rustc: &rustc,
        cache: &build.cache,
        wasm_std: build.wasm_std,
        say: build.say,
    })?;
    let target = build.folder.join("target");
    if !target.join(wasm_std::TARGET).exists() {
        (build.say)("compiling the SDK and the plugin; the next time it is the plugin alone");
    }
    let (package, described) = package(build)?;
    let modules = cargo::build(
        &cargo::Order {
            cargo: &cargo,
            folder: &build.folder,
            shown_as: "/plugin",
            target: &target,
            profile: if described { PROFILE } else { "release" },
            // An author who adds a dependency wants the lock file to follow.
            locked: false,
            packages: &[package],
        },
        &toolchain,
    );
    let modules = modules.map_err(|error| match error {
        GuestError::Cargo { output, .. } => build.failed(output),
        other => other,
    })?;
    let module = read(&modules[0])?;
    component::wrap_any(&module).map_err(|source| not_a_plugin(build, source))
}

/// The name of the package, and whether it describes the profile.
fn package(build: &PluginBuild) -> Result<(String, bool), GuestError> {
    let text = read(&build.folder.join("Cargo.toml"))?;
    let text = String::from_utf8_lossy(&text);
    match value(&text, "name") {
        Some(name) => {
            let described = text.lines().any(|line| line.trim() == "[profile.plugin]");
            Ok((name.trim_matches('"').to_owned(), described))
        }
        None => Err(build.failed(
            "`Cargo.toml` names no package: write `name = \"…\"` below `[package]`".to_owned(),
        )),
    }
}
