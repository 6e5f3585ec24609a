//! Sending again: how often, and the pause before it.

use usher_core::limit;
use usher_core::plan::PlannedStep;
use usher_core::run::Notice;

use crate::conduct::piece::Piece;
use crate::conduct::{Conductor, Flow};

/// The number of times that one change is sent, unless its recipe says otherwise. Five pauses make half a minute: longer than
/// any lock that a save holds.
const SENDINGS_MAX: u32 = 6;

/// The first pause; each further one is twice as long.
const PAUSE_MS_MIN: u64 = 1_000;

/// The longest pause between two sendings.
const PAUSE_MS_MAX: u64 = 16_000;

/// The number of times that a change of this step is sent.
pub(super) fn sendings_max(step: &PlannedStep) -> u32 {
    // A plan from a file may say anything.
    let again = |times: u32| times.min(limit::RETRY_TIMES_MAX) + 1;
    step.terms
        .retry
        .map_or(SENDINGS_MAX, |retry| again(retry.times))
}

/// The pause before a change of this step is sent again, by the number of its sendings.
pub(super) fn pause_of(step: &PlannedStep, sent: u32) -> u64 {
    let wait_ms = step.terms.retry.and_then(|retry| retry.wait_ms);
    wait_ms.map_or_else(
        || pause_ms(sent),
        |ms| u64::from(ms.min(limit::RETRY_WAIT_MS_MAX)),
    )
}

/// Returns the pause before a change is sent again, by the number of its sendings.
pub(super) fn pause_ms(sent: u32) -> u64 {
    match sent {
        0 => 0,
        sent => (PAUSE_MS_MIN << (sent - 1).min(10)).min(PAUSE_MS_MAX),
    }
}

impl Conductor<'_> {
    /// Returns the number of times that a change was sent.
    pub(super) fn sent(&self, piece: Piece<'_>) -> u32 {
        let sendings = self.state.sendings.get(&piece.key());
        sendings.map_or(0, |sendings| sendings.count)
    }

    /// Waits before changes are sent again, and takes fewer of them at once each time: rows that lock each
    /// other out come through alone.
    pub(super) async fn pause_before_again<'c>(
        &mut self,
        pieces: &[Piece<'c>],
    ) -> Flow<Vec<Piece<'c>>> {
        let sent = pieces.iter().map(|piece| self.sent(*piece));
        let sent = sent.max().unwrap_or(0);
        if sent == 0 {
            return Ok(pieces.to_vec());
        }
        let fewer = (pieces.len() >> sent.min(31)).max(1);
        // The org may have said how long it wants to be left alone.
        let in_ms = pause_of(pieces[0].step, sent).max(self.org.after_ms());
        let notice = Notice::Again {
            step: &pieces[0].step.id,
            why: &pieces[0].change.summary,
            in_ms,
        };
        self.watch.notice(&notice);
        self.pause(in_ms).await?;
        Ok(pieces[..fewer].to_vec())
    }
}
