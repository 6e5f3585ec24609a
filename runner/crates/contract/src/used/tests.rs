use std::sync::Arc;

use expect_test::{Expect, expect};
use serde_json::json;

use crate::change::StepPlan;
use crate::gate::{Bounds, Gate};
use crate::grant::in_words;
use crate::manifest::Manifest;
use crate::operation::{Condition, Lookup, ResourcePath};
use crate::value::Scalar;

fn manifest() -> Manifest {
    let manifest = json!({
        "format": 1, "name": "test", "version": "0.1.0", "summary": "A test", "kind": "changing",
        "input": {"type": "object"}, "output": {"type": "object"},
        "reads": {
            "records": {"User": ["Name", "Title", "*__c"], "Account": ["Name"], "Group": []},
            "queries": {"Case": ["Subject"]},
            "describes": ["Contact"], "settings": ["Sharing"],
            "resources": ["connect/communities/*", "limits"]
        },
        "writes": {
            "create": {"Group": ["Name", "Type"]}, "update": {"User": ["Title"]}, "delete": ["Group"],
            "requests": ["POST connect/communities/*/members"]
        },
        "predicts": {"records": {"User": ["IsActive"]}}
    });
    Manifest::parse(manifest.to_string()).expect("a manifest")
}

fn gate() -> Gate {
    Gate::new(Arc::new(manifest()), Bounds::default()).noting()
}

fn lookup(object: &str, fields: &[&str]) -> Lookup {
    Lookup {
        object: object.to_owned(),
        fields: fields.iter().map(|&field| field.to_owned()).collect(),
        conditions: vec![Condition::is("Id", Scalar::text("x"))],
    }
}

#[track_caller]
fn words(used: &super::Used, expected: Expect) {
    expected.assert_eq(&(in_words(&used.grant()).join("\n") + "\n"));
}

#[test]
fn all_that_is_declared_is_unused_before_a_call() {
    let manifest = manifest();
    let unused = gate().take_used().expect("noted").unused_of(&manifest);
    assert_eq!(unused.reads, manifest.reads);
    assert_eq!(unused.writes, manifest.writes);
    assert_eq!(unused.predicts, manifest.predicts);
    assert!(!unused.is_empty());
}

#[test]
fn reads_and_a_plan_use_what_they_name() {
    let mut gate = gate();
    gate.lookup(Ok(lookup("user", &["name", "Shoe__c"])))
        .expect("declared");
    gate.lookup(Ok(lookup("Group", &[]))).expect("declared");
    gate.lookup(Ok(lookup("Invoice__c", &["Name"])))
        .expect_err("not declared");
    let path = ResourcePath {
        segments: ["connect", "communities", "0DBJca00000000fWAA"]
            .map(Scalar::text)
            .into(),
        query: vec![],
    };
    gate.resource(Ok(path)).expect("declared");
    let mut used = gate.take_used().expect("noted");
    let plan: StepPlan = serde_json::from_value(json!({
        "changes": [{
            "address": "a", "summary": "", "after": [], "waits": [], "results": [], "undo": "nothing",
            "operation": {"create": {
                "object": "Group", "options": [],
                "fields": [{"name": "Name", "value": {"text": "A"}}],
                "key": {"enforced": false, "conditions": [
                    {"field": "Name", "any_of": [{"text": "A"}]}, {"field": "DeveloperName", "any_of": [{"text": "A"}]}
                ]}
            }}
        }],
        "effects": [], "outputs": {}, "notes": []
    }))
    .expect("a plan");
    used.plan(&plan);
    words(
        &used,
        expect![[r#"
        create `Group` with `Name`
        read the resource `connect/communities/*`
        read `DeveloperName` of `Group`
        read `Shoe__c` and `name` of `user`
    "#]],
    );
    words(
        &used.unused_of(&manifest()),
        expect![[r#"
        delete `Group`
        send the request `POST connect/communities/*/members`
        update `Title` of `User`
        create `Group` with `Type`
        predict `IsActive` of `User`
        read the resource `limits`
        read `Subject` of `Case` in free SOQL
        read `Name` of `Account`
        read the object `Contact`
        read `Title` of `User`
        read the settings `Sharing`
    "#]],
    );
}

#[test]
fn a_gate_that_learns_lets_pass_what_is_not_declared() {
    let mut gate = gate().learning();
    gate.lookup(Ok(lookup("Invoice__c", &["Name"])))
        .expect("noted");
    gate.settings("Communities").expect("noted");
    gate.query("SELECT Id FROM Lead", Ok(vec![]))
        .expect("noted");
    assert_eq!(gate.denied(), []);
    words(
        &gate.take_used().expect("noted"),
        expect![[r#"
        read `Lead` in free SOQL
        read `Name` of `Invoice__c`
        read the settings `Communities`
    "#]],
    );
}

#[test]
fn the_parts_of_a_grant_are_the_grant() {
    let asked = crate::grant::Grant::asked_by(&manifest());
    let mut all = crate::grant::Grant::default();
    let parts = asked.parts();
    parts.iter().for_each(|part| all.extend(part));
    assert_eq!(all, asked);
}

#[test]
fn a_gate_notes_nothing_unless_asked() {
    let mut gate = Gate::new(Arc::new(manifest()), Bounds::default());
    gate.lookup(Ok(lookup("user", &["name"])))
        .expect("declared");
    assert_eq!(gate.take_used(), None);
}
