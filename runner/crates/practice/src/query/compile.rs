//! One SOQL query → one SQL statement with its values and what each column means.

use rusqlite::types::Value as Sql;
use usher_core::soql::{Item, Query};

use crate::query::compile::condition::Truth;
use crate::query::compile::from::From;
use crate::query::visible;
use crate::refusal::{Outcome, Refusal};
use crate::schema::{self, Field, FieldKind, Object};
use crate::tenant::{Tenant, shown};

mod condition;
mod from;

/// Salesforce's own bound.
const OFFSET_MAX: u64 = 2_000;

/// A statement, ready to run.
pub(crate) struct Compiled {
    pub(crate) sql: String,
    pub(crate) values: Vec<Sql>,
    pub(crate) columns: Vec<Column>,
    pub(crate) aggregated: bool,
}

/// One column of the statement.
pub(crate) struct Column {
    pub(crate) place: Target,
    pub(crate) kind: FieldKind,
}

/// The place of a column's value in the record.
pub(crate) enum Target {
    /// The id behind `attributes`, of the record itself or of a parent.
    Identity {
        path: Vec<String>,
        object: &'static Object,
    },
    Value {
        path: Vec<String>,
    },
}

/// Compiles `query` over `object`; `below`: only children of that record.
pub(crate) fn compile(
    org: &Tenant<'_>,
    object: &'static Object,
    query: &Query,
    below: Option<(&'static Field, &str)>,
) -> Outcome<Compiled> {
    let mut from = from(org, object);
    let aggregated = !query.group_by.is_empty()
        || query
            .items
            .iter()
            .any(|item| matches!(item, Item::Aggregate { .. }));
    let (select, columns) = match aggregated {
        true => grouped_columns(&mut from, query)?,
        false => plain_columns(&mut from, query)?,
    };
    let mut values = Vec::new();
    let filter = filter(&mut from, query, below, &mut values)?;
    let mut groups = Vec::new();
    for path in &query.group_by {
        groups.push(from.path(path)?.1);
    }
    let order = from.order(query, aggregated)?;
    let mut sql = format!("SELECT {} FROM {}{filter}", select.join(", "), from.sql());
    if !groups.is_empty() {
        sql.push_str(&format!(" GROUP BY {}", groups.join(", ")));
    }
    if !order.is_empty() {
        sql.push_str(&format!(" ORDER BY {}", order.join(", ")));
    }
    sql.push_str(&cut(query)?);
    Ok(Compiled {
        sql,
        values,
        columns,
        aggregated,
    })
}

/// The statement that counts the rows of `SELECT COUNT()`, with its values. A limit is a bound of the
/// rows that are counted.
pub(crate) fn count(
    org: &Tenant<'_>,
    object: &'static Object,
    query: &Query,
) -> Outcome<(String, Vec<Sql>)> {
    let mut from = from(org, object);
    alone(query)?;
    let mut values = Vec::new();
    let filter = filter(&mut from, query, None, &mut values)?;
    let rows = format!("FROM {}{filter}", from.sql());
    let cut = cut(query)?;
    let sql = match cut.is_empty() {
        true => format!("SELECT COUNT(*) {rows}"),
        false => format!("SELECT COUNT(*) FROM (SELECT 1 {rows}{cut})"),
    };
    Ok((sql, values))
}

fn from<'a>(org: &'a Tenant<'a>, object: &'static Object) -> From<'a> {
    From {
        org,
        object,
        prefix: "t".to_owned(),
        joins: Vec::new(),
    }
}

