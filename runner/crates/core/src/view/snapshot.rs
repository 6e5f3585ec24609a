//! The answers of the real org that one planning has read so far. A lookup is answered from memory when an earlier
//! lookup found at least as much, or when it names records by id that are known.
//!
//! Names of objects and fields are folded in here; an answer has them as they are asked for. There may be ten thousand
//! people with a dozen answers each: rows share their names, and are kept once, however they are found.

mod answers;
mod asked;
mod records;
mod rows;

use std::collections::HashMap;

use serde_json::Value;

use crate::view::snapshot::answers::Answers;
use crate::view::snapshot::asked::{Asked, Printing, is_id};
use crate::view::snapshot::records::{Id, Known, Records};
use crate::view::snapshot::rows::{Cell, Shapes};
use usher_contract::name::fold;
use usher_contract::operation::Lookup;
use usher_contract::read::{ReadError, Record};
use usher_contract::value::Scalar;
use usher_contract::values::Values;

pub use asked::Print;

/// Answers of the real org by lookup.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// By object.
    answers: HashMap<String, Answers>,
    records: Records,
    shapes: Shapes,
    printing: Printing,
}

impl Snapshot {
    /// Keeps the answer to a lookup.
    pub fn put(&mut self, lookup: Lookup, answer: Result<Vec<Record>, ReadError>) {
        let asked = self.printing.asked(&lookup);
        let fields = lookup.fields.iter().map(|name| fold(name));
        let fields = self.shapes.of(fields.chain(["id".to_owned()]));
        let answer = answer.map(|records| self.shapes.rows(records));
        for row in answer.iter().flatten() {
            self.records.learn(&asked.object, row, &mut self.shapes);
        }
        let answers = self.answers.entry(asked.object.clone()).or_default();
        answers.put(&self.printing, &asked, fields, answer.map_err(Box::new));
    }

    /// Forgets the answer to a lookup, so that it is read again.
    pub fn forget(&mut self, lookup: &Lookup) {
        let asked = self.printing.asked(lookup);
        if let Some(answers) = self.answers.get_mut(&asked.object) {
            answers.forget(&asked);
        }
    }

    /// The answer, from the same lookup, from a wider one, or from what is known of the records.
    pub fn get(&self, lookup: &Lookup) -> Option<Result<Vec<Record>, ReadError>> {
        let asked = self.printing.asked(lookup);
        let names = Names::of(lookup);
        let answers = self.answers.get(&asked.object);
        match answers.and_then(|answers| answers.get(&self.printing, &asked)) {
            Some(Ok((rows, rest))) => {
                let rest = Compared::of(rest);
                let rows = rows.iter();
                let rows = rows.filter(|row| rest.are_met(|name| row.get(name).map(Cell::scalar)));
                let records = rows.map(|row| names.record(|name| row.get(name).map(Cell::json)));
                Some(Ok(records.collect()))
            }
            Some(Err(error)) => Some(Err(error.clone())),
            None => {
                let found = self.by_ids(&asked)?.into_iter();
                let records = found.map(|(id, known)| {
                    names.record(|name| match name {
                        "id" => Some(Value::String(id.text())),
                        name => known.get(name).map(Cell::json),
                    })
                });
                Some(Ok(records.collect()))
            }
        }
    }

    /// Equal for equal lookups, whatever the case and the order of their names. Comparable only within one snapshot.
    pub fn print(&self, lookup: &Lookup) -> Print {
        let asked = self.printing.asked(lookup);
        self.printing.of((asked.object, asked.print))
    }

    /// Says whether the answer is known.
    pub fn has(&self, lookup: &Lookup) -> bool {
        let asked = self.printing.asked(lookup);
        let answers = self.answers.get(&asked.object);
        answers.is_some_and(|answers| answers.has(&self.printing, &asked))
            || self.by_ids(&asked).is_some()
    }

    /// The records that a lookup names by id, when everything it asks of each is known. In the order of their ids.
    fn by_ids(&self, asked: &Asked<'_>) -> Option<Vec<(Id, &Known)>> {
        let conditions = &asked.lookup.conditions;
        let named = conditions.iter().find(|one| is_id(&one.field))?;
        let ids = named.any_of.iter().map(|id| match id {
            Scalar::Text(text) => Id::of(text),
            _ => None,
        });
        let mut ids: Vec<Id> = ids.collect::<Option<_>>()?;
        ids.sort_unstable();
        ids.dedup();
        let known = ids.into_iter().map(|id| {
            let known = self.records.get(&asked.object, id)?;
            Some((id, known))
        });
        let known: Vec<(Id, &Known)> = known.collect::<Option<_>>()?;
        let compared = conditions.iter().map(|condition| &condition.field);
        let names = asked.lookup.fields.iter().chain(compared);
        let mut names = names.filter(|name| !is_id(name)).map(|name| fold(name));
        let is_known = |name: String| known.iter().all(|(_, known)| known.get(&name).is_some());
        if !names.all(is_known) {
            return None;
        }
        let conditions = conditions.iter();
        let conditions = conditions.map(|one| Values::of(&one.field, &one.any_of));
        let compared = Compared::of(conditions.collect());
        let is_met = |(id, known): &(Id, &Known)| {
            compared.are_met(|name| match name {
                "id" => Some(Scalar::Text(id.text())),
                name => known.get(name).map(Cell::scalar),
            })
        };
        Some(known.into_iter().filter(is_met).collect())
    }
}

/// Fields that are asked for, each with its folded name.
struct Names<'l>(Vec<(&'l str, String)>);

impl<'l> Names<'l> {
    fn of(lookup: &'l Lookup) -> Self {
        let names = std::iter::once("Id").chain(lookup.fields.iter().map(String::as_str));
        Self(names.map(|name| (name, fold(name))).collect())
    }

    fn record(&self, value: impl Fn(&str) -> Option<Value>) -> Record {
        let names = self.0.iter();
        names
            .filter_map(|(name, folded)| Some(((*name).to_owned(), value(folded)?)))
            .collect()
    }
}

/// Conditions that records are compared with, each with the folded name of its field.
struct Compared(Vec<(String, Values)>);

impl Compared {
    fn of(conditions: Vec<Values>) -> Self {
        let conditions = conditions.into_iter();
        Self(conditions.map(|one| (fold(one.field()), one)).collect())
    }

    /// Says whether a record meets them all.
    fn are_met(&self, value: impl Fn(&str) -> Option<Scalar>) -> bool {
        self.0
            .iter()
            .all(|(name, values)| values.contains(&value(name).unwrap_or(Scalar::Nothing)))
    }
}

#[cfg(test)]
mod tests;
