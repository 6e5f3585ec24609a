//! The predictions about the records of one object.

use std::collections::HashMap;

use usher_contract::change::{Certainty, OpenedField};
use usher_contract::name::fold;
use usher_contract::operation::{Condition, Field};
use usher_contract::value::Scalar;

use crate::view::index::column::Column;
use crate::view::index::{id_key, places, take_back, take_back_at};
use crate::view::since::is_since;

/// The predictions about one object.
#[derive(Clone, Debug, Default)]
pub(crate) struct ObjectIndex {
    /// Predictions that make, alter or remove a record.
    touching: Vec<usize>,
    /// Predictions that open the object.
    opening: Vec<usize>,
    /// Those of them that surely do.
    opened: Vec<usize>,
    /// Fields that will exist, with the places of the predictions that open them.
    opened_fields: Vec<(usize, Certainty, OpenedField)>,
    /// The last prediction that alters or removes a record which its own plan does not make.
    last_changing: Option<usize>,
    /// Records that will exist.
    rows: Vec<usize>,
    rows_by_id: HashMap<String, Vec<usize>>,
    /// Values in the records that will exist, by field.
    columns: HashMap<String, Column>,
    /// Predictions that alter a record, by its id.
    altering: HashMap<String, Vec<usize>>,
    /// Predictions that alter records of today, by field.
    altered: HashMap<String, Altered>,
    /// Values that an alteration gives, kept for a record of that id that is announced later.
    given: HashMap<String, Vec<(String, Scalar, bool)>>,
}

#[derive(Clone, Debug, Default)]
struct Altered {
    column: Column,
    all: Vec<usize>,
}

impl ObjectIndex {
    pub(super) fn appears(
        &mut self,
        place: usize,
        id: &Scalar,
        fields: &[Field],
        is_fresh: &dyn Fn(&Scalar) -> bool,
    ) {
        self.touching.push(place);
        let set = self.set_in(id, fields, is_fresh);
        for (name, value, is_open) in &set {
            let rows = &self.rows;
            let column = self.columns.entry(name.clone());
            let column = column.or_insert_with(|| Column::open_at(rows));
            column.set(place, value, *is_open);
        }
        for (name, column) in &mut self.columns {
            if !set.iter().any(|(field, ..)| field == name) {
                column.set_open(place);
            }
        }
        self.rows.push(place);
        self.rows_by_id.entry(id_key(id)).or_default().push(place);
    }

    /// Values in a record that will exist, by field, and whether they are not known.
    fn set_in(
        &self,
        id: &Scalar,
        fields: &[Field],
        is_fresh: &dyn Fn(&Scalar) -> bool,
    ) -> Vec<(String, Scalar, bool)> {
        let mut set: Vec<(String, Scalar, bool)> = fields
            .iter()
            .map(|field| {
                let is_open = !field.value.is_known() && !is_fresh(&field.value);
                (fold(&field.name), field.value.clone(), is_open)
            })
            .collect();
        set.extend(self.given.get(&id_key(id)).into_iter().flatten().cloned());
        set
    }

    /// Takes back [`Self::appears`].
    pub(super) fn appears_not(
        &mut self,
        place: usize,
        id: &Scalar,
        fields: &[Field],
        is_fresh: &dyn Fn(&Scalar) -> bool,
    ) {
        take_back_at(&mut self.rows_by_id, &id_key(id), place);
        take_back(&mut self.rows, place);
        let set = self.set_in(id, fields, is_fresh);
        for (name, column) in &mut self.columns {
            if !set.iter().any(|(field, ..)| field == name) {
                column.set_open_not(place);
            }
        }
        for (name, value, is_open) in set.iter().rev() {
            if let Some(column) = self.columns.get_mut(name) {
                column.unset(place, value, *is_open);
            }
        }
        take_back(&mut self.touching, place);
    }

