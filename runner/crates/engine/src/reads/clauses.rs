//! The clauses of one query: the conditions of its lookups, of which those that differ in one list of values become one.
//! Ten thousand lookups of one shape are then a few long lists.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use usher_core::name::fold;
use usher_core::operation::{Condition, Lookup};
use usher_core::values::Values;

/// Clauses that grow.
pub(super) struct Clauses {
    all: Vec<Clause>,
    /// The texts of the conditions that are in them.
    same: HashSet<String>,
    /// The clause that may grow, by the texts of its other conditions and the field of the list.
    growing: HashMap<String, usize>,
    most_different: Arc<MostDifferent>,
}

/// Conditions that are joined by AND.
pub(super) struct Clause {
    /// In the order of the first lookup, each with its field.
    pub(super) lists: Vec<(String, Values)>,
}

/// The place of the conditions of one lookup.
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

/// The condition in which lookups differ most, by the fields of their conditions: its list is the one that grows. Of a
/// hundred accounts with two roles each, two clauses name a hundred accounts; a hundred clauses would name two roles.
#[derive(Default)]
pub(super) struct MostDifferent(HashMap<String, usize>);

impl MostDifferent {
    pub(super) fn of<'a>(lookups: impl Iterator<Item = &'a Lookup>) -> Self {
        let mut texts: HashMap<String, Vec<HashSet<String>>> = HashMap::new();
        for lookup in lookups.filter(|lookup| lookup.conditions.len() > 1) {
            let conditions = &lookup.conditions;
            let of_shape = texts.entry(shape(lookup));
            let of_shape = of_shape.or_insert_with(|| vec![HashSet::new(); conditions.len()]);
            for (place, condition) in conditions.iter().enumerate() {
                of_shape[place].insert(format!("{:?}", condition.any_of));
            }
        }
        let most_different = texts.into_iter().map(|(shape, texts)| {
            // Of two that differ as much, the first one grows.
            let places = texts.iter().enumerate().rev();
            let most = places.max_by_key(|(_, texts)| texts.len());
            (shape, most.map_or(0, |(place, _)| place))
        });
        Self(most_different.collect())
    }

    fn list(&self, lookup: &Lookup) -> usize {
        self.0.get(&shape(lookup)).copied().unwrap_or(0)
    }
}

impl Clauses {
    /// No clauses yet.
    pub(super) fn growing(most_different: &Arc<MostDifferent>) -> Self {
        Self {
            all: Vec::new(),
            same: HashSet::new(),
            growing: HashMap::new(),
            most_different: Arc::clone(most_different),
        }
    }

    /// Returns the place of the conditions of a lookup.
    pub(super) fn place(&self, lookup: &Lookup) -> Place {
        let conditions = &lookup.conditions;
        if self.same.contains(&text(conditions, None)) {
            return Place::Known;
        }
        let list = self.most_different.list(lookup);
        match self.growing.get(&text(conditions, Some(list))) {
            Some(clause) => Place::Grows {
                clause: *clause,
                list,
            },
            None => Place::New,
        }
    }

    /// The values of a list that may grow.
    pub(super) fn values(&self, clause: usize, list: usize) -> &Values {
        &self.all[clause].lists[list].1
    }

    /// Adds the conditions of a lookup.
    pub(super) fn add(&mut self, lookup: &Lookup) {
        let conditions = &lookup.conditions;
        match self.place(lookup) {
            Place::Known => return,
            Place::Grows { clause, list } => {
                let (_, values) = &mut self.all[clause].lists[list];
                for value in &conditions[list].any_of {
                    values.insert(value);
                }
            }
            Place::New => {
                let list = self.most_different.list(lookup);
                let place = self.all.len();
                self.growing.insert(text(conditions, Some(list)), place);
                self.all.push(Clause::of(conditions));
            }
        }
        self.same.insert(text(conditions, None));
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

/// The object of a lookup and the fields of its conditions as a key.
fn shape(lookup: &Lookup) -> String {
    let fields = lookup.conditions.iter();
    let fields: Vec<String> = fields.map(|condition| fold(&condition.field)).collect();
    format!("{:?} {fields:?}", fold(&lookup.object))
}

/// Conditions as a key; without the values of one list.
fn text(conditions: &[Condition], without: Option<usize>) -> String {
    let mut text = String::new();
    for (place, condition) in conditions.iter().enumerate() {
        let values = match without {
            Some(list) if list == place => None,
            _ => Some(&condition.any_of),
        };
        text.push_str(&format!("{:?} {values:?}\n", fold(&condition.field)));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use usher_core::operation::{Condition, Lookup};
    use usher_core::value::Scalar;

    use super::{Clause, Clauses, MostDifferent};

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
        let most_different = Arc::new(MostDifferent::of(lookups.iter()));
        let mut clauses = Clauses::growing(&most_different);
        lookups.iter().for_each(|lookup| clauses.add(lookup));
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
