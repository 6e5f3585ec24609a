//! How a person wants a command carried out: what is approved beforehand, whether anybody can be asked, and what is
//! written besides what it prints.

use std::sync::Arc;

use crate::args::{Consent, EventsArg, IntoArgs, Output};
use crate::error::Error;
use crate::events::Events;
use crate::person::Person;
use crate::result_files::ResultFiles;
use crate::world::World;

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
    pub(crate) fn person(self, world: &World) -> Option<&Arc<dyn Person>> {
        world.console.person.as_ref().filter(|_| !self.json)
    }
}

/// What a command writes besides what it prints.
pub(crate) struct Written {
    files: ResultFiles,
    events: Option<Events>,
}

impl Written {
    /// Begins it all, so that nothing is sent when something of it cannot be written.
    pub(crate) fn begin(
        into: &IntoArgs,
        events: &EventsArg,
        output: &Output,
        world: &mut World,
    ) -> Result<Self, Error> {
        let events = events.events.as_deref();
        let files = ResultFiles::begin(into.names(), &[events], world)?;
        let events = events.map(|path| Events::open(path, output.json, world));
        let events = events.transpose()?;
        Ok(Self { files, events })
    }
}
