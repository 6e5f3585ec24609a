//! The permissions of the signed-in user: what the steps of a plan need and the user lacks is told before anything is
//! sent, all of it at once. A user always reads the own permission sets.

use std::collections::BTreeSet;

use serde_json::Value;
use usher_core::change::{Note, NoteSeverity};
use usher_core::plan::{PlannedStep, ProblemClass, StepState};
use usher_core::read::Identity;
use usher_core::rights::{ALL, Need, of_reads, of_step, unique};

use crate::client::Client;
use crate::planning::Planning;
use crate::planning::problem::note;

/// Permission sets of one user. More would be a user of whom nothing is missing.
const SETS_MAX: usize = 1_000;

/// Codes of steps that the org did not let read, and of those that did not find what an org hides.
const UNREAD: [&str; 5] = [
    "plugin/bad-answer",
    "read-refused",
    "unknown-permission-set",
    "label-not-there",
    "unknown-license",
];

impl Planning<'_> {
    /// Fails the steps for which the user lacks a permission that a public page asks for, and notes the others.
    pub(super) async fn check_rights(&self, steps: &mut [PlannedStep]) {
        let mut needs: Vec<(usize, Vec<&'static Need>)> = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            let of = match is_unread(step) {
                true => self.reads_of(step),
                false => of_step(step),
            };
            if !of.is_empty() {
                needs.push((at, of));
            }
        }
        if needs.is_empty() {
            return;
        }
        let Some(has) = own(&self.org, self.identity).await else {
            return;
        };
        for (at, of) in needs {
            let missing = of.into_iter().filter(|need| !need.is_met(&has));
            lacks(&mut steps[at], missing, &self.identity.username);
        }
    }

    fn reads_of(&self, step: &PlannedStep) -> Vec<&'static Need> {
        let stamp = step.plugin.as_ref();
        let manifest = stamp.and_then(|stamp| self.steps.plugin(&stamp.name));
        manifest.map_or_else(Vec::new, |(manifest, _)| of_reads(&manifest.reads))
    }
}

/// Says whether the org refused a read that the step could not do without, or may have hidden what it looked for.
fn is_unread(step: &PlannedStep) -> bool {
    match &step.state {
        StepState::Failed { problems, .. } => {
            let mut problems = problems.iter();
            problems.any(|problem| UNREAD.contains(&problem.code.as_str()))
        }
        _ => false,
    }
}

/// The permissions of the user; `None` when the org does not tell.
async fn own(org: &Client, user: &Identity) -> Option<BTreeSet<String>> {
    let column = |name: &str| format!("Permissions{name}");
    let columns: Vec<String> = ALL.iter().map(|right| column(right.name)).collect();
    let soql = format!(
        "SELECT {} FROM PermissionSet WHERE Id IN (SELECT PermissionSetId FROM PermissionSetAssignment WHERE \
         AssigneeId = '{}')",
        columns.join(", "),
        user.user_id
    );
    let sets = org.query_within(&soql, SETS_MAX).await.ok()?;
    let has = |name: &str| {
        let mut sets = sets.iter();
        sets.any(|set| set[column(name)] == Value::Bool(true))
    };
    let names = ALL.iter().map(|right| right.name).filter(|name| has(name));
    Some(names.map(str::to_owned).collect())
}

/// Fails the step, or notes on it, for each permission that the user lacks.
fn lacks(step: &mut PlannedStep, missing: impl Iterator<Item = &'static Need>, user: &str) {
    let missing = unique(missing.collect());
    let (certain, likely): (Vec<&Need>, Vec<&Need>) =
        missing.into_iter().partition(|need| need.rule.is_some());
    let problems: Vec<Note> = certain.iter().map(|need| problem(need, user)).collect();
    let warnings = likely.iter().map(|need| Note {
        severity: NoteSeverity::Warning,
        ..problem(need, user)
    });
    step.plan.notes.extend(warnings);
    if !problems.is_empty() {
        step.state = StepState::Failed {
            class: ProblemClass::Unmet,
            problems,
        };
    }
}

fn problem(need: &Need, user: &str) -> Note {
    let why = format!("{user} may not {}: {} is missing", need.to, need.in_words());
    Note {
        remedy: Some(format!(
            "give {user} a permission set with it, or sign in as a user who has it"
        )),
        rule: need.rule.map(str::to_owned),
        ..note("user/lacks-permission", why)
    }
}
