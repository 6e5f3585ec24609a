//! Rows of the real org: those that meet the conditions today, and those that something planned may bring
//! into the answer.

use std::collections::HashSet;

use usher_contract::change::Certainty;
use usher_contract::id;
use usher_contract::name::fold;
use usher_contract::operation::{Condition, Lookup};
use usher_contract::read::{ReadError, Record};
use usher_contract::value::Scalar;
use usher_contract::values::Values;

use crate::view::index::ObjectIndex;
use crate::view::overlay::row::Row;
use crate::view::overlay::{PARENTS_MAX, Reading, id_field};
use crate::view::pending;
use crate::view::prediction::Predicted;

const ID: &str = "Id";

/// A field that will be opened, folded, and the value that existing records have in it.
pub(super) type Opened = (String, Scalar);

impl Reading<'_> {
    /// Real rows that meet the known part of the conditions, and those that an alteration may bring in.
    pub(super) fn existing(&mut self, fields: &[String]) -> Result<Vec<Row>, ReadError> {
        let opened = self.opened_fields();
        let is_opened = |name: &str| opened.iter().any(|(field, _)| *field == fold(name));
        let asked = Lookup {
            object: self.lookup.object.clone(),
            fields: fields
                .iter()
                .filter(|name| !is_opened(name))
                .cloned()
                .collect(),
            conditions: Vec::new(),
        };
        let mut records = Vec::new();
        if let Some(conditions) = self.conditions_of_today(&opened) {
            records = self.real_rows(Lookup {
                conditions,
                ..asked.clone()
            })?;
        }
        let found = records.len();
        records.extend(self.altered(&asked, &records)?);
        records.extend(self.of_altered_parents(&asked, &opened)?);
        let is_mixed = records.len() > found;
        let mut known = HashSet::new();
        let mut rows: Vec<Row> = records.into_iter().map(Row::of).collect();
        rows.retain(|row| known.insert(row.id.to_json().to_string()));
        if is_mixed {
            rows.sort_by_cached_key(|row| row.id.to_json().to_string());
        }
        for row in &mut rows {
            for (name, initial) in &opened {
                let field = row.fields.entry(name.clone());
                field.or_insert_with(|| initial.to_json());
            }
        }
        Ok(rows)
    }

    /// The conditions as the org can answer them today. `None`: no row meets them.
    ///
    /// An opened field has its initial value in every existing row, so it is compared here, not in the org.
    pub(super) fn conditions_of_today(&self, opened: &[Opened]) -> Option<Vec<Condition>> {
        let mut conditions = Vec::new();
        for condition in &self.lookup.conditions {
            let known = condition.any_of.iter().filter(|value| value.is_known());
            let known: Vec<Scalar> = known.cloned().collect();
            if known.is_empty() {
                return None;
            }
            let field = fold(&condition.field);
            match opened.iter().find(|(name, _)| *name == field) {
                Some((_, initial))
                    if known
                        .iter()
                        .any(|value| value.found_by(&condition.field, initial)) => {}
                Some(_) => return None,
                None => conditions.push(Condition {
                    field: condition.field.clone(),
                    any_of: known,
                }),
            }
        }
        Some(conditions)
    }

    fn real_rows(&mut self, lookup: Lookup) -> Result<Vec<Record>, ReadError> {
        match self.real(&lookup) {
            Err(ReadError::Refused(_)) if self.object().is_some_and(ObjectIndex::is_opened) => {
                let opening = self.object().into_iter().flat_map(ObjectIndex::opening);
                opening.for_each(|place| self.rely_on(*place));
                Ok(Vec::new())
            }
            Err(ReadError::Refused(refusal)) => match self.view.configuring() {
                Some(token) => Err(pending(token, &refusal.message)),
                None => Err(ReadError::Refused(refusal)),
            },
            answer => answer,
        }
    }

    /// Records in which something planned gives a wanted value to a compared field, or to the reference that a compared
    /// path begins with.
    fn altered(&mut self, asked: &Lookup, have: &[Record]) -> Result<Vec<Record>, ReadError> {
        let Some(of_object) = self.object() else {
            return Ok(Vec::new());
        };
        let have: Vec<Scalar> = have.iter().map(id_of).collect();
        let have = Values::of(ID, &have);
        let mut ids = Values::new(ID);
        for condition in &self.lookup.conditions {
            let places = match condition.field.split_once('.') {
                Some((parent, _)) => of_object.altered(&id_field(&[parent])).to_vec(),
                None => of_object.altered_to(&condition.field, &condition.any_of),
            };
            for id in self.ids_at(&places) {
                if !have.contains(id) {
                    ids.insert(id);
                }
            }
        }
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.real_rows(Lookup {
            conditions: vec![among("Id".to_owned(), &ids)],
            ..asked.clone()
        })
    }

    /// Records below a parent in which something planned alters what a compared path leads to.
    fn of_altered_parents(
        &mut self,
        asked: &Lookup,
        opened: &[Opened],
    ) -> Result<Vec<Record>, ReadError> {
        let mut records = Vec::new();
        let conditions = self.lookup.conditions.iter();
        let paths: Vec<&Condition> = conditions
            .filter(|condition| condition.field.contains('.'))
            .collect();
        let mut lookups = Vec::new();
        for condition in paths {
            let segments: Vec<&str> = condition.field.split('.').collect();
            let (parents, _) = segments.split_at(segments.len() - 1);
            for depth in 1..=parents.len().min(PARENTS_MAX) {
                let ids = self.altered_parents(&segments, depth, &condition.any_of);
                if ids.is_empty() {
                    continue;
                }
                let mut conditions = vec![among(id_field(&parents[..depth]), &ids)];
                conditions.extend(self.fixed_conditions(opened));
                lookups.push(Lookup {
                    conditions,
                    ..asked.clone()
                });
            }
        }
        for lookup in lookups {
            records.extend(self.real_rows(lookup)?);
        }
        Ok(records)
    }

    /// The records after `depth` parents of a path whose next field in the path is altered.
    fn altered_parents(&self, segments: &[&str], depth: usize, any_of: &[Scalar]) -> Values {
        let is_last = depth + 1 == segments.len();
        let field = match is_last {
            true => segments[depth].to_owned(),
            false => id_field(&segments[depth..=depth]),
        };
        let parent = segments[depth - 1];
        let mut ids = Values::new(ID);
        for object in self.view.index.altered_in(&field) {
            // A relationship with the name of an object leads to that object.
            if id::is_known(parent) && !parent.eq_ignore_ascii_case(object) {
                continue;
            }
            let Some(of_object) = self.view.index.object(object) else {
                continue;
            };
            let places = match is_last {
                true => of_object.altered_to(&field, any_of),
                false => of_object.altered(&field).to_vec(),
            };
            self.ids_at(&places).for_each(|id| {
                ids.insert(id);
            });
        }
        ids
    }

    /// The conditions that nothing planned can change for any existing record.
    fn fixed_conditions(&self, opened: &[Opened]) -> Vec<Condition> {
        let conditions = self.lookup.conditions.iter().filter(|condition| {
            let field = fold(&condition.field);
            let is_opened = opened.iter().any(|(name, _)| *name == field);
            let altered = self
                .object()
                .is_some_and(|object| !object.altered(&field).is_empty());
            !field.contains('.')
                && !is_opened
                && !altered
                && condition.any_of.iter().all(Scalar::is_known)
        });
        conditions.cloned().collect()
    }

    fn ids_at(&self, places: &[usize]) -> impl Iterator<Item = &Scalar> {
        places
            .iter()
            .filter_map(|place| match &self.view.predictions[*place].what {
                Predicted::Alters { id, .. } if id.is_known() => Some(id),
                _ => None,
            })
    }

    pub(super) fn opened_fields(&self) -> Vec<Opened> {
        let opened = self.object().into_iter();
        opened
            .flat_map(ObjectIndex::opened_fields)
            .filter(|(_, certainty, _)| *certainty != Certainty::Possible)
            .map(|(place, _, field)| {
                if self.needs(&field.field) {
                    self.rely_on(*place);
                }
                (fold(&field.field), field.initial.clone())
            })
            .collect()
    }
}

fn among(field: String, values: &Values) -> Condition {
    Condition {
        field,
        any_of: values.iter().cloned().collect(),
    }
}

fn id_of(record: &Record) -> Scalar {
    let id = record.get("Id").and_then(Scalar::from_json);
    id.unwrap_or(Scalar::Nothing)
}
