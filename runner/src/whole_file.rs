//! Files that are written whole or not at all, readable by their owner only: into a part beside them, which takes their
//! name when it is durable.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::exit::Exit;

/// A file that is to be written, and whose part exists.
#[derive(Debug)]
pub(crate) struct WholeFile {
    path: PathBuf,
    part: PathBuf,
}

impl WholeFile {
    /// Makes the part, so that an obstacle to writing the file shows before anything else is done.
    pub(crate) fn begin(path: &Path) -> Result<Self, Error> {
        must_be_replaceable(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let part = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
        // A process that died left a part of this name: its number has come round.
        let _none = std::fs::remove_file(&part);
        let mut options = OpenOptions::new();
        let made = options.write(true).create_new(true).mode(0o600).open(&part);
        made.map_err(|error| Error::file("write", path, &error))?;
        let path = path.to_owned();
        Ok(Self { path, part })
    }

    /// Writes the text, and puts the file in its place.
    pub(crate) fn finish(&self, text: &str) -> Result<(), Error> {
        self.finish_bytes(text.as_bytes())
    }

    /// Writes the content, and puts the file in its place.
    pub(crate) fn finish_bytes(&self, content: &[u8]) -> Result<(), Error> {
        must_be_replaceable(&self.path)?;
        let written = write(&self.part, content)
            .and_then(|()| std::fs::rename(&self.part, &self.path))
            .and_then(|()| sync_folder(&self.path));
        written.map_err(|error| Error::file("write", &self.path, &error))
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        // The part does not exist any more when it has taken the file's name.
        let _none = std::fs::remove_file(&self.part);
    }
}

fn write(part: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).truncate(true).open(part)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Makes a rename durable: it is when its folder is.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

/// Refuses a name that a folder, a link or a device has. A file is replaced.
pub(crate) fn must_be_replaceable(path: &Path) -> Result<(), Error> {
    let why = match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::file("write", path, &error)),
        Ok(there) if there.is_file() => return Ok(()),
        Ok(there) if there.is_dir() => "a folder",
        Ok(there) if there.is_symlink() => "a link",
        Ok(_) => "not a regular file",
    };
    let message = format!("cannot write `{}`: it is {why}", path.display());
    Err(Error::new(Exit::File, "file/not-regular", message)
        .help("give the name of a file, or a name that nothing has"))
}