    /// Takes back [`Self::alters`].
    pub(super) fn alters_not(
        &mut self,
        place: usize,
        certainty: Certainty,
        id: &Scalar,
        fields: &[Field],
        is_fresh: &dyn Fn(&Scalar) -> bool,
    ) {
        let made = places(&self.rows_by_id, id).to_vec();
        for field in fields.iter().rev() {
            let name = fold(&field.name);
            let value = &field.value;
            let is_open =
                certainty == Certainty::Possible || (!value.is_known() && !is_fresh(value));
            if let Some(given) = self.given.get_mut(&id_key(id)) {
                given.pop();
            }
            if let Some(column) = self.columns.get_mut(&name) {
                let rows = made.iter().rev();
                rows.for_each(|row| column.unset(*row, value, is_open));
            }
            if id.is_known()
                && let Some(altered) = self.altered.get_mut(&name)
            {
                take_back(&mut altered.all, place);
                altered.column.unset(place, value, is_open);
            }
        }
        take_back_at(&mut self.altering, &id_key(id), place);
        take_back(&mut self.touching, place);
    }

    /// Takes back [`Self::disappears`].
    pub(super) fn disappears_not(&mut self, place: usize) {
        take_back(&mut self.touching, place);
    }

    /// Takes back [`Self::opens`] and [`Self::opens_field`].
    pub(super) fn opens_not(&mut self, place: usize) {
        take_back(&mut self.opening, place);
        take_back(&mut self.opened, place);
        self.opened_fields.retain(|(opened, ..)| *opened != place);
    }

    pub(super) fn alters(
        &mut self,
        place: usize,
        certainty: Certainty,
        id: &Scalar,
        fields: &[Field],
        is_fresh: &dyn Fn(&Scalar) -> bool,
    ) {
        self.touching.push(place);
        self.altering.entry(id_key(id)).or_default().push(place);
        let made = places(&self.rows_by_id, id).to_vec();
        let given = self.given.entry(id_key(id)).or_default();
        // Most records are altered once.
        if given.is_empty() {
            given.reserve_exact(fields.len());
        }
        for field in fields {
            let name = fold(&field.name);
            let value = &field.value;
            let is_open =
                certainty == Certainty::Possible || (!value.is_known() && !is_fresh(value));
            if id.is_known() {
                let altered = self.altered.entry(name.clone()).or_default();
                altered.column.set(place, value, is_open);
                altered.all.push(place);
            }
            if !made.is_empty() {
                let rows = &self.rows;
                let column = self.columns.entry(name.clone());
                let column = column.or_insert_with(|| Column::open_at(rows));
                made.iter().for_each(|row| column.set(*row, value, is_open));
            }
            given.push((name, value.clone(), is_open));
        }
    }

    pub(super) fn disappears(&mut self, place: usize) {
        self.touching.push(place);
    }

    pub(super) fn changes_what_is_there(&mut self, place: usize) {
        self.last_changing = Some(place);
    }

    /// Says whether predictions since `since` may make the answer to these conditions another one. Configuring the org is
    /// left out.
    pub(in crate::view) fn may_differ_since(&self, conditions: &[Condition], since: usize) -> bool {
        if is_since(self.last_changing, since) {
            return true;
        }
        if !is_since(self.rows.last().copied(), since) {
            return false;
        }
        let may_be_met = |condition: &Condition| match is_id(condition) {
            true => {
                let mut ids = condition.any_of.iter();
                ids.any(|id| is_since(places(&self.rows_by_id, id).last().copied(), since))
            }
            // Nothing is known of a field that no planned record sets.
            false => self
                .columns
                .get(&fold(&condition.field))
                .is_none_or(|column| column.may_be_set_since(&condition.any_of, since)),
        };
        conditions.iter().all(may_be_met)
    }

    pub(super) fn opens(&mut self, place: usize, certainty: Certainty) {
        self.opening.push(place);
        if certainty != Certainty::Possible {
            self.opened.push(place);
        }
    }

