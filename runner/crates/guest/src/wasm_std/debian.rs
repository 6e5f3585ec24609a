//! The standard library for WASM made from Debian's packages, where rustup reaches no server.
//!
//! Debian has a complete compiler with its sources (`rustc-web`, kept up to date for the browsers), and that compiler
//! builds its own standard library. Nothing is installed and no root is needed: the packages are unpacked in the cache
//! home, where they stay. The compiler in use cannot build these sources itself, because both must have one version.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::wasm_std::{TARGET, Toolchain, Wanted, library, sysroot};
use crate::{lock, process};

/// The compiler's package. The other packages have the same version.
const COMPILER: &str = "rustc-web";

/// The sources of the standard library.
const SOURCES: &str = "rust-web-src";

/// The libraries that the compiler links to, by the beginning of the packages' names.
const LIBRARIES: &[&str] = &["libstd-rust-", "libllvm"];

/// The oldest compiler that compiles this workspace.
const OLDEST: (u32, u32) = (1, 95);

/// Two minutes: lists are 15 MB. A download that takes longer reaches no server.
const LISTS_AT_MOST: Duration = Duration::from_secs(120);

/// Twenty minutes: 140 MB over a slow line.
const DOWNLOAD_AT_MOST: Duration = Duration::from_secs(1_200);

/// The compiler from Debian, fetched the first time.
pub(crate) fn toolchain(wanted: &Wanted) -> Result<Toolchain, String> {
    let home = wanted.cache.join("wasm-std");
    fs::create_dir_all(&home).map_err(|error| at(&home, &error))?;
    let _lock = lock(&home.join(".lock")).map_err(|error| error.to_string())?;
    let folder = match kept(&home) {
        Some(folder) => folder,
        None => fetch(&home, wanted.say)?,
    };
    let usr = folder.join("usr");
    let rustc = usr.join("bin").join("rustc");
    let libraries = folder_with(&usr.join("lib"), "librustc_driver-")?;
    Ok(Toolchain {
        library: library(
            Command::new(&rustc).env("LD_LIBRARY_PATH", &libraries),
            &usr,
        )?,
        rustc,
        arguments: vec!["-Z".into(), "build-std=std,panic_abort".into()],
        variables: vec![
            ("LD_LIBRARY_PATH".into(), libraries.into()),
            // Building the standard library is not stable. Everything else is compiled as usual.
            ("RUSTC_BOOTSTRAP".into(), "1".into()),
            (
                format!(
                    "CARGO_TARGET_{}_LINKER",
                    TARGET.replace('-', "_").to_uppercase()
                )
                .into(),
                linker(wanted.rustc)?.into(),
            ),
        ],
    })
}

/// The newest compiler that was unpacked before.
fn kept(home: &Path) -> Option<PathBuf> {
    let entries = home.read_dir().ok()?.flatten();
    let folders = entries.filter_map(|entry| {
        let version = version(entry.file_name().to_str()?)?;
        Some((version, entry.path()))
    });
    let (_, newest) = folders.filter(|(version, _)| *version >= OLDEST).max()?;
    Some(newest)
}

/// Fetches and unpacks the packages. The folder appears when it is complete.
fn fetch(home: &Path, say: &dyn Fn(&str)) -> Result<PathBuf, String> {
    let new = home.join(".new");
    if new.exists() {
        // A run that was stopped left it behind.
        fs::remove_dir_all(&new).map_err(|error| at(&new, &error))?;
    }
    let apt = Apt {
        lists: folder(&new.join("apt").join("lists"))?,
        cache: folder(&new.join("apt").join("cache"))?,
    };
    folder(&apt.lists.join("partial"))?;
    folder(&apt.cache.join("archives").join("partial"))?;
    process::run(
        &mut apt.command("apt-get", &["update"]),
        Some(LISTS_AT_MOST),
    )?;
    let found = apt.version(COMPILER)?;
    if version(&found).is_none_or(|version| version < OLDEST) {
        let (major, minor) = OLDEST;
        return Err(format!(
            "`{COMPILER}` is {found} here; {major}.{minor} or later is needed"
        ));
    }
    say(&format!(
        "fetching Debian's {COMPILER} {found} with its sources (140 MB) to build the standard library for {TARGET}"
    ));
    let packages = folder(&new.join("apt").join("packages"))?;
    let mut download = apt.command("apt-get", &["download", SOURCES]);
    download.args(apt.libraries()?).current_dir(&packages);
    process::run(&mut download, Some(DOWNLOAD_AT_MOST))?;
    for package in entries(&packages)? {
        let mut unpack = Command::new("dpkg");
        process::run(unpack.arg("-x").arg(&package).arg(&new), None)?;
    }
    remove_rest(&new)?;
    // The colon of an epoch would end a path in a list of paths.
    let folder = home.join(found.replace(':', "_"));
    fs::rename(&new, &folder).map_err(|error| at(&folder, &error))?;
    Ok(folder)
}

