//! Secrets are sent, and are in no event, whatever the org answers.

use expect_test::expect;
use serde_json::{Value, json};
use usher_core::change::{Binding, Change, Source};
use usher_core::operation::{
    Condition, Lookup, Method, Operation, Probe, Repetition, ResourcePath, RestRequest,
    UpdateRecord,
};
use usher_core::run::{Event, RunState};
use usher_core::value::{BindingName, Reference, Scalar, Token};

use crate::conduct::scripted::{
    Reply, beginning, change, create, fields, resume, resume_knowing, rows, saved, step,
};

const PASSWORD: &str = "s3cr&t";

fn password() -> (Token, Value) {
    (Token::Input("pw".into()), json!(PASSWORD))
}

fn given(token: &str) -> Scalar {
    Scalar::Reference(Reference::Given(Token::of_text(token)))
}

fn update(field: &str, value: Scalar) -> Change {
    let operation = Operation::from(UpdateRecord {
        object: "User".into(),
        id: Scalar::text("005Jca000000005IAA"),
        fields: fields(&[(field, value), ("Phone", Scalar::text("1"))]),
        options: Vec::new(),
    });
    change("a", operation)
}

#[tokio::test]
async fn what_the_org_repeats_is_hidden_and_what_a_secret_replaces_is_not_kept() {
    let events = beginning(vec![step(
        "s",
        vec![update("Title", given("inputs:pw"))],
        vec![],
    )]);
    let there = json!([{"Id": "005Jca000000005IAA", "Title": "former", "Phone": "0"}]);
    let refusal = json!([{
        "success": false,
        "errors": [{"statusCode": "BAD", "message": format!("Title: {PASSWORD} and s3cr%26t")}]
    }]);
    let replies = vec![rows(there), Reply::Json(200, refusal)];
    let done = resume_knowing(&[password()], &events, replies).await;
    expect![[r#"
        GET query?q=SELECT Id, Title, Phone FROM User WHERE Id = '005Jca000000005IAA' ORDER BY Id
        PATCH composite/sobjects [{"Id":"005Jca000000005IAA","Phone":"1","Title":"s3cr&t","attributes":{"type":"User"}}]
        {"intent":{"request":1,"changes":[{"step":"s","address":"a"}],"before":{"a":{"Phone":"0"}},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"failed":{"code":"BAD","message":"Title: *** and ***"}}}}
        {"finished":{"end":"failed"}}
    "#]].assert_eq(&format!("{}{}", done.asked, done.events));
}

/// A request whose answer, and whose probe, hold secrets, and a record that needs one of them.
fn with_results(need: &str) -> Vec<Event> {
    let request = Operation::from(RestRequest {
        method: Method::Post,
        path: ResourcePath {
            segments: vec![Scalar::text("connect"), Scalar::text("keys")],
            query: Vec::new(),
        },
        body: None,
        repetition: Repetition::Never,
    });
    let mut key = change("key", request);
    let look = Probe::Records(Lookup {
        object: "Key".into(),
        fields: vec!["Value".into()],
        conditions: vec![Condition::is("Name", Scalar::text("k"))],
    });
    let secret = |name: &str, source| Binding {
        name: name.into(),
        source,
        secret: true,
    };
    key.results = vec![
        secret("answered", Source::Reply("/key".into())),
        secret(
            "found",
            Source::Found {
                look,
                at: "Value".into(),
            },
        ),
    ];
    let bound = Scalar::Reference(Reference::Bound(Box::new(BindingName {
        address: "key".into(),
        name: need.into(),
    })));
    let user = create("user", "User", &[("Key__c", bound)]);
    beginning(vec![step("s", vec![key, user], vec![])])
}

#[tokio::test]
async fn results_that_are_secrets_are_used_and_never_written_down() {
    let replies = vec![
        Reply::Json(200, json!({"key": "answered-key"})),
        rows(json!([{"Id": "001", "Value": "found-key"}])),
        saved(&["005Jca000000005IAA"]),
    ];
    let done = resume(&with_results("found"), replies).await;
    assert!(
        done.asked.contains(r#""Key__c":"found-key""#),
        "{}",
        done.asked
    );
    assert!(!done.events.contains("-key"), "{}", done.events);
    expect![[r#"
        {"intent":{"request":1,"changes":[{"step":"s","address":"key"}],"before":{},"at_ms":0}}
        {"answered":{"change":{"step":"s","address":"key"},"values":{},"how":"sent"}}
        {"settled":{"change":{"step":"s","address":"key"},"outcome":{"done":{"how":"sent","values":{}}}}}
        {"intent":{"request":2,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"user"},"outcome":{"done":{"how":"sent","values":{"id":"005Jca000000005IAA"}}}}}
        {"finished":{"end":"done"}}
    "#]].assert_eq(&done.events);
}

/// The events of a run that ended when the request had been settled.
fn settled(need: &str, done: &str) -> Vec<Event> {
    let mut events = with_results(need);
    events.extend(
        done.lines()
            .take(3)
            .map(|line| serde_json::from_str(line).expect("an event")),
    );
    assert!(RunState::of(&events).is_ok());
    events.push(Event::Stopped {
        why: usher_core::run::Stop::Interrupted,
    });
    events.push(Event::Resumed);
    events
}

#[tokio::test]
async fn a_resumed_run_looks_again_for_a_secret_or_says_that_it_is_gone() {
    let replies = vec![
        Reply::Json(200, json!({"key": "answered-key"})),
        rows(json!([{"Id": "001", "Value": "found-key"}])),
        saved(&["005Jca000000005IAA"]),
    ];
    let done = resume(&with_results("found"), replies.clone()).await;
    let again = resume(
        &settled("found", &done.events),
        vec![replies[1].clone(), replies[2].clone()],
    )
    .await;
    assert!(
        again.asked.contains(r#""Key__c":"found-key""#),
        "{}",
        again.asked
    );
    assert!(!again.events.contains("-key"), "{}", again.events);

    let gone = resume(&settled("answered", &done.events), vec![]).await;
    assert!(
        gone.events
            .contains("it needs the secret `s:key.answered`, which is never written down"),
        "{}",
        gone.events
    );
}
