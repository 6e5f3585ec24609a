//! The request log of practice orgs: one JSON object a line. Never a token, a header, a query or a body:
//! they hold names and addresses.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use crate::clock;
use crate::error::Error;
use crate::practice::handed::Handed;

/// Characters of a path that are written: those of a record of the longest object, twice.
const PATH_CHARS_MAX: usize = 300;

/// A file that takes one line for each request, when its answer goes.
pub(crate) struct RequestLog(Mutex<Box<dyn Write + Send>>);

/// One request and its result.
pub(crate) struct Line<'a> {
    /// The time at which it came.
    pub(crate) time_ms: i64,
    /// The name of the org. None: it came to none, because it was not whole or named one that is not there.
    pub(crate) org: Option<&'a str>,
    /// From 1, in the order of coming to this org: the number that faults count by.
    pub(crate) n: Option<u64>,
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

    /// Writes to standard output. A reader that stops costs lines, and no request.
    pub(crate) fn to_reader(writer: Box<dyn Write + Send>) -> Self {
        Self::to(Box::new(Handed::to(writer)))
    }

    fn to(writer: Box<dyn Write + Send>) -> Self {
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

/// A path as the log shows it: a part that holds a token or the value of a field is `***`, and a long path is cut.
fn shown(path: &str) -> String {
    let names: Vec<String> = path.split('/').map(str::to_lowercase).collect();
    let parts = path.split('/').enumerate().map(|(at, part)| {
        let before = |back: usize| at.checked_sub(back).map_or("", |at| names[at].as_str());
        let is_token = part.contains('!') || part.contains('%');
        // No resource of signing in has a part behind its name.
        let is_behind_sign_in = before(2) == "oauth2" && before(3) == "services";
        let is_value = before(3) == "sobjects" && names_a_record(before(1));
        match is_token || is_behind_sign_in || is_value {
            true => "***",
            false => part,
        }
    });
    let whole = parts.collect::<Vec<_>>().join("/");
    match whole.char_indices().nth(PATH_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &whole[..end]),
        None => whole,
    }
}

/// Says whether a part behind an object, in lower case, is a field by whose value a record is named: neither an id nor a
/// resource of the object.
fn names_a_record(part: &str) -> bool {
    let is_id = matches!(part.len(), 15 | 18) && part.contains(|c: char| c.is_ascii_digit());
    let resources = ["describe", "listviews", "quickactions"];
    !is_id && !resources.contains(&part)
}
