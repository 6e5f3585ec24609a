//! The folders of a workspace: its plugins, the nested target folder, the cache home.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::{GuestError, read};

/// The plugins of a workspace by name: the folders below `plugins` that make a `cdylib`, sorted.
///
/// # Errors
///
/// A plugin is not listed in the workspace's members, or its name differs from its folder's; a file cannot be read.
pub fn plugins(workspace: &Path) -> Result<Vec<String>, GuestError> {
    let folder = workspace.join("plugins");
    let root = workspace.join("Cargo.toml");
    let members = text(&root)?;
    let entries = folder
        .read_dir()
        .map_err(|source| GuestError::file(&folder, source))?;
    let mut names = vec![];
    for entry in entries {
        let entry = entry.map_err(|source| GuestError::file(&folder, source))?;
        let manifest = entry.path().join("Cargo.toml");
        if !manifest.is_file() {
            continue;
        }
        let toml = text(&manifest)?;
        if !value(&toml, "crate-type").is_some_and(|kinds| kinds.contains("\"cdylib\"")) {
            continue;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        if value(&toml, "name") != Some(&format!("\"{name}\"")) {
            return Err(GuestError::Misnamed { name, manifest });
        }
        if !members.contains(&format!("\"plugins/{name}\"")) {
            let manifest = root;
            return Err(GuestError::NotAMember { name, manifest });
        }
        names.push(name);
    }
    names.sort();
    Ok(names)
}

/// The nested target folder for a build script whose output folder is `out`: `plugins` beside the folders of
/// the profiles, so that debug and release share it, and no cargo that is running has it locked.
///
/// # Errors
///
/// `out` is not a folder in which cargo puts the output of a build script.
pub fn target_beside(out: &Path) -> Result<PathBuf, GuestError> {
    let mut folders = out.ancestors();
    let build = folders.find(|folder| folder.file_name() == Some(OsStr::new("build")));
    let target = build.and_then(|build| build.parent()?.parent());
    match target {
        Some(target) => Ok(target.join("plugins")),
        None => Err(GuestError::NoTarget(out.to_owned())),
    }
}

/// Returns the folder for files that are fetched or made once.
///
/// # Errors
///
/// Neither `USHER_HOME` nor a home folder is known.
pub fn cache_home() -> Result<PathBuf, GuestError> {
    let set = |name| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let usher = set("USHER_HOME").map(|home| home.join("cache"));
    let xdg = || Some(set("XDG_CACHE_HOME")?.join("usher"));
    let home = || Some(env::home_dir()?.join(".cache").join("usher"));
    usher.or_else(xdg).or_else(home).ok_or(GuestError::NoHome)
}

/// The text after `key =`, in the first line that begins so. Manifests of this workspace need no more of TOML.
pub(crate) fn value<'t>(toml: &'t str, key: &str) -> Option<&'t str> {
    toml.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then_some(value.trim())
    })
}

fn text(path: &Path) -> Result<String, GuestError> {
    Ok(String::from_utf8_lossy(&read(path)?).into_owned())
}

#[cfg(test)]
mod tests;
