//! A person approves a plan by reading it. The plan shows everything that is sent, and no text of a plugin, a record or
//! an org can hide a line, or pass for one of Usher's.

mod claimed;
mod folded;
mod hidden;
mod laid_out;
mod sent;
mod wrapped;

use serde_json::{Value, json};

use crate::conformance::component;
use crate::hostile::evil;
use crate::world::{Product, Ran};

/// The admin of the practice org.
const ADMIN: &str = "005Jca000000001IAA";

/// A plugin that is not trusted, with a manifest and an answer of the test's, everything granted.
struct Evil {
    product: Product,
}

impl Evil {
    /// A plugin that writes `writes` and answers with `answer`.
    fn new(writes: &Value, answer: &Value) -> Self {
        Self::with(&json!({ "writes": writes }), answer)
    }

    /// A plugin whose manifest has more than the common one.
    fn with(more: &Value, answer: &Value) -> Self {
        let manifest = evil(more).to_string();
        let product = Product::new();
        product.write("evil.wasm", component::under(&manifest));
        let input = json!({ "script": { "answer": answer } });
        let step = json!({ "id": "evil", "use": "./evil.wasm", "with": input });
        let recipe = json!({ "title": "Attacked", "steps": [step] });
        product.write("r.toml", toml::to_string(&recipe).expect("TOML"));
        let refused = product.run("plan r.toml --org practice");
        product.grant(&refused.lines_to_add());
        product.allow_raises("plan r.toml --org practice");
        Self { product }
    }

    fn run(&self, line: &str) -> Ran {
        let ran = self.product.run(line);
        for text in [&ran.out, &ran.err] {
            let raw = text.chars().find(|c| c.is_control() && *c != '\n');
            assert_eq!(raw, None, "{text}");
        }
        ran
    }

    /// The plan that a person approves.
    fn plan(&self) -> String {
        let ran = self.run("plan r.toml --org practice");
        assert_eq!(ran.exit, 0, "{}", ran.text());
        // The heading is the same in all of these.
        let (_, steps) = ran.out.split_once("\n\n").expect("a heading");
        steps.to_owned()
    }
}

/// An answer with these changes.
fn changes(changes: &[Value]) -> Value {
    json!({ "ok": { "changes": changes } })
}

/// A change that can be undone.
fn change(address: &str, summary: &str, operation: &Value) -> Value {
    json!({
        "address": address,
        "summary": summary,
        "operation": operation,
        "undo": { "possible": { "way": "restore" } },
    })
}

/// Sets fields of a user.
fn update(id: &str, fields: &Value) -> Value {
    let fields = fields.as_object().expect("fields").iter();
    let fields = fields.map(|(name, value)| json!({ "name": name, "value": value }));
    let fields: Vec<Value> = fields.collect();
    json!({ "update": { "object": "User", "id": { "text": id }, "fields": fields } })
}
