//! The plan shows everything that is sent, and everything that its undo will send.

use expect_test::expect;
use serde_json::json;

use super::{ADMIN, Evil, change, changes, update};

/// A change that cannot be undone.
fn final_change(address: &str, summary: &str, operation: &serde_json::Value) -> serde_json::Value {
    let mut change = change(address, summary, operation);
    change["undo"] = json!({ "impossible": "it is done; Plan: nothing to change" });
    change
}

#[test]
fn the_body_and_the_query_of_a_request() {
    let request = json!({ "request": {
        "method": "post",
        "path": {
            "segments": [{ "text": "sobjects" }, { "text": "User" }, { "text": ADMIN }],
            "query": [{ "name": "note", "value": { "text": "a, b" } }],
        },
        "body": r#"{"Email": "evil@evil.example", "IsActive": true, "tags": [], "nested": [{"a.b": null, "ProfileId": "00eJca00000000DIAQ"}]}"#,
        "repetition": "never",
    } });
    let evil = Evil::new(
        &json!({ "requests": ["POST sobjects/User/*"] }),
        &changes(&[final_change("publish", "Publish the site", &request)]),
    );
    expect![[r#"
        evil  evil 1.0.0, from the file `./evil.wasm`
          ~ "Publish the site"
              POST sobjects/User/005Jca000000001IAA
                ?note: "a, b"
                nested[0].ProfileId: 00eJca00000000DIAQ
                Email: evil@evil.example
                IsActive: true
                nested[0]."a.b": nothing
                tags: []
              RAISES PRIVILEGES: ProfileId
              cannot be undone: "it is done; Plan: nothing to change"

        Plan: 0 to create, 1 to change, 0 to delete; 1 request to send.
    "#]]
    .assert_eq(&evil.plan());
    let json = evil.run("plan r.toml --org practice --json").json();
    let operation = &json["steps"][0]["changes"][0]["operation"];
    assert_eq!(operation["query"]["note"], "a, b", "{operation}");
}

#[test]
fn a_long_body_is_folded_with_what_raises_privileges_before_it() {
    let mut body = serde_json::Map::new();
    for number in 0..60 {
        body.insert(format!("Field{number:02}__c"), json!(number));
    }
    body.insert(
        "ZProfile".to_owned(),
        json!({ "ProfileId": "00eJca00000000DIAQ" }),
    );
    let request = json!({ "request": {
        "method": "post",
        "path": { "segments": [{ "text": "connect" }, { "text": "x" }] },
        "body": json!(body).to_string(),
        "repetition": "never",
    } });
    let evil = Evil::new(
        &json!({ "requests": ["POST connect/x"] }),
        &changes(&[final_change("x", "Say hello", &request)]),
    );
    let plan = evil.plan();
    assert!(
        plan.contains("POST connect/x\n        ZProfile.ProfileId: 00eJca"),
        "{plan}"
    );
    assert!(
        plan.contains("… 21 values more (`--full` shows all)"),
        "{plan}"
    );
    assert!(plan.contains("RAISES PRIVILEGES: ProfileId"), "{plan}");
    let full = evil.run("plan r.toml --org practice --full").out;
    assert!(full.contains("Field59__c: 59"), "{full}");
}

#[test]
fn the_former_values_the_key_and_the_options() {
    let create = json!({ "create": {
        "object": "Contact",
        "fields": [{ "name": "LastName", "value": { "text": "Doe" } }],
        "key": { "conditions": [
            { "field": "LastName", "any-of": [{ "text": "Doe" }] },
            { "field": "Email", "any-of": [{ "text": "no@nobody.example" }, { "text": "x" }] },
        ] },
        "options": [{ "name": "allow-duplicates", "value": { "truth": true } }],
    } });
    let fields = json!({ "Email": { "text": "evil@evil.example" }, "IsActive": { "truth": true } });
    let evil = Evil::with(
        &json!({
            "reads": { "records": { "Contact": ["LastName", "Email"] } },
            "writes": { "create": { "Contact": ["LastName"] }, "update": { "User": ["Email", "IsActive"] } },
        }),
        &changes(&[
            change("contact", "Make a contact", &create),
            change("mail", "Correct the address", &update(ADMIN, &fields)),
        ]),
    );
    expect![[r#"
        evil  evil 1.0.0, from the file `./evil.wasm`
          + "Make a contact"
              create Contact { LastName: Doe }, also where a duplicate rule warns
                not created when there is one already with LastName = Doe, Email = no@nobody.example or x
              undo: deleted
          ~ "Correct the address"
              update User 005Jca000000001IAA { Email: admin@practice.usher.example -> evil@evil.example, IsActive: true }
              undo: as it was before

        Plan: 1 to create, 1 to change, 0 to delete; 2 requests to send.
    "#]].assert_eq(&evil.plan());
    let json = evil.run("plan r.toml --org practice --json").json();
    let operation = &json["steps"][0]["changes"][0]["operation"];
    assert_eq!(
        operation["key"][1]["any_of"][0], "no@nobody.example",
        "{operation}"
    );
}

#[test]
fn what_undoing_sends_and_waits_for() {
    let undo = |way: serde_json::Value| {
        json!({ "possible": {
            "way": { "instead": way },
            "stays": "the rest stays; destroys nothing",
            "waits": [{
                "summary": "the job ends",
                "look": { "object": "User" },
                "until": "present",
                "every-ms": 1000,
                "at-most-ms": 1_800_000,
            }],
            "only-if": [{
                "look": { "records": { "object": "User", "conditions": [{ "field": "Title", "any-of": [{ "text": "a, b" }] }] } },
                "finding": "absent",
            }],
        } })
    };
    let deploy = json!({ "deploy": { "components": [{
        "name": { "kind": "Profile", "full-name": { "text": "Admin" } },
        "content": r#"{"userPermissions": [{"name": ["ModifyAllData"], "enabled": ["true"]}]}"#,
    }] } });
    let request = json!({ "request": {
        "method": "post",
        "path": { "segments": [{ "text": "connect" }, { "text": "x" }] },
        "body": r#"{"a": 1}"#,
        "repetition": "never",
    } });
    let with_undo = |address: &str, way| {
        let fields = json!({ "Title": { "text": address } });
        let mut change = change(
            address,
            "Give a title",
            &update("005Jca000000005IAA", &fields),
        );
        change["undo"] = undo(way);
        change
    };
    let evil = Evil::with(
        &json!({
            "reads": { "records": { "User": ["Title"] }, "describes": ["User"] },
            "writes": {
                "update": { "User": ["Title"] }, "deploy": ["Profile"],
                "requests": ["POST connect/x"],
            },
        }),
        &changes(&[with_undo("deploys", deploy), with_undo("requests", request)]),
    );
    expect![[r#"
        evil  evil 1.0.0, from the file `./evil.wasm`
          ~ "Give a title"
              update User 005Jca000000005IAA { Title: nothing -> deploys }
              undo: deploy Profile `Admin`; "the rest stays; destroys nothing"
                deploy Profile `Admin`
                    user permissions on: ModifyAllData
                RAISES PRIVILEGES: ModifyAllData
                only if no `User` is there with `Title` = "a, b"
                may wait up to 30 min: "the job ends"
          ~ "Give a title"
              update User 005Jca000000005IAA { Title: nothing -> requests }
              undo: POST connect/x; "the rest stays; destroys nothing"
                a: 1
                only if no `User` is there with `Title` = "a, b"
                may wait up to 30 min: "the job ends"

        Plan: 0 to create, 2 to change, 0 to delete; 2 requests to send.
    "#]]
    .assert_eq(&evil.plan());
}

#[test]
fn a_long_wait() {
    let mut waits = change("wait", "Look once more", &json!("wait-only"));
    waits["waits"] = json!([{
        "summary": "nothing is in the way",
        "look": { "records": { "object": "User", "conditions": [{ "field": "Title", "any-of": [{ "text": "a" }] }] } },
        "until": "present",
        "every-ms": 200,
        "at-most-ms": 3_600_000,
    }]);
    waits["undo"] = json!("nothing");
    let evil = Evil::with(
        &json!({ "reads": { "records": { "User": ["Title"] } }, "writes": { "update": { "User": ["Title"] } } }),
        &changes(&[waits]),
    );
    expect![[r#"
        evil  evil 1.0.0, from the file `./evil.wasm`
          . "Look once more"
              wait
              may wait up to 60 min: "nothing is in the way"
              nothing to undo

        Plan: 0 to create, 0 to change, 0 to delete; 0 requests to send.
    "#]]
    .assert_eq(&evil.plan());
}
