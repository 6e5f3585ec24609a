//! How a person wants a command carried out: what is approved beforehand, and whether anybody can be asked.

use std::sync::Arc;

use crate::args::{Consent, Output};
use crate::person::Person;
use crate::world::World;

/// How a person wants it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// What is shown is approved beforehand.
    pub(crate) yes: bool,
    /// What is planned only during the run is approved beforehand.
    pub(crate) later: bool,
    /// What is lost for good is approved beforehand.
    pub(crate) destroy: bool,
    pub(crate) json: bool,
}

impl Manner {
    pub(crate) fn of(consent: &Consent, output: &Output) -> Self {
        Self {
            yes: consent.yes,
            later: consent.yes_later,
            destroy: consent.yes_destroy,
            json: output.json,
        }
    }

    /// Who can be asked, if anybody.
    pub(crate) fn person(self, world: &World) -> Option<&Arc<dyn Person>> {
        world.console.person.as_ref().filter(|_| !self.json)
    }
}
