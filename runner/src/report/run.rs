//! What a person is told while a run goes on, and when it has ended: what became of it, and what to do next.

use usher_core::plan::{Confirmation, Plan, PlannedStep, StepState};
use usher_core::run::{
    Carried, ChangeKey, ChangeState, End, Event, How, Notice, Outcome, RunState, Stop, Verdict,
};

use crate::report::words::{Paint, count, scalar};

/// What a person is told of an event, if anything.
pub(crate) fn progress_line(event: &Event, state: &RunState, paint: Paint) -> Option<String> {
    match event {
        Event::Settled { change, outcome } => Some(settled_line(state, change, outcome, paint)),
        Event::Confirmed { unit, confirmation } => {
            let Confirmation { note, by, .. } = confirmation;
            let sign = paint.wrap("done", 32);
            Some(format!("  {sign}  {unit}  confirmed by {by}: {note}"))
        }
        Event::NotActed { change, why } => {
            let sign = paint.wrap("not taken", 33);
            let summary = summary(state, change);
            Some(format!("  {sign}  {}  {summary}: {why}", change.unit))
        }
        Event::Verified { key, verdict } => {
            let mut effects = state.step(&key.unit)?.plan.effects.iter();
            let effect = effects.find(|effect| effect.address == key.address)?;
            let (sign, why) = match verdict {
                Verdict::Held => (paint.wrap("seen", 32), String::new()),
                Verdict::Missing { why } => (paint.wrap("NOT SEEN", 33), format!(": {why}")),
                Verdict::Unread { why } => (paint.wrap("not looked at", 33), format!(": {why}")),
            };
            Some(format!("  {sign}  {}  {}{why}", key.unit, effect.summary))
        }
        Event::StepPlanned { step } => Some(planned_line(step, paint)),
        Event::Stopped { why } => Some(format!("  {}", stopped(why))),
        Event::Resumed => Some("  resumed".to_owned()),
        Event::Planned { .. }
        | Event::Approved { .. }
        | Event::Intent { .. }
        | Event::Answered { .. }
        | Event::Appeared { .. }
        | Event::Learned { .. }
        | Event::Finished { .. } => None,
    }
}

/// What a run is waiting for.
pub(crate) fn notice_line(notice: &Notice<'_>) -> String {
    match notice {
        Notice::Waiting {
            step,
            summary,
            at_most_ms,
        } => format!(
            "  waiting  {step}  {summary} (at most {})",
            time(*at_most_ms)
        ),
        Notice::Again { step, why, in_ms } => {
            format!("  again in {}  {step}  {why}", time(*in_ms))
        }
        Notice::Doubt { step, in_ms } => format!(
            "  waiting  {step}  a request whose answer was lost may still be running (at most {})",
            time(*in_ms)
        ),
        Notice::Planning { step } => format!("  planning  {step}"),
    }
}

/// How a run ended, and what to do next.
pub(crate) fn result_text(run: &str, carried: &Carried, state: &RunState, alias: &str) -> String {
    let recipe = recipe_of(state);
    let all = state.changes.len();
    let done = state.changes.values();
    let done = done
        .filter(|state| matches!(state, ChangeState::Settled(Outcome::Done { .. })))
        .count();
    match carried {
        Carried::Finished(end) if state.is_undo() => undone(run, *end, done, all),
        Carried::Finished(End::Done) => format!(
            "Done: {}. Run {run}.\n\
             Next: `usher check {recipe} --org {alias}` tells whether it still is so.\n",
            count(done, "change")
        ),
        Carried::Finished(End::Failed) => format!(
            "Stopped: {done} of {} done, nothing behind the failed one was sent. Run {run}.\n\
             Next: mend what it says, then apply again; what is done stays done. \
             `usher undo {run}` takes it back.\n",
            count(all, "change")
        ),
        Carried::Finished(End::InDoubt) => format!(
            "In doubt: {done} of {} done, and what became of one nobody knows. Run {run}.\n\
             Next: look in the org, then apply again; what is there is not made twice.\n",
            count(all, "change")
        ),
        Carried::Finished(End::Abandoned) => format!(
            "Given up: {done} of {} done. Run {run}.\n\
             Next: `usher undo {run}` takes it back.\n",
            count(all, "change")
        ),
        Carried::Stopped(why) => format!(
            "Not finished: {}. {done} of {} done. Run {run}.\n\
             Next: `usher resume {run}` carries on; `usher undo {run}` takes it back.\n",
            stopped(why),
            count(all_planned(state.plan.as_deref(), all), "change")
        ),
    }
}

