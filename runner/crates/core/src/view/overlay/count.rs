//! Counts records without reading them: the org counts its own, and the view adds the planned ones.

use usher_contract::name::fold;
use usher_contract::operation::{Condition, Lookup};
use usher_contract::read::ReadError;
use usher_contract::value::Scalar;

use crate::view::overlay::row::Row;
use crate::view::overlay::{Reading, Wanted, needed};
use crate::view::prediction::Predicted;
use crate::view::{Progress, Snapshot, View, pending};

/// A number of records in two parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The lookup that the org counts as it is today. `None`: no record of today counts.
    pub today: Option<Lookup>,
    /// Records that will exist and count.
    pub planned: u64,
    /// Records that the org counts today and that will be gone.
    pub gone: u64,
}

/// The parts of the number of records that will meet `lookup`; `None` when the records themselves must be read.
pub(in crate::view) fn count(
    view: &View,
    lookup: &Lookup,
    seen: &Snapshot,
) -> Option<Progress<Result<Count, ReadError>>> {
    let mut reading = Reading::of(view, lookup, seen);
    if !reading.is_countable() {
        return None;
    }
    let answer = reading.count();
    Some(reading.came_to(answer))
}

impl Reading<'_> {
    /// Says whether every record that counts today will also count then, unless it is gone: nothing planned alters what
    /// is compared.
    fn is_countable(&self) -> bool {
        if self.view.cloud_over(&self.lookup.object).is_some() {
            return false;
        }
        if !self.view.lays_over(self.lookup) {
            return true;
        }
        self.lookup.conditions.iter().all(|condition| {
            let of_object = self.object();
            let is_altered =
                of_object.is_some_and(|object| !object.altered(&condition.field).is_empty());
            !condition.field.contains('.') && !is_altered
        })
    }

    fn count(&mut self) -> Result<Count, ReadError> {
        self.refuse_unknown_conditions()?;
        let fields = needed(self.lookup);
        self.needs = fields.iter().map(|name| fold(name)).collect();
        let today = self.conditions_of_today(&self.opened_fields());
        let gone = match &today {
            Some(conditions) => self.gone(conditions)?,
            None => 0,
        };
        let lookup = self.lookup;
        let wanted: Vec<Wanted<'_>> = lookup.conditions.iter().map(Wanted::of).collect();
        let mut planned = 0;
        for row in self.planned(&fields) {
            if self.stays(&row, &wanted) && self.matches(&row, &wanted)? {
                row.made_by
                    .into_iter()
                    .for_each(|place| self.rely_on(place));
                planned += 1;
            }
        }
        let today = today.map(|conditions| Lookup {
            object: lookup.object.clone(),
            fields: Vec::new(),
            conditions,
        });
        Ok(Count {
            today,
            planned,
            gone,
        })
    }

    /// Counts the records that meet the conditions today and will be gone. They are read by their ids.
    fn gone(&mut self, conditions: &[Condition]) -> Result<u64, ReadError> {
        let places = self.object().map_or(&[][..], |object| object.touching());
        let removed = self.view.at(places);
        let removed = removed.filter_map(|prediction| match &prediction.what {
            Predicted::Disappears { id, .. } if id.is_known() => Some(id.clone()),
            _ => None,
        });
        let ids: Vec<Scalar> = removed.collect();
        if ids.is_empty() {
            return Ok(0);
        }
        let mut conditions = conditions.to_vec();
        conditions.push(Condition {
            field: "Id".to_owned(),
            any_of: ids,
        });
        let there = self.real(&Lookup {
            object: self.lookup.object.clone(),
            fields: Vec::new(),
            conditions,
        })?;
        let mut gone = 0;
        for row in there.into_iter().map(Row::of) {
            if self.disappears(&row.id) {
                gone += 1;
            } else if let Some(token) = self.may_disappear(&row.id) {
                let what = format!("a `{}` that may be taken away", self.lookup.object);
                return Err(pending(token, &what));
            }
        }
        Ok(gone)
    }
}
