//! The JSON faces. Documented in the README; fields are only ever added.

use serde_json::{Map, Value, json};
use usher_core::change::{Change, Note, Undo, WayBack};
use usher_core::plan::{Manual, Plan, PlannedStep, Requests, StepState};
use usher_core::rights::{self, Need};
use usher_core::run::{Carried, ChangeState, How, Outcome, RunState};

use crate::error::Error;
use crate::report::effect::effect_json;
use crate::report::{FORMAT, kept, operation, words};
use crate::rule;
use crate::wording;

/// The outcomes of a plan in its run.
#[derive(Clone, Copy)]
pub(crate) struct Outcomes<'a> {
    pub(crate) run: &'a str,
    /// None: it has not ended, and was not stopped.
    pub(crate) carried: Option<&'a Carried>,
    pub(crate) state: &'a RunState,
}

/// A plan, and with `outcomes` the result of its run. `requests`: those that were made.
pub(super) fn plan_json(
    plan: &Plan,
    alias: &str,
    requests: Requests,
    outcomes: Option<&Outcomes<'_>>,
) -> Value {
    let steps: Vec<Value> = plan
        .steps
        .iter()
        .map(|step| step_json(step, outcomes))
        .collect();
    let inputs = plan
        .inputs
        .iter()
        .map(|input| (input.name.clone(), input.value.value()));
    let needs = rights::of_plan(&plan.steps);
    let needed = needs.needed.iter().map(|need| need_json(need));
    let without = needs.without.iter().map(|need| need_json(need));
    let mut document = json!({
        "format": FORMAT,
        "recipe": plan.recipe,
        "org": {
            "alias": alias,
            "id": plan.org.org_id,
            "kind": plan.org.org_kind,
            "username": plan.org.username,
        },
        "inputs": inputs.collect::<Map<_, _>>(),
        "needs": needed.collect::<Vec<_>>(),
        "does_without": without.collect::<Vec<_>>(),
        "reads_objects": needs.objects,
        "steps": steps,
        "requests": { "read": requests.read, "write": requests.write },
    });
    if !plan.left_out.is_empty() {
        document["left_out"] = json!(plan.left_out);
    }
    let kept = kept::json(plan);
    if !kept.is_null() {
        document["kept"] = kept;
    }
    if let Some(outcomes) = outcomes {
        document["run"] = json!(outcomes.run);
        let (end, stopped) = match outcomes.carried {
            Some(Carried::Finished(end)) => (json!(end), Value::Null),
            Some(Carried::Stopped(why)) => (Value::Null, json!(why)),
            None => (Value::Null, Value::Null),
        };
        document["end"] = end;
        document["stopped"] = stopped;
    }
    document
}

fn need_json(need: &Need) -> Value {
    let names: Vec<&str> = need.rights().map(|right| right.name).collect();
    json!({ "to": need.to, "one_of": names })
}

/// The error that ended a command.
pub(super) fn error(error: &Error) -> Value {
    json!({
        "code": error.code,
        "message": error.message,
        "help": error.help,
        "exit": error.exit.code(),
    })
}

