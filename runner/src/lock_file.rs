//! Locks on files of a home: the system releases them however a process ends.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::Error;

/// Opens the file of a lock, made when it is not there. Nobody holds the lock by that.
pub(crate) fn open(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(false).mode(0o600);
    options
        .open(path)
        .map_err(|error| Error::file("lock", path, &error))
}

/// Waits for the lock, which is held as long as the file is open.
pub(crate) fn held(path: &Path) -> Result<File, Error> {
    let file = open(path)?;
    file.lock()
        .map_err(|error| Error::file("lock", path, &error))?;
    Ok(file)
}
