//! A plan and a result that an admin reads without help: grouped by step, effects set apart, what cannot
//! be undone said, what to do next.

use usher_core::change::NoteSeverity;
use usher_core::plan::{Confirmation, Manual, Plan, PlannedStep, StepState};
use usher_core::read::OrgKind;

use crate::report::words::{self, Paint, count};
use crate::report::{Detail, operation};

/// More changes of one step than this are counted, not listed.
const LISTED_MAX: usize = 50;

/// How many of them are shown all the same: the first three, and the last.
const FIRST_SHOWN: usize = 3;

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

/// One step of a plan as text.
pub(crate) fn later_text(step: &PlannedStep, paint: Paint) -> String {
    let mut text = String::new();
    step_text(step, Detail::Normal, paint, &mut text);
    text
}

fn step_text(step: &PlannedStep, detail: Detail, paint: Paint, text: &mut String) {
    let by = match &step.plugin {
        Some(plugin) => {
            let file = plugin.file.as_ref();
            let file = file.map_or(String::new(), |file| format!(", from the file `{file}`"));
            format!("{} {}{file}", plugin.name, plugin.version)
        }
        None => "by hand".to_owned(),
    };
    text.push_str(&format!("{}  {by}\n", paint.bold(&step.id)));
    match &step.state {
        StepState::AsWanted => text.push_str("  as wanted, nothing to do\n"),
        StepState::Deferred(deferral) => {
            let sign = paint.sign("deferred");
            text.push_str(&format!("  {sign} planned later: {}\n", deferral.reason));
            for likely in &deferral.likely {
                text.push_str(&format!("      probably: {likely}\n"));
            }
            match &step.bound {
                Some(bound) if bound.is_empty() => text.push_str("      changes nothing\n"),
                Some(bound) => {
                    let most = words::bound(bound);
                    text.push_str(&format!("      at most: {most}\n"));
                }
                None => {}
            }
        }
        StepState::Failed { problems, .. } => {
            for problem in problems {
                // A verifying step tells what it found right beside what is wrong.
                let sign = match problem.severity {
                    NoteSeverity::Error => paint.wrap("!", 31),
                    NoteSeverity::Warning => "warning:".to_owned(),
                    NoteSeverity::Info => "note:".to_owned(),
                };
                text.push_str(&format!("  {sign} {}\n", problem.summary));
            }
        }
        StepState::Changes => changes_text(step, detail, paint, text),
        StepState::Skipped { reason } => text.push_str(&format!("  skipped: {reason}\n")),
        StepState::Manual(manual) => by_hand_text(&step.id, manual, paint, text),
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

/// What a person is to do, or that it is done.
fn by_hand_text(step: &str, manual: &Manual, paint: Paint, text: &mut String) {
    let title = words::scalar(&manual.title);
    if let Some(confirmed) = &manual.confirmed {
        let Confirmation { note, by, at } = confirmed;
        text.push_str(&format!(
            "  done: {title}\n      confirmed by {by} at {at}: {note}\n"
        ));
        return;
    }
    text.push_str(&format!("  {} {title}\n", paint.sign("by hand")));
    for (index, line) in manual.lines.iter().enumerate() {
        text.push_str(&format!("      {}. {}\n", index + 1, words::scalar(line)));
    }
    match &manual.look {
        Some(look) => text.push_str(&format!(
            "      done when there is {}\n",
            words::lookup(look)
        )),
        None => text.push_str(&format!(
            "      nothing shows it: confirm it with `--confirm {step}=\"what you did\"`\n"
        )),
    }
}

fn changes_text(step: &PlannedStep, detail: Detail, paint: Paint, text: &mut String) {
    let changes = &step.plan.changes;
    let many = detail != Detail::Full && changes.len() > LISTED_MAX;
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
        let before = step.before.get(&change.address);
        for line in operation::of(&change.operation).lines(before, detail) {
            text.push_str(&format!("      {line}\n"));
        }
        if detail != Detail::Undo {
            let undo = operation::undo(&change.undo, &change.operation);
            text.push_str(&format!("      {undo}\n"));
        }
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
    let by_hand = plan.open_by_hand().count();
    if by_hand > 0 {
        parts.push(format!("{} by hand", count(by_hand, "step")));
    }
    let requests = plan.requests.write as usize;
    format!(
        "Plan: {}; {} to send.\n",
        parts.join(", "),
        count(requests, "request")
    )
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
