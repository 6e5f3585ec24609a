//! How far the runs of a home have come at one moment: shows whether one of them was at work in an org since.

use std::collections::BTreeMap;

use usher_engine::journal::Journal;

use crate::error::Error;
use crate::home::Home;

/// How many events each run has.
pub(super) struct Mark(BTreeMap<String, u64>);

impl Mark {
    /// The mark of now.
    pub(super) fn of(home: &Home) -> Result<Self, Error> {
        let file = home.journal()?;
        if !file.exists() {
            return Ok(Self(BTreeMap::new()));
        }
        Ok(Self(Journal::open(&file)?.lengths()?))
    }

    /// Whether a run of this org has an event that it did not have then. A run that cannot be read counts as one of
    /// the org.
    pub(super) fn has_moved(&self, home: &Home, org_id: &str) -> Result<bool, Error> {
        let Self(now) = Self::of(home)?;
        let grown = now.iter().filter(|(run, events)| {
            let then = self.0.get(*run);
            then.is_none_or(|then| then != *events)
        });
        let grown: Vec<&str> = grown.map(|(run, _)| run.as_str()).collect();
        if grown.is_empty() {
            return Ok(false);
        }
        let moved = Journal::open(&home.journal()?)?.find(|run| {
            let moved = match run {
                Ok(run) => {
                    let plan = run.state.plan.as_ref();
                    let is_of_org = plan.is_some_and(|plan| plan.org.org_id == org_id);
                    is_of_org && grown.contains(&run.id.as_str())
                }
                Err(unreadable) => grown.contains(&unreadable.id.as_str()),
            };
            moved.then_some(())
        })?;
        Ok(moved.is_some())
    }
}
