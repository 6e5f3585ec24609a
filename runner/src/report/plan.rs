//! A plan that an admin reads without help: grouped by step, effects set apart, irreversible changes marked, with the
//! next command. A plugin's text is in quotes; everything else is what Usher sends, or says itself.

use std::collections::BTreeSet;

use serde_json::Value;
use usher_core::change::{Deferral, Note, NoteSeverity};
use usher_core::plan::{
    Bound, Confirmation, LeftOut, Manual, Plan, PlannedStep, StepState, UsedInput,
};
use usher_core::privilege;
use usher_core::read::OrgKind;
use usher_core::rights::{self, Need, PlanNeeds};
use usher_core::text;

use crate::page::{Page, Style};
use crate::report::item::{Item, Kind};
use crate::report::privilege::mark;
use crate::report::words::{self, count};
use crate::report::{Detail, changes, claim, kept, loops};
use crate::shelf::boxed::is_in_box;
use crate::wording;

/// More effects or notes of one step than this are counted: thousands would push its changes out of the window.
const LISTED_MAX: usize = 50;

/// More rows that are left out than this are counted: the file of results has all of them.
const LEFT_OUT_SHOWN: usize = 10;

/// A plan for a person.
pub(super) fn plan_page(plan: &Plan, alias: &str, detail: Detail) -> Page {
    let mut page = Page::default();
    let recipe = text::sentence(&plan.recipe);
    page.headed(0, Style::Bold, title(plan), format!("  ({recipe})"));
    for (what, fact) in facts(plan, alias, detail) {
        page.line(2, format!("{what:<8}{fact}"));
    }
    left_out(&plan.left_out, detail, &mut page);
    for steps in loops::groups(&plan.steps) {
        page.blank();
        match steps {
            [step] if step.item.is_none() => page.append(step_page(step, detail)),
            items => page.append(items_page(items, &plan.inputs, detail)),
        }
    }
    page.blank();
    page.line(0, summary(plan));
    page
}

/// A step that is repeated for items. `inputs`: those that the items may come from.
pub(crate) fn items_page(steps: &[PlannedStep], inputs: &[UsedInput], detail: Detail) -> Page {
    let mut page = Page::default();
    let by = steps.first().map_or(String::new(), by);
    loops::head(steps, &by, inputs, &mut page);
    let (shown, others) = loops::shown(steps, detail);
    for step in shown {
        let item = text::sentence(step.item.as_deref().unwrap_or_default());
        page.line(2, format!("{}[\"{item}\"]", step.id));
        for item in items(step, detail) {
            page.append(item.page.indented(2));
        }
    }
    if let Some(more) = loops::more(others, detail) {
        page.line(2, more);
    }
    page
}

/// Rows that are no part of the plan.
fn left_out(rows: &[LeftOut], detail: Detail, page: &mut Page) {
    if rows.is_empty() {
        return;
    }
    page.blank();
    let rows_are = if rows.len() == 1 { "is" } else { "are" };
    let rest = format!(" {} {rows_are} left out", count(rows.len(), "row"));
    page.headed(0, Style::Red, "!", rest);
    let shown = match detail {
        Detail::Full => rows.len(),
        Detail::Normal | Detail::Undo => rows.len().min(LEFT_OUT_SHOWN),
    };
    for row in &rows[..shown] {
        let line = row
            .line
            .map_or(String::new(), |line| format!("line {line}: "));
        page.line(2, format!("{line}{}", text::sentence(&row.message)));
    }
    if shown < rows.len() {
        page.line(2, more(rows.len() - shown, "row", detail));
    }
}

/// One step of a plan for a person.
pub(crate) fn step_page(step: &PlannedStep, detail: Detail) -> Page {
    let mut page = Page::default();
    page.headed(0, Style::Bold, &step.id, format!("  {}", by(step)));
    for item in items(step, detail) {
        page.append(item.page);
    }
    page
}

/// The purpose of the plan, in the recipe's words.
pub(super) fn title(plan: &Plan) -> String {
    text::sentence(&plan.title)
}

/// The org and the inputs, each with a description.
pub(super) fn facts(plan: &Plan, alias: &str, detail: Detail) -> Vec<(&'static str, String)> {
    let kind = org_kind(plan.org.org_kind);
    let (alias, username) = (text::sentence(alias), text::sentence(&plan.org.username));
    let mut facts = vec![("org", format!("{alias}{kind}, as {username}"))];
    let given = plan.inputs.iter().filter(|input| is_told(input, detail));
    facts.extend(given.map(|input| {
        let shown = match &input.shown {
            Some(shown) => text::sentence(shown),
            None if input.rows.is_some() => of_rows(input),
            None => words::value(&input.value.value(), detail),
        };
        ("input", format!("{} = {shown}", input.name))
    }));
    facts.extend(plan.inputs.iter().filter_map(|input| {
        let kept = input.kept.as_ref()?;
        Some(("keep", kept::in_words(&input.name, kept)))
    }));
    if detail == Detail::Full {
        facts.extend(needs(&rights::of_plan(&plan.steps)));
    }
    facts
}

