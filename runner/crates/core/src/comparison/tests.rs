//! Two plans of one recipe, and the contrasts that a person sees.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};

use super::{Contrast, Names, Uncompared, compare, lookups};
use crate::plan::{Manual, Plan, PlannedStep, ProblemClass, Requests, StepState};
use usher_contract::change::{Change, Deferral, Note, NoteSeverity, StepPlan, Undo};
use usher_contract::operation::{
    Component, ComponentName, Condition, CreateRecord, DeployComponents, Field, Key, Lookup,
    Operation, UpdateRecord,
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
        input: Map::new().into(),
        before: before.collect(),
        plan: StepPlan {
            changes: changes.into_iter().map(|(change, _)| change).collect(),
            ..StepPlan::default()
        },
        bound: None,
        only_if: BTreeMap::new(),
        relies_on: Vec::new(),
        kept_with: BTreeMap::new(),
        of_loop: None,
        reads: Default::default(),
        terms: crate::plan::Terms::default(),
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
        inputs: Default::default(),
        left_out: Vec::new(),
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

fn deferred(id: &str) -> PlannedStep {
    let deferral = Deferral {
        waiting_for: Vec::new(),
        reason: "looks later".into(),
        likely: Vec::new(),
    };
    PlannedStep {
        state: StepState::Deferred(deferral),
        ..step(id, Vec::new())
    }
}

/// The names of records, by id.
fn names(records: &[(&str, &str)]) -> Names {
    let mut names = Names::default();
    for (id, name) in records {
        let lookup = Lookup {
            object: id[..3].to_owned(),
            fields: vec!["Name".into()],
            conditions: Vec::new(),
        };
        let record = json!({ "Id": id, "Name": name });
        names.records(&lookup, &[record.as_object().expect("a record").clone()]);
    }
    names
}

#[track_caller]
fn compared(first: Vec<PlannedStep>, second: Vec<PlannedStep>, expected: Expect) {
    compared_with([&[], &[]], first, second, expected);
}

/// The same, in orgs that show the names of these records.
#[track_caller]
fn compared_with(
    records: [&[(&str, &str)]; 2],
    first: Vec<PlannedStep>,
    second: Vec<PlannedStep>,
    expected: Expect,
) {
    let (first, second) = (plan(first), plan(second));
    let [here, there] = records.map(names);
    let found = compare([&first, &second], [&here, &there]);
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
    let lines: String = found.contrasts.iter().map(line).collect();
    let uncompared = |one: &Uncompared| format!("{} not compared: {:?}\n", one.step, one.why);
    let uncompared: String = found.uncompared.iter().map(uncompared).collect();
    let alike = match found.is_alike() {
        true => ", alike",
        false => "",
    };
    expected.assert_eq(&format!("{lines}{uncompared}{}{alike}\n", found.count()));
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
        ]
    };
    compared(
        steps("a"),
        steps("b"),
        expect![[r#"
        0, alike
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
            Token::Plan(std::sync::Arc::new(Unit::step("user"))),
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
    let here = [
        ("0DB000000000001", "Clients"),
        ("00E000000000001", "CEO"),
        ("00E000000000002", "COO"),
    ];
    let there = [
        ("0DB000000000001", "Clients"),
        ("00E000000000003", "CEO"),
        ("00E000000000004", "COO"),
    ];
    compared_with(
        [&here, &there],
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
        0, alike
    "#]],
    );
    compared(
        deploy(old()),
        deploy(old()),
        expect![[r#"
        0, alike
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

fn assigned(address: &str, set: &'static str) -> (Change, Value) {
    let set = field("PermissionSetId", Text(set));
    (create(address, vec![needs_user(), set]), Value::Null)
}

/// One org has the set X and the other has the set Y: two differences, though both are one assignment.
#[test]
fn changes_that_only_look_alike_are_two_contrasts() {
    let here: &[(&str, &str)] = &[("0PS000000000001", "X"), ("0PS000000000002", "Y")];
    let there: &[(&str, &str)] = &[("0PS000000000003", "X"), ("0PS000000000004", "Y")];
    let lacks_y = || vec![step("sets", vec![assigned("set/Y", "0PS000000000002")])];
    let lacks_x = || vec![step("sets", vec![assigned("set/X", "0PS000000000003")])];
    let two = || {
        expect![[r#"
        sets set/Y
          Missing
          AsWanted
        sets set/X
          AsWanted
          Missing
        2
    "#]]
    };
    compared_with([here, there], lacks_y(), lacks_x(), two());
    // Without names nothing says that they are the same.
    compared(lacks_y(), lacks_x(), two());
    // The same set, under an address of each org.
    let same = vec![step("sets", vec![assigned("set/Y.uat", "0PS000000000004")])];
    compared_with(
        [here, there],
        lacks_y(),
        same,
        expect![[r#"
            0, alike
        "#]],
    );
}

/// A user is disabled in one org, and another user in the other.
#[test]
fn usernames_may_differ_and_users_may_not() {
    let disable = |username: &str, id: &'static str| {
        let operation = UpdateRecord {
            object: "User".into(),
            id: Scalar::text(id),
            fields: vec![field("IsActive", Scalar::Truth(false))],
            options: Vec::new(),
        };
        let change = change(&format!("user/{username}"), operation.into());
        vec![step("users", vec![(change, json!({ "IsActive": true }))])]
    };
    let here = [("005000000000001", "Leo Leaver")];
    let there = [
        ("005000000000002", "Leo Leaver"),
        ("005000000000003", "Zoe Zorn"),
    ];
    compared_with(
        [&here, &there],
        disable("leo@acme.example", "005000000000001"),
        disable("leo@acme.example.uat", "005000000000002"),
        expect![[r#"
            0, alike
        "#]],
    );
    compared_with(
        [&here, &there],
        disable("leo@acme.example", "005000000000001"),
        disable("zoe@acme.example.uat", "005000000000003"),
        expect![[r#"
            users user/leo@acme.example
              Otherwise([Held { field: "IsActive", now: Some(Bool(true)), wanted: Bool(false) }])
              AsWanted
            users user/zoe@acme.example.uat
              AsWanted
              Otherwise([Held { field: "IsActive", now: Some(Bool(true)), wanted: Bool(false) }])
            2
        "#]],
    );
}

#[test]
fn ids_are_compared_by_the_names_of_their_records() {
    let role = |now: &str, wanted: &'static str| {
        let update = update("role/nora", "UserRoleId", Text(wanted));
        vec![step("role", vec![(update, json!({ "UserRoleId": now }))])]
    };
    let here = [("00E000000000001", "CEO"), ("00E000000000002", "COO")];
    let there = [("00E000000000003", "CFO"), ("00E000000000004", "COO")];
    compared_with(
        [&here, &there],
        role("00E000000000001", "00E000000000002"),
        role("00E000000000003", "00E000000000004"),
        expect![[r#"
            role role/nora
              Otherwise([Held { field: "UserRoleId", now: Some(String("00E000000000001")), wanted: String("00E000000000002") }])
              Otherwise([Held { field: "UserRoleId", now: Some(String("00E000000000003")), wanted: String("00E000000000004") }])
            1
        "#]],
    );
}

#[test]
fn names_are_asked_of_what_both_orgs_change() {
    let role = || {
        let update = update("role/nora", "UserRoleId", Text("00E000000000002"));
        (update, json!({ "UserRoleId": "00E000000000001" }))
    };
    let first = plan(vec![
        step("role", vec![role()]),
        step("sets", vec![assigned("set/A", "0PS000000000001")]),
    ]);
    let second = plan(vec![step("role", vec![role()]), step("sets", vec![])]);
    let line = |lookup: &Lookup| {
        let ids = lookup
            .conditions
            .iter()
            .flat_map(|it: &Condition| &it.any_of);
        let ids: Vec<String> = ids.map(|id| id.to_json().to_string()).collect();
        format!(
            "{}.{}: {}\n",
            lookup.object,
            lookup.fields.join("+"),
            ids.join(" ")
        )
    };
    let asked =
        lookups([&first, &second]).map(|of_org| of_org.iter().map(line).collect::<String>());
    expect![[r#"
        UserRole.DeveloperName: "00E000000000001EAA" "00E000000000002EAA"
    "#]]
    .assert_eq(&asked[0]);
    assert_eq!(asked[0], asked[1]);
    let nothing = plan(vec![step("role", vec![]), step("sets", vec![])]);
    assert!(lookups([&first, &nothing]).iter().all(Vec::is_empty));
}

/// Two plans that say nothing are not alike.
#[test]
fn a_step_without_a_plan_in_both_orgs_is_not_compared() {
    compared(
        vec![
            failed("user", "no-seat", "All seats of A are taken"),
            step("sets", vec![]),
        ],
        vec![
            failed("user", "no-seat", "All seats of B are taken"),
            step("sets", vec![]),
        ],
        expect![[r#"
            user not compared: Failed(["All seats of A are taken"])
            0
        "#]],
    );
    compared(
        vec![deferred("access"), step("sets", vec![])],
        vec![deferred("access"), step("sets", vec![])],
        expect![[r#"
            access not compared: Later(["looks later", "looks later"])
            0
        "#]],
    );
}

/// Only a person knows the state of such a step, and it is not a difference.
#[test]
fn a_manual_step_that_nothing_looks_at_is_not_compared() {
    let by_hand = || {
        let manual = Manual {
            title: Scalar::text("Tick a box"),
            lines: Vec::new(),
            look: None,
            confirmed: None,
        };
        vec![PlannedStep {
            state: StepState::Manual(manual),
            ..step("box", Vec::new())
        }]
    };
    compared(
        by_hand(),
        by_hand(),
        expect![[r#"
            box not compared: ByHand
            0, alike
        "#]],
    );
}