fn step_json(step: &PlannedStep, outcomes: Option<&Outcomes<'_>>) -> Value {
    let unit = step.unit();
    let (state, detail) = match &step.state {
        StepState::Changes => ("changes", None),
        StepState::AsWanted => ("as-wanted", None),
        StepState::Deferred(deferral) => (
            "deferred",
            Some(json!({ "reason": deferral.reason, "likely": deferral.likely })),
        ),
        StepState::Failed { problems, .. } => (
            "failed",
            Some(problems.iter().map(note_json).collect::<Value>()),
        ),
        StepState::Skipped { reason } => ("skipped", Some(json!({ "reason": reason }))),
        StepState::Manual(manual) => ("manual", Some(manual_json(manual))),
    };
    let changes = step.plan.changes.iter().map(|change| {
        let mut json = change_json(change, step);
        if let Some(outcomes) = outcomes {
            json["outcome"] = outcome_json(outcomes.state.change(&unit, &change.address));
        }
        json
    });
    let effects = step.plan.effects.iter().map(|effect| {
        let verdict = outcomes.and_then(|o| o.state.verdict(&unit, &effect.address));
        effect_json(&unit, effect, verdict)
    });
    let plugin = step.plugin.as_ref();
    let mut document = json!({
        "id": step.id,
        "use": plugin.map(|plugin| &plugin.name),
        "version": plugin.map(|plugin| &plugin.version),
        "digest": plugin.map(|plugin| &plugin.digest),
        "file": plugin.and_then(|plugin| plugin.file.as_ref()),
        "state": state,
        "changes": changes.collect::<Vec<_>>(),
        "effects": effects.collect::<Vec<_>>(),
        "notes": step.plan.notes.iter().map(note_json).collect::<Vec<_>>(),
        "outputs": step.plan.outputs,
        "bound": step.bound,
    });
    if let Some(item) = &step.item {
        document["item"] = json!(item);
    }
    if step.terms.finally {
        document["finally"] = json!(true);
    }
    if let Some(retry) = step.terms.retry {
        document["retry"] = json!({ "times": retry.times, "wait_ms": retry.wait_ms });
    }
    match (state, detail) {
        ("failed", Some(problems)) => document["problems"] = problems,
        (state, Some(detail)) => document[state] = detail,
        _ => {}
    }
    document
}

fn manual_json(manual: &Manual) -> Value {
    json!({
        "title": wording::plain(&manual.title),
        "text": manual.lines.iter().map(wording::plain).collect::<Vec<_>>(),
        "look": manual.look.as_ref().map(words::lookup),
        "confirmed": manual.confirmed.as_ref().map(|confirmed| json!({
            "note": confirmed.note,
            "by": confirmed.by,
            "at": confirmed.at,
        })),
    })
}

fn change_json(change: &Change, step: &PlannedStep) -> Value {
    let before = step.before.get(&change.address);
    let (operation, after) = operation::of(&change.operation).json(before);
    let mut document = json!({
        "address": change.address,
        "summary": change.summary,
        "operation": operation,
        "before": before,
        "after": after,
        "undo": operation::undo(&change.undo, &change.operation),
    });
    if let Undo::Possible(back) = &change.undo
        && let WayBack::Instead(inverse) = &back.way
    {
        let (operation, after) = operation::of(inverse).json(None);
        document["undo_sends"] = json!({ "operation": operation, "after": after });
    }
    document
}

fn note_json(note: &Note) -> Value {
    json!({
        "code": note.code,
        "severity": note.severity,
        "message": note.summary,
        "help": note.remedy,
        "rule": note.rule.as_deref().map(rule::in_words),
        "at": note.at,
    })
}

fn outcome_json(state: Option<&ChangeState>) -> Value {
    match state {
        Some(ChangeState::Settled(Outcome::Done { how, values })) => {
            with_how(json!({ "state": "done", "values": values }), Some(how))
        }
        Some(ChangeState::Settled(Outcome::Failed { code, message, how })) => {
            let failed = json!({ "state": "failed", "code": code, "message": message });
            with_how(failed, how.as_ref())
        }
        Some(ChangeState::Settled(Outcome::Unsettled { reason, how })) => {
            let in_doubt = json!({ "state": "in-doubt", "message": reason });
            with_how(in_doubt, how.as_ref())
        }
        Some(ChangeState::Settled(Outcome::Differs { values, fields })) => {
            json!({ "state": "differs", "values": values, "fields": fields })
        }
        Some(ChangeState::InDoubt { .. }) => json!({ "state": "in-doubt" }),
        Some(ChangeState::Settled(Outcome::Kept { reason })) => {
            json!({ "state": "kept", "message": reason })
        }
        Some(ChangeState::Answered { .. }) => json!({ "state": "answered" }),
        Some(ChangeState::Waiting) | None => json!({ "state": "not-sent" }),
    }
}

/// Adds how what the change made came to be in the org, always as one word; of a duplicate also the rule.
fn with_how(mut outcome: Value, how: Option<&How>) -> Value {
    outcome["how"] = json!(how);
    if let Some(How::Duplicate { rule }) = how {
        outcome["how"] = json!("duplicate");
        outcome["rule"] = json!(rule);
    }
    outcome
}
