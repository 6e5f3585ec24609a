//! Queries that bring groups: aggregates, `GROUP BY` with its subtotals, `HAVING`
//! (docs/salesforce/queries.md#groups).

use rusqlite::types::Value as Sql;

use crate::query::compile::condition::Filter;
use crate::query::compile::from::From;
use crate::query::compile::groups::{self, Groups};
use crate::query::compile::order::{Key, keys};
use crate::query::compile::terms::Typed;
use crate::query::compile::{Column, Compiled, Target, alone, check_values, cut};
use crate::query::syntax::{Item, Query, Subtotals, Term, malformed};
use crate::refusal::{Outcome, Refusal};

/// One set of groups as SQL.
struct Part {
    select: Vec<String>,
    columns: Vec<Column>,
    having: Option<String>,
    groups: Vec<String>,
    keys: Vec<Key>,
}

/// Compiles a grouped query whose `WHERE` is `filter`.
pub(super) fn compile(
    from: &mut From<'_>,
    query: &Query,
    filter: &str,
    values: Vec<Sql>,
) -> Outcome<Compiled> {
    check(query)?;
    let terms = groups::terms(from, &query.groups)?;
    let subtotals = query.groups.subtotals;
    let mut parts = Vec::new();
    let mut all_values = values.clone();
    for kept in groups::sets(terms.len(), subtotals) {
        let groups = Groups {
            terms: &terms,
            kept: &kept,
            subtotals,
        };
        // Each part compiles the same literals, so their places are the same.
        all_values.clone_from(&values);
        parts.push(part(from, query, groups, &mut all_values)?);
    }
    // The parts have joined whatever they need.
    let rows = format!("FROM {}{filter}", from.sql());
    let cut = cut(query)?;
    let sql = match parts.as_slice() {
        [part] => format!("{}{}{cut}", plain(part, &rows, &part.select), ordered(part)),
        parts => union(parts, &rows) + &cut,
    };
    let columns = parts.swap_remove(0).columns;
    Ok(Compiled {
        sql,
        values: all_values,
        columns,
        aggregated: true,
    })
}

/// Refuses what no grouped query has.
fn check(query: &Query) -> Outcome<()> {
    let grouped = !query.groups.by.is_empty();
    if query.counts() {
        alone(query)?;
    }
    if !grouped && (query.limit.is_some() || query.offset.is_some()) {
        // The rule is documented, the words are [inferred].
        return Err(malformed(
            "A query with a LIMIT and an aggregate needs a GROUP BY",
        ));
    }
    if query.having.is_some() && !grouped {
        return Err(malformed("HAVING needs a GROUP BY"));
    }
    if query.locks {
        return Err(malformed("FOR UPDATE can't be used in a grouped query"));
    }
    Ok(())
}

fn part(
    from: &mut From<'_>,
    query: &Query,
    groups: Groups<'_>,
    values: &mut Vec<Sql>,
) -> Outcome<Part> {
    let (select, columns) = items(from, query, groups)?;
    let having = match &query.having {
        None => None,
        Some(condition) => Some(
            Filter {
                from,
                groups: Some(groups),
                values,
            }
            .sql(condition)?,
        ),
    };
    check_values(values)?;
    let mut all_keys = Vec::new();
    for order in &query.order_by {
        let typed = groups.term(from, &order.term, "Ordered field")?;
        all_keys.extend(keys(order, &typed)?);
    }
    all_keys.extend(default_keys(groups));
    let kept = groups.terms.iter().zip(groups.kept);
    Ok(Part {
        select,
        columns,
        having,
        groups: kept
            .filter(|(_, kept)| **kept)
            .map(|(term, _)| term.collated())
            .collect(),
        keys: all_keys,
    })
}

