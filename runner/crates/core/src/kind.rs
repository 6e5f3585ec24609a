//! What a plan, a view and an undo decide about an operation, each kind in a file of its own.

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

/// What every kind of operation decides.
pub(crate) trait Planned {
    /// What will be so, if a read can see it. `token` stands for the id of what the operation makes.
    fn predicted(&self, token: &Token) -> Option<Predicted>;
    /// What it is about, without the values it brings.
    fn target(&self) -> Value;
    /// The texts that it brings and that may refer to records and components: ids, and names of components. What it
    /// is about is not among them.
    fn refers(&self, _known: &Known<'_>) -> Vec<String> {
        Vec::new()
    }
    /// What restores what was there before; none when there is nothing to.
    ///
    /// # Errors
    ///
    /// Why what was made stays.
    fn restored(&self, made: &Made<'_>, stays: &Staying) -> Result<Option<Restored>, String>;
}

/// What restores what was there before a change.
pub(crate) struct Restored {
    pub(crate) by: Operation,
    /// The part of what the change made that is in the org now, as far as the run knows.
    pub(crate) left: Record,
    /// Changes with which it stays, when one of them cannot be undone.
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

/// What there is to decide about an operation.
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
