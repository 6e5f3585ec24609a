//! One batch of an ingest job: its rows are saved as a client's are, in chunks, each row for itself
//! (docs/salesforce/bulk.md#processing).

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use usher_core::id;

use crate::bulk::columns::{self, Column};
use crate::bulk::job::{self, Job, List, Operation};
use crate::hand::Hand;
use crate::refusal::{Outcome, Refusal};
use crate::row::text;
use crate::save;
use crate::schema::{Field, FieldKind, Object, object};
use crate::tenant::Tenant;
use crate::value;

/// Records that are saved together (docs/salesforce/bulk.md#processing).
const CHUNK: usize = 200;

/// The value that empties a field (docs/salesforce/bulk.md#csv).
const NULL: &str = "#N/A";

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

/// Saves the rows of one batch and notes their results. A reason: the whole job fails, and nothing was saved.
pub(super) fn batch(org: &Tenant<'_>, job: &mut Job, content: &str) -> Outcome<Result<(), String>> {
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
    for chunk in rows.chunks(CHUNK) {
        let loader = Loader {
            org: &chunked(org, object, job, chunk.len()),
            object,
            operation: job.operation,
            external_id: external_id.as_deref(),
            columns: &columns,
        };
        let mut keys = BTreeSet::new();
        for cells in chunk {
            let done = loader.row(cells, &mut keys);
            note(org, job, cells, &done)?;
        }
    }
    Ok(Ok(()))
}

