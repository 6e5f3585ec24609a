//! The refusals of Usher when it takes a plan over, in an org of a rehearsal.

use crate::change::StepPlan;
use crate::operation::{Condition, Lookup, Operation};
use crate::read::Record;
use crate::rehearsal::state::State;
use crate::value::Scalar;

/// Returns a sentence for each create whose key finds a record. Usher looks by the key when it takes the plan over;
/// finding a record then is the plugin's fault. A record that earlier steps only plan does not exist yet.
pub fn taken_over(org: &State, plan: &StepPlan) -> Vec<String> {
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
        let is_there = |record: &Record| record.get("Id").is_some_and(|id| id.is_string());
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
    condition.any_of.iter().all(Scalar::is_known)
}
