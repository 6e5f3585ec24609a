//! The clauses of one query: the conditions of its lookups, of which those that differ in one list of values become one.
//! Ten thousand lookups of one shape are then a few long lists.

use std::collections::{HashMap, HashSet};

use usher_core::name::fold;
use usher_core::operation::Condition;
use usher_core::values::Values;

/// Clauses that grow.
#[derive(Default)]
pub(super) struct Clauses {
    all: Vec<Clause>,
    /// The texts of the conditions that are in them.
    same: HashSet<String>,
    /// The clause in which one list may grow, by the texts of its other conditions and the field of the list.
    growing: HashMap<String, (usize, usize)>,
}

/// Conditions that are joined by AND.
struct Clause {
    /// In the order of the first lookup, each with its field.
    lists: Vec<(String, Values)>,
    /// The place of the list that has grown, and no other one may grow any more.
    grows: Option<usize>,
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

impl Clauses {
    /// Returns the place of these conditions.
    pub(super) fn place(&self, conditions: &[Condition]) -> Place {
        if self.same.contains(&text(conditions, None)) {
            return Place::Known;
        }
        let places = 0..conditions.len();
        let mut growing = places.filter_map(|list| {
            let (clause, list) = *self.growing.get(&text(conditions, Some(list)))?;
            let grows = self.all[clause].grows;
            grows
                .is_none_or(|grown| grown == list)
                .then_some(Place::Grows { clause, list })
        });
        growing.next().unwrap_or(Place::New)
    }

    /// The values of a list that may grow.
    pub(super) fn values(&self, clause: usize, list: usize) -> &Values {
        &self.all[clause].lists[list].1
    }

    /// Adds the conditions of a lookup.
    pub(super) fn add(&mut self, conditions: &[Condition]) {
        match self.place(conditions) {
            Place::Known => return,
            Place::Grows { clause, list } => {
                let clause = &mut self.all[clause];
                clause.grows = Some(list);
                for value in &conditions[list].any_of {
                    clause.lists[list].1.insert(value);
                }
            }
            Place::New => {
                let place = self.all.len();
                for list in 0..conditions.len() {
                    self.growing
                        .insert(text(conditions, Some(list)), (place, list));
                }
                let lists = conditions.iter().map(|condition| {
                    let field = condition.field.clone();
                    let values = Values::of(&field, &condition.any_of);
                    (field, values)
                });
                self.all.push(Clause {
                    lists: lists.collect(),
                    grows: None,
                });
            }
        }
        self.same.insert(text(conditions, None));
    }

    /// The clauses, each as its fields with the values.
    pub(super) fn all(&self) -> impl ExactSizeIterator<Item = &[(String, Values)]> {
        self.all.iter().map(|clause| clause.lists.as_slice())
    }
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
    use usher_core::operation::Condition;
    use usher_core::value::Scalar;

    use super::Clauses;

    fn shown(lookups: &[&[(&str, &str)]]) -> Vec<String> {
        let mut clauses = Clauses::default();
        for lookup in lookups {
            let conditions = lookup.iter();
            let conditions: Vec<Condition> = conditions
                .map(|(field, value)| Condition::is(field, Scalar::text(*value)))
                .collect();
            clauses.add(&conditions);
        }
        let clause = |lists: &[(String, super::Values)]| {
            let lists = lists.iter().map(|(field, values)| {
                let values = values.iter().map(|value| match value {
                    Scalar::Text(text) => text.clone(),
                    other => format!("{other:?}"),
                });
                format!("{field}={}", values.collect::<Vec<_>>().join("|"))
            });
            lists.collect::<Vec<_>>().join(" ")
        };
        clauses.all().map(clause).collect()
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
    fn no_two_lists_of_a_clause_grow() {
        assert_eq!(
            shown(&[
                &[("User", "a"), ("Set", "x")],
                &[("User", "b"), ("Set", "x")],
                &[("User", "a"), ("Set", "y")],
                &[("User", "b"), ("Set", "y")],
            ]),
            ["User=a|b Set=x", "User=a|b Set=y"]
        );
        assert_eq!(
            shown(&[&[("A", "1")], &[("A", "1"), ("B", "2")], &[("A", "3")]]),
            ["A=1|3", "A=1 B=2"]
        );
    }
}
