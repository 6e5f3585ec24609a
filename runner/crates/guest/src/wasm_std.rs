//! Finds the standard library for WASM by one of three ways: the first that works.

mod debian;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;
use std::time::Duration;

use crate::way::WasmStd;
use crate::{GuestError, WayFailed, process};

/// The target of every plugin.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Sixty seconds: a target is 20 MB. A download that takes longer reaches no server.
const RUSTUP_AT_MOST: Duration = Duration::from_secs(60);

/// The wish for a compiler: the one of this machine, and where to keep what is fetched.
pub(crate) struct Wanted<'a> {
    pub(crate) rustc: &'a Path,
    pub(crate) cache: &'a Path,
    /// The one way that may be taken. `None`: the first that works.
    pub(crate) wasm_std: Option<WasmStd>,
    pub(crate) say: &'a dyn Fn(&str),
}

/// A compiler that knows the target, and what cargo needs to use it.
pub(crate) struct Toolchain {
    pub(crate) rustc: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) variables: Vec<(OsString, OsString)>,
    /// The folders of the library's sources on this machine, with the names that they have on every machine.
    pub(crate) library: Vec<(PathBuf, String)>,
}

/// The toolchain to build with.
pub(crate) fn find(wanted: &Wanted) -> Result<Toolchain, GuestError> {
    let ways = match wanted.wasm_std {
        Some(way) => vec![way],
        None => vec![WasmStd::Target, WasmStd::Rustup, WasmStd::Debian],
    };
    let mut tried = vec![];
    for way in ways {
        let found = match way {
            WasmStd::Target => target(wanted),
            WasmStd::Rustup => rustup(wanted),
            WasmStd::Debian => debian::toolchain(wanted),
        };
        match found {
            Ok(toolchain) => return Ok(toolchain),
            Err(why) => tried.push(WayFailed { way, why }),
        }
    }
    Err(GuestError::NoWasmStd { tried })
}

/// The target that the toolchain has already.
fn target(wanted: &Wanted) -> Result<Toolchain, String> {
    let libraries = ask(
        wanted.rustc,
        &["--print", "target-libdir", "--target", TARGET],
    )?;
    let names = Path::new(&libraries)
        .read_dir()
        .into_iter()
        .flatten()
        .flatten();
    let mut names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    if !names.any(|name| name.starts_with("libstd-") && name.ends_with(".rlib")) {
        return Err(format!("`{libraries}` holds no standard library"));
    }
    let sysroot = sysroot(wanted.rustc)?;
    let rustc = sysroot.join("bin").join("rustc");
    Ok(Toolchain {
        // rustup's `rustc` starts another one. The choice may not depend on the folder.
        rustc: if rustc.is_file() {
            rustc
        } else {
            wanted.rustc.to_owned()
        },
        arguments: vec![],
        variables: vec![],
        library: library(&mut Command::new(wanted.rustc), &sysroot)?,
    })
}

/// Adds the target to the toolchain.
fn rustup(wanted: &Wanted) -> Result<Toolchain, String> {
    let sysroot = sysroot(wanted.rustc)?;
    let name = match env::var("RUSTUP_TOOLCHAIN") {
        Ok(name) => name,
        Err(_)
            if sysroot
                .parent()
                .is_some_and(|folder| folder.ends_with("toolchains")) =>
        {
            let name = sysroot.file_name().unwrap_or_default();
            name.to_string_lossy().into_owned()
        }
        Err(_) => return Err(format!("`{}` is none of its toolchains", sysroot.display())),
    };
    (wanted.say)(&format!(
        "fetching the standard library for {TARGET} with rustup, for the toolchain {name}"
    ));
    let mut command = Command::new("rustup");
    command
        .args(["target", "add", "--toolchain", &name, TARGET])
        // A stack trace of rustup tells the reader of the error nothing.
        .env_remove("RUST_BACKTRACE");
    process::run(&mut command, Some(RUSTUP_AT_MOST))?;
    target(wanted)
}

/// The folder of the compiler and its libraries.
pub(crate) fn sysroot(rustc: &Path) -> Result<PathBuf, String> {
    Ok(PathBuf::from(ask(rustc, &["--print", "sysroot"])?))
}

/// The library's sources of a toolchain, and the name that its makers gave them.
pub(crate) fn library(
    rustc: &mut Command,
    sysroot: &Path,
) -> Result<Vec<(PathBuf, String)>, String> {
    let version = process::run(rustc.arg("-vV"), None)?;
    let mut lines = version.lines();
    let commit = lines.find_map(|line| line.strip_prefix("commit-hash: "));
    let sources = sysroot.join("lib").join("rustlib").join("src").join("rust");
    Ok(vec![(
        sources,
        format!("/rustc/{}", commit.unwrap_or("unknown")),
    )])
}

fn ask(rustc: &Path, arguments: &[&str]) -> Result<String, String> {
    let answer = process::run(Command::new(rustc).args(arguments), None)?;
    Ok(answer.trim_end().to_owned())
}

/// Reads the value of `USHER_WASM_STD`.
impl FromStr for WasmStd {
    type Err = GuestError;

    fn from_str(text: &str) -> Result<Self, GuestError> {
        match text {
            "target" => Ok(Self::Target),
            "rustup" => Ok(Self::Rustup),
            "debian" => Ok(Self::Debian),
            other => Err(GuestError::UnknownWay(other.to_owned())),
        }
    }
}
