//! Permission set licenses that a run brought. When the assignment that needs one is deleted, Salesforce takes the
//! license back by itself in most cases (Salesforce Help, `users_permissionset_licenses_remove`). Usher deletes the
//! license that is left, unless another assignment of the user needs it.

use std::collections::BTreeSet;

use usher_contract::change::{Change, Consequence, Effect, Prerequisite, Undo};
use usher_contract::known::Known;
use usher_contract::name::fold;
use usher_contract::operation::{
    Condition, CreateRecord, DeleteRecord, Expectation, Field, Finding, Lookup, Operation, Probe,
};
use usher_contract::value::{Reference, Scalar};

use crate::plan::PlannedStep;
use crate::run::event::{ChangeKey, Verdict};
use crate::run::state::RunState;
use crate::run::undo::inverse::TAKE_BACK;
use crate::run::undo::note;

/// The object whose records are seats of permission set licenses.
const SEAT: &str = "PermissionSetLicenseAssign";

/// Returns the condition under which a seat that a change took is deleted; `None` for other changes.
pub(super) fn unless_needed(operation: &Operation, known: &Known<'_>) -> Option<Expectation> {
    let CreateRecord { object, fields, .. } = operation.of()?;
    is_seat(object).then(|| free(fields, known)).flatten()
}

/// Adds the deletion of seats that the step's effects brought. These deletions go last, and only seats that were seen
/// are deleted.
pub(super) fn appeared(
    run: &RunState,
    undone: &BTreeSet<ChangeKey>,
    step: &PlannedStep,
    inverse: &mut PlannedStep,
) {
    let known = Known(&run.bindings);
    for effect in &step.plan.effects {
        let key = ChangeKey::new(&step.unit(), &effect.address);
        let Consequence::Appears {
            object, fields, id, ..
        } = &effect.consequence
        else {
            continue;
        };
        let was_seen = run.verdicts.get(&key) == Some(&Verdict::Held);
        if !is_seat(object) || !was_seen || undone.contains(&key) {
            continue;
        }
        let after = causes(effect, inverse);
        let mut causes = effect.causes.iter();
        let cause_was_undone =
            causes.any(|cause| undone.contains(&ChangeKey::new(&step.unit(), cause)));
        if after.is_empty() && !cause_was_undone {
            continue;
        }
        let bound = step.unit().binds(&effect.address, "id");
        let own = Scalar::Reference(Reference::Given(bound));
        let id = if *id == Scalar::Nothing { &own } else { id };
        let (Ok(id), Some(free)) = (known.scalar(id), free(fields, &known)) else {
            continue;
        };
        let before = known.object(fields).unwrap_or_default();
        inverse.before.insert(effect.address.clone(), before);
        inverse.only_if.insert(effect.address.clone(), vec![free]);
        inverse.plan.changes.push(Change {
            address: effect.address.clone(),
            summary: format!("{TAKE_BACK}{}", effect.summary),
            operation: DeleteRecord {
                object: object.clone(),
                id,
            }
            .into(),
            after,
            waits: Vec::new(),
            results: Vec::new(),
            undo: Undo::Nothing,
        });
    }
}

/// Adds a note on what becomes of seats, where some are deleted.
pub(super) fn note(inverse: &mut PlannedStep) {
    let mut changes = inverse.plan.changes.iter();
    let is_deleted = |change: &Change| {
        let delete = change.operation.of::<DeleteRecord>();
        delete.is_some_and(|delete| is_seat(&delete.object))
    };
    if changes.any(is_deleted) {
        inverse.plan.notes.push(note::license());
    }
}

/// The changes that undo what caused an effect.
fn causes(effect: &Effect, inverse: &PlannedStep) -> Vec<Prerequisite> {
    let changes = inverse.plan.changes.iter();
    let causes = changes.filter(|change| effect.causes.contains(&change.address));
    causes
        .map(|change| Prerequisite::Change(change.address.clone()))
        .collect()
}

/// Expects that no assignment of the seat's user needs its license.
fn free(fields: &[Field], known: &Known<'_>) -> Option<Expectation> {
    let value = |name: &str| {
        let mut fields = fields.iter();
        let field = fields.find(|field| fold(&field.name) == fold(name))?;
        known.scalar(&field.value).ok()
    };
    let conditions = vec![
        Condition::is("AssigneeId", value("AssigneeId")?),
        Condition::is("PermissionSet.LicenseId", value("PermissionSetLicenseId")?),
    ];
    Some(Expectation {
        look: Probe::Records(Lookup {
            object: "PermissionSetAssignment".to_owned(),
            fields: Vec::new(),
            conditions,
        }),
        finding: Finding::Absent,
    })
}

fn is_seat(object: &str) -> bool {
    fold(object) == fold(SEAT)
}
