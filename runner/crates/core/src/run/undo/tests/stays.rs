//! A change that stays protects what it refers to, whatever kind of change it is.

use expect_test::expect;
use serde_json::json;
use usher_contract::change::{Binding, Change, Source, Undo, WayBack};
use usher_contract::operation::{
    Lookup, Method, Operation, Probe, Repetition, ResourcePath, RestRequest,
};
use usher_contract::value::Scalar;

use super::{
    ACCOUNT, CONTACT, USER, back, change, check, create, deploys, done, id, json_object, key, run,
    sent, settled, step, update,
};
use crate::plan::PlannedStep;
use crate::run::{Event, How, Outcome};

const PROFILE: &str = "00eJca000000001IAA";

/// A step that clones a profile and binds the id of its record.
fn cloning() -> PlannedStep {
    let mut clone = deploys("profile", "Profile", "Acme", json!({"custom": ["true"]}));
    clone.results.push(Binding {
        name: "id".into(),
        source: Source::Found {
            look: Probe::Records(Lookup {
                object: "Profile".into(),
                fields: Vec::new(),
                conditions: Vec::new(),
            }),
            at: "Id".into(),
        },
        secret: false,
    });
    let mut cloning = step("clone", vec![clone]);
    let before = json_object(json!({"Profile/Acme": null}));
    cloning.before = [("profile".to_owned(), before)].into();
    cloning
}

fn given_to_user() -> Change {
    update(
        "user",
        Scalar::text(USER),
        &[("ProfileId", id("clone", "profile"))],
    )
}

fn cloned() -> Vec<Event> {
    vec![done("clone", "profile", Some(PROFILE))]
}