/// The permissions that the signed-in user needs for the plan.
fn needs(needs: &PlanNeeds) -> Vec<(&'static str, String)> {
    let in_words = |need: &Need| format!("{} to {}", need.in_words(), need.to);
    let needed = needs.needed.iter().map(|need| in_words(need));
    let objects: Vec<String> = needs
        .objects
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    let objects = (!objects.is_empty()).then(|| format!("*Read* on {}", objects.join(", ")));
    let without = needs.without.iter();
    let without = without.map(|need| format!("{}, but does without", in_words(need)));
    let all = needed.chain(objects).chain(without);
    all.map(|need| ("needs", need)).collect()
}

/// "9,700 rows of people.csv".
fn of_rows(input: &UsedInput) -> String {
    let Some(rows) = &input.rows else {
        return String::new();
    };
    let all = count(rows.rows.len(), "row");
    match &rows.file {
        Some(file) => format!("{all} of {}", text::sentence(file)),
        None => all,
    }
}

/// An input that was left empty is told only when everything is.
fn is_told(input: &UsedInput, detail: Detail) -> bool {
    let is_empty = match &input.rows {
        Some(rows) => rows.rows.is_empty(),
        None => match input.value.value() {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(values) => values.is_empty(),
            Value::Object(entries) => entries.is_empty(),
            _ => false,
        },
    };
    detail == Detail::Full || !is_empty
}

/// Names the keeper of a step: the plugin, or a person.
pub(super) fn by(step: &PlannedStep) -> String {
    let Some(plugin) = &step.plugin else {
        return "manual step".to_owned();
    };
    let file = plugin.file.as_ref();
    let file = file.map_or(String::new(), |file| {
        format!(", from the file `{}`", text::sentence(file))
    });
    let terms = words::terms(&step.terms);
    format!("{} {}{file}{terms}", plugin.name, plugin.version)
}

/// All that is shown of a step, in order.
pub(super) fn items(step: &PlannedStep, detail: Detail) -> Vec<Item<'_>> {
    let state = |text: String| vec![Item::line(Kind::State, 2, text)];
    let mut items = match &step.state {
        StepState::AsWanted if detail == Detail::Undo => state("nothing is undone here".to_owned()),
        StepState::AsWanted => state("as wanted, nothing to do".to_owned()),
        StepState::Deferred(deferral) => vec![later(deferral, step.bound.as_deref())],
        StepState::Failed { problems, .. } => problems.iter().map(problem).collect(),
        StepState::Changes => changes::items(step, detail),
        StepState::Skipped { reason } => state(format!("skipped: {}", text::sentence(reason))),
        StepState::Manual(manual) => vec![by_hand(&step.id, manual)],
    };
    items.extend(effects(step, detail));
    notes(step, detail, &mut items);
    items
}

fn problem(problem: &Note) -> Item<'_> {
    // A verifying step reports right and wrong findings together.
    let summary = text::sentence(&problem.summary);
    match problem.severity {
        NoteSeverity::Error => {
            let mut page = Page::default();
            page.headed(2, Style::Red, "!", format!(" {summary}"));
            let kind = Kind::Problem;
            Item { kind, page }
        }
        NoteSeverity::Warning => Item::line(Kind::Warning, 2, format!("warning: {summary}")),
        NoteSeverity::Info => Item::line(Kind::Note, 2, format!("note: {summary}")),
    }
}

/// Adds the notes of a plugin for a person, warnings first if they are many.
fn notes(step: &PlannedStep, detail: Detail, items: &mut Vec<Item<'_>>) {
    let mut notes: Vec<&Note> = step.plan.notes.iter().collect();
    let shown = listed(notes.len(), detail);
    if shown < notes.len() {
        notes.sort_by_key(|note| note.severity == NoteSeverity::Info);
    }
    for note in &notes[..shown] {
        let (kind, sign) = match note.severity {
            NoteSeverity::Error | NoteSeverity::Warning => (Kind::Warning, "warning"),
            NoteSeverity::Info => (Kind::Note, "note"),
        };
        // The notes of a run that undoes another one are Usher's own.
        let told = |text: &str| match detail {
            Detail::Undo => text::sentence(text),
            Detail::Normal | Detail::Full => words::said(text),
        };
        let summary = told(&note.summary);
        let mut item = Item::line(kind, 2, format!("{sign}: {summary}"));
        if let Some(remedy) = &note.remedy {
            item.page.line(6, format!("help: {}", told(remedy)));
        }
        items.push(item);
    }
    if notes.len() > shown {
        let more = more(notes.len() - shown, "note", detail);
        items.push(Item::line(Kind::More, 2, more));
    }
}

/// Returns the number of effects or notes that are listed.
fn listed(all: usize, detail: Detail) -> usize {
    match detail {
        Detail::Full => all,
        Detail::Normal | Detail::Undo => all.min(LISTED_MAX),
    }
}

fn more(hidden: usize, noun: &str, detail: Detail) -> String {
    let (hidden, how) = (count(hidden, noun), words::shows_all(detail));
    format!("… {hidden} more {how}")
}

