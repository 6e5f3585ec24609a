use serde_json::{Value, json};

use super::{Manifest, ManifestError};
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
        "the manifest is not as it should be: `Give Things` is not a valid name of a plugin: lower-case letters, digits and \
         single hyphens, 64 at most (at `/name`)",
    );
    refused(
        |m| m["version"] = json!("one"),
        "the manifest is not as it should be: `one` is not a valid version: three numbers, as in 1.2.0 (at `/version`)",
    );
    refused(
        |m| m["input"] = json!({"type": "array"}),
        "the manifest is not as it should be: it must describe an object (`\"type\": \"object\"`) (at `/input`)",
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

#[test]
fn a_default_cannot_forge_a_reference() {
    for (property, at) in [
        (json!({"default": {"$ref": "inputs:pw"}}), "default"),
        (json!({"default": [{"x": {"$join": []}}]}), "default"),
        (json!({"const": {"$bound": ["a", "id"]}}), "const"),
        (json!({"enum": [{"$ref": "inputs:pw"}]}), "enum"),
        (json!({"examples": [{"$evil": 1}]}), "examples"),
    ] {
        refused(
            |json| json["input"]["properties"]["more"] = property,
            &format!(
                "the manifest is not as it should be: `/properties/more/{at}` holds a key that begins with `$`: \
                 only Usher hands in references, no default or example does (at `/input`)"
            ),
        );
    }
    // A property may have the name of a keyword, and its schema may use JSON Schema's own words.
    let mut json = manifest();
    json["input"]["$defs"] = json!({"text": {"type": "string"}});
    json["input"]["properties"]["default"] = json!({"$ref": "#/$defs/text"});
    assert!(Manifest::parse(json.to_string()).is_ok());
}

#[test]
fn everything_that_is_wrong_is_told_at_once_with_its_place() {
    let mut json = manifest();
    json["name"] = json!("give\u{1b}[2Jthings\u{202e}");
    json["version"] = json!("1.0");
    json["input"]["properties"]["a b"] = json!({"properties": {"\u{1b}": {}}});
    json["output"] = json!({"type": "array"});
    json["reads"] = json!({
        "records": {"User\n": ["A.B.C.D.E.F.G", "Name", "name"], "X": [], "x": []},
        "queries": {"User": ["Na me"]},
        "describes": ["\u{1b}[31mUser"], "settings": ["Com munities"], "components": [""],
        "resources": ["connect//x", "a/../b", "a b", "connect/*", "x/"]
    });
    json["writes"] = json!({
        "create": {"Thing__c": ["Parent.Name"]}, "update": {"1Thing": []}, "delete": ["User; DROP"],
        "configure": {"Communities": ["a-b"]}, "deploy": ["Pro/file"],
        "requests": ["GET connect/x", "post connect/x", "POST", "POST connect/x"]
    });
    json["predicts"] =
        json!({"records": {"User": ["A.B"]}, "settings": {"\u{7f}": []}, "objects": {"": []}});
    json["secrets"] =
        json!({"user": ["create Thing__c.User__c"], "other": ["POST connect/x", "POST connect/y"]});
    let error = Manifest::parse(json.to_string()).expect_err("refused");
    let ManifestError::Wrong(problems) = error else {
        panic!("{error}");
    };
    let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
    expect_test::expect![[r#"
        `give\u{1b}[2Jthings\u{202e}` is not a valid name of a plugin: lower-case letters, digits and single hyphens, 64 at most (at `/name`)
        `1.0` is not a valid version: three numbers, as in 1.2.0 (at `/version`)
        `User\n` is not a valid name of an object as the API has it (at `/reads/records/User\n`)
        `A.B.C.D.E.F.G` is not a valid name of a field, or of one of a parent (`Account.Owner.Name`, five parents at most) (at `/reads/records/User\n/0`)
        `name` is there twice (at `/reads/records/User\n/2`)
        `x` is there twice (at `/reads/records/x`)
        `Na me` is not a valid name of a field, or of one of a parent (`Account.Owner.Name`, five parents at most) (at `/reads/queries/User/0`)
        `\u{1b}[31mUser` is not a valid name of an object as the API has it (at `/reads/describes/0`)
        `Com munities` is not a valid name of settings as the API has it (at `/reads/settings/0`)
        `` is not a valid metadata type (at `/reads/components/0`)
        `connect//x` is not a valid resource: plain segments joined by `/`, `*` for one that may be anything (at `/reads/resources/0`)
        `a/../b` is not a valid resource: plain segments joined by `/`, `*` for one that may be anything (at `/reads/resources/1`)
        `a b` is not a valid resource: plain segments joined by `/`, `*` for one that may be anything (at `/reads/resources/2`)
        `x/` is not a valid resource: plain segments joined by `/`, `*` for one that may be anything (at `/reads/resources/4`)
        `Parent.Name` is not a valid name of a field as the API has it, or `*__c` for every custom field (at `/writes/create/Thing__c/0`)
        `1Thing` is not a valid name of an object as the API has it (at `/writes/update/1Thing`)
        `a-b` is not a valid name of a field as the API has it (at `/writes/configure/Communities/0`)
        `User; DROP` is not a valid name of an object as the API has it (at `/writes/delete/0`)
        `Pro/file` is not a valid metadata type (at `/writes/deploy/0`)
        `GET connect/x` is not a valid request: `POST`, `PUT`, `PATCH` or `DELETE`, a blank, and a resource of plain segments or `*` (at `/writes/requests/0`)
        `post connect/x` is not a valid request: `POST`, `PUT`, `PATCH` or `DELETE`, a blank, and a resource of plain segments or `*` (at `/writes/requests/1`)
        `POST` is not a valid request: `POST`, `PUT`, `PATCH` or `DELETE`, a blank, and a resource of plain segments or `*` (at `/writes/requests/2`)
        `POST connect/x` is there twice (at `/writes/requests/3`)
        `A.B` is not a valid name of a field as the API has it (at `/predicts/records/User/0`)
        `\u{7f}` is not a valid name of settings as the API has it (at `/predicts/settings/\u{7f}`)
        `` is not a valid name of an object as the API has it (at `/predicts/objects/`)
        `POST connect/y` is not a valid place that `writes` declares: `create Object.Field`, `update Object.Field`, or a request as it stands there (at `/secrets/other/1`)
        the input `user` takes no secret: its schema does not say `x-usher-secret` (at `/secrets/user`)
        `create Thing__c.User__c` is not a valid place that `writes` declares: `create Object.Field`, `update Object.Field`, or a request as it stands there (at `/secrets/user/0`)
        `a b` is not a valid name of a property: letters, digits, `_` and `-`, no digit first, 64 at most (at `/input/properties/a b`)
        `\u{1b}` is not a valid name of a property: letters, digits, `_` and `-`, no digit first, 64 at most (at `/input/properties/a b/properties/\u{1b}`)
        it must describe an object (`"type": "object"`) (at `/output`)"#]].assert_eq(&shown.join("\n"));
}

#[test]
fn a_plugin_does_without_reads_that_it_declares() {
    let mut json = manifest();
    json["reads"]["settings"] = json!(["Communities"]);
    json["does_without"] =
        json!({"settings": ["Communities"], "records": {"User": ["Profile.Name"]}});
    let manifest = Manifest::parse(json.to_string()).expect("a manifest");
    assert_eq!(manifest.does_without.settings, ["Communities"]);
    json["does_without"] = json!({
        "settings": ["Sharing"], "records": {"User": ["Email"], "Account": []},
        "queries": {"User": []}
    });
    let error = Manifest::parse(json.to_string()).expect_err("refused");
    let ManifestError::Wrong(problems) = error else {
        panic!("{error}");
    };
    let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
    expect_test::expect![[r#"
        `Sharing` is not a valid read that `reads` declares, written as it stands there (at `/does_without/settings/0`)
        `Account` is not a valid read that `reads` declares, written as it stands there (at `/does_without/records/Account`)
        `Email` is not a valid read that `reads` declares, written as it stands there (at `/does_without/records/User/0`)
        `User` is not a valid read that `reads` declares, written as it stands there (at `/does_without/queries/User`)"#]].assert_eq(&shown.join("\n"));
}

#[test]
fn every_slip_of_the_shape_has_its_place() {
    let mut json = manifest();
    json["kind"] = json!("checking");
    json["summary"] = json!(3);
    json["red"] = json!({});
    json["reads"] =
        json!({"records": ["User"], "queries": {"User": "Name"}, "settings": [1], "x\u{1b}": 1});
    json["writes"] = json!([]);
    json.as_object_mut().expect("an object").remove("output");
    let error = Manifest::parse(json.to_string()).expect_err("refused");
    let ManifestError::Wrong(problems) = error else {
        panic!("{error}");
    };
    let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
    expect_test::expect![[r#"
        this is not one of `changing` and `verifying` (at `/kind`)
        this is not a list of names: `["…", "…"]` (at `/reads/queries/User`)
        this is not an object of lists: `{"User": ["Name"]}` (at `/reads/records`)
        this is not a text (at `/reads/settings/0`)
        there is no key `x\u{1b}`, only `records`, `queries`, `describes`, `settings`, `components` and `resources` (at `/reads`)
        there is no key `red`, only `format`, `name`, `version`, `summary`, `kind`, `input`, `output`, `reads`, `does_without`, `writes`, `predicts` and `secrets` (at ``)
        this is not a text (at `/summary`)
        this is not an object (at `/writes`)
        `output` is missing (at `/output`)"#]].assert_eq(&shown.join("\n"));
    refused(
        |m| *m = json!([]),
        "the manifest is not as it should be: this is not an object (at ``)",
    );
}
