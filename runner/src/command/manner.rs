//! How a person wants a command carried out: what is approved beforehand, whether anybody can be asked, and what is
//! written besides what it prints.

use std::sync::Arc;

use crate::args::{Consent, Output};
use crate::command::written::Written;
use crate::desk::Desk;
use crate::events::Events;
use crate::person::Person;
use crate::result_files::ResultFiles;

/// How a person wants it.
#[derive(Clone, Copy)]
pub(crate) struct Manner<'a> {
    /// What is shown is approved beforehand.
    pub(crate) yes: bool,
    /// What is planned only during the run is approved beforehand.
    pub(crate) later: bool,
    /// What is lost for good is approved beforehand.
    pub(crate) destroy: bool,
    pub(crate) json: bool,
    /// What the result is written into besides.
    pub(crate) files: &'a ResultFiles,
    /// Where each event goes.
    pub(crate) events: Option<&'a Events>,
}

impl<'a> Manner<'a> {
    pub(crate) fn of(consent: &Consent, output: &Output, written: &'a Written) -> Self {
        Self {
            yes: consent.yes,
            later: consent.yes_later,
            destroy: consent.yes_destroy,
            json: output.json,
            files: &written.files,
            events: written.events.as_ref(),
        }
    }

    /// Who can be asked, if anybody.
    pub(crate) fn person(self, desk: &Desk) -> Option<&Arc<dyn Person>> {
        desk.console.person.as_ref().filter(|_| !self.json)
    }
}