fn items(
    from: &mut From<'_>,
    query: &Query,
    groups: Groups<'_>,
) -> Outcome<(Vec<String>, Vec<Column>)> {
    let (mut select, mut columns) = (Vec::new(), Vec::new());
    let mut taken: Vec<String> = Vec::new();
    let mut unnamed = 0;
    for item in &query.items {
        let Item::Term { term, alias } = item else {
            return Err(malformed(
                "A grouped query has no sub-selects, no FIELDS() and no TYPEOF",
            ));
        };
        let typed = groups.term(from, term, "Field")?;
        let name = match alias {
            Some(alias) => alias.clone(),
            None if is_named(term) => typed.name().to_owned(),
            None => {
                unnamed += 1;
                format!("expr{}", unnamed - 1)
            }
        };
        if taken.contains(&name.to_lowercase()) {
            // General knowledge of the platform [inferred].
            return Err(Refusal::new(
                400,
                "MALFORMED_QUERY",
                format!("duplicate alias: {name}"),
            ));
        }
        taken.push(name.to_lowercase());
        select.push(typed.sql.clone());
        columns.push(Column {
            place: Target::Value { path: vec![name] },
            kind: typed.kind,
            formatted: typed.formatted,
        });
    }
    Ok((select, columns))
}

/// Says whether a term without an alias has the name of its field.
pub(in crate::query) fn is_named(term: &Term) -> bool {
    match term {
        Term::Field(_) | Term::Label(_) => true,
        Term::Format(inner) => is_named(inner),
        Term::Aggregate { .. } | Term::Date { .. } | Term::Grouping(_) => false,
    }
}

/// Groups in the order of what they were grouped by, each subtotal after the rows that it sums.
fn default_keys(groups: Groups<'_>) -> Vec<Key> {
    let mut keys = Vec::new();
    for (term, kept) in groups.terms.iter().zip(groups.kept) {
        if groups.subtotals != Subtotals::None {
            keys.push(Key {
                sql: u8::from(!kept).to_string(),
                words: String::new(),
            });
        }
        keys.push(Key {
            sql: match kept {
                true => term.sql.clone(),
                false => "NULL".to_owned(),
            },
            words: words(term),
        });
    }
    keys
}

fn words(term: &Typed) -> String {
    match crate::query::literal::is_text(term.kind) {
        true => " COLLATE platform".to_owned(),
        false => term.collation.to_owned(),
    }
}

fn plain(part: &Part, rows: &str, select: &[String]) -> String {
    let mut sql = format!("SELECT {} {rows}", select.join(", "));
    if !part.groups.is_empty() {
        sql.push_str(&format!(" GROUP BY {}", part.groups.join(", ")));
    }
    if let Some(having) = &part.having {
        sql.push_str(&format!(" HAVING {having}"));
    }
    sql
}

fn ordered(part: &Part) -> String {
    match part.keys.is_empty() {
        true => String::new(),
        false => {
            let keys = part
                .keys
                .iter()
                .map(|key| format!("{}{}", key.sql, key.words));
            format!(" ORDER BY {}", keys.collect::<Vec<_>>().join(", "))
        }
    }
}

/// All sets of groups as one list of rows, ordered as a whole.
fn union(parts: &[Part], rows: &str) -> String {
    let part = |part: &Part| {
        let items = part.select.iter().enumerate();
        let items = items.map(|(place, sql)| format!("{sql} AS c{place}"));
        let keys = part.keys.iter().enumerate();
        let keys = keys.map(|(place, key)| format!("{} AS k{place}", key.sql));
        plain(part, rows, &items.chain(keys).collect::<Vec<_>>())
    };
    let all: Vec<String> = parts.iter().map(part).collect();
    let [first, ..] = parts else {
        return String::new();
    };
    let columns: Vec<String> = (0..first.select.len())
        .map(|place| format!("c{place}"))
        .collect();
    let keys = first.keys.iter().enumerate();
    let keys: Vec<String> = keys
        .map(|(place, key)| format!("k{place}{}", key.words))
        .collect();
    format!(
        "SELECT {} FROM ({}) ORDER BY {}",
        columns.join(", "),
        all.join(" UNION ALL "),
        keys.join(", ")
    )
}
