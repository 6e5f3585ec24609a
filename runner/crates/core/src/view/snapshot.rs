//! What has been read of the real org so far in one planning. A lookup is answered from memory when
//! one that found at least as much has been made, or when it names records by id that are known.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::view::overlay::{holds, id_field};
use usher_contract::id;
use usher_contract::operation::{Condition, Lookup};
use usher_contract::read::{ReadError, Record};
use usher_contract::value::Scalar;

/// Answers of the real org by lookup.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    answers: BTreeMap<Lookup, Result<Vec<Record>, ReadError>>,
    /// What the answers say of single records, met by themselves or as parents along a path: by object
    /// in lower case and id in 18 characters.
    records: BTreeMap<(String, String), Record>,
}

impl Snapshot {
    /// Keeps the answer to a lookup.
    pub fn put(&mut self, lookup: Lookup, answer: Result<Vec<Record>, ReadError>) {
        for record in answer.iter().flatten() {
            self.learn(&lookup.object, record);
        }
        self.answers.insert(lookup, answer);
    }

    /// The answer, from the same lookup, from a wider one, or from what is known of the records.
    pub fn get(&self, lookup: &Lookup) -> Option<Result<Vec<Record>, ReadError>> {
        if let Some(answer) = self.answers.get(lookup) {
            return Some(answer.clone());
        }
        let wider = self.answers.iter().find_map(|(wider, answer)| {
            let records = answer.as_ref().ok()?;
            let rest = rest_of(lookup, wider)?;
            Some(Ok(records
                .iter()
                .filter(|record| rest.iter().all(|condition| holds(record, condition)))
                .map(|record| project(record, &lookup.fields))
                .collect()))
        });
        wider.or_else(|| self.by_ids(lookup).map(Ok))
    }

    /// Keeps what a row says of its record, and of the parents whose ids are in it.
    fn learn(&mut self, object: &str, row: &Record) {
        for (path, value) in row {
            let segments: Vec<&str> = path.split('.').collect();
            for depth in 0..segments.len() {
                let key = match depth {
                    0 => "Id".to_owned(),
                    depth => id_field(&segments[..depth]),
                };
                let id = row.get(&key).and_then(Value::as_str);
                let Some(id) = id.and_then(id::canonical) else {
                    continue;
                };
                let object = match depth {
                    0 => object,
                    _ => id::object_of(&id).unwrap_or_default(),
                };
                // A parent whose prefix nobody knows may be of any object.
                if !object.is_empty() {
                    let known = self.records.entry((object.to_lowercase(), id)).or_default();
                    known.insert(segments[depth..].join("."), value.clone());
                }
            }
        }
    }

    /// The records that a lookup names by id, when everything it asks of each is known.
    fn by_ids(&self, lookup: &Lookup) -> Option<Vec<Record>> {
        let named = lookup
            .conditions
            .iter()
            .find(|condition| condition.field == "Id")?;
        let mut found = BTreeMap::new();
        for id in &named.any_of {
            let Scalar::Text(text) = id else {
                return None;
            };
            let id = id::canonical(text)?;
            let key = (lookup.object.to_lowercase(), id.clone());
            let known = self.records.get(&key)?;
            let mut needed = lookup
                .fields
                .iter()
                .chain(lookup.conditions.iter().map(|condition| &condition.field));
            if !needed.all(|field| field == "Id" || known.contains_key(field)) {
                return None;
            }
            let mut record = known.clone();
            record.insert("Id".to_owned(), Value::String(id.clone()));
            if lookup
                .conditions
                .iter()
                .all(|condition| holds(&record, condition))
            {
                found.insert(id, project(&record, &lookup.fields));
            }
        }
        Some(found.into_values().collect())
    }
}

/// The conditions of `narrow` that `wide` did not ask for, when the records of `wide` can tell.
fn rest_of<'a>(narrow: &'a Lookup, wide: &Lookup) -> Option<Vec<&'a Condition>> {
    if !narrow.object.eq_ignore_ascii_case(&wide.object) {
        return None;
    }
    let has = |field: &str| field == "Id" || wide.fields.iter().any(|known| known == field);
    let covered = |condition: &Condition| {
        narrow
            .conditions
            .iter()
            .any(|asked| asked.field == condition.field && within(asked, condition))
    };
    if !wide.conditions.iter().all(covered) || !narrow.fields.iter().all(|field| has(field)) {
        return None;
    }
    let rest: Vec<&Condition> = narrow
        .conditions
        .iter()
        .filter(|asked| !wide.conditions.contains(asked))
        .collect();
    rest.iter()
        .all(|condition| has(&condition.field))
        .then_some(rest)
}

fn within(few: &Condition, many: &Condition) -> bool {
    let among = |value: &Scalar| {
        let mut others = many.any_of.iter();
        others.any(|other| value.found_by(&many.field, other))
    };
    few.any_of.iter().all(among)
}

fn project(record: &Record, fields: &[String]) -> Record {
    let names = std::iter::once("Id").chain(fields.iter().map(String::as_str));
    names
        .filter_map(|name| Some((name.to_owned(), record.get(name)?.clone())))
        .collect()
}

#[cfg(test)]
mod tests;
