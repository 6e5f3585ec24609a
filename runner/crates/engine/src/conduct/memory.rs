//! Facts about a run that only the process that carries it out knows. The journal does not hold them.

use std::collections::BTreeMap;

use usher_core::plan::PlannedStep;
use usher_core::run::{ChangeKey, USERS_FIRST};

use crate::conduct::course::Course;
use crate::conduct::sight::Rungs;
use crate::port::Clock;

/// Facts that this process alone knows.
#[derive(Debug)]
pub struct Memory {
    /// The tick at which this process began to carry the run out.
    pub(super) began_ticks: u64,
    /// The time that this process has waited for Salesforce.
    pub(super) waited_ms: u64,
    /// The ticks at which this process sent each change last.
    pub(super) sent_ticks: BTreeMap<ChangeKey, u64>,
    pub(super) split: Split,
    /// The step whose items were planned last during the run, and how many may be planned together next: fewer after some
    /// could not be planned beside the others.
    pub(super) later: Option<(String, usize)>,
    /// Users that may share the next request: more after each one that passed.
    pub(super) users_max: usize,
    pub(super) course: Course,
    pub(super) rungs: Rungs,
}

impl Memory {
    /// Nothing has been sent yet.
    pub fn new(clock: &dyn Clock) -> Self {
        Self {
            began_ticks: clock.ticks_ms(),
            waited_ms: 0,
            sent_ticks: BTreeMap::new(),
            split: Split::default(),
            later: None,
            users_max: USERS_FIRST,
            course: Course::default(),
            rungs: Rungs::default(),
        }
    }

    /// The items that may be planned together with this one during the run.
    pub(super) fn later_max(&self, step: Option<&PlannedStep>) -> usize {
        let of = step.map(|step| step.id.as_str());
        let known = self.later.as_ref();
        let known = known.filter(|(last, _)| Some(last.as_str()) == of);
        known.map_or(usize::MAX, |(_, most)| *most)
    }
}

/// Changes that the org refused together, without saying which of them it means: they go in ever smaller requests,
/// until each says for itself.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// The largest request in which each of them may go.
    most: BTreeMap<ChangeKey, usize>,
    /// The words with which those that went alone were refused last, and how many in a row.
    refused: Option<(String, u32)>,
}

/// After so many changes that were each refused alone, in a row and with the same words, the run stops: a whole collection.
/// Each of the others may pass, so that none is given up, and trying each of thousands may cost the requests of a day.
const ALIKE_MAX: u32 = 200;

impl Split {
    /// Notes that the request of these changes was refused as a whole.
    pub(super) fn halve(&mut self, changes: &[ChangeKey]) {
        let most = (changes.len() / 2).max(1);
        self.most
            .extend(changes.iter().map(|key| (key.clone(), most)));
    }

    /// Returns the places of those changes that go next. None: none of them has to go in a smaller request.
    pub(super) fn next(&mut self, changes: &[ChangeKey]) -> Option<Vec<usize>> {
        let most = changes.iter().filter_map(|key| self.most.get(key)).min()?;
        let places = 0..changes.len();
        let places = places.filter(|place| self.most.contains_key(&changes[*place]));
        let places: Vec<usize> = places.take(*most).collect();
        places.iter().for_each(|place| {
            self.most.remove(&changes[*place]);
        });
        Some(places)
    }

    /// Says whether a change has to go in a smaller request.
    pub(super) fn holds(&self, change: &ChangeKey) -> bool {
        self.most.contains_key(change)
    }

    /// Notes that a change that went alone was refused with these words. Says whether all of a whole collection were.
    pub(super) fn refused(&mut self, why: &str) -> bool {
        let before = self.refused.take();
        let before = before.filter(|(last, _)| last == why);
        let times = before.map_or(0, |(_, times)| times) + 1;
        self.refused = Some((why.to_owned(), times));
        times.is_multiple_of(ALIKE_MAX) && !self.most.is_empty()
    }

    /// Notes that one was taken, so that the refusals of the others have no common reason.
    pub(super) fn taken(&mut self) {
        self.refused = None;
    }
}

#[cfg(test)]
mod tests {
    use usher_core::run::ChangeKey;
    use usher_core::value::Unit;

    use super::{ALIKE_MAX, Split};

    #[test]
    fn a_whole_collection_that_is_refused_alike_stops_the_run() {
        let keys: Vec<ChangeKey> = ["a", "b"]
            .map(|address| ChangeKey::new(&Unit::step("s"), address))
            .to_vec();
        let mut split = Split::default();
        split.halve(&keys);
        for _ in 1..ALIKE_MAX {
            assert!(!split.refused("no"));
        }
        assert!(split.refused("no"));
        split.refused = Some(("no".to_owned(), ALIKE_MAX - 1));
        assert!(!split.refused("no, for another reason"));
        split.refused = Some(("no".to_owned(), ALIKE_MAX - 1));
        split.taken();
        assert!(!split.refused("no"));
        assert_eq!(split.next(&keys), Some(vec![0]));
    }
}
