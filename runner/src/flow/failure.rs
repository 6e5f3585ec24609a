//! The error that a plan or a run ends with: its exit, by what went wrong first.

use std::collections::HashMap;

use usher_core::change::{Note, NoteSeverity};
use usher_core::diagnostic::{Diagnostic, Severity};
use usher_core::keep::SIGNED_IN_USER;
use usher_core::known::Known;
use usher_core::plan::{ITEM_FAILED, Plan, PlannedStep, ProblemClass, StepState};
use usher_core::policy::{destroyed, made_by};
use usher_core::recipe::Recipe;
use usher_core::run::{
    Carried, ChangeState, DEPENDS, EFFECT_MISSING, End, Outcome, RunState, Stop,
};
use usher_core::value::Unit;

use crate::error::{Error, Mistake};
use crate::exit::Exit;
use crate::flow::{keep, refused};
use crate::rule;
use crate::wording::{self, count};

/// The code of a plugin that asks for another try, although the org answered.
const TRY_LATER: &str = "plugin/try-later";

fn asks_for_time(step: &PlannedStep) -> bool {
    match &step.state {
        StepState::Failed { problems, .. } => problems.iter().any(|one| one.code == TRY_LATER),
        _ => false,
    }
}

/// The error of a plan that cannot be carried out; none: it can. `goes_on`: items that have no plan take no other down.
pub(crate) fn of_plan(recipe: &Recipe, plan: &Plan, goes_on: bool) -> Option<Error> {
    if let Some(stopped) = keep::stopped(plan, recipe) {
        return Some(stopped);
    }
    let class = plan.failure()?;
    if goes_on && others_go_on(&plan.steps) && !locks_out(&plan.steps) {
        return None;
    }
    let (exit, code, why) = match class {
        ProblemClass::Unmet => (Exit::Failed, "step/unmet", "the org is not ready"),
        ProblemClass::Invalid => (Exit::Invalid, "step/invalid", "the input is wrong"),
        ProblemClass::Unavailable if plan.steps.iter().any(asks_for_time) => (
            Exit::Unreachable,
            TRY_LATER,
            "a plugin asks for another try later",
        ),
        ProblemClass::Unavailable => (
            Exit::Unreachable,
            "org/unavailable",
            "the org gives no answer",
        ),
        ProblemClass::Limit => (Exit::Limit, "plugin/limit", "a limit is reached"),
        ProblemClass::Plugin => (Exit::Failed, "plugin/failed", "a plugin is at fault"),
        ProblemClass::Refused => (Exit::Refused, "grant/undeclared", "a plugin is refused"),
    };
    let mut error = Error::new(exit, code, format!("{why}; nothing was changed"));
    error.mistakes = step_problems(recipe, &plan.steps);
    if let [Mistake { diagnostic, .. }] = error.mistakes.as_slice() {
        error.code.clone_from(&diagnostic.code);
    }
    Some(error)
}

/// Says that only items have no plan, and that others have one.
fn others_go_on(steps: &[PlannedStep]) -> bool {
    let is_failed = |step: &&PlannedStep| matches!(step.state, StepState::Failed { .. });
    let (failed, others): (Vec<_>, Vec<_>) = steps.iter().partition(is_failed);
    let goes_on = |step: &&PlannedStep| step.state == StepState::Changes;
    failed.iter().all(|step| step.item.is_some()) && others.iter().any(goes_on)
}

/// Says whether a list would let the signed-in user go. Then it is about other people than the person thinks.
fn locks_out(steps: &[PlannedStep]) -> bool {
    steps.iter().any(|step| match &step.state {
        StepState::Failed { problems, .. } => problems
            .iter()
            .any(|problem| problem.code == SIGNED_IN_USER),
        _ => false,
    })
}

