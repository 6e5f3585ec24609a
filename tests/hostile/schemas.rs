//! Schemas whose checking would take minutes or gigabytes without a limit.

use serde_json::{Map, Value as Json, json};

/// Lays the schema called `name` over a manifest.
pub(super) fn lay(name: &str, manifest: &mut Json) {
    match name {
        "any-of-26" => input(manifest, "anyOf", 26),
        "one-of-24" => input(manifest, "oneOf", 24),
        "all-of-60" => input(manifest, "allOf", 60),
        "recursive" => {
            let each = json!({ "anyOf": [{ "$ref": "#/$defs/a" }, { "type": "array", "items": { "$ref": "#/$defs/a" } }] });
            manifest["input"]["$defs"] = json!({ "a": each });
            manifest["input"]["properties"]["value"] = json!({ "$ref": "#/$defs/a" });
        }
        "pattern" => {
            let items = json!({ "type": "string", "pattern": r"^(a+)+\1$" });
            manifest["output"]["properties"]["all"] = json!({ "type": "array", "items": items });
        }
        "nested-pattern" => {
            let items = json!({ "type": "string", "pattern": "^(((a*)*)*)*$" });
            manifest["output"]["properties"]["all"] = json!({ "type": "array", "items": items });
        }
        "wide-output" => {
            let one = |n: usize| json!({ "const": format!("{n}") });
            let items = json!({ "oneOf": (0..300).map(one).collect::<Vec<_>>() });
            manifest["output"]["properties"]["all"] = json!({ "type": "array", "items": items });
        }
        other => panic!("nobody makes the schema `{other}`"),
    }
}

/// An input whose property `value` is checked along two ways at each of so many levels.
fn input(manifest: &mut Json, combine: &str, levels: usize) {
    let mut definitions = Map::new();
    for level in 0..levels {
        let next = json!({ "$ref": format!("#/$defs/l{}", level + 1) });
        definitions.insert(format!("l{level}"), json!({ combine: [next, next] }));
    }
    definitions.insert(format!("l{levels}"), json!({ "type": "string" }));
    manifest["input"]["$defs"] = Json::Object(definitions);
    manifest["input"]["properties"]["value"] = json!({ "$ref": "#/$defs/l0" });
}
