//! How the org stands to what a change sets or takes away, before the change is sent.

use usher_core::known::Known;
use usher_core::operation::{Condition, Field, Lookup};
use usher_core::read::Record;
use usher_core::value::Scalar;

use crate::conduct::Conductor;
use crate::org::OrgError;
use crate::reads;

/// How what a field holds is compared with what it should hold.
pub(super) type Same = fn(field: &str, there: &Scalar, wanted: &Scalar) -> bool;

/// How the org stands to an update of a record, of settings or of components. Everything else counts as
/// [`Standing::AsBefore`].
pub(super) enum Standing {
    AsWanted,
    /// As before; what it holds, when that was looked at.
    AsBefore(Option<Record>),
    /// While undoing: as before, and somebody else has added this to it.
    Shared(String),
    /// Neither as the plan saw it nor as wanted.
    Moved,
    /// The record is not there.
    Gone,
}

impl Conductor<'_> {
    /// Compares fields that a change sets, and what the plan saw of them, with what is there now.
    pub(super) fn compared(
        &self,
        planned: Option<&Record>,
        fields: &[Field],
        present: Record,
        same: Same,
    ) -> Result<Standing, OrgError> {
        let known = Known(&self.state.bindings);
        let holds = |field: &str, wanted: &Scalar| {
            let value = present
                .get(field)
                .and_then(Scalar::from_json)
                .unwrap_or(Scalar::Nothing);
            same(field, &value, wanted)
        };
        let mut as_wanted = !fields.is_empty();
        for field in fields {
            as_wanted &= holds(&field.name, &known.scalar(&field.value)?);
        }
        let as_before = planned.into_iter().flatten().all(|(name, before)| {
            name == "Id" || Scalar::from_json(before).is_none_or(|before| holds(name, &before))
        });
        Ok(match (as_wanted, as_before) {
            (true, _) => Standing::AsWanted,
            (false, true) => {
                let set = |name: &str| fields.iter().any(|field| field.name == name);
                let before = present.into_iter().filter(|(name, _)| set(name));
                Standing::AsBefore(Some(before.collect()))
            }
            (false, false) => Standing::Moved,
        })
    }

    /// The record of that id.
    pub(super) async fn by_id(
        &self,
        object: &str,
        id: Scalar,
        fields: Vec<String>,
    ) -> Result<Vec<Record>, OrgError> {
        let lookup = Lookup {
            object: object.to_owned(),
            fields,
            conditions: vec![Condition::is("Id", id)],
        };
        reads::read_now(self.org, lookup).await
    }
}

/// Compares the field of a record.
pub(super) fn as_wanted(field: &str, there: &Scalar, wanted: &Scalar) -> bool {
    there.is_as_wanted(field, wanted)
}
