//! Two plans, and the differences that a person sees.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};

use super::{Difference, Way, differences};
use crate::plan::{
    Bound, Plan, PlannedStep, PluginStamp, ProblemClass, Requests, StepState, UsedInput,
};
use usher_contract::change::{
    Certainty, Change, Consequence, Deferral, Effect, Note, NoteSeverity, StepPlan, TakeBack, Undo,
    WayBack,
};
use usher_contract::manifest::Writes;
use usher_contract::operation::{
    CreateRecord, Field, Key, Method, Operation, Repetition, ResourcePath, RestRequest,
    UpdateRecord,
};
use usher_contract::read::{Identity, OrgKind};
use usher_contract::value::Scalar;

const SITE: &str = "0DB000000000001AAA";

fn field(name: &str, value: &str) -> Field {
    Field {
        name: name.into(),
        value: Scalar::text(value),
    }
}

fn update(status: &str) -> Operation {
    Operation::from(UpdateRecord {
        object: "Network".into(),
        id: Scalar::text(SITE),
        fields: vec![field("Status", status)],
        options: Vec::new(),
    })
}

fn create(options: Vec<Field>) -> Operation {
    Operation::from(CreateRecord {
        object: "User".into(),
        fields: vec![field("LastName", "Meyer")],
        key: Key {
            conditions: Vec::new(),
            enforced: true,
        },
        options,
    })
}

