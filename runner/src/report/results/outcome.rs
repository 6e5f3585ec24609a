//! The end that a row's steps add up to, and what they gave.

use std::borrow::Cow;

use serde_json::Value;
use usher_core::plan::{LeftOut, PlannedStep, StepState};
use usher_core::run::{ChangeState, DEPENDS, EFFECT_MISSING, Outcome, RunState, Verdict};
use usher_core::text;
use usher_core::value::Token;

/// The end of a row. The greater one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    AsWanted,
    Done,
    NotBegun,
    InDoubt,
    Failed,
    LeftOut,
}

/// The end of a row, with its reason.
pub(super) struct Became<'a> {
    pub(super) outcome: End,
    /// The step that decides it.
    pub(super) step: &'a str,
    pub(super) code: &'a str,
    pub(super) message: Cow<'a, str>,
}

impl End {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::AsWanted => "as-wanted",
            Self::Done => "done",
            Self::NotBegun => "not-begun",
            Self::InDoubt => "in-doubt",
            Self::Failed => "failed",
            Self::LeftOut => "left-out",
        }
    }
}

impl<'a> Became<'a> {
    pub(super) fn left_out(row: &'a LeftOut) -> Self {
        Self {
            outcome: End::LeftOut,
            step: "",
            code: &row.code,
            message: Cow::Borrowed(&row.message),
        }
    }

    /// As cells.
    pub(super) fn texts(&self) -> [String; 4] {
        let message = text::sentence(&self.message);
        let Self { step, code, .. } = *self;
        [
            self.outcome.word().to_owned(),
            step.to_owned(),
            code.to_owned(),
            message,
        ]
    }

    fn plain(outcome: End, step: &'a str) -> Self {
        let step = if outcome > End::Done { step } else { "" };
        Self {
            outcome,
            step,
            code: "",
            message: Cow::Borrowed(""),
        }
    }
}

/// The end of the steps of one item. The first of the gravest ends counts.
pub(super) fn became<'a>(steps: &[&'a PlannedStep], state: Option<&'a RunState>) -> Became<'a> {
    let mut gravest: Option<Became<'a>> = None;
    for step in steps {
        for next in ends(step, state) {
            if gravest
                .as_ref()
                .is_none_or(|known| next.outcome > known.outcome)
            {
                gravest = Some(next);
            }
        }
    }
    // An item without a step was not reached.
    gravest.unwrap_or_else(|| Became::plain(End::NotBegun, ""))
}

fn ends<'a>(step: &'a PlannedStep, state: Option<&'a RunState>) -> Vec<Became<'a>> {
    let plain = |end: End| vec![Became::plain(end, &step.id)];
    match (&step.state, state) {
        (StepState::AsWanted | StepState::Skipped { .. }, _) => plain(End::AsWanted),
        (StepState::Failed { problems, .. }, _) => {
            let problem = problems.first();
            vec![Became {
                outcome: End::Failed,
                step: &step.id,
                code: problem.map_or("", |problem| &problem.code),
                message: Cow::Borrowed(problem.map_or("", |problem| &problem.summary)),
            }]
        }
        (StepState::Manual(manual), state) => {
            let is_confirmed = manual.confirmed.is_some()
                || state.is_some_and(|state| state.confirmed.contains_key(&step.unit()));
            plain(if is_confirmed {
                End::Done
            } else {
                End::NotBegun
            })
        }
        (StepState::Deferred(_), _) | (StepState::Changes, None) => plain(End::NotBegun),
        (StepState::Changes, Some(state)) => sent(step, state),
    }
}

fn sent<'a>(step: &'a PlannedStep, state: &'a RunState) -> Vec<Became<'a>> {
    let unit = step.unit();
    let became = |outcome, code, message| Became {
        outcome,
        step: step.id.as_str(),
        code,
        message,
    };
    let changes =
        step.plan
            .changes
            .iter()
            .map(|change| match state.change(&unit, &change.address) {
                None | Some(ChangeState::Waiting) => Became::plain(End::NotBegun, &step.id),
                Some(ChangeState::InDoubt { .. } | ChangeState::Answered { .. }) => {
                    Became::plain(End::InDoubt, &step.id)
                }
                Some(ChangeState::Settled(outcome)) => match outcome {
                    Outcome::Done { .. } | Outcome::Kept { .. } => {
                        Became::plain(End::Done, &step.id)
                    }
                    // The change that it depends on has the end that counts.
                    Outcome::Failed { code, message, .. } => {
                        let end = match code.as_str() {
                            DEPENDS => End::NotBegun,
                            _ => End::Failed,
                        };
                        became(end, code.as_str(), Cow::Borrowed(message.as_str()))
                    }
                    Outcome::Unsettled { reason, .. } => {
                        became(End::InDoubt, "", Cow::Borrowed(reason.as_str()))
                    }
                    Outcome::Differs { fields, .. } => {
                        let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
                        became(End::Failed, "run/differs", Cow::Owned(fields.join("; ")))
                    }
                },
            });
    let effects = step.plan.effects.iter().filter_map(|effect| {
        match state.verdict(&unit, &effect.address)? {
            Verdict::Missing { why }
                if effect.certainty == usher_core::change::Certainty::Certain =>
            {
                Some(became(
                    End::Failed,
                    EFFECT_MISSING,
                    Cow::Borrowed(why.as_str()),
                ))
            }
            _ => None,
        }
    });
    changes.chain(effects).collect()
}

/// The outputs of the steps of one item that are known, without secrets.
pub(super) fn outputs(steps: &[&PlannedStep], state: Option<&RunState>) -> Vec<(String, Value)> {
    let outputs = steps.iter().flat_map(|step| {
        let outputs = step.plan.outputs.object().into_iter();
        outputs.filter_map(|(name, value)| {
            let value = known(&value, state)?;
            Some((format!("usher.{}.{name}", step.id), value))
        })
    });
    outputs.collect()
}

/// A value, when it is known; none of it is a secret.
fn known(value: &Value, state: Option<&RunState>) -> Option<Value> {
    match value {
        Value::Object(object) => {
            let token = Token::of_text(object.get("$ref")?.as_str()?);
            let state = state.filter(|state| !state.secrets.contains(&token))?;
            let is_input = matches!(token, Token::Input(_));
            state.bindings.get(&token).filter(|_| !is_input).cloned()
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| known(item, state));
            items.collect::<Option<Vec<Value>>>().map(Value::Array)
        }
        other => Some(other.clone()),
    }
}