/// apt with lists and a cache of its own, so that neither root nor the machine's own lists are needed.
struct Apt {
    lists: PathBuf,
    cache: PathBuf,
}

impl Apt {
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .env("LC_ALL", "C")
            .arg("-o")
            .arg(format!("Dir::State::lists={}", self.lists.display()))
            .arg("-o")
            .arg(format!("Dir::Cache={}", self.cache.display()))
            .args(arguments);
        command
    }

    fn ask(&self, arguments: &[&str]) -> Result<String, String> {
        process::run(&mut self.command("apt-cache", arguments), None)
    }

    /// The version that would be installed.
    fn version(&self, package: &str) -> Result<String, String> {
        let answer = self.ask(&["show", "--no-all-versions", package])?;
        let mut lines = answer.lines();
        let version = lines.find_map(|line| line.strip_prefix("Version: "));
        version
            .map(str::to_owned)
            .ok_or_else(|| format!("there is no package `{package}`"))
    }

    /// The compiler and, through its dependencies, its libraries.
    fn libraries(&self) -> Result<Vec<String>, String> {
        let mut packages = vec![COMPILER.to_owned()];
        let mut next = 0;
        while let Some(package) = packages.get(next) {
            let answer = self.ask(&["depends", package])?;
            for needed in dependencies(&answer) {
                let wanted = LIBRARIES.iter().any(|library| needed.starts_with(library));
                if wanted && !packages.contains(&needed) {
                    packages.push(needed);
                }
            }
            next += 1;
        }
        Ok(packages)
    }
}

/// The packages in an answer of `apt-cache depends`.
fn dependencies(answer: &str) -> Vec<String> {
    let lines = answer
        .lines()
        .map(|line| line.trim_start_matches([' ', '|']));
    let names = lines.filter_map(|line| line.strip_prefix("Depends: "));
    names.map(str::to_owned).collect()
}

/// Major and minor version: `1.96.0+dfsg1-1~deb12u2` is (1, 96).
fn version(text: &str) -> Option<(u32, u32)> {
    let after_epoch = text
        .rsplit_once([':', '_'])
        .map_or(text, |(_, version)| version);
    let mut numbers = after_epoch.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// Keeps the compiler, its libraries and the standard library's sources.
fn remove_rest(new: &Path) -> Result<(), String> {
    let remove = |path: &Path| match path.is_dir() && !path.is_symlink() {
        true => fs::remove_dir_all(path).map_err(|error| at(path, &error)),
        false => fs::remove_file(path).map_err(|error| at(path, &error)),
    };
    for path in entries(new)? {
        if !path.ends_with("usr") {
            remove(&path)?;
        }
    }
    for path in entries(&new.join("usr"))? {
        if !["bin", "lib", "src"]
            .iter()
            .any(|kept| path.ends_with(kept))
        {
            remove(&path)?;
        }
    }
    for compiler in entries(&new.join("usr").join("src"))? {
        for path in entries(&compiler)? {
            if !path.ends_with("library") {
                remove(&path)?;
            }
        }
    }
    Ok(())
}

/// The linker that comes with the toolchain in use; Debian's compiler comes without one.
fn linker(rustc: &Path) -> Result<PathBuf, String> {
    let host = sysroot(rustc)?.join("lib").join("rustlib");
    for folder in entries(&host)? {
        let linker = folder.join("bin").join("rust-lld");
        if linker.is_file() {
            return Ok(linker);
        }
    }
    Err(format!("there is no `rust-lld` below `{}`", host.display()))
}

/// The folder directly below `parent` that holds a file whose name begins so (`usr/lib/x86_64-linux-gnu`).
fn folder_with(parent: &Path, file: &str) -> Result<PathBuf, String> {
    for folder in entries(parent)? {
        let names = folder.read_dir().into_iter().flatten().flatten();
        let mut names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        if names.any(|name| name.starts_with(file)) {
            return Ok(folder);
        }
    }
    Err(format!(
        "there is no `{file}…` below `{}`",
        parent.display()
    ))
}

fn folder(path: &Path) -> Result<PathBuf, String> {
    fs::create_dir_all(path).map_err(|error| at(path, &error))?;
    Ok(path.to_owned())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut paths = vec![];
    for entry in folder.read_dir().map_err(|error| at(folder, &error))? {
        paths.push(entry.map_err(|error| at(folder, &error))?.path());
    }
    paths.sort();
    Ok(paths)
}

fn at(path: &Path, error: &std::io::Error) -> String {
    format!("`{}`: {error}", path.display())
}

#[cfg(test)]
mod tests;
