//! The plugins that a run still needs: kept by their digests, so that steps which are planned only later
//! are planned by the very same bytes, also after an upgrade.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use usher_core::limit;
use usher_host::{digest_of, file};

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;

/// A run that begins: its plugins are kept, and it may not be in the journal yet.
pub(crate) struct Beginning {
    _lock: File,
}

/// Keeps [`alone`] waiting until a run is in the journal, so that its plugins are not taken for those of no run.
pub(crate) fn beginning(home: &Home) -> Result<Beginning, Error> {
    let (path, lock) = lock(home)?;
    let locked = lock.lock_shared();
    locked.map_err(|error| Error::file("lock", &path, &error))?;
    Ok(Beginning { _lock: lock })
}

/// Held as long as no run may begin.
pub(crate) struct Alone {
    _lock: File,
}

/// Waits until no run is beginning, and keeps others from it.
pub(crate) fn alone(home: &Home) -> Result<Alone, Error> {
    let (path, lock) = lock(home)?;
    let locked = lock.lock();
    locked.map_err(|error| Error::file("lock", &path, &error))?;
    Ok(Alone { _lock: lock })
}

fn lock(home: &Home) -> Result<(PathBuf, File), Error> {
    let path = home.frozen_lock()?;
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(&path);
    let file = file.map_err(|error| Error::file("open", &path, &error))?;
    Ok((path, file))
}

/// Keeps a component.
pub(crate) fn keep(home: &Home, digest: &str, bytes: &[u8]) -> Result<(), Error> {
    let path = path_of(home, digest)?;
    // A file of that name may have been exchanged.
    if file::read(&path, limit::COMPONENT_BYTES_MAX).is_ok_and(|kept| kept == bytes) {
        return Ok(());
    }
    let part = path.with_extension(format!("{}.part", std::process::id()));
    let failed = |error: std::io::Error| Error::file("keep the plugin", &path, &error);
    let mut options = OpenOptions::new();
    let opened = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&part);
    opened
        .and_then(|mut part| {
            part.write_all(bytes)?;
            part.sync_all()
        })
        .map_err(failed)?;
    std::fs::rename(&part, &path).map_err(failed)
}

/// Says that a component was kept.
pub(crate) fn is_kept(home: &Home, digest: &str) -> bool {
    path_of(home, digest).is_ok_and(|path| path.exists())
}

/// A component that was kept, when it is still the one that the run began with.
pub(crate) fn get(home: &Home, digest: &str) -> Result<Vec<u8>, Error> {
    let path = path_of(home, digest)?;
    let refused = |code: &str, message: String| {
        Error::new(Exit::Plugin, code, message)
            .help("apply the recipe again instead; completed changes are not repeated")
    };
    let bytes = file::read(&path, limit::COMPONENT_BYTES_MAX).map_err(|error| {
        let message = format!("cannot read the run's plugin `{}`: {error}", path.display());
        refused("plugin/not-kept", message)
    })?;
    let found = digest_of(&bytes);
    if found != digest {
        let message = format!(
            "the run's plugin `{}` was changed since the run began: its digest is now {found}",
            path.display()
        );
        return Err(refused("plugin/kept-changed", message));
    }
    Ok(bytes)
}

/// Forgets the components that no run needs any more.
pub(crate) fn forget_all_but(
    _alone: &Alone,
    home: &Home,
    needed: &BTreeSet<String>,
) -> Result<(), Error> {
    let folder = home.frozen()?;
    let failed = |error: std::io::Error| Error::file("read", &folder, &error);
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let digest = path.file_stem().and_then(|stem| stem.to_str());
        if digest.is_none_or(|digest| !needed.contains(digest)) {
            std::fs::remove_file(&path).map_err(|error| Error::file("remove", &path, &error))?;
        }
    }
    Ok(())
}

fn path_of(home: &Home, digest: &str) -> Result<PathBuf, Error> {
    Ok(home.frozen()?.join(format!("{digest}.wasm")))
}
