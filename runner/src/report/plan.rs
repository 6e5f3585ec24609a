//! A plan and a result that an admin reads without help: grouped by step, effects set apart, what cannot
//! be undone said, what to do next.

use usher_core::change::{Change, NoteSeverity};
use usher_core::plan::{Plan, PlannedStep, StepState};
use usher_core::read::OrgKind;
use usher_core::run::{ChangeKey, ChangeState, End, Event, How, Outcome, RunState, Verdict};

use crate::report::words::{self, Paint, count};

/// More changes of one step than this are counted, not listed.
const LISTED_MAX: usize = 50;

/// How many of them are shown all the same: the first three, and the last.
const FIRST_SHOWN: usize = 3;

/// How much of a plan is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    Normal,
    Full,
}

/// A plan as text.
pub(crate) fn plan_text(plan: &Plan, alias: &str, detail: Detail, paint: Paint) -> String {
    let mut text = format!("{}  ({})\n", paint.bold(&plan.title), plan.recipe);
    text.push_str(&format!(
        "  org     {alias}{}, as {}\n",
        org_kind(plan.org.org_kind),
        plan.org.username
    ));
    for input in &plan.inputs {
        let shown = input
            .shown
            .clone()
            .unwrap_or_else(|| words::value(&input.value));
        text.push_str(&format!("  input   {} = {shown}\n", input.name));
    }
    for step in &plan.steps {
        text.push('\n');
        step_text(step, detail, paint, &mut text);
    }
    text.push('\n');
    text.push_str(&summary(plan));
    text
}

/// What a person is told of an event, if anything.
pub(crate) fn progress_line(event: &Event, state: &RunState, paint: Paint) -> Option<String> {
    match event {
        Event::Settled { change, outcome } => Some(settled_line(state, change, outcome, paint)),
        Event::Verified {
            step,
            address,
            verdict,
        } => {
            let effect = find(state, step)?
                .plan
                .effects
                .iter()
                .find(|e| e.address == *address)?;
            let (sign, why) = match verdict {
                Verdict::Held => (paint.wrap("seen", 32), String::new()),
                Verdict::Missing { why } => (paint.wrap("NOT SEEN", 33), format!(": {why}")),
                Verdict::Unread { why } => (paint.wrap("not looked at", 33), format!(": {why}")),
            };
            Some(format!("  {sign}  {step}  {}{why}", effect.summary))
        }
        _ => None,
    }
}

fn find<'a>(state: &'a RunState, step: &str) -> Option<&'a PlannedStep> {
    state
        .plan
        .as_ref()?
        .steps
        .iter()
        .find(|planned| planned.id == step)
}

/// One line for a change that has come to its end.
fn settled_line(state: &RunState, key: &ChangeKey, outcome: &Outcome, paint: Paint) -> String {
    let change = find(state, &key.step).and_then(|step| {
        step.plan
            .changes
            .iter()
            .find(|change| change.address == key.address)
    });
    let summary = change.map_or(key.address.as_str(), |change| change.summary.as_str());
    let (sign, end) = match outcome {
        Outcome::Done { how, .. } => (paint.wrap("done", 32), how_text(*how)),
        Outcome::Failed { code, message } => {
            // Salesforce breaks lines in some messages as in a page.
            (
                paint.wrap("FAILED", 31),
                format!(": {code} {}", message.replace("<br>", " ")),
            )
        }
        Outcome::Unsettled { reason } => (paint.wrap("IN DOUBT", 31), format!(": {reason}")),
    };
    format!("  {sign}  {}  {summary}{end}", key.step)
}

/// How a run ended, and what to do next.
pub(crate) fn result_text(
    run: &str,
    end: End,
    state: &RunState,
    recipe: &str,
    alias: &str,
) -> String {
    let all = state.changes.len();
    let done = state.changes.values();
    let done = done
        .filter(|state| matches!(state, ChangeState::Settled(Outcome::Done { .. })))
        .count();
    match end {
        End::Done => format!(
            "Done: {}. Run {run}.\nNext: `usher check {recipe} --org {alias}` tells whether it still is so.\n",
            count(done, "change")
        ),
        End::Failed => format!(
            "Stopped: {done} of {} done, nothing behind the failed one was sent. Run {run}.\n\
             Next: mend what it says, then apply again; what is done stays done.\n",
            count(all, "change")
        ),
        End::InDoubt => format!(
            "In doubt: {done} of {} done, and what became of one nobody knows. Run {run}.\n\
             Next: look in the org, then apply again; what is there is not made twice.\n",
            count(all, "change")
        ),
    }
}

