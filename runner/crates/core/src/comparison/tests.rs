//! Two plans of one recipe, and the contrasts that a person sees.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};

use super::{Contrast, compare, count};
use crate::plan::{Plan, PlannedStep, ProblemClass, Requests, StepState};
use usher_contract::change::{Change, Deferral, Note, NoteSeverity, StepPlan, Undo};
use usher_contract::operation::{
    Component, ComponentName, CreateRecord, DeployComponents, Field, Key, Operation, UpdateRecord,
};
use usher_contract::read::{Identity, OrgKind};
use usher_contract::value::{Reference, Scalar, Token, Unit};

fn field(name: &str, value: impl Into<Scalar>) -> Field {
    Field {
        name: name.into(),
        value: value.into(),
    }
}

struct Text(&'static str);

impl From<Text> for Scalar {
    fn from(text: Text) -> Self {
        Self::text(text.0)
    }
}

fn change(address: &str, operation: Operation) -> Change {
    Change {
        address: address.into(),
        summary: format!("Do `{address}`"),
        operation,
        after: Vec::new(),
        waits: Vec::new(),
        results: Vec::new(),
        undo: Undo::Nothing,
    }
}

fn create(address: &str, fields: Vec<Field>) -> Change {
    let operation = CreateRecord {
        object: "User".into(),
        fields,
        key: Key {
            conditions: Vec::new(),
            enforced: true,
        },
        options: Vec::new(),
    };
    change(address, operation.into())
}

fn update(address: &str, name: &str, value: impl Into<Scalar>) -> Change {
    let operation = UpdateRecord {
        object: "Network".into(),
        id: Scalar::text("0DB000000000001AAA"),
        fields: vec![field(name, value)],
        options: Vec::new(),
    };
    change(address, operation.into())
}

fn step(id: &str, changes: Vec<(Change, Value)>) -> PlannedStep {
    let state = match changes.is_empty() {
        true => StepState::AsWanted,
        false => StepState::Changes,
    };
    let record = |before: &Value| before.as_object().cloned();
    let before = changes
        .iter()
        .filter_map(|(change, before)| Some((change.address.clone(), record(before)?)));
    PlannedStep {
        id: id.into(),
        item: None,
        plugin: None,
        state,
        input: Map::new(),
        before: before.collect(),
        plan: StepPlan {
            changes: changes.into_iter().map(|(change, _)| change).collect(),
            ..StepPlan::default()
        },
        bound: None,
        only_if: BTreeMap::new(),
        relies_on: Vec::new(),
        kept_with: BTreeMap::new(),
        reads: Default::default(),
    }
}

fn plan(steps: Vec<PlannedStep>) -> Plan {
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
        inputs: Vec::new(),
        steps,
        requests: Requests::default(),
    }
}

fn failed(id: &str, code: &str, summary: &str) -> PlannedStep {
    let problem = Note {
        severity: NoteSeverity::Error,
        code: code.into(),
        summary: summary.into(),
        remedy: None,
        rule: None,
        at: String::new(),
    };
    let class = ProblemClass::Unmet;
    let problems = vec![problem];
    PlannedStep {
        state: StepState::Failed { class, problems },
        ..step(id, Vec::new())
    }
}

#[track_caller]
fn compared(first: Vec<PlannedStep>, second: Vec<PlannedStep>, expected: Expect) {
    let (first, second) = (plan(first), plan(second));
    let found = compare([&first, &second]);
    let line = |one: &Contrast| {
        let address = one.address.as_deref().unwrap_or("-");
        let follows = one
            .follows
            .as_ref()
            .map(|step| format!(" (follows {step})"));
        let follows = follows.unwrap_or_default();
        let [a, b] = &one.sides;
        format!("{} {address}{follows}\n  {a:?}\n  {b:?}\n", one.step)
    };
    let lines: String = found.iter().map(line).collect();
    expected.assert_eq(&format!("{lines}{}\n", count(&found)));
}

fn needs_user() -> Field {
    let user = Unit::step("user").binds("user", "id");
    field("AssigneeId", Scalar::Reference(Reference::Given(user)))
}

