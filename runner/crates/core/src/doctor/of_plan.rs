//! Findings of a plan: what keeps it from being carried out, and what may go wrong. The plan holds the reasons already;
//! here each of them is told once, with the steps that it is about.

use std::collections::{BTreeMap, BTreeSet};

use usher_contract::change::{Note, NoteSeverity};

use crate::doctor::{Facts, Finding, Place, Scope, Weight};
use crate::plan::{Plan, StepState, record_key, taken};
use crate::rights::{Met, Need, of_plan as needs_of_plan};

/// The code of a user who lacks a permission.
const LACKS: &str = "user/lacks-permission";

/// The code of a user with a permission that may not be enough.
const LIMITED: &str = "user/limited-permission";

/// The code of a license without a seat.
const NO_SEAT: &str = "plan/no-seat";

/// A permission that a plan needs, compared with those of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    pub need: &'static Need,
    /// None: the permissions of the user are not known.
    pub met: Option<Met>,
    /// The plan can do without: a step only looks less closely.
    pub is_optional: bool,
}

/// A plan, and what it needs of an org and of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The name of the recipe.
    pub recipe: String,
    pub title: String,
    /// Steps, and those of them that are planned later: their needs are known by what they may do.
    pub steps: usize,
    pub later: usize,
    /// Requests that carrying the plan out takes, without those that look what became of a change.
    pub requests: u64,
    pub needs: Vec<Needed>,
    /// Objects whose records the plan reads: the user needs the object permission *Read*.
    pub objects: BTreeSet<String>,
    /// Seats that the plan takes, by the ids of their licenses.
    pub seats: BTreeMap<String, u64>,
}

impl Wanted {
    pub fn of(plan: &Plan, facts: &Facts) -> Self {
        let needs = needs_of_plan(&plan.steps);
        let has = facts.rights.known();
        let needed = |is_optional: bool| {
            move |need: &'static Need| Needed {
                need,
                met: has.map(|has| need.met(has)),
                is_optional,
            }
        };
        let all = needs.needed.into_iter().map(needed(false));
        let later = plan.steps.iter();
        let later = later.filter(|step| matches!(step.state, StepState::Deferred(_)));
        Self {
            recipe: plan.recipe.clone(),
            title: plan.title.clone(),
            steps: plan.steps.len(),
            later: later.count(),
            requests: plan.requests.write,
            needs: all
                .chain(needs.without.into_iter().map(needed(true)))
                .collect(),
            objects: needs.objects,
            seats: taken(&plan.steps)
                .into_iter()
                .filter(|sum| sum.id.is_known())
                .map(|sum| (record_key(&sum.id), sum.amount))
                .collect(),
        }
    }
}

/// The findings of a plan, what keeps it back first.
pub fn of_plan(plan: &Plan, facts: &Facts) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for step in &plan.steps {
        let problems = match &step.state {
            StepState::Failed { problems, .. } => problems.as_slice(),
            _ => &[],
        };
        for note in problems.iter().chain(&step.plan.notes) {
            let found = finding(note, &step.id);
            add(&mut findings, found);
        }
    }
    findings.retain(|finding| finding.weight != Weight::Note);
    if let Some(limit) = facts.requests()
        && limit.left < plan.requests.write
    {
        let what = format!(
            "the org takes {} more API requests today, and the plan sends {} at least",
            limit.left, plan.requests.write
        );
        findings.push(Finding {
            scope: Scope::Plan { steps: Vec::new() },
            ..few_requests(Weight::Missing, what)
        });
    }
    findings.sort_by_key(|finding| finding.weight);
    findings
}

/// A finding about the API requests of the day.
pub(super) fn few_requests(weight: Weight, what: String) -> Finding {
    Finding::anyway("doctor/few-requests", weight, what)
        .remedy("wait until requests are free again: the org counts the last 24 hours")
        .rule("API limits")
        .at(Place::Company)
}

fn finding(note: &Note, step: &str) -> Finding {
    Finding {
        code: note.code.clone(),
        scope: Scope::Plan {
            steps: vec![step.to_owned()],
        },
        weight: match note.severity {
            NoteSeverity::Error => Weight::Missing,
            NoteSeverity::Warning => Weight::Warning,
            NoteSeverity::Info => Weight::Note,
        },
        what: note.summary.clone(),
        remedy: note.remedy.clone(),
        rule: note.rule.clone(),
        place: place(&note.code),
    }
}

/// The page of Setup for the host's own codes. A plugin names its page in the remedy.
fn place(code: &str) -> Option<Place> {
    match code {
        LACKS | LIMITED => Some(Place::PermissionSets),
        NO_SEAT => Some(Place::Company),
        _ => None,
    }
}

/// Adds a finding, or its step to the same finding of another step.
fn add(findings: &mut Vec<Finding>, found: Finding) {
    let is_same = |known: &&mut Finding| {
        (&known.code, &known.what, known.weight) == (&found.code, &found.what, found.weight)
    };
    let known = findings.iter_mut().find(is_same);
    match (known.map(|known| &mut known.scope), found.scope.clone()) {
        (Some(Scope::Plan { steps: known }), Scope::Plan { steps }) => {
            for step in steps {
                if !known.contains(&step) {
                    known.push(step);
                }
            }
        }
        _ => findings.push(found),
    }
}