fn step_text(step: &PlannedStep, detail: Detail, paint: Paint, text: &mut String) {
    let used = format!("{} {}", step.plugin.name, step.plugin.version);
    text.push_str(&format!("{}  {used}\n", paint.bold(&step.id)));
    match &step.state {
        StepState::AsWanted => text.push_str("  as wanted, nothing to do\n"),
        StepState::Deferred(deferral) => {
            let sign = paint.sign("deferred");
            text.push_str(&format!("  {sign} planned later: {}\n", deferral.reason));
            for likely in &deferral.likely {
                text.push_str(&format!("      probably: {likely}\n"));
            }
        }
        StepState::Failed { problems, .. } => {
            for problem in problems {
                text.push_str(&format!("  {} {}\n", paint.wrap("!", 31), problem.summary));
            }
        }
        StepState::Changes => changes_text(&step.plan.changes, detail, paint, text),
    }
    if !step.plan.effects.is_empty() {
        text.push_str("  Salesforce then by itself:\n");
    }
    for effect in &step.plan.effects {
        let certainty = words::certainty(effect.certainty);
        text.push_str(&format!("    > {}{certainty}\n", effect.summary));
        if let Some(remains) = &effect.remains {
            text.push_str(&format!("      after an undo: {remains}\n"));
        }
    }
    for note in &step.plan.notes {
        let sign = match note.severity {
            NoteSeverity::Error | NoteSeverity::Warning => "warning",
            NoteSeverity::Info => "note",
        };
        text.push_str(&format!("  {sign}: {}\n", note.summary));
    }
}

fn changes_text(changes: &[Change], detail: Detail, paint: Paint, text: &mut String) {
    let many = detail == Detail::Normal && changes.len() > LISTED_MAX;
    let last = changes.len().saturating_sub(1);
    for (index, change) in changes.iter().enumerate() {
        if many && index == FIRST_SHOWN {
            let hidden = changes.len() - FIRST_SHOWN - 1;
            text.push_str(&format!(
                "  … {} more (`--full` shows all)\n",
                count(hidden, "change")
            ));
        }
        if many && index >= FIRST_SHOWN && index != last {
            continue;
        }
        let sign = paint.sign(change.operation.verb());
        text.push_str(&format!("  {sign} {}\n", change.summary));
        text.push_str(&format!("      {}\n", words::operation(&change.operation)));
        text.push_str(&format!(
            "      {}\n",
            words::undo(&change.undo, &change.operation)
        ));
    }
}

fn summary(plan: &Plan) -> String {
    let verbs = |wanted: &[&str]| {
        let changes = plan.steps.iter().flat_map(|step| &step.plan.changes);
        changes
            .filter(|change| wanted.contains(&change.operation.verb()))
            .count()
    };
    let later = plan
        .steps
        .iter()
        .filter(|step| matches!(step.state, StepState::Deferred(_)))
        .count();
    if plan.failure().is_some() {
        return "This plan cannot be applied.\n".to_owned();
    }
    if plan.is_empty() {
        return "Nothing to change: the org is as the recipe says.\n".to_owned();
    }
    let mut parts = vec![
        format!("{} to create", verbs(&["create"])),
        format!(
            "{} to change",
            verbs(&["update", "configure", "deploy", "request"])
        ),
        format!("{} to delete", verbs(&["delete"])),
    ];
    if later > 0 {
        parts.push(format!("{} planned later", count(later, "step")));
    }
    let requests = plan.requests.write as usize;
    format!(
        "Plan: {}; {} to send.\n",
        parts.join(", "),
        count(requests, "request")
    )
}

fn how_text(how: How) -> String {
    match how {
        How::Sent => String::new(),
        How::Found => "  (the answer was lost; it is there)".to_owned(),
        How::FoundNotOurs => "  (somebody else made it meanwhile)".to_owned(),
        How::AsWanted => "  (was so already)".to_owned(),
    }
}

fn org_kind(kind: OrgKind) -> &'static str {
    match kind {
        OrgKind::Production => " (PRODUCTION)",
        OrgKind::Sandbox => " (sandbox)",
        OrgKind::Scratch => " (scratch org)",
        OrgKind::Trial => " (trial)",
        OrgKind::Practice => " (practice org)",
    }
}
