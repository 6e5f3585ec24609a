//! The answers to lookups of one object, found by what they ask for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use usher_contract::name::fold;
use usher_contract::operation::Lookup;
use usher_contract::read::{ReadError, Record};
use usher_contract::value::Scalar;
use usher_contract::values::{Values, key};

type Answer = Result<Vec<Record>, ReadError>;

/// The things that a lookup asks for, in one order and spelling. Names are folded.
pub(super) struct Asked {
    fields: BTreeSet<String>,
    conditions: Vec<(String, Values)>,
    /// Equal for equal lookups.
    same: Same,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Same(BTreeSet<String>, BTreeMap<String, Vec<BTreeSet<Scalar>>>);

/// An answer, and the lookup that it answers.
#[derive(Clone, Debug)]
struct Known {
    fields: BTreeSet<String>,
    conditions: Vec<(String, Values)>,
    answer: Answer,
}

/// Answers of one object.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    all: Vec<Option<Known>>,
    same: HashMap<Same, usize>,
    /// Answers by a field of one of their conditions and the key of a value that this allows.
    narrowed: HashMap<(String, String), Vec<usize>>,
    /// Answers that no condition narrows to a value.
    wide: Vec<usize>,
}

impl Asked {
    pub(super) fn of(lookup: &Lookup) -> Self {
        let fields = lookup.fields.iter().map(|name| fold(name));
        let fields: BTreeSet<String> = fields.filter(|name| name != "id").collect();
        let conditions = lookup.conditions.iter();
        let conditions: Vec<(String, Values)> = conditions
            .map(|condition| {
                let values = Values::of(&condition.field, &condition.any_of);
                (fold(&condition.field), values)
            })
            .collect();
        let mut by_field: BTreeMap<String, Vec<BTreeSet<Scalar>>> = BTreeMap::new();
        for condition in &lookup.conditions {
            let values = condition.any_of.iter().cloned().collect();
            by_field
                .entry(fold(&condition.field))
                .or_default()
                .push(values);
        }
        by_field.values_mut().for_each(|values| values.sort());
        Self {
            same: Same(fields.clone(), by_field),
            fields,
            conditions,
        }
    }

    /// Every field that is asked for or compared.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let compared = self.conditions.iter().map(|(name, _)| name);
        self.fields.iter().chain(compared).map(String::as_str)
    }

    pub(super) fn is_met_by(&self, record: &Record) -> bool {
        let mut conditions = self.conditions.iter();
        conditions.all(|(name, values)| {
            let value = record.get(name).and_then(Scalar::from_json);
            values.contains(&value.unwrap_or(Scalar::Nothing))
        })
    }

    /// Returns, for each condition, the field and the key of the first value that it allows.
    fn keys(&self) -> impl Iterator<Item = (String, String)> {
        self.conditions.iter().filter_map(|(name, values)| {
            let first = values.iter().next()?;
            Some((name.clone(), key(first)?))
        })
    }
}

impl Known {
    /// Says whether the answer holds everything that `asked` may find, and the fields to tell its records apart.
    fn covers(&self, asked: &Asked) -> bool {
        let covered = |(name, values): &(String, Values)| {
            asked.conditions.iter().any(|(other, wanted)| {
                other == name && wanted.iter().all(|value| values.contains(value))
            })
        };
        let has = |name: &String| name == "id" || self.fields.contains(name);
        self.conditions.iter().all(covered)
            && asked.fields.iter().all(has)
            && asked.conditions.iter().all(|(name, wanted)| {
                has(name)
                    || self
                        .conditions
                        .iter()
                        .any(|one| is_equal(one, name, wanted))
            })
    }

    /// The records of the answer that also meet the conditions that its own lookup did not have.
    fn told_apart(&self, asked: &Asked) -> Vec<Record> {
        let rest = asked.conditions.iter().filter(|(name, wanted)| {
            !self
                .conditions
                .iter()
                .any(|one| is_equal(one, name, wanted))
        });
        let rest: Vec<&(String, Values)> = rest.collect();
        let holds = |record: &&Record| {
            rest.iter().all(|(name, wanted)| {
                let value = record.get(name).and_then(Scalar::from_json);
                wanted.contains(&value.unwrap_or(Scalar::Nothing))
            })
        };
        let records = self.answer.iter().flatten();
        records.filter(holds).cloned().collect()
    }
}

fn is_equal((name, values): &(String, Values), other: &str, wanted: &Values) -> bool {
    name == other
        && values.len() == wanted.len()
        && wanted.iter().all(|value| values.contains(value))
}

impl Answers {
    pub(super) fn put(&mut self, asked: Asked, answer: Answer) {
        let Asked {
            fields,
            conditions,
            same,
        } = asked;
        let known = Known {
            fields,
            conditions,
            answer,
        };
        if let Some(place) = self.same.get(&same) {
            self.all[*place] = Some(known);
            return;
        }
        let place = self.all.len();
        self.note(place, &known.conditions);
        self.all.push(Some(known));
        self.same.insert(same, place);
    }

    pub(super) fn forget(&mut self, asked: &Asked) {
        if let Some(place) = self.same.remove(&asked.same) {
            self.all[place] = None;
        }
    }

    /// Puts an answer under the values of its most telling condition.
    fn note(&mut self, place: usize, conditions: &[(String, Values)]) {
        let keyed = conditions.iter().filter_map(|(name, values)| {
            let keys: Option<Vec<_>> = values
                .iter()
                .map(|value| Some((name.clone(), key(value)?)))
                .collect();
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
                let keys: BTreeSet<_> = keys.into_iter().collect();
                for key in keys {
                    self.narrowed.entry(key).or_default().push(place);
                }
            }
        }
    }

    pub(super) fn get(&self, asked: &Asked) -> Option<Answer> {
        if let Some(place) = self.same.get(&asked.same) {
            return self.all[*place].as_ref().map(|known| known.answer.clone());
        }
        let keys: Vec<_> = asked.keys().collect();
        let narrowed = keys
            .iter()
            .filter_map(|key| self.narrowed.get(key))
            .flatten();
        let mut known = self
            .wide
            .iter()
            .chain(narrowed)
            .filter_map(|place| self.all[*place].as_ref());
        let wider = known.find(|known| known.answer.is_ok() && known.covers(asked))?;
        Some(Ok(wider.told_apart(asked)))
    }
}
