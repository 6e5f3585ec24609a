//! Random grouped queries, each as text and as what it means.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::ask::by_key;
use super::chance::Chance;
use super::conditions::{compared, filter, part};
use super::model::{Kind, Record, SHAPES, Shape, Store, comparable_paths, compare};
use super::{dates, found};

/// A term of a `GROUP BY`: its text, its path, the date function around it, its kind.
struct Group {
    text: String,
    path: String,
    function: Option<&'static str>,
    kind: Kind,
}

/// An aggregate: its function and path, the kind of its value.
struct Aggregate {
    function: &'static str,
    path: String,
    of: Kind,
    kind: Kind,
}

/// One row: the groups' values, which of them are kept apart, and the records in it.
struct Row<'s> {
    values: Vec<Value>,
    kept: Vec<bool>,
    records: Vec<&'s Record>,
}

pub(super) fn grouped(chance: &mut Chance, store: &Store) -> (String, Value) {
    let shape = chance.one(&SHAPES);
    let groups = groups(chance, shape);
    let aggregates = aggregates(chance, shape);
    let (condition, test) = filter(chance, store, shape);
    let records: Vec<&Record> = store
        .all(shape.name)
        .iter()
        .filter(|record| test(record))
        .collect();
    let subtotals = match groups.is_empty() {
        true => "",
        false => *chance.one(&["", "", "ROLLUP", "CUBE"]),
    };
    let mut rows = Vec::new();
    for kept in sets(groups.len(), subtotals) {
        rows.extend(rows_of(store, shape, &groups, kept, &records));
    }
    let having = (!groups.is_empty() && chance.once_in(3)).then(|| {
        let sign = *chance.one(&["=", "!=", "<", "<=", ">", ">="]);
        (chance.below(aggregates.len()), sign, 1 + chance.below(6))
    });
    if let Some((place, sign, bound)) = having
        && aggregates[place].kind == Kind::Number
    {
        rows.retain(|row| {
            let own = aggregated(store, shape, &aggregates[place], &row.records);
            compared(Kind::Number, &own, sign, &json!(bound))
        });
    }
    let having = having.filter(|(place, ..)| aggregates[*place].kind == Kind::Number);
    let by_aggregate = (!groups.is_empty() && chance.once_in(2)).then(|| {
        (
            chance.below(aggregates.len()),
            chance.once_in(2),
            chance.once_in(2),
        )
    });
    rows.sort_by(|a, b| {
        let first = match by_aggregate {
            None => Ordering::Equal,
            Some((place, descending, last)) => {
                let aggregate = &aggregates[place];
                let value = |row: &Row<'_>| aggregated(store, shape, aggregate, &row.records);
                let key = (String::new(), aggregate.kind, descending, last);
                by_key(store, &key, &value(a), &value(b))
            }
        };
        first.then_with(|| by_groups(store, &groups, a, b))
    });
    let limit = (!groups.is_empty() && chance.once_in(4)).then(|| chance.below(6));
    rows.truncate(limit.unwrap_or(usize::MAX));
    let shown: Vec<Value> = rows
        .iter()
        .map(|row| shown(store, shape, &groups, &aggregates, row, subtotals))
        .collect();
    let soql = text(
        shape,
        &groups,
        &aggregates,
        subtotals,
        &condition,
        having,
        by_aggregate,
        limit,
    );
    (soql, found(shown.len(), shown))
}

#[expect(clippy::too_many_arguments, reason = "each is one clause of the query")]
fn text(
    shape: &Shape,
    groups: &[Group],
    aggregates: &[Aggregate],
    subtotals: &str,
    condition: &str,
    having: Option<(usize, &str, usize)>,
    by_aggregate: Option<(usize, bool, bool)>,
    limit: Option<usize>,
) -> String {
    let call = |aggregate: &Aggregate| format!("{}({})", aggregate.function, aggregate.path);
    let mut items: Vec<String> = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        items.push(format!("{} g{place}", group.text));
        if !subtotals.is_empty() && group.function.is_none() {
            items.push(format!("GROUPING({}) s{place}", group.path));
        }
    }
    items.extend(aggregates.iter().map(call));
    let by: Vec<&str> = groups.iter().map(|group| group.text.as_str()).collect();
    let by = match (by.is_empty(), subtotals) {
        (true, _) => String::new(),
        (false, "") => format!(" GROUP BY {}", by.join(", ")),
        (false, word) => format!(" GROUP BY {word}({})", by.join(", ")),
    };
    let having = having
        .map(|(place, sign, bound)| format!(" HAVING {} {sign} {bound}", call(&aggregates[place])));
    let order = by_aggregate.map(|(place, descending, last)| {
        let direction = if descending { " DESC" } else { "" };
        let nulls = if last { " NULLS LAST" } else { "" };
        format!(" ORDER BY {}{direction}{nulls}", call(&aggregates[place]))
    });
    let limit = limit.map(|limit| format!(" LIMIT {limit}"));
    format!(
        "SELECT {} FROM {}{condition}{by}{}{}{}",
        items.join(", "),
        shape.name,
        having.unwrap_or_default(),
        order.unwrap_or_default(),
        limit.unwrap_or_default(),
    )
}

fn groups(chance: &mut Chance, shape: &Shape) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for _ in 0..chance.below(4) {
        let all = comparable_paths(shape);
        let (path, kind) = chance.one(&all).clone();
        let timed = matches!(kind, Kind::Date | Kind::DateTime);
        let function =
            (timed && (kind == Kind::DateTime || chance.once_in(2))).then(|| part(chance, kind));
        let text = match function {
            Some(function) => format!("{function}({path})"),
            None => path.clone(),
        };
        // Revenue is a number with places, which no query is grouped by.
        if path.ends_with("AnnualRevenue") || groups.iter().any(|group| group.text == text) {
            continue;
        }
        groups.push(Group {
            text,
            path,
            function,
            kind: if function.is_some() {
                Kind::Number
            } else {
                kind
            },
        });
    }
    groups
}