/// The `WHERE` of a query, with a blank before it; empty where nothing is filtered.
fn filter(
    from: &mut From<'_>,
    query: &Query,
    below: Option<(&'static Field, &str)>,
    values: &mut Vec<Sql>,
) -> Outcome<String> {
    let mut conditions = Vec::new();
    let alias = format!("{}0", from.prefix);
    conditions.extend(visible::condition(from.org, from.object, &alias)?);
    conditions.extend(shown::rows(from.org, from.object, &alias, values)?);
    if let Some((field, parent_id)) = below {
        conditions.push(format!("t0.\"{}\" = ?", field.name));
        values.push(Sql::Text(parent_id.to_owned()));
    }
    if let Some(condition) = &query.condition {
        conditions.push(from.condition(condition, Truth::Loose, values)?);
    }
    Ok(match conditions.is_empty() {
        true => String::new(),
        false => format!(" WHERE {}", conditions.join(" AND ")),
    })
}

/// `LIMIT` and `OFFSET`, with a blank before them; empty where the query has neither.
fn cut(query: &Query) -> Outcome<String> {
    if query.limit.is_none() && query.offset.is_none() {
        return Ok(String::new());
    }
    let limit = query
        .limit
        .map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
    let offset = query.offset.unwrap_or_default();
    if offset > OFFSET_MAX {
        let message = format!("Maximum SOQL offset allowed is {OFFSET_MAX}");
        return Err(Refusal::new(400, "NUMBER_OUTSIDE_VALID_RANGE", message));
    }
    Ok(format!(" LIMIT {limit} OFFSET {offset}"))
}

/// `COUNT()` is the only item of its query, which is neither grouped nor ordered. The rule is that of
/// the SOQL reference, the words are \[inferred\].
fn alone(query: &Query) -> Outcome<()> {
    let message = match (
        query.items.len(),
        query.group_by.len(),
        query.order_by.len(),
    ) {
        (1, 0, 0) => return Ok(()),
        (1, 0, _) => "COUNT() can't be ordered: use COUNT(fieldName) instead",
        (1, _, _) => "COUNT() can't be grouped: use COUNT(fieldName) instead",
        _ => "COUNT() must be the only item of its SELECT list",
    };
    Err(Refusal::new(400, "MALFORMED_QUERY", message))
}

/// The object and field behind a child relationship, or `INVALID_TYPE`.
pub(crate) fn children(
    org: &Tenant<'_>,
    parent: &Object,
    relationship: &str,
) -> Outcome<(&'static Object, &'static Field)> {
    let found = schema::children(parent, relationship);
    let shown = match found {
        Some((child, field)) => org.shows_object(child)? && org.shows_field(child, field)?,
        None => false,
    };
    found.filter(|_| shown).ok_or_else(|| {
        let message = format!("Didn't understand relationship '{relationship}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.");
        Refusal::new(400, "INVALID_TYPE", message)
    })
}

fn plain_columns(from: &mut From<'_>, query: &Query) -> Outcome<(Vec<String>, Vec<Column>)> {
    let identity = Target::Identity {
        path: Vec::new(),
        object: from.object,
    };
    let mut select = vec!["t0.\"Id\"".to_owned()];
    let mut columns = vec![Column {
        place: identity,
        kind: FieldKind::Id,
    }];
    let mut identified: Vec<Vec<String>> = Vec::new();
    for item in &query.items {
        let Item::Field { path, .. } = item else {
            if let Item::Children(below) = item {
                children(from.org, from.object, &below.from)?;
            }
            continue;
        };
        let found = from.path(path)?;
        for depth in 1..found.0.len() {
            let parent = found.0[..depth].to_vec();
            if identified.contains(&parent) {
                continue;
            }
            let join = from.join(&parent);
            select.push(format!("{}.\"Id\"", join.alias));
            columns.push(Column {
                place: Target::Identity {
                    path: parent.clone(),
                    object: join.object,
                },
                kind: FieldKind::Id,
            });
            identified.push(parent);
        }
        select.push(found.1);
        columns.push(Column {
            place: Target::Value { path: found.0 },
            kind: found.2.kind,
        });
    }
    Ok((select, columns))
}

fn grouped_columns(from: &mut From<'_>, query: &Query) -> Outcome<(Vec<String>, Vec<Column>)> {
    let (mut select, mut columns) = (Vec::new(), Vec::new());
    let mut unnamed = 0;
    for item in &query.items {
        let (sql, name, kind) = match item {
            Item::Field { path, alias } => {
                let grouped = query
                    .group_by
                    .iter()
                    .any(|group| group.to_string().eq_ignore_ascii_case(&path.to_string()));
                let (names, sql, field) = from.path(path)?;
                if !grouped {
                    let message = format!("Field must be grouped or aggregated: {}", field.name);
                    return Err(Refusal::new(400, "MALFORMED_QUERY", message));
                }
                let name = names.last().cloned().unwrap_or_default();
                (sql, alias.clone().unwrap_or(name), field.kind)
            }
            Item::Aggregate {
                function,
                path,
                alias,
            } => {
                if path.is_none() {
                    alone(query)?;
                }
                let (sql, kind) = from.aggregate(*function, path.as_ref())?;
                let name = alias.clone().unwrap_or_else(|| {
                    unnamed += 1;
                    format!("expr{}", unnamed - 1)
                });
                (sql, name, kind)
            }
            Item::Children(_) => {
                let message = "Grouped queries have no sub-selects";
                return Err(Refusal::new(400, "MALFORMED_QUERY", message));
            }
        };
        select.push(sql);
        columns.push(Column {
            place: Target::Value { path: vec![name] },
            kind,
        });
    }
    Ok((select, columns))
}
