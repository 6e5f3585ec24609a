//! One run at a time per org and home. The lease is a lock on a file: the system releases it however a process ends.
//! The file itself holds the name of the holder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;

use serde_json::{Value, json};

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;

/// Held as long as it lives.
pub(crate) struct Lease {
    file: File,
}

impl Lease {
    /// Takes the lease of an org. The lease of another process is an error that names the holder.
    pub(crate) fn take(home: &Home, org_id: &str, since: &str) -> Result<Self, Error> {
        #[cfg(debug_assertions)]
        crate::hold::before_lease();
        let path = home.lease(org_id)?;
        let failed = |error: std::io::Error| Error::file("lock", &path, &error);
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            #[cfg(debug_assertions)]
            Err(TryLockError::WouldBlock) if crate::hold::lets_others_in() => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file, org_id)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let mut lease = Self { file };
        lease.write(&json!({ "process": std::process::id(), "since": since }))?;
        Ok(lease)
    }

    /// Writes down the run that it is held for.
    pub(crate) fn hold_for(&mut self, run: &str, since: &str) -> Result<(), Error> {
        self.write(&json!({ "process": std::process::id(), "since": since, "run": run }))
    }

    fn write(&mut self, holder: &Value) -> Result<(), Error> {
        let written = self
            .file
            .set_len(0)
            .and_then(|()| self.file.rewind())
            .and_then(|()| self.file.write_all(holder.to_string().as_bytes()));
        written.map_err(|error| {
            let message = format!("cannot write who holds the lease: {error}");
            Error::new(Exit::File, "file/failed", message)
        })
    }
}

fn held(file: &mut File, org_id: &str) -> Error {
    let mut text = String::new();
    // The holder may be writing at this moment; then the error does not name it.
    let _unreadable = file.take(4_096).read_to_string(&mut text);
    let holder: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    let mut who = match holder["process"].as_u64() {
        Some(process) => format!("process {process}"),
        None => "another process".to_owned(),
    };
    if let Some(run) = holder["run"].as_str() {
        who.push_str(&format!(", run {run}"));
    }
    if let Some(since) = holder["since"].as_str() {
        who.push_str(&format!(", since {since}"));
    }
    Error::new(
        Exit::Failed,
        "run/org-in-use",
        format!("another run is changing the org {org_id}: {who}"),
    )
    .help("wait until it has ended; two at once could undo each other's work")
}
