//! The nested cargo, in an environment of its own: one for all plugins of this workspace, or one for a plugin outside.
//!
//! It runs beside or inside another cargo. The other one's settings for its own build (wrappers, flags, job server,
//! target folder) would change the plugins' bytes or make the two wait for each other.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::wasm_std::{TARGET, Toolchain};
use crate::{GuestError, process};

/// One call of cargo.
pub(crate) struct Order<'a> {
    pub(crate) cargo: &'a Path,
    /// The folder of `Cargo.toml`, and the name that its sources have in a component, on every machine.
    pub(crate) folder: &'a Path,
    pub(crate) shown_as: &'a str,
    /// Its target folder. Never the one of a cargo that is running.
    pub(crate) target: &'a Path,
    pub(crate) profile: &'a str,
    /// The lock file must be there and stay as it is.
    pub(crate) locked: bool,
    pub(crate) packages: &'a [String],
}

/// Builds the modules, one for each package, in their order.
pub(crate) fn build(order: &Order, toolchain: &Toolchain) -> Result<Vec<PathBuf>, GuestError> {
    let mut command = Command::new(order.cargo);
    command
        .current_dir(order.folder)
        .env_clear()
        .envs(env::vars_os().filter(|(name, _)| is_kept(name)))
        .env("RUSTC", &toolchain.rustc)
        .env("CARGO_TARGET_DIR", order.target)
        .env("CARGO_BUILD_BUILD_DIR", order.target)
        .env("CARGO_ENCODED_RUSTFLAGS", remaps(order, toolchain))
        .envs(toolchain.variables.iter().cloned())
        .args(["build", "--profile", order.profile, "--target", TARGET])
        .arg("--target-dir")
        .arg(order.target)
        .args(&toolchain.arguments);
    if order.locked {
        command.arg("--locked");
    }
    for package in order.packages {
        command.args(["--package", package]);
    }
    process::run(&mut command, None).map_err(|output| GuestError::Cargo {
        packages: order.packages.join(", "),
        output,
    })?;
    let folder = order.target.join(TARGET).join(order.profile);
    order
        .packages
        .iter()
        .map(|package| {
            let module = folder.join(format!("{}.wasm", package.replace('-', "_")));
            if module.is_file() {
                return Ok(module);
            }
            Err(GuestError::NoModule {
                package: package.clone(),
                module,
            })
        })
        .collect()
}

/// Says whether the nested cargo may see a variable.
fn is_kept(name: &OsStr) -> bool {
    const REMOVED: &[&str] = &[
        "RUSTC",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTC_BOOTSTRAP",
        "RUSTFLAGS",
        "CLIPPY_ARGS",
        "MAKEFLAGS",
        "MFLAGS",
        "TARGET",
        "HOST",
        "PROFILE",
        "OUT_DIR",
        "NUM_JOBS",
        "OPT_LEVEL",
        "DEBUG",
    ];
    // The user decides where crates come from and how they are fetched.
    const KEPT: &[&str] = &[
        "CARGO_NET_",
        "CARGO_HTTP_",
        "CARGO_REGISTR",
        "CARGO_SOURCE_",
    ];
    let Some(name) = name.to_str() else {
        return true;
    };
    if name.starts_with("CARGO") {
        return name == "CARGO_HOME" || KEPT.iter().any(|kept| name.starts_with(kept));
    }
    !REMOVED.contains(&name)
}

/// The only compiler flags: they replace paths of this machine by fixed ones. The last that fits counts.
fn remaps(order: &Order, toolchain: &Toolchain) -> OsString {
    let mut paths: Vec<(PathBuf, String)> = vec![];
    if let Some(home) = cargo_home() {
        // The folder's name holds a hash of the registry's address, which a mirror changes.
        for registry in folders(&home.join("registry").join("src")) {
            paths.push((registry, "/registry".to_owned()));
        }
    }
    paths.extend(toolchain.library.clone());
    paths.push((order.folder.to_owned(), order.shown_as.to_owned()));

    let mut flags = OsString::new();
    for (from, to) in paths {
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    flags
}

fn cargo_home() -> Option<PathBuf> {
    match env::var_os("CARGO_HOME") {
        Some(home) => Some(PathBuf::from(home)),
        None => Some(env::home_dir()?.join(".cargo")),
    }
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = path.read_dir().into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    folders.sort();
    folders
}

#[cfg(test)]
mod tests;