/// The problems that keep a plan from being carried out, step by step, each at its place in the recipe. One that many
/// items of a step have is told once.
fn step_problems(recipe: &Recipe, steps: &[PlannedStep]) -> Vec<Mistake> {
    let mut all: Vec<Problem<'_>> = Vec::new();
    let mut places: HashMap<Same<'_>, usize> = HashMap::new();
    for planned in steps {
        let StepState::Failed { class, problems } = &planned.state else {
            continue;
        };
        // The step in which the item failed tells why.
        let own = problems.iter().filter(|note| note.code != ITEM_FAILED);
        for note in own {
            let severity = match note.severity {
                NoteSeverity::Error => Severity::Error,
                NoteSeverity::Warning => Severity::Warning,
                // A note on something that is right does not keep the plan back; the plan shows it.
                NoteSeverity::Info => continue,
            };
            let place = *places
                .entry(Same::of(planned, *class, note))
                .or_insert_with(|| all.len());
            match all.get_mut(place) {
                Some(problem) if std::ptr::eq(problem.last, planned) => {}
                Some(problem) => {
                    problem.last = planned;
                    problem.others += 1;
                }
                None => all.push(Problem {
                    planned,
                    last: planned,
                    class: *class,
                    note,
                    severity,
                    others: 0,
                }),
            }
        }
    }
    all.iter().map(|problem| problem.mistake(recipe)).collect()
}

/// A problem, of one item or of several.
struct Problem<'p> {
    /// The first that has it.
    planned: &'p PlannedStep,
    /// The last one.
    last: &'p PlannedStep,
    class: ProblemClass,
    note: &'p Note,
    severity: Severity,
    /// Items that have it, too.
    others: usize,
}

/// All that makes two problems of a step the same.
#[derive(PartialEq, Eq, Hash)]
struct Same<'p> {
    step: &'p str,
    class: ProblemClass,
    severity: NoteSeverity,
    code: &'p str,
    summary: &'p str,
    remedy: Option<&'p str>,
    rule: Option<&'p str>,
    at: &'p str,
}

impl<'p> Same<'p> {
    fn of(planned: &'p PlannedStep, class: ProblemClass, note: &'p Note) -> Self {
        Self {
            step: &planned.id,
            class,
            severity: note.severity,
            code: &note.code,
            summary: &note.summary,
            remedy: note.remedy.as_deref(),
            rule: note.rule.as_deref(),
            at: &note.at,
        }
    }
}

impl Problem<'_> {
    fn mistake(&self, recipe: &Recipe) -> Mistake {
        let (unit, note) = (self.planned.unit(), self.note);
        let place = recipe
            .steps
            .iter()
            .find(|step| step.id == self.planned.id)
            .map(
                |step| match is_of_plugin(self.class) && note.at.is_empty() {
                    true => step.plugin_place(),
                    false => step.locate(&note.at),
                },
            );
        let input = place.as_ref().and_then(|place| place.input.as_ref());
        let input = input
            .filter(|_| !note.at.is_empty())
            .map_or(String::new(), |input| format!(" (input `{input}`)"));
        let others = match self.others {
            0 => String::new(),
            others => format!(" and {}", count(others, "other item")),
        };
        let summary = &note.summary;
        Mistake {
            source: Some(recipe.source.clone()),
            diagnostic: Diagnostic {
                code: note.code.clone(),
                severity: self.severity,
                message: format!("step `{unit}`{others}: {summary}{input}"),
                span: place.map(|place| place.span),
                help: help(note),
                row: None,
            },
        }
    }
}

/// Says that the plugin is at fault, so that its name in the recipe is the place of a mistake, and not its input.
fn is_of_plugin(class: ProblemClass) -> bool {
    matches!(
        class,
        ProblemClass::Plugin | ProblemClass::Refused | ProblemClass::Limit
    )
}

fn help(note: &Note) -> Option<String> {
    let rule = note.rule.as_deref().map(rule::in_words);
    match (&note.remedy, rule) {
        (Some(remedy), Some(rule)) => Some(format!("{remedy} (rule: {rule})")),
        (Some(remedy), None) => Some(remedy.clone()),
        (None, Some(rule)) => Some(format!("rule: {rule}")),
        (None, None) => None,
    }
}

