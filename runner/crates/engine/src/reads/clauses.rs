//! The clauses of one query: the conditions of its lookups, of which those that differ in one list of values become one.
//! Ten thousand lookups of one shape are then a few long lists.

use std::collections::{BTreeSet, HashMap, HashSet};

use usher_core::name::fold;
use usher_core::operation::{Condition, Lookup};
use usher_core::value::Scalar;
use usher_core::values::Values;

/// Clauses that grow.
#[derive(Default)]
pub(super) struct Clauses {
    all: Vec<Clause>,
    /// The keys of the conditions that are in them.
    same: HashSet<String>,
    /// The clause that may grow, by the key of its other conditions and the field of the list.
    growing: HashMap<String, usize>,
}

/// Conditions that are joined by AND.
pub(super) struct Clause {
    /// In the order of the first lookup, each with its field.
    pub(super) lists: Vec<(String, Values)>,
}

/// The place of the conditions of one lookup.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// They are there.
    Known,
    /// They go into a clause, of which one list grows.
    Grows {
        clause: usize,
        list: usize,
    },
    New,
}

/// The conditions of one lookup as texts. Equal texts are equal conditions.
pub(super) struct Written {
    /// The object and the fields that are compared.
    shape: String,
    /// The folded field and the values of each.
    conditions: Vec<(String, String)>,
}

/// Texts by which the place of the conditions of one lookup is found.
pub(super) struct Keys {
    same: String,
    /// The conditions without the values of the list that grows.
    growing: String,
    list: usize,
}

/// The condition in which lookups differ most, by the fields of their conditions: its list is the one that grows. Of a
/// hundred accounts with two roles each, two clauses name a hundred accounts; a hundred clauses would name two roles.
pub(super) struct MostDifferent(HashMap<String, usize>);

impl Written {
    pub(super) fn of(lookup: &Lookup) -> Self {
        let mut shape = fold(&lookup.object);
        let conditions = lookup.conditions.iter().map(|condition| {
            let field = fold(&condition.field);
            shape.push(' ');
            shape.push_str(&field);
            let mut values = String::new();
            for value in &condition.any_of {
                write_value(value, &mut values);
            }
            (field, values)
        });
        let conditions = conditions.collect();
        Self { shape, conditions }
    }
}

impl MostDifferent {
    pub(super) fn of(lookups: &[Written]) -> Self {
        let mut texts: HashMap<&str, Vec<HashSet<&str>>> = HashMap::new();
        for lookup in lookups.iter().filter(|lookup| lookup.conditions.len() > 1) {
            let of_shape = texts.entry(&lookup.shape);
            let of_shape =
                of_shape.or_insert_with(|| vec![HashSet::new(); lookup.conditions.len()]);
            for (texts, (_, values)) in of_shape.iter_mut().zip(&lookup.conditions) {
                texts.insert(values);
            }
        }
        let most_different = texts.into_iter().map(|(shape, texts)| {
            // Of two that differ as much, the first one grows.
            let places = texts.iter().enumerate().rev();
            let most = places.max_by_key(|(_, texts)| texts.len());
            (shape.to_owned(), most.map_or(0, |(place, _)| place))
        });
        Self(most_different.collect())
    }

    /// The keys of the conditions of a lookup.
    pub(super) fn keys(&self, lookup: &Written) -> Keys {
        let list = self.0.get(&lookup.shape).copied().unwrap_or(0);
        let (mut same, mut growing) = (String::new(), String::new());
        for (place, (field, values)) in lookup.conditions.iter().enumerate() {
            for text in [&mut same, &mut growing] {
                text.push_str(field);
                text.push(' ');
            }
            same.push_str(values);
            same.push('\n');
            if place != list {
                growing.push_str(values);
            }
            growing.push('\n');
        }
        Keys {
            same,
            growing,
            list,
        }
    }
}

/// Writes a value down so that none is the beginning of another one.
fn write_value(value: &Scalar, text: &mut String) {
    let (kind, own) = match value {
        Scalar::Nothing => ("nothing", ""),
        Scalar::Truth(true) => ("true", ""),
        Scalar::Truth(false) => ("false", ""),
        Scalar::Number(own) => ("number", own.as_str()),
        Scalar::Text(own) => ("text", own.as_str()),
        Scalar::Date(own) => ("date", own.as_str()),
        Scalar::DateTime(own) => ("time", own.as_str()),
        Scalar::Reference(_) | Scalar::Joined(_) => ("other", &*format!("{value:?}")),
    };
    text.push_str(kind);
    text.push_str(&own.len().to_string());
    text.push(' ');
    text.push_str(own);
}

impl Clauses {
    /// Returns the place of the conditions of a lookup with these keys.
    pub(super) fn place(&self, keys: &Keys) -> Place {
        if self.same.contains(&keys.same) {
            return Place::Known;
        }
        match self.growing.get(&keys.growing) {
            Some(clause) => Place::Grows {
                clause: *clause,
                list: keys.list,
            },
            None => Place::New,
        }
    }

    /// The values of a list that may grow.
    pub(super) fn values(&self, clause: usize, list: usize) -> &Values {
        &self.all[clause].lists[list].1
    }

