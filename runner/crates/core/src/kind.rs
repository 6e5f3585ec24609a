//! What a plan, a view and an undo decide about an operation, each kind in a file of its own.

mod components;
mod record;
mod request;
mod settings;
mod wait;

use serde_json::Value;
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
    /// The fields by which what it made refers to other records.
    fn refers(&self) -> &[Field] {
        &[]
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
    /// What the change left behind, as far as it is known.
    pub(crate) left: Record,
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
