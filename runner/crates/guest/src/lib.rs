//! Builds step plugins: finds or makes the wasm std, runs one cargo for all of them, and wraps each
//! module as a component.
//!
//! Used by the build script of `packs`, and by `usher plugin build` for plugins outside of this workspace, in several
//! languages. The components depend on the sources and the compiler, not on the machine or its folders. This crate knows
//! nothing of hosts, orgs or plans; it prints nothing.

mod cargo;
mod component;
mod error;
mod language;
mod outside;
mod process;
mod program;
mod tools;
mod wasm_std;
mod way;
mod workspace;

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

pub use component::{MANIFEST_SECTION, with_manifest, wrap};
pub use error::{GuestError, NotAPlugin, WayFailed};
pub use language::Language;
pub use outside::{PluginBuild, build_plugin};
pub use program::{MARK, with_program};
pub use tools::Pins;
pub use way::WasmStd;
pub use workspace::{cache_home, plugins, target_beside};

use wasm_std::Wanted;

/// The profile of the plugins in the box, in the workspace's `Cargo.toml`.
const PROFILE: &str = "plugin";

/// The order for a build: sources, tools and folders.
pub struct Build<'a> {
    /// The folder of the workspace's `Cargo.toml`.
    pub workspace: PathBuf,
    /// Names of the packages: each a `cdylib`.
    pub packages: Vec<String>,
    /// Target folder of the nested cargo. Never the one of a cargo that is running: the two would wait for
    /// each other.
    pub target: PathBuf,
    /// The folder of the components, as `<package>.wasm`.
    pub out: PathBuf,
    /// `cargo`, from the variable `CARGO` that cargo sets for a build script.
    pub cargo: PathBuf,
    /// `rustc`, from `RUSTC`.
    pub rustc: PathBuf,
    /// The cache home: files that are fetched or made once stay below it.
    pub cache: PathBuf,
    /// The one way to the wasm std that may be taken. `None`: the first that works.
    pub wasm_std: Option<WasmStd>,
    /// Gets one line for each thing that is being fetched.
    pub say: &'a dyn Fn(&str),
}

/// A component that was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The package.
    pub name: String,
    pub component: PathBuf,
    /// SHA-256 of the component's bytes, hex.
    pub digest: String,
}

/// Builds all packages, in the order of `request.packages`. A file is rewritten only when its bytes change.
///
/// Two builds into one target folder run one after the other.
///
/// # Errors
///
/// No way leads to a wasm std, cargo fails, a package makes no plugin, or a file cannot be written.
pub fn build(request: &Build) -> Result<Vec<Built>, GuestError> {
    create_folder(&request.target)?;
    create_folder(&request.out)?;
    let _lock = lock(&request.target.join(".usher-guest.lock"))?;
    let toolchain = wasm_std::find(&Wanted {
        rustc: &request.rustc,
        cache: &request.cache,
        wasm_std: request.wasm_std,
        say: request.say,
    })?;
    let order = cargo::Order {
        cargo: &request.cargo,
        folder: &request.workspace,
        shown_as: "/usher",
        target: &request.target,
        profile: PROFILE,
        locked: true,
        packages: &request.packages,
    };
    let modules = cargo::build(&order, &toolchain)?;
    let mut built = vec![];
    for (name, module) in request.packages.iter().zip(modules) {
        let bytes = read(&module)?;
        let component = wrap(&bytes).map_err(|source| GuestError::NotAPlugin {
            package: name.clone(),
            source,
        })?;
        let path = request.out.join(format!("{name}.wasm"));
        write_if_changed(&path, &component)?;
        built.push(Built {
            name: name.clone(),
            component: path,
            digest: digest(&component),
        });
    }
    Ok(built)
}

/// SHA-256, hex.
pub fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file unless it holds these bytes already, so that it causes no new build.
///
/// # Errors
///
/// The file cannot be written.
pub fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<(), GuestError> {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    fs::write(path, bytes).map_err(|source| GuestError::file(path, source))
}

fn read(path: &Path) -> Result<Vec<u8>, GuestError> {
    fs::read(path).map_err(|source| GuestError::file(path, source))
}

fn create_folder(path: &Path) -> Result<(), GuestError> {
    fs::create_dir_all(path).map_err(|source| GuestError::file(path, source))
}

/// Waits until no other process holds the lock. It is held until the file is dropped.
fn lock(path: &Path) -> Result<fs::File, GuestError> {
    let locked = || {
        let file = fs::File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        file.lock()?;
        Ok(file)
    };
    locked().map_err(|source| GuestError::file(path, source))
}

#[cfg(test)]
mod tests;
