//! The answers to lookups of one object, found by what they ask for.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use usher_contract::name::fold;
use usher_contract::operation::Lookup;
use usher_contract::read::{ReadError, Record};
use usher_contract::value::Scalar;
use usher_contract::values::{Values, key};

type Answer = Result<Vec<Record>, ReadError>;

/// The things that a lookup asks for, in one order and spelling. Names are folded.
pub(super) struct Asked<'l> {
    lookup: &'l Lookup,
    /// Equal for equal lookups.
    same: String,
    details: OnceCell<Details>,
}

/// Made when no equal lookup is known: values take time to compare.
struct Details {
    fields: BTreeSet<String>,
    conditions: Vec<(String, Values)>,
}

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
    same: HashMap<String, usize>,
    /// Answers by a field of one of their conditions and the key of a value that this allows.
    narrowed: HashMap<String, HashMap<String, Vec<usize>>>,
    /// Answers that no condition narrows to a value.
    wide: Vec<usize>,
}

impl<'l> Asked<'l> {
    pub(super) fn of(lookup: &'l Lookup) -> Self {
        Self {
            lookup,
            same: same(lookup),
            details: OnceCell::new(),
        }
    }

    fn details(&self) -> &Details {
        self.details.get_or_init(|| {
            let fields = self.lookup.fields.iter().map(|name| fold(name));
            let conditions = self.lookup.conditions.iter();
            let conditions = conditions.map(|condition| {
                let values = Values::of(&condition.field, &condition.any_of);
                (fold(&condition.field), values)
            });
            Details {
                fields: fields.filter(|name| name != "id").collect(),
                conditions: conditions.collect(),
            }
        })
    }

    /// Every field that is asked for or compared.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let Details { fields, conditions } = self.details();
        let compared = conditions.iter().map(|(name, _)| name);
        fields.iter().chain(compared).map(String::as_str)
    }

    pub(super) fn is_met_by(&self, record: &Record) -> bool {
        let mut conditions = self.details().conditions.iter();
        conditions.all(|(name, values)| {
            let value = record.get(name).and_then(Scalar::from_json);
            values.contains(&value.unwrap_or(Scalar::Nothing))
        })
    }

    /// Returns, for each condition, the field and the key of the first value that it allows.
    fn keys(&self) -> impl Iterator<Item = (String, String)> {
        self.lookup.conditions.iter().filter_map(|condition| {
            let first = condition.any_of.first()?;
            Some((fold(&condition.field), key(first)?))
        })
    }
}

/// A text that is equal for equal lookups.
fn same(lookup: &Lookup) -> String {
    let mut fields: Vec<String> = lookup.fields.iter().map(|name| fold(name)).collect();
    fields.retain(|name| name != "id");
    fields.sort_unstable();
    fields.dedup();
    let conditions = lookup.conditions.iter().map(|condition| {
        let mut values: Vec<&Scalar> = condition.any_of.iter().collect();
        values.sort_unstable();
        values.dedup();
        (fold(&condition.field), values)
    });
    let mut conditions: Vec<(String, Vec<&Scalar>)> = conditions.collect();
    conditions.sort_unstable();
    let mut same = fields.join(" ");
    for (field, values) in conditions {
        same.extend(["\n", &field]);
        for value in values {
            // Names hold no blank, and the length of a text says where it ends.
            let _written = match value {
                Scalar::Text(text) => write!(same, " {} {text}", text.len()),
                value => write!(same, " {value:?}"),
            };
        }
    }
    same
}

impl Known {
    /// Says whether the answer holds everything that `asked` may find, and the fields to tell its records apart.
    fn covers(&self, asked: &Asked<'_>) -> bool {
        let asked = asked.details();
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
    fn told_apart(&self, asked: &Asked<'_>) -> Vec<Record> {
        let rest = asked.details().conditions.iter().filter(|(name, wanted)| {
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
    pub(super) fn put(&mut self, asked: Asked<'_>, answer: Answer) {
        asked.details();
        let same = asked.same;
        let Some(Details { fields, conditions }) = asked.details.into_inner() else {
            return;
        };
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

    pub(super) fn forget(&mut self, asked: &Asked<'_>) {
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
                .map(|(name, key)| self.narrowed_to(name, key).map_or(0, Vec::len));
            Some((crowd.max().unwrap_or(0), keys))
        });
        match keyed.min_by_key(|(crowd, keys)| (*crowd, keys.len())) {
            None => self.wide.push(place),
            Some((_, keys)) => {
                let keys: BTreeSet<_> = keys.into_iter().collect();
                for (name, key) in keys {
                    let of_field = self.narrowed.entry(name).or_default();
                    of_field.entry(key).or_default().push(place);
                }
            }
        }
    }

    fn narrowed_to(&self, field: &str, key: &str) -> Option<&Vec<usize>> {
        self.narrowed.get(field)?.get(key)
    }

    pub(super) fn get(&self, asked: &Asked<'_>) -> Option<Answer> {
        if let Some(place) = self.same.get(&asked.same) {
            return self.all[*place].as_ref().map(|known| known.answer.clone());
        }
        Some(Ok(self.wider(asked)?.told_apart(asked)))
    }

    /// Says whether the answer is known.
    pub(super) fn has(&self, asked: &Asked<'_>) -> bool {
        match self.same.get(&asked.same) {
            Some(place) => self.all[*place].is_some(),
            None => self.wider(asked).is_some(),
        }
    }

    /// The answer to a lookup that finds all that is asked for.
    fn wider(&self, asked: &Asked<'_>) -> Option<&Known> {
        let keys: Vec<_> = asked.keys().collect();
        let narrowed = keys
            .iter()
            .filter_map(|(name, key)| self.narrowed_to(name, key))
            .flatten();
        let mut known = self
            .wide
            .iter()
            .chain(narrowed)
            .filter_map(|place| self.all[*place].as_ref());
        known.find(|known| known.answer.is_ok() && known.covers(asked))
    }
}
