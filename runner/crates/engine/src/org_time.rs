//! The org's clock, as the `Date` headers of its answers show it (RFC 9110, 6.6.1: every server with a clock sends
//! one). It decides whose a record is, and how long a request may still be running: the clock of this machine may be
//! wrong, and may be set while a run is carried out.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use jiff::fmt::rfc2822;

use crate::port::Clock;

/// Answers that the org's time is taken from: one that differs from the others does not count.
const SAMPLES_MAX: usize = 5;

/// The time at the org. Shared by the wire that hears it and the run that asks for it.
#[derive(Clone, Debug)]
pub struct OrgTime {
    /// This machine's time at tick 0, as its clock said when this began.
    ours_ms: i64,
    /// The org's time at tick 0, as each of its last answers said.
    theirs_ms: Arc<Mutex<VecDeque<i64>>>,
}

/// A moment at the org.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970, UTC.
    pub ms: i64,
    /// The org told it; else it is this machine's.
    pub is_told: bool,
}

impl OrgTime {
    /// Nothing is known of the org's clock yet.
    pub fn new(clock: &dyn Clock) -> Self {
        Self {
            ours_ms: at_tick_0(clock.now_ms(), clock),
            theirs_ms: Arc::default(),
        }
    }

    /// Returns the time at the org.
    pub fn now(&self, clock: &dyn Clock) -> Moment {
        let theirs = self.theirs();
        let tick_0 = theirs.unwrap_or(self.ours_ms);
        Moment {
            ms: tick_0.saturating_add(clock.ticks_ms().cast_signed()),
            is_told: theirs.is_some(),
        }
    }

    /// The org's time at tick 0: the middle of what its answers say; of two in the middle the one nearer to ours.
    fn theirs(&self) -> Option<i64> {
        let mut said: Vec<i64> = self.lock().iter().copied().collect();
        said.sort_unstable();
        let upper = said.get(said.len() / 2).copied()?;
        if said.len() % 2 == 1 {
            return Some(upper);
        }
        let lower = said[said.len() / 2 - 1];
        let both = [lower, upper].into_iter();
        both.min_by_key(|ms| ms.abs_diff(self.ours_ms))
    }

    pub(crate) fn hear(&self, answer: &http::Response<Bytes>, clock: &dyn Clock) {
        let Some(date_ms) = date_of(answer) else {
            return;
        };
        let mut said = self.lock();
        said.push_back(at_tick_0(date_ms, clock));
        if said.len() > SAMPLES_MAX {
            said.pop_front();
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<i64>> {
        // Nothing panics while it holds the lock.
        self.theirs_ms
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time at which an answer was made, in milliseconds since 1970.
pub(crate) fn date_of(answer: &http::Response<Bytes>) -> Option<i64> {
    let date = answer.headers().get(http::header::DATE)?;
    milliseconds(date.to_str().ok()?)
}

/// Returns the time at tick 0 when the time now is `ms`.
fn at_tick_0(ms: i64, clock: &dyn Clock) -> i64 {
    ms.saturating_sub(clock.ticks_ms().cast_signed())
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` in milliseconds since 1970.
fn milliseconds(date: &str) -> Option<i64> {
    let zoned = rfc2822::DateTimeParser::new().parse_zoned(date).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests;
