//! Sorts the rows of a merged query by lookup, as SOQL compares.

use std::collections::HashMap;

use serde_json::Value;
use usher_core::name::fold;
use usher_core::operation::Lookup;
use usher_core::read::Record;
use usher_core::value::Scalar;
use usher_core::values::{Values, key};

use crate::reads::query::Group;

/// Places of rows by the key of the value that they have in one field.
type ByKey = HashMap<Option<String>, Vec<usize>>;

impl Group {
    /// Returns the rows of each part, with the place of the lookup that it belongs to.
    pub(super) fn split(&self, rows: &[Value]) -> Vec<(usize, Vec<Record>)> {
        let id = self.id();
        let alone = self.parts.len() == 1;
        let mut indices: HashMap<String, ByKey> = HashMap::new();
        let parts = self.parts.iter().map(|part| {
            let lookup = &part.lookup;
            let places = match alone {
                true => (0..rows.len()).collect(),
                false => told_apart(rows, lookup, &mut indices),
            };
            let records = places.into_iter();
            let records = records.map(|place| flat(&rows[place], id, &lookup.fields));
            (part.of, records.collect())
        });
        parts.collect()
    }
}

fn told_apart(rows: &[Value], lookup: &Lookup, indices: &mut HashMap<String, ByKey>) -> Vec<usize> {
    let wanted = lookup.conditions.iter();
    let wanted: Vec<(&str, Values)> = wanted
        .map(|condition| {
            let field = condition.field.as_str();
            (field, Values::of(field, &condition.any_of))
        })
        .collect();
    let mut places = fewest(rows, &wanted, indices);
    places.retain(|place| {
        let mut wanted = wanted.iter();
        wanted.all(|(field, values)| values.contains(&scalar(&rows[*place], field)))
    });
    places
}

/// Places of the rows that may meet the condition which the fewest rows may meet: with another one, each of ten thousand
/// lookups would look at the rows of all.
fn fewest(
    rows: &[Value],
    wanted: &[(&str, Values)],
    indices: &mut HashMap<String, ByKey>,
) -> Vec<usize> {
    for (field, _) in wanted {
        let index = indices.entry(fold(field));
        index.or_insert_with(|| by_key(rows, field));
    }
    let counted = wanted.iter().filter_map(|(field, values)| {
        let index = indices.get(&fold(field))?;
        let keys = keys(values)?;
        let count: usize = keys
            .iter()
            .filter_map(|key| index.get(key))
            .map(Vec::len)
            .sum();
        Some((count, index, keys))
    });
    match counted.min_by_key(|(count, ..)| *count) {
        None => (0..rows.len()).collect(),
        Some((_, index, keys)) => candidates(&keys, index),
    }
}

fn by_key(rows: &[Value], field: &str) -> ByKey {
    let mut index = ByKey::new();
    for (place, row) in rows.iter().enumerate() {
        index
            .entry(key(&scalar(row, field)))
            .or_default()
            .push(place);
    }
    index
}

/// The keys under which rows may stand that have one of the values. None: any row may.
fn keys(values: &Values) -> Option<Vec<Option<String>>> {
    let keys: Option<Vec<String>> = values.iter().map(key).collect();
    Some(keys?.into_iter().map(Some).chain([None]).collect())
}

/// Places of rows under these keys, in their order.
fn candidates(keys: &[Option<String>], index: &ByKey) -> Vec<usize> {
    let places = keys.iter().filter_map(|key| index.get(key)).flatten();
    let mut places: Vec<usize> = places.copied().collect();
    places.sort_unstable();
    places.dedup();
    places
}

fn scalar(row: &Value, path: &str) -> Scalar {
    Scalar::from_json(&at(row, path)).unwrap_or(Scalar::Nothing)
}

/// A row with its parent paths as keys, as plugins get it.
fn flat(row: &Value, id: &str, fields: &[String]) -> Record {
    let mut record = Record::from_iter([("Id".to_owned(), at(row, id))]);
    record.extend(fields.iter().map(|name| (name.clone(), at(row, name))));
    record
}

/// The value at `Account.Owner.Name`. Field names are compared without case, as SOQL does.
fn at(row: &Value, path: &str) -> Value {
    let mut value = row;
    for segment in path.split('.') {
        let found = value.as_object().and_then(|object| {
            object.get(segment).or_else(|| {
                object
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case(segment))
                    .map(|(_, v)| v)
            })
        });
        match found {
            Some(found) => value = found,
            None => return Value::Null,
        }
    }
    value.clone()
}
