use std::collections::BTreeMap;

use expect_test::expect;
use serde_json::{Value, json};

use super::learnable;
use crate::plan::{Plan, PlannedStep, Requests, StepState};
use crate::run::{Approval, ChangeKey, Event, How, Origin, Outcome, RunState};
use usher_contract::change::{
    Binding, Certainty, Change, Consequence, Effect, Source, StepPlan, Undo,
};
use usher_contract::operation::{CreateRecord, Key, Operation};
use usher_contract::read::{Identity, OrgKind};
use usher_contract::value::{Scalar, Token, Unit};

/// One step that creates an account and announces a role.
fn plan() -> Plan {
    let account = Change {
        address: "account".into(),
        summary: String::new(),
        operation: Operation::from(CreateRecord {
            object: "Account".into(),
            fields: Vec::new(),
            key: Key {
                conditions: Vec::new(),
                enforced: true,
            },
            options: Vec::new(),
        }),
        after: Vec::new(),
        waits: Vec::new(),
        results: vec![Binding {
            name: "Rating".into(),
            source: Source::Reply("/rating".into()),
            secret: false,
        }],
        undo: Undo::Nothing,
    };
    let effect = |address: &str, certainty| Effect {
        address: address.into(),
        causes: vec!["account".into()],
        summary: String::new(),
        certainty,
        consequence: Consequence::Appears {
            object: "UserRole".into(),
            fields: Vec::new(),
            key: Vec::new(),
            id: Scalar::Nothing,
        },
        within_ms: 0,
        remains: None,
    };
    Plan {
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
        steps: vec![PlannedStep {
            id: "s".into(),
            item: None,
            plugin: None,
            state: StepState::Changes,
            input: serde_json::Map::new().into(),
            plan: StepPlan {
                changes: vec![account],
                effects: vec![
                    effect("role", Certainty::Certain),
                    effect("maybe", Certainty::Possible),
                ],
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
        }],
        requests: Requests::default(),
    }
}

fn key(address: &str) -> ChangeKey {
    ChangeKey::new(&Unit::step("s"), address)
}

fn learned(address: &str, values: Value) -> Event {
    Event::Learned {
        key: key(address),
        values: values
            .as_object()
            .expect("an object")
            .clone()
            .into_iter()
            .collect(),
    }
}

/// A run whose account exists.
fn events() -> Vec<Event> {
    vec![
        Event::Planned {
            plan: plan().into(),
            recipe: String::new(),
            origin: Origin::default(),
        },
        Event::Approved { by: Approval::Flag },
        Event::Intent {
            request: 1,
            changes: vec![key("account")],
            before: BTreeMap::new(),
            before_of: Vec::new(),
            at_ms: 0,
            ahead_ms: None,
        },
        Event::Settled {
            change: key("account"),
            outcome: Outcome::Done {
                how: How::Sent,
                values: BTreeMap::from([
                    ("id".to_owned(), json!("001A")),
                    ("Rating".to_owned(), json!("of the result")),
                ]),
            },
        },
    ]
}

fn fields(state: &RunState) -> String {
    let tokens: Vec<Token> = [
        "s:account.id",
        "s:account.OwnerId",
        "s:account.Rating",
        "s:account.ownerid",
        "s:role.Name",
        "s:maybe.Name",
        "s:nothing.Name",
        "other:account.Name",
        "s:plan",
    ]
    .map(Token::of_text)
    .to_vec();
    let lines = learnable(state, &tokens).into_iter().map(|one| {
        format!(
            "{} {} {} {:?}\n",
            one.key.address,
            one.object,
            one.id.to_json(),
            one.fields
        )
    });
    lines.collect()
}

#[test]
fn fields_are_learned_of_records_that_are_there() {
    let mut state = RunState::default();
    for event in &events()[..3] {
        state.next(event).expect("possible");
    }
    assert_eq!(fields(&state), "");
    state.next(&events()[3]).expect("possible");
    expect![[r#"
        account Account "001A" {"OwnerId", "ownerid"}
    "#]]
    .assert_eq(&fields(&state));
    let appeared = Event::Appeared {
        key: key("role"),
        id: "00E1".into(),
    };
    state.next(&appeared).expect("possible");
    let owner = learned("account", json!({"OwnerId": "005A", "ownerid": "005A"}));
    state.next(&owner).expect("possible");
    expect![[r#"
        role UserRole "00E1" {"Name"}
    "#]]
    .assert_eq(&fields(&state));
    assert_eq!(
        state.bindings.get(&Token::of_text("s:account.OwnerId")),
        Some(&json!("005A"))
    );
}

#[test]
fn nothing_is_learned_twice_or_of_what_is_not_there() {
    let mut state = RunState::of(&events()).expect("possible");
    let refused = |state: &RunState, event: &Event| {
        let impossible = state.check(event).expect_err("impossible");
        impossible.to_string()
    };
    expect!["the effect `account` of step `s` had the event `learned` already"].assert_eq(
        &refused(&state, &learned("account", json!({"Rating": "other"}))),
    );
    expect!["no record that `role` of step `s` brings is known to be there"]
        .assert_eq(&refused(&state, &learned("role", json!({"Name": "x"}))));
    expect!["no record that `nothing` of step `s` brings is known to be there"]
        .assert_eq(&refused(&state, &learned("nothing", json!({"Name": "x"}))));
    let owner = learned("account", json!({"OwnerId": "005A"}));
    assert_eq!(owner.needs(), 3);
    let json = serde_json::to_string(&owner).expect("serialises");
    expect![[r#"{"learned":{"step":"s","address":"account","values":{"OwnerId":"005A"}}}"#]]
        .assert_eq(&json);
    assert_eq!(serde_json::from_str::<Event>(&json).expect("reads"), owner);
    state.next(&owner).expect("possible");
}
