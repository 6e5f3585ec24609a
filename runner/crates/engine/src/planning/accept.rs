//! Takes a plugin's plan over: makes its references global, reads its present values, looks for the records that it
//! creates; and checks what only a whole plan can show.

use std::collections::{BTreeMap, HashMap};

use usher_core::change::{Change, Consequence, Effect, Note, StepPlan};
use usher_core::operation::{Condition, CreateRecord, Field, Lookup, UpdateRecord};
use usher_core::plan::{PlannedStep, ProblemClass, StepState, conflicts};
use usher_core::read::{ReadError, Record};
use usher_core::value::{Scalar, Token, Unit};

use crate::planning::course::Course;
use crate::planning::problem::{failed, note, unread};
use crate::planning::{Planning, bindable, components, seats, settings};
use crate::port::StepAnswer;
use crate::reads::{Foreseen, Reader};

type Before = BTreeMap<String, Record>;

impl Planning<'_> {
    /// Takes a plan over, or returns the state of a step whose plan is refused.
    pub(super) async fn accept(
        &self,
        reader: &Reader,
        unit: &Unit,
        answer: StepAnswer,
        course: &Course<'_>,
    ) -> Result<(StepPlan, Before), StepState> {
        // The plugin went on without a read that was refused. The plan may be wrong, so it does not count.
        if !answer.denied.is_empty() {
            let undeclared = crate::port::StepError::Undeclared(answer.denied);
            return Err(super::problem::of_step(
                undeclared,
                &serde_json::Map::new(),
                false,
            ));
        }
        let plan = answer.plan.globalise(unit);
        // All of it in one round; below each answer is known.
        reader
            .foresee(Foreseen {
                lookups: looked_at(unit, &plan),
                ..Foreseen::default()
            })
            .await;
        let tokens = plan.changes.iter().flat_map(Change::tokens);
        for token in tokens {
            if let Some((of, _)) = token.binder().filter(|(of, _)| *of != unit) {
                reader.asks_for_unit(of, course.has(of));
            }
        }
        bindable::check(reader, unit, &plan, course).await?;
        let mut before = present(reader, unit, &plan).await?;
        before.extend(settings::present(reader, &plan).await.map_err(unread)?);
        before.extend(components::present(reader, &plan).await.map_err(unread)?);
        if let Some(refused) = claimed(&plan, course) {
            return Err(refused);
        }
        refuse_existing(reader, &plan).await?;
        refuse_announced(reader, &plan).await?;
        Ok((plan, before))
    }

    /// Refuses steps that set one field differently; adds up the seats that all steps take; looks for permissions
    /// that the user lacks.
    pub(super) async fn check_whole(&self, steps: &mut [PlannedStep]) {
        let found = contradictions(steps);
        if !found.is_empty() {
            fail(steps, found.into_iter().collect());
        }
        for short in seats::shortages(&self.reader, steps).await {
            for place in short.steps {
                steps[place].state = failed(short.class, short.problem.clone());
            }
        }
        self.check_rights(steps).await;
    }
}

/// The steps that contradict an earlier one, with the reasons.
fn contradictions(steps: &[PlannedStep]) -> Vec<(Unit, Note)> {
    let fields = conflicts(steps).into_iter().map(|conflict| {
        let why = format!(
            "steps `{}` and `{}` set `{}` of one `{}` to different values",
            conflict.first, conflict.second, conflict.field, conflict.object
        );
        (conflict.second, why)
    });
    let settings = settings::conflicts(steps).into_iter().map(|conflict| {
        let why = format!(
            "steps `{}` and `{}` set `{}` of the settings `{}` to different values",
            conflict.first, conflict.second, conflict.field, conflict.object
        );
        (conflict.second, why)
    });
    let components = components::conflicts(steps)
        .into_iter()
        .map(|(component, first, second)| {
            let why = format!(
                "steps `{first}` and `{second}` deploy {component} with contents that contradict each other"
            );
            (second, why)
        });
    let all = fields.chain(settings).chain(components);
    all.map(|(unit, why)| (unit, note("plan/conflict", why)))
        .collect()
}

/// The lookups of everything that the plan of a step is held against.
fn looked_at(unit: &Unit, plan: &StepPlan) -> Vec<Lookup> {
    let updated = updated(unit, plan).map(|(_, lookup)| lookup);
    let created = created(plan).map(|(_, lookup)| lookup);
    let announced = announced(plan).map(|(_, lookup)| lookup);
    updated.chain(created).chain(announced).collect()
}

