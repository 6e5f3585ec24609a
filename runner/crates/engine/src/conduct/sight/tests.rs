//! Usher sees what the org has before it sends anything: in one look, and without sending it again.

use expect_test::{Expect, expect};
use serde_json::{Value, json};
use usher_core::change::Change;
use usher_core::operation::{Condition, CreateRecord, Key, Lookup, Operation, UpdateRecord};
use usher_core::run::{Event, RunState};
use usher_core::value::Scalar;

use crate::conduct::scripted::{
    Done, Reply, beginning, change, create, fields, resume, rows, run, saved, step,
};

const REFUSED: &str = "INVALID_FIELD";

async fn check(changes: Vec<Change>, replies: Vec<Reply>, expected: Expect) {
    let done = run(vec![step("s", changes, Vec::new())], replies).await;
    told(&done, &expected);
}

fn told(done: &Done, expected: &Expect) {
    expected.assert_eq(&format!("{}{}", done.asked, done.events));
}

fn account(name: &str) -> Change {
    create(
        name,
        "Account",
        &[
            ("Name", Scalar::text(name)),
            ("Phone", Scalar::text("030 1")),
        ],
    )
}

/// A record whose key Salesforce does not enforce: two of them may exist.
fn loose(name: &str) -> Change {
    let key = Key {
        conditions: vec![Condition::is("Name", Scalar::text(name))],
        enforced: false,
    };
    let operation = CreateRecord {
        object: "Account".into(),
        fields: fields(&[("Name", Scalar::text(name))]),
        key,
        options: Vec::new(),
    };
    change(name, Operation::from(operation))
}

fn update(id: &str, phone: &str) -> Change {
    let operation = UpdateRecord {
        object: "Account".into(),
        id: Scalar::text(id),
        fields: fields(&[("Phone", Scalar::text(phone))]),
        options: Vec::new(),
    };
    change(id, Operation::from(operation))
}

fn row(id: &str, name: &str, phone: &str) -> Value {
    json!({"Id": id, "Name": name, "Phone": phone, "CreatedById": "005B",
           "CreatedDate": "2026-11-22T10:00:00.000+0000"})
}

fn refused(code: &str) -> Reply {
    Reply::Json(400, json!([{"errorCode": code, "message": "no"}]))
}

#[tokio::test]
async fn what_is_there_as_planned_is_not_sent() {
    let replies = vec![rows(json!([row("001A", "a", "030 1")]))];
    check(vec![account("a")], replies, expect![[r#"
        GET query?q=SELECT Id, Name, Phone, CreatedById, CreatedDate FROM Account WHERE Name = 'a' ORDER BY Id
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"done":{"how":"found-not-ours","values":{"id":"001A"}}}}}
        {"finished":{"end":"done"}}
    "#]]).await;
}

#[tokio::test]
async fn what_is_there_and_differs_stops_everything_behind_it() {
    let mut behind = create("c", "Contact", &[]);
    behind.after = vec![usher_core::change::Prerequisite::Change("a".into())];
    let replies = vec![rows(json!([row("001A", "a", "040 2")]))];
    check(vec![account("a"), behind], replies, expect![[r#"
        GET query?q=SELECT Id, Name, Phone, CreatedById, CreatedDate FROM Account WHERE Name = 'a' ORDER BY Id
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"differs":{"values":{"id":"001A"},"fields":[{"field":"Phone","there":"040 2","planned":"030 1"}]}}}}
        {"settled":{"change":{"step":"s","address":"c"},"outcome":{"failed":{"code":"run/depends","message":"what it needs has failed"}}}}
        {"finished":{"end":"in-doubt"}}
    "#]]).await;
}

#[tokio::test]
async fn several_in_its_place_are_for_a_person() {
    let replies = vec![rows(json!([
        row("001A", "a", "030 1"),
        row("001B", "a", "030 1")
    ]))];
    check(vec![account("a")], replies, expect![[r#"
        GET query?q=SELECT Id, Name, Phone, CreatedById, CreatedDate FROM Account WHERE Name = 'a' ORDER BY Id
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"unsettled":{"reason":"2 such `Account` are there"}}}}
        {"finished":{"end":"in-doubt"}}
    "#]]).await;
}

