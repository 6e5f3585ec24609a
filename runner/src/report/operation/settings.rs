//! Settings that are configured.

use serde_json::{Value, json};
use usher_core::operation::ConfigureSettings;
use usher_core::read::Record;

use crate::report::effect::fields_json;
use crate::report::operation::Shown;
use crate::report::words::fields;

impl Shown for ConfigureSettings {
    fn words(&self) -> String {
        format!("configure {} {{ {} }}", self.settings, fields(&self.fields))
    }

    fn json(&self, _before: Option<&Record>) -> (Value, Value) {
        let shown = json!({ "verb": "configure", "settings": self.settings });
        (shown, fields_json(&self.fields))
    }
}
