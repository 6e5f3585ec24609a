//! An undo compares with what the run last knew, not with what it first sent.

use expect_test::expect;
use serde_json::json;
use usher_contract::change::{
    Certainty, Change, Consequence, Effect, StepPlan, TakeBack, Undo, Wait, WayBack,
};
use usher_contract::operation::{
    Check, Condition, ConfigureSettings, Finding, Lookup, Operation, Probe,
};
use usher_contract::value::Scalar;

use super::{
    USER, back, change, check, create, done, fields, id, json_object, key, run, sent, settled,
    step, update,
};
use crate::run::{Event, How, Outcome, Verdict};

fn verified(step: &str, address: &str, verdict: Verdict) -> Event {
    Event::Verified {
        key: key(step, address),
        verdict,
    }
}

fn effect(address: &str, cause: &str, consequence: Consequence) -> Effect {
    Effect {
        address: address.into(),
        causes: vec![cause.into()],
        summary: address.into(),
        certainty: Certainty::Certain,
        consequence,
        within_ms: 0,
        remains: None,
    }
}

fn text(text: &str) -> Scalar {
    Scalar::text(text)
}

const GROUP: &str = "0DLJca000000001OAA";

/// A group that Salesforce adds to a site.
fn adding() -> Change {
    let mut adding = create(
        "group",
        "NetworkMemberGroup",
        &[
            ("ParentId", text("00eJca000000001IAA")),
            ("AssignmentStatus", text("WaitingForAdd")),
            ("Label", text("as sent")),
        ],
    );
    adding.waits.push(Wait {
        summary: "Salesforce adds it".into(),
        look: Probe::Records(Lookup {
            object: "networkmembergroup".into(),
            fields: vec!["AssignmentStatus".into()],
            conditions: vec![Condition::is("ParentId", text("00eJca000000001"))],
        }),
        until: Finding::Holds(vec![Check {
            at: "AssignmentStatus".into(),
            any_of: vec![text("Added")],
        }]),
        failed: Vec::new(),
        reason_at: None,
        every_ms: 1000,
        at_most_ms: 1000,
    });
    adding
}

