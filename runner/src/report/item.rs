//! One thing that is shown of a step: its lines, and of a change also its values and marks, for those who lay them out
//! otherwise.

use usher_core::change::Change;

use crate::page::Page;
use crate::report::row::Row;

/// One thing of a step, in the order in which they are shown.
pub(super) struct Item<'a> {
    pub(super) kind: Kind<'a>,
    /// All of it, as lines. The first one is what it is.
    pub(super) page: Page,
}

/// What an item is.
pub(super) enum Kind<'a> {
    Change(Box<Shown<'a>>),
    /// What Salesforce then does by itself, one below the other.
    Effects,
    Problem,
    Warning,
    Note,
    /// How the step stands when nothing else says so: as wanted, skipped, planned later, by hand.
    State,
    /// Of very many things those that are counted only.
    More,
}

/// A change in its parts.
pub(super) struct Shown<'a> {
    pub(super) change: &'a Change,
    /// `update User 005…`
    pub(super) subject: String,
    pub(super) rows: Vec<Row>,
    /// What it raises, in the words of its own names.
    pub(super) raises: Vec<String>,
    /// By what it is recognised, where that is something else than its values.
    pub(super) key: Page,
    /// What stands behind the values: waits, conditions, the way back.
    pub(super) rest: Page,
}

impl Item<'_> {
    /// An item of one line.
    pub(super) fn line(kind: Kind<'_>, indent: usize, text: impl AsRef<str>) -> Item<'_> {
        let mut page = Page::default();
        page.line(indent, text);
        Item { kind, page }
    }
}
