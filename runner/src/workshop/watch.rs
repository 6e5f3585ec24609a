//! The sources of a plugin's folder, looked at from time to time: a difference means that one of them was saved.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::Error;
use crate::exit::Exit;

/// Files that are watched. A plugin has some dozens; with more, looking at each of them takes longer than a save.
const FILES_MAX: usize = 2_000;

/// Folders with what is made or fetched, not written by hand.
const MADE: &[&str] = &["target", "node_modules", "__pycache__"];

/// Endings of files that are made: components, and what a person lets a command write into the folder.
const MADE_ENDINGS: &[&str] = &[".wasm", ".log"];

/// The files of a folder with their sizes and the times of their last changes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Watched(BTreeMap<PathBuf, (u64, Option<SystemTime>)>);

impl Watched {
    /// Looks at the folder.
    pub(crate) fn look(folder: &Path) -> Result<Self, Error> {
        let mut files = BTreeMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            // A folder may go away while it is looked at; the next look sees that.
            for entry in folder.read_dir().into_iter().flatten().flatten() {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                // Links are not followed: they may lead in circles.
                let Ok(data) = entry.metadata() else { continue };
                let is_made = MADE_ENDINGS.iter().any(|ending| name.ends_with(ending));
                if name.starts_with('.') || MADE.contains(&name.as_ref()) || is_made {
                    continue;
                }
                if data.is_dir() {
                    folders.push(entry.path());
                } else if data.is_file() {
                    files.insert(entry.path(), (data.len(), data.modified().ok()));
                }
                if files.len() + folders.len() > FILES_MAX {
                    return Err(too_many(&folder));
                }
            }
        }
        Ok(Self(files))
    }

    /// The newest change of a file.
    pub(crate) fn newest(&self) -> Option<SystemTime> {
        self.0.values().filter_map(|(_, changed)| *changed).max()
    }

    /// The names of the files that differ, below the folder.
    pub(crate) fn since(&self, before: &Self, folder: &Path) -> Vec<String> {
        let differs = |path: &&PathBuf| self.0.get(*path) != before.0.get(*path);
        let mut paths: Vec<&PathBuf> = self
            .0
            .keys()
            .chain(before.0.keys())
            .filter(differs)
            .collect();
        paths.sort();
        paths.dedup();
        let name = |path: &&PathBuf| {
            let below = path.strip_prefix(folder).unwrap_or(path);
            below.display().to_string()
        };
        paths.iter().map(name).collect()
    }
}

fn too_many(folder: &Path) -> Error {
    let message = format!(
        "there are more than {FILES_MAX} files at `{}` and beside it",
        folder.display()
    );
    Error::new(Exit::Limit, "workshop/too-many-files", message)
        .help("name the folder of one plugin, and keep other files out of it")
}
