//! How the org stands to what a change sets or takes away, before the change is sent.

use usher_core::change::Change;
use usher_core::known::Known;
use usher_core::operation::{
    Condition, ConfigureSettings, DeleteRecord, Field, Lookup, Operation, UpdateRecord,
};
use usher_core::plan::PlannedStep;
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
    /// Neither as the plan saw it nor as wanted.
    Moved,
    /// The record is not there.
    Gone,
}

impl Conductor<'_> {
    /// Compares what a change sets, or takes away, with what the org holds now.
    pub(super) async fn standing(
        &self,
        step: &PlannedStep,
        change: &Change,
    ) -> Result<Standing, OrgError> {
        let known = Known(&self.state.bindings);
        let planned = step.before.get(&change.address);
        let (fields, present, same): (&[Field], _, Same) = match &change.operation {
            Operation::Update(UpdateRecord {
                object, id, fields, ..
            }) => {
                let names = fields.iter().map(|field| field.name.clone()).collect();
                let mut records = self.by_id(object, known.scalar(id)?, names).await?;
                let Some(record) = records.pop() else {
                    return Ok(Standing::Gone);
                };
                (fields, record, as_wanted)
            }
            Operation::Configure(ConfigureSettings { settings, fields }) => (
                fields,
                self.org.read_settings(settings).await?,
                same_setting,
            ),
            Operation::Deploy(_) => return self.deployment_standing(step, change).await,
            Operation::Delete(DeleteRecord { object, id }) => {
                let names = planned.map(|before| before.keys().cloned().collect());
                let names = names.unwrap_or_default();
                let mut records = self.by_id(object, known.scalar(id)?, names).await?;
                let Some(record) = records.pop() else {
                    return Ok(Standing::AsWanted);
                };
                (&[], record, as_wanted)
            }
            _ => return Ok(Standing::AsBefore(None)),
        };
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

    async fn by_id(
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
fn as_wanted(field: &str, there: &Scalar, wanted: &Scalar) -> bool {
    there.is_as_wanted(field, wanted)
}

/// Compares the field of settings. XML has no types: `true` is a boolean or that text, and a number is its
/// text.
pub(super) fn same_setting(_: &str, one: &Scalar, other: &Scalar) -> bool {
    let text = |value: &Scalar| match value {
        Scalar::Nothing => Some(String::new()),
        Scalar::Truth(truth) => Some(truth.to_string()),
        Scalar::Number(text) | Scalar::Text(text) | Scalar::Date(text) | Scalar::DateTime(text) => {
            Some(text.clone())
        }
        Scalar::Reference(_) | Scalar::Joined(_) => None,
    };
    text(one).is_some() && text(one) == text(other)
}