    pub(super) fn opens_field(&mut self, place: usize, certainty: Certainty, field: &OpenedField) {
        self.opened_fields.push((place, certainty, field.clone()));
    }

    /// The first prediction that touches a record or opens the object.
    pub(in crate::view) fn touched(&self) -> Option<usize> {
        let touching = self.touching.first().copied();
        touching
            .into_iter()
            .chain(self.opening.first().copied())
            .min()
    }

    /// Predictions that make, alter or remove a record.
    pub(in crate::view) fn touching(&self) -> &[usize] {
        &self.touching
    }

    /// Says whether a read of the object can differ from what the org says today.
    pub(in crate::view) fn is_touched(&self) -> bool {
        self.touched().is_some() || !self.opened_fields.is_empty()
    }

    /// Says whether the object will exist. An object that is only possibly opened depends on the org's answer.
    pub(in crate::view) fn is_opened(&self) -> bool {
        !self.opened.is_empty()
    }

    /// Predictions that open the object.
    pub(in crate::view) fn opening(&self) -> &[usize] {
        &self.opening
    }

    pub(in crate::view) fn opened_fields(&self) -> &[(usize, Certainty, OpenedField)] {
        &self.opened_fields
    }

    /// Places of the predictions that alter a record.
    pub(in crate::view) fn altering(&self, id: &Scalar) -> &[usize] {
        places(&self.altering, id)
    }

    /// The records that will exist and may meet the conditions, in the order of the plan.
    pub(in crate::view) fn rows_that_may_meet(&self, conditions: &[Condition]) -> Vec<usize> {
        let own = conditions.iter().filter_map(|condition| {
            let count = self.count(condition)?;
            Some((count, condition))
        });
        let found = match own.min_by_key(|(count, _)| *count) {
            Some((_, condition)) => self.rows_of(condition),
            None => None,
        };
        let mut found = found.unwrap_or_else(|| self.rows.clone());
        found.sort_unstable();
        found.dedup();
        // The rows on which an answer depends must not change with the condition that finds the fewest.
        found.retain(|place| {
            let mut conditions = conditions.iter();
            conditions.all(|condition| self.may_meet(*place, condition))
        });
        found
    }

    fn may_meet(&self, place: usize, condition: &Condition) -> bool {
        if is_id(condition) {
            let mut ids = condition.any_of.iter();
            return ids.any(|id| places(&self.rows_by_id, id).contains(&place));
        }
        let column = self.columns.get(&fold(&condition.field));
        column.is_none_or(|column| column.may_have(place, &condition.any_of))
    }

    fn count(&self, condition: &Condition) -> Option<usize> {
        if is_id(condition) {
            return Some(condition.any_of.len());
        }
        let column = self.columns.get(&fold(&condition.field))?;
        column.count(&condition.any_of)
    }

    fn rows_of(&self, condition: &Condition) -> Option<Vec<usize>> {
        if is_id(condition) {
            let ids = condition.any_of.iter();
            return Some(
                ids.flat_map(|id| places(&self.rows_by_id, id))
                    .copied()
                    .collect(),
            );
        }
        let column = self.columns.get(&fold(&condition.field))?;
        column.places(&condition.any_of)
    }

    /// Places of the predictions that give a field of a record of today one of these values, or one that is not known.
    pub(in crate::view) fn altered_to(&self, field: &str, values: &[Scalar]) -> Vec<usize> {
        let Some(altered) = self.altered.get(&fold(field)) else {
            return Vec::new();
        };
        let places = altered.column.places(values);
        places.unwrap_or_else(|| altered.all.clone())
    }

    /// Places of the predictions that alter a field of a record of today.
    pub(in crate::view) fn altered(&self, field: &str) -> &[usize] {
        let altered = self.altered.get(&fold(field));
        altered.map_or(&[], |altered| altered.all.as_slice())
    }
}

fn is_id(condition: &Condition) -> bool {
    condition.field.eq_ignore_ascii_case("Id")
}
