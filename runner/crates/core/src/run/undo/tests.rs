mod known;
mod license;
mod stays;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::taken_back;
use crate::plan::{Plan, PlannedStep, PluginStamp, Requests, StepState};
use crate::run::{Approval, ChangeKey, Event, How, Origin, Outcome, RunState};
use usher_contract::change::{Change, Prerequisite, StepPlan, TakeBack, Undo, WayBack};
use usher_contract::operation::{
    Component, ComponentName, CreateRecord, DeployComponents, Field, Key, Operation, UpdateRecord,
};
use usher_contract::read::{Identity, OrgKind, Record};
use usher_contract::value::{Reference, Scalar, Unit};

const USER: &str = "005Jca000000001IAA";
const CONTACT: &str = "003Jca000000001IAA";
const ACCOUNT: &str = "001Jca000000001IAA";

fn change(address: &str, operation: Operation, undo: Undo) -> Change {
    Change {
        address: address.into(),
        summary: format!("do {address}"),
        operation,
        after: Vec::new(),
        waits: Vec::new(),
        results: Vec::new(),
        undo,
    }
}

fn back(way: WayBack) -> Undo {
    Undo::Possible(TakeBack {
        way,
        waits: Vec::new(),
        only_if: Vec::new(),
        stays: None,
        destroys: None,
    })
}

fn fields(set: &[(&str, Scalar)]) -> Vec<Field> {
    set.iter()
        .map(|(name, value)| Field {
            name: (*name).into(),
            value: value.clone(),
        })
        .collect()
}

fn create(address: &str, object: &str, set: &[(&str, Scalar)]) -> Change {
    let operation = Operation::from(CreateRecord {
        object: object.into(),
        fields: fields(set),
        key: Key {
            conditions: Vec::new(),
            enforced: true,
        },
        options: Vec::new(),
    });
    change(address, operation, back(WayBack::Restore))
}

fn id(step: &str, address: &str) -> Scalar {
    Scalar::Reference(Reference::Given(Unit::step(step).binds(address, "id")))
}

fn step(id: &str, changes: Vec<Change>) -> PlannedStep {
    PlannedStep {
        id: id.into(),
        item: None,
        plugin: Some(PluginStamp {
            name: "p".into(),
            version: "1.0.0".into(),
            digest: String::new(),
            file: None,
        }),
        state: StepState::Changes,
        input: serde_json::Map::new().into(),
        plan: StepPlan {
            changes,
            outputs: json!({}).into(),
            ..StepPlan::default()
        },
        before: BTreeMap::new(),
        bound: None,
        only_if: BTreeMap::new(),
        relies_on: Vec::new(),
        kept_with: BTreeMap::new(),
        of_loop: None,
        reads: Default::default(),
        terms: crate::plan::Terms::default(),
    }
}

fn key(step: &str, address: &str) -> ChangeKey {
    ChangeKey::new(&Unit::step(step), address)
}

fn update(address: &str, id: Scalar, set: &[(&str, Scalar)]) -> Change {
    let operation = Operation::from(UpdateRecord {
        object: "User".into(),
        id,
        fields: fields(set),
        options: Vec::new(),
    });
    change(address, operation, back(WayBack::Restore))
}

fn deploys(address: &str, kind: &str, full_name: &str, content: Value) -> Change {
    let operation = Operation::from(DeployComponents {
        components: vec![Component {
            name: ComponentName {
                kind: kind.into(),
                full_name: Scalar::text(full_name),
            },
            content: content.to_string(),
        }],
        removals: Vec::new(),
        options: Vec::new(),
    });
    change(address, operation, back(WayBack::Restore))
}

fn json_object(json: Value) -> Record {
    json.as_object().cloned().expect("an object")
}

/// A change is sent; what was there before.
fn sent(request: u64, step: &str, address: &str, before: Option<Value>) -> Event {
    let before = before.map(|before| (address.to_owned(), json_object(before)));
    Event::Intent {
        request,
        changes: vec![key(step, address)],
        before: before.into_iter().collect(),
        before_of: Vec::new(),
        at_ms: 5,
        ahead_ms: None,
    }
}

fn settled(step: &str, address: &str, outcome: Outcome) -> Event {
    Event::Settled {
        change: key(step, address),
        outcome,
    }
}

fn failed(how: Option<How>) -> Outcome {
    Outcome::Failed {
        code: "run/wait-failed".into(),
        message: String::new(),
        how,
    }
}

fn done(step: &str, address: &str, id: Option<&str>) -> Event {
    let values = id.map(|id| ("id".to_owned(), Value::String(id.to_owned())));
    Event::Settled {
        change: key(step, address),
        outcome: Outcome::Done {
            how: How::Sent,
            values: values.into_iter().collect(),
        },
    }
}

