//! Settings that are configured.

use serde_json::{Value, json};
use usher_core::operation::ConfigureSettings;
use usher_core::read::Record;

use crate::report::Detail;
use crate::report::effect::fields_json;
use crate::report::operation::{Shown, changed_fields};

impl Shown for ConfigureSettings {
    fn words(&self, before: Option<&Record>, detail: Detail) -> String {
        let fields = changed_fields(&self.fields, before, detail);
        format!("configure {} {{ {fields} }}", self.settings)
    }

    fn json(&self, _before: Option<&Record>) -> (Value, Value) {
        let shown = json!({ "verb": "configure", "settings": self.settings });
        (shown, fields_json(&self.fields))
    }
}
