//! Two orgs, held against one recipe: the things that are otherwise in one of them.
//!
//! Each org has a plan of its own. What a plan would change is not as wanted there; what it does not mention is. Changes
//! belong together by their addresses. An id is another one in every org, so ids are compared by the names of their
//! records; without names only if there is one.
//!
//! Two plans that say nothing are not alike: a step that failed in both orgs, or that is planned later in both, was not
//! compared.

mod change;
mod names;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::plan::{Plan, PlannedStep, StepState};
use usher_contract::value::Token;

use change::Paired;

pub use names::{Names, PROFILE, lookups};

/// A thing that is not the same in both orgs.
#[derive(Clone, Debug, PartialEq)]
pub struct Contrast {
    pub step: String,
    /// The address of the change; none: the whole step.
    pub address: Option<String>,
    /// The change in the plugin's words.
    pub summary: Option<String>,
    pub sides: [Side; 2],
    /// The step of an earlier contrast that brings this one along, as a user who is missing has no permission sets.
    pub follows: Option<String>,
}

/// The thing in one of the orgs.
#[derive(Clone, Debug, PartialEq)]
pub enum Side {
    AsWanted,
    /// A record that would be made.
    Missing,
    /// Values that would be changed.
    Otherwise(Vec<Held>),
    /// Something else that would be done.
    ToDo {
        verb: &'static str,
    },
    /// The step has no plan.
    Failed(Vec<String>),
    /// The step is planned when its turn comes.
    Later(String),
    Skipped(String),
    /// A person has to do it.
    Manual,
}

/// A value of an org, and the one that the recipe wants.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    pub field: String,
    /// None: it is not known.
    pub now: Option<Value>,
    pub wanted: Value,
}

/// A step of which nothing can be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncompared {
    pub step: String,
    pub why: Why,
}

/// The reason why a step was not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It has no plan in either org, for the same problems.
    Failed(Vec<String>),
    /// It is planned when its turn comes, in both orgs.
    Later([String; 2]),
    /// A person does it, and no lookup finds out if it is done.
    ByHand,
}

/// The result: every contrast and every step that was not compared, both in the order of the recipe.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    pub contrasts: Vec<Contrast>,
    pub uncompared: Vec<Uncompared>,
}

impl Comparison {
    /// The number of contrasts that follow from no other one.
    pub fn count(&self) -> usize {
        let own = self.contrasts.iter().filter(|one| one.follows.is_none());
        own.count()
    }

    /// Says whether everything that Usher can see was compared, and is the same. A state that only a person knows is not
    /// a difference.
    pub fn is_alike(&self) -> bool {
        let mut uncompared = self.uncompared.iter();
        self.contrasts.is_empty() && uncompared.all(|one| one.why == Why::ByHand)
    }
}

/// Compares two plans of one recipe. `names`: those of the records of each org that [`lookups`] asks for.
pub fn compare(plans: [&Plan; 2], names: [&Names; 2]) -> Comparison {
    let mut comparison = Comparison::default();
    let mut origins: [Origins; 2] = Default::default();
    let others = plans[1].by_unit();
    for first in &plans[0].steps {
        if let Some(second) = others.get(&first.key()) {
            step([first, second], names, &mut origins, &mut comparison);
        }
    }
    comparison
}

/// The changes and the steps of one org in which a contrast begins, each with the step that it follows from.
#[derive(Default)]
struct Origins {
    changes: BTreeMap<(String, String), String>,
    steps: BTreeMap<String, String>,
}

impl Origins {
    /// The step from which whatever needs one of these tokens follows.
    fn of(&self, tokens: &[Token]) -> Option<String> {
        let mut found = tokens.iter().filter_map(|token| match token {
            Token::Plan(unit) => self.steps.get(&unit.to_string()),
            other => {
                let (unit, address) = other.binder()?;
                let key = (unit.to_string(), address.to_owned());
                self.changes.get(&key).or_else(|| self.steps.get(&key.0))
            }
        });
        found.next().cloned()
    }
}