/// Codes of a sign-in that is over: signing in again mends it.
const SIGNED_OUT: [&str; 3] = ["org/signed-out", "sign-in/expired", "sign-in/no-renewal"];

/// The error of a run that ended or stopped; none: it ended well. `way_in`: the way to sign in to its org again, where
/// the registry knows one.
pub(crate) fn of_run(
    id: &str,
    carried: &Carried,
    state: &RunState,
    way_in: Option<String>,
) -> Option<Error> {
    let resume = format!("run `usher resume {id}` to finish the run");
    match carried {
        Carried::Finished(End::Done | End::Abandoned) => None,
        Carried::Finished(End::InDoubt) if let Some(key) = state.differing() => {
            let message = format!(
                "step `{}`: the record that `{}` was to create exists already and differs from the plan",
                key.unit, key.address
            );
            let help = "look at the record in the org; change it there, or change the inputs, then apply again";
            Some(Error::new(Exit::InDoubt, "run/differs", message).help(help))
        }
        Carried::Finished(End::InDoubt) => Some(
            Error::new(
                Exit::InDoubt,
                "run/in-doubt",
                "the outcome of a change is unknown",
            )
            .help(match &state.origin.undoes {
                Some(run) => {
                    format!("look in the org, then `usher undo {run}` undoes what is left")
                }
                None => "look in the org, then apply again".to_owned(),
            }),
        ),
        Carried::Finished(End::Failed) => Some(failed(state)),
        Carried::Stopped(Stop::Interrupted) => Some(
            Error::new(
                Exit::Interrupted,
                "run/interrupted",
                "the run was interrupted",
            )
            .help(resume),
        ),
        Carried::Stopped(Stop::Unreachable { why }) => {
            let message = format!("the org does not answer: {why}");
            Some(Error::new(Exit::Unreachable, "org/unreachable", message).help(resume))
        }
        Carried::Stopped(Stop::NoWay { code, why, remedy }) => {
            let help = format!("{remedy}; then {resume}");
            Some(Error::new(Exit::Unreachable, code, why.clone()).help(help))
        }
        Carried::Stopped(Stop::SignedOut { code, why, remedy }) => {
            let is_over = SIGNED_OUT.contains(&code.as_str());
            let help = match way_in.filter(|_| is_over) {
                Some(way_in) => format!("{way_in}, then {resume}"),
                None => format!("{remedy}; then {resume}"),
            };
            Some(Error::new(Exit::Unreachable, code, why.clone()).help(help))
        }
        Carried::Stopped(Stop::NotNow { why }) => {
            let message = format!("the org accepts nothing at the moment: {why}");
            Some(Error::new(Exit::Interrupted, "org/not-now", message).help(resume))
        }
        Carried::Stopped(Stop::Spent { code, why }) => {
            let help = format!("{resume}, another day or with a larger `--api-budget`");
            Some(Error::new(Exit::Limit, code, why.clone()).help(help))
        }
        Carried::Stopped(Stop::Waited { .. }) => {
            let message = "the run has waited for Salesforce as long as a run waits by itself";
            Some(Error::new(Exit::Interrupted, "run/waited", message).help(resume))
        }
        Carried::Stopped(Stop::ByHand { unit }) => Some(by_hand(id, unit, state)),
        Carried::Stopped(Stop::NotApproved { unit }) => {
            let message = format!("step `{unit}` was planned only now, and is not approved yet");
            let destroy = match destroys(unit, state) {
                true => " --yes-destroy",
                false => "",
            };
            let help = format!(
                "look at it with `usher show {id}`, then `usher resume {id} --yes{destroy}`; `--yes-later` approves \
                 such steps beforehand"
            );
            Some(Error::new(Exit::Interrupted, "run/not-approved", message).help(help))
        }
    }
}

/// Says that carrying a step out destroys something.
fn destroys(unit: &Unit, state: &RunState) -> bool {
    state.step(unit).is_some_and(|step| {
        let steps = std::slice::from_ref(step);
        !destroyed(steps, &Known(&state.bindings), &made_by(state)).is_empty()
    })
}

