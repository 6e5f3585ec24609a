//! What stays when a run has been taken back, and what that refers to.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_contract::change::{Change, Undo, WayBack};
use usher_contract::id;
use usher_contract::known::Known;
use usher_contract::operation::Field;
use usher_contract::value::Scalar;

use crate::run::event::{ChangeKey, Outcome};
use crate::run::state::{ChangeState, RunState};

/// Records that are still there when everything has been taken back, and what they refer to.
#[derive(Default)]
pub(crate) struct Staying {
    /// Ids in 18 characters → the summary of the change that made what refers to it.
    referred: BTreeMap<String, String>,
}

impl Staying {
    /// A record that is not taken back now stays with all that it refers to, unless it is gone already.
    pub(super) fn remains_of(
        &mut self,
        run: &RunState,
        key: &ChangeKey,
        change: &Change,
        refers: &[Field],
        undone: bool,
    ) {
        let there = matches!(
            run.changes.get(key),
            Some(ChangeState::Settled(
                Outcome::Done { .. } | Outcome::Unsettled { .. }
            ))
        );
        let deleted =
            undone && matches!(&change.undo, Undo::Possible(back) if back.way == WayBack::Restore);
        if there && !deleted {
            self.refers(run, refers, &change.summary);
        }
    }

    pub(super) fn refers(&mut self, run: &RunState, fields: &[Field], why: &str) {
        for field in fields {
            let value = Known(&run.bindings).value(&field.value);
            if let Ok(Value::String(text)) = value
                && let Some(id) = id::canonical(&text)
            {
                self.referred.entry(id).or_insert_with(|| why.to_owned());
            }
        }
    }

    /// The change because of which the record of that id stays, as its summary says it.
    pub(crate) fn because_of(&self, id: &Scalar) -> Option<&str> {
        let Scalar::Text(text) = id else {
            return None;
        };
        self.referred.get(&id::canonical(text)?).map(String::as_str)
    }
}
