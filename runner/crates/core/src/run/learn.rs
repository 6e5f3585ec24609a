//! Fields that the plan refers to and that have no value before their record is in the org. Finds those that can be
//! read by now.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use usher_contract::change::Consequence;
use usher_contract::known::Known;
use usher_contract::operation::CreateRecord;
use usher_contract::value::{Reference, Scalar, Token};

use crate::plan::Binder;
use crate::run::event::{ChangeKey, Event, Outcome};
use crate::run::state::{ChangeState, Impossible, RunState, once};

/// Fields to read of one record that a change created or an effect announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learnable {
    pub key: ChangeKey,
    pub object: String,
    pub id: Scalar,
    /// Names of fields, as the tokens spell them.
    pub fields: BTreeSet<String>,
}

/// Returns the fields behind `tokens` that have no value yet and whose records are in the org, each record once.
pub fn learnable<'t>(
    state: &RunState,
    tokens: impl IntoIterator<Item = &'t Token>,
) -> Vec<Learnable> {
    let mut fields: BTreeMap<ChangeKey, BTreeSet<String>> = BTreeMap::new();
    for token in tokens {
        if state.bindings.contains_key(token) {
            continue;
        }
        let Some((unit, address)) = token.binder() else {
            continue;
        };
        let step = state.step(unit);
        if let Some(Binder::Field { field, .. }) = step.map(|step| Binder::of(token, step)) {
            let of_record = fields.entry(ChangeKey::new(unit, address)).or_default();
            of_record.insert(field);
        }
    }
    let there = fields.into_iter().filter_map(|(key, fields)| {
        let (object, id) = state.record_of(&key)?;
        Some(Learnable {
            object: object.to_owned(),
            key,
            id,
            fields,
        })
    });
    there.collect()
}

impl RunState {
    /// Object and id of the record that a change created or an effect announced, once it is known to be in the org.
    fn record_of(&self, key: &ChangeKey) -> Option<(&str, Scalar)> {
        let own = Scalar::Reference(Reference::Given(key.unit.binds(&key.address, "id")));
        let (object, id) = match self.effect(key) {
            Some(effect) => match &effect.consequence {
                Consequence::Appears { object, id, .. } if *id == Scalar::Nothing => (object, &own),
                Consequence::Appears { object, id, .. } => (object, id),
                _ => return None,
            },
            None => {
                let Some(ChangeState::Settled(Outcome::Done { .. })) = self.changes.get(key) else {
                    return None;
                };
                let mut changes = self.step(&key.unit)?.plan.changes.iter();
                let change = changes.find(|change| change.address == key.address)?;
                let CreateRecord { object, .. } = change.operation.of()?;
                (object, &own)
            }
        };
        let id = Known(&self.bindings).scalar(id).ok()?;
        Some((object, id))
    }

    /// Checks that fields of that record can be learned, each once.
    pub(super) fn expect_record(
        &self,
        key: &ChangeKey,
        event: &Event,
        values: &BTreeMap<String, Value>,
    ) -> Result<(), Impossible> {
        if self.record_of(key).is_none() {
            return Err(Impossible::NoSuchRecord(key.clone()));
        }
        values.keys().try_for_each(|name| {
            let bound = key.unit.binds(&key.address, name);
            once(key, event, self.bindings.contains_key(&bound))
        })
    }
}

#[cfg(test)]
mod tests;
