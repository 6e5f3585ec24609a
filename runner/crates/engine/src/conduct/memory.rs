//! Facts about a run that only the process that carries it out knows. The journal does not hold them.

use std::collections::BTreeMap;

use usher_core::run::ChangeKey;

use crate::port::Clock;

/// Facts that this process alone knows.
#[derive(Debug)]
pub struct Memory {
    /// When it began to carry the run out, in ticks.
    pub(super) began_ticks: u64,
    /// How long it has waited for Salesforce.
    pub(super) waited_ms: u64,
    /// When it sent a change last, in ticks.
    pub(super) sent_ticks: BTreeMap<ChangeKey, u64>,
    pub(super) split: Split,
    /// How much of a record can be asked for when it is looked for by a key, by object: the rung of
    /// [`crate::conduct::sight`] that was not refused.
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
            rungs: BTreeMap::new(),
        }
    }
}

/// Changes that the org refused together, without saying which of them it means: they go in ever smaller requests,
/// until each says for itself.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// In a request of how many each may go.
    most: BTreeMap<ChangeKey, usize>,
    /// With what those that went alone were refused last, and how many in a row.
    refused: Option<(String, u32)>,
}

/// After so many that are refused alone with the same words, the rest is not tried: they were all refused with them.
const ALIKE_MAX: u32 = 3;

impl Split {
    /// The request of these changes was refused as a whole.
    pub(super) fn halve(&mut self, changes: &[ChangeKey]) {
        let most = (changes.len() / 2).max(1);
        self.most
            .extend(changes.iter().map(|key| (key.clone(), most)));
    }

    /// Those of these changes, by their places, that go next; none when none of them is to go in a smaller request.
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

    /// One that went alone was refused with these words. Gives those that need not be tried any more.
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

    /// One was taken: what the others were refused with does not hold for all.
    pub(super) fn taken(&mut self) {
        self.refused = None;
    }
}
