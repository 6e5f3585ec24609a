//! Records: found by key or id, sent many in a request.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use usher_core::change::Change;
use usher_core::known::{Known, Unknown};
use usher_core::operation::{CreateRecord, DeleteRecord, Lookup, OfKind, UpdateRecord};
use usher_core::plan::PlannedStep;
use usher_core::read::Record;

use crate::conduct::Conductor;
use crate::conduct::lost::Looked;
use crate::conduct::send::Values;
use crate::conduct::standing::{Standing, as_wanted};
use crate::org::{Duplicates, OrgError, Saved};

impl Conductor<'_> {
    /// Compares what an update sets with what the org holds now.
    pub(in crate::conduct) async fn update_standing(
        &self,
        planned: Option<&Record>,
        update: &UpdateRecord,
    ) -> Result<Standing, OrgError> {
        let id = Known(&self.state.bindings).scalar(&update.id)?;
        let names = update.fields.iter().map(|field| field.name.clone());
        let mut records = self.by_id(&update.object, id, names.collect()).await?;
        match records.pop() {
            Some(record) => self.compared(planned, &update.fields, record, as_wanted),
            None => Ok(Standing::Gone),
        }
    }

    /// Sees whether the record is still there, and still as the plan saw it.
    pub(in crate::conduct) async fn deletion_standing(
        &self,
        planned: Option<&Record>,
        deletion: &DeleteRecord,
    ) -> Result<Standing, OrgError> {
        let id = Known(&self.state.bindings).scalar(&deletion.id)?;
        let names = planned.map(|before| before.keys().cloned().collect());
        let names = names.unwrap_or_default();
        let mut records = self.by_id(&deletion.object, id, names).await?;
        match records.pop() {
            Some(record) => self.compared(planned, &[], record, as_wanted),
            None => Ok(Standing::AsWanted),
        }
    }

    /// Looks for the record by its key.
    pub(in crate::conduct) async fn look_after_creation(
        &self,
        step: &PlannedStep,
        change: &Change,
        creation: &CreateRecord,
    ) -> Result<Looked, OrgError> {
        let CreateRecord { object, key, .. } = creation;
        let lookup = Lookup {
            object: object.clone(),
            fields: Vec::new(),
            conditions: Known(&self.state.bindings).conditions(&key.conditions)?,
        };
        let found = self.found_records(lookup).await?;
        Ok(match found.as_slice() {
            [] => self.absent(step, change, key.enforced),
            [record] => Looked::Acted {
                values: BTreeMap::from([(
                    "id".to_owned(),
                    record.get("Id").cloned().unwrap_or(Value::Null),
                )]),
                ours: self.made_by_us(step, change, record),
            },
            many => Looked::Unclear(format!("{} such `{object}` are there", many.len())),
        })
    }

    /// Creates the records of all changes. `first`: that of the first; the others are of its object and have its
    /// options.
    pub(in crate::conduct) async fn create(
        &self,
        first: &CreateRecord,
        changes: &[&Change],
    ) -> Vec<Result<Values, OrgError>> {
        let rows = self.rows(changes, |known, create: &CreateRecord| {
            known.object(&create.fields).map(Value::Object)
        });
        let duplicates = match first.allows_duplicates() {
            true => Duplicates::Allowed,
            false => Duplicates::AsRuled,
        };
        let saved = match rows {
            Ok(rows) => self.org.create(&first.object, rows, duplicates).await,
            Err(unknown) => Err(unknown.into()),
        };
        each(changes, saved)
    }

    /// Updates the records of all changes, which are of the object of the `first`.
    pub(in crate::conduct) async fn update(
        &self,
        first: &UpdateRecord,
        changes: &[&Change],
    ) -> Vec<Result<Values, OrgError>> {
        let rows = self.rows(changes, |known, update: &UpdateRecord| {
            let mut row = known.object(&update.fields)?;
            row.insert("Id".to_owned(), known.value(&update.id)?);
            Ok(Value::Object(row))
        });
        let saved = match rows {
            Ok(rows) => self.org.update(&first.object, rows).await,
            Err(unknown) => Err(unknown.into()),
        };
        each(changes, saved)
    }

    /// Deletes the records of all changes.
    pub(in crate::conduct) async fn delete(
        &self,
        changes: &[&Change],
    ) -> Vec<Result<Values, OrgError>> {
        let ids = self.rows(changes, |known, delete: &DeleteRecord| {
            known.value(&delete.id)
        });
        let saved = match ids {
            Ok(ids) => {
                let ids = ids.iter().filter_map(Value::as_str).map(str::to_owned);
                self.org.delete(&ids.collect::<Vec<_>>()).await
            }
            Err(unknown) => Err(unknown.into()),
        };
        each(changes, saved)
    }

    /// One row for each change: the record, or the id to delete.
    fn rows<K: OfKind>(
        &self,
        changes: &[&Change],
        row: impl Fn(&Known<'_>, &K) -> Result<Value, Unknown>,
    ) -> Result<Vec<Value>, Unknown> {
        let known = Known(&self.state.bindings);
        let operations = changes.iter().filter_map(|change| change.operation.of());
        operations.map(|operation| row(&known, operation)).collect()
    }
}

/// What the org says to each change.
fn each(changes: &[&Change], saved: Result<Vec<Saved>, OrgError>) -> Vec<Result<Values, OrgError>> {
    match saved {
        Ok(saved) => saved
            .into_iter()
            .map(|saved| match saved {
                Saved::Id(id) => Ok(BTreeMap::from([("id".to_owned(), json!(id))])),
                Saved::Refused(refusal) => Err(OrgError::Refused(refusal)),
            })
            .collect(),
        Err(error) => changes.iter().map(|_| Err(error.clone())).collect(),
    }
}
