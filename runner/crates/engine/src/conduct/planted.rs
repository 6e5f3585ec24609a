//! Bugs that can be switched on, so that the fault sweep can show that it finds them. A release build has none of them.

use std::collections::BTreeMap;

use usher_core::change::Change;
use usher_core::operation::ConfigureSettings;
use usher_core::read::Refusal;
use usher_core::run::{DEPLOYMENT_FAILED, Event, How, Outcome};

use crate::client::OrgError;
use crate::conduct::piece::Piece;
use crate::conduct::standing::{Standing, There};
use crate::conduct::written::taken as taken_as;
use crate::conduct::{Conductor, Flow};
use crate::org_time::Moment;
use crate::port::LogError;

/// One bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// An outcome is written down before its answer has come.
    OutcomeBeforeAnswer,
    /// A create whose answer was lost is sent again without being looked for.
    BlindResend,
    /// An error of the server means that the org did not act.
    TrustsErrors,
    /// Usher does not look for a record before it sends its create for the first time.
    NoLook,
    /// Usher takes any record under the key of a create for the planned one.
    Anyones,
    /// Usher overwrites a change of another user.
    Overwrites,
    /// Usher ignores another process that writes to the run.
    SecondWriter,
    /// Usher takes this machine's clock for the org's.
    WallClock,
    /// A change that acted, and failed while Usher waited for it, counts as never made.
    ForgetsActed,
}

/// Every bug by its name.
const NAMES: [(&str, Planted); 9] = [
    ("outcome-before-answer", Planted::OutcomeBeforeAnswer),
    ("blind-resend", Planted::BlindResend),
    ("trusts-500", Planted::TrustsErrors),
    ("no-look", Planted::NoLook),
    ("anyones", Planted::Anyones),
    ("overwrites", Planted::Overwrites),
    ("second-writer", Planted::SecondWriter),
    ("wall-clock", Planted::WallClock),
    ("forgets-acted", Planted::ForgetsActed),
];

impl Planted {
    /// The bug of that name.
    pub fn named(name: &str) -> Option<Self> {
        let known = NAMES.iter().find(|(known, _)| *known == name);
        known.map(|(_, bug)| *bug)
    }
}

impl Conductor<'_> {
    /// Plants [`Planted::TrustsErrors`]: the error as a refusal.
    pub(super) fn trusted(&self, error: OrgError) -> OrgError {
        match error {
            OrgError::Unavailable(message) if self.is(Planted::TrustsErrors) => {
                OrgError::Refused(Refusal {
                    status: 500,
                    code: "SERVER_ERROR".to_owned(),
                    message,
                })
            }
            other => other,
        }
    }

    /// Plants [`Planted::NoLook`], [`Planted::Anyones`] and [`Planted::Overwrites`]: the standing of a change as the
    /// bug sees it.
    pub(super) fn misjudged(&self, change: &Change, standing: Standing) -> Standing {
        let creates = change.operation.binds_id();
        match standing {
            Standing::There(_) | Standing::Differs { .. }
                if creates && self.is(Planted::NoLook) =>
            {
                Standing::AsBefore(None)
            }
            Standing::Moved(_) if self.is(Planted::Overwrites) => Standing::AsBefore(None),
            Standing::Differs { values, .. } if self.is(Planted::Anyones) => {
                let ours = false;
                Standing::There(There { values, ours })
            }
            other => other,
        }
    }

    /// Plants [`Planted::SecondWriter`]: writes the events down after those of the other process.
    pub(super) fn appended(
        &mut self,
        events: &[Event],
        written: Result<(), LogError>,
    ) -> Result<(), LogError> {
        match written {
            Err(LogError::OtherWriter { found, .. }) if self.is(Planted::SecondWriter) => self
                .journal
                .append_all(found + 1, events, self.clock.now_ms()),
            written => written,
        }
    }

    /// Plants [`Planted::WallClock`]: the time at the org as the bug sees it.
    pub(super) fn seeming(&self, moment: Moment) -> Moment {
        match self.is(Planted::WallClock) {
            true => Moment {
                ms: self.clock.now_ms(),
                ..moment
            },
            false => moment,
        }
    }

    /// Plants [`Planted::ForgetsActed`]: the outcome without the fact that the org took the change.
    pub(super) fn forgotten(&self, mut outcome: Outcome) -> Outcome {
        if let Outcome::Failed { how, code, .. } = &mut outcome
            && self.is(Planted::ForgetsActed)
        {
            *how = None;
            // The one failure that leaves nothing.
            DEPLOYMENT_FAILED.clone_into(code);
        }
        outcome
    }

    fn is(&self, bug: Planted) -> bool {
        self.planted == Some(bug)
    }

    /// Plants [`Planted::OutcomeBeforeAnswer`] for changes whose answer binds nothing. Says whether it did.
    pub(super) async fn outcome_before_answer(&mut self, pieces: &[Piece<'_>]) -> Flow<bool> {
        let silent = |piece: &Piece<'_>| {
            let operation = &piece.change.operation;
            let of_record = operation.record().is_some();
            of_record || operation.of::<ConfigureSettings>().is_some()
        };
        if !self.is(Planted::OutcomeBeforeAnswer) || !pieces.iter().all(silent) {
            return Ok(false);
        }
        let taken = pieces.iter();
        let taken = taken.map(|piece| taken_as(*piece, How::Sent, BTreeMap::new()));
        self.record_all(taken.collect())?;
        let _never_looked_at = self.act(pieces).await;
        Ok(true)
    }

    /// Plants [`Planted::BlindResend`]: the change is sent again without a look.
    pub(super) fn blind_resend(&self, piece: Piece<'_>) -> Option<Event> {
        let creates = piece.change.operation.binds_id();
        if !self.is(Planted::BlindResend) || !creates {
            return None;
        }
        Some(Event::NotActed {
            change: piece.key(),
            why: "no answer came".to_owned(),
            doubted: false,
        })
    }
}
