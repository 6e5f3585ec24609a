use serde_json::{Value, json};

use super::Manifest;
use crate::operation::{Condition, Lookup};
use crate::value::Scalar;

pub(crate) fn manifest() -> Value {
    json!({
        "format": 1,
        "name": "give-things",
        "version": "0.1.0",
        "summary": "A user has things",
        "kind": "changing",
        "input": {
            "type": "object",
            "additionalProperties": false,
            "required": ["user"],
            "properties": {
                "user": {"type": "string", "x-usher-unknown": true, "x-usher-record": "User"},
                "things": {"type": "array", "items": {"type": "string"}, "default": ["a"]}
            }
        },
        "output": {"type": "object", "properties": {"count": {"type": "integer"}}},
        "reads": {"records": {"User": ["Username", "Profile.Name"]}},
        "writes": {"create": {"Thing__c": ["User__c"]}}
    })
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Value), expected: &str) {
    let mut json = manifest();
    change(&mut json);
    let error = Manifest::parse(json.to_string().as_bytes()).expect_err("refused");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn what_is_no_manifest_is_refused() {
    refused(
        |m| m["format"] = json!(2),
        "the manifest has format 2; this Usher knows format 1",
    );
    refused(
        |m| m["name"] = json!("Give Things"),
        "`Give Things` is no plugin name: lower-case letters, digits and single hyphens",
    );
    refused(
        |m| m["version"] = json!("one"),
        "`one` is no version: three numbers, as in 1.2.0",
    );
    refused(
        |m| m["input"] = json!({"type": "array"}),
        "the schema of the input is not usable: it must describe an object (`\"type\": \"object\"`)",
    );
    let error = Manifest::parse(b"\xff\x00").expect_err("refused");
    assert!(
        error
            .to_string()
            .starts_with("the manifest is not as it should be"),
        "{error}"
    );
}

fn input(json: Value) -> serde_json::Map<String, Value> {
    json.as_object().expect("an object").clone()
}

#[test]
fn inputs_are_checked_and_defaults_filled_in() {
    let manifest = Manifest::parse(manifest().to_string().as_bytes()).expect("a manifest");
    let check = |json: Value| -> Vec<String> {
        let problems = manifest.input.problems(&input(json));
        problems
            .into_iter()
            .map(|p| format!("{}: {}", p.at, p.message))
            .collect()
    };
    assert_eq!(check(json!({"user": "005"})), Vec::<String>::new());
    assert_eq!(
        check(json!({"user": 5})),
        ["/user: 5 is not of type \"string\""]
    );
    assert_eq!(check(json!({})), [": \"user\" is a required property"]);
    assert_eq!(
        check(json!({"user": {"$ref": "user:user.id"}})),
        Vec::<String>::new()
    );
    assert_eq!(
        manifest
            .input
            .unknowns_refused(&input(json!({"user": "005", "things": [{"$ref": "t"}]}))),
        ["/things/0"]
    );
    assert_eq!(
        Value::Object(manifest.input.with_defaults(&input(json!({"user": "005"})))),
        json!({"user": "005", "things": ["a"]})
    );
}

#[test]
fn reads_beyond_the_manifest_are_named() {
    let manifest = Manifest::parse(manifest().to_string().as_bytes()).expect("a manifest");
    let lookup = |object: &str, field: &str, condition: &str| Lookup {
        object: object.into(),
        fields: vec![field.into()],
        conditions: vec![Condition::is(condition, Scalar::text("x"))],
    };
    assert_eq!(
        manifest.declares_lookup(&lookup("user", "profile.name", "Id")),
        Ok(())
    );
    let refused = |lookup: Lookup| {
        manifest
            .declares_lookup(&lookup)
            .expect_err("refused")
            .to_string()
    };
    assert_eq!(
        refused(lookup("Profile", "Name", "Id")),
        "reads `Profile`, which its manifest does not declare"
    );
    assert_eq!(
        refused(lookup("User", "Username", "Email")),
        "reads `Email` of `User`, which its manifest does not declare"
    );
}
