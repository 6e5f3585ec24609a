//! The wishes of a person for the client to an org, beside the org itself.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use usher_engine::wire::Trace;

use crate::error::Error;

/// The wishes of one command.
#[derive(Clone, Debug, Default)]
pub struct ClientWishes {
    /// The most API requests (`--api-budget`).
    pub api_budget: Option<u64>,
    /// The file that takes every exchange (`--trace`).
    pub trace: Option<Trace>,
}

/// Begins a trace in a new file, which its owner alone may read.
pub(crate) fn begin_trace(path: &Path) -> Result<Trace, Error> {
    let mut options = OpenOptions::new();
    let options = options.write(true).create_new(true).mode(0o600);
    let begun = options.open(path).and_then(Trace::begin);
    begun.map_err(|error| Error::file("write the trace", path, &error))
}