/// A step that is planned when its turn comes, and all that it may do then.
fn later<'a>(deferral: &Deferral, bound: Option<&Bound>) -> Item<'a> {
    let mut page = Page::default();
    let reason = text::sentence(&deferral.reason);
    page.headed(2, Style::Magenta, "?", format!(" planned later: {reason}"));
    let shown = listed(deferral.likely.len(), Detail::Normal);
    for likely in &deferral.likely[..shown] {
        page.line(6, format!("probably: {}", words::said(likely)));
    }
    match bound {
        Some(bound) if bound.writes.is_empty() => page.line(6, "changes nothing"),
        Some(bound) => {
            let writes = words::bound(&bound.writes);
            match &bound.within {
                Some(within) => {
                    let at_most = words::at_most(within);
                    page.line(6, format!("at most {at_most}: {writes}"));
                    if !within.fields.is_empty() {
                        let (fields, names) = (within.fields.join(", "), words::may_name(within));
                        page.line(6, format!("{fields} only as its input names it: {names}"));
                    }
                }
                None => page.line(6, format!("at most: {writes}")),
            }
            let raised = privilege::raised_by(&bound.writes);
            mark(&raised, 6, &mut page);
        }
        None => {}
    }
    let kind = Kind::State;
    Item { kind, page }
}

/// Returns the effects that Salesforce brings by itself, in the plugin's words.
fn effects<'a>(step: &PlannedStep, detail: Detail) -> Option<Item<'a>> {
    if step.plan.effects.is_empty() {
        return None;
    }
    let mut page = Page::default();
    page.line(2, "As a result, Salesforce will:");
    // The tests of a plugin in the box hold it to its predictions.
    let is_trusted = step
        .plugin
        .as_ref()
        .is_some_and(|plugin| is_in_box(&plugin.digest));
    let all = &step.plan.effects;
    let shown = listed(all.len(), detail);
    for effect in &all[..shown] {
        let certainty = words::certainty(effect.certainty);
        let summary = words::said(&effect.summary);
        page.line(4, format!("> {summary}{certainty}"));
        if !is_trusted || detail == Detail::Full {
            claim::lines(effect, &step.plan.changes, detail, 6, &mut page);
        }
        if let Some(remains) = &effect.remains {
            page.line(6, format!("after an undo: {}", words::said(remains)));
        }
    }
    if all.len() > shown {
        page.line(4, more(all.len() - shown, "effect", detail));
    }
    let kind = Kind::Effects;
    Some(Item { kind, page })
}

/// Returns the task of a person, or the confirmation that it is done.
fn by_hand<'a>(step: &str, manual: &Manual) -> Item<'a> {
    let title = wording::told(&manual.title);
    let mut page = Page::default();
    if let Some(confirmed) = &manual.confirmed {
        let Confirmation { note, by, at } = confirmed;
        let (note, by) = (text::sentence(note), text::sentence(by));
        page.line(2, format!("done: {title}"));
        page.line(6, format!("confirmed by {by} at {at}: {note}"));
        let kind = Kind::State;
        return Item { kind, page };
    }
    page.headed(2, Style::Magenta, "*", format!(" {title}"));
    for (index, line) in manual.lines.iter().enumerate() {
        page.line(6, format!("{}. {}", index + 1, wording::told(line)));
    }
    match &manual.look {
        Some(look) => page.line(6, format!("done when there is {}", words::lookup(look))),
        None => page.line(
            6,
            format!(
                "Usher cannot verify this step: confirm it with `--confirm {step}=\"what you did\"`"
            ),
        ),
    }
    let kind = Kind::State;
    Item { kind, page }
}

/// The plan in one line.
pub(super) fn summary(plan: &Plan) -> String {
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
    let is_failed = |step: &PlannedStep| matches!(step.state, StepState::Failed { .. });
    let failed: Vec<&PlannedStep> = plan.steps.iter().filter(|step| is_failed(step)).collect();
    let goes_on = plan
        .steps
        .iter()
        .any(|step| step.state == StepState::Changes);
    let is_whole = failed.iter().any(|step| step.item.is_none());
    if is_whole || !goes_on && !failed.is_empty() {
        return "This plan cannot be applied.".to_owned();
    }
    if plan.is_empty() {
        return "Nothing to change: the org is as the recipe says.".to_owned();
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
        parts.push(count(by_hand, "manual step"));
    }
    if !failed.is_empty() {
        let items: BTreeSet<Option<&String>> =
            failed.iter().map(|step| step.item.as_ref()).collect();
        parts.push(format!("{} without a plan", count(items.len(), "item")));
    }
    let requests = plan.requests.write as usize;
    let parts = parts.join(", ");
    let only = match failed.is_empty() {
        true => "",
        false => " Only `--continue-on-error` applies it.",
    };
    format!(
        "Plan: {parts}; {} to send.{only}",
        count(requests, "request")
    )
}

pub(super) fn org_kind(kind: OrgKind) -> &'static str {
    match kind {
        OrgKind::Production => " (PRODUCTION)",
        OrgKind::Sandbox => " (sandbox)",
        OrgKind::Scratch => " (scratch org)",
        OrgKind::Trial => " (trial)",
        OrgKind::Practice => " (practice org)",
    }
}
