//! What became of a request whose answer was lost, or that was refused. No plugin is needed to see it.

use serde_json::Value;
use usher_core::change::Change;
use usher_core::plan::PlannedStep;
use usher_core::read::Record;
use usher_core::run::Differing;

use crate::conduct::sight::Sight;
use crate::conduct::standing::{Standing, There, Values, moved};
use crate::conduct::{Conductor, key};
use crate::org::OrgError;

/// What looking for a lost request found.
pub(super) enum Looked {
    /// It acted, or somebody else did the same.
    Acted(There),
    /// What is there is not what was sent.
    Differs {
        values: Values,
        fields: Vec<Differing>,
    },
    /// It certainly did not, or repeating it does no harm.
    DidNotAct,
    /// It may still be running: in so many milliseconds it cannot be any more.
    MayStillRun { in_ms: u64 },
    /// A person must decide.
    Unclear(String),
}

/// How far off a time may be when it is judged whose a record is: a `Date` counts whole seconds, and an answer takes
/// its time to come.
const TOLD_APART_MS: i64 = 5_000;

/// The same for an org that does not tell its time: then its clock and ours may be apart.
const CLOCKS_APART_MS: i64 = 60_000;

impl Conductor<'_> {
    /// Whether a change that was sent has acted. `sight`: a look at its records.
    pub(super) async fn look_after(
        &self,
        step: &PlannedStep,
        change: &Change,
        sight: &Sight,
    ) -> Result<Looked, OrgError> {
        Ok(match self.standing(step, change, sight).await? {
            Standing::AsWanted => Looked::Acted(There {
                values: Values::new(),
                ours: true,
            }),
            Standing::There(there) => Looked::Acted(there),
            Standing::Differs { values, fields } => Looked::Differs { values, fields },
            Standing::AsBefore(_) | Standing::Shared(_) => self.absent(step, change),
            Standing::Moved(fields) => Looked::Unclear(format!(
                "it is neither as before nor as wanted: {}",
                moved(&fields)
            )),
            Standing::Gone => Looked::Unclear("what it changes is not there".into()),
            Standing::Unclear(reason) => Looked::Unclear(reason),
        })
    }

    /// What it means that nothing is there under a key.
    pub(super) fn not_there(&self, step: &PlannedStep, change: &Change, enforced: bool) -> Looked {
        let sent = self.state.sendings.get(&key(step, change));
        let last_ms = sent.map_or(0, |sent| sent.last_ms);
        let over_ms = last_ms.saturating_add(self.org.outlives_ms().cast_signed());
        match u64::try_from(over_ms.saturating_sub(self.at_org().ms)) {
            Ok(in_ms) if in_ms > 0 && !enforced => Looked::MayStillRun { in_ms },
            _ => Looked::DidNotAct,
        }
    }

    /// Whether a record that was found is what our own request made: by its author, who may be any user in whose name
    /// the run was carried out, and not older than the request. What says neither counts as ours; what was never sent
    /// made nothing.
    pub(super) fn made_by_us(&self, step: &PlannedStep, change: &Change, record: &Record) -> bool {
        let Some(sent) = self.state.sendings.get(&key(step, change)) else {
            return false;
        };
        let text = |field: &str| record.get(field).and_then(Value::as_str);
        let by_us = text("CreatedById").is_none_or(|author| self.state.is_own_user(author));
        let apart_ms = match sent.is_told {
            true => TOLD_APART_MS,
            false => CLOCKS_APART_MS,
        };
        let after = text("CreatedDate")
            .and_then(milliseconds)
            .is_none_or(|made_ms| made_ms >= sent.first_ms.saturating_sub(apart_ms));
        by_us && after
    }
}

/// `2026-11-22T10:00:00.000+0000` in milliseconds since 1970.
fn milliseconds(time: &str) -> Option<i64> {
    let time = jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", time).ok()?;
    Some(time.as_millisecond())
}
