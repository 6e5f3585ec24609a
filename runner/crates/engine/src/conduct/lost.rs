//! Finds out whether a request acted whose answer was lost, or that was refused. Needs no plugin for it.

use serde_json::Value;
use usher_core::limit;
use usher_core::read::Record;
use usher_core::run::{ChangeKey, ChangeState, Differing};

use crate::client::OrgError;
use crate::conduct::Conductor;
use crate::conduct::piece::Piece;
use crate::conduct::sight::Sight;
use crate::conduct::standing::{Standing, There, Values, moved};

/// The finding of a look for a lost request.
pub(super) enum Looked {
    /// It acted, or another user did the same.
    Acted(There),
    /// The org holds something else than what was sent.
    Differs {
        values: Values,
        fields: Vec<Differing>,
    },
    /// It certainly did not act, or repeating it does no harm.
    DidNotAct,
    /// It may still be running: in so many milliseconds it cannot be any more.
    MayStillRun { in_ms: u64 },
    /// A person must decide.
    Unclear(String),
}

/// The tolerance when Usher compares the time of a record with its requests: a `Date` header counts whole seconds, and
/// an answer takes its time to come.
const TOLD_APART_MS: i64 = 5_000;

/// The tolerance for an org that does not tell its time: its clock may differ from ours.
const CLOCKS_APART_MS: i64 = 60_000;

impl Conductor<'_> {
    /// Says whether a change that was sent has acted. `sight`: a look at its records.
    pub(super) async fn look_after(
        &self,
        piece: Piece<'_>,
        sight: &Sight,
    ) -> Result<Looked, OrgError> {
        Ok(match self.standing(piece, sight).await? {
            Standing::AsWanted => Looked::Acted(There {
                values: Values::new(),
                ours: true,
            }),
            Standing::There(there) => Looked::Acted(there),
            Standing::Differs { values, fields } => Looked::Differs { values, fields },
            Standing::AsBefore(_) | Standing::Shared(_) => self.absent(piece),
            Standing::Moved(fields) => Looked::Unclear(format!(
                "it is neither as before nor as wanted: {}",
                moved(&fields)
            )),
            Standing::Gone => Looked::Unclear("what it changes is not there".into()),
            Standing::Unclear(reason) => Looked::Unclear(reason),
        })
    }

    /// Judges a change that was sent when the org has nothing under its key.
    pub(super) fn not_there(&self, piece: Piece<'_>, enforced: bool) -> Looked {
        let key = piece.key();
        if enforced {
            return Looked::DidNotAct;
        }
        let sent = self.state.sendings.get(&key);
        if sent.is_some_and(|sent| sent.by_other) {
            let why = "another user sent it, and this one may not see what that made";
            return Looked::Unclear(why.to_owned());
        }
        match self.may_run_for(&key, 0) {
            0 => Looked::DidNotAct,
            in_ms => Looked::MayStillRun { in_ms },
        }
    }

    /// Returns the milliseconds for which the last sending, and what it sets going for `goes_on_ms`, may still be
    /// running.
    ///
    /// The process that sent the change counts in ticks; another process counts in the org's time, and in ticks from its
    /// own start, before which the change was sent: an org whose clock stands ends nothing. Waiting too long is better
    /// than sending twice.
    pub(super) fn may_run_for(&self, key: &ChangeKey, goes_on_ms: u64) -> u64 {
        let most = self.org.outlives_ms().saturating_add(goes_on_ms);
        let now = self.clock.ticks_ms();
        let since = |ticks: u64| most.saturating_sub(now.saturating_sub(ticks));
        if let Some(ticks) = self.memory.sent_ticks.get(key) {
            return since(*ticks);
        }
        let at_org = self.at_org();
        let by_ticks = since(self.memory.began_ticks);
        match self.state.sendings.get(key) {
            Some(sent) if sent.is_told && at_org.is_told => {
                let gone = at_org.ms.saturating_sub(sent.last_ms);
                by_ticks.min(most.saturating_sub(u64::try_from(gone).unwrap_or(0)))
            }
            _ => by_ticks,
        }
    }

    /// Says whether our own request made the record that was found: the author is right, and the record is neither
    /// older than the first request nor younger than the last one can make it. The author may be any user who carried
    /// the run out. A record that shows neither author nor time counts as ours. A change that was never sent, or was
    /// answered, made nothing.
    pub(super) fn made_by_us(&self, piece: Piece<'_>, record: &Record) -> bool {
        let key = piece.key();
        let Some(sent) = self.state.sendings.get(&key) else {
            return false;
        };
        let state = self.state.changes.get(&key);
        if !sent.doubted && !matches!(state, Some(ChangeState::InDoubt { .. })) {
            return false;
        }
        let text = |field: &str| record.get(field).and_then(Value::as_str);
        let by_us = text("CreatedById").is_none_or(|author| self.state.is_own_user(author));
        let apart_ms = match sent.is_told {
            true => TOLD_APART_MS,
            false => CLOCKS_APART_MS,
        };
        let lasts = self.org.outlives_ms().max(limit::READ_MS_MAX);
        let first = sent.first_ms.saturating_sub(apart_ms);
        let last = sent.last_ms.saturating_add(apart_ms);
        let last = last.saturating_add(lasts.cast_signed());
        let made = text("CreatedDate").or_else(|| text("SystemModstamp"));
        let made = made.and_then(milliseconds);
        by_us && made.is_none_or(|made_ms| (first..=last).contains(&made_ms))
    }
}

/// `2026-11-22T10:00:00.000+0000` in milliseconds since 1970.
fn milliseconds(time: &str) -> Option<i64> {
    let time = jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", time).ok()?;
    Some(time.as_millisecond())
}
