//! Decisions of a plan, a view and an undo about an operation. Each kind of operation has a file of its own.

mod components;
mod record;
mod request;
mod settings;
mod wait;

use serde_json::Value;
use usher_contract::known::Known;
use usher_contract::operation::{Field, Operation};
use usher_contract::read::Record;
use usher_contract::value::Token;

use crate::run::undo::made::Made;
use crate::run::undo::staying::Staying;
use crate::view::prediction::Predicted;

/// Decisions about an operation, for every kind.
pub(crate) trait Planned {
    /// Returns what the operation will have changed, if a read can see it. `token` is the id of what it makes.
    fn predicted(&self, token: &Token) -> Option<Predicted>;
    /// Names what the operation is about, without the values that it brings.
    fn target(&self) -> Value;
    /// The texts that the operation brings and that may refer to records and components: ids, and names of components.
    /// The target of the operation is not among them.
    fn refers(&self, _known: &Known<'_>) -> Vec<String> {
        Vec::new()
    }
    /// Returns the operation that restores what was there before; `None` when there is nothing to restore.
    ///
    /// # Errors
    ///
    /// A reason why what was made stays in the org.
    fn restored(&self, made: &Made<'_>, stays: &Staying) -> Result<Option<Restored>, String>;
}

/// The operation that restores what was there before a change.
pub(crate) struct Restored {
    pub(crate) by: Operation,
    /// The part of what the change made that is in the org now, as far as the run knows.
    pub(crate) left: Record,
    /// It stays too when one of these changes turns out to stay.
    pub(crate) kept_with: Vec<Token>,
}

/// The texts that fields have.
fn texts_of(fields: &[Field], known: &Known<'_>) -> Vec<String> {
    let values = fields
        .iter()
        .filter_map(|field| known.value(&field.value).ok());
    values.flat_map(|value| texts_in(&value)).collect()
}

/// All texts in JSON.
fn texts_in(json: &Value) -> Vec<String> {
    match json {
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all.iter().flat_map(texts_in).collect(),
        Value::Object(fields) => fields.values().flat_map(texts_in).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// The decisions about an operation.
pub(crate) fn of(operation: &Operation) -> &dyn Planned {
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