/// The updates of records that are known, each with the lookup of the fields that it sets, without those that a secret
/// replaces.
fn updated<'p>(
    unit: &Unit,
    plan: &'p StepPlan,
) -> impl Iterator<Item = (&'p Change, Lookup)> + use<'p> {
    let secrets = plan.secret_results(unit);
    plan.changes.iter().filter_map(move |change| {
        let UpdateRecord {
            object, id, fields, ..
        } = change.operation.of()?;
        let is_secret = |field: &&Field| {
            let token = field.value.token();
            token.is_some_and(|token| token.is_secret() || secrets.contains(token))
        };
        let fields = fields.iter().filter(|field| !is_secret(field));
        let lookup = by_id(object, id, names(fields));
        id.is_known().then_some((change, lookup))
    })
}

/// The creates, each with the lookup of its key.
fn created(plan: &StepPlan) -> impl Iterator<Item = (&Change, Lookup)> {
    plan.changes.iter().filter_map(|change| {
        let CreateRecord { object, key, .. } = change.operation.of()?;
        let lookup = Lookup {
            object: object.clone(),
            fields: Vec::new(),
            conditions: key.conditions.clone(),
        };
        is_known(&key.conditions).then_some((change, lookup))
    })
}

/// The effects that announce a record, each with the lookup of its key.
fn announced(plan: &StepPlan) -> impl Iterator<Item = (&Effect, Lookup)> {
    plan.effects.iter().filter_map(|effect| {
        let Consequence::Appears {
            object,
            key,
            id: Scalar::Nothing,
            ..
        } = &effect.consequence
        else {
            return None;
        };
        let lookup = Lookup {
            object: object.clone(),
            fields: Vec::new(),
            conditions: key.clone(),
        };
        (!key.is_empty() && is_known(key)).then_some((effect, lookup))
    })
}

/// Returns the values that the fields of updates will have when their turn comes: those of the org now, with the
/// changes of earlier steps. Leaves out values that cannot be known before then, and values that a secret replaces:
/// they may be the former secret.
async fn present(reader: &Reader, unit: &Unit, plan: &StepPlan) -> Result<Before, StepState> {
    let (changes, lookups): (Vec<&Change>, Vec<Lookup>) = updated(unit, plan).unzip();
    let mut before = Before::new();
    let real = reader.real(&lookups).await;
    let planned = reader.planned(lookups).await;
    for (change, (real, planned)) in changes.into_iter().zip(real.into_iter().zip(planned)) {
        let real = match real {
            // The org may have by then what it refuses today, when earlier steps have configured it.
            Err(ReadError::Refused(_)) if reader.is_configured() => None,
            real => {
                let [real] = real.map_err(unread)?.try_into().map_err(|_| {
                    let why = format!("`{}` updates a record that is not there", change.address);
                    failed(ProblemClass::Plugin, note("plugin/bad-answer", why))
                })?;
                Some(real)
            }
        };
        let record = match (planned.as_deref(), real) {
            (Ok([planned]), _) => known(planned),
            (_, Some(real)) => real,
            (_, None) => continue,
        };
        before.insert(change.address.clone(), record);
    }
    Ok(before)
}

/// The fields of a record whose value is known.
fn known(record: &Record) -> Record {
    let fields = record
        .iter()
        .filter(|(_, value)| Scalar::from_json(value).is_none_or(|value| value.is_known()));
    fields
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Looks by their keys for the records that creates would make. Finding one is the plugin's fault.
async fn refuse_existing(reader: &Reader, plan: &StepPlan) -> Result<(), StepState> {
    let (changes, lookups): (Vec<&Change>, Vec<Lookup>) = created(plan).unzip();
    for (change, answer) in changes.into_iter().zip(reader.real(&lookups).await) {
        // An object that the org refuses today holds nothing yet.
        if matches!(answer, Err(ReadError::Refused(_))) && reader.is_configured() {
            continue;
        }
        if !answer.map_err(unread)?.is_empty() {
            let why = format!("`{}` creates what is there already", change.address);
            return Err(failed(ProblemClass::Plugin, note("plugin/bad-answer", why)));
        }
    }
    Ok(())
}

/// The reason why a plan is refused that changes a record which only an effect of an earlier step brings: its id is
/// that of whatever record the effect's key finds.
fn claimed(plan: &StepPlan, course: &Course<'_>) -> Option<StepState> {
    let is_claimed = |token: &&Token| {
        let Some((unit, address)) = token.binder() else {
            return false;
        };
        let is_of_effect = |step: &PlannedStep| {
            let mut effects = step.plan.effects.iter();
            effects.any(|effect| effect.address == address)
        };
        course.of(unit, is_of_effect).unwrap_or(false)
    };
    plan.changes.iter().find_map(|change| {
        let mut targets = change.operation.target_tokens().into_iter();
        let token = targets.find(is_claimed)?;
        let why = format!(
            "`{}` goes to `{token}`, which no change makes: Salesforce is only predicted to",
            change.address
        );
        Some(failed(ProblemClass::Plugin, note("plugin/bad-answer", why)))
    })
}

/// Looks by their keys for the records that effects announce. Finding one is the plugin's fault: a record that exists
/// does not appear, and its id must not stand for the announced record.
async fn refuse_announced(reader: &Reader, plan: &StepPlan) -> Result<(), StepState> {
    let (effects, lookups): (Vec<&Effect>, Vec<Lookup>) = announced(plan).unzip();
    for (effect, answer) in effects.into_iter().zip(reader.real(&lookups).await) {
        if matches!(answer, Err(ReadError::Refused(_))) && reader.is_configured() {
            continue;
        }
        if !answer.map_err(unread)?.is_empty() {
            let why = format!(
                "`{}` predicts a record that is there already",
                effect.address
            );
            return Err(failed(ProblemClass::Plugin, note("plugin/bad-answer", why)));
        }
    }
    Ok(())
}

/// Fails steps. A step with several problems shows the last.
fn fail(steps: &mut [PlannedStep], mut problems: HashMap<Unit, Note>) {
    for step in steps {
        if let Some(problem) = problems.remove(&step.unit()) {
            step.state = failed(ProblemClass::Invalid, problem);
        }
    }
}

fn by_id(object: &str, id: &Scalar, fields: Vec<String>) -> Lookup {
    Lookup {
        object: object.to_owned(),
        fields,
        conditions: vec![Condition::is("Id", id.clone())],
    }
}

fn names<'a>(fields: impl Iterator<Item = &'a Field>) -> Vec<String> {
    fields.map(|field| field.name.clone()).collect()
}

fn is_known(conditions: &[Condition]) -> bool {
    conditions
        .iter()
        .all(|condition| condition.any_of.iter().all(Scalar::is_known))
}

#[cfg(test)]
mod tests;
