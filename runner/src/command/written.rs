//! Files that a command writes for a run: its result, and each event.

use crate::args::{EventsArg, IntoArgs, Output};
use crate::desk::Desk;
use crate::error::Error;
use crate::events::Events;
use crate::result_files::ResultFiles;

/// The files of a command.
pub(crate) struct Written {
    pub(super) files: ResultFiles,
    pub(super) events: Option<Events>,
}

impl Written {
    /// Begins it all, so that nothing is sent when something of it cannot be written.
    pub(crate) fn begin(
        into: &IntoArgs,
        events: &EventsArg,
        output: &Output,
        desk: &mut Desk,
    ) -> Result<Self, Error> {
        let events = events.events.as_deref();
        let files = ResultFiles::begin(into.names(), &[events], &desk.world)?;
        let events = events.map(|path| Events::open(path, output.json, desk));
        let events = events.transpose()?;
        Ok(Self { files, events })
    }
}
