//! The changes of the program, in its order; each once, or once for each record of a list.

use std::collections::BTreeMap;

use usher_program::{Change, Fields, Program, Verb};

use usher_sdk::{
    Change as Planned, DeleteRecord, Failure, Operation, Org, Record, StepPlan, UpdateRecord,
};

use crate::case::{Case, cases, differing, of};
use crate::known::Known;
use crate::undo::{self, Made};
use crate::{ensure, settings};

/// Plans all changes.
pub(crate) fn plan(
    program: &Program,
    known: &mut Known,
    org: &dyn Org,
    plan: &mut StepPlan,
) -> Result<(), Failure> {
    // Change → the addresses that were planned for it.
    let mut planned: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for change in &program.changes {
        let cases = cases(change, known)?;
        let made = match &change.verb {
            Verb::Update {
                record,
                object,
                set,
            } => update(change, record, object, set, &cases)?,
            Verb::Delete { record, object } => delete(change, record, object, &cases)?,
            Verb::Configure { settings, set } => {
                settings::plan(change, settings, set, &cases, org)?
            }
            Verb::Ensure { .. } => {
                let ensured = ensure::plan(change, &cases, org)?;
                if let (None, Some(id)) = (&change.each, ensured.id) {
                    known.made.insert(change.name.clone(), id);
                }
                ensured.changes
            }
        };
        let addresses = planned.entry(&change.name).or_default();
        addresses.extend(made.iter().map(|made| made.address.clone()));
        let before: Vec<String> = change
            .after
            .iter()
            .filter_map(|name| planned.get(name.as_str()))
            .flatten()
            .cloned()
            .collect();
        for mut made in made {
            for address in &before {
                made = made.after(address);
            }
            plan.change(made);
        }
    }
    Ok(())
}

fn update(
    change: &Change,
    name: &str,
    object: &str,
    set: &Fields,
    cases: &[Case],
) -> Result<Vec<Planned>, Failure> {
    let mut planned = vec![];
    for case in cases {
        let record = record(change, name, case)?;
        let fields = differing(change, record, set, &case.known)?;
        if fields.is_empty() {
            continue;
        }
        let mut operation = UpdateRecord::of(object, record.id()?);
        operation.fields = fields;
        let made = Made {
            object,
            id: operation.id.clone(),
            is_new: false,
        };
        let summary = case.known.shown(&change.says, &of(change))?;
        let undo = undo::of(change, &made, &case.known)?;
        planned.push(Planned::new(&case.address, summary, operation).undo(undo));
    }
    Ok(planned)
}

fn delete(
    change: &Change,
    name: &str,
    object: &str,
    cases: &[Case],
) -> Result<Vec<Planned>, Failure> {
    let mut planned = vec![];
    for case in cases {
        // A find of at most one record has found none: it is gone already.
        let Some(record) = case.known.record(name) else {
            continue;
        };
        let operation = Operation::Delete(DeleteRecord {
            object: object.to_owned(),
            id: record.id()?.into(),
        });
        let made = Made {
            object,
            id: record.id()?.into(),
            is_new: false,
        };
        let summary = case.known.shown(&change.says, &of(change))?;
        let undo = undo::of(change, &made, &case.known)?;
        planned.push(Planned::new(&case.address, summary, operation).undo(undo));
    }
    Ok(planned)
}

fn record<'c>(change: &Change, name: &str, case: &'c Case) -> Result<&'c Record, Failure> {
    case.known.record(name).ok_or_else(|| {
        Failure::Broken(format!(
            "{} updates `{name}`, and there is no such record; give it a `when`",
            of(change)
        ))
    })
}
