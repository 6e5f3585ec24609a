//! One look at all records that a batch is about, by their keys and ids, in as few requests as can be: before the
//! batch is sent for the first time, and after its answer was lost.

use std::collections::{BTreeMap, HashMap};

use usher_core::change::Change;
use usher_core::known::Known;
use usher_core::operation::{
    Condition, CreateRecord, DeleteRecord, Lookup, Operation, Probe, Repetition, UpdateRecord,
};
use usher_core::plan::PlannedStep;
use usher_core::read::Record;
use usher_core::value::Scalar;

use crate::conduct::Conductor;
use crate::org::OrgError;
use crate::reads;

/// Fields that tell who made a record and when.
const AUTHOR: [&str; 2] = ["CreatedById", "CreatedDate"];

/// What the org held of the records that were looked for.
#[derive(Default)]
pub(super) struct Sight(BTreeMap<Lookup, Result<Vec<Record>, OrgError>>);

impl Sight {
    /// The records that a lookup of the batch finds.
    pub(super) fn of(&self, lookup: &Lookup) -> Result<&[Record], OrgError> {
        match self.0.get(lookup) {
            Some(Ok(records)) => Ok(records),
            Some(Err(error)) => Err(error.clone()),
            // Every lookup of a batch is collected before it is judged.
            None => Err(OrgError::Malformed(format!(
                "`{}` was not looked for",
                lookup.object
            ))),
        }
    }
}

impl Conductor<'_> {
    /// Looks at the records of all these changes.
    pub(super) async fn look(&self, step: &PlannedStep, changes: &[&Change]) -> Sight {
        let lookups = changes.iter().flat_map(|change| {
            let own = self.sought(step, change).ok().flatten();
            own.into_iter().chain(self.conditions_of(step, change))
        });
        let mut sight = Sight::default();
        let all = lookups.map(|lookup| (lookup.clone(), lookup)).collect();
        self.read_into(&mut sight, all).await;
        // Not every object says who made a record, and not every field can be read.
        for fewer in [without_author, author_alone, bare] {
            let refused = sight.0.iter().filter_map(|(lookup, answer)| {
                let is_refused = matches!(answer, Err(OrgError::Refused(_)));
                let fewer = fewer(lookup)?;
                is_refused.then(|| (lookup.clone(), fewer))
            });
            let refused: Vec<(Lookup, Lookup)> = refused.collect();
            if refused.is_empty() {
                break;
            }
            self.read_into(&mut sight, refused).await;
        }
        sight
    }

    /// Reads the second lookup of each pair, as the answer to the first.
    async fn read_into(&self, sight: &mut Sight, pairs: Vec<(Lookup, Lookup)>) {
        if pairs.is_empty() {
            return;
        }
        let asked = pairs.iter().map(|(_, lookup)| lookup.clone()).collect();
        let answers = reads::read_all(self.org, asked).await;
        let answers: HashMap<_, _> = answers.into_iter().collect();
        for (of, lookup) in pairs {
            if let Some(answer) = answers.get(&lookup) {
                sight.0.insert(of, answer.clone());
            }
        }
    }

    /// The lookup by which the record of a change is found; none where it is no record.
    pub(super) fn sought(
        &self,
        step: &PlannedStep,
        change: &Change,
    ) -> Result<Option<Lookup>, OrgError> {
        let planned = step.before.get(&change.address);
        Ok(match &change.operation {
            Operation::Create(create) => Some(self.by_key(create)?),
            Operation::Update(UpdateRecord {
                object, id, fields, ..
            }) => {
                let set = fields.iter().map(|field| &field.name);
                Some(self.of_id(object, id, set)?)
            }
            Operation::Delete(DeleteRecord { object, id }) => {
                let seen = planned.into_iter().flat_map(|before| before.keys());
                Some(self.of_id(object, id, seen)?)
            }
            Operation::Request(request) => match &request.repetition {
                Repetition::Look {
                    look: Probe::Records(lookup),
                    ..
                } => Some(with_author(self.known_lookup(lookup)?)),
                _ => None,
            },
            Operation::Configure(_) | Operation::Deploy(_) | Operation::WaitOnly(_) => None,
        })
    }

    /// By its key, with all fields that it is to have.
    fn by_key(&self, create: &CreateRecord) -> Result<Lookup, OrgError> {
        let fields = self.comparable(create).map(|field| field.name.clone());
        Ok(with_author(Lookup {
            object: create.object.clone(),
            fields: fields.collect(),
            conditions: Known(&self.state.bindings).conditions(&create.key.conditions)?,
        }))
    }

    fn of_id<'f>(
        &self,
        object: &str,
        id: &Scalar,
        fields: impl Iterator<Item = &'f String>,
    ) -> Result<Lookup, OrgError> {
        let id = Known(&self.state.bindings).scalar(id)?;
        Ok(Lookup {
            object: object.to_owned(),
            fields: fields.cloned().collect(),
            conditions: vec![Condition::is("Id", id)],
        })
    }

    /// A lookup with every value known.
    pub(super) fn known_lookup(&self, lookup: &Lookup) -> Result<Lookup, OrgError> {
        Ok(Lookup {
            conditions: Known(&self.state.bindings).conditions(&lookup.conditions)?,
            ..lookup.clone()
        })
    }

    /// The lookups of what must be so for a change to be sent.
    fn conditions_of(&self, step: &PlannedStep, change: &Change) -> Vec<Lookup> {
        let conditions = step.only_if.get(&change.address).into_iter().flatten();
        let lookups = conditions.filter_map(|expected| match &expected.look {
            Probe::Records(lookup) => self.known_lookup(lookup).ok(),
            _ => None,
        });
        lookups.collect()
    }
}

fn with_author(mut lookup: Lookup) -> Lookup {
    lookup.fields.extend(AUTHOR.map(str::to_owned));
    lookup
}

/// Whether a lookup asks who made a record: those of keys do.
fn asks_for_author(lookup: &Lookup) -> bool {
    lookup.fields.ends_with(&AUTHOR.map(str::to_owned))
}

fn without_author(lookup: &Lookup) -> Option<Lookup> {
    let mut fewer = asks_for_author(lookup).then(|| lookup.clone())?;
    fewer.fields.truncate(lookup.fields.len() - AUTHOR.len());
    Some(fewer)
}

fn author_alone(lookup: &Lookup) -> Option<Lookup> {
    let mut fewer = bare(lookup)?;
    fewer.fields = AUTHOR.map(str::to_owned).to_vec();
    Some(fewer)
}

fn bare(lookup: &Lookup) -> Option<Lookup> {
    let mut fewer = asks_for_author(lookup).then(|| lookup.clone())?;
    fewer.fields.clear();
    Some(fewer)
}

#[cfg(test)]
mod tests;
