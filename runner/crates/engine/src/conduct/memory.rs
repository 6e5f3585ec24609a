//! Facts about a run that only the process that carries it out knows. The journal does not hold them.

use std::collections::BTreeMap;

use usher_core::run::ChangeKey;

use crate::conduct::course::Course;
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
    pub(super) course: Course,
    /// The rung of [`crate::conduct::sight`] that each object did not refuse: it decides how many fields a lookup by a
    /// key asks for.
    pub(super) rungs: BTreeMap<String, usize>,
}

impl Memory {
    /// Nothing has been sent yet.
    pub fn new(clock: &dyn Clock) -> Self {
        Self {
            began_ticks: clock.ticks_ms(),
            waited_ms: 0,
            sent_ticks: BTreeMap::new(),
            split: Split::default(),
            course: Course::default(),
            rungs: BTreeMap::new(),
        }
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

/// After so many changes that are refused alone with the same words, the rest is not tried, as all were refused
/// together with them.
const ALIKE_MAX: u32 = 3;

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

    /// Notes that a change that went alone was refused with these words. Returns the changes that need not be tried any
    /// more.
    pub(super) fn refused(&mut self, why: &str) -> Vec<ChangeKey> {
        let before = self.refused.take();
        let times = before
            .filter(|(last, _)| last == why)
            .map_or(0, |(_, times)| times)
            + 1;
        self.refused = Some((why.to_owned(), times));
        match times >= ALIKE_MAX {
            true => std::mem::take(&mut self.most).into_keys().collect(),
            false => Vec::new(),
        }
    }

    /// Notes that one was taken, so that the refusal of the others does not hold for all.
    pub(super) fn taken(&mut self) {
        self.refused = None;
    }
}
