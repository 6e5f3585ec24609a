//! One slice of an ingest job: its rows are saved together as a client's are, each row for itself
//! (docs/salesforce/bulk.md#processing).

use std::collections::BTreeSet;

use serde_json::Value;
use usher_core::id;

use crate::bulk::columns;
use crate::bulk::given::{Given, Rows};
use crate::bulk::job::{Job, List, Operation};
use crate::bulk::kept;
use crate::hand::Hand;
use crate::recycle_bin;
use crate::refusal::{Outcome, Refusal};
use crate::save;
use crate::schema::{Object, object};
use crate::tenant::Tenant;
use crate::upsert::{self, Upserted};

/// A row that was saved.
struct Saved {
    id: String,
    created: bool,
}

/// A row that was refused, and the record that it was meant for, if there is one.
struct Refused {
    id: String,
    refusal: Refusal,
}

type Done = Result<Saved, Refused>;

/// Saves the rows of one slice and notes their results. A reason: the whole job fails, and nothing was saved.
pub(super) fn slice(org: &Tenant<'_>, job: &mut Job, content: &str) -> Outcome<Result<(), String>> {
    let Some(object) = object(&job.object) else {
        return Ok(Err(format!("Entity '{}' is not there", job.object)));
    };
    let header = job.header.clone().unwrap_or_default();
    let names = match job.format.records(&header).next() {
        Some(Ok(record)) => record.cells,
        _ => Vec::new(),
    };
    let columns = match columns::read(org, object, job, &names)? {
        Ok(columns) => columns,
        Err(reason) => return Ok(Err(reason)),
    };
    let mut rows = Vec::new();
    for record in job.format.records(content) {
        match record {
            Ok(record) => rows.push(record.cells),
            // The data was looked at when it came.
            Err(_) => return Ok(Err("InvalidBatch : Failed to parse CSV".to_owned())),
        }
    }
    let external_id = job.external_id.clone();
    let org = &together(org, object, job, rows.len());
    let loader = Loader {
        org,
        object,
        operation: job.operation,
        rows: Rows {
            org,
            columns: &columns,
            key: external_id.as_deref(),
        },
    };
    let mut keys = BTreeSet::new();
    for cells in &rows {
        let done = loader.row(cells, &mut keys);
        note(org, job, cells, &done)?;
    }
    Ok(Ok(()))
}

/// The request of a slice: deleting many permission set assignments together is a rule of its own.
fn together<'t>(org: &'t Tenant<'_>, object: &Object, job: &Job, rows: usize) -> Tenant<'t> {
    match (object.name, job.operation) {
        ("PermissionSetAssignment", operation) if operation.deletes() => org.unassigning(rows),
        _ => org.at_version(org.version),
    }
}

/// Notes the result of a row (docs/salesforce/bulk.md#results).
fn note(org: &Tenant<'_>, job: &mut Job, cells: &[String], done: &Done) -> Outcome<()> {
    let cells = cells.iter().map(String::as_str);
    let (list, line) = match done {
        Ok(saved) => {
            let created = if saved.created { "true" } else { "false" };
            let first = [saved.id.as_str(), created];
            (
                List::Successful,
                job.format.line(first.into_iter().chain(cells)),
            )
        }
        Err(Refused { id, refusal }) => {
            let error = error(refusal);
            let first = [id.as_str(), error.as_str()];
            (
                List::Failed,
                job.format.line(first.into_iter().chain(cells)),
            )
        }
    };
    kept::add_line(org, &job.id, list, job.processed, &line)?;
    job.processed += 1;
    job.failed += u64::from(done.is_err());
    Ok(())
}

/// `REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --`
fn error(refusal: &Refusal) -> String {
    let fields = refusal.fields.as_deref().unwrap_or_default().join(", ");
    let blank = if fields.is_empty() { "" } else { " " };
    format!("{}:{}:{fields}{blank}--", refusal.code, refusal.message)
}

/// One slice of a job at work.
struct Loader<'a> {
    org: &'a Tenant<'a>,
    object: &'static Object,
    operation: Operation,
    rows: Rows<'a>,
}

