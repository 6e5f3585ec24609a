//! Queries of `UserRecordAccess` (docs/salesforce/sharing.md#userrecordaccess): one user, at most 200 records, each row
//! calculated. Rows of records that the asking user cannot read are left out.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};
use usher_core::id;

use crate::access::{self, Level, Viewer};
use crate::query::Found;
use crate::query::syntax::{
    Comparison, Condition, Direction, Item, Literal, Membership, Path, Query, Term, malformed,
};
use crate::refusal::{Outcome, Refusal};
use crate::schema::{self, Field, FieldKind, Object};
use crate::tenant::Tenant;

/// Salesforce's own bound (docs/salesforce/sharing.md#userrecordaccess).
const RECORDS_MAX: usize = 200;

/// The refusal of a query beyond the restrictions of docs/salesforce/sharing.md#userrecordaccess. That it is refused,
/// and how, is \[inferred\].
const PLAIN: &str = "UserRecordAccess can't be counted or grouped";

/// The question of a query.
struct Asked {
    user_id: String,
    record_ids: Vec<String>,
    /// Access fields and the values they must have.
    filters: Vec<(&'static str, Value)>,
}

/// Answers a query of the calculated `object`.
pub(super) fn run(org: &Tenant<'_>, object: &'static Object, query: &Query) -> Outcome<Found> {
    let selected = selected(object, query)?;
    let asked = asked(object, query)?;
    if !asked.filters.is_empty() && selected.iter().any(|field| field.name != "RecordId") {
        return Err(malformed(
            "When filtering on access fields, only RecordId can be selected",
        ));
    }
    let mut rows = Vec::new();
    let viewer = Viewer::of(org, &asked.user_id)?;
    let asker = Viewer::of(org, &org.user_id)?;
    if let (Some(viewer), Some(asker)) = (viewer, asker) {
        for record_id in &asked.record_ids {
            rows.extend(row(org, &viewer, &asker, &asked.user_id, record_id)?);
        }
    }
    rows.retain(|row| {
        let mut filters = asked.filters.iter();
        filters.all(|(name, value)| row.get(*name) == Some(value))
    });
    order(object, query, &mut rows)?;
    let count = |number: Option<u64>| number.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    let rows = rows.into_iter().skip(count(query.offset).unwrap_or(0));
    let rows = rows.take(count(query.limit).unwrap_or(usize::MAX));
    let records: Vec<Value> = rows
        .map(|row| {
            let mut record = Map::new();
            // No row is kept, so there is no URL to find one at [inferred].
            record.insert("attributes".to_owned(), json!({ "type": object.name }));
            for field in &selected {
                record.insert(field.name.to_owned(), row[field.name].clone());
            }
            Value::Object(record)
        })
        .collect();
    Ok(Found {
        total: records.len(),
        records,
        grouped: false,
    })
}

/// The fields that a query selects; anything else than fields of the object is refused.
pub(super) fn selected(object: &'static Object, query: &Query) -> Outcome<Vec<&'static Field>> {
    let mut fields = Vec::new();
    for item in &query.items {
        let Item::Term {
            term: Term::Field(path),
            alias: None,
        } = item
        else {
            return Err(malformed(PLAIN));
        };
        fields.push(field(object, path)?);
    }
    let grouped = !query.groups.by.is_empty() || query.having.is_some();
    if grouped || query.scope.is_some() || query.locks {
        return Err(malformed(PLAIN));
    }
    Ok(fields)
}

/// One row, when the asking user may read the record.
fn row(
    org: &Tenant<'_>,
    viewer: &Viewer,
    asker: &Viewer,
    user_id: &str,
    record_id: &str,
) -> Outcome<Option<Map<String, Value>>> {
    let Some(object) = schema::object_of_id(record_id).filter(|object| access::is_known(object))
    else {
        // Not the platform's words: it knows the access to every record.
        let message = format!(
            "the practice org does not know who may see the record {record_id}: it knows accounts, cases, contacts, leads, opportunities and users"
        );
        return Err(Refusal::new(400, "INVALID_QUERY_FILTER_OPERATOR", message));
    };
    let Some(record) = org.row(object, record_id)? else {
        return Ok(None);
    };
    if access::level(org, asker, object, &record)? == Level::None {
        return Ok(None);
    }
    let level = access::level(org, viewer, object, &record)?;
    let fields = json!({
        "RecordId": record_id,
        "UserId": user_id,
        "HasReadAccess": level >= Level::Read,
        "HasEditAccess": level >= Level::Edit,
        "HasDeleteAccess": level >= Level::Delete,
        "HasTransferAccess": level >= Level::Transfer,
        "HasAllAccess": level >= Level::All,
        "MaxAccessLevel": level.name(),
    });
    Ok(fields.as_object().cloned())
}

fn asked(object: &'static Object, query: &Query) -> Outcome<Asked> {
    let whole =
        "UserRecordAccess needs a filter on one UserId and on one or more RecordIds, joined by AND";
    let conditions = match &query.condition {
        None => return Err(malformed(whole)),
        Some(Condition::And(parts)) => parts.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    let (mut user_ids, mut record_ids) = (Vec::new(), Vec::new());
    let mut filters = Vec::new();
    for condition in conditions {
        let (path, values) = match condition {
            Condition::Compare {
                term: Term::Field(path),
                comparison: Comparison::Equal,
                value,
            } => (path, std::slice::from_ref(value)),
            Condition::OneOf {
                term: Term::Field(path),
                membership: Membership::In,
                values,
            } => (path, values.as_slice()),
            _ => return Err(malformed(whole)),
        };
        let field = field(object, path)?;
        match field.name {
            "UserId" => user_ids.extend(ids(values)?),
            "RecordId" => record_ids.extend(ids(values)?),
            name => match values {
                [Literal::Truth(truth)] => filters.push((name, Value::from(*truth))),
                [Literal::Text(text)] => filters.push((name, Value::from(text.as_str()))),
                _ => return Err(malformed(whole)),
            },
        }
    }
    record_ids.sort();
    record_ids.dedup();
    match (user_ids.len(), record_ids.len()) {
        (1, 1..=RECORDS_MAX) => Ok(Asked {
            user_id: user_ids.remove(0),
            record_ids,
            filters,
        }),
        (1, count) if count > RECORDS_MAX => Err(malformed(format!(
            "UserRecordAccess can be asked for at most {RECORDS_MAX} records at once, not {count}"
        ))),
        _ => Err(malformed(whole)),
    }
}

fn ids(values: &[Literal]) -> Outcome<Vec<String>> {
    let ids = values.iter().map(|value| {
        let text = match value {
            Literal::Text(text) => text.as_str(),
            _ => "",
        };
        id::canonical(text).ok_or_else(|| {
            let message = format!("invalid ID field: {text}");
            Refusal::new(400, "INVALID_QUERY_FILTER_OPERATOR", message)
        })
    });
    ids.collect()
}

fn order(object: &'static Object, query: &Query, rows: &mut [Map<String, Value>]) -> Outcome<()> {
    let mut keys = Vec::new();
    for order in &query.order_by {
        let Term::Field(path) = &order.term else {
            return Err(malformed(PLAIN));
        };
        keys.push((field(object, path)?, order.direction));
    }
    rows.sort_by(|a, b| {
        let mut orders = keys.iter().map(|(field, direction)| {
            let order = match field.kind {
                FieldKind::Truth => a[field.name].as_bool().cmp(&b[field.name].as_bool()),
                FieldKind::Picklist(_) => rank(&a[field.name]).cmp(&rank(&b[field.name])),
                _ => a[field.name].as_str().cmp(&b[field.name].as_str()),
            };
            match direction {
                Direction::Ascending => order,
                Direction::Descending => order.reverse(),
            }
        });
        orders
            .find(|order| *order != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
    });
    Ok(())
}

fn rank(level: &Value) -> Level {
    Level::of(level.as_str().unwrap_or_default())
}

fn field(object: &'static Object, path: &Path) -> Outcome<&'static Field> {
    let (parents, name) = path.split();
    let found = object
        .own
        .iter()
        .find(|field| parents.is_empty() && field.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| {
        let message = format!("No such column '{}' on entity '{}'", path, object.name);
        Refusal::new(400, "INVALID_FIELD", message)
    })
}
