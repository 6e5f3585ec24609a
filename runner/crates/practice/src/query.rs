//! SOQL over the store: a query in, records as the platform's JSON out. Names come back in canonical
//! case, the order is `Id` where none was asked for.
//!
//! Reading only, except that looking at background work lets it go on (`jobs`). The syntax is that of `query::syntax`, the
//! SQL is made in `query::compile`.

use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;
use serde_json::{Map, Value, json};

use crate::background;
use crate::query::compile::{Column, Compiled, Target};
use crate::query::syntax::{Item, Query};
use crate::refusal::{Outcome, Refusal};
use crate::schema::{self, Object};
use crate::tenant::Tenant;
use crate::value;

mod access;
pub(crate) mod columns;
mod compile;
mod fiscal;
mod format;
mod literal;
pub(crate) mod syntax;
mod visible;

pub(crate) use crate::query::syntax::parse;

/// The result of a query, before it is cut into pages.
pub(crate) struct Found {
    /// Also with `COUNT()`, which brings no records.
    pub(crate) total: usize,
    pub(crate) records: Vec<Value>,
    /// The records are groups, which have one page only (docs/salesforce/queries.md#pages).
    pub(crate) grouped: bool,
}

/// Entries of a field list: an object has 800 fields, and SQLite takes 2,000 columns.
const ITEMS_MAX: usize = 1_000;

/// Reads and answers a query.
pub(crate) fn run(org: &Tenant<'_>, text: &str) -> Outcome<Found> {
    let query = parse(text)?;
    if query.items.len() > ITEMS_MAX {
        // [inferred] The bound, and the words: the platform's is not known.
        let message = format!("a field list has at most {ITEMS_MAX} entries");
        return Err(Refusal::new(400, "MALFORMED_QUERY", message));
    }
    if let Some(object) = schema::calculated(&query.from) {
        background::look_at_access(org)?;
        return access::run(org, object, &query);
    }
    let object = object_of(org, &query.from)?;
    if background::concerns(object) {
        background::look(org)?;
    }
    if query.counts() && query.items.len() == 1 {
        return count(org, object, &query);
    }
    let records = select(org, object, &query, None)?;
    Ok(Found {
        total: records.len(),
        records,
        grouped: query.aggregates(),
    })
}

/// The object of that name, or `INVALID_TYPE`.
pub(crate) fn object_of(org: &Tenant<'_>, name: &str) -> Outcome<&'static Object> {
    org.object(name)?.ok_or_else(|| {
        let message = format!("sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.");
        Refusal::new(400, "INVALID_TYPE", message)
    })
}

/// The URL under which a record is found.
pub(crate) fn url(org: &Tenant<'_>, object: &Object, id: &str) -> String {
    format!(
        "/services/data/v{}.0/sobjects/{}/{id}",
        org.version, object.name
    )
}

fn count(org: &Tenant<'_>, object: &'static Object, query: &Query) -> Outcome<Found> {
    let (sql, values) = compile::count(org, object, query)?;
    let total: i64 = org
        .db
        .prepare_cached(&sql)?
        .query_row(params_from_iter(values), |row| row.get(0))?;
    Ok(Found {
        total: usize::try_from(total).unwrap_or_default(),
        records: Vec::new(),
        grouped: false,
    })
}

/// The records of a query; `below` makes it the sub-select of one parent.
fn select(
    org: &Tenant<'_>,
    object: &'static Object,
    query: &Query,
    below: Option<(&'static schema::Field, &str)>,
) -> Outcome<Vec<Value>> {
    let compiled = compile::compile(org, object, query, below)?;
    let mut statement = org.db.prepare_cached(&compiled.sql)?;
    let mut found = statement.query(params_from_iter(&compiled.values))?;
    let mut rows: Vec<Vec<Sql>> = Vec::new();
    while let Some(row) = found.next()? {
        let cells = (0..compiled.columns.len()).map(|place| row.get(place));
        rows.push(cells.collect::<Result<_, _>>()?);
    }
    let locale = match compiled.columns.iter().any(|column| column.formatted) {
        true => format::locale(org)?,
        false => String::new(),
    };
    rows.into_iter()
        .map(|row| record(org, object, query, &compiled, row, &locale))
        .collect()
}

fn record(
    org: &Tenant<'_>,
    object: &'static Object,
    query: &Query,
    compiled: &Compiled,
    row: Vec<Sql>,
    locale: &str,
) -> Outcome<Value> {
    let mut record = Map::new();
    if compiled.aggregated {
        record.insert(
            "attributes".to_owned(),
            json!({ "type": "AggregateResult" }),
        );
    }
    let mut id = String::new();
    for (column, cell) in compiled.columns.iter().zip(row) {
        let mut cell = value::from_sql(column.kind, cell);
        if column.formatted {
            cell = format::shown(column.kind, locale, cell);
        }
        if let Target::Identity { path, .. } = &column.place
            && path.is_empty()
        {
            cell.as_str().unwrap_or_default().clone_into(&mut id);
        }
        place(org, &mut record, column, cell);
    }
    for item in &query.items {
        if let Item::Children(children) = item {
            let (name, found) = children_of(org, object, children, &id)?;
            record.insert(name, found);
        }
    }
    Ok(Value::Object(record))
}

/// Puts the value of a column where it belongs.
fn place(org: &Tenant<'_>, record: &mut Map<String, Value>, column: &Column, cell: Value) {
    let attributes =
        |object: &Object, id: &str| json!({ "type": object.name, "url": url(org, object, id) });
    match &column.place {
        Target::Identity { path, object } => match cell.as_str() {
            Some(id) => put(record, &below(path, "attributes"), attributes(object, id)),
            None => put(record, path, Value::Null),
        },
        Target::Value { path } => put(record, path, cell),
        Target::Kind { path, object } => {
            if let Some(id) = cell.as_str() {
                put(record, &below(path, "attributes"), attributes(object, id));
            }
        }
        Target::ValueOfKind { path, object } => {
            let parent = path.first().and_then(|parent| record.get(parent));
            if parent.is_some_and(|parent| parent["attributes"]["type"] == object.name) {
                put(record, path, cell);
            }
        }
        Target::Nothing { path } => {
            if path
                .first()
                .is_some_and(|parent| !record.contains_key(parent))
            {
                put(record, path, Value::Null);
            }
        }
    }
}

fn below(path: &[String], name: &str) -> Vec<String> {
    let mut path = path.to_vec();
    path.push(name.to_owned());
    path
}

/// A nested result, or null where there is nothing.
fn children_of(
    org: &Tenant<'_>,
    parent: &'static Object,
    query: &Query,
    parent_id: &str,
) -> Outcome<(String, Value)> {
    let (object, field) = compile::children(org, parent, &query.from)?;
    let schema::FieldKind::Reference { children: name, .. } = field.kind else {
        unreachable!("child relationships are references");
    };
    let records = select(org, object, query, Some((field, parent_id)))?;
    let found = match records.is_empty() {
        true => Value::Null,
        false => json!({ "totalSize": records.len(), "done": true, "records": records }),
    };
    Ok((name.to_owned(), found))
}

/// Puts a value at a path; below a parent that is null nothing is put.
fn put(record: &mut Map<String, Value>, path: &[String], value: Value) {
    let Some((last, parents)) = path.split_last() else {
        return;
    };
    let mut at = record;
    for parent in parents {
        let next = at
            .entry(parent.clone())
            .or_insert_with(|| Value::Object(Map::new()));
        match next {
            Value::Object(next) => at = next,
            _ => return,
        }
    }
    at.insert(last.clone(), value);
}

#[cfg(test)]
mod tests;