fn aggregates(chance: &mut Chance, shape: &Shape) -> Vec<Aggregate> {
    let all = comparable_paths(shape);
    let count = 1 + chance.below(3);
    let one = |chance: &mut Chance| {
        let (path, of) = chance.one(&all).clone();
        let functions = match of {
            Kind::Number => &["COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG"][..],
            _ => &["COUNT", "COUNT_DISTINCT", "MIN", "MAX"][..],
        };
        let function = *chance.one(functions);
        let kind = match function {
            "MIN" | "MAX" => of,
            _ => Kind::Number,
        };
        Aggregate {
            function,
            path,
            of,
            kind,
        }
    };
    (0..count).map(|_| one(chance)).collect()
}

/// The sets of groups that are kept apart.
fn sets(count: usize, subtotals: &str) -> Vec<Vec<bool>> {
    match subtotals {
        "ROLLUP" => (0..=count)
            .map(|first| (0..count).map(|place| place < first).collect())
            .collect(),
        "CUBE" => {
            let mut sets = vec![Vec::new()];
            for _ in 0..count {
                sets = sets
                    .into_iter()
                    .flat_map(|set: Vec<bool>| {
                        [
                            [set.clone(), vec![true]].concat(),
                            [set, vec![false]].concat(),
                        ]
                    })
                    .collect();
            }
            sets
        }
        _ => vec![vec![true; count]],
    }
}

fn rows_of<'s>(
    store: &Store,
    shape: &Shape,
    groups: &[Group],
    kept: Vec<bool>,
    records: &[&'s Record],
) -> Vec<Row<'s>> {
    let mut rows: Vec<Row<'s>> = Vec::new();
    if !kept.contains(&true) {
        // One row of everything, also where there is nothing.
        let values = vec![Value::Null; groups.len()];
        let records = records.to_vec();
        return vec![Row {
            values,
            kept,
            records,
        }];
    }
    for record in records {
        let value = |(group, kept): (&Group, &bool)| match kept {
            true => grouping_value(store, shape, group, record),
            false => Value::Null,
        };
        let values: Vec<Value> = groups.iter().zip(&kept).map(value).collect();
        let same = |row: &Row<'_>| {
            let pairs = row.values.iter().zip(&values).zip(groups);
            pairs
                .into_iter()
                .all(|((a, b), group)| match (a.is_null(), b.is_null()) {
                    (false, false) => compare(group.kind, a, b).is_eq(),
                    (a, b) => a == b,
                })
        };
        match rows.iter_mut().find(|row| same(row)) {
            Some(row) => row.records.push(record),
            None => rows.push(Row {
                values,
                kept: kept.clone(),
                records: vec![record],
            }),
        }
    }
    rows
}

fn grouping_value(store: &Store, shape: &Shape, group: &Group, record: &Record) -> Value {
    let value = store.value(shape, record, &group.path);
    match (group.function, value.as_str()) {
        (Some(function), Some(date)) => json!(dates::part(function, date)),
        _ => value,
    }
}

/// Groups in the order of their values, subtotals after the rows that they sum.
fn by_groups(store: &Store, groups: &[Group], a: &Row<'_>, b: &Row<'_>) -> Ordering {
    for (place, group) in groups.iter().enumerate() {
        let kept = b.kept[place].cmp(&a.kept[place]);
        // Picklists that nobody asked to order come as texts.
        let kind = if group.kind == Kind::Picklist {
            Kind::Text
        } else {
            group.kind
        };
        let order = kept.then_with(|| store.order(kind, &a.values[place], &b.values[place]));
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

fn aggregated(store: &Store, shape: &Shape, aggregate: &Aggregate, records: &[&Record]) -> Value {
    let values = records
        .iter()
        .map(|record| store.value(shape, record, &aggregate.path));
    let mut values: Vec<Value> = values.filter(|value| !value.is_null()).collect();
    let count = values.len();
    let sum = || values.iter().filter_map(Value::as_f64).sum::<f64>();
    match aggregate.function {
        "COUNT" => json!(count),
        "SUM" if count > 0 => json!(sum()),
        "AVG" if count > 0 => json!(sum() / f64::from(u32::try_from(count).unwrap_or(u32::MAX))),
        "COUNT_DISTINCT" => {
            values.sort_by(|a, b| compare(aggregate.of, a, b));
            values.dedup_by(|a, b| compare(aggregate.of, a, b).is_eq());
            json!(values.len())
        }
        "MIN" => values
            .into_iter()
            .min_by(|a, b| store.order(aggregate.of, a, b))
            .unwrap_or(Value::Null),
        "MAX" => values
            .into_iter()
            .max_by(|a, b| store.order(aggregate.of, a, b))
            .unwrap_or(Value::Null),
        _ => Value::Null,
    }
}

fn shown(
    store: &Store,
    shape: &Shape,
    groups: &[Group],
    aggregates: &[Aggregate],
    row: &Row<'_>,
    subtotals: &str,
) -> Value {
    let mut shown = Map::new();
    for (place, group) in groups.iter().enumerate() {
        shown.insert(format!("g{place}"), row.values[place].clone());
        if !subtotals.is_empty() && group.function.is_none() {
            shown.insert(format!("s{place}"), json!(u8::from(!row.kept[place])));
        }
    }
    for (place, aggregate) in aggregates.iter().enumerate() {
        let value = aggregated(store, shape, aggregate, &row.records);
        shown.insert(format!("expr{place}"), value);
    }
    Value::Object(shown)
}
