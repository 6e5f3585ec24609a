//! The reports to a person while a run goes on, and when it has ended: its result, and the next command.

mod gone_on;

use usher_core::plan::{Confirmation, Plan, PlannedStep, StepState};
use usher_core::run::{
    Approval, Carried, ChangeKey, ChangeState, End, Event, How, Notice, Outcome, RunState, Stop,
    Verdict, Written,
};
use usher_core::text;

use crate::page::{Page, Style};
use crate::report::shell;
use crate::report::words::{self, count, time};
use crate::wording;

/// Returns the report of an event, if it has one.
pub(crate) fn progress_page(event: &Event, state: &RunState) -> Option<Page> {
    let mut page = Page::default();
    match event {
        Event::Settled { change, outcome } => settled(state, change, outcome, &mut page),
        Event::Confirmed { unit, confirmation } => {
            let Confirmation { note, by, .. } = confirmation;
            let (note, by) = (text::sentence(note), text::sentence(by));
            let text = format!("  {unit}  confirmed by {by}: {note}");
            page.headed(2, Style::Green, "done", text);
        }
        Event::NotActed { change, why, .. } => {
            let (summary, why) = (summary(state, change), text::sentence(why));
            let text = format!("  {}  {summary}: {why}", change.unit);
            page.headed(2, Style::Yellow, "not taken", text);
        }
        Event::Verified { key, verdict } => {
            let mut effects = state.step(&key.unit)?.plan.effects.iter();
            let effect = effects.find(|effect| effect.address == key.address)?;
            let (style, sign, why) = match verdict {
                Verdict::Held => (Style::Green, "seen", None),
                Verdict::Missing { why } => (Style::Yellow, "NOT SEEN", Some(why)),
                Verdict::Unread { why } => (Style::Yellow, "not looked at", Some(why)),
            };
            let why = why.map_or_else(String::new, |why| format!(": {}", text::sentence(why)));
            let summary = words::said(&effect.summary);
            page.headed(2, style, sign, format!("  {}  {summary}{why}", key.unit));
        }
        Event::StepPlanned { step } => planned(step, &mut page),
        Event::Stopped { why } => page.line(2, stopped(why)),
        Event::Resumed => page.line(2, "resumed"),
        Event::HandedOver { to } => {
            let username = text::sentence(&to.username);
            page.line(2, format!("handed over to {username}"));
        }
        Event::Approved {
            by: Approval::Policy,
        } => page.line(2, "approved by the policy: no rule asks"),
        Event::Approved {
            by: Approval::Written(Written { by, at, .. }),
        } => {
            let by = text::sentence(by);
            page.line(2, format!("approved by {by} at {}", text::sentence(at)));
        }
        Event::Planned { .. }
        | Event::Approved { .. }
        | Event::Intent { .. }
        | Event::Answered { .. }
        | Event::Appeared { .. }
        | Event::Learned { .. }
        | Event::Finished { .. } => return None,
    }
    Some(page)
}

/// Returns the report on what a run is waiting for.
pub(crate) fn notice_page(notice: &Notice<'_>) -> Page {
    let text = match notice {
        Notice::Waiting {
            step,
            summary,
            at_most_ms,
        } => format!(
            "waiting  {step}  {} (at most {})",
            words::said(summary),
            time(*at_most_ms)
        ),
        Notice::Again { step, why, in_ms } => {
            format!("again in {}  {step}  {}", time(*in_ms), text::sentence(why))
        }
        Notice::Doubt { step, in_ms } => format!(
            "waiting  {step}  a request whose answer was lost may still be running (at most {})",
            time(*in_ms)
        ),
        Notice::Planning { step } => format!("planning  {step}"),
    };
    let mut page = Page::default();
    page.line(2, text);
    page
}

