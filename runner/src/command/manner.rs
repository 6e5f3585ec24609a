//! The manner in which a person wants the result of a command: printed, and written into files.

use crate::command::written::Written;
use crate::events::Events;
use crate::report::Detail;
use crate::result_files::ResultFiles;

/// The manner in which a person wants the result.
#[derive(Clone, Copy)]
pub(crate) struct Manner<'a> {
    pub(crate) json: bool,
    /// The detail in which a plan is shown.
    pub(crate) detail: Detail,
    /// The files that the result is written into besides.
    pub(crate) files: &'a ResultFiles,
    /// The lines that each event is written to.
    pub(crate) events: Option<&'a Events>,
}

impl<'a> Manner<'a> {
    /// The manner of a command that carries a run out.
    pub(crate) fn of(json: bool, detail: Detail, written: &'a Written) -> Self {
        Self {
            json,
            detail,
            files: &written.files,
            events: written.events.as_ref(),
        }
    }

    /// The manner of a command that sends nothing.
    pub(crate) fn looking(json: bool, detail: Detail, files: &'a ResultFiles) -> Self {
        Self {
            json,
            detail,
            files,
            events: None,
        }
    }
}
