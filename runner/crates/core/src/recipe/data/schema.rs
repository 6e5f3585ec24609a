//! The JSON Schema of an input.

use serde_json::{Value as Json, json};

use crate::recipe::{Input, InputKind};

/// The schema of an input. `may_be_unknown`: nothing is computed from it.
pub(super) fn input_schema(input: &Input, may_be_unknown: bool) -> Json {
    let mut schema = match &input.kind {
        InputKind::Record { object } => json!({ "type": "string", "x-usher-record": object }),
        InputKind::Text | InputKind::Secret => json!({ "type": "string" }),
        InputKind::Integer => json!({ "type": "integer" }),
        InputKind::Boolean => json!({ "type": "boolean" }),
        InputKind::Choice { choices } => json!({ "type": "string", "enum": choices }),
        InputKind::List => json!({ "type": "array", "items": { "type": "string" } }),
        InputKind::Rows { .. } => json!({ "type": "array", "items": { "type": "object" } }),
        InputKind::Table => json!({
            "type": "object",
            "additionalProperties": { "type": ["string", "number", "boolean"] },
        }),
    };
    let may_be_unknown =
        may_be_unknown && matches!(input.kind, InputKind::Record { .. } | InputKind::Text);
    if may_be_unknown {
        schema["x-usher-unknown"] = json!(true);
    }
    if let Some(default) = &input.default {
        schema["default"] = default.clone();
    }
    if let Some(help) = &input.help {
        schema["description"] = json!(help);
    }
    schema
}
