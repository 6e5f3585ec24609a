//! Settings that are configured.

use serde_json::{Value, json};
use usher_core::operation::ConfigureSettings;
use usher_core::read::Record;

use crate::report::Detail;
use crate::report::effect::fields_json;
use crate::report::operation::{Shown, field_rows};
use crate::report::row::{Row, joined};

impl Shown for ConfigureSettings {
    fn words(&self, before: Option<&Record>, detail: Detail) -> String {
        let (subject, fields) = (self.subject(detail), joined(&self.rows(before, detail)));
        format!("{subject} {{ {fields} }}")
    }

    fn subject(&self, _detail: Detail) -> String {
        format!("configure {}", self.settings)
    }

    fn rows(&self, before: Option<&Record>, detail: Detail) -> Vec<Row> {
        field_rows(&self.fields, before, detail)
    }

    fn json(&self, _before: Option<&Record>) -> (Value, Value) {
        let shown = json!({ "verb": "configure", "settings": self.settings });
        (shown, fields_json(&self.fields))
    }
}
