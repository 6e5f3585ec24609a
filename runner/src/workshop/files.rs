//! Files of an author's folder: written whole or not at all. They are the author's own sources and may be read by all who
//! may read those.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::whole_file::must_be_replaceable;

/// A file by its path below a folder, with its bytes.
pub(super) type NamedFile = (String, Vec<u8>);

/// Writes a file: beside it under another name, then in its place.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    must_be_replaceable(path)?;
    let part = part_of(path);
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    written.map_err(|error| {
        // Nothing is left of what is not whole. The error that counts is the first one.
        let _none = fs::remove_file(&part);
        Error::file("write", path, &error)
    })
}

/// Writes a folder with files: beside it under another name, then in its place, where nothing is or an empty folder.
pub(super) fn write_folder(path: &Path, files: &[NamedFile]) -> Result<(), Error> {
    let part = part_of(path);
    // A process that died left a part of this name: its number has come round.
    let _none = fs::remove_dir_all(&part);
    let written = fill(&part, files).and_then(|()| fs::rename(&part, path));
    written.map_err(|error| {
        let _none = fs::remove_dir_all(&part);
        Error::file("write", path, &error)
    })
}

fn fill(folder: &Path, files: &[NamedFile]) -> std::io::Result<()> {
    for (name, bytes) in files {
        let file = folder.join(name);
        if let Some(above) = file.parent() {
            fs::create_dir_all(above)?;
        }
        fs::write(file, bytes)?;
    }
    Ok(())
}

/// The name beside a path under which it is made.
pub(super) fn part_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}