fn run(steps: Vec<PlannedStep>, events: Vec<Event>) -> RunState {
    let plan = Plan {
        recipe: "r".into(),
        title: "R".into(),
        org: Identity {
            org_id: "00D".into(),
            org_kind: OrgKind::Practice,
            user_id: "005".into(),
            username: "me@org".into(),
            api_version: "66.0".into(),
        },
        now: "2026-11-22T10:00:00Z".into(),
        inputs: Default::default(),
        left_out: Vec::new(),
        steps,
        requests: Requests::default(),
    };
    let mut all = vec![
        Event::Planned {
            plan: plan.into(),
            recipe: String::new(),
            origin: Origin::default(),
        },
        Event::Approved { by: Approval::Flag },
    ];
    all.extend(events);
    RunState::of(&all).expect("possible")
}

fn check(run: &RunState, undone: &[ChangeKey], expected: Expect) {
    let undone: BTreeSet<ChangeKey> = undone.iter().cloned().collect();
    let mut text = String::new();
    for step in taken_back(run, &undone) {
        writeln!(text, "{}", step.id).expect("text");
        for change in &step.plan.changes {
            let operation = serde_json::to_string(&change.operation).expect("serialises");
            writeln!(text, "  {}: {operation}", change.address).expect("text");
            if let Some(before) = step.before.get(&change.address) {
                writeln!(text, "    if {}", Value::Object(before.clone())).expect("text");
            }
            for expected in step.only_if.get(&change.address).into_iter().flatten() {
                let expected = usher_contract::operation::in_words(expected);
                writeln!(text, "    only if {expected}").expect("text");
            }
            if let Some(tokens) = step.kept_with.get(&change.address) {
                let tokens: Vec<String> = tokens.iter().map(ToString::to_string).collect();
                writeln!(text, "    kept with {}", tokens.join(", ")).expect("text");
            }
            for prerequisite in &change.after {
                writeln!(text, "    after {prerequisite:?}").expect("text");
            }
        }
        for note in &step.plan.notes {
            writeln!(text, "  {}: {}", note.code, note.summary).expect("text");
        }
    }
    expected.assert_eq(&text);
}

/// An account, its contact, the user of the contact, and a set for the user.
fn user_of_a_new_account() -> RunState {
    let mut user = create(
        "user",
        "User",
        &[
            ("ContactId", id("records", "contact")),
            ("Title", Scalar::Nothing),
        ],
    );
    user.undo = Undo::Possible(TakeBack {
        way: WayBack::Instead(Box::new(Operation::from(UpdateRecord {
            object: "User".into(),
            id: id("user", "user"),
            fields: fields(&[("IsActive", Scalar::Truth(false))]),
            options: Vec::new(),
        }))),
        waits: Vec::new(),
        only_if: Vec::new(),
        stays: Some("the user stays, inactive".into()),
        destroys: None,
    });
    let records = step(
        "records",
        vec![
            create("account", "Account", &[("Name", Scalar::text("A"))]),
            create(
                "contact",
                "Contact",
                &[("AccountId", id("records", "account"))],
            ),
            create("note", "Note", &[("ParentId", id("records", "account"))]),
        ],
    );
    let set = create(
        "set",
        "PermissionSetAssignment",
        &[("AssigneeId", id("user", "user"))],
    );
    let steps = vec![records, step("user", vec![user]), step("set", vec![set])];
    let events = vec![
        done("records", "account", Some(ACCOUNT)),
        done("records", "contact", Some(CONTACT)),
        done("records", "note", Some("002Jca000000001IAA")),
        done("user", "user", Some(USER)),
        done("set", "set", Some("0PaJca000000001IAA")),
    ];
    run(steps, events)
}

