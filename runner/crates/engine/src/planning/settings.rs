//! The settings that a plan configures: their former values, and steps that contradict each other.

use serde_json::Value;
use usher_core::change::StepPlan;
use usher_core::operation::{ConfigureSettings, Field};
use usher_core::plan::{Conflict, PlannedStep, Wishes};
use usher_core::read::{ReadError, Record};
use usher_core::value::Scalar;

use crate::reads::Reader;

/// Returns the values that the fields of a plan's settings will have when their turn comes, by the change's address:
/// those of the org now, with the changes of earlier steps. Leaves out what cannot be known before then.
pub(super) async fn present(
    reader: &Reader,
    plan: &StepPlan,
) -> Result<Vec<(String, Record)>, ReadError> {
    let mut before = Vec::new();
    for change in &plan.changes {
        let Some(ConfigureSettings { settings, fields }) = change.operation.of() else {
            continue;
        };
        match reader.settings(settings).await {
            Ok(present) => before.push((change.address.clone(), of_fields(&present, fields))),
            Err(ReadError::Pending { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(before)
}

/// Steps that set one field of the same settings to different values.
pub(super) fn conflicts(steps: &[PlannedStep]) -> Vec<Conflict> {
    let mut wishes = Wishes::default();
    let mut found = Vec::new();
    for step in steps {
        for change in &step.plan.changes {
            let Some(ConfigureSettings { settings, fields }) = change.operation.of() else {
                continue;
            };
            for field in fields {
                if let Some(first) = wishes.add(step, settings, String::new(), field) {
                    found.push(Conflict {
                        object: settings.clone(),
                        field: field.name.clone(),
                        first,
                        second: step.unit(),
                    });
                }
            }
        }
    }
    found
}

fn of_fields(present: &Record, fields: &[Field]) -> Record {
    let values = fields.iter().filter_map(|field| {
        let value = present.get(&field.name).unwrap_or(&Value::Null);
        let known = Scalar::from_json(value).is_some_and(|value| value.is_known());
        known.then(|| (field.name.clone(), value.clone()))
    });
    values.collect()
}

#[cfg(test)]
mod tests;
