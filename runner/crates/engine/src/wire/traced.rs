//! `--trace FILE.har`: every exchange with an org in a file for support, as HTTP Archive 1.2, without a value.
//!
//! Names of fields, statuses, sizes and times stay; tokens, headers that are not known to be harmless, and the values in
//! paths, queries and bodies do not (`redacted`). The file is whole after each entry, so that a process may die.

mod har;
pub(super) mod redacted;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::port::{Boxed, Clock};
use crate::wire::traced::har::Timing;
use crate::wire::{Wire, WireError};

/// Bytes of a trace. Support reads no more, and a run of ten thousand changes has a hundred requests.
const TRACE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Ends the list of entries and the document.
const END: &[u8] = b"\n]}}\n";

/// A file that takes exchanges, shared by the wires of one process.
#[derive(Clone, Debug)]
pub struct Trace(Arc<Mutex<Open>>);

#[derive(Debug)]
struct Open {
    file: File,
    /// The place of the next entry; behind it is the end.
    at: u64,
    is_first: bool,
    /// The reason why it takes no more.
    ended: Option<String>,
}

impl Trace {
    /// A trace into an empty file, which its owner alone may read.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn begin(mut file: File) -> io::Result<Self> {
        let head = har::head();
        file.write_all(head.as_bytes())?;
        file.write_all(END)?;
        Ok(Self(Arc::new(Mutex::new(Open {
            file,
            at: u64::try_from(head.len()).unwrap_or(u64::MAX),
            is_first: true,
            ended: None,
        }))))
    }

    /// The reason why the trace is not whole: the disk is full, or there is too much of it.
    pub fn ended(&self) -> Option<String> {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.ended.clone()
    }

    fn add(&self, entry: &str) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.ended.is_some() {
            return;
        }
        let mut bytes: Vec<u8> = if open.is_first {
            b"\n".to_vec()
        } else {
            b",\n".to_vec()
        };
        bytes.extend_from_slice(entry.as_bytes());
        let next = open.at + u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if next > TRACE_BYTES_MAX {
            open.ended = Some(format!("it has {TRACE_BYTES_MAX} bytes"));
            return;
        }
        bytes.extend_from_slice(END);
        // One write over the old end: the document is whole before it and after it.
        let at = SeekFrom::Start(open.at);
        let written = open.file.seek(at).and_then(|_| open.file.write_all(&bytes));
        match written {
            Ok(()) => {
                open.at = next;
                open.is_first = false;
            }
            Err(error) => open.ended = Some(error.to_string()),
        }
    }
}

/// Carries the requests of another wire, and writes each exchange into a trace.
pub struct TracedWire {
    wire: Arc<dyn Wire>,
    clock: Arc<dyn Clock>,
    trace: Trace,
    /// `https://acme.my.salesforce.com`.
    base: String,
}

impl TracedWire {
    /// A wire to `base` whose exchanges go into `trace`.
    pub fn new(wire: Arc<dyn Wire>, clock: Arc<dyn Clock>, trace: Trace, base: &str) -> Self {
        Self {
            wire,
            clock,
            trace,
            base: base.to_owned(),
        }
    }
}

impl Wire for TracedWire {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        Box::pin(async move {
            let (at_ms, began) = (self.clock.now_ms(), self.clock.ticks_ms());
            let sent = har::request(&request, &self.base);
            let answer = self.wire.send(request).await;
            let took_ms = self.clock.ticks_ms().saturating_sub(began);
            let timing = Timing { at_ms, took_ms };
            self.trace.add(&har::entry(timing, sent, &answer));
            answer
        })
    }
}