#[test]
fn waits_effects_and_later_changes_count() {
    let mut later = update("label", id("s", "group"), &[("label", text("as changed"))]);
    later.undo = Undo::Nothing;
    let mut adding = step("s", vec![adding(), later]);
    let alters = |object: &str, value| Consequence::Alters {
        object: object.into(),
        id: id("s", "group"),
        fields: fields(&[("ParentId", text(value)), ("Number", text("7"))]),
    };
    adding.plan = StepPlan {
        effects: vec![
            effect(
                "seen",
                "group",
                alters("NetworkMemberGroup", "00eJca000000002IAA"),
            ),
            effect(
                "missed",
                "group",
                alters("NetworkMemberGroup", "00eJca000000003IAA"),
            ),
        ],
        ..adding.plan
    };
    let events = vec![
        done("s", "group", Some(GROUP)),
        done("s", "label", None),
        verified("s", "seen", Verdict::Held),
        verified("s", "missed", Verdict::Missing { why: String::new() }),
    ];
    check(
        &run(vec![adding], events),
        &[],
        expect![[r#"
        s
          group: {"delete":{"object":"NetworkMemberGroup","id":{"text":"0DLJca000000001OAA"}}}
            if {"AssignmentStatus":"Added","ParentId":"00eJca000000002IAA","label":"as changed"}
          undo/nothing: nothing to undo: do label
    "#]],
    );
}

#[test]
fn what_a_failed_wait_looks_at_is_not_compared() {
    let how = Some(How::Sent);
    let events = vec![
        sent(1, "s", "group", None),
        Event::Answered {
            change: key("s", "group"),
            values: [("id".to_owned(), json!(GROUP))].into(),
            how: How::Sent,
        },
        settled("s", "group", super::failed(how)),
    ];
    check(
        &run(vec![step("s", vec![adding()])], events),
        &[],
        expect![[r#"
            s
              group: {"delete":{"object":"NetworkMemberGroup","id":{"text":"0DLJca000000001OAA"}}}
                if {"Label":"as sent","ParentId":"00eJca000000001IAA"}
        "#]],
    );
}

#[test]
fn each_older_change_finds_what_the_newer_one_restores() {
    let titled =
        |address: &str, title: &str| update(address, text(USER), &[("Title", text(title))]);
    let mut third = titled("third", "c");
    third.undo = Undo::Impossible("it cannot".into());
    let steps = vec![
        step("s", vec![titled("first", "a")]),
        step(
            "t",
            vec![titled("second", "b"), third, titled("fourth", "d")],
        ),
    ];
    let events = vec![
        sent(1, "s", "first", Some(json!({"Title": null}))),
        done("s", "first", None),
        sent(2, "t", "second", Some(json!({"Title": "a"}))),
        done("t", "second", None),
        sent(3, "t", "third", Some(json!({"Title": "b"}))),
        done("t", "third", None),
        sent(4, "t", "fourth", Some(json!({"Title": "c"}))),
        done("t", "fourth", None),
    ];
    let run = run(steps, events);
    check(
        &run,
        &[],
        expect![[r#"
        t
          fourth: {"update":{"object":"User","id":{"text":"005Jca000000001IAA"},"fields":[{"name":"Title","value":{"text":"c"}}],"options":[]}}
            if {"Title":"d"}
          second: {"update":{"object":"User","id":{"text":"005Jca000000001IAA"},"fields":[{"name":"Title","value":{"text":"a"}}],"options":[]}}
            if {"Title":"c"}
          undo/stays: stays: do third (it cannot)
        s
          first: {"update":{"object":"User","id":{"text":"005Jca000000001IAA"},"fields":[{"name":"Title","value":"nothing"}],"options":[]}}
            if {"Title":"a"}
    "#]],
    );
    // A change that was undone before is not in the org any more.
    check(
        &run,
        &[key("t", "fourth"), key("t", "second")],
        expect![[r#"
            t
              undo/stays: stays: do third (it cannot)
              undo/undone: undone before: 2 changes
            s
              first: {"update":{"object":"User","id":{"text":"005Jca000000001IAA"},"fields":[{"name":"Title","value":"nothing"}],"options":[]}}
                if {"Title":"a"}
        "#]],
    );
}

#[test]
fn settings_and_components_are_compared_the_same_way() {
    let set = |address: &str, value: bool| {
        let operation = Operation::from(ConfigureSettings {
            settings: "Communities".into(),
            fields: fields(&[("enableNetworks", Scalar::Truth(value))]),
        });
        change(address, operation, back(WayBack::Restore))
    };
    let deploy = |address: &str, profiles: &[&str]| {
        super::deploys(
            address,
            "SharingSet",
            "Partners",
            json!({"profiles": profiles}),
        )
    };
    let mut nothing = deploy("more", &["A", "B", "C"]);
    nothing.undo = Undo::Nothing;
    let mut configured = step(
        "s",
        vec![set("on", true), deploy("set", &["A", "B"]), nothing],
    );
    let off = Consequence::Configures {
        settings: "Communities".into(),
        fields: fields(&[("enableNetworks", text("forced"))]),
    };
    configured.plan.effects = vec![effect("forced", "on", off)];
    configured.before = [
        (
            "on".to_owned(),
            json_object(json!({"enableNetworks": false})),
        ),
        (
            "set".to_owned(),
            json_object(json!({"SharingSet/Partners": {"profiles": ["A"]}})),
        ),
        (
            "more".to_owned(),
            json_object(json!({"SharingSet/Partners": {"profiles": ["A", "B"]}})),
        ),
    ]
    .into();
    let events = vec![
        done("s", "on", None),
        done("s", "set", None),
        done("s", "more", None),
        verified("s", "forced", Verdict::Held),
    ];
    check(
        &run(vec![configured], events),
        &[],
        expect![[r#"
        s
          set: {"deploy":{"components":[{"name":{"kind":"SharingSet","full_name":{"text":"Partners"}},"content":"{\"profiles\":[\"A\",\"C\"]}"}],"removals":[],"options":[]}}
            if {"SharingSet/Partners":{"profiles":["A","B","C"]}}
          on: {"configure":{"settings":"Communities","fields":[{"name":"enableNetworks","value":{"truth":false}}]}}
            if {"enableNetworks":"forced"}
          undo/nothing: nothing to undo: do more
    "#]],
    );
}

/// References in the body or the content that an `instead` sends are resolved.
#[test]
fn what_is_sent_instead_has_no_reference_left() {
    let token = json!({"$ref": "s:profile.id"});
    let mut profile = create("profile", "Profile", &[("Name", text("P"))]);
    profile.undo = Undo::Impossible("it cannot".into());
    let deploy = super::deploys(
        "set",
        "SharingSet",
        "Partners",
        json!({"profiles": [token]}),
    );
    let request = usher_contract::operation::RestRequest {
        method: usher_contract::operation::Method::Post,
        path: usher_contract::operation::ResourcePath {
            segments: vec![text("x"), id("s", "profile")],
            query: Vec::new(),
        },
        body: Some(json!({"profile": token}).to_string()),
        repetition: usher_contract::operation::Repetition::Safe,
    };
    let instead = |address: &str, operation: Operation| {
        let undo = Undo::Possible(TakeBack {
            way: WayBack::Instead(Box::new(operation)),
            waits: Vec::new(),
            only_if: Vec::new(),
            stays: None,
            destroys: None,
        });
        change(
            address,
            Operation::WaitOnly(usher_contract::operation::WaitOnly),
            undo,
        )
    };
    let changes = vec![
        profile,
        instead("deploys", deploy.operation),
        instead("requests", request.into()),
    ];
    let sent = |address: &str| {
        settled(
            "s",
            address,
            Outcome::Done {
                how: How::Sent,
                values: std::collections::BTreeMap::new(),
            },
        )
    };
    let events = vec![
        done("s", "profile", Some("00eJca000000001IAA")),
        sent("deploys"),
        sent("requests"),
    ];
    check(
        &run(vec![step("s", changes)], events),
        &[],
        expect![[r#"
        s
          requests: {"request":{"method":"POST","path":{"segments":[{"text":"x"},{"text":"00eJca000000001IAA"}],"query":[]},"body":"{\"profile\":\"00eJca000000001IAA\"}","repetition":"safe"}}
          deploys: {"deploy":{"components":[{"name":{"kind":"SharingSet","full_name":{"text":"Partners"}},"content":"{\"profiles\":[\"00eJca000000001IAA\"]}"}],"removals":[],"options":[]}}
          undo/stays: stays: do profile (it cannot)
    "#]],
    );
}
