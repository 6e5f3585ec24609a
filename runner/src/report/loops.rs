//! A step that is repeated for items: a sentence about all of them, and a few of them whole.

use std::collections::BTreeMap;

use usher_core::operation::{CreateRecord, DeleteRecord, Operation, UpdateRecord};
use usher_core::plan::{PlannedStep, StepState, UsedInput};
use usher_core::text;

use crate::page::{Page, Style};
use crate::report::Detail;
use crate::report::words::{self, count};

/// More items of one step than this are counted.
const ALL_SHOWN_MAX: usize = 5;

/// Items that are shown whole when the others are counted: the first, and the last.
const FIRST_SHOWN: usize = 3;

/// Items without a plan that are shown whole.
const FAILED_SHOWN: usize = 10;

/// Steps that stand together: one step, or all items of one.
pub(super) fn groups(steps: &[PlannedStep]) -> impl Iterator<Item = &[PlannedStep]> {
    steps.chunk_by(|one, next| one.id == next.id && one.item.is_some() && next.item.is_some())
}

/// The head of a step with items. `by`: its keeper.
pub(super) fn head(items: &[PlannedStep], by: &str, inputs: &[UsedInput], page: &mut Page) {
    let Some(first) = items.first() else { return };
    page.headed(0, Style::Bold, &first.id, format!("  {by}"));
    page.line(
        2,
        format!("for each of {}: {}", all(items, inputs), sums(items)),
    );
}

/// "10,000 rows of `people.csv`", "3 items".
fn all(items: &[PlannedStep], inputs: &[UsedInput]) -> String {
    let rows = inputs.iter().filter_map(|input| input.rows.as_ref());
    let is_of = |key: Option<&String>, item: Option<&PlannedStep>| {
        key.is_some() && key == item.and_then(|item| item.item.as_ref())
    };
    let mut of = rows.filter(|rows| {
        let (first, last) = (rows.rows.first(), rows.rows.last());
        is_of(first.map(|row| &row.key), items.first())
            && is_of(last.map(|row| &row.key), items.last())
    });
    let mut gone = inputs.iter().filter_map(|input| input.kept.as_ref());
    let is_gone = gone.any(|set| is_of(set.gone.first().map(|it| &it.id), items.first()));
    match of.next() {
        None if is_gone => format!("{} without a row", count(items.len(), "record")),
        None => count(items.len(), "item"),
        Some(rows) => match &rows.file {
            Some(file) => format!("{} of {}", count(items.len(), "row"), text::sentence(file)),
            None => count(items.len(), "row"),
        },
    }
}

/// "9,950 with changes, 50 as wanted".
fn sums(items: &[PlannedStep]) -> String {
    let mut sums: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for item in items {
        let said = match &item.state {
            StepState::Failed { .. } => (0, "without a plan".to_owned()),
            StepState::Changes => (1, verbs(item)),
            StepState::Deferred(_) => (2, "planned later".to_owned()),
            StepState::Manual(manual) if manual.confirmed.is_none() => (3, "to do".to_owned()),
            StepState::Manual(_) => (4, "done".to_owned()),
            StepState::AsWanted => (5, "as wanted".to_owned()),
            StepState::Skipped { .. } => (6, "skipped".to_owned()),
        };
        *sums.entry(said).or_default() += 1;
    }
    let sums = sums.into_iter();
    let sums = sums.map(|((_, said), count)| format!("{count} {said}"));
    sums.collect::<Vec<_>>().join(", ")
}

/// "create User, create PermissionSetAssignment".
fn verbs(item: &PlannedStep) -> String {
    let mut verbs: Vec<String> = Vec::new();
    for change in &item.plan.changes {
        let operation = &change.operation;
        let verb = match operation.verb() {
            "update" | "configure" | "deploy" => "change",
            other => other,
        };
        let said = match object(operation) {
            Some(object) => format!("{verb} {object}"),
            None => verb.to_owned(),
        };
        if !verbs.contains(&said) {
            verbs.push(said);
        }
    }
    match verbs.is_empty() {
        true => "with changes".to_owned(),
        false => verbs.join(" and "),
    }
}

/// The object of a record that is written.
fn object(operation: &Operation) -> Option<&str> {
    if let Some(CreateRecord { object, .. }) = operation.of() {
        return Some(object);
    }
    if let Some(UpdateRecord { object, .. }) = operation.of() {
        return Some(object);
    }
    let DeleteRecord { object, .. } = operation.of()?;
    Some(object)
}

/// The items that are shown whole, and the number of the others.
pub(super) fn shown(items: &[PlannedStep], detail: Detail) -> (Vec<&PlannedStep>, usize) {
    if detail == Detail::Full || items.len() <= ALL_SHOWN_MAX {
        return (items.iter().collect(), 0);
    }
    let failed = items.iter().enumerate();
    let failed = failed.filter(|(_, item)| matches!(item.state, StepState::Failed { .. }));
    let mut places: Vec<usize> = failed.map(|(place, _)| place).take(FAILED_SHOWN).collect();
    places.extend(0..FIRST_SHOWN);
    places.push(items.len() - 1);
    places.sort_unstable();
    places.dedup();
    let others = items.len() - places.len();
    (
        places.into_iter().map(|place| &items[place]).collect(),
        others,
    )
}

/// The line for the items that are not shown.
pub(super) fn more(others: usize, detail: Detail) -> Option<String> {
    let how = words::shows_all(detail);
    let items = if others == 1 { "item" } else { "items" };
    (others > 0).then(|| format!("… {others} more {items} {how}"))
}
