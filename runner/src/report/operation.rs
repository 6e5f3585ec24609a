//! An operation in an admin's words and as JSON, each kind in a file of its own.

mod components;
mod record;
mod request;
mod settings;
mod wait;

use serde_json::Value;
use usher_core::change::{Undo, WayBack};
use usher_core::operation::Operation;
use usher_core::read::Record;

use crate::report::Detail;

/// How an operation is shown.
pub(super) trait Shown {
    /// The operation in one line.
    fn words(&self) -> String;
    /// The lines of a plan, each without indentation of its own. `before`: what was there when it was planned.
    fn lines(&self, _before: Option<&Record>, _detail: Detail) -> Vec<String> {
        vec![self.words()]
    }
    /// The operation without the values that it sets, and these values.
    fn json(&self, before: Option<&Record>) -> (Value, Value);
    /// What becomes of what it changed when it is restored.
    fn restored(&self) -> &'static str {
        "as it was before"
    }
}

/// How this operation is shown.
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

/// What becomes of a change when the run is taken back.
pub(super) fn undo(undo: &Undo, operation: &Operation) -> String {
    match undo {
        Undo::Nothing => "nothing to undo".to_owned(),
        Undo::Impossible(why) => format!("cannot be undone: {why}"),
        Undo::Possible(back) => {
            let mut text = match &back.way {
                WayBack::Restore => format!("undo: {}", of(operation).restored()),
                WayBack::Instead(inverse) => format!("undo: {}", of(inverse).words()),
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