/// The recipe as a person names it: one in the box, or its file.
fn recipe_of(state: &RunState) -> &str {
    let source = state.origin.source.as_str();
    match source.ends_with(".toml") {
        true => source,
        false => state.plan.as_ref().map_or("", |plan| &plan.recipe),
    }
}

fn undone(run: &str, end: End, done: usize, all: usize) -> String {
    match end {
        End::Done if done == all => {
            format!("Taken back: {}. Run {run}.\n", count(done, "change"))
        }
        End::Done => format!(
            "Taken back: {done} of {}; what is kept stands above, with the reason. Run {run}.\n",
            count(all, "change")
        ),
        End::Failed | End::Abandoned => format!(
            "Taken back: {done} of {}; the org refused the rest. Run {run}.\n\
             Next: mend what it says, then take it back again; what is taken back stays so.\n",
            count(all, "change")
        ),
        End::InDoubt => format!(
            "In doubt: {done} of {} taken back, and what became of one nobody knows. Run {run}.\n\
             Next: look in the org, then take it back again.\n",
            count(all, "change")
        ),
    }
}

/// Changes known so far; those of steps that are still to be planned are not.
fn all_planned(plan: Option<&Plan>, all: usize) -> usize {
    plan.map_or(all, |plan| {
        plan.steps.iter().map(|step| step.plan.changes.len()).sum()
    })
}

fn stopped(why: &Stop) -> String {
    match why {
        Stop::Interrupted => "interrupted".to_owned(),
        Stop::Unreachable { why } => format!("the org does not answer: {why}"),
        Stop::Waited { ms } => format!(
            "the run has waited for Salesforce for {} hours, which is as long as a run waits by itself",
            ms / 3_600_000
        ),
        Stop::ByHand { unit } => format!("step `{unit}` is done by hand and is not done yet"),
        Stop::NotApproved { unit } => format!("nobody approved step `{unit}`"),
    }
}

fn planned_line(step: &PlannedStep, paint: Paint) -> String {
    let (sign, what) = match &step.state {
        StepState::Changes => {
            let changes = count(step.plan.changes.len(), "change");
            (paint.wrap("planned", 36), changes)
        }
        StepState::AsWanted => (paint.wrap("as wanted", 32), "nothing to do".to_owned()),
        StepState::Deferred(deferral) => (paint.wrap("deferred", 35), deferral.reason.clone()),
        StepState::Skipped { reason } => (paint.wrap("skipped", 35), reason.clone()),
        StepState::Manual(manual) => (paint.wrap("by hand", 35), scalar(&manual.title)),
        StepState::Failed { problems, .. } => {
            let what: Vec<&str> = problems.iter().map(|p| p.summary.as_str()).collect();
            (paint.wrap("FAILED", 31), what.join("; "))
        }
    };
    let mut text = format!("  {sign}  {}  {what}", step.id);
    for note in &step.plan.notes {
        text.push_str(&format!("\n    {}", note.summary));
    }
    text
}

fn summary<'a>(state: &'a RunState, key: &'a ChangeKey) -> &'a str {
    let change = state.step(&key.unit).and_then(|step| {
        let mut changes = step.plan.changes.iter();
        changes.find(|change| change.address == key.address)
    });
    change.map_or(key.address.as_str(), |change| change.summary.as_str())
}

/// One line for a change that has come to its end.
fn settled_line(state: &RunState, key: &ChangeKey, outcome: &Outcome, paint: Paint) -> String {
    let (sign, end) = match outcome {
        Outcome::Done { how, .. } => (paint.wrap("done", 32), how_text(*how).to_owned()),
        Outcome::Failed { code, message } => {
            // Salesforce breaks lines in some messages as in a page.
            (
                paint.wrap("FAILED", 31),
                format!(": {code} {}", message.replace("<br>", " ")),
            )
        }
        Outcome::Unsettled { reason } => (paint.wrap("IN DOUBT", 31), format!(": {reason}")),
        Outcome::Kept { reason } => (paint.wrap("kept", 33), format!(": {reason}")),
    };
    format!("  {sign}  {}  {}{end}", key.unit, summary(state, key))
}

fn how_text(how: How) -> &'static str {
    match how {
        How::Sent => "",
        How::Found => "  (the answer was lost; it is there)",
        How::FoundNotOurs => "  (somebody else made it meanwhile)",
        How::AsWanted => "  (was so already)",
    }
}

/// "30 s", "10 min".
fn time(ms: u64) -> String {
    match ms.div_ceil(1_000) {
        s if s < 120 => format!("{s} s"),
        s => format!("{} min", s.div_ceil(60)),
    }
}
