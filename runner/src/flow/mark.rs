//! The progress of all runs of a home at one moment: shows whether one of them was at work in an org since.

use std::collections::BTreeMap;

use usher_core::run::Event;
use usher_engine::journal::Journal;

use crate::error::Error;
use crate::home::Home;

/// The number of events of each run; none: that cannot be read.
pub(super) struct Mark(BTreeMap<String, Option<u64>>);

impl Mark {
    /// The mark of now.
    pub(super) fn of(home: &Home) -> Result<Self, Error> {
        let file = home.journal()?;
        if !file.exists() {
            return Ok(Self(BTreeMap::new()));
        }
        Ok(Self(Journal::open(&file)?.lengths()?))
    }

    /// Says whether a run of this org has an event that it did not have then. A run that cannot be read counts as one
    /// of the org.
    pub(super) fn has_moved(&self, home: &Home, org_id: &str) -> Result<bool, Error> {
        let Self(now) = Self::of(home)?;
        let grown = now.iter().filter(|(run, events)| {
            let then = self.0.get(*run);
            events.is_none() || then != Some(*events)
        });
        let grown: Vec<&String> = grown.map(|(run, _)| run).collect();
        if grown.is_empty() {
            return Ok(false);
        }
        let journal = Journal::open(&home.journal()?)?;
        let mut grown = grown.into_iter();
        Ok(grown.any(|run| match journal.first(run) {
            Some(Event::Planned { plan, .. }) => plan.org.org_id == org_id,
            _ => true,
        }))
    }
}
