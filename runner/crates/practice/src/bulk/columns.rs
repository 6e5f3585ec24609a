//! The header of an ingest job's data: each column is a field, or a field of a parent that finds the parent
//! (docs/salesforce/bulk.md#columns).

use std::collections::BTreeSet;

use crate::bulk::job::{Job, Operation};
use crate::refusal::{Outcome, Refusal};
use crate::schema::{Field, Object, object};
use crate::tenant::Tenant;
use crate::upsert;

/// One column.
#[derive(Clone, Copy)]
pub(super) enum Column {
    Field(&'static Field),
    /// `Owner.Email`: the value finds a record of `target`, whose id is the value of `field`.
    Parent {
        field: &'static Field,
        target: &'static Object,
        by: &'static Field,
    },
}

/// The columns of a header, or the reason for which the job fails.
pub(super) fn read(
    org: &Tenant<'_>,
    object: &'static Object,
    job: &Job,
    names: &[String],
) -> Outcome<Result<Vec<Column>, String>> {
    let mut columns = Vec::new();
    let mut written = BTreeSet::new();
    for name in names {
        let column = match column(org, object, name)? {
            Err(reason) => return Ok(Err(reason)),
            Ok(column) => column,
        };
        let (Column::Field(field) | Column::Parent { field, .. }) = column;
        if !written.insert(field.name) {
            // Not the platform's words: its answer is not known.
            let reason = format!(
                "InvalidBatch : the practice org does not know what Salesforce does with two columns for {}",
                field.name
            );
            return Ok(Err(reason));
        }
        columns.push(column);
    }
    if let Some(needed) = needed(job) {
        let has = |column: &Column| matches!(column, Column::Field(field) if field.name.eq_ignore_ascii_case(needed));
        if !columns.iter().any(has) {
            return Ok(Err(not_found(needed)));
        }
    }
    if job.operation.deletes() && columns.len() > 1 {
        // [inferred] The text.
        let reason = "InvalidBatch : the data of a delete job must have the column Id only";
        return Ok(Err(reason.to_owned()));
    }
    Ok(Ok(columns))
}

/// The columns that a job cannot do without.
fn needed(job: &Job) -> Option<&str> {
    match job.operation {
        Operation::Update | Operation::Delete | Operation::HardDelete => Some("Id"),
        Operation::Upsert => job.external_id.as_deref(),
        _ => None,
    }
}

fn not_found(name: &str) -> String {
    format!("InvalidBatch : Field name not found : {name}")
}

fn column(
    org: &Tenant<'_>,
    object: &'static Object,
    name: &str,
) -> Outcome<Result<Column, String>> {
    let (path, key) = match name.split_once('.') {
        Some((path, key)) => (path, key),
        None => {
            let field = org.field(object, name)?;
            return Ok(field.map(Column::Field).ok_or_else(|| not_found(name)));
        }
    };
    let (kind, relationship) = match path.split_once(':') {
        Some((kind, relationship)) => (Some(kind), relationship),
        None => (None, path),
    };
    let parent = match object.parent(relationship) {
        Some(field) if org.shows_field(object, field)? => field,
        _ => return Ok(Err(not_found(name))),
    };
    let to = object.leads_to(parent);
    let target = match (to, kind) {
        ([_], Some(_)) => {
            let reason =
                "InvalidBatch : type is not needed for non polymorphic foreign key references";
            return Ok(Err(format!("{reason}: {relationship}")));
        }
        ([only], None) => object_of(only),
        (several, Some(kind)) => {
            let named = several.iter().find(|name| name.eq_ignore_ascii_case(kind));
            named.and_then(|name| object_of(name))
        }
        // [inferred] The text.
        (_, None) => {
            let reason = "InvalidBatch : type is needed for polymorphic foreign key references";
            return Ok(Err(format!("{reason}: {relationship}")));
        }
    };
    let Some(target) = target else {
        return Ok(Err(not_found(name)));
    };
    Ok(match upsert::key(org, target, key) {
        Ok(by) => Ok(Column::Parent {
            field: parent,
            target,
            by,
        }),
        Err(refusal) if refusal.status == 404 => Err(not_found(name)),
        Err(refusal) => return Err(refusal),
    })
}

fn object_of(name: &str) -> Option<&'static Object> {
    object(name)
}

/// The field behind `externalIdFieldName`, or a refusal of the job.
pub(super) fn external_id(
    org: &Tenant<'_>,
    object: &'static Object,
    name: &str,
) -> Outcome<&'static Field> {
    upsert::key(org, object, name).map_err(|refusal| match refusal.status {
        404 => {
            // [inferred] The code and the text.
            let message = format!("Field name provided, {name} does not match an External ID, Salesforce Id, or indexed field for {}", object.name);
            Refusal::new(400, "INVALIDJOB", message)
        }
        _ => refusal,
    })
}