/// The request of a chunk: deleting many permission set assignments together is a rule of its own.
fn chunked<'t>(org: &'t Tenant<'_>, object: &Object, job: &Job, rows: usize) -> Tenant<'t> {
    match (object.name, job.operation) {
        ("PermissionSetAssignment", Operation::Delete) => org.unassigning(rows),
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
    job::add_line(org, &job.id, list, job.processed, &line)?;
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

/// One chunk of a job at work.
struct Loader<'a> {
    org: &'a Tenant<'a>,
    object: &'static Object,
    operation: Operation,
    external_id: Option<&'a str>,
    columns: &'a [Column],
}

/// A row as it is saved: the id that it names, the key that finds it, and its other values.
#[derive(Default)]
struct Given {
    id: String,
    key: Option<(&'static Field, String)>,
    fields: Map<String, Value>,
}

impl Loader<'_> {
    fn row(&self, cells: &[String], keys: &mut BTreeSet<String>) -> Done {
        let nowhere = |refusal| Refused {
            id: String::new(),
            refusal,
        };
        let given = self.given(cells).map_err(nowhere)?;
        match self.operation {
            Operation::Insert => self.insert(given).map_err(nowhere),
            Operation::Upsert => self.upsert(given, keys),
            Operation::Delete => self.at(&given.id, |id| save::delete(self.org, self.object, id)),
            _ => self.at(&given.id, |id| {
                save::update(self.org, self.object, id, &given.fields, Hand::Client)
            }),
        }
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
        if key.is_empty() {
            // [inferred] The text.
            let message = format!("{} not specified", field.name);
            return Err(nowhere(Refusal::save(
                "MISSING_ARGUMENT",
                message,
                &[field.name],
            )));
        }
        if !keys.insert(key.to_lowercase()) {
            let message = format!("Duplicate external id specified: {key}");
            return Err(nowhere(Refusal::save(
                "DUPLICATE_VALUE",
                message,
                &[field.name],
            )));
        }
        let found = self.found(self.object, field, &key).map_err(nowhere)?;
        match found.as_slice() {
            [] => {
                given.fields.insert(field.name.to_owned(), Value::from(key));
                self.insert(given).map_err(nowhere)
            }
            [id] => self.at(id, |id| {
                save::update(self.org, self.object, id, &given.fields, Hand::Client)
            }),
            several => {
                let message = format!(
                    "{}: more than one record found for external id field: [{}]",
                    field.label,
                    several.join(", ")
                );
                Err(nowhere(Refusal::save(
                    "DUPLICATE_EXTERNAL_ID",
                    message,
                    &[field.name],
                )))
            }
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
        let there = self.org.row(self.object, &id);
        match there.map_err(|refusal| refused("", refusal))? {
            // The platform's words in public recordings of failed results.
            None => Err(refused(
                "",
                Refusal::save(
                    "INVALID_CROSS_REFERENCE_KEY",
                    "invalid cross reference id",
                    &[],
                ),
            )),
            Some(_) => match change(&id) {
                Ok(()) => Ok(Saved { id, created: false }),
                Err(refusal) => Err(refused(&id, refusal)),
            },
        }
    }

    fn call(&self) -> &'static str {
        match self.operation {
            Operation::Delete => "a delete",
            _ => "an update",
        }
    }

    /// The row as its columns name it. An empty value is no value.
    fn given(&self, cells: &[String]) -> Outcome<Given> {
        if cells.len() != self.columns.len() {
            let (values, columns) = (cells.len(), self.columns.len());
            let message = format!(
                "the practice org does not know what Salesforce does with a row of {values} values below {columns} columns"
            );
            return Err(Refusal::save("INVALID_INPUT", message, &[]));
        }
        let mut given = Given::default();
        for (column, cell) in self.columns.iter().zip(cells) {
            let is_key = |field: &Field| {
                self.operation == Operation::Upsert
                    && self
                        .external_id
                        .is_some_and(|name| name.eq_ignore_ascii_case(field.name))
            };
            match column {
                Column::Field(field) if matches!(field.kind, FieldKind::Id) => {
                    given.id = value::trimmed(cell).to_owned();
                }
                Column::Field(field) if is_key(field) => {
                    given.key = Some((field, value::trimmed(cell).to_owned()));
                }
                _ if cell.is_empty() => {}
                Column::Field(field) => {
                    let value = read(field, cell)?;
                    given.fields.insert(field.name.to_owned(), value);
                }
                Column::Parent { field, target, by } => {
                    let value = self.parent(target, by, cell)?;
                    given.fields.insert(field.name.to_owned(), value);
                }
            }
        }
        Ok(given)
    }

    /// The id of the parent that a value finds.
    fn parent(&self, target: &'static Object, by: &Field, cell: &str) -> Outcome<Value> {
        if cell == NULL {
            return Ok(Value::Null);
        }
        let found = self.found(target, by, value::trimmed(cell))?;
        match found.as_slice() {
            [id] => Ok(Value::from(id.as_str())),
            [] => {
                let message = format!(
                    "Foreign key external ID: {} not found for field {} in entity {}",
                    value::trimmed(cell),
                    by.name,
                    target.name
                );
                Err(Refusal::save("INVALID_FIELD", message, &[]))
            }
            several => {
                // [inferred] That the row is refused with the code and words of an upsert.
                let message = format!(
                    "{}: more than one record found for external id field: [{}]",
                    by.label,
                    several.join(", ")
                );
                Err(Refusal::save("DUPLICATE_EXTERNAL_ID", message, &[by.name]))
            }
        }
    }

    /// The ids of the records that hold a key.
    fn found(&self, object: &'static Object, by: &Field, key: &str) -> Outcome<Vec<String>> {
        let key = match by.kind {
            FieldKind::Id => match id::canonical(key) {
                Some(id) => Value::from(id),
                None => return Ok(Vec::new()),
            },
            _ => Value::from(key),
        };
        let rows = self.org.rows(object, &[(by.name, key)])?;
        Ok(rows.iter().map(|row| text(row, "Id").to_owned()).collect())
    }
}

/// A value as text, when the field takes it.
fn read(field: &Field, cell: &str) -> Outcome<Value> {
    if cell == NULL {
        return Ok(Value::Null);
    }
    let value = Value::from(cell);
    match value::checked(field, &value) {
        Err(refusal) if refusal.code == "JSON_PARSER_ERROR" => {
            let message = format!("{}: value not of required type: {cell}", field.label);
            let code = "INVALID_TYPE_ON_FIELD_IN_RECORD";
            Err(Refusal::save(code, message, &[field.name]))
        }
        // Saving says all the rest, in its order.
        _ => Ok(value),
    }
}
