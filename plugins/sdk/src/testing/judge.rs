//! Judges an answer as Usher does: the contract's own judge first, then the refusals of Usher when it takes a
//! plan over.

use usher_contract::answer::{self, Breach};
use usher_contract::change;
use usher_contract::manifest::Manifest;

use crate::testing::convert;
use crate::testing::state::OrgState;
use crate::{Condition, Failure, Lookup, Operation, Scalar, StepPlan};

/// Everything in the answer that Usher would refuse.
pub(crate) fn breaches(
    manifest: &Manifest,
    org: &OrgState,
    answer: &Result<StepPlan, Failure>,
) -> Vec<String> {
    // The plugin went on without a read that was refused. The plan may be wrong, so it does not count.
    let denied: Vec<String> = org
        .gate()
        .denied()
        .iter()
        .map(ToString::to_string)
        .collect();
    if !denied.is_empty() {
        return denied;
    }
    match answer {
        Ok(plan) => match judged(manifest, org, plan) {
            Err(breach) => lines(&breach),
            Ok(_) => taken_over(org, plan),
        },
        Err(failure) => {
            let failure = convert::failure(failure.clone()).map_err(Breach::from);
            let judged = failure.and_then(|it| answer::judge_failure(it, org.gate().handed()));
            judged.err().as_ref().map(lines).unwrap_or_default()
        }
    }
}

fn lines(breach: &Breach) -> Vec<String> {
    match breach {
        Breach::Undeclared(what) => what.iter().map(ToString::to_string).collect(),
        Breach::BadAnswer(bad) => vec![bad.to_string()],
    }
}

fn judged(
    manifest: &Manifest,
    org: &OrgState,
    plan: &StepPlan,
) -> Result<change::StepPlan, Breach> {
    let plan = convert::step_plan(plan.clone())?;
    answer::judge(plan, manifest, org.gate().handed())
}

/// Usher looks by the key of a create when it takes the plan over; finding a record then is the plugin's fault. A
/// record that earlier steps only plan does not exist yet.
fn taken_over(org: &OrgState, plan: &StepPlan) -> Vec<String> {
    let mut found = vec![];
    for change in &plan.changes {
        let Operation::Create(create) = &change.operation else {
            continue;
        };
        let lookup = Lookup {
            object: create.object.clone(),
            fields: vec![],
            conditions: create.key.conditions.clone(),
        };
        if !lookup.conditions.iter().all(is_known) {
            continue;
        }
        let is_there = |record: &crate::Record| record.id().is_ok_and(|id| !id.is_unknown());
        if org.look(&lookup).is_ok_and(|all| all.iter().any(is_there)) {
            found.push(format!(
                "`{}` creates what is there already",
                change.address
            ));
        }
    }
    found
}

fn is_known(condition: &Condition) -> bool {
    let unknown = |value: &Scalar| matches!(value, Scalar::Reference(_) | Scalar::Joined(_));
    !condition.any_of.iter().any(unknown)
}
