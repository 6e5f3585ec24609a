//! Records that are created, updated and deleted.

use serde_json::{Value, json};
use usher_core::operation::{Condition, CreateRecord, DeleteRecord, UpdateRecord};
use usher_core::read::Record;

use crate::page::Page;
use crate::report::effect::fields_json;
use crate::report::operation::{Shown, field_rows};
use crate::report::row::{Row, joined};
use crate::report::words::scalar;
use crate::report::{Detail, claim};

impl Shown for CreateRecord {
    fn words(&self, _before: Option<&Record>, detail: Detail) -> String {
        let (subject, fields) = (self.subject(detail), joined(&self.rows(None, detail)));
        format!("{subject} {{ {fields} }}{}", self.manner())
    }

    fn manner(&self) -> &'static str {
        match self.allows_duplicates() {
            true => ", also where a duplicate rule warns",
            false => "",
        }
    }

    fn subject(&self, _detail: Detail) -> String {
        format!("create {}", self.object)
    }

    fn rows(&self, _before: Option<&Record>, detail: Detail) -> Vec<Row> {
        field_rows(&self.fields, None, detail)
    }

    /// The key, if it differs from the fields that the record is created with.
    fn contents(&self, _before: Option<&Record>, detail: Detail, indent: usize, page: &mut Page) {
        if self.has_other_key() {
            let key = claim::conditions(&self.key.conditions, detail);
            page.line(
                indent,
                format!("not created when there is one already with {key}"),
            );
        }
    }

    fn has_other_key(&self) -> bool {
        let mut conditions = self.key.conditions.iter();
        conditions.any(|condition| !sets(self, condition))
    }

    fn json(&self, _before: Option<&Record>) -> (Value, Value) {
        let key = self.key.conditions.iter().map(|condition| {
            let any_of = condition.any_of.iter().map(|value| value.to_json());
            json!({ "field": condition.field, "any_of": any_of.collect::<Vec<_>>() })
        });
        let key: Vec<Value> = key.collect();
        let mut shown = json!({ "verb": "create", "object": self.object, "key": key });
        if !self.options.is_empty() {
            shown["options"] = fields_json(&self.options);
        }
        (shown, fields_json(&self.fields))
    }

    fn restored(&self) -> &'static str {
        "deleted"
    }
}

/// Says whether a record is created with the values of the condition, and nothing else would meet it.
fn sets(create: &CreateRecord, condition: &Condition) -> bool {
    let mut fields = create.fields.iter();
    let field = fields.find(|field| field.name.eq_ignore_ascii_case(&condition.field));
    match condition.any_of.as_slice() {
        [wanted] => field.is_some_and(|field| field.value == *wanted),
        _ => false,
    }
}

impl Shown for UpdateRecord {
    fn words(&self, before: Option<&Record>, detail: Detail) -> String {
        let (subject, fields) = (self.subject(detail), joined(&self.rows(before, detail)));
        format!("{subject} {{ {fields} }}")
    }

    fn subject(&self, detail: Detail) -> String {
        format!("update {} {}", self.object, scalar(&self.id, detail))
    }

    fn rows(&self, before: Option<&Record>, detail: Detail) -> Vec<Row> {
        field_rows(&self.fields, before, detail)
    }

    fn json(&self, _before: Option<&Record>) -> (Value, Value) {
        let shown = json!({ "verb": "update", "object": self.object, "id": self.id.to_json() });
        (shown, fields_json(&self.fields))
    }
}

impl Shown for DeleteRecord {
    fn words(&self, _before: Option<&Record>, detail: Detail) -> String {
        self.subject(detail)
    }

    fn subject(&self, detail: Detail) -> String {
        let id = scalar(&self.id, detail);
        format!("delete {} {id} for good", self.object)
    }

    fn json(&self, _before: Option<&Record>) -> (Value, Value) {
        let shown = json!({ "verb": "delete", "object": self.object, "id": self.id.to_json() });
        (shown, Value::Null)
    }
}
