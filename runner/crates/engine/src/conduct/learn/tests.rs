//! Fields of records that an earlier step brings, against a scripted org.

use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use serde_json::json;
use usher_core::change::{Binding, Certainty, Source, TakeBack, Undo, WayBack};
use usher_core::operation::{Condition, Lookup, Probe};
use usher_core::plan::PlannedStep;
use usher_core::run::{ChangeKey, End, Event, How, Outcome, taken_back};
use usher_core::value::{Reference, Scalar, Token, Unit};

use crate::conduct::scripted::{
    Done, Reply, appears, beginning, create, effect, resume, rows, run, saved, step,
};

fn given(token: &str) -> Scalar {
    Scalar::Reference(Reference::Given(Token::of_text(token)))
}

fn account() -> PlannedStep {
    let change = create("acme", "Account", &[("Name", Scalar::text("Acme"))]);
    step("account", vec![change], Vec::new())
}

fn contact(fields: &[(&str, Scalar)]) -> PlannedStep {
    let mut change = create("c", "Contact", fields);
    change.undo = Undo::Possible(TakeBack {
        way: WayBack::Restore,
        waits: Vec::new(),
        only_if: Vec::new(),
        stays: None,
        destroys: None,
    });
    step("contact", vec![change], Vec::new())
}

fn owned() -> PlannedStep {
    contact(&[
        ("AccountId", given("account:acme.id")),
        ("OwnerId", given("account:acme.OwnerId")),
        ("Phone", given("account:acme.Phone")),
    ])
}

fn owner() -> Reply {
    rows(json!([{"Id": "001A", "OwnerId": "005A", "Phone": null}]))
}

fn check(done: &Done, end: End, expected: &Expect) {
    expected.assert_eq(&format!("{}{}", done.asked, done.events));
    assert_eq!(done.state.end(), end);
}

