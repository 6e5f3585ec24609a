//! The request log of a practice org: one JSON object a line. Never a token, a header, a query or a body:
//! they hold names and addresses.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use crate::clock;
use crate::error::Error;

/// A file that takes one line for each request, when its answer goes.
pub(crate) struct RequestLog(Mutex<File>);

/// One request and its result.
pub(crate) struct Line<'a> {
    /// The time at which it came.
    pub(crate) time_ms: i64,
    /// From 1, in the order of coming: the number that faults count by.
    pub(crate) n: u64,
    pub(crate) method: &'a str,
    /// Without the query.
    pub(crate) path: &'a str,
    /// None: it got no answer.
    pub(crate) status: Option<u16>,
    pub(crate) ms: i64,
    /// The kind of fault that happened to it.
    pub(crate) fault: Option<&'static str>,
    /// The answer to another user, who acted right before it.
    pub(crate) rival: Option<&'a str>,
}

impl RequestLog {
    /// Appends to the file at `path`; a new one is its owner's only.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let mut options = std::fs::OpenOptions::new();
        let opened = options.append(true).create(true).mode(0o600).open(path);
        let file = opened.map_err(|error| Error::file("write", path, &error))?;
        Ok(Self(Mutex::new(file)))
    }

    /// Writes a line. A full disk costs the line, not the request.
    pub(crate) fn write(&self, line: &Line<'_>) {
        let mut json = json!({
            "time": clock::utc_ms(line.time_ms),
            "n": line.n,
            "method": line.method,
            "path": line.path,
            "status": line.status,
            "ms": line.ms,
            "fault": line.fault,
        });
        if let Some(rival) = line.rival {
            json["rival"] = rival.into();
        }
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _lost = file.write_all(format!("{json}\n").as_bytes());
    }
}
