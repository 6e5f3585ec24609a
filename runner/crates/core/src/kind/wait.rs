//! Changes that only wait.

use serde_json::{Value, json};
use usher_contract::operation::WaitOnly;
use usher_contract::value::Token;

use crate::kind::{Planned, Restored};
use crate::run::undo::made::Made;
use crate::run::undo::staying::Staying;
use crate::view::prediction::Predicted;

impl Planned for WaitOnly {
    fn predicted(&self, _token: &Token) -> Option<Predicted> {
        None
    }

    fn target(&self) -> Value {
        json!(["wait"])
    }

    fn restored(&self, _made: &Made<'_>, _stays: &Staying) -> Result<Option<Restored>, String> {
        Ok(None)
    }
}
