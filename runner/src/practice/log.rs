//! The request log of practice orgs: one JSON object a line. Never a token, a header, a query or a body:
//! they hold names and addresses.

use std::borrow::Cow;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use crate::clock;
use crate::error::Error;

/// Characters of a path that are written: those of a record of the longest object, twice.
const PATH_CHARS_MAX: usize = 300;

/// A file that takes one line for each request, when its answer goes.
pub(crate) struct RequestLog(Mutex<Box<dyn Write + Send>>);

/// One request and its result.
pub(crate) struct Line<'a> {
    /// The time at which it came.
    pub(crate) time_ms: i64,
    /// The name of the org.
    pub(crate) org: &'a str,
    /// From 1, in the order of coming to this org: the number that faults count by.
    pub(crate) n: u64,
    pub(crate) method: &'a str,
    /// Without the query.
    pub(crate) path: &'a str,
    /// None: it got no answer.
    pub(crate) status: Option<u16>,
    /// Of the body of the answer.
    pub(crate) bytes: Option<usize>,
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
        Ok(Self::to(Box::new(file)))
    }

    /// Writes to standard output, or whatever else takes lines.
    pub(crate) fn to(writer: Box<dyn Write + Send>) -> Self {
        Self(Mutex::new(writer))
    }

    /// Writes a line. A full disk costs the line, not the request.
    pub(crate) fn write(&self, line: &Line<'_>) {
        let mut json = json!({
            "time": clock::utc_ms(line.time_ms),
            "org": line.org,
            "n": line.n,
            "method": line.method,
            "path": shown(line.path),
            "status": line.status,
            "bytes": line.bytes,
            "ms": line.ms,
            "fault": line.fault,
        });
        if let Some(rival) = line.rival {
            json["rival"] = rival.into();
        }
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _lost = file.write_all(format!("{json}\n").as_bytes());
        let _lost = file.flush();
    }
}

/// A path as the log shows it: a part that holds a token is `***`, and a long path is cut.
fn shown(path: &str) -> Cow<'_, str> {
    let is_long = path.chars().nth(PATH_CHARS_MAX).is_some();
    if !is_long && !path.contains('!') && !path.contains("%21") {
        return Cow::Borrowed(path);
    }
    let parts = path.split('/').map(|part| match part {
        part if part.contains('!') || part.contains("%21") => "***",
        part => part,
    });
    let whole = parts.collect::<Vec<_>>().join("/");
    Cow::Owned(match whole.char_indices().nth(PATH_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &whole[..end]),
        None => whole,
    })
}
