//! The answers to lookups of one object, found by what they ask for.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::view::snapshot::asked::{Asked, Print, Printing, is_id};
use crate::view::snapshot::rows::{Row, Shape};
use usher_contract::name::fold;
use usher_contract::operation::Condition;
use usher_contract::read::ReadError;
use usher_contract::values::{Values, key};

/// Rows, or the reason why there are none.
pub(super) type Answer = Result<Box<[Arc<Row>]>, Box<ReadError>>;

/// An answer, and the lookup that it answers.
#[derive(Clone, Debug)]
struct Known {
    /// The fields that were asked for, and the id.
    fields: Arc<Shape>,
    conditions: Box<[Values]>,
    answer: Answer,
}

/// Answers of one object.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    all: Vec<Option<Known>>,
    same: HashMap<Print, usize>,
    /// The last good answer by its conditions, whatever fields it has.
    by_conditions: HashMap<Print, usize>,
    /// Answers by a value that one of their conditions allows.
    narrowed: HashMap<u64, Vec<usize>>,
    /// Answers that no condition narrows to a value.
    wide: Vec<usize>,
}

/// The rows of an answer, and the conditions that are left to tell them apart by.
pub(super) type Found<'a> = Result<(&'a [Arc<Row>], Vec<Values>), &'a ReadError>;

impl Known {
    /// Says whether the answer holds everything that `asked` may find, and the fields to tell its records apart.
    fn covers(&self, asked: &Asked<'_>) -> bool {
        let lookup = asked.lookup;
        let covered = |known: &Values| {
            lookup.conditions.iter().any(|wanted| {
                known.field().eq_ignore_ascii_case(&wanted.field)
                    && known.contains_all(&wanted.any_of)
            })
        };
        self.conditions.iter().all(covered)
            && self.has_all(&lookup.fields)
            && lookup
                .conditions
                .iter()
                .all(|wanted| self.has(&wanted.field) || self.left_of(wanted).is_none())
    }

    fn has_all(&self, fields: &[String]) -> bool {
        fields.iter().all(|name| self.has(name))
    }

    fn has(&self, field: &str) -> bool {
        is_id(field) || self.fields.has(&fold(field))
    }

    /// The values that a condition leaves to be compared; none when the answer is to an equal one.
    fn left_of(&self, wanted: &Condition) -> Option<Values> {
        let values = Values::of(&wanted.field, &wanted.any_of);
        let mut known = self.conditions.iter();
        let is_equal = |known: &Values| {
            known.field().eq_ignore_ascii_case(&wanted.field)
                && known.len() == values.len()
                && values.iter().all(|value| known.contains(value))
        };
        (!known.any(is_equal)).then_some(values)
    }

    /// The records of the answer, with the conditions that its own lookup did not have.
    fn told_apart(&self, asked: &Asked<'_>) -> Found<'_> {
        let rows = self.answer.as_ref().map_err(|error| &**error)?;
        let conditions = asked.lookup.conditions.iter();
        let rest = conditions.filter_map(|wanted| self.left_of(wanted));
        Ok((rows, rest.collect()))
    }
}

impl Answers {
    pub(super) fn put(
        &mut self,
        printing: &Printing,
        asked: &Asked<'_>,
        fields: Arc<Shape>,
        answer: Answer,
    ) {
        let conditions = asked.lookup.conditions.iter();
        let conditions = conditions.map(|one| Values::of(&one.field, &one.any_of));
        let known = Known {
            fields,
            conditions: conditions.collect(),
            answer,
        };
        if let Some(place) = self.same.get(&asked.print) {
            self.all[*place] = Some(known);
            return;
        }
        let place = self.all.len();
        if known.answer.is_ok() {
            self.by_conditions.insert(asked.conditions, place);
        }
        self.note(printing, place, &known.conditions);
        self.all.push(Some(known));
        self.same.insert(asked.print, place);
    }

    pub(super) fn forget(&mut self, asked: &Asked<'_>) {
        if let Some(place) = self.same.remove(&asked.print) {
            self.all[place] = None;
        }
    }

    /// Puts an answer under the values of its most telling condition.
    fn note(&mut self, printing: &Printing, place: usize, conditions: &[Values]) {
        let keyed = conditions.iter().filter_map(|values| {
            let keys = values
                .iter()
                .map(|value| Some(printing.place(values.field(), &key(value)?)));
            let keys: Option<BTreeSet<u64>> = keys.collect();
            // Nothing has one of no values: such an answer is found by none.
            let keys = keys.filter(|keys| !keys.is_empty())?;
            let crowd = keys
                .iter()
                .map(|key| self.narrowed.get(key).map_or(0, Vec::len));
            Some((crowd.max().unwrap_or(0), keys))
        });
        match keyed.min_by_key(|(crowd, keys)| (*crowd, keys.len())) {
            None => self.wide.push(place),
            Some((_, keys)) => {
                for key in keys {
                    let places = self.narrowed.entry(key);
                    // Most values are those of one answer.
                    places.or_insert_with(|| Vec::with_capacity(1)).push(place);
                }
            }
        }
    }

    pub(super) fn get(&self, printing: &Printing, asked: &Asked<'_>) -> Option<Found<'_>> {
        if let Some(known) = self.of_same_conditions(asked) {
            let rows = known.answer.as_deref().map_err(|error| &**error);
            return Some(rows.map(|rows| (rows, Vec::new())));
        }
        Some(self.wider(printing, asked)?.told_apart(asked))
    }

    /// Says whether the answer is known.
    pub(super) fn has(&self, printing: &Printing, asked: &Asked<'_>) -> bool {
        self.of_same_conditions(asked).is_some() || self.wider(printing, asked).is_some()
    }

    /// The answer to the same lookup, or to one that only has more fields.
    fn of_same_conditions(&self, asked: &Asked<'_>) -> Option<&Known> {
        if let Some(place) = self.same.get(&asked.print) {
            return self.all[*place].as_ref();
        }
        let place = *self.by_conditions.get(&asked.conditions)?;
        let known = self.all[place].as_ref()?;
        (known.answer.is_ok() && known.has_all(&asked.lookup.fields)).then_some(known)
    }

    /// The answer to a lookup that finds all that is asked for.
    fn wider(&self, printing: &Printing, asked: &Asked<'_>) -> Option<&Known> {
        let narrowed = printing.places(asked.lookup);
        let narrowed = narrowed.filter_map(|place| self.narrowed.get(&place));
        let places = self.wide.iter().chain(narrowed.flatten());
        let mut known = places.filter_map(|place| self.all[*place].as_ref());
        known.find(|known| known.answer.is_ok() && known.covers(asked))
    }
}
