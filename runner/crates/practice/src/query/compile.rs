//! One SOQL query → one SQL statement with its values and what each column means.

use rusqlite::types::Value as Sql;

use crate::query::compile::condition::{Filter, rows_shown};
use crate::query::compile::from::From;
use crate::query::compile::order::keys;
use crate::query::compile::parts::bound;
use crate::query::syntax::{FieldSet, Query, Term, malformed, unknown_here};
use crate::refusal::{Outcome, Refusal};
use crate::schema::{Field, FieldKind, Object};
use crate::tenant::Tenant;

pub(crate) use crate::query::compile::children::children;
pub(in crate::query) use crate::query::compile::grouped::is_named;

mod children;
mod condition;
mod fields;
mod from;
mod grouped;
mod groups;
mod order;
mod parts;
mod plain;
mod selection;
mod semi_join;
mod terms;
mod type_of;

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
    /// Shown in the form of the user's locale.
    pub(crate) formatted: bool,
}

impl Column {
    fn new(place: Target, kind: FieldKind) -> Self {
        Self {
            place,
            kind,
            formatted: false,
        }
    }
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
    /// The id behind `attributes` of a parent, when the parent is such an object.
    Kind {
        path: Vec<String>,
        object: &'static Object,
    },
    /// A value of a parent that is such an object.
    ValueOfKind {
        path: Vec<String>,
        object: &'static Object,
    },
    /// Null, where nothing else was put.
    Nothing {
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
    let mut values = Vec::new();
    let filter = filter(&mut from, query, below, &mut values)?;
    check_values(&values)?;
    if query.aggregates() {
        return grouped::compile(&mut from, query, &filter, values);
    }
    if query.having.is_some() {
        return Err(malformed("HAVING needs a GROUP BY"));
    }
    if query.locks && !query.order_by.is_empty() {
        // The rule is documented, the words are [inferred].
        return Err(malformed("FOR UPDATE can't be used with ORDER BY"));
    }
    children::check(org, query, 0)?;
    let selected = plain::columns(&mut from, query)?;
    let mut order = Vec::new();
    for entry in &query.order_by {
        let typed = from.term(&entry.term)?;
        if typed.field.is_none() {
            let message = format!(
                "Ordered field must be grouped or aggregated: {}",
                typed.name()
            );
            return Err(malformed(message));
        }
        let keys = keys(entry, &typed)?;
        order.extend(keys.into_iter().map(|key| key.sql + &key.words));
    }
    // `Id` settles what is left.
    order.push(format!("{}0.\"Id\"", from.prefix));
    let sql = format!(
        "SELECT {} FROM {}{filter} ORDER BY {}{}",
        selected.select.join(", "),
        from.sql(),
        order.join(", "),
        cut(query)?
    );
    Ok(Compiled {
        sql,
        values,
        columns: selected.columns,
        aggregated: false,
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
    check_values(&values)?;
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
    let mut conditions = rows_shown(from, values, below)?;
    if let Some((field, parent_id)) = below {
        let parent_id = bound(values, Sql::Text(parent_id.to_owned()));
        conditions.push(format!("t0.\"{}\" = {parent_id}", field.name));
    }
    if let Some(scope) = &query.scope {
        conditions.extend(scoped(from, scope, values)?);
    }
    if let Some(condition) = &query.condition {
        let groups = None;
        let mut filter = Filter {
            from,
            groups,
            values,
        };
        conditions.push(filter.sql(condition)?);
    }
    Ok(match conditions.is_empty() {
        true => String::new(),
        false => format!(" WHERE {}", conditions.join(" AND ")),
    })
}

/// The condition of `USING SCOPE` (docs/salesforce/queries.md#scopes).
fn scoped(from: &From<'_>, scope: &str, values: &mut Vec<Sql>) -> Outcome<Option<String>> {
    match scope.to_ascii_lowercase().as_str() {
        "everything" => Ok(None),
        "mine" if from.object.field("OwnerId").is_some() => {
            let owner = bound(values, Sql::Text(from.org.user_id.clone()));
            Ok(Some(format!("{}0.\"OwnerId\" = {owner}", from.prefix)))
        }
        _ => Err(unknown_here(&format!(
            "the scope '{scope}' of {}",
            from.object.name
        ))),
    }
}

/// Values of one statement: half of what SQLite binds, so that a `HAVING` has as many.
const VALUES_MAX: usize = 16_000;

fn check_values(values: &[Sql]) -> Outcome<()> {
    match values.len() > VALUES_MAX {
        true => Err(malformed(format!(
            "the practice org takes at most {VALUES_MAX} comparisons in a query"
        ))),
        false => Ok(()),
    }
}

/// `LIMIT` and `OFFSET`, with a blank before them; empty where the query has neither.
fn cut(query: &Query) -> Outcome<String> {
    let offset = query.offset.unwrap_or_default();
    if offset > OFFSET_MAX {
        let message = format!("Maximum SOQL offset allowed is {OFFSET_MAX}");
        return Err(Refusal::new(400, "NUMBER_OUTSIDE_VALID_RANGE", message));
    }
    let mut limit = query.limit;
    if query.offset.is_some() {
        // With an offset there is one page (docs/salesforce/queries.md#pages).
        limit = Some(limit.unwrap_or(u64::MAX).min(PAGE));
    }
    Ok(match limit {
        None => String::new(),
        Some(limit) => {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            format!(" LIMIT {limit} OFFSET {offset}")
        }
    })
}

/// Records of one page: Salesforce's own bound.
const PAGE: u64 = 2_000;

/// `COUNT()` is the only item of its query, which is neither grouped nor ordered. The rule is that of
/// the SOQL reference, the words are \[inferred\].
fn alone(query: &Query) -> Outcome<()> {
    let message = match (
        query.items.len(),
        query.groups.by.len(),
        query.order_by.len(),
    ) {
        (1, 0, 0) if query.having.is_none() => return Ok(()),
        (1, 0, 0) => "HAVING needs a GROUP BY",
        (1, 0, _) => "COUNT() can't be ordered: use COUNT(fieldName) instead",
        (1, _, _) => "COUNT() can't be grouped: use COUNT(fieldName) instead",
        _ => "COUNT() must be the only item of its SELECT list",
    };
    Err(malformed(message))
}

/// Canonical names and kind of a term.
pub(in crate::query) fn described(
    org: &Tenant<'_>,
    object: &'static Object,
    term: &Term,
) -> Outcome<(Vec<String>, FieldKind)> {
    let inner = match term {
        // Compiled as a part of its query, it is a number.
        Term::Grouping(path) => return Ok((path.0.clone(), FieldKind::Integer)),
        Term::Format(inner) => inner,
        other => other,
    };
    let typed = from(org, object).term(inner)?;
    Ok(match term {
        Term::Format(_) => (typed.names, FieldKind::Text(255)),
        _ => (typed.names, typed.kind),
    })
}

/// The fields that `FIELDS()` means.
pub(in crate::query) fn fields(
    org: &Tenant<'_>,
    object: &Object,
    set: FieldSet,
    query: &Query,
) -> Outcome<Vec<Term>> {
    fields::terms(org, object, set, query)
}