/// Returns the error of a run that waits for a manual step.
fn by_hand(id: &str, unit: &Unit, state: &RunState) -> Error {
    let manual = match state.step(unit).map(|step| &step.state) {
        Some(StepState::Manual(manual)) => Some(manual),
        _ => None,
    };
    let title = manual.map_or_else(String::new, |manual| wording::told(&manual.title));
    let confirm = match manual {
        Some(manual) if manual.look.is_some() => String::new(),
        _ => format!(" --confirm {unit}=\"what you did\""),
    };
    let message = format!("the manual step `{unit}` is not done yet: {title}");
    let help = format!("do what the step says, then `usher resume {id}{confirm}`");
    Error::new(Exit::ByHand, "run/by-hand", message).help(help)
}

fn failed(state: &RunState) -> Error {
    let failed = state.changes.iter().find_map(|(key, state)| match state {
        ChangeState::Settled(Outcome::Failed { code, .. }) if code != DEPENDS => Some((key, code)),
        _ => None,
    });
    if let Some((key, code)) = failed {
        let message = format!("step `{}`: `{}` failed with {code}", key.unit, key.address);
        let error = Error::new(Exit::Failed, "run/failed", message);
        let change = state.step(&key.unit).and_then(|step| {
            let mut changes = step.plan.changes.iter();
            changes.find(|change| change.address == key.address)
        });
        let help = refused::help(code, change);
        return error.help(match state.is_undo() {
            true => help.replace("apply again", "undo the run again"),
            false => help.to_owned(),
        });
    }
    effect_missing(state)
        .or_else(|| unplanned(state.plan.as_deref()))
        .unwrap_or_else(|| {
            Error::new(Exit::Failed, "run/failed", "a step failed")
                .help("look at the run with `usher show`, put right what failed, then apply again")
        })
}

/// The way on after a step whose problem says none.
const UNPLANNED: &str =
    "put right what the message names, in the org, the inputs or the recipe, then apply again";

/// A step that could not be planned when its turn came.
fn unplanned(plan: Option<&Plan>) -> Option<Error> {
    plan?.steps.iter().find_map(|step| {
        let StepState::Failed { class, problems } = &step.state else {
            return None;
        };
        let exit = match class {
            ProblemClass::Refused => Exit::Refused,
            ProblemClass::Limit => Exit::Limit,
            _ => Exit::Failed,
        };
        let problem = problems.first();
        let code = problem.map_or("step/unmet", |problem| problem.code.as_str());
        let what: Vec<&str> = problems.iter().map(|p| p.summary.as_str()).collect();
        let message = format!("step `{}`: {}", step.id, what.join("; "));
        let error = Error::new(exit, code, message);
        let remedy = problem.and_then(|problem| problem.remedy.clone());
        Some(error.help(remedy.unwrap_or_else(|| UNPLANNED.to_owned())))
    })
}

/// The error of a run whose certain effects are not all there; the first of these.
fn effect_missing(state: &RunState) -> Option<Error> {
    let missed = state.missed();
    let (step, effect, why) = missed.first()?;
    let message = format!(
        "step `{step}`: what Salesforce was to do did not come: {}: {why}",
        effect.summary
    );
    let error = Error::new(Exit::Failed, EFFECT_MISSING, message);
    let notes = state.step(step).map(|step| step.plan.notes.as_slice());
    let granted: Vec<String> = notes
        .unwrap_or_default()
        .iter()
        .filter_map(taken_for_granted)
        .collect();
    Some(match granted.is_empty() {
        true => error.help("look at it in Setup; completed changes are not repeated when you apply again"),
        false => error.help(format!(
            "the plan may have assumed something that is not true. {}. Completed changes are not repeated when \
             you apply again",
            granted.join(". ")
        )),
    })
}

/// Returns what a plugin assumed without being able to look, and the input to set when that was wrong.
fn taken_for_granted(note: &Note) -> Option<String> {
    let remedy = note.remedy.as_ref()?;
    (note.severity == NoteSeverity::Info).then(|| format!("{}. {remedy}", note.summary))
}
