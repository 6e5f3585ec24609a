//! Writes events down: those of one answer together, each before anything relies on it.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::change::Source;
use usher_core::run::{ChangeKey, Event, How, Outcome};

use crate::conduct::piece::{Piece, settled};
use crate::conduct::{Conductor, Flow, RunError, kind, veiled};

/// Events that are written in one transaction. A collection has 200 rows; what else comes in large numbers, as verdicts
/// of ten thousand effects, is held in memory until it is written.
const TOGETHER_MAX: usize = 1_000;

impl Conductor<'_> {
    /// Writes an event down, then lets it count.
    ///
    /// # Errors
    ///
    /// As [`Conductor::record_all`].
    pub fn record(&mut self, event: Event) -> Result<(), RunError> {
        self.record_all(vec![event])
    }

    /// Writes events down, then lets them count. None of them may depend on another one of them. Takes secrets out of
    /// them, as this is the one door to the journal and to those who look on.
    ///
    /// # Errors
    ///
    /// The journal takes nothing more, or an event cannot follow.
    pub fn record_all(&mut self, events: Vec<Event>) -> Result<(), RunError> {
        let mut events = events.into_iter().peekable();
        while events.peek().is_some() {
            self.record_some(events.by_ref().take(TOGETHER_MAX).collect())?;
        }
        Ok(())
    }

    fn record_some(&mut self, mut events: Vec<Event>) -> Result<(), RunError> {
        for event in &events {
            self.state.check(event)?;
        }
        let kept = veiled::veiled(&mut events, &self.state);
        let first = self.state.events + 1;
        let written = self.journal.append_all(first, &events, self.clock.now_ms());
        #[cfg(debug_assertions)]
        let written = self.appended(&events, written);
        written?;
        self.state.bindings.extend(kept);
        for event in &events {
            self.state.next(event)?;
            self.watch.event(event, &self.state);
        }
        Ok(())
    }

    pub(super) fn settle(&mut self, change: ChangeKey, outcome: Outcome) -> Flow<()> {
        Ok(self.record(settled(change, outcome))?)
    }
}

/// Says that the org took a change, or holds what it would make. The change is done, unless Usher must wait for
/// something.
pub(super) fn taken(piece: Piece<'_>, how: How, values: BTreeMap<String, Value>) -> Event {
    let (key, change) = (piece.key(), piece.change);
    let mut results = change.results.iter();
    let found = results.any(|result| matches!(result.source, Source::Found { .. }));
    if change.waits.is_empty() && !found && !values.contains_key(kind::DEPLOYMENT) {
        return settled(key, Outcome::Done { how, values });
    }
    Event::Answered {
        change: key,
        values,
        how,
    }
}
