//! The permissions of the signed-in user: what the steps of a plan need and the user lacks is reported before anything
//! is sent, all of it at once.

use std::collections::BTreeSet;

use usher_core::change::{Note, NoteSeverity};
use usher_core::plan::{How, PlannedStep, ProblemClass, StepState};
use usher_core::read::ReadError;
use usher_core::recipe::Kept;
use usher_core::rights::{Met, Narrow, Need, need_of, of_step, of_writes, unique};

use crate::own_rights::own_by;
use crate::planning::Planning;
use crate::planning::problem::{note, unread};

/// The needs of one step.
#[derive(Default)]
struct Needs {
    /// The step cannot be carried out, or has no plan, without these.
    now: Vec<&'static Need>,
    /// The step may need these when it is planned.
    later: Vec<&'static Need>,
}

impl Planning<'_> {
    /// Fails the steps for which the user lacks a permission that a public page asks for, and notes the others.
    pub(super) async fn check_rights(&self, steps: &mut [PlannedStep]) {
        let needs: Vec<Needs> = steps.iter().map(|step| self.needs(step)).collect();
        let are_empty = |needs: &Needs| needs.now.is_empty() && needs.later.is_empty();
        if needs.iter().all(are_empty) {
            return;
        }
        let has = match own_by(&self.reader, self.identity).await {
            Ok(has) => has,
            Err(error) => return untold(steps, &needs, error),
        };
        let is_missing = |need: &&&Need| need.met(&has) == Met::No;
        let now = needs.iter().flat_map(|needs| &needs.now);
        // Somebody who must give the user permissions gives all of them at once.
        let is_refused = now.filter(is_missing).any(|need| need.rule.is_some());
        for (step, needs) in steps.iter_mut().zip(needs) {
            let is_failed = matches!(step.state, StepState::Failed { .. });
            // A failure that no permission explains stays the reason.
            if is_failed && !needs.now.iter().any(|need| is_missing(&need)) {
                continue;
            }
            let later = needs.later.iter().filter(is_missing);
            let later: Vec<&Need> = later.copied().collect();
            let mut now = needs.now;
            match is_refused {
                true => now.extend(later),
                false => warn(step, &later, &self.identity.username),
            }
            self.compare(step, unique(now), &has);
        }
    }

    fn needs(&self, step: &PlannedStep) -> Needs {
        let sights = |wanted: How| {
            let sights = step.reads.sights.iter();
            sights
                .filter(move |(_, how)| **how == wanted)
                .map(|(sight, _)| need_of(*sight))
        };
        let missed: Vec<&Need> = sights(How::Missed).collect();
        match &step.state {
            StepState::Changes | StepState::AsWanted => Needs {
                now: of_step(step),
                later: Vec::new(),
            },
            StepState::Deferred(_) => Needs {
                now: of_step(step).into_iter().chain(missed).collect(),
                later: sights(How::Later).collect(),
            },
            StepState::Failed { .. } if missed.is_empty() => Needs::default(),
            StepState::Failed { .. } => Needs {
                now: missed,
                later: sights(How::Later).chain(self.writes_of(step)).collect(),
            },
            StepState::Skipped { .. } | StepState::Manual(_) => Needs::default(),
        }
    }

    /// The needs of everything that the step's plugin may write.
    fn writes_of(&self, step: &PlannedStep) -> Vec<&'static Need> {
        let mut steps = self.recipe.steps.iter();
        match steps
            .find(|known| known.id == step.id)
            .map(|step| &step.kept)
        {
            Some(Kept::ByPlugin(used)) => of_writes(&self.plugin(used).0.writes),
            Some(Kept::ByHand(_)) | None => Vec::new(),
        }
    }

    /// Fails the step, or notes on it, for each need that the user's permissions do not meet.
    fn compare(&self, step: &mut PlannedStep, needs: Vec<&'static Need>, has: &BTreeSet<String>) {
        let user = &self.identity.username;
        let mut problems = Vec::new();
        for need in needs {
            match need.met(has) {
                Met::Yes => {}
                Met::Perhaps(narrow) => step.plan.notes.push(limited(need, narrow, user)),
                Met::No if need.rule.is_some() => problems.push(lacks(need, user)),
                Met::No => warn(step, &[need], user),
            }
        }
        if problems.is_empty() {
            return;
        }
        // A step that has its changes fails for another reason, such as a conflict or a seat.
        let (class, more) = match &mut step.state {
            StepState::Failed { class, problems } if !step.plan.changes.is_empty() => {
                (*class, std::mem::take(problems))
            }
            _ => (ProblemClass::Unmet, Vec::new()),
        };
        problems.extend(more);
        step.state = StepState::Failed { class, problems };
    }
}

/// The org does not tell the permissions of the user. An org that refuses the question keeps nothing back, and the plan
/// says so; an org without an answer has not been asked.
fn untold(steps: &mut [PlannedStep], needs: &[Needs], error: ReadError) {
    let told = match &error {
        ReadError::Refused(refusal) => Some(format!(
            "The org does not tell the permissions of the signed-in user: {} {}",
            refusal.code, refusal.message
        )),
        _ => None,
    };
    let unread = unread(error);
    for (step, needs) in steps.iter_mut().zip(needs) {
        if needs.now.is_empty() || matches!(step.state, StepState::Failed { .. }) {
            continue;
        }
        match &told {
            Some(why) => step.plan.notes.push(Note {
                severity: NoteSeverity::Warning,
                ..note("user/permissions-not-told", why.clone())
            }),
            None => step.state = unread.clone(),
        }
    }
}

/// Warns of needs of which it is not certain that the step has them.
fn warn(step: &mut PlannedStep, needs: &[&Need], user: &str) {
    step.plan.notes.extend(needs.iter().map(|need| Note {
        severity: NoteSeverity::Warning,
        ..lacks(need, user)
    }));
}

fn lacks(need: &Need, user: &str) -> Note {
    let why = format!("{user} may not {}: {} is missing", need.to, need.in_words());
    Note {
        remedy: Some(format!(
            "give {user} a permission set with it, or sign in as a user who has it"
        )),
        rule: need.rule.map(str::to_owned),
        ..note("user/lacks-permission", why)
    }
}

fn limited(need: &Need, narrow: &Narrow, user: &str) -> Note {
    let label = narrow.right.label;
    let enough = need.one_of.iter().map(|right| format!("*{}*", right.label));
    let why = format!(
        "{user} has *{label}*, which may not be enough to {}: {}",
        need.to, narrow.why
    );
    Note {
        severity: NoteSeverity::Warning,
        remedy: Some(format!(
            "if Salesforce refuses it, give {user} a permission set with {}",
            enough.collect::<Vec<_>>().join(" or ")
        )),
        rule: narrow.rule.map(str::to_owned),
        ..note("user/limited-permission", why)
    }
}

#[cfg(test)]
mod tests;