/// Returns the end of a run, and the next command.
pub(crate) fn result_page(run: &str, carried: &Carried, state: &RunState, alias: &str) -> Page {
    let all = state.changes.len();
    let done = state.changes.values();
    let done = done
        .filter(|state| matches!(state, ChangeState::Settled(Outcome::Done { .. })))
        .count();
    let (end, next) = match carried {
        Carried::Finished(end) if state.is_undo() => undone(*end, done, all),
        Carried::Finished(End::Done) => (
            format!("Done: {}.", count(done, "change")),
            format!("run `{}` any time to see whether the org still matches the recipe.", check(state, alias)),
        ),
        Carried::Finished(End::Failed | End::InDoubt) if gone_on::is(state) => {
            gone_on::ended(run, state)
        }
        Carried::Finished(End::Failed) => (
            format!(
                "Stopped: {done} of {} done; nothing that depends on the failed one was sent.",
                count(all, "change")
            ),
            format!(
                "fix the problem above, then apply again. Completed changes are not repeated. \
                 `usher undo {run}` undoes them."
            ),
        ),
        Carried::Finished(End::InDoubt) if state.differing().is_some() => (
            format!(
                "Stopped: {done} of {} done; nothing that depends on the difference was sent.",
                count(all, "change")
            ),
            "look at the record in the org; change it there, or change the inputs, then apply again."
                .to_owned(),
        ),
        Carried::Finished(End::InDoubt) => (
            format!(
                "In doubt: {done} of {} done; the outcome of {} is unknown.",
                count(all, "change"),
                match unknown(state) {
                    0 | 1 => "one".to_owned(),
                    more => more.to_string(),
                }
            ),
            "look in the org, then apply again. Usher makes nothing twice.".to_owned(),
        ),
        Carried::Finished(End::Abandoned) => (
            format!("Given up: {done} of {} done.", count(all, "change")),
            format!("run `usher undo {run}` to undo it."),
        ),
        Carried::Stopped(why) => (
            format!(
                "Not finished: {}. {done} of {} done.",
                stopped(why),
                count(all_planned(state.plan.as_deref(), all), "change")
            ),
            format!("run `usher resume {run}` to finish it, or `usher undo {run}` to undo it."),
        ),
    };
    let mut page = Page::default();
    page.line(0, format!("{end} Run {run}."));
    if !next.is_empty() {
        page.line(0, format!("Next: {next}"));
    }
    page
}

/// The number of changes whose outcome is unknown.
fn unknown(state: &RunState) -> usize {
    let is_unknown = |state: &&ChangeState| {
        matches!(
            state,
            ChangeState::InDoubt { .. } | ChangeState::Settled(Outcome::Unsettled { .. })
        )
    };
    state.changes.values().filter(is_unknown).count()
}

/// The command that checks what a run has done, with the inputs that it needs. Secrets are not repeated.
fn check(state: &RunState, alias: &str) -> String {
    let (recipe, org) = (shell::word(recipe_of(state)), shell::word(alias));
    let used = state.plan.iter().flat_map(|plan| plan.inputs.iter());
    let rows: Vec<(&str, &str)> = used
        .filter_map(|input| {
            let file = input.rows.as_ref()?.file.as_deref()?;
            Some((input.name.as_str(), file))
        })
        .collect();
    let given = state.origin.given.iter();
    let given = given.filter(|(name, _)| !rows.iter().any(|(known, _)| known == name));
    let given = given.map(|(name, value)| (name.clone(), value.clone()));
    let mut inputs = shell::sets(&given.collect());
    for (name, file) in rows {
        inputs += &match file {
            // Tables in a file of inputs.
            file if file.ends_with(".toml") => format!(" --inputs {}", shell::word(file)),
            "standard input" => format!(" --rows {name}=-"),
            file => format!(" --rows {}", shell::word(&format!("{name}={file}"))),
        };
    }
    format!("usher check {recipe} --org {org}{inputs}")
}

/// The recipe as a person names it: one in the box, or its file.
fn recipe_of(state: &RunState) -> &str {
    let source = state.origin.source.as_str();
    match source.ends_with(".toml") {
        true => source,
        false => state.plan.as_ref().map_or("", |plan| &plan.recipe),
    }
}

/// Returns the end of a run that undoes another one, and the next command, if there is one.
fn undone(end: End, done: usize, all: usize) -> (String, String) {
    let of = count(all, "change");
    let (end, next) = match end {
        End::Done if done == all => (format!("Undone: {of}."), ""),
        End::Done => (
            format!("Undone: {done} of {of}; the rest stays, for the reasons above."),
            "",
        ),
        End::Failed | End::Abandoned => (
            format!("Undone: {done} of {of}; the org refused the rest."),
            "fix the problem above, then undo the run again. Undone changes are not repeated.",
        ),
        End::InDoubt => (
            format!("In doubt: {done} of {of} undone; the outcome of one is unknown."),
            "look in the org, then undo the run again.",
        ),
    };
    (end, next.to_owned())
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
        Stop::Unreachable { why } => {
            format!("the org does not answer: {}", open_ended(why))
        }
        Stop::NotNow { why } => {
            format!("the org accepts nothing at the moment: {}", open_ended(why))
        }
        Stop::NoWay { why, .. } | Stop::SignedOut { why, .. } | Stop::Spent { why, .. } => {
            open_ended(why)
        }
        Stop::Waited { ms } => format!(
            "the run has waited for Salesforce for {} hours, which is as long as a run waits by itself",
            ms / 3_600_000
        ),
        Stop::ByHand { unit } => format!("the manual step `{unit}` is not done yet"),
        Stop::NotApproved { unit } => format!("step `{unit}` is not approved"),
    }
}