#[test]
fn newest_first_and_what_a_record_that_stays_refers_to_stays() {
    let run = user_of_a_new_account();
    check(
        &run,
        &[],
        expect![[r#"
            set
              set: {"delete":{"object":"PermissionSetAssignment","id":{"text":"0PaJca000000001IAA"}}}
                if {"AssigneeId":"005Jca000000001IAA"}
            user
              user: {"update":{"object":"User","id":{"text":"005Jca000000001IAA"},"fields":[{"name":"IsActive","value":{"truth":false}}],"options":[]}}
              undo/in-part: only in part: do user (the user stays, inactive)
            records
              note: {"delete":{"object":"Note","id":{"text":"002Jca000000001IAA"}}}
                if {"ParentId":"001Jca000000001IAA"}
              undo/stays: stays: do contact (what stays refers to it: do user)
              undo/stays: stays: do account (what stays refers to it: do contact)
        "#]],
    );
}

#[test]
fn what_was_taken_back_is_not_taken_back_again_and_what_stays_still_keeps_what_it_refers_to() {
    let run = user_of_a_new_account();
    let undone = [
        key("set", "set"),
        key("user", "user"),
        key("records", "note"),
    ];
    check(
        &run,
        &undone,
        expect![[r#"
            set
              undo/undone: undone before: 1 change
            user
              undo/undone: undone before: 1 change
            records
              undo/stays: stays: do contact (what stays refers to it: do user)
              undo/stays: stays: do account (what stays refers to it: do contact)
              undo/undone: undone before: 1 change
        "#]],
    );
}

#[test]
fn former_values_come_back_and_only_ours() {
    let update = Operation::from(UpdateRecord {
        object: "User".into(),
        id: Scalar::text(USER),
        fields: fields(&[("UserRoleId", Scalar::text("00E"))]),
        options: Vec::new(),
    });
    let mut step = step(
        "s",
        vec![
            change("role", update.clone(), back(WayBack::Restore)),
            change("theirs", update.clone(), back(WayBack::Restore)),
            change("so", update.clone(), back(WayBack::Restore)),
            change("unknown", update.clone(), back(WayBack::Restore)),
            change("never", update, Undo::Impossible("it cannot".into())),
            create("last", "X", &[]),
        ],
    );
    step.plan.changes[5].after = vec![Prerequisite::Change("role".into())];
    let intent = Event::Intent {
        request: 1,
        changes: vec![key("s", "role")],
        before_of: Vec::new(),
        before: BTreeMap::from([(
            "role".to_owned(),
            json!({"Id": USER, "UserRoleId": null})
                .as_object()
                .expect("an object")
                .clone(),
        )]),
        at_ms: 5,
        ahead_ms: None,
    };
    let how = |address: &str, how: How| Event::Settled {
        change: key("s", address),
        outcome: Outcome::Done {
            how,
            values: BTreeMap::new(),
        },
    };
    let events = vec![
        intent,
        done("s", "role", None),
        how("theirs", How::FoundNotOurs),
        how("so", How::AsWanted),
        how("unknown", How::Sent),
        how("never", How::Sent),
        done("s", "last", Some("001Jca000000009IAA")),
    ];
    check(
        &run(vec![step], events),
        &[],
        expect![[r#"
            s
              last: {"delete":{"object":"X","id":{"text":"001Jca000000009IAA"}}}
                if {}
              role: {"update":{"object":"User","id":{"text":"005Jca000000001IAA"},"fields":[{"name":"UserRoleId","value":"nothing"}],"options":[]}}
                if {"UserRoleId":"00E"}
                after Change("last")
              undo/stays: stays: do never (it cannot)
              undo/stays: stays: do unknown (what was there before is not known)
              undo/as-wanted: nothing to undo: do so (it was so already)
              undo/not-ours: stays: do theirs (another user made it)
        "#]],
    );
}

#[test]
fn former_components_come_back_and_new_ones_go() {
    let component = |kind: &str, full_name: &str, content: Value| Component {
        name: ComponentName {
            kind: kind.into(),
            full_name: Scalar::text(full_name),
        },
        content: content.to_string(),
    };
    let permission = |name: &str, enabled: &str| json!({"name": [name], "enabled": [enabled]});
    let profile_id = json!({"$ref": "s:profile.id"});
    let deploys = |components| {
        Operation::from(DeployComponents {
            components,
            removals: Vec::new(),
            options: Vec::new(),
        })
    };
    let old = component(
        "Profile",
        "Old",
        json!({"userPermissions": [permission("ApiEnabled", "true")]}),
    );
    let new = component("SharingSet", "New", json!({"profiles": [profile_id]}));
    let changes = vec![
        change("profile", deploys(vec![old]), back(WayBack::Restore)),
        change("set", deploys(vec![new]), back(WayBack::Restore)),
    ];
    let mut step = step("s", changes);
    let before = |json: Value| json.as_object().cloned().expect("an object");
    step.before = BTreeMap::from([
        (
            "profile".to_owned(),
            before(json!({"Profile/Old": {"custom": ["true"]}})),
        ),
        ("set".to_owned(), before(json!({"SharingSet/New": null}))),
    ]);
    let events = vec![
        done("s", "profile", Some("00eJca000000001IAA")),
        done("s", "set", None),
    ];
    check(
        &run(vec![step], events),
        &[],
        expect![[r#"
        s
          set: {"deploy":{"components":[],"removals":[{"kind":"SharingSet","full_name":{"text":"New"}}],"options":[]}}
            if {"SharingSet/New":{"profiles":["00eJca000000001IAA"]}}
          profile: {"deploy":{"components":[{"name":{"kind":"Profile","full_name":{"text":"Old"}},"content":"{\"custom\":[\"true\"],\"userPermissions\":[{\"enabled\":[\"false\"],\"name\":[\"ApiEnabled\"]}]}"}],"removals":[],"options":[]}}
            if {"Profile/Old":{"userPermissions":[{"enabled":["true"],"name":["ApiEnabled"]}]}}
            after Change("set")
    "#]],
    );
}
