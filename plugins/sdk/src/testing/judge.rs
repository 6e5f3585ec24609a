//! Judges an answer as Usher does: the contract's own judge first, then the refusals of Usher when it takes a
//! plan over.

use usher_contract::answer::{self, Breach};
use usher_contract::manifest::Manifest;
use usher_contract::rehearsal::{failure_text, plan_text, taken_over};

use crate::testing::convert;
use crate::testing::state::OrgState;
use crate::{Failure, StepPlan};

/// An answer as text, and everything in it that Usher would refuse.
pub(crate) struct Judged {
    pub(crate) text: String,
    pub(crate) refused: Vec<String>,
}

/// Judges an answer. Its text is that of the answer as Usher takes it, or as it was given when Usher refuses it.
pub(crate) fn judged(
    manifest: &Manifest,
    org: &OrgState,
    answer: Result<StepPlan, Failure>,
) -> Judged {
    let (text, refused) = match answer {
        Ok(plan) => self::plan(manifest, org, plan),
        Err(failure) => self::failure(org, failure),
    };
    // The plugin went on without a read that was refused. The plan may be wrong, so it does not count.
    let gate = org.gate();
    let denied: Vec<String> = gate.denied().iter().map(ToString::to_string).collect();
    let refused = match denied.is_empty() {
        true => refused,
        false => denied,
    };
    Judged { text, refused }
}

fn plan(manifest: &Manifest, org: &OrgState, mut plan: StepPlan) -> (String, Vec<String>) {
    let converted = match convert::step_plan(plan.clone()) {
        Ok(converted) => converted,
        Err(bad) => {
            // Only outputs that are no JSON object cannot be converted. The rest can still be shown.
            plan.outputs = "{}".to_owned();
            let text =
                convert::step_plan(plan).map_or_else(|bad| bad.to_string(), |it| plan_text(&it));
            return (text, vec![bad.to_string()]);
        }
    };
    let given = plan_text(&converted);
    match answer::judge(converted, manifest, org.gate().handed()) {
        Ok(plan) => (plan_text(&plan), taken_over(org.state(), &plan)),
        Err(breach) => (given, lines(&breach)),
    }
}

fn failure(org: &OrgState, failure: Failure) -> (String, Vec<String>) {
    let converted = match convert::failure(failure) {
        Ok(converted) => converted,
        Err(bad) => return (String::new(), vec![bad.to_string()]),
    };
    let given = failure_text(&converted);
    match answer::judge_failure(converted, org.gate().handed()) {
        Ok(failure) => (failure_text(&failure), vec![]),
        Err(breach) => (given, lines(&breach)),
    }
}

fn lines(breach: &Breach) -> Vec<String> {
    match breach {
        Breach::Undeclared(what) => what.iter().map(ToString::to_string).collect(),
        Breach::BadAnswer(bad) => vec![bad.to_string()],
    }
}
