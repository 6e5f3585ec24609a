//! The events of a run as lines of JSON, while they happen: those of the journal, each after it is durable there.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::json;
use usher_core::run::Event;

use crate::clock;
use crate::desk::Desk;
use crate::document::escaped;
use crate::error::Error;
use crate::exit::Exit;
use crate::report::FORMAT;
use crate::whole_file::must_be_replaceable;

/// The name that stands for standard output.
const STANDARD_OUTPUT: &str = "-";

/// The receiver of the events.
pub(crate) struct Events(Mutex<Box<dyn Write + Send>>);

impl Events {
    /// Opens the receiver of the events. `-`: standard output, and results go to standard error then.
    pub(crate) fn open(path: &Path, as_json: bool, desk: &mut Desk) -> Result<Self, Error> {
        if path == Path::new(STANDARD_OUTPUT) {
            if as_json {
                let message = "`--json` prints one document on standard output, and `--events -` prints lines there";
                return Err(Error::new(Exit::Usage, "events/with-json", message).help(
                    "give `--events` a file, or write the document with `--json-into FILE`",
                ));
            }
            return Ok(Self(Mutex::new(desk.console.give_out())));
        }
        let path = desk.world.folder.join(path);
        must_be_replaceable(&path)?;
        let failed = |error: std::io::Error| Error::file("write", &path, &error);
        // A file of its own, whose mode is ours.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(failed(error));
            }
            _ => {}
        }
        let mut options = OpenOptions::new();
        let file = options.append(true).create_new(true).mode(0o600);
        let file = file.open(&path).map_err(failed)?;
        Ok(Self(Mutex::new(Box::new(file))))
    }

    /// Writes one event. A closed pipe or a full disk costs the line, not the run: the journal has the event.
    pub(crate) fn write(&self, run: &str, number: u64, at_ms: i64, event: &Event) {
        let line = json!({
            "format": FORMAT,
            "run": run,
            "number": number,
            "at": clock::utc_ms(at_ms),
            "name": event.name(),
            "event": event,
        });
        let line = format!("{}\n", escaped(&line.to_string()));
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _lost = writer.write_all(line.as_bytes());
        let _lost = writer.flush();
    }
}
