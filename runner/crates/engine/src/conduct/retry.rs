//! Sending again: which answers mean that a request certainly did not act, and how long to wait before it
//! is sent once more. Classes after `salesforce-api` notes §1.9, §9.5 and §10.

use usher_core::change::Change;
use usher_core::plan::PlannedStep;
use usher_core::run::Notice;

use crate::conduct::{Conductor, Flow, key};
use crate::org::OrgError;

/// How often one change is sent. Five pauses make half a minute: longer than any lock that a save holds.
pub(super) const SENDINGS_MAX: u32 = 6;

/// The first pause; each further one is twice as long.
const PAUSE_MS_MIN: u64 = 1_000;

/// The longest pause between two sendings.
const PAUSE_MS_MAX: u64 = 16_000;

/// What an error says about the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It did not act, and may be taken later.
    NotNow,
    /// It never left, or was not let in.
    NotLetIn,
    /// It may have acted.
    Unknown,
    /// The org says no.
    No,
    /// Usher does not send it.
    Never,
}

/// Refusals that say nothing against a change, only against the moment.
const NOT_NOW: &[&str] = &[
    "UNABLE_TO_LOCK_ROW",
    "ALREADY_IN_PROCESS",
    "REQUEST_LIMIT_EXCEEDED",
    "SERVER_UNAVAILABLE",
];

/// What an error means.
pub(super) fn meaning(error: &OrgError) -> Meaning {
    match error {
        OrgError::Throttled(_) => Meaning::NotNow,
        OrgError::Refused(refusal) if NOT_NOW.contains(&refusal.code.as_str()) => Meaning::NotNow,
        OrgError::Refused(_) => Meaning::No,
        OrgError::Unreachable(_) | OrgError::SignedOut(_) => Meaning::NotLetIn,
        OrgError::Barred(_) => Meaning::Never,
        // An answer that nobody can read comes from an org that may have acted.
        OrgError::Lost(_)
        | OrgError::Unavailable(_)
        | OrgError::TooMuch(_)
        | OrgError::Malformed(_) => Meaning::Unknown,
    }
}

/// The pause before a change is sent that was sent so often.
pub(super) fn pause_ms(sent: u32) -> u64 {
    match sent {
        0 => 0,
        sent => (PAUSE_MS_MIN << (sent - 1).min(10)).min(PAUSE_MS_MAX),
    }
}

impl Conductor<'_> {
    /// How often a change was sent.
    pub(super) fn sent(&self, step: &PlannedStep, change: &Change) -> u32 {
        let sendings = self.state.sendings.get(&key(step, change));
        sendings.map_or(0, |sendings| sendings.count)
    }

    /// Waits before changes are sent again, and takes fewer of them at once each time: rows that lock each
    /// other out come through alone.
    pub(super) async fn pause_before_again<T>(
        &mut self,
        step: &PlannedStep,
        ready: &mut Vec<(&Change, T)>,
    ) -> Flow<()> {
        let sent = ready
            .iter()
            .map(|(change, _)| self.sent(step, change))
            .max()
            .unwrap_or(0);
        if sent == 0 {
            return Ok(());
        }
        ready.truncate((ready.len() >> sent.min(31)).max(1));
        let in_ms = pause_ms(sent);
        let notice = Notice::Again {
            step: &step.id,
            why: &ready[0].0.summary,
            in_ms,
        };
        self.watch.notice(&notice);
        self.pause(in_ms).await
    }
}
