//! Turns an error of planning into a step's state.

use serde_json::{Map, Value};
use usher_core::change::{Deferral, Failure, Note, NoteSeverity, tokens_in};
use usher_core::diagnostic::Diagnostic;
use usher_core::manifest::InputProblem;
use usher_core::plan::{ProblemClass, StepState};
use usher_core::read::ReadError;
use usher_core::value::Token;

use crate::port::StepError;

/// The code of a plugin that asks for another try, although the org answered every read of it.
const TRY_LATER: &str = "plugin/try-later";

/// An input that does not fit what the manifest declares, with the input of the recipe that a person can set.
fn not_as_declared(problem: InputProblem) -> Note {
    let path = problem.at.trim_start_matches('/').replace('/', ".");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let takes = "`usher plugin inspect` shows what the step takes";
    let remedy = match !path.is_empty() && path.chars().all(is_plain) {
        true => format!("Set {{with.{path}}} to another value; {takes}"),
        false => takes.to_owned(),
    };
    let message = match problem.message.strip_prefix("\"\" is shorter than") {
        Some(_) => "It is empty, and must not be".to_owned(),
        None => problem.message,
    };
    Note {
        at: problem.at,
        remedy: Some(remedy),
        ..note("input/not-as-declared", message)
    }
}

/// A step whose plugin gave no plan for this input. `unanswered`: the org gave no answer to a read of it.
pub(super) fn of_step(error: StepError, input: &Map<String, Value>, unanswered: bool) -> StepState {
    let (class, problems) = match error {
        StepError::Input(problems) => (
            ProblemClass::Invalid,
            problems.into_iter().map(not_as_declared).collect(),
        ),
        StepError::Undeclared(what) => (
            ProblemClass::Refused,
            what.into_iter()
                .map(|what| Note {
                    remedy: Some(
                        "a plugin may do only what its manifest declares: ask its author"
                            .to_owned(),
                    ),
                    ..note("grant/undeclared", what)
                })
                .collect(),
        ),
        StepError::Raises { what, remedy } => (
            ProblemClass::Refused,
            what.into_iter()
                .map(|what| Note {
                    remedy: Some(remedy.clone()),
                    ..note("grant/raises", what)
                })
                .collect(),
        ),
        StepError::Limit(why) => (ProblemClass::Limit, vec![note("plugin/limit", why)]),
        StepError::Broke { why, remedy } => (
            ProblemClass::Plugin,
            vec![Note {
                remedy: Some(remedy),
                ..note("plugin/failed", why)
            }],
        ),
        StepError::Plugin(why) => (ProblemClass::Plugin, vec![note("plugin/failed", why)]),
        StepError::Failed(failure) => match failure {
            Failure::Invalid(notes) => (ProblemClass::Invalid, notes),
            Failure::Unmet(notes) => (ProblemClass::Unmet, notes),
            Failure::Deferred(deferral) => {
                return StepState::Deferred(asked_for(deferral, input));
            }
            // An org that answers is not to blame.
            Failure::Transient(why) if !unanswered => (
                ProblemClass::Unavailable,
                vec![note(
                    TRY_LATER,
                    format!("it asks for another try later: {why}"),
                )],
            ),
            Failure::Transient(why) => (
                ProblemClass::Unavailable,
                vec![note("org/unavailable", why)],
            ),
            Failure::Broken(why) => (ProblemClass::Plugin, vec![note("plugin/broken", why)]),
        },
    };
    StepState::Failed { class, problems }
}

/// A deferral that a plugin chose. The reason is marked as the plugin's: a person approves the bound of the step, not
/// what the plugin says of it.
fn asked_for(deferral: Deferral, input: &Map<String, Value>) -> Deferral {
    let mut unknown = Vec::new();
    input
        .values()
        .for_each(|value| tokens_in(value, &mut unknown));
    // A read of something that an earlier step without a plan may write has no answer. That is not the plugin's choice.
    let mut waits = deferral.waiting_for.iter();
    let is_pending = waits.any(|token| matches!(token, Token::Plan(_)));
    let how = match unknown.is_empty() && !is_pending {
        true => "the plugin chooses it, although its whole input is known",
        false => "the plugin asks for it",
    };
    let reason = deferral.reason.replace('"', "\\\"");
    Deferral {
        reason: format!("{how}: \"{reason}\""),
        ..deferral
    }
}

/// A step that fails for one reason.
pub(super) fn failed(class: ProblemClass, problem: Note) -> StepState {
    StepState::Failed {
        class,
        problems: vec![problem],
    }
}

/// The state of a step whose plan needed a read that has no answer. A refusal of the org is the plugin's mistake.
pub(super) fn unread(error: ReadError) -> StepState {
    let why = error.to_string();
    let (class, code) = match error {
        ReadError::Refused(_) => (ProblemClass::Plugin, "plugin/bad-answer"),
        ReadError::TooMuch(_) => (ProblemClass::Limit, "plugin/limit"),
        ReadError::Pending { token, reason } => {
            return StepState::Deferred(Deferral {
                waiting_for: vec![token],
                reason,
                likely: Vec::new(),
            });
        }
        ReadError::Denied(_) => (ProblemClass::Refused, "grant/undeclared"),
        ReadError::Unavailable(_) => (ProblemClass::Unavailable, "org/unavailable"),
    };
    failed(class, note(code, why))
}

/// The state of a step after one whose effects the view cannot show: the org may have by then what it lacks today.
pub(super) fn behind(state: StepState, open: &str) -> StepState {
    match state {
        StepState::Failed {
            class: ProblemClass::Unmet,
            problems,
        } => {
            let today: Vec<String> = problems.into_iter().map(|note| note.summary).collect();
            StepState::Deferred(Deferral {
                waiting_for: Vec::new(),
                reason: format!("planned after `{open}`; today: {}", today.join("; ")),
                likely: Vec::new(),
            })
        }
        state => state,
    }
}

/// A mistake in the recipe that shows only now.
pub(super) fn of_diagnostic(diagnostic: Diagnostic) -> Note {
    Note {
        remedy: diagnostic.help,
        ..note(&diagnostic.code, diagnostic.message)
    }
}

/// An error about the step as a whole.
pub(super) fn note(code: &str, summary: impl Into<String>) -> Note {
    Note {
        severity: NoteSeverity::Error,
        code: code.to_owned(),
        summary: summary.into(),
        remedy: None,
        rule: None,
        at: String::new(),
    }
}