impl Loader<'_> {
    fn row(&self, cells: &[String], keys: &mut BTreeSet<String>) -> Done {
        let nowhere = |refusal| Refused {
            id: String::new(),
            refusal,
        };
        let given = self.rows.given(cells).map_err(nowhere)?;
        match self.operation {
            Operation::Insert => self.insert(given).map_err(nowhere),
            Operation::Upsert => self.upsert(given, keys),
            Operation::Delete => self.at(&given.id, |id| save::delete(self.org, self.object, id)),
            Operation::HardDelete => self.at(&given.id, |id| self.hard_delete(id)),
            _ => self.at(&given.id, |id| {
                save::update(self.org, self.object, id, &given.fields, Hand::Client)
            }),
        }
    }

    /// Deletes a record past the recycle bin, with what goes with it (docs/salesforce/bulk.md#ingest).
    fn hard_delete(&self, id: &str) -> Outcome<()> {
        self.org.unit(|| {
            save::delete(self.org, self.object, id)?;
            recycle_bin::empty(self.org, id)?;
            Ok(())
        })
    }

    fn insert(&self, given: Given) -> Outcome<Saved> {
        if !given.id.is_empty() {
            let message = "cannot specify Id in an insert call";
            let code = "INVALID_FIELD_FOR_INSERT_UPDATE";
            return Err(Refusal::save(code, message, &["Id"]));
        }
        let id = save::create(self.org, self.object, &given.fields, Hand::Client)?;
        Ok(Saved { id, created: true })
    }

    fn upsert(&self, mut given: Given, keys: &mut BTreeSet<String>) -> Done {
        let nowhere = |refusal| Refused {
            id: String::new(),
            refusal,
        };
        let Some((field, key)) = given.key.take() else {
            // The row names its record by `Id`, or is a new one.
            return match given.id.is_empty() {
                true => self.insert(given).map_err(nowhere),
                false => self.at(&given.id, |id| {
                    save::update(self.org, self.object, id, &given.fields, Hand::Client)
                }),
            };
        };
        if !key.is_empty() && !keys.insert(key.to_lowercase()) {
            return Err(nowhere(upsert::duplicate(field, &key)));
        }
        let key = Value::from(key);
        let found = upsert::find(self.org, self.object, field, &key).map_err(nowhere)?;
        given.fields.insert(field.name.to_owned(), key);
        match upsert::upsert(self.org, self.object, field, &given.fields) {
            Ok(Upserted { id, created }) => Ok(Saved { id, created }),
            Err(refusal) => Err(Refused {
                id: match found.as_slice() {
                    [id] => id.clone(),
                    _ => String::new(),
                },
                refusal,
            }),
        }
    }

    /// Does something with the record of that id.
    fn at(&self, given: &str, change: impl FnOnce(&str) -> Outcome<()>) -> Done {
        let refused = |id: &str, refusal| Refused {
            id: id.to_owned(),
            refusal,
        };
        if given.is_empty() {
            let message = format!("Id not specified in {} call", self.call());
            return Err(refused(
                "",
                Refusal::save("MISSING_ARGUMENT", message, &["Id"]),
            ));
        }
        let Some(id) = id::canonical(given).filter(|id| id.starts_with(self.object.prefix)) else {
            let message = format!(
                "{} ID: id value of incorrect type: {given}",
                self.object.label
            );
            return Err(refused("", Refusal::save("MALFORMED_ID", message, &["Id"])));
        };
        match self.org.row(self.object, &id) {
            Err(refusal) => Err(refused("", refusal)),
            Ok(None) => Err(refused(
                "",
                self.absent(&id).unwrap_or_else(|refusal| refusal),
            )),
            Ok(Some(_)) => match change(&id) {
                Ok(()) => Ok(Saved { id, created: false }),
                Err(refusal) => Err(refused(&id, refusal)),
            },
        }
    }

    /// The refusal of a row whose record is not there (docs/salesforce/bulk.md#processing).
    fn absent(&self, id: &str) -> Outcome<Refusal> {
        let absent = recycle_bin::absent(self.org, self.object, id)?;
        Ok(match absent.status == 404 && absent.code == "NOT_FOUND" {
            true => Refusal::save(
                "INVALID_CROSS_REFERENCE_KEY",
                "invalid cross reference id",
                &[],
            ),
            false => absent,
        })
    }

    fn call(&self) -> &'static str {
        match self.operation {
            operation if operation.deletes() => "a delete",
            _ => "an update",
        }
    }
}