    /// Adds conditions at their place. Returns those of their values by which a list grows.
    pub(super) fn add<'c>(
        &mut self,
        conditions: &'c [Condition],
        keys: Keys,
        place: Place,
    ) -> Vec<&'c Scalar> {
        let mut grown = Vec::new();
        match place {
            Place::Known => return grown,
            Place::Grows { clause, list } => {
                let (_, values) = &mut self.all[clause].lists[list];
                let any_of = conditions[list].any_of.iter();
                grown = any_of.filter(|value| values.insert(value)).collect();
            }
            Place::New => {
                self.growing.insert(keys.growing, self.all.len());
                self.all.push(Clause::of(conditions));
            }
        }
        self.same.insert(keys.same);
        grown
    }

    /// The clauses. Those that differ in one list have become one, which is met by the same rows as they are.
    pub(super) fn all(self) -> Vec<Clause> {
        let mut all = self.all;
        let lists = all.iter().map(|clause| clause.lists.len());
        for list in 0..lists.max().unwrap_or(0) {
            all = joined(all, list);
        }
        all
    }
}

impl Clause {
    /// The clause of these conditions alone.
    pub(super) fn of(conditions: &[Condition]) -> Self {
        let lists = conditions.iter().map(|condition| {
            let field = condition.field.clone();
            let values = Values::of(&field, &condition.any_of);
            (field, values)
        });
        Self {
            lists: lists.collect(),
        }
    }

    /// The clause as a key, without the values of one list.
    fn text(&self, without: usize) -> String {
        let mut text = String::new();
        for (place, (field, values)) in self.lists.iter().enumerate() {
            let values = (place != without).then(|| {
                let values = values.iter().map(|value| format!("{value:?}"));
                values.collect::<BTreeSet<_>>()
            });
            text.push_str(&format!("{:?} {values:?}\n", fold(field)));
        }
        text
    }
}

/// Makes one clause of those that differ in the values of this list alone.
fn joined(clauses: Vec<Clause>, list: usize) -> Vec<Clause> {
    let mut joined: Vec<Clause> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for clause in clauses {
        let Some((_, values)) = clause.lists.get(list) else {
            joined.push(clause);
            continue;
        };
        let text = clause.text(list);
        match places.get(&text) {
            Some(place) => {
                for value in values.iter() {
                    joined[*place].lists[list].1.insert(value);
                }
            }
            None => {
                places.insert(text, joined.len());
                joined.push(clause);
            }
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use usher_core::operation::{Condition, Lookup};
    use usher_core::value::Scalar;

    use super::{Clause, Clauses, MostDifferent, Written};

    fn shown(lookups: &[&[(&str, &str)]]) -> Vec<String> {
        let lookups = lookups.iter().map(|conditions| {
            let conditions = conditions.iter();
            let conditions =
                conditions.map(|(field, value)| Condition::is(field, Scalar::text(*value)));
            Lookup {
                object: "Assignment".into(),
                fields: Vec::new(),
                conditions: conditions.collect(),
            }
        });
        let lookups: Vec<Lookup> = lookups.collect();
        let written: Vec<Written> = lookups.iter().map(Written::of).collect();
        let most_different = MostDifferent::of(&written);
        let mut clauses = Clauses::default();
        for (lookup, written) in lookups.iter().zip(&written) {
            let keys = most_different.keys(written);
            let place = clauses.place(&keys);
            clauses.add(&lookup.conditions, keys, place);
        }
        let clause = |clause: &Clause| {
            let lists = clause.lists.iter().map(|(field, values)| {
                let values = values.iter().map(|value| match value {
                    Scalar::Text(text) => text.clone(),
                    other => format!("{other:?}"),
                });
                format!("{field}={}", values.collect::<Vec<_>>().join("|"))
            });
            lists.collect::<Vec<_>>().join(" ")
        };
        clauses.all().iter().map(clause).collect()
    }

    #[test]
    fn one_list_of_a_clause_grows() {
        assert_eq!(
            shown(&[
                &[("User", "a"), ("Set", "x")],
                &[("User", "b"), ("Set", "x")],
                &[("User", "a"), ("Set", "x")],
                &[("user", "c"), ("Set", "x")],
            ]),
            ["User=a|b|c Set=x"]
        );
    }

    #[test]
    fn clauses_that_differ_in_one_list_become_one() {
        let pairs = |users: &[&'static str], sets: &[&'static str]| {
            let users = users.iter();
            let pairs =
                users.flat_map(|user| sets.iter().map(|set| [("User", *user), ("Set", *set)]));
            pairs.collect::<Vec<_>>()
        };
        let shown_all = |pairs: &[[(&str, &str); 2]]| {
            let pairs: Vec<&[(&str, &str)]> = pairs.iter().map(|pair| pair.as_slice()).collect();
            shown(&pairs)
        };
        let all = pairs(&["a", "b", "c"], &["x", "y"]);
        assert_eq!(shown_all(&all), ["User=a|b|c Set=x|y"]);
        // Nobody asked for `d` with `x`.
        assert_eq!(
            shown_all(&[all, pairs(&["d"], &["y"])].concat()),
            ["User=a|b|c Set=x", "User=a|b|c|d Set=y"]
        );
        assert_eq!(
            shown(&[&[("A", "1")], &[("A", "1"), ("B", "2")], &[("A", "3")]]),
            ["A=1|3", "A=1 B=2"]
        );
        assert_eq!(
            shown(&[
                &[("A", "1"), ("B", "1")],
                &[("A", "2"), ("B", "2")],
                &[("A", "3"), ("B", "3")],
            ]),
            ["A=1 B=1", "A=2 B=2", "A=3 B=3"]
        );
    }
}
