//! Bugs that can be switched on, so that the fault sweep can show that it finds them. There is nothing of
//! this in a release build.

use std::collections::BTreeMap;

use usher_core::change::Change;
use usher_core::operation::ConfigureSettings;
use usher_core::plan::PlannedStep;
use usher_core::run::{Event, How};

use crate::conduct::{Conductor, Flow, key};

/// One bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// An outcome is written down before the answer is there.
    OutcomeBeforeAnswer,
    /// A create whose answer was lost is sent again without being looked for.
    BlindResend,
}

impl Planted {
    /// The bug of that name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "outcome-before-answer" => Some(Self::OutcomeBeforeAnswer),
            "blind-resend" => Some(Self::BlindResend),
            _ => None,
        }
    }
}

impl Conductor<'_> {
    /// Plants [`Planted::OutcomeBeforeAnswer`] for changes whose answer binds nothing: whether they were done.
    pub(super) async fn outcome_before_answer(
        &mut self,
        step: &PlannedStep,
        changes: &[&Change],
    ) -> Flow<bool> {
        let silent = |change: &&Change| {
            let operation = &change.operation;
            let of_record = operation.record().is_some();
            of_record || operation.of::<ConfigureSettings>().is_some()
        };
        let planted = self.planted == Some(Planted::OutcomeBeforeAnswer);
        if !planted || !changes.iter().all(silent) {
            return Ok(false);
        }
        for change in changes {
            self.take(step, change, How::Sent, BTreeMap::new())?;
        }
        let _never_looked_at = self.act(changes).await;
        Ok(true)
    }

    /// Plants [`Planted::BlindResend`]: whether looking is left out.
    pub(super) fn blind_resend(&mut self, step: &PlannedStep, change: &Change) -> Flow<bool> {
        let creates = change.operation.binds_id();
        if self.planted != Some(Planted::BlindResend) || !creates {
            return Ok(false);
        }
        self.record(Event::NotActed {
            change: key(step, change),
            why: "no answer came".to_owned(),
        })?;
        Ok(true)
    }
}