#[test]
fn what_both_lack_and_what_both_have_is_no_contrast() {
    let steps = |id: &str| {
        vec![
            step(
                "user",
                vec![(
                    create("user", vec![field("Alias", Scalar::text(id))]),
                    Value::Null,
                )],
            ),
            step(
                "site",
                vec![(
                    update("live", "Status", Text("Live")),
                    json!({ "Status": "Down" }),
                )],
            ),
            step("role", vec![]),
            failed("last", "no-seat", id),
        ]
    };
    compared(
        steps("a"),
        steps("b"),
        expect![[r#"
        0
    "#]],
    );
}

#[test]
fn what_follows_from_a_missing_record_is_not_counted() {
    let whole = vec![
        step("user", vec![]),
        step("sets", vec![]),
        step("access", vec![]),
    ];
    let user = create("user", vec![]);
    let mut later = step("access", vec![]);
    later.state = StepState::Deferred(Deferral {
        waiting_for: vec![
            Token::Plan(Unit::step("user")),
            Unit::step("user").binds("user", "id"),
        ],
        reason: "the user is not there".into(),
        likely: Vec::new(),
    });
    let lacking = vec![
        step("user", vec![(user, Value::Null)]),
        step(
            "sets",
            vec![
                (create("set/A", vec![needs_user()]), Value::Null),
                (create("set/B", vec![needs_user()]), Value::Null),
            ],
        ),
        later,
    ];
    compared(
        whole,
        lacking,
        expect![[r#"
        user user
          AsWanted
          Missing
        sets set/A (follows user)
          AsWanted
          Missing
        sets set/B (follows user)
          AsWanted
          Missing
        access - (follows user)
          AsWanted
          Later("the user is not there")
        1
    "#]],
    );
}

#[test]
fn values_stand_side_by_side_and_ids_do_not_count() {
    let site = |status: &str| {
        step(
            "site",
            vec![(
                update("live", "Status", Text("Live")),
                json!({ "Status": status }),
            )],
        )
    };
    let role = |address: &str, now: Value, wanted: &'static str| {
        step(
            "role",
            vec![(
                update(address, "UserRoleId", Text(wanted)),
                json!({ "UserRoleId": now }),
            )],
        )
    };
    compared(
        vec![
            role(
                "role/nora@acme.example",
                json!("00E000000000001"),
                "00E000000000002",
            ),
            site("UnderConstruction"),
        ],
        vec![
            role(
                "role/nora@acme.example.uat",
                json!("00E000000000003"),
                "00E000000000004",
            ),
            site("DownForMaintenance"),
        ],
        expect![[r#"
            site live
              Otherwise([Held { field: "Status", now: Some(String("UnderConstruction")), wanted: String("Live") }])
              Otherwise([Held { field: "Status", now: Some(String("DownForMaintenance")), wanted: String("Live") }])
            1
        "#]],
    );
    compared(
        vec![role("role/nora", Value::Null, "00E000000000002")],
        vec![role(
            "role/nora",
            json!("00E000000000003"),
            "00E000000000004",
        )],
        expect![[r#"
            role role/nora
              Otherwise([Held { field: "UserRoleId", now: Some(Null), wanted: String("00E000000000002") }])
              Otherwise([Held { field: "UserRoleId", now: Some(String("00E000000000003")), wanted: String("00E000000000004") }])
            1
        "#]],
    );
}

#[test]
fn a_step_that_stands_otherwise_is_a_contrast() {
    let mut skipped = step("share", vec![]);
    skipped.state = StepState::Skipped {
        reason: "`share` is false".into(),
    };
    compared(
        vec![
            failed("user", "no-seat", "All seats are taken"),
            step("share", vec![]),
            failed("x", "a", "A"),
        ],
        vec![
            step("user", vec![(create("user", vec![]), Value::Null)]),
            skipped,
            failed("x", "b", "B"),
        ],
        expect![[r#"
            user -
              Failed(["All seats are taken"])
              ToDo { verb: "change" }
            share -
              AsWanted
              Skipped("`share` is false")
            x -
              Failed(["A"])
              Failed(["B"])
            3
        "#]],
    );
}

#[test]
fn components_are_compared_by_their_content() {
    let deploy = |there: Value| {
        let component = Component {
            name: ComponentName {
                kind: "SharingSet".into(),
                full_name: Scalar::text("Partners"),
            },
            content: json!({ "label": ["Partners"], "description": ["New"] }).to_string(),
        };
        let operation = DeployComponents {
            components: vec![component],
            removals: Vec::new(),
            options: Vec::new(),
        };
        let before = json!({ "SharingSet/Partners": there });
        let change = change("set", operation.into());
        vec![step("share", vec![(change, before)])]
    };
    let old = || json!({ "label": ["Partners"], "description": ["Old"] });
    let older = || json!({ "label": ["Partners"], "description": ["Older"] });
    compared(
        deploy(Value::Null),
        deploy(Value::Null),
        expect![[r#"
        0
    "#]],
    );
    compared(
        deploy(old()),
        deploy(old()),
        expect![[r#"
        0
    "#]],
    );
    compared(
        deploy(Value::Null),
        deploy(old()),
        expect![[r#"
        share set
          Missing
          Otherwise([Held { field: "SharingSet/Partners description", now: Some(String("Old")), wanted: String("New") }])
        1
    "#]],
    );
    compared(
        deploy(older()),
        deploy(old()),
        expect![[r#"
        share set
          Otherwise([Held { field: "SharingSet/Partners description", now: Some(String("Older")), wanted: String("New") }])
          Otherwise([Held { field: "SharingSet/Partners description", now: Some(String("Old")), wanted: String("New") }])
        1
    "#]],
    );
}
