//! What has been read of the real org so far in one planning. A lookup is answered from memory when
//! one that found at least as much has been made.

use std::collections::BTreeMap;

use crate::operation::{Condition, Lookup};
use crate::read::{ReadError, Record};
use crate::value::Scalar;
use crate::view::overlay::holds;

/// Answers of the real org by lookup.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    answers: BTreeMap<Lookup, Result<Vec<Record>, ReadError>>,
}

impl Snapshot {
    /// Keeps the answer to a lookup.
    pub fn put(&mut self, lookup: Lookup, answer: Result<Vec<Record>, ReadError>) {
        self.answers.insert(lookup, answer);
    }

    /// The answer, from the same lookup or from a wider one.
    pub fn get(&self, lookup: &Lookup) -> Option<Result<Vec<Record>, ReadError>> {
        if let Some(answer) = self.answers.get(lookup) {
            return Some(answer.clone());
        }
        self.answers.iter().find_map(|(wider, answer)| {
            let records = answer.as_ref().ok()?;
            let rest = rest_of(lookup, wider)?;
            Some(Ok(records
                .iter()
                .filter(|record| rest.iter().all(|condition| holds(record, condition)))
                .map(|record| project(record, &lookup.fields))
                .collect()))
        })
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
            .any(|asked| asked.field == condition.field && within(&asked.any_of, &condition.any_of))
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

fn within(few: &[Scalar], many: &[Scalar]) -> bool {
    few.iter()
        .all(|value| many.iter().any(|other| value.same(other)))
}

fn project(record: &Record, fields: &[String]) -> Record {
    let names = std::iter::once("Id").chain(fields.iter().map(String::as_str));
    names
        .filter_map(|name| Some((name.to_owned(), record.get(name)?.clone())))
        .collect()
}