/// Returns the org's text for the inside of a sentence of ours: without its own full stop.
fn open_ended(why: &str) -> String {
    text::sentence(why).trim_end_matches('.').to_owned()
}

fn planned(step: &PlannedStep, page: &mut Page) {
    let (style, sign, what) = match &step.state {
        StepState::Changes => {
            let changes = count(step.plan.changes.len(), "change");
            (Style::Cyan, "planned", changes)
        }
        StepState::AsWanted => (Style::Green, "as wanted", "nothing to do".to_owned()),
        StepState::Deferred(deferral) => {
            (Style::Magenta, "deferred", text::sentence(&deferral.reason))
        }
        StepState::Skipped { reason } => (Style::Magenta, "skipped", text::sentence(reason)),
        StepState::Manual(manual) => (Style::Magenta, "manual", wording::told(&manual.title)),
        StepState::Failed { problems, .. } => {
            let what = problems
                .iter()
                .map(|problem| text::sentence(&problem.summary));
            let what: Vec<String> = what.collect();
            (Style::Red, "FAILED", what.join("; "))
        }
    };
    page.headed(2, style, sign, format!("  {}  {what}", step.unit()));
    for note in &step.plan.notes {
        page.line(4, words::said(&note.summary));
    }
}

fn summary(state: &RunState, key: &ChangeKey) -> String {
    let change = state.step(&key.unit).and_then(|step| {
        let mut changes = step.plan.changes.iter();
        changes.find(|change| change.address == key.address)
    });
    change.map_or_else(
        || text::sentence(&key.address),
        |change| words::said(&change.summary),
    )
}

/// One line for a change that has come to its end.
fn settled(state: &RunState, key: &ChangeKey, outcome: &Outcome, page: &mut Page) {
    let (style, sign, end) = match outcome {
        Outcome::Done { how, .. } => (Style::Green, "done", how_text(how)),
        Outcome::Failed { code, message, how } => {
            // Salesforce breaks lines in some messages as in a page.
            let message = text::sentence(&message.replace("<br>", " "));
            let code = text::sentence(code);
            let there = there(how.as_ref());
            (Style::Red, "FAILED", format!(": {code} {message}{there}"))
        }
        Outcome::Unsettled { reason, how } => (
            Style::Red,
            "IN DOUBT",
            format!(": {}{}", text::sentence(reason), there(how.as_ref())),
        ),
        Outcome::Differs { values, fields } => {
            let id = values.get("id").and_then(|id| id.as_str());
            let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
            let fields = text::sentence(&fields.join(", "));
            let there = text::sentence(&format!("{} is there", id.unwrap_or("it")));
            (Style::Red, "DIFFERS", format!(": {there}, and {fields}"))
        }
        Outcome::Kept { reason } => (
            Style::Yellow,
            "kept",
            format!(": {}", text::sentence(reason)),
        ),
    };
    let summary = summary(state, key);
    page.headed(2, style, sign, format!("  {}  {summary}{end}", key.unit));
}

fn how_text(how: &How) -> String {
    let text = match how {
        How::Sent => "",
        How::Found => "  (the answer was lost; it is there)",
        How::FoundNotOurs => "  (another user made it meanwhile)",
        How::AsWanted => "  (was so already)",
        How::Duplicate { rule: Some(rule) } => {
            let rule = text::sentence(rule);
            return format!("  (taken: the duplicate rule `{rule}` found it)");
        }
        How::Duplicate { rule: None } => "  (taken: a duplicate rule found it)",
    };
    text.to_owned()
}

/// Returns the words for a change that failed, or is in doubt, although the org had taken it.
fn there(how: Option<&How>) -> &'static str {
    match how {
        None => "",
        Some(How::FoundNotOurs) => "  (another user has made it)",
        Some(How::Duplicate { .. }) => "  (a duplicate rule found it)",
        Some(How::Sent | How::Found | How::AsWanted) => "  (the org had taken it)",
    }
}
