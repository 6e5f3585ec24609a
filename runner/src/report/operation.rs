//! An operation in an admin's words and as JSON, each kind in a file of its own.

mod components;
mod permissions;
mod record;
mod request;
mod settings;
mod wait;

use serde_json::Value;
use usher_core::change::{Undo, WayBack};
use usher_core::operation::{Field, Operation};
use usher_core::privilege;
use usher_core::read::Record;

use crate::page::Page;
use crate::report::Detail;
use crate::report::row::Row;
use crate::report::words;

/// The report of an operation.
pub(super) trait Shown {
    /// The operation in one line. `before`: the former values when it was planned.
    fn words(&self, before: Option<&Record>, detail: Detail) -> String;
    /// The object of the operation, without values: `update User 005…`.
    fn subject(&self, detail: Detail) -> String;

    /// The text after the values.
    fn manner(&self) -> &'static str {
        ""
    }

    /// The values that it sends, each beside the one that it replaces.
    fn rows(&self, _before: Option<&Record>, _detail: Detail) -> Vec<Row> {
        Vec::new()
    }

    /// Adds the lines about everything else that is sent.
    fn contents(
        &self,
        _before: Option<&Record>,
        _detail: Detail,
        _indent: usize,
        _page: &mut Page,
    ) {
    }
    /// Adds the lines of a plan: all that is sent.
    fn lines(&self, before: Option<&Record>, detail: Detail, indent: usize, page: &mut Page) {
        page.line(indent, self.words(before, detail));
        self.contents(before, detail, indent + 2, page);
    }
    /// Says whether the record is recognised by other fields than those it is made with.
    fn has_other_key(&self) -> bool {
        false
    }
    /// The operation without the values that it sets, and these values.
    fn json(&self, before: Option<&Record>) -> (Value, Value);
    /// The words for the record after its former state is restored.
    fn restored(&self) -> &'static str {
        "as it was before"
    }
}

/// Returns the report of this operation.
pub(super) fn of(operation: &Operation) -> &dyn Shown {
    match operation {
        Operation::Create(create) => create,
        Operation::Update(update) => update,
        Operation::Delete(delete) => delete,
        Operation::Configure(configure) => configure,
        Operation::Deploy(deploy) => deploy,
        Operation::Request(request) => request,
        Operation::WaitOnly(wait) => wait,
    }
}

/// Returns the undo of a change, in one line.
pub(super) fn undo(undo: &Undo, operation: &Operation) -> String {
    match undo {
        Undo::Nothing => "nothing to undo".to_owned(),
        Undo::Impossible(why) => format!("cannot be undone: {why}"),
        Undo::Possible(back) => {
            let mut text = match &back.way {
                WayBack::Restore => format!("undo: {}", of(operation).restored()),
                WayBack::Instead(inverse) => {
                    format!("undo: {}", of(inverse).words(None, Detail::Normal))
                }
            };
            if let Some(stays) = &back.stays {
                text.push_str(&format!("; {stays}"));
            }
            if let Some(destroys) = &back.destroys {
                text.push_str(&format!("; destroys {destroys}"));
            }
            text
        }
    }
}

/// Fields with the values they get, and those they had. Those that raise privileges come first.
fn field_rows(fields: &[Field], before: Option<&Record>, detail: Detail) -> Vec<Row> {
    let mut fields: Vec<&Field> = fields.iter().collect();
    fields.sort_by_key(|field| !privilege::is_raising(field));
    let rows = fields.into_iter().map(|field| {
        let before = before.and_then(|before| before.get(&field.name));
        words::row(field, before, detail)
    });
    rows.collect()
}
