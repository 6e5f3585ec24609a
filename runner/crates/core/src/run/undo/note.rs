//! Notes of an undo on changes that it leaves as they are, or undoes in part. The codes are a stable face.

use usher_contract::change::{Change, Note, NoteSeverity};

/// The code of the note that says what undoing a change destroys.
pub const DESTROYS: &str = "undo/destroys";

/// The beginning of that note.
pub const LOST: &str = "is lost for good: ";

/// Changes that are only counted.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) never_sent: usize,
    /// Changes that an earlier undo has undone.
    pub(super) undone: usize,
}

impl Counted {
    pub(super) fn told(&self, notes: &mut Vec<Note>) {
        if self.undone > 0 {
            let text = format!("undone before: {}", changes(self.undone));
            notes.push(info("undo/undone", text));
        }
        if self.never_sent > 0 {
            let text = format!("never sent: {}", changes(self.never_sent));
            notes.push(info("undo/never-sent", text));
        }
    }
}

fn changes(count: usize) -> String {
    match count {
        1 => "1 change".to_owned(),
        count => format!("{count} changes"),
    }
}

/// A change that stays.
pub(super) fn stays(change: &Change, why: &str) -> Note {
    let text = format!("stays: {} ({why})", change.summary);
    warning("undo/stays", text)
}

pub(super) fn not_ours(change: &Change) -> Note {
    let text = format!("stays: {} (another user made it)", change.summary);
    warning("undo/not-ours", text)
}

/// A record that was there, and that a duplicate rule found.
pub(super) fn duplicate(change: &Change, rule: Option<&str>) -> Note {
    let rule = match rule {
        Some(rule) => format!("the duplicate rule `{rule}`"),
        None => "a duplicate rule".to_owned(),
    };
    let text = format!(
        "nothing to undo: {} ({rule} found the record, which was there)",
        change.summary
    );
    info("undo/not-ours", text)
}

/// A change that may or may not be in the org.
pub(super) fn in_doubt(change: &Change) -> Note {
    let text = format!("stays: {} (its outcome is unknown)", change.summary);
    warning("undo/in-doubt", text)
}

/// A change that the org took, and whose outcome the run did not see.
pub(super) fn not_seen(change: &Change) -> Note {
    let text = format!(
        "Salesforce accepted it, and the run did not see its outcome: {}",
        change.summary
    );
    warning("undo/in-doubt", text)
}

/// A change whose plugin says that there is nothing to undo, or that sent nothing.
pub(super) fn nothing(change: &Change) -> Note {
    let text = format!("nothing to undo: {}", change.summary);
    info("undo/nothing", text)
}

pub(super) fn as_wanted(change: &Change) -> Note {
    let why = match change.operation.is_sent() {
        true => "it was so already",
        false => "it only waited",
    };
    let text = format!("nothing to undo: {} ({why})", change.summary);
    info("undo/as-wanted", text)
}

/// A change that the org refused.
pub(super) fn failed(change: &Change) -> Note {
    let text = format!("nothing to undo: {} (it failed)", change.summary);
    info("undo/failed", text)
}

pub(super) fn in_part(change: &Change, stays: &str) -> Note {
    let text = format!("only in part: {} ({stays})", change.summary);
    warning("undo/in-part", text)
}

pub(super) fn destroys(what: &str) -> Note {
    warning(DESTROYS, format!("{LOST}{what}"))
}

/// A note on what stays of an effect whose cause is undone.
pub(super) fn remains(what: &str) -> Note {
    info("undo/remains", what.to_owned())
}

/// A note on what becomes of permission set licenses.
pub(super) fn license() -> Note {
    let text = "In most cases Salesforce removes a permission set license by itself; \
                Usher checks, and removes what is left";
    info("undo/license", text.to_owned())
}

fn info(code: &str, summary: String) -> Note {
    note(NoteSeverity::Info, code, summary)
}

fn warning(code: &str, summary: String) -> Note {
    note(NoteSeverity::Warning, code, summary)
}

fn note(severity: NoteSeverity, code: &str, summary: String) -> Note {
    Note {
        severity,
        code: code.to_owned(),
        summary,
        remedy: None,
        rule: None,
        at: String::new(),
    }
}
