//! Records that are created, updated and deleted.

use serde_json::{Value, json};
use usher_core::operation::{CreateRecord, DeleteRecord, UpdateRecord};
use usher_core::read::Record;

use crate::report::effect::fields_json;
use crate::report::operation::Shown;
use crate::report::words::{fields, scalar};

impl Shown for CreateRecord {
    fn words(&self) -> String {
        let duplicates = match self.allows_duplicates() {
            true => ", also where a duplicate rule warns",
            false => "",
        };
        let fields = fields(&self.fields);
        format!("create {} {{ {fields} }}{duplicates}", self.object)
    }

    fn json(&self, _before: Option<&Record>) -> (Value, Value) {
        let mut shown = json!({ "verb": "create", "object": self.object });
        if !self.options.is_empty() {
            shown["options"] = fields_json(&self.options);
        }
        (shown, fields_json(&self.fields))
    }

    fn restored(&self) -> &'static str {
        "deleted"
    }
}

impl Shown for UpdateRecord {
    fn words(&self) -> String {
        let (id, fields) = (scalar(&self.id), fields(&self.fields));
        format!("update {} {id} {{ {fields} }}", self.object)
    }

    fn json(&self, _before: Option<&Record>) -> (Value, Value) {
        let shown = json!({ "verb": "update", "object": self.object, "id": self.id.to_json() });
        (shown, fields_json(&self.fields))
    }
}

impl Shown for DeleteRecord {
    fn words(&self) -> String {
        format!("delete {} {}", self.object, scalar(&self.id))
    }

    fn json(&self, _before: Option<&Record>) -> (Value, Value) {
        let shown = json!({ "verb": "delete", "object": self.object, "id": self.id.to_json() });
        (shown, Value::Null)
    }
}
