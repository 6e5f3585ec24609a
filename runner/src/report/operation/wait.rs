//! Changes that only wait.

use serde_json::{Value, json};
use usher_core::operation::WaitOnly;
use usher_core::read::Record;

use crate::report::Detail;
use crate::report::operation::Shown;

impl Shown for WaitOnly {
    fn words(&self, _before: Option<&Record>, detail: Detail) -> String {
        self.subject(detail)
    }

    fn subject(&self, _detail: Detail) -> String {
        "wait".to_owned()
    }

    fn json(&self, _before: Option<&Record>) -> (Value, Value) {
        let summary = self.words(None, Detail::Normal);
        (json!({ "verb": "wait", "summary": summary }), Value::Null)
    }
}