#[tokio::test]
async fn many_are_looked_for_at_once_and_only_the_rest_is_sent() {
    let replies = vec![
        rows(json!([row("001B", "b", "030 1")])),
        Reply::Json(
            200,
            json!([{"id": "001A", "success": true}, {"id": "001C", "success": true}]),
        ),
    ];
    let changes = vec![account("a"), account("b"), account("c")];
    check(changes, replies, expect![[r#"
        GET query?q=SELECT Id, Name, Phone, CreatedById, CreatedDate FROM Account WHERE Name IN ('a', 'b', 'c') ORDER BY Id
        POST composite/sobjects [{"Name":"a","Phone":"030 1","attributes":{"type":"Account"}},{"Name":"c","Phone":"030 1","attributes":{"type":"Account"}}]
        {"settled":{"change":{"step":"s","address":"b"},"outcome":{"done":{"how":"found-not-ours","values":{"id":"001B"}}}}}
        {"intent":{"request":1,"changes":[{"step":"s","address":"a"},{"step":"s","address":"c"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"done":{"how":"sent","values":{"id":"001A"}}}}}
        {"settled":{"change":{"step":"s","address":"c"},"outcome":{"done":{"how":"sent","values":{"id":"001C"}}}}}
        {"finished":{"end":"done"}}
    "#]]).await;
}

#[tokio::test]
async fn updates_are_looked_at_together() {
    let replies = vec![
        rows(json!([{"Id": "001A", "Phone": "1"}, {"Id": "001B", "Phone": "2"}])),
        saved(&["001A"]),
    ];
    let changes = vec![update("001A", "2"), update("001B", "2")];
    check(changes, replies, expect![[r#"
        GET query?q=SELECT Id, Phone FROM Account WHERE Id IN ('001A', '001B') ORDER BY Id
        PATCH composite/sobjects [{"Id":"001A","Phone":"2","attributes":{"type":"Account"}}]
        {"settled":{"change":{"step":"s","address":"001B"},"outcome":{"done":{"how":"as-wanted","values":{}}}}}
        {"intent":{"request":1,"changes":[{"step":"s","address":"001A"}],"before":{"001A":{"Phone":"1"}},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"001A"},"outcome":{"done":{"how":"sent","values":{"id":"001A"}}}}}
        {"finished":{"end":"done"}}
    "#]]).await;
}

#[tokio::test]
async fn an_object_that_names_no_author_is_looked_at_without() {
    let bare = json!([{"Id": "001A", "Name": "a", "Phone": "030 1"}]);
    let replies = vec![refused(REFUSED), rows(bare)];
    check(vec![account("a")], replies, expect![[r#"
        GET query?q=SELECT Id, Name, Phone, CreatedById, CreatedDate FROM Account WHERE Name = 'a' ORDER BY Id
        GET query?q=SELECT Id, Name, Phone, SystemModstamp FROM Account WHERE Name = 'a' ORDER BY Id
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"done":{"how":"found-not-ours","values":{"id":"001A"}}}}}
        {"finished":{"end":"done"}}
    "#]]).await;
}

#[tokio::test]
async fn a_field_that_cannot_be_read_is_for_a_person_when_such_a_record_is_there() {
    let replies = vec![
        refused(REFUSED),
        refused(REFUSED),
        refused(REFUSED),
        rows(json!([{"Id": "001A"}])),
    ];
    check(vec![account("a")], replies, expect![[r#"
        GET query?q=SELECT Id, Name, Phone, CreatedById, CreatedDate FROM Account WHERE Name = 'a' ORDER BY Id
        GET query?q=SELECT Id, Name, Phone, SystemModstamp FROM Account WHERE Name = 'a' ORDER BY Id
        GET query?q=SELECT Id, Name, Phone FROM Account WHERE Name = 'a' ORDER BY Id
        GET query?q=SELECT Id FROM Account WHERE Name = 'a' ORDER BY Id
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"unsettled":{"reason":"such a `Account` is there, and the org does not show its `Name`"}}}}
        {"finished":{"end":"in-doubt"}}
    "#]]).await;
}

/// A create that was sent and is known not to have acted; it comes late all the same.
fn sent_before() -> Vec<Event> {
    let mut events = beginning(vec![step("s", vec![loose("a")], Vec::new())]);
    let state = RunState::of(&events).expect("possible");
    let key = state.changes.keys().next().expect("a change").clone();
    events.extend([
        Event::Intent {
            request: 1,
            changes: vec![key.clone()],
            before: std::collections::BTreeMap::new(),
            before_of: Vec::new(),
            at_ms: 1_000,
            ahead_ms: None,
        },
        Event::NotActed {
            change: key,
            why: "no answer came".into(),
            doubted: true,
        },
        Event::Resumed,
    ]);
    events
}

#[tokio::test]
async fn what_comes_late_is_ours_and_not_sent_again() {
    let late = json!([{"Id": "001A", "Name": "a", "CreatedById": "005",
                       "CreatedDate": "1970-01-01T00:00:02.000+0000"}]);
    let done = resume(&sent_before(), vec![rows(late)]).await;
    told(
        &done,
        &expect![[r#"
        GET query?q=SELECT Id, Name, CreatedById, CreatedDate FROM Account WHERE Name = 'a' ORDER BY Id
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"done":{"how":"found","values":{"id":"001A"}}}}}
        {"finished":{"end":"done"}}
    "#]],
    );
}

#[tokio::test]
async fn what_the_org_made_of_our_values_is_ours_all_the_same() {
    let late = json!([{"Id": "001A", "Name": "A Ltd.", "CreatedById": "005",
                       "CreatedDate": "1970-01-01T00:00:02.000+0000"}]);
    let done = resume(&sent_before(), vec![rows(late)]).await;
    assert!(done.events.contains(r#""how":"found""#), "{}", done.events);
}

#[tokio::test]
async fn what_was_made_by_us_long_after_the_request_is_not_of_the_run() {
    let monday = json!([{"Id": "001A", "Name": "a", "CreatedById": "005",
                         "CreatedDate": "1970-01-04T08:00:00.000+0000"}]);
    let done = resume(&sent_before(), vec![rows(monday)]).await;
    let theirs = r#""how":"found-not-ours""#;
    assert!(done.events.contains(theirs), "{}", done.events);
}

#[tokio::test]
async fn an_update_that_comes_late_is_ours() {
    let mut events = beginning(vec![step("s", vec![update("001A", "2")], Vec::new())]);
    let key = RunState::of(&events).expect("possible").changes;
    let key = key.keys().next().expect("a change").clone();
    events.extend([
        Event::Intent {
            request: 1,
            changes: vec![key.clone()],
            before: std::collections::BTreeMap::new(),
            before_of: Vec::new(),
            at_ms: 1_000,
            ahead_ms: None,
        },
        Event::NotActed {
            change: key,
            why: "no answer came, and it is not there".into(),
            doubted: true,
        },
        Event::Resumed,
    ]);
    let there = rows(json!([{"Id": "001A", "Phone": "2"}]));
    let done = resume(&events, vec![there]).await;
    assert!(done.events.contains(r#""how":"found""#), "{}", done.events);
}

#[tokio::test]
async fn what_cannot_be_looked_at_is_not_sent() {
    let page = Reply::Page(200, "<html>Sign in to the hotel</html>");
    check(vec![account("a")], vec![page], expect![[r#"
        GET query?q=SELECT Id, Name, Phone, CreatedById, CreatedDate FROM Account WHERE Name = 'a' ORDER BY Id
        {"stopped":{"why":{"no-way":{"code":"org/foreign","why":"this is not an answer of Salesforce: 200 with `<html>Sign in to the hotel</html>`","remedy":"something between here and the org answers in its place: a proxy, a sign-in page of a network"}}}}
    "#]]).await;
}

/// Two sets for each of three users: one list of users for each set.
#[test]
fn lookups_that_share_a_list_stand_together() {
    let mut lookups = Vec::new();
    for user in ["a", "b", "c"] {
        for set in ["x", "y"] {
            lookups.push(Lookup {
                object: "PermissionSetAssignment".to_owned(),
                fields: Vec::new(),
                conditions: vec![
                    Condition::is("AssigneeId", Scalar::text(user)),
                    Condition::is("PermissionSetId", Scalar::text(set)),
                ],
            });
        }
    }
    super::alike_together(&mut lookups);
    let told = lookups.iter().map(|lookup| {
        let values = lookup.conditions.iter().flat_map(|one| &one.any_of);
        let values: Vec<String> = values.map(|value| value.to_json().to_string()).collect();
        values.join(" ")
    });
    let told: Vec<String> = told.collect();
    expect![[r#""a" "x", "b" "x", "c" "x", "a" "y", "b" "y", "c" "y""#]]
        .assert_eq(&told.join(", "));
}
