//! Changes that only wait.

use serde_json::{Value, json};
use usher_core::operation::WaitOnly;
use usher_core::read::Record;

use crate::report::operation::Shown;

impl Shown for WaitOnly {
    fn words(&self) -> String {
        "wait".to_owned()
    }

    fn json(&self, _before: Option<&Record>) -> (Value, Value) {
        (
            json!({ "verb": "wait", "summary": self.words() }),
            Value::Null,
        )
    }
}
