//! The changes of a step, one below the other. Of very many only those are left out that are like the ones around them:
//! same verb, object, fields, options, undo and privileges.

use std::collections::{BTreeMap, BTreeSet};

use usher_core::change::{Change, Undo, Wait, WayBack};
use usher_core::limit;
use usher_core::operation::{Field, Operation};
use usher_core::plan::PlannedStep;
use usher_core::privilege;
use usher_core::text;

use crate::page::{Page, Style};
use crate::report::item::{Item, Kind, Shown};
use crate::report::privilege::mark;
use crate::report::words::{self, count};
use crate::report::{Detail, operation};

/// Up to so many changes of one step are all listed.
const LISTED_MAX: usize = 50;

/// Of changes that are alike, the first three are shown, and the last.
const FIRST_SHOWN: usize = 3;

/// The number of sets of additional fields that a line names for one verb and object.
const KINDS_MAX: usize = 10;

/// A wait of up to this is not shown.
const WAIT_SHOWN_MS_MIN: u32 = 60_000;

/// The changes of a step. If some are left out, those that raise privileges come first, and the numbers last.
pub(super) fn items(step: &PlannedStep, detail: Detail) -> Vec<Item<'_>> {
    let mut changes: Vec<&Change> = step.plan.changes.iter().collect();
    if detail == Detail::Full || changes.len() <= LISTED_MAX {
        let all = changes.into_iter();
        return all.map(|change| item(change, step, detail)).collect();
    }
    let mut items = Vec::new();
    changes.sort_by_key(|change| privilege::raised(&change.operation).is_empty());
    for alike in changes.chunk_by(|one, other| Likeness::of(one).is_like(&Likeness::of(other))) {
        let (shown, hidden, last) = match alike {
            [shown @ .., last] if alike.len() > FIRST_SHOWN + 2 => {
                (&shown[..FIRST_SHOWN], shown.len() - FIRST_SHOWN, Some(last))
            }
            all => (all, 0, None),
        };
        items.extend(shown.iter().map(|change| item(change, step, detail)));
        if let Some(last) = last {
            let hidden = count(hidden, "change");
            let how = words::shows_all(detail);
            let more = format!("… {hidden} more of this kind {how}");
            items.push(Item::line(Kind::More, 2, more));
            items.push(item(last, step, detail));
        }
    }
    let numbers = in_numbers(&step.plan.changes).into_iter();
    items.extend(numbers.map(|line| Item::line(Kind::More, 2, line)));
    items
}

fn item<'a>(change: &'a Change, step: &PlannedStep, detail: Detail) -> Item<'a> {
    let (style, sign) = match change.operation.verb() {
        "create" => (Style::Green, "+"),
        "delete" => (Style::Red, "-"),
        "wait" => (Style::Cyan, "."),
        _ => (Style::Yellow, "~"),
    };
    let mut page = Page::default();
    page.headed(2, style, sign, format!(" {}", words::said(&change.summary)));
    let before = step.before.get(&change.address);
    let operation = operation::of(&change.operation);
    operation.lines(before, detail, 6, &mut page);
    let raises = privilege::raised(&change.operation);
    mark(&raises, 6, &mut page);
    let mut key = Page::default();
    if operation.has_other_key() {
        operation.contents(before, detail, 6, &mut key);
    }
    let mut rest = Page::default();
    waits(&change.waits, 6, &mut rest);
    for expected in step.only_if.get(&change.address).into_iter().flatten() {
        let expected = usher_core::operation::in_words(expected);
        rest.line(6, format!("only if {}", text::sentence(&expected)));
    }
    if detail != Detail::Undo {
        undo(&change.undo, &change.operation, detail, 6, &mut rest);
    }
    page.append(rest.clone());
    let shown = Shown {
        change,
        subject: operation.subject(detail) + operation.manner(),
        rows: operation.rows(before, detail),
        raises,
        key,
        rest,
    };
    let kind = Kind::Change(Box::new(shown));
    Item { kind, page }
}

fn waits(waits: &[Wait], indent: usize, page: &mut Page) {
    for wait in waits
        .iter()
        .filter(|wait| wait.at_most_ms > WAIT_SHOWN_MS_MIN)
    {
        let time = |ms: u32| words::time(u64::from(ms));
        let asked = match wait.at_most_ms > limit::WAIT_MS_MAX {
            true => format!(" (the plugin asks for {})", time(wait.at_most_ms)),
            false => String::new(),
        };
        let time = time(wait.at_most_ms.min(limit::WAIT_MS_MAX));
        let what = words::said(&wait.summary);
        page.line(indent, format!("may wait up to {time}{asked}: {what}"));
    }
}

/// Adds the lines about the undo of a change.
fn undo(undo: &Undo, operation: &Operation, detail: Detail, indent: usize, page: &mut Page) {
    let back = match undo {
        Undo::Nothing => return page.line(indent, "nothing to undo"),
        Undo::Impossible(why) => {
            return page.line(indent, format!("cannot be undone: {}", words::said(why)));
        }
        Undo::Possible(back) => back,
    };
    let mut line = match &back.way {
        WayBack::Restore => format!("undo: {}", operation::of(operation).restored()),
        WayBack::Instead(inverse) => {
            format!("undo: {}", operation::of(inverse).words(None, detail))
        }
    };
    if let Some(stays) = &back.stays {
        line.push_str(&format!("; {}", words::said(stays)));
    }
    if let Some(destroys) = &back.destroys {
        line.push_str(&format!("; destroys {}", words::said(destroys)));
    }
    page.line(indent, line);
    if let WayBack::Instead(inverse) = &back.way {
        operation::of(inverse).contents(None, detail, indent + 2, page);
        mark(&privilege::raised(inverse), indent + 2, page);
    }
    for expected in &back.only_if {
        let expected = usher_core::operation::in_words(expected);
        page.line(indent + 2, format!("only if {}", text::sentence(&expected)));
    }
    waits(&back.waits, indent + 2, page);
}

