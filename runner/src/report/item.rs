//! One thing that is shown of a step: its lines, and for a change also its values and marks, for reports that lay them
//! out otherwise.

use usher_core::change::Change;

use crate::page::Page;
use crate::report::row::Row;

/// One thing of a step, in the order in which they are shown.
pub(super) struct Item<'a> {
    pub(super) kind: Kind<'a>,
    /// All of it, as lines. The first line names it.
    pub(super) page: Page,
}

/// The kind of an item.
pub(super) enum Kind<'a> {
    Change(Box<Shown<'a>>),
    /// The effects that Salesforce then brings by itself, one below the other.
    Effects,
    Problem,
    Warning,
    Note,
    /// The state of the step when nothing else shows it: as wanted, skipped, planned later, manual.
    State,
    /// The things that are only counted, because there are very many.
    More,
}

/// A change in its parts.
pub(super) struct Shown<'a> {
    pub(super) change: &'a Change,
    /// `update User 005…`
    pub(super) subject: String,
    pub(super) rows: Vec<Row>,
    /// The privileges that it raises, by their own names.
    pub(super) raises: Vec<String>,
    /// The key by which it is recognised, if that differs from its values.
    pub(super) key: Page,
    /// The lines after the values: waits, conditions, the undo.
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
