//! One look at all records that a batch is about, by their keys and ids, in as few requests as can be: before the
//! batch is sent for the first time, and after its answer was lost.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use usher_core::known::Known;
use usher_core::name::fold;
use usher_core::operation::{
    Condition, CreateRecord, DeleteRecord, Lookup, Operation, Probe, Repetition, UpdateRecord,
};
use usher_core::read::Record;
use usher_core::value::Scalar;

use crate::client::{Client, OrgError};
use crate::conduct::Conductor;
use crate::conduct::piece::Piece;
use crate::port::Boxed;
use crate::reads;

/// Fields that show who made a record and when.
const AUTHOR: [&str; 2] = ["CreatedById", "CreatedDate"];

/// The fields that Usher asks for beside those of the create when it looks for a record by its key. Not every object
/// says who made a record, and not every field can be read: each refusal leads to the next rung. The last rung asks for
/// the id alone.
const RUNGS: [&[&str]; 4] = [&AUTHOR, &["SystemModstamp"], &[], &[]];

/// The rung that asks for no field.
const BARE: usize = RUNGS.len() - 1;

/// The code of the refusal when a query asks for a field that is missing or hidden.
const NO_SUCH_FIELD: &str = "INVALID_FIELD";

/// The records that the org showed in one look.
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

/// The rung of [`RUNGS`] that each object did not refuse: it decides how many fields a lookup by a key asks for. Looks that
/// are taken at the same time share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Rungs(Arc<Mutex<BTreeMap<String, usize>>>);

impl Rungs {
    fn of(&self, object: &str) -> usize {
        self.lock().get(&fold(object)).copied().unwrap_or(0)
    }

    /// Notes the rung below the one that was refused.
    fn below(&self, object: String, refused: usize) {
        let mut rungs = self.lock();
        let rung = rungs.entry(object).or_insert(0);
        *rung = (*rung).max(refused + 1);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        // Nothing panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Conductor<'a> {
    /// Looks at the records of all these changes.
    pub(super) async fn look(&self, pieces: &[Piece<'_>]) -> Sight {
        self.looking(pieces).await
    }

    /// The look at the records of all these changes, with what is known now. It may go on while the run does.
    pub(super) fn looking(&self, pieces: &[Piece<'_>]) -> Boxed<'a, Sight> {
        let mut by_key = Vec::new();
        let mut others = Vec::new();
        for piece in pieces {
            let own = self.sought(*piece).ok().flatten();
            match &piece.change.operation {
                Operation::Create(_) | Operation::Request(_) => by_key.extend(own),
                _ => others.extend(own),
            }
            others.extend(self.conditions_of(*piece));
        }
        alike_together(&mut by_key);
        let (org, rungs) = (self.org, self.memory.rungs.clone());
        Box::pin(async move {
            let mut sight = Sight::default();
            if !others.is_empty() {
                sight.0.extend(reads::read_all(org, others).await);
            }
            while !by_key.is_empty() {
                by_key = look_by_key(org, &rungs, by_key, &mut sight).await;
            }
            sight
        })
    }

    /// The lookup by which the record of a change is found; none when the change is not one of a record.
    pub(super) fn sought(&self, piece: Piece<'_>) -> Result<Option<Lookup>, OrgError> {
        let Piece { step, change } = piece;
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
                } => Some(self.known_lookup(lookup)?),
                _ => None,
            },
            Operation::Configure(_) | Operation::Deploy(_) | Operation::WaitOnly(_) => None,
        })
    }

    /// The lookup of a record by its key, with all fields that it is to have.
    fn by_key(&self, create: &CreateRecord) -> Result<Lookup, OrgError> {
        let fields = self.comparable(create).map(|field| field.name.clone());
        Ok(Lookup {
            object: create.object.clone(),
            fields: fields.collect(),
            conditions: Known(&self.state.bindings).conditions(&create.key.conditions)?,
        })
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

    /// The lookups of the conditions under which a change is sent.
    fn conditions_of(&self, piece: Piece<'_>) -> Vec<Lookup> {
        let only_if = &piece.step.only_if;
        let conditions = only_if.get(&piece.change.address).into_iter().flatten();
        let lookups = conditions.filter_map(|expected| match &expected.look {
            Probe::Records(lookup) => self.known_lookup(lookup).ok(),
            _ => None,
        });
        lookups.collect()
    }
}

/// Puts lookups that differ in one condition side by side, so that they share a list of values: of one permission set with its
/// hundred users, not of each user with two permission sets.
fn alike_together(lookups: &mut [Lookup]) {
    let mut values: HashMap<(&str, &str), HashSet<&[Scalar]>> = HashMap::new();
    for lookup in lookups.iter() {
        for condition in &lookup.conditions {
            let field = (lookup.object.as_str(), condition.field.as_str());
            values.entry(field).or_default().insert(&condition.any_of);
        }
    }
    let many = values.into_iter();
    let many = many.map(|((object, field), values)| {
        let field = (object.to_owned(), field.to_owned());
        (field, values.len())
    });
    let many: HashMap<(String, String), usize> = many.collect();
    lookups.sort_by_cached_key(|lookup| {
        let conditions = lookup.conditions.iter().map(|condition| {
            let field = (lookup.object.clone(), condition.field.clone());
            let values = condition.any_of.iter().map(Scalar::to_json);
            let values: Vec<String> = values.map(|value| value.to_string()).collect();
            (many.get(&field).copied(), field, values)
        });
        let mut conditions: Vec<_> = conditions.collect();
        conditions.sort();
        conditions
    });
}

/// Reads records by their keys, each with as much as its object is known to show. Returns the lookups that were refused and
/// may ask for less.
async fn look_by_key(
    org: &Client,
    rungs: &Rungs,
    lookups: Vec<Lookup>,
    sight: &mut Sight,
) -> Vec<Lookup> {
    let asked = lookups.iter().map(|lookup| rungs.of(&lookup.object));
    let asked: Vec<usize> = asked.collect();
    let on_rungs = lookups.iter().zip(&asked);
    let on_rungs = on_rungs.map(|(lookup, rung)| on_rung(lookup, *rung));
    let on_rungs: Vec<Lookup> = on_rungs.collect();
    // One field that does not exist refuses all lookups of its object; no need to ask each.
    let answers = reads::read_merged(org, on_rungs.clone()).await;
    let answers: HashMap<Lookup, _> = answers.into_iter().collect();
    let mut refused = Vec::new();
    for ((lookup, rung), asked) in lookups.into_iter().zip(asked).zip(on_rungs) {
        let Some(answer) = answers.get(&asked) else {
            continue;
        };
        let is_refused = matches!(
            answer,
            Err(OrgError::Refused(refusal)) if refusal.code == NO_SUCH_FIELD
        );
        if is_refused && asked != on_rung(&lookup, BARE) {
            rungs.below(fold(&lookup.object), rung);
            refused.push(lookup);
        } else {
            sight.0.insert(lookup, answer.clone());
        }
    }
    refused
}

/// The lookup with the fields of a rung of [`RUNGS`].
fn on_rung(lookup: &Lookup, rung: usize) -> Lookup {
    let rung = rung.min(BARE);
    let mut on_rung = lookup.clone();
    if rung == BARE {
        on_rung.fields.clear();
    }
    let more = RUNGS[rung].iter().map(|field| (*field).to_owned());
    on_rung.fields.extend(more);
    on_rung
}

#[cfg(test)]
mod tests;