fn step(
    both: [&PlannedStep; 2],
    names: [&Names; 2],
    origins: &mut [Origins; 2],
    comparison: &mut Comparison,
) {
    let unit = both[0].unit().to_string();
    let found = &mut comparison.contrasts;
    if both.iter().all(|step| is_planned(step)) {
        for paired in change::pairs(both, names) {
            let Some(sides) = paired.contrast(both, names) else {
                continue;
            };
            let follows = change_follows(&paired, &sides, origins);
            let root = follows.clone().unwrap_or_else(|| unit.clone());
            for (side, change) in paired.changes.iter().enumerate() {
                if let Some(change) = change.filter(|_| sides[side] != Side::AsWanted) {
                    let key = (unit.clone(), change.address.clone());
                    origins[side].changes.insert(key, root.clone());
                }
            }
            let shown = paired.shown();
            found.push(Contrast {
                step: unit.clone(),
                address: Some(shown.address.clone()),
                summary: Some(shown.summary.clone()),
                sides,
                follows,
            });
        }
        return;
    }
    let sides = both.map(side);
    if is_same(&sides, both) {
        let why = uncompared(sides, both);
        let why = why.map(|why| Uncompared { step: unit, why });
        comparison.uncompared.extend(why);
        return;
    }
    let mut follows = step_follows(both, origins);
    // A step that only looks waits in an org in which something is to be done, and for nothing else.
    if let Some(earlier) = found
        .last()
        .filter(|_| both.iter().any(|step| only_looks(step)))
    {
        let origin = earlier.follows.as_ref().unwrap_or(&earlier.step);
        follows.get_or_insert_with(|| origin.clone());
    }
    let root = follows.clone().unwrap_or_else(|| unit.clone());
    for (side, step) in both.iter().enumerate() {
        if !matches!(step.state, StepState::AsWanted) {
            origins[side].steps.insert(unit.clone(), root.clone());
        }
    }
    found.push(Contrast {
        step: unit,
        address: None,
        summary: None,
        sides,
        follows,
    });
}

fn is_planned(step: &PlannedStep) -> bool {
    matches!(step.state, StepState::Changes | StepState::AsWanted)
}

/// Says whether a step waits for nothing but the steps before it, to look at the org.
fn only_looks(step: &PlannedStep) -> bool {
    let writes_nothing = step
        .bound
        .as_ref()
        .is_some_and(|bound| bound.writes.is_empty());
    writes_nothing
        && matches!(&step.state, StepState::Deferred(deferral) if deferral.waiting_for.is_empty())
}

/// A whole step in one org.
fn side(step: &PlannedStep) -> Side {
    match &step.state {
        StepState::AsWanted => Side::AsWanted,
        StepState::Changes => Side::ToDo { verb: "change" },
        StepState::Deferred(deferral) => Side::Later(deferral.reason.clone()),
        StepState::Failed { problems, .. } => {
            Side::Failed(problems.iter().map(|note| note.summary.clone()).collect())
        }
        StepState::Skipped { reason } => Side::Skipped(reason.clone()),
        StepState::Manual(_) => Side::Manual,
    }
}

/// Says whether a step that is not planned in both orgs stands the same in both. Texts may name what only one org has,
/// so problems are the same by their codes.
fn is_same(sides: &[Side; 2], both: [&PlannedStep; 2]) -> bool {
    let codes = both.map(|step| match &step.state {
        StepState::Failed { problems, .. } => problems.iter().map(|note| &note.code).collect(),
        _ => Vec::new(),
    });
    match sides {
        [Side::Failed(_), Side::Failed(_)] => codes[0] == codes[1],
        [a, b] => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// The reason why a step that stands the same in both orgs was not compared; none when it was.
fn uncompared(sides: [Side; 2], both: [&PlannedStep; 2]) -> Option<Why> {
    match sides {
        [Side::Failed(problems), Side::Failed(_)] => Some(Why::Failed(problems)),
        [Side::Later(first), Side::Later(second)] => Some(Why::Later([first, second])),
        [Side::Manual, Side::Manual] => {
            let is_looked_at = both.iter().all(|step| match &step.state {
                StepState::Manual(manual) => manual.look.is_some(),
                _ => true,
            });
            (!is_looked_at).then_some(Why::ByHand)
        }
        _ => None,
    }
}

/// A change follows from another one when that brings what it needs, and is needed in the same org.
fn change_follows(
    paired: &Paired<'_>,
    sides: &[Side; 2],
    origins: &[Origins; 2],
) -> Option<String> {
    let mut both = paired.changes.iter().zip(sides).zip(origins);
    both.find_map(|((change, side), origins)| {
        let change = change.filter(|_| *side != Side::AsWanted)?;
        origins.of(&change.tokens_to_send())
    })
}

/// A step follows from what its input, or what it waits for, comes from.
fn step_follows(both: [&PlannedStep; 2], origins: &[Origins; 2]) -> Option<String> {
    let mut both = both.iter().zip(origins);
    both.find_map(|(step, origins)| {
        let mut tokens = change::needs_of(&step.input.object());
        if let StepState::Deferred(deferral) = &step.state {
            tokens.extend(deferral.waiting_for.iter().cloned());
        }
        origins.of(&tokens)
    })
}

#[cfg(test)]
mod tests;