fn request(body: &str) -> Operation {
    Operation::from(RestRequest {
        method: Method::Post,
        path: ResourcePath {
            segments: vec![Scalar::text("connect")],
            query: Vec::new(),
        },
        body: Some(body.into()),
        repetition: Repetition::Never,
    })
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

fn mails(recipients: u32) -> Effect {
    Effect {
        address: "mails".into(),
        causes: vec!["live".into()],
        summary: format!("The site mails its {recipients} members"),
        certainty: Certainty::Likely,
        consequence: Consequence::Mails {
            recipients: Some(recipients),
            to: vec![Scalar::text("a@example.com")],
        },
        within_ms: 0,
        remains: None,
    }
}

/// One step `site` that activates a site of three members.
fn plan() -> Plan {
    let before = json!({ "Id": SITE, "Status": "UnderConstruction" });
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
        inputs: Vec::from([UsedInput {
            name: "contact".into(),
            value: json!("003A").into(),
            shown: Some("Maria (003A)".into()),
            rows: None,
            kept: None,
        }])
        .into(),
        left_out: Vec::new(),
        steps: vec![PlannedStep {
            id: "site".into(),
            item: None,
            plugin: Some(PluginStamp {
                name: "activate-site".into(),
                version: "1.0.0".into(),
                digest: String::new(),
                file: None,
            }),
            state: StepState::Changes,
            input: Map::new().into(),
            plan: StepPlan {
                changes: vec![
                    change("live", update("Live")),
                    change("user", create(Vec::new())),
                ],
                effects: vec![mails(3)],
                outputs: json!({}).into(),
                notes: Vec::new(),
            },
            before: BTreeMap::from([(
                "live".to_owned(),
                before.as_object().expect("an object").clone(),
            )]),
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

fn check(edit: impl FnOnce(&mut Plan), expected: &Expect) {
    let mut now = plan();
    edit(&mut now);
    let found = differences(&plan(), &now);
    expected.assert_eq(&text(&found));
    // The other direction has as many differences, with added for removed.
    let back = differences(&now, &plan());
    let turned = |way: Way| match way {
        Way::Added => Way::Removed,
        Way::Removed => Way::Added,
        Way::Changed => Way::Changed,
    };
    let mut ways: Vec<_> = found
        .iter()
        .map(|one| (&one.address, turned(one.way)))
        .collect();
    let mut ways_back: Vec<_> = back.iter().map(|one| (&one.address, one.way)).collect();
    ways.sort_by_key(|(address, _)| *address);
    ways_back.sort_by_key(|(address, _)| *address);
    assert_eq!(ways, ways_back);
}

fn text(found: &[Difference]) -> String {
    let lines = found.iter().map(|one| {
        let details = one.details.iter().map(|detail| {
            format!(
                "\n    {}: {} -> {}",
                detail.what, detail.approved, detail.now
            )
        });
        format!(
            "{:?} {:?} {}: {}{}\n",
            one.way,
            one.subject,
            one.address.as_deref().unwrap_or("-"),
            one.summary,
            details.collect::<String>()
        )
    });
    lines.collect()
}

fn input(plan: &mut Plan) -> &mut UsedInput {
    &mut std::sync::Arc::make_mut(&mut plan.inputs)[0]
}

fn step(plan: &mut Plan) -> &mut PlannedStep {
    &mut plan.steps[0]
}

#[test]
fn what_people_are_told_is_no_difference() {
    check(
        |plan| {
            plan.title = "Another".into();
            plan.now = "2027-01-01T00:00:00Z".into();
            plan.requests.read = 9;
            input(plan).shown = Some("Maria, née Müller (003A)".into());
            let step = step(plan);
            step.plan.changes[0].summary = "In other words".into();
            step.plan.effects[0].summary = "In other words".into();
            step.plan.outputs = json!({ "x": 1 }).into();
            step.plan.notes.push(Note {
                severity: NoteSeverity::Info,
                code: "c".into(),
                summary: "s".into(),
                remedy: None,
                rule: None,
                at: String::new(),
            });
        },
        &expect![""],
    );
}

#[test]
fn changes_that_come_go_and_become_others() {
    check(
        |plan| {
            let step = step(plan);
            step.plan.changes.remove(1);
            step.plan.changes.push(change("publish", request("{}")));
            step.plan.changes[0].operation = update("DownForMaintenance");
            step.before
                .get_mut("live")
                .expect("it is there")
                .insert("Status".into(), json!("Live"));
        },
        &expect![[r#"
            Changed Change live: Do `live`
                Status: "Live" -> "DownForMaintenance"
                Status before: "UnderConstruction" -> "Live"
            Added Change publish: Do `publish`
            Removed Change user: Do `user`
        "#]],
    );
}

#[test]
fn nothing_of_a_change_goes_unseen() {
    check(
        |plan| {
            let changes = &mut step(plan).plan.changes;
            changes[0].undo = Undo::Possible(TakeBack {
                way: WayBack::Restore,
                waits: Vec::new(),
                only_if: Vec::new(),
                stays: None,
                destroys: None,
            });
            changes[1].operation = create(vec![field("allow-duplicates", "true")]);
        },
        &expect![[r#"
            Changed Change live: Do `live`
                how it is undone: "nothing" -> {"possible":{"destroys":null,"only_if":[],"stays":null,"waits":[],"way":"restore"}}
            Changed Change user: Do `user`
                how it is sent: {"create":{"fields":[{"name":"LastName","value":{"text":"Meyer"}}],"key":{"conditions":[],"enforced":true},"object":"User","options":[]}} -> {"create":{"fields":[{"name":"LastName","value":{"text":"Meyer"}}],"key":{"conditions":[],"enforced":true},"object":"User","options":[{"name":"allow-duplicates","value":{"text":"true"}}]}}
        "#]],
    );
    check(
        |plan| step(plan).plan.changes[0].operation = request(r#"{"a":1}"#),
        &expect![[r#"
            Changed Change live: Do `live`
                what is sent: ["update","Network","0DB000000000001AAA"] -> ["request","POST",["connect"],"{\"a\":1}"]
                Status: "Live" -> null
        "#]],
    );
}

#[test]
fn one_more_mail_is_a_difference() {
    check(
        |plan| step(plan).plan.effects[0] = mails(4),
        &expect![[r#"
            Changed Effect mails: The site mails its 4 members
                recipients: 3 -> 4
        "#]],
    );
    check(
        |plan| step(plan).plan.effects[0].certainty = Certainty::Certain,
        &expect![[r#"
            Changed Effect mails: The site mails its 3 members
                certainty: "likely" -> "certain"
        "#]],
    );
    check(
        |plan| {
            step(plan).plan.effects[0].consequence = Consequence::Other;
        },
        &expect![[r#"
            Changed Effect mails: The site mails its 3 members
                what happens: {"mails":{"recipients":3,"to":[{"text":"a@example.com"}]}} -> "other"
        "#]],
    );
    check(
        |plan| step(plan).plan.effects.clear(),
        &expect![[r#"
            Removed Effect mails: The site mails its 3 members
        "#]],
    );
}

#[test]
fn a_step_that_stands_otherwise() {
    let empty = |plan: &mut Plan, state: StepState| {
        let step = step(plan);
        step.state = state;
        step.plan.changes.clear();
        step.plan.effects.clear();
    };
    check(
        |plan| empty(plan, StepState::AsWanted),
        &expect![[r#"
            Removed Change live: Do `live`
            Removed Change user: Do `user`
            Removed Effect mails: The site mails its 3 members
        "#]],
    );
    let deferral = |reason: &str| {
        StepState::Deferred(Deferral {
            waiting_for: Vec::new(),
            reason: reason.into(),
            likely: Vec::new(),
        })
    };
    check(
        |plan| empty(plan, deferral("it waits")),
        &expect![[r#"
            Changed Step -: It can only be planned later now
                state: "changes" -> "deferred"
            Removed Change live: Do `live`
            Removed Change user: Do `user`
            Removed Effect mails: The site mails its 3 members
        "#]],
    );
    let failed = StepState::Failed {
        class: ProblemClass::Unmet,
        problems: vec![Note {
            severity: NoteSeverity::Error,
            code: "c".into(),
            summary: "The owner has no role".into(),
            remedy: None,
            rule: None,
            at: String::new(),
        }],
    };
    check(
        |plan| step(plan).state = failed,
        &expect![[r#"
            Changed Step -: It cannot be planned any more: The owner has no role
                state: "changes" -> "failed"
        "#]],
    );
}

#[test]
fn a_step_that_may_do_more_later() {
    check(
        |plan| {
            step(plan).bound = Some(Box::new(Bound {
                writes: Writes {
                    delete: vec!["User".into()],
                    ..Writes::default()
                },
                within: None,
            }));
        },
        &expect![[r#"
            Changed Step -: What it may do later is not the same
                bound: null -> {"configure":{},"create":{},"delete":["User"],"deploy":[],"requests":[],"update":{}}
        "#]],
    );
}

#[test]
fn an_input_that_names_another_record() {
    check(
        |plan| {
            input(plan).value = json!("003B").into();
            input(plan).shown = Some("Maria (003B)".into());
        },
        &expect![[r#"
            Changed Input contact: The input `contact` names another record
                contact: "Maria (003A)" -> "Maria (003B)"
        "#]],
    );
}

#[test]
fn a_difference_as_json() {
    let mut now = plan();
    step(&mut now).plan.effects[0] = mails(4);
    let found: Value = json!(differences(&plan(), &now));
    expect![[r#"[{"address":"mails","details":[{"approved":3,"now":4,"what":"recipients"}],"step":"site","subject":"effect","summary":"The site mails its 4 members","way":"changed"}]"#]]
        .assert_eq(&found.to_string());
}