#[test]
fn a_profile_stays_with_the_user_that_cannot_be_set_back() {
    let mut give = given_to_user();
    give.undo = Undo::Impossible("it cannot".into());
    let steps = vec![cloning(), step("s", vec![give])];
    let mut events = cloned();
    events.push(done("s", "user", None));
    check(
        &run(steps, events),
        &[],
        expect![[r#"
        s
          undo/stays: stays: do user (it cannot)
        clone
          undo/stays: stays: do profile (what stays refers to it: do user)
    "#]],
    );
}

#[test]
fn a_profile_stays_when_the_user_turns_out_to_stay() {
    let steps = vec![cloning(), step("s", vec![given_to_user()])];
    let mut events = cloned();
    events.extend([
        sent(
            1,
            "s",
            "user",
            Some(json!({"ProfileId": "00eJca000000007IAA"})),
        ),
        done("s", "user", None),
    ]);
    let run = run(steps, events);
    check(
        &run,
        &[],
        expect![[r#"
        s
          user: {"update":{"object":"User","id":{"text":"005Jca000000001IAA"},"fields":[{"name":"ProfileId","value":{"text":"00eJca000000007IAA"}}],"options":[]}}
            if {"ProfileId":"00eJca000000001IAA"}
        clone
          profile: {"deploy":{"components":[],"removals":[{"kind":"Profile","full_name":{"text":"Acme"}}],"options":[]}}
            if {"Profile/Acme":{"custom":["true"]}}
            kept with s:user.id
    "#]],
    );
    // It was set back before.
    check(
        &run,
        &[key("s", "user")],
        expect![[r#"
        s
          undo/undone: undone before: 1 change
        clone
          profile: {"deploy":{"components":[],"removals":[{"kind":"Profile","full_name":{"text":"Acme"}}],"options":[]}}
            if {"Profile/Acme":{"custom":["true"]}}
    "#]],
    );
}

#[test]
fn a_profile_stays_with_a_set_that_names_it() {
    for (undo, outcome) in [
        (Undo::Nothing, None),
        (
            back(WayBack::Restore),
            Some(Outcome::Unsettled {
                reason: "why".into(),
                how: None,
            }),
        ),
        (
            back(WayBack::Restore),
            Some(Outcome::Done {
                how: How::FoundNotOurs,
                values: Default::default(),
            }),
        ),
    ] {
        let mut set = deploys(
            "set",
            "SharingSet",
            "Partners",
            json!({"profiles": ["Acme"]}),
        );
        set.undo = undo;
        let sharing = step("s", vec![set]);
        let mut events = cloned();
        events.push(match outcome {
            None => done("s", "set", None),
            Some(outcome) => settled("s", "set", outcome),
        });
        let back = super::taken_back(&run(vec![cloning(), sharing], events), &Default::default());
        let clone = back.last().expect("the profile is told");
        assert!(clone.plan.changes.is_empty(), "{clone:?}");
        assert_eq!(clone.plan.notes[0].code, "undo/stays", "{clone:?}");
    }
}

#[test]
fn a_record_stays_with_a_request_that_names_it() {
    let request = |address: &str, body: Scalar, path: Scalar, undo: Undo| {
        let operation = Operation::from(RestRequest {
            method: Method::Post,
            path: ResourcePath {
                segments: vec![Scalar::text("x"), path],
                query: Vec::new(),
            },
            body: Some(json!({"ids": [body.to_json()]}).to_string()),
            repetition: Repetition::Never,
        });
        change(address, operation, undo)
    };
    let records = step(
        "records",
        vec![
            create("account", "Account", &[]),
            create("contact", "Contact", &[]),
            create("user", "User", &[]),
        ],
    );
    let none = || Scalar::text("none");
    let requests = step(
        "s",
        vec![
            request("body", id("records", "account"), none(), Undo::Nothing),
            request("acted-on", none(), id("records", "contact"), Undo::Nothing),
            request(
                "member",
                none(),
                id("records", "user"),
                Undo::Impossible("no".into()),
            ),
        ],
    );
    let events = vec![
        done("records", "account", Some(ACCOUNT)),
        done("records", "contact", Some(CONTACT)),
        done("records", "user", Some(USER)),
        done("s", "body", None),
        done("s", "acted-on", None),
        done("s", "member", None),
    ];
    check(
        &run(vec![records, requests], events),
        &[],
        expect![[r#"
        s
          undo/stays: stays: do member (no)
          undo/nothing: nothing to undo: do acted-on
          undo/nothing: nothing to undo: do body
        records
          contact: {"delete":{"object":"Contact","id":{"text":"003Jca000000001IAA"}}}
            if {}
          undo/stays: stays: do user (what stays refers to it: do member)
          undo/stays: stays: do account (what stays refers to it: do body)
    "#]],
    );
}

/// Deleting an account would take its contacts along.
#[test]
fn what_a_kept_record_hangs_on_is_kept() {
    let records = step(
        "records",
        vec![
            create("account", "Account", &[]),
            create(
                "contact",
                "Contact",
                &[("AccountId", id("records", "account"))],
            ),
        ],
    );
    let events = vec![
        done("records", "account", Some(ACCOUNT)),
        done("records", "contact", Some(CONTACT)),
    ];
    check(
        &run(vec![records], events),
        &[],
        expect![[r#"
        records
          contact: {"delete":{"object":"Contact","id":{"text":"003Jca000000001IAA"}}}
            if {"AccountId":"001Jca000000001IAA"}
          account: {"delete":{"object":"Account","id":{"text":"001Jca000000001IAA"}}}
            if {}
            kept with records:contact.id
            after Change("contact")
    "#]],
    );
}

#[test]
fn the_order_of_the_list_protects_nothing() {
    let mut give = update(
        "user",
        Scalar::text(USER),
        &[("ProfileId", id("s", "profile"))],
    );
    give.undo = Undo::Impossible("it cannot".into());
    let cloning = cloning();
    let mut both = step("s", vec![give]);
    both.plan.changes.extend(cloning.plan.changes);
    both.before = cloning.before;
    check(
        &run(
            vec![both],
            vec![done("s", "profile", Some(PROFILE)), done("s", "user", None)],
        ),
        &[],
        expect![[r#"
            s
              undo/stays: stays: do user (it cannot)
              undo/stays: stays: do profile (what stays refers to it: do user)
        "#]],
    );
}

#[test]
fn what_undoes_a_part_protects_what_it_sets() {
    let mut give = update(
        "user",
        Scalar::text(USER),
        &[("Title", Scalar::text("Duke"))],
    );
    let instead = given_to_user().operation;
    give.undo = back(WayBack::Instead(Box::new(instead)));
    let mut events = cloned();
    events.push(done("s", "user", None));
    check(
        &run(vec![cloning(), step("s", vec![give])], events),
        &[],
        expect![[r#"
            s
              user: {"update":{"object":"User","id":{"text":"005Jca000000001IAA"},"fields":[{"name":"ProfileId","value":{"text":"00eJca000000001IAA"}}],"options":[]}}
            clone
              undo/stays: stays: do profile (what stays refers to it: do user)
        "#]],
    );
}
