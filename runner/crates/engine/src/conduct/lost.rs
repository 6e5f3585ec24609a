//! What became of a request whose answer was lost, or that was refused. No plugin is needed to see it.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::change::Change;
use usher_core::operation::Lookup;
use usher_core::plan::PlannedStep;
use usher_core::read::Record;

use crate::conduct::standing::Standing;
use crate::conduct::{Conductor, key};
use crate::org::OrgError;
use crate::reads;

/// What looking for a lost request found.
pub(super) enum Looked {
    /// It acted, or somebody else did the same; what it bound.
    Acted {
        values: BTreeMap<String, Value>,
        ours: bool,
    },
    /// It certainly did not, or repeating it does no harm.
    DidNotAct,
    /// It may still be running: in so many milliseconds it cannot be any more.
    MayStillRun { in_ms: u64 },
    /// A person must decide.
    Unclear(String),
}

/// How far apart the org's clock and ours may be when it is judged whose a record is.
const CLOCKS_APART_MS: i64 = 60_000;

impl Conductor<'_> {
    /// Whether a change has acted that is seen by comparing what it sets.
    pub(super) async fn look_at_standing(
        &self,
        step: &PlannedStep,
        change: &Change,
    ) -> Result<Looked, OrgError> {
        Ok(match self.standing(step, change).await? {
            Standing::AsWanted => Looked::Acted {
                values: BTreeMap::new(),
                ours: true,
            },
            Standing::AsBefore(_) | Standing::Shared(_) => Looked::DidNotAct,
            Standing::Moved => Looked::Unclear("it is neither as before nor as wanted".into()),
            Standing::Gone => Looked::Unclear("what it changes is not there".into()),
        })
    }

    /// What it means that nothing is there. Absence proves nothing while the request may still be running,
    /// unless Salesforce itself refuses a second one.
    pub(super) fn absent(&self, step: &PlannedStep, change: &Change, enforced: bool) -> Looked {
        let sent = self.state.sendings.get(&key(step, change));
        let last_ms = sent.map_or(0, |sent| sent.last_ms);
        let over_ms = last_ms.saturating_add(self.org.outlives_ms().cast_signed());
        match u64::try_from(over_ms.saturating_sub(self.clock.now_ms())) {
            Ok(in_ms) if in_ms > 0 && !enforced => Looked::MayStillRun { in_ms },
            _ => Looked::DidNotAct,
        }
    }

    /// Records with who made them and when, where the object says so.
    pub(super) async fn found_records(&self, lookup: Lookup) -> Result<Vec<Record>, OrgError> {
        let mut with_author = lookup.clone();
        with_author
            .fields
            .extend(["CreatedById".to_owned(), "CreatedDate".to_owned()]);
        match reads::read_now(self.org, with_author).await {
            // Not every object has them.
            Err(OrgError::Refused(_)) => reads::read_now(self.org, lookup).await,
            answer => answer,
        }
    }

    /// Whether a record that was found is what our own request made: by its author, and not older than the
    /// request. What says neither counts as ours.
    pub(super) fn made_by_us(&self, step: &PlannedStep, change: &Change, record: &Record) -> bool {
        let sent = self.state.sendings.get(&key(step, change));
        let first_ms = sent.map_or(0, |sent| sent.first_ms);
        let text = |field: &str| record.get(field).and_then(Value::as_str);
        let me = self.state.plan.as_ref().map(|plan| &plan.org.user_id);
        let by_me = text("CreatedById").zip(me).is_none_or(|(author, me)| {
            usher_core::id::canonical(author) == usher_core::id::canonical(me)
        });
        let after = text("CreatedDate")
            .and_then(milliseconds)
            .is_none_or(|made_ms| made_ms >= first_ms.saturating_sub(CLOCKS_APART_MS));
        by_me && after
    }
}

/// `2026-11-22T10:00:00.000+0000` in milliseconds since 1970.
fn milliseconds(time: &str) -> Option<i64> {
    let time = jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", time).ok()?;
    Some(time.as_millisecond())
}
