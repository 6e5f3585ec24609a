//! Builds step plugins: finds or makes the wasm std, runs one cargo for all of them, and wraps each
//! module as a component.
//!
//! Used by the build script of `packs` and by `usher plugin build`. The bytes that come out depend on the
//! sources and the compiler, not on the machine or its folders. This crate knows nothing of hosts, orgs or
//! plans; it prints nothing.

mod cargo;
mod component;
mod error;
mod process;
mod wasm_std;
mod way;
mod workspace;

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

pub use component::{MANIFEST_SECTION, wrap};
pub use error::{GuestError, NotAPlugin, WayFailed};
pub use way::WasmStd;
pub use workspace::{cache_home, plugins, target_beside};

/// What to build, with what, and where to.
pub struct Build<'a> {
    /// The folder of the workspace's `Cargo.toml`.
    pub workspace: PathBuf,
    /// Names of the packages: each a `cdylib`.
    pub packages: Vec<String>,
    /// Target folder of the nested cargo. Never the one of a cargo that is running: the two would wait for
    /// each other.
    pub target: PathBuf,
    /// Where the components go, as `<package>.wasm`.
    pub out: PathBuf,
    /// `cargo`, as a cargo says to a build script in `CARGO`.
    pub cargo: PathBuf,
    /// `rustc`, as in `RUSTC`.
    pub rustc: PathBuf,
    /// The cache home: what is fetched or made once stays below it.
    pub cache: PathBuf,
    /// The one way to the wasm std that may be taken; none: whichever works first.
    pub wasm_std: Option<WasmStd>,
    /// Told in one line what is being fetched.
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
/// Two builds into one target folder follow one after the other.
///
/// # Errors
///
/// There is no way to a wasm std, cargo fails, a package makes no plugin, or a file cannot be written.
pub fn build(request: &Build) -> Result<Vec<Built>, GuestError> {
    create_folder(&request.target)?;
    create_folder(&request.out)?;
    let _lock = lock(&request.target.join(".usher-guest.lock"))?;
    let toolchain = wasm_std::find(request)?;
    let modules = cargo::build(request, &toolchain)?;
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

/// Writes a file unless it holds these bytes already, so that nothing is built anew because of it.
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

/// Waits until nobody else holds the lock; it is held until the file is dropped.
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
