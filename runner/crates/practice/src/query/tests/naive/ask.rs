//! Random queries of records, each as text and as what it means.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::chance::Chance;
use super::conditions::filter;
use super::found;
use super::model::{Kind, Record, SHAPES, Shape, Store, comparable_paths, compare, paths};

/// `SELECT COUNT()`
pub(super) fn count(chance: &mut Chance, store: &Store) -> (String, Value) {
    let shape = chance.one(&SHAPES);
    let (condition, test) = filter(chance, store, shape);
    let total = store
        .all(shape.name)
        .iter()
        .filter(|record| test(record))
        .count();
    let limit = chance.once_in(4).then(|| chance.below(20));
    let soql = format!(
        "SELECT COUNT() FROM {}{condition}{}",
        shape.name,
        limit_text(limit)
    );
    (soql, found(total.min(limit.unwrap_or(total)), Vec::new()))
}

/// Records, with parents and sub-selects.
pub(super) fn plain(chance: &mut Chance, store: &Store) -> (String, Value) {
    let shape = chance.one(&SHAPES);
    let all = paths(shape);
    let references: Vec<&(String, Kind)> = all.iter().collect();
    let mut selected: Vec<&str> = chance
        .some(&references, 5)
        .iter()
        .map(|(path, _)| path.as_str())
        .collect();
    selected.retain(|path| *path != "Id");
    selected.insert(0, "Id");
    let (condition, test) = filter(chance, store, shape);
    let below = match shape.children.is_empty() || !chance.once_in(4) {
        true => None,
        false => Some(*chance.one(shape.children)),
    };
    let keys = keys(chance, &comparable_paths(shape));
    let limit = chance.once_in(3).then(|| chance.below(30));
    let offset = chance.once_in(4).then(|| chance.below(10));
    let mut items: Vec<String> = selected.iter().map(|&path| cased(chance, path)).collect();
    if let Some((relationship, ..)) = below {
        items.push(format!("(SELECT Id FROM {relationship})"));
    }
    let soql = format!(
        "SELECT {} FROM {}{condition}{}{}{}",
        items.join(", "),
        shape.name,
        order_text(&keys),
        limit_text(limit),
        offset
            .map(|offset| format!(" OFFSET {offset}"))
            .unwrap_or_default(),
    );
    let mut records: Vec<&Record> = store
        .all(shape.name)
        .iter()
        .filter(|record| test(record))
        .collect();
    records.sort_by(|a, b| ordered(store, shape, &keys, a, b));
    let records: Vec<Value> = records
        .into_iter()
        .skip(offset.unwrap_or(0))
        .take(limit.unwrap_or(usize::MAX))
        .map(|record| shown(store, shape, record, &selected, below))
        .collect();
    (soql, found(records.len(), records))
}

/// One key of an order: path, kind, descending, nulls last.
pub(super) type Key = (String, Kind, bool, bool);

fn keys(chance: &mut Chance, all: &[(String, Kind)]) -> Vec<Key> {
    let count = chance.below(3);
    (0..count)
        .map(|_| {
            let (path, kind) = chance.one(all).clone();
            (path, kind, chance.once_in(2), chance.once_in(2))
        })
        .collect()
}

pub(super) fn order_text(keys: &[Key]) -> String {
    let keys = keys.iter().map(|(path, _, descending, last)| {
        let direction = if *descending { " DESC" } else { "" };
        let nulls = if *last { " NULLS LAST" } else { "" };
        format!("{path}{direction}{nulls}")
    });
    let keys: Vec<String> = keys.collect();
    match keys.is_empty() {
        true => String::new(),
        false => format!(" ORDER BY {}", keys.join(", ")),
    }
}

fn limit_text(limit: Option<usize>) -> String {
    limit
        .map(|limit| format!(" LIMIT {limit}"))
        .unwrap_or_default()
}

fn ordered(store: &Store, shape: &Shape, keys: &[Key], a: &Record, b: &Record) -> Ordering {
    let by_keys = keys.iter().map(|key| {
        let value = |record| store.value(shape, record, &key.0);
        by_key(store, key, &value(a), &value(b))
    });
    let mut all = by_keys.chain([compare(Kind::Id, &a["Id"], &b["Id"])]);
    all.find(|order| *order != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

pub(super) fn by_key(
    store: &Store,
    (_, kind, descending, last): &Key,
    a: &Value,
    b: &Value,
) -> Ordering {
    let order = store.order(*kind, a, b);
    match (a.is_null() != b.is_null(), descending) {
        // Nulls come first, whatever the direction, unless they are asked to be last.
        (true, _) if *last => order.reverse(),
        (true, _) => order,
        (false, true) => order.reverse(),
        (false, false) => order,
    }
}

fn shown(
    store: &Store,
    shape: &Shape,
    record: &Record,
    selected: &[&str],
    below: Option<(&str, &str, &str)>,
) -> Value {
    let mut shown = Map::new();
    for path in selected {
        put(store, shape, record, path, &mut shown);
    }
    if let Some((relationship, field, object)) = below {
        let children = store
            .all(object)
            .iter()
            .filter(|child| child[field] == record["Id"]);
        let mut ids: Vec<&str> = children.filter_map(|child| child["Id"].as_str()).collect();
        ids.sort_unstable();
        let records: Vec<Value> = ids.iter().map(|id| json!({ "Id": id })).collect();
        let found = match records.is_empty() {
            true => Value::Null,
            false => json!({ "totalSize": records.len(), "records": records }),
        };
        shown.insert(relationship.to_owned(), found);
    }
    Value::Object(shown)
}

/// A value where answers have it: below its parents, which are null when there are none.
fn put(store: &Store, shape: &Shape, record: &Record, path: &str, into: &mut Map<String, Value>) {
    let Some((relationship, rest)) = path.split_once('.') else {
        into.insert(
            path.to_owned(),
            record.get(path).cloned().unwrap_or(Value::Null),
        );
        return;
    };
    let Some((shape, parent)) = store.parent(shape, record, relationship) else {
        into.insert(relationship.to_owned(), Value::Null);
        return;
    };
    let below = into.entry(relationship).or_insert_with(|| json!({}));
    if let Value::Object(below) = below {
        put(store, shape, parent, rest, below);
    }
}

/// A name in any case.
fn cased(chance: &mut Chance, path: &str) -> String {
    match chance.below(3) {
        0 => path.to_lowercase(),
        1 => path.to_uppercase(),
        _ => path.to_owned(),
    }
}