/// The common part of changes that are counted instead of listed.
struct Likeness<'a> {
    verb: &'static str,
    /// None: each change of this kind is listed.
    object: Option<&'a str>,
    fields: BTreeSet<&'a str>,
    options: &'a [Field],
    /// The key by which it is recognised is another than its own fields.
    key_shown: bool,
    privileges: Vec<String>,
    /// The values that raise them: sixty of one profile are alike, and one of another is not.
    raising: Vec<String>,
    back: Back<'a>,
}

/// The undo of a change, as far as a line about many changes shows it.
#[derive(PartialEq, Eq)]
enum Back<'a> {
    Nothing,
    Impossible,
    Restore {
        stays: bool,
        destroys: bool,
    },
    Instead {
        verb: &'static str,
        object: &'a str,
        fields: BTreeSet<&'a str>,
    },
    /// Each one is listed.
    Other,
}

impl<'a> Likeness<'a> {
    fn of(change: &'a Change) -> Self {
        let operation = &change.operation;
        let waits_long = change
            .waits
            .iter()
            .any(|wait| wait.at_most_ms > WAIT_SHOWN_MS_MIN);
        let raised = privilege::raised_values(operation);
        Self {
            verb: operation.verb(),
            object: object(operation).filter(|_| !waits_long),
            fields: fields(operation),
            options: operation.collection().map_or(&[], |(_, options)| options),
            key_shown: operation::of(operation).has_other_key(),
            privileges: privilege::raised(operation),
            raising: raised
                .map(|value| words::scalar(value, Detail::Full))
                .collect(),
            back: Back::of(&change.undo),
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        self.object.is_some()
            && self.back != Back::Other
            && self.verb == other.verb
            && self.object == other.object
            && self.fields == other.fields
            && self.options == other.options
            && !self.key_shown
            && !other.key_shown
            && self.privileges == other.privileges
            && self.raising == other.raising
            && self.back == other.back
    }
}

impl<'a> Back<'a> {
    fn of(undo: &'a Undo) -> Self {
        let back = match undo {
            Undo::Nothing => return Self::Nothing,
            Undo::Impossible(_) => return Self::Impossible,
            Undo::Possible(back) => back,
        };
        if !back.only_if.is_empty() || !back.waits.is_empty() {
            return Self::Other;
        }
        match &back.way {
            WayBack::Restore => Self::Restore {
                stays: back.stays.is_some(),
                destroys: back.destroys.is_some(),
            },
            WayBack::Instead(inverse) => match object(inverse) {
                Some(object) if privilege::raised(inverse).is_empty() => Self::Instead {
                    verb: inverse.verb(),
                    object,
                    fields: fields(inverse),
                },
                _ => Self::Other,
            },
        }
    }
}

/// The object of a change to a record.
fn object(operation: &Operation) -> Option<&str> {
    match operation {
        Operation::Create(create) => Some(&create.object),
        Operation::Update(update) => Some(&update.object),
        Operation::Delete(delete) => Some(&delete.object),
        Operation::Configure(_)
        | Operation::Deploy(_)
        | Operation::Request(_)
        | Operation::WaitOnly(_) => None,
    }
}

fn fields(operation: &Operation) -> BTreeSet<&str> {
    let fields = operation.fields().iter();
    fields.map(|field| field.name.as_str()).collect()
}

/// "`update User`: 60 times (Title; 1 of them also Email, ProfileId)", for each verb and object.
fn in_numbers(changes: &[Change]) -> Vec<String> {
    let mut kinds: Vec<(&str, &str)> = Vec::new();
    for change in changes {
        let kind = (change.operation.verb(), object(&change.operation));
        if let (verb, Some(object)) = kind
            && !kinds.contains(&(verb, object))
        {
            kinds.push((verb, object));
        }
    }
    let line = |(verb, object): &(&str, &str)| {
        let of = changes.iter().filter(|change| {
            change.operation.verb() == *verb && self::object(&change.operation) == Some(object)
        });
        let sets: Vec<BTreeSet<&str>> = of.map(|change| fields(&change.operation)).collect();
        let times = count(sets.len(), "time");
        format!("`{verb} {object}`: {times}{}", union(&sets))
    };
    kinds.iter().map(line).collect()
}

/// " (Title; 1 of them also Email)": the fields of all, and what some have besides.
fn union(sets: &[BTreeSet<&str>]) -> String {
    let Some(mut common) = sets.first().cloned() else {
        return String::new();
    };
    for set in sets {
        common.retain(|field| set.contains(field));
    }
    let mut parts = Vec::new();
    if !common.is_empty() {
        parts.push(common.iter().copied().collect::<Vec<_>>().join(", "));
    }
    let mut others: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    for set in sets {
        let more: Vec<&str> = set.difference(&common).copied().collect();
        if !more.is_empty() {
            *others.entry(more).or_default() += 1;
        }
    }
    let kinds = others.len();
    for (more, times) in others.into_iter().take(KINDS_MAX) {
        parts.push(format!("{times} of them also {}", more.join(", ")));
    }
    if kinds > KINDS_MAX {
        parts.push(format!("{} more kinds, each listed", kinds - KINDS_MAX));
    }
    match parts.is_empty() {
        true => String::new(),
        false => format!(" ({})", parts.join("; ")),
    }
}
