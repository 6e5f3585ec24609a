//! The declarations of a plugin, and the manifest that follows from them.

use serde_json::{Value as Json, json};

use crate::typed::find::ReadRecord;
use crate::typed::id::Object;
use crate::typed::input::FromInput;
use crate::typed::output::IntoOutput;
use crate::typed::schema::Schema;
use crate::typed::write::{NewRecord, WriteRecord};

/// Everything that a plugin declares: its manifest. [`crate::plugin`] makes it of its entries.
#[derive(Clone, Debug)]
pub struct Declares(Json);

impl Declares {
    #[doc(hidden)]
    pub fn new<I: FromInput, O: IntoOutput>(name: &str, version: &str, summary: &str) -> Self {
        let (mut input, mut output) = (Schema::default(), Schema::default());
        I::schema(&mut input);
        O::schema(&mut output);
        Self(json!({
            "format": 1, "name": name, "version": version, "summary": summary, "kind": "changing",
            "input": Json::from(input), "output": Json::from(output),
        }))
    }

    /// The plugin only looks, after everything before it has been done.
    pub fn verifying(&mut self) {
        self.0["kind"] = "verifying".into();
    }

    /// Reads records as `R` says.
    pub fn reads<R: ReadRecord>(&mut self) {
        let fields = R::FIELDS.iter().map(|(field, _)| *field);
        let fields: Vec<&str> = fields.filter(|field| *field != "Id").collect();
        self.add("reads", "records", named(R::Object::NAME, &fields));
    }

    /// Makes records as `W` says.
    pub fn creates<W: NewRecord>(&mut self) {
        self.add("writes", "create", named(W::Object::NAME, W::FIELDS));
    }

    /// Takes records with the key of `W` that are there, and makes the others.
    pub fn ensures<W: NewRecord>(&mut self) {
        self.add("reads", "records", named(W::Object::NAME, W::KEY));
        self.creates::<W>();
    }

    /// Changes records as `W` says.
    pub fn updates<W: WriteRecord>(&mut self) {
        self.add("writes", "update", named(W::Object::NAME, W::FIELDS));
    }

    /// Deletes records of the object.
    pub fn deletes<O: Object>(&mut self) {
        self.add("writes", "delete", json!([O::NAME]));
    }

    /// Keys of the manifest that no type stands for, as JSON.
    pub fn also(&mut self, keys: &str) {
        let more = serde_json::from_str(keys);
        // Usher refuses the manifest for a key that it does not know, and shows the text.
        merge(
            &mut self.0,
            more.unwrap_or_else(|_| json!({ keys: "this is not JSON" })),
        );
    }

    /// The manifest as JSON.
    pub fn manifest(&self) -> String {
        self.0.to_string()
    }

    fn add(&mut self, key: &str, section: &str, names: Json) {
        merge(&mut self.0, json!({ key: { section: names } }));
    }
}

fn named(name: &str, fields: &[&str]) -> Json {
    json!({ name: fields })
}

/// Adds keys to an object and new names to a list; anything else is replaced.
fn merge(into: &mut Json, more: Json) {
    match (into, more) {
        (Json::Object(into), Json::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key).or_insert(Json::Null), value);
            }
        }
        (Json::Array(into), Json::Array(more)) => {
            for value in more {
                if !into.contains(&value) {
                    into.push(value);
                }
            }
        }
        (into, more) => *into = more,
    }
}
