//! The journal is its owner's only: it holds names, mail addresses and what was changed. SQLite gives its own files
//! beside it the mode that it has.

use std::ffi::OsString;
use std::fs::{OpenOptions, Permissions};
use std::io::{Error, ErrorKind};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Read and written by the owner.
const OWNERS: u32 = 0o600;

/// Endings of the files that SQLite keeps beside a database.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// Makes the file, when it is not there, so that only its owner reads it. Takes what others may do with one that is.
pub(super) fn only_its_owners(file: &Path) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    // Opened for reading, too, a pipe in the file's place is not waited for.
    let options = options.read(true).append(true).create(true).mode(OWNERS);
    narrow(&options.open(file)?.metadata()?.permissions(), file)?;
    for suffix in BESIDE {
        let mut path = OsString::from(file);
        path.push(suffix);
        let path = PathBuf::from(path);
        match path.metadata() {
            Ok(there) => narrow(&there.permissions(), &path)?,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn narrow(now: &Permissions, path: &Path) -> Result<(), Error> {
    if now.mode() & 0o777 & !OWNERS == 0 {
        return Ok(());
    }
    match std::fs::set_permissions(path, Permissions::from_mode(OWNERS)) {
        // SQLite takes its files away when the last process closes them.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        set => set,
    }
}
