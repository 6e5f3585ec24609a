//! The answers of the real org that one planning has read so far. A lookup is answered from memory when an earlier
//! lookup found at least as much, or when it names records by id that are known.
//!
//! Names of objects and fields are folded in here; an answer has them as they are asked for.

mod answers;

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::view::overlay::id_field;
use crate::view::snapshot::answers::{Answers, Asked};
use usher_contract::id;
use usher_contract::name::fold;
use usher_contract::operation::Lookup;
use usher_contract::read::{ReadError, Record};
use usher_contract::value::Scalar;

/// Answers of the real org by lookup.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// By object.
    answers: HashMap<String, Answers>,
    /// Single records from the answers, found by themselves or as parents along a path: by object and id in 18
    /// characters.
    records: HashMap<(String, String), Record>,
}

impl Snapshot {
    /// Keeps the answer to a lookup.
    pub fn put(&mut self, lookup: Lookup, answer: Result<Vec<Record>, ReadError>) {
        let answer = answer.map(|records| records.into_iter().map(folded).collect::<Vec<_>>());
        let object = fold(&lookup.object);
        for record in answer.iter().flatten() {
            self.learn(&object, record);
        }
        let answers = self.answers.entry(object).or_default();
        answers.put(Asked::of(&lookup), answer);
    }

    /// Forgets the answer to a lookup, so that it is read again.
    pub fn forget(&mut self, lookup: &Lookup) {
        if let Some(answers) = self.answers.get_mut(&fold(&lookup.object)) {
            answers.forget(&Asked::of(lookup));
        }
    }

    /// The answer, from the same lookup, from a wider one, or from what is known of the records.
    pub fn get(&self, lookup: &Lookup) -> Option<Result<Vec<Record>, ReadError>> {
        let asked = Asked::of(lookup);
        let found = self.answers.get(&fold(&lookup.object));
        let found = found.and_then(|answers| answers.get(&asked));
        let found = found.or_else(|| self.by_ids(lookup, &asked).map(Ok))?;
        Some(found.map(|records| {
            let records = records.into_iter();
            records
                .map(|record| project(record, &lookup.fields))
                .collect()
        }))
    }

    /// Says whether the answer is known.
    pub fn has(&self, lookup: &Lookup) -> bool {
        let asked = Asked::of(lookup);
        let answers = self.answers.get(&fold(&lookup.object));
        answers.is_some_and(|answers| answers.has(&asked)) || self.by_ids(lookup, &asked).is_some()
    }

    /// Keeps the values of a row's record, and of the parents whose ids are in it.
    fn learn(&mut self, object: &str, row: &Record) {
        let id_in = |field: &str| {
            let id = row.get(field).and_then(Value::as_str);
            id.and_then(id::canonical)
        };
        if let Some(id) = id_in("id").filter(|_| !object.is_empty()) {
            let known = self.records.entry((object.to_owned(), id)).or_default();
            let fields = row.iter();
            known.extend(fields.map(|(name, value)| (name.clone(), value.clone())));
        }
        for (path, value) in row.iter().filter(|(path, _)| path.contains('.')) {
            let segments: Vec<&str> = path.split('.').collect();
            for depth in 1..segments.len() {
                let Some(id) = id_in(&fold(&id_field(&segments[..depth]))) else {
                    continue;
                };
                let object = fold(id::object_of(&id).unwrap_or_default());
                // A parent whose prefix Usher does not know may be of any object.
                if !object.is_empty() {
                    let known = self.records.entry((object, id)).or_default();
                    known.insert(segments[depth..].join("."), value.clone());
                }
            }
        }
    }

    /// The records that a lookup names by id, when everything it asks of each is known.
    fn by_ids(&self, lookup: &Lookup, asked: &Asked<'_>) -> Option<Vec<Record>> {
        let mut conditions = lookup.conditions.iter();
        let named = conditions.find(|one| one.field.eq_ignore_ascii_case("Id"))?;
        let object = fold(&lookup.object);
        let mut found = BTreeMap::new();
        for id in &named.any_of {
            let Scalar::Text(text) = id else {
                return None;
            };
            let id = id::canonical(text)?;
            let known = self.records.get(&(object.clone(), id.clone()))?;
            if !asked
                .names()
                .all(|name| name == "id" || known.contains_key(name))
            {
                return None;
            }
            let mut record = known.clone();
            record.insert("id".to_owned(), Value::String(id.clone()));
            if asked.is_met_by(&record) {
                found.insert(id, record);
            }
        }
        Some(found.into_values().collect())
    }
}

fn folded(record: Record) -> Record {
    let fields = record.into_iter();
    fields.map(|(name, value)| (fold(&name), value)).collect()
}

fn project(record: Record, fields: &[String]) -> Record {
    let names = std::iter::once("Id").chain(fields.iter().map(String::as_str));
    names
        .filter_map(|name| Some((name.to_owned(), record.get(&fold(name))?.clone())))
        .collect()
}

#[cfg(test)]
mod tests;