#[tokio::test]
async fn fields_are_read_together_right_before_the_step_that_refers_to_them() {
    let replies = vec![saved(&["001A"]), owner(), saved(&["003A"])];
    let done = run(vec![account(), owned()], replies).await;
    check(
        &done,
        End::Done,
        &expect![[r#"
            GET query?q=SELECT Id, Name, CreatedById, CreatedDate FROM Account WHERE Name = 'acme' ORDER BY Id
            POST composite/sobjects [{"Name":"Acme","attributes":{"type":"Account"}}]
            GET query?q=SELECT Id, OwnerId, Phone FROM Account WHERE Id = '001A' ORDER BY Id
            GET query?q=SELECT Id, AccountId, OwnerId, Phone, CreatedById, CreatedDate FROM Contact WHERE Name = 'c' ORDER BY Id
            POST composite/sobjects [{"AccountId":"001A","OwnerId":"005A","Phone":null,"attributes":{"type":"Contact"}}]
            {"intent":{"request":1,"changes":[{"step":"account","address":"acme"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"account","address":"acme"},"outcome":{"done":{"how":"sent","values":{"id":"001A"}}}}}
            {"learned":{"step":"account","address":"acme","values":{"OwnerId":"005A","Phone":null}}}
            {"intent":{"request":2,"changes":[{"step":"contact","address":"c"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"contact","address":"c"},"outcome":{"done":{"how":"sent","values":{"id":"003A"}}}}}
            {"finished":{"end":"done"}}
        "#]],
    );
    // The undo compares with the value that was read.
    let back = taken_back(&done.state, &BTreeSet::new());
    assert_eq!(
        json!(back[0].before),
        json!({"c": {"AccountId": "001A", "OwnerId": "005A", "Phone": null}})
    );
}

#[tokio::test]
async fn a_run_that_ended_before_the_read_or_after_it_goes_on() {
    let mut events = beginning(vec![account(), owned()]);
    let acme = ChangeKey::new(&Unit::step("account"), "acme");
    events.push(Event::Intent {
        request: 1,
        changes: vec![acme.clone()],
        before: Default::default(),
        before_of: Vec::new(),
        at_ms: 0,
        ahead_ms: None,
    });
    events.push(Event::Settled {
        change: acme.clone(),
        outcome: Outcome::Done {
            how: How::Sent,
            values: [("id".to_owned(), json!("001A"))].into(),
        },
    });
    let done = resume(&events, vec![owner(), saved(&["003A"])]).await;
    check(
        &done,
        End::Done,
        &expect![[r#"
            GET query?q=SELECT Id, OwnerId, Phone FROM Account WHERE Id = '001A' ORDER BY Id
            GET query?q=SELECT Id, AccountId, OwnerId, Phone, CreatedById, CreatedDate FROM Contact WHERE Name = 'c' ORDER BY Id
            POST composite/sobjects [{"AccountId":"001A","OwnerId":"005A","Phone":null,"attributes":{"type":"Contact"}}]
            {"learned":{"step":"account","address":"acme","values":{"OwnerId":"005A","Phone":null}}}
            {"intent":{"request":2,"changes":[{"step":"contact","address":"c"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"contact","address":"c"},"outcome":{"done":{"how":"sent","values":{"id":"003A"}}}}}
            {"finished":{"end":"done"}}
        "#]],
    );
    let known = [("OwnerId", json!("005A")), ("Phone", json!(null))];
    events.push(Event::Learned {
        key: acme,
        values: known.map(|(name, value)| (name.to_owned(), value)).into(),
    });
    let done = resume(&events, vec![saved(&["003A"])]).await;
    check(
        &done,
        End::Done,
        &expect![[r#"
            GET query?q=SELECT Id, AccountId, OwnerId, Phone, CreatedById, CreatedDate FROM Contact WHERE Name = 'c' ORDER BY Id
            POST composite/sobjects [{"AccountId":"001A","OwnerId":"005A","Phone":null,"attributes":{"type":"Contact"}}]
            {"intent":{"request":2,"changes":[{"step":"contact","address":"c"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"contact","address":"c"},"outcome":{"done":{"how":"sent","values":{"id":"003A"}}}}}
            {"finished":{"end":"done"}}
        "#]],
    );
}

/// A result that is called like a field keeps its own value.
#[tokio::test]
async fn a_result_is_not_read_as_a_field() {
    let mut first = account();
    first.plan.changes[0].results.push(Binding {
        name: "OwnerId".into(),
        source: Source::Found {
            look: Probe::Records(Lookup {
                object: "Queue".into(),
                fields: vec!["Owner".into()],
                conditions: vec![Condition::is("Name", Scalar::text("Q"))],
            }),
            at: "/Owner".into(),
        },
        secret: false,
    });
    let replies = vec![
        saved(&["001A"]),
        rows(json!([{"Id": "1", "Owner": "005Q"}])),
        rows(json!([{"Id": "001A", "Phone": "1"}])),
        saved(&["003A"]),
    ];
    let done = run(vec![first, owned()], replies).await;
    check(
        &done,
        End::Done,
        &expect![[r#"
            GET query?q=SELECT Id, Name, CreatedById, CreatedDate FROM Account WHERE Name = 'acme' ORDER BY Id
            POST composite/sobjects [{"Name":"Acme","attributes":{"type":"Account"}}]
            GET query?q=SELECT Id, Owner FROM Queue WHERE Name = 'Q' ORDER BY Id
            GET query?q=SELECT Id, Phone FROM Account WHERE Id = '001A' ORDER BY Id
            GET query?q=SELECT Id, AccountId, OwnerId, Phone, CreatedById, CreatedDate FROM Contact WHERE Name = 'c' ORDER BY Id
            POST composite/sobjects [{"AccountId":"001A","OwnerId":"005Q","Phone":"1","attributes":{"type":"Contact"}}]
            {"intent":{"request":1,"changes":[{"step":"account","address":"acme"}],"before":{},"at_ms":0}}
            {"answered":{"change":{"step":"account","address":"acme"},"values":{"id":"001A"},"how":"sent"}}
            {"settled":{"change":{"step":"account","address":"acme"},"outcome":{"done":{"how":"sent","values":{"OwnerId":"005Q","id":"001A"}}}}}
            {"learned":{"step":"account","address":"acme","values":{"Phone":"1"}}}
            {"intent":{"request":2,"changes":[{"step":"contact","address":"c"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"contact","address":"c"},"outcome":{"done":{"how":"sent","values":{"id":"003A"}}}}}
            {"finished":{"end":"done"}}
        "#]],
    );
}

/// The id of an announced record is looked for when only a field of it is needed.
#[tokio::test]
async fn a_field_of_an_announced_record_is_read_by_its_id() {
    let mut first = account();
    let role = appears("UserRole", "R", &[]);
    let announced = effect("role", "acme", Certainty::Certain, role);
    first.plan.effects.push(announced);
    let second = contact(&[("Title", given("account:role.RollupDescription"))]);
    let replies = vec![
        saved(&["001A"]),
        rows(json!([{"Id": "00E1", "Name": "R"}])),
        rows(json!([{"Id": "00E1", "RollupDescription": "boss"}])),
        saved(&["003A"]),
        rows(json!([{"Id": "00E1"}])),
    ];
    let done = run(vec![first, second], replies).await;
    check(
        &done,
        End::Done,
        &expect![[r#"
            GET query?q=SELECT Id, Name, CreatedById, CreatedDate FROM Account WHERE Name = 'acme' ORDER BY Id
            POST composite/sobjects [{"Name":"Acme","attributes":{"type":"Account"}}]
            GET query?q=SELECT Id FROM UserRole WHERE Name = 'R' ORDER BY Id
            GET query?q=SELECT Id, RollupDescription FROM UserRole WHERE Id = '00E1' ORDER BY Id
            GET query?q=SELECT Id, Title, CreatedById, CreatedDate FROM Contact WHERE Name = 'c' ORDER BY Id
            POST composite/sobjects [{"Title":"boss","attributes":{"type":"Contact"}}]
            GET query?q=SELECT Id FROM UserRole WHERE Id = '00E1' ORDER BY Id
            {"intent":{"request":1,"changes":[{"step":"account","address":"acme"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"account","address":"acme"},"outcome":{"done":{"how":"sent","values":{"id":"001A"}}}}}
            {"appeared":{"step":"account","address":"role","id":"00E1"}}
            {"learned":{"step":"account","address":"role","values":{"RollupDescription":"boss"}}}
            {"intent":{"request":2,"changes":[{"step":"contact","address":"c"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"contact","address":"c"},"outcome":{"done":{"how":"sent","values":{"id":"003A"}}}}}
            {"verified":{"step":"account","address":"role","verdict":"held"}}
            {"finished":{"end":"done"}}
        "#]],
    );
}

#[tokio::test]
async fn what_the_org_refuses_to_show_stays_unknown() {
    let refused = Reply::Json(
        400,
        json!([{"errorCode": "INVALID_FIELD", "message": "no"}]),
    );
    let done = run(vec![account(), owned()], vec![saved(&["001A"]), refused]).await;
    check(
        &done,
        End::Failed,
        &expect![[r#"
            GET query?q=SELECT Id, Name, CreatedById, CreatedDate FROM Account WHERE Name = 'acme' ORDER BY Id
            POST composite/sobjects [{"Name":"Acme","attributes":{"type":"Account"}}]
            GET query?q=SELECT Id, OwnerId, Phone FROM Account WHERE Id = '001A' ORDER BY Id
            {"intent":{"request":1,"changes":[{"step":"account","address":"acme"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"account","address":"acme"},"outcome":{"done":{"how":"sent","values":{"id":"001A"}}}}}
            {"settled":{"change":{"step":"contact","address":"c"},"outcome":{"failed":{"code":"run/depends","message":"what it needs has failed"}}}}
            {"finished":{"end":"failed"}}
        "#]],
    );
}
