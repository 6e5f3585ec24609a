//! Verification against a scripted org: its requests, their times, and the events.

use expect_test::{Expect, expect};
use serde_json::json;
use usher_core::change::{Certainty, Consequence, Effect, OpenedField, Prerequisite};
use usher_core::operation::{Condition, DeleteRecord, Operation, UpdateRecord};
use usher_core::plan::PlannedStep;
use usher_core::run::{ChangeKey, End, Event, How, Outcome, Verdict};
use usher_core::value::{Reference, Scalar, Token, Unit};

use crate::conduct::scripted::{
    Done, Reply, alters, appears, beginning, change, composite, configure, configured, create,
    effect, fields, id_of, resume, rows, run, saved, settings, step,
};

use Certainty::{Certain, Likely, Possible};

async fn check(steps: Vec<PlannedStep>, replies: Vec<Reply>, end: End, expected: Expect) {
    let done = run(steps, replies).await;
    expected.assert_eq(&format!("{}{}", done.asked, done.events));
    assert_eq!(done.state.end(), end);
}

fn user() -> usher_core::change::Change {
    create("user", "User", &[("Alias", Scalar::text("u"))])
}

fn within(ms: u32, effect: Effect) -> Effect {
    Effect {
        within_ms: ms,
        ..effect
    }
}

/// A user, the role that comes with it, and that the user has it.
fn user_with_role(certainty: Certainty, ms: u32) -> PlannedStep {
    let role = appears("UserRole", "R", &[("PortalRole", Scalar::text("Worker"))]);
    let derived = alters("User", id_of("user"), &[("UserRoleId", id_of("role"))]);
    let effects = vec![
        within(ms, effect("role", "user", certainty, role)),
        within(ms, effect("derived", "user", certainty, derived)),
    ];
    step("s", vec![user()], effects)
}

fn later(id: &str, token: &str) -> PlannedStep {
    let role = Scalar::Reference(Reference::Given(Token::of_text(token)));
    step(
        id,
        vec![create("share", "Share", &[("UserOrGroupId", role)])],
        Vec::new(),
    )
}

#[tokio::test]
async fn what_was_announced_is_found_with_one_request() {
    let found = composite(&[
        json!([{"Id": "00E1", "Name": "r", "PortalRole": "worker"}]),
        json!([{"Id": "0051", "UserRoleId": "00E1"}]),
    ]);
    check(
        vec![user_with_role(Certain, 0)],
        vec![saved(&["0051"]), found],
        End::Done,
        expect![[r#"
            GET query?q=SELECT Id, Alias, CreatedById, CreatedDate FROM User WHERE Name = 'user' ORDER BY Id
            POST composite/sobjects [{"Alias":"u","attributes":{"type":"User"}}]
            POST composite
                query?q=SELECT Id, PortalRole FROM UserRole WHERE Name = 'R' ORDER BY Id
                query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
            {"intent":{"request":1,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"s","address":"user"},"outcome":{"done":{"how":"sent","values":{"id":"0051"}}}}}
            {"appeared":{"step":"s","address":"role","id":"00E1"}}
            {"verified":{"step":"s","address":"role","verdict":"held"}}
            {"verified":{"step":"s","address":"derived","verdict":"held"}}
            {"finished":{"end":"done"}}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn what_takes_time_is_waited_for() {
    let not_yet = || composite(&[json!([]), json!([{"Id": "0051", "UserRoleId": null}])]);
    let found = composite(&[
        json!([{"Id": "00E1", "Name": "R", "PortalRole": "Worker"}]),
        json!([{"Id": "0051", "UserRoleId": "00E1"}]),
    ]);
    check(
        vec![user_with_role(Certain, 60_000)],
        vec![saved(&["0051"]), not_yet(), not_yet(), found],
        End::Done,
        expect![[r#"
            GET query?q=SELECT Id, Alias, CreatedById, CreatedDate FROM User WHERE Name = 'user' ORDER BY Id
            POST composite/sobjects [{"Alias":"u","attributes":{"type":"User"}}]
            POST composite
                query?q=SELECT Id, PortalRole FROM UserRole WHERE Name = 'R' ORDER BY Id
                query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
            … 250 ms
            POST composite
                query?q=SELECT Id, PortalRole FROM UserRole WHERE Name = 'R' ORDER BY Id
                query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
            … 500 ms
            POST composite
                query?q=SELECT Id, PortalRole FROM UserRole WHERE Name = 'R' ORDER BY Id
                query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
            {"intent":{"request":1,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"s","address":"user"},"outcome":{"done":{"how":"sent","values":{"id":"0051"}}}}}
            {"appeared":{"step":"s","address":"role","id":"00E1"}}
            {"verified":{"step":"s","address":"role","verdict":"held"}}
            {"verified":{"step":"s","address":"derived","verdict":"held"}}
            {"finished":{"end":"done"}}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_certain_effect_that_does_not_come_fails_the_run() {
    let not_yet = || composite(&[json!([]), json!([{"Id": "0051", "UserRoleId": "00EX"}])]);
    let steps = vec![user_with_role(Certain, 600)];
    let replies = vec![saved(&["0051"]), not_yet(), not_yet(), not_yet()];
    check(steps, replies, End::Failed, expect![[r#"
        GET query?q=SELECT Id, Alias, CreatedById, CreatedDate FROM User WHERE Name = 'user' ORDER BY Id
        POST composite/sobjects [{"Alias":"u","attributes":{"type":"User"}}]
        POST composite
            query?q=SELECT Id, PortalRole FROM UserRole WHERE Name = 'R' ORDER BY Id
            query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
        … 250 ms
        POST composite
            query?q=SELECT Id, PortalRole FROM UserRole WHERE Name = 'R' ORDER BY Id
            query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
        … 350 ms
        POST composite
            query?q=SELECT Id, PortalRole FROM UserRole WHERE Name = 'R' ORDER BY Id
            query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
        {"intent":{"request":1,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"user"},"outcome":{"done":{"how":"sent","values":{"id":"0051"}}}}}
        {"verified":{"step":"s","address":"role","verdict":{"missing":{"why":"there is no such `UserRole`"}}}}
        {"verified":{"step":"s","address":"derived","verdict":{"unread":{"why":"what `UserRoleId` should be is not known"}}}}
        {"finished":{"end":"failed"}}
    "#]]).await;
}

#[tokio::test]
async fn a_likely_or_possible_one_is_only_told() {
    let answer = || {
        composite(&[
            json!([{"Id": "00E1", "Name": "R", "PortalRole": "Boss"}]),
            json!([{"Id": "0051", "UserRoleId": null}]),
        ])
    };
    let replies = vec![saved(&["0051"]), answer(), answer()];
    check(
        vec![user_with_role(Likely, 100)],
        replies,
        End::Done,
        expect![[r#"
            GET query?q=SELECT Id, Alias, CreatedById, CreatedDate FROM User WHERE Name = 'user' ORDER BY Id
            POST composite/sobjects [{"Alias":"u","attributes":{"type":"User"}}]
            POST composite
                query?q=SELECT Id, PortalRole FROM UserRole WHERE Name = 'R' ORDER BY Id
                query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
            … 100 ms
            POST composite
                query?q=SELECT Id, PortalRole FROM UserRole WHERE Name = 'R' ORDER BY Id
                query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
            {"intent":{"request":1,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"s","address":"user"},"outcome":{"done":{"how":"sent","values":{"id":"0051"}}}}}
            {"appeared":{"step":"s","address":"role","id":"00E1"}}
            {"verified":{"step":"s","address":"role","verdict":{"missing":{"why":"`PortalRole` is `Boss`, not `Worker`"}}}}
            {"verified":{"step":"s","address":"derived","verdict":{"missing":{"why":"`UserRoleId` is empty, not `00E1`"}}}}
            {"finished":{"end":"done"}}
        "#]],
    )
    .await;
    // No wait is for an effect that is only possible.
    let replies = vec![saved(&["0051"]), answer()];
    check(
        vec![user_with_role(Possible, 60_000)],
        replies,
        End::Done,
        expect![[r#"
            GET query?q=SELECT Id, Alias, CreatedById, CreatedDate FROM User WHERE Name = 'user' ORDER BY Id
            POST composite/sobjects [{"Alias":"u","attributes":{"type":"User"}}]
            POST composite
                query?q=SELECT Id, PortalRole FROM UserRole WHERE Name = 'R' ORDER BY Id
                query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
            {"intent":{"request":1,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"s","address":"user"},"outcome":{"done":{"how":"sent","values":{"id":"0051"}}}}}
            {"appeared":{"step":"s","address":"role","id":"00E1"}}
            {"verified":{"step":"s","address":"role","verdict":{"missing":{"why":"`PortalRole` is `Boss`, not `Worker`"}}}}
            {"verified":{"step":"s","address":"derived","verdict":{"missing":{"why":"`UserRoleId` is empty, not `00E1`"}}}}
            {"finished":{"end":"done"}}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_later_step_gets_the_id_before_it_is_sent() {
    let replies = vec![
        saved(&["0051"]),
        rows(json!([])),
        rows(json!([{"Id": "00E1"}])),
        saved(&["00r1"]),
        composite(&[
            json!([{"Id": "00E1", "PortalRole": "Worker"}]),
            json!([{"Id": "0051", "UserRoleId": "00E1"}]),
        ]),
    ];
    let steps = vec![user_with_role(Certain, 60_000), later("t", "s:role.id")];
    check(steps, replies, End::Done, expect![[r#"
        GET query?q=SELECT Id, Alias, CreatedById, CreatedDate FROM User WHERE Name = 'user' ORDER BY Id
        POST composite/sobjects [{"Alias":"u","attributes":{"type":"User"}}]
        GET query?q=SELECT Id FROM UserRole WHERE Name = 'R' ORDER BY Id
        … 250 ms
        GET query?q=SELECT Id FROM UserRole WHERE Name = 'R' ORDER BY Id
        GET query?q=SELECT Id, UserOrGroupId, CreatedById, CreatedDate FROM Share WHERE Name = 'share' ORDER BY Id
        POST composite/sobjects [{"UserOrGroupId":"00E1","attributes":{"type":"Share"}}]
        POST composite
            query?q=SELECT Id, PortalRole FROM UserRole WHERE Id = '00E1' ORDER BY Id
            query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
        {"intent":{"request":1,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"user"},"outcome":{"done":{"how":"sent","values":{"id":"0051"}}}}}
        {"appeared":{"step":"s","address":"role","id":"00E1"}}
        {"intent":{"request":2,"changes":[{"step":"t","address":"share"}],"before":{},"at_ms":250}}
        {"settled":{"change":{"step":"t","address":"share"},"outcome":{"done":{"how":"sent","values":{"id":"00r1"}}}}}
        {"verified":{"step":"s","address":"role","verdict":"held"}}
        {"verified":{"step":"s","address":"derived","verdict":"held"}}
        {"finished":{"end":"done"}}
    "#]]).await;
}

#[tokio::test]
async fn without_the_id_a_later_step_is_not_sent() {
    let replies = vec![
        saved(&["0051"]),
        rows(json!([])),
        rows(json!([{"Id": "0051", "UserRoleId": "00E1"}])),
    ];
    let steps = vec![user_with_role(Certain, 0), later("t", "s:role.id")];
    check(steps, replies, End::Failed, expect![[r#"
        GET query?q=SELECT Id, Alias, CreatedById, CreatedDate FROM User WHERE Name = 'user' ORDER BY Id
        POST composite/sobjects [{"Alias":"u","attributes":{"type":"User"}}]
        GET query?q=SELECT Id FROM UserRole WHERE Name = 'R' ORDER BY Id
        GET query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
        {"intent":{"request":1,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"user"},"outcome":{"done":{"how":"sent","values":{"id":"0051"}}}}}
        {"verified":{"step":"s","address":"role","verdict":{"missing":{"why":"there is no such `UserRole`"}}}}
        {"verified":{"step":"s","address":"derived","verdict":{"unread":{"why":"what `UserRoleId` should be is not known"}}}}
        {"finished":{"end":"failed"}}
    "#]]).await;
}

#[tokio::test]
async fn a_change_of_the_same_step_gets_the_id_too_and_what_it_is_found_by() {
    let executive = appears("UserRole", "E", &[]);
    let worker = Consequence::Appears {
        object: "UserRole".into(),
        fields: Vec::new(),
        key: vec![Condition::is("ParentRoleId", id_of("executive"))],
        id: Scalar::Nothing,
    };
    let mut share = create("share", "Share", &[]);
    share.after = vec![Prerequisite::Given(Token::of_text("s:worker.id"))];
    let effects = vec![
        effect("worker", "user", Certain, worker),
        effect("executive", "user", Certain, executive),
    ];
    let replies = vec![
        saved(&["0051"]),
        rows(json!([{"Id": "00E1"}])),
        rows(json!([{"Id": "00E2"}])),
        saved(&["00r1"]),
        rows(json!([{"Id": "00E1"}, {"Id": "00E2"}])),
    ];
    check(
        vec![step("s", vec![user(), share], effects)],
        replies,
        End::Done,
        expect![[r#"
            GET query?q=SELECT Id, Alias, CreatedById, CreatedDate FROM User WHERE Name = 'user' ORDER BY Id
            POST composite/sobjects [{"Alias":"u","attributes":{"type":"User"}}]
            GET query?q=SELECT Id FROM UserRole WHERE Name = 'E' ORDER BY Id
            GET query?q=SELECT Id FROM UserRole WHERE ParentRoleId = '00E1' ORDER BY Id
            GET query?q=SELECT Id, CreatedById, CreatedDate FROM Share WHERE Name = 'share' ORDER BY Id
            POST composite/sobjects [{"attributes":{"type":"Share"}}]
            GET query?q=SELECT Id FROM UserRole WHERE Id IN ('00E2', '00E1') ORDER BY Id
            {"intent":{"request":1,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"s","address":"user"},"outcome":{"done":{"how":"sent","values":{"id":"0051"}}}}}
            {"appeared":{"step":"s","address":"executive","id":"00E1"}}
            {"appeared":{"step":"s","address":"worker","id":"00E2"}}
            {"intent":{"request":2,"changes":[{"step":"s","address":"share"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"s","address":"share"},"outcome":{"done":{"how":"sent","values":{"id":"00r1"}}}}}
            {"verified":{"step":"s","address":"worker","verdict":"held"}}
            {"verified":{"step":"s","address":"executive","verdict":"held"}}
            {"finished":{"end":"done"}}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn only_the_last_prediction_of_a_field_counts() {
    let user_1 = || Scalar::text("005000000000001");
    let role = |name: &str| {
        [
            ("UserRoleId", Scalar::text(name)),
            ("Title", Scalar::text(name)),
        ]
    };
    let both = effect("first", "a", Certain, alters("User", user_1(), &role("1")));
    let gone = effect(
        "gone",
        "a",
        Certain,
        alters("Case", Scalar::text("500"), &role("1")),
    );
    let title = effect(
        "title",
        "a",
        Certain,
        alters("User", user_1(), &role("1")[1..]),
    );
    let second = effect(
        "second",
        "a",
        Certain,
        // The same id in 18 characters.
        alters("User", Scalar::text("005000000000001AAA"), &role("2")[..1]),
    );
    let update = change(
        "b",
        Operation::from(UpdateRecord {
            object: "User".into(),
            id: user_1(),
            fields: fields(&role("3")[1..]),
            options: Vec::new(),
        }),
    );
    let delete = change(
        "c",
        Operation::from(DeleteRecord {
            object: "Case".into(),
            id: Scalar::text("500"),
        }),
    );
    let steps = vec![
        step(
            "s",
            vec![create("a", "X", &[])],
            vec![both, gone, title, second],
        ),
        step("t", vec![update, delete], Vec::new()),
    ];
    let replies = vec![
        saved(&["a1"]),
        rows(json!([{"Id": "005000000000001AAA", "Title": "1"}])),
        saved(&["005000000000001AAA"]),
        rows(json!([{"Id": "500"}])),
        saved(&["500"]),
        rows(json!([{"Id": "005000000000001AAA", "UserRoleId": "2"}])),
    ];
    check(steps, replies, End::Done, expect![[r#"
        GET query?q=SELECT Id, CreatedById, CreatedDate FROM X WHERE Name = 'a' ORDER BY Id
        POST composite/sobjects [{"attributes":{"type":"X"}}]
        GET query?q=SELECT Id, Title FROM User WHERE Id = '005000000000001' ORDER BY Id
        PATCH composite/sobjects [{"Id":"005000000000001","Title":"3","attributes":{"type":"User"}}]
        GET query?q=SELECT Id FROM Case WHERE Id = '500' ORDER BY Id
        DELETE composite/sobjects?ids=500&allOrNone=false
        GET query?q=SELECT Id, UserRoleId FROM User WHERE Id = '005000000000001AAA' ORDER BY Id
        {"intent":{"request":1,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"done":{"how":"sent","values":{"id":"a1"}}}}}
        {"intent":{"request":2,"changes":[{"step":"t","address":"b"}],"before":{"b":{"Title":"1"}},"at_ms":0}}
        {"settled":{"change":{"step":"t","address":"b"},"outcome":{"done":{"how":"sent","values":{"id":"005000000000001AAA"}}}}}
        {"intent":{"request":3,"changes":[{"step":"t","address":"c"}],"before":{"c":{}},"at_ms":0}}
        {"settled":{"change":{"step":"t","address":"c"},"outcome":{"done":{"how":"sent","values":{"id":"500"}}}}}
        {"verified":{"step":"s","address":"second","verdict":"held"}}
        {"finished":{"end":"done"}}
    "#]]).await;
}

#[tokio::test]
async fn what_failed_has_no_effects() {
    let refused = Reply::Json(
        200,
        json!([{"success": false, "errors": [{"statusCode": "INVALID_FIELD", "message": "no"}]}]),
    );
    // The refused create is looked for once more, then given up; its effects are not looked for.
    let replies = vec![rows(json!([])), refused, rows(json!([]))];
    check(
        vec![user_with_role(Certain, 60_000)],
        replies,
        End::Failed,
        expect![[r#"
            GET query?q=SELECT Id, Alias, CreatedById, CreatedDate FROM User WHERE Name = 'user' ORDER BY Id
            POST composite/sobjects [{"Alias":"u","attributes":{"type":"User"}}]
            GET query?q=SELECT Id, Alias, CreatedById, CreatedDate FROM User WHERE Name = 'user' ORDER BY Id
            {"intent":{"request":1,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"s","address":"user"},"outcome":{"failed":{"code":"INVALID_FIELD","message":"no"}}}}
            {"finished":{"end":"failed"}}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn settings_openings_and_disappearances_are_looked_at_too() {
    let opens = Consequence::Opens {
        objects: vec!["Network".into()],
        fields: vec![OpenedField {
            object: "User".into(),
            field: "ContactId".into(),
            initial: Scalar::Nothing,
        }],
    };
    let configures = Consequence::Configures {
        settings: "Sharing".into(),
        fields: fields(&[("enableExternalSharingModel", Scalar::Truth(true))]),
    };
    let disappears = Consequence::Disappears {
        object: "Case".into(),
        id: Scalar::text("500"),
    };
    let effects = vec![
        effect("opens", "on", Certain, opens),
        effect("sharing", "on", Likely, configures),
        effect("case", "on", Certain, disappears),
        effect("other", "on", Certain, Consequence::Other),
    ];
    let networks = configure("on", "Communities", &[("on", Scalar::Truth(true))]);
    let replies = vec![
        settings(&[("on", "false")]),
        configured(),
        composite(&[json!("INVALID_TYPE"), json!([]), json!([{"Id": "500"}])]),
        settings(&[("enableExternalSharingModel", "false")]),
    ];
    check(
        vec![step("s", vec![networks], effects)],
        replies,
        End::Failed,
        expect![[r#"
            <readMetadata><type>CommunitiesSettings</type><fullNames>Communities</fullNames></readMetadata>
            <updateMetadata><metadata xsi:type="CommunitiesSettings"><fullName>Communities</fullName><on>true</on></metadata></updateMetadata>
            POST composite
                query?q=SELECT Id FROM Network WHERE Id = null ORDER BY Id
                query?q=SELECT Id, ContactId FROM User WHERE Id = null ORDER BY Id
                query?q=SELECT Id FROM Case WHERE Id = '500' ORDER BY Id
            <readMetadata><type>SharingSettings</type><fullNames>Sharing</fullNames></readMetadata>
            {"intent":{"request":1,"changes":[{"step":"s","address":"on"}],"before":{"on":{"on":false}},"at_ms":0}}
            {"settled":{"change":{"step":"s","address":"on"},"outcome":{"done":{"how":"sent","values":{}}}}}
            {"verified":{"step":"s","address":"opens","verdict":{"missing":{"why":"no"}}}}
            {"verified":{"step":"s","address":"sharing","verdict":{"missing":{"why":"`enableExternalSharingModel` is `false`, not `true`"}}}}
            {"verified":{"step":"s","address":"case","verdict":{"missing":{"why":"the `Case` is still there"}}}}
            {"finished":{"end":"failed"}}
        "#]],
    )
    .await;
}

fn check_stopped(done: &Done, expected: Expect) {
    expected.assert_eq(&format!("{}{}", done.asked, done.events));
}

#[tokio::test]
async fn what_nobody_can_read_is_not_called_missing() {
    let keyless = Consequence::Appears {
        object: "X".into(),
        fields: Vec::new(),
        key: Vec::new(),
        id: Scalar::Nothing,
    };
    let mut one = user_with_role(Certain, 60_000);
    one.plan
        .effects
        .push(within(60_000, effect("keyless", "user", Certain, keyless)));
    // The org is unreachable: waiting is of no use, and nothing is known.
    let replies = vec![saved(&["0051"]), Reply::Unreachable];
    let done = run(vec![one], replies).await;
    check_stopped(
        &done,
        expect![[r#"
            GET query?q=SELECT Id, Alias, CreatedById, CreatedDate FROM User WHERE Name = 'user' ORDER BY Id
            POST composite/sobjects [{"Alias":"u","attributes":{"type":"User"}}]
            POST composite
                query?q=SELECT Id, PortalRole FROM UserRole WHERE Name = 'R' ORDER BY Id
                query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
            {"intent":{"request":1,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"s","address":"user"},"outcome":{"done":{"how":"sent","values":{"id":"0051"}}}}}
            {"stopped":{"why":{"unreachable":{"why":"nothing answers"}}}}
        "#]],
    );
}

#[tokio::test]
async fn a_step_does_not_fail_because_nobody_says_what_came() {
    let share = create("share", "Share", &[]);
    let mut planned_with_it = step("t", vec![share], Vec::new());
    planned_with_it.relies_on = vec![Token::of_text("s:role.id")];
    let steps = vec![user_with_role(Certain, 0), planned_with_it];
    // The look at what the step would send leaves at the same time.
    let looks = vec![Reply::Page(403, "<html>"), rows(json!([]))];
    let done = run(steps, [vec![saved(&["0051"])], looks].concat()).await;
    expect![[r#"
        {"intent":{"request":1,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"user"},"outcome":{"done":{"how":"sent","values":{"id":"0051"}}}}}
        {"stopped":{"why":{"no-way":{"code":"org/foreign","why":"this is not an answer of Salesforce: 403 with `<html>`","remedy":"something between here and the org answers in its place: a proxy, a sign-in page of a network"}}}}
    "#]].assert_eq(&done.events);
}

#[tokio::test]
async fn a_resumed_run_looks_only_for_what_has_no_verdict() {
    let mut events = beginning(vec![user_with_role(Certain, 0)]);
    let key = |address: &str| ChangeKey::new(&Unit::step("s"), address);
    events.extend([
        Event::Settled {
            change: key("user"),
            outcome: Outcome::Done {
                how: How::Sent,
                values: [("id".to_owned(), json!("0051"))].into(),
            },
        },
        Event::Appeared {
            key: key("role"),
            id: "00E1".into(),
        },
        Event::Verified {
            key: key("role"),
            verdict: Verdict::Held,
        },
    ]);
    let done = resume(
        &events,
        vec![rows(json!([{"Id": "0051", "UserRoleId": "00E1"}]))],
    )
    .await;
    expect![[r#"
        GET query?q=SELECT Id, UserRoleId FROM User WHERE Id = '0051' ORDER BY Id
        {"verified":{"step":"s","address":"derived","verdict":"held"}}
        {"finished":{"end":"done"}}
    "#]]
    .assert_eq(&format!("{}{}", done.asked, done.events));
    assert_eq!(done.state.end(), End::Done);
}

/// Salesforce names the record in the language of the org: the step that relies on it goes on, and the end tells of the
/// name.
#[tokio::test]
async fn a_step_that_relies_on_a_record_goes_on_under_another_name() {
    let named = [
        ("Name", Scalar::text("English")),
        ("PortalRole", Scalar::text("Worker")),
    ];
    let role = effect("role", "user", Likely, appears("UserRole", "R", &named));
    let mut planned_with_it = step("t", vec![create("share", "Share", &[])], Vec::new());
    planned_with_it.relies_on = vec![Token::of_text("s:role.id")];
    let steps = vec![
        step("s", vec![user()], vec![within(0, role)]),
        planned_with_it,
    ];
    let deutsch = || rows(json!([{"Id": "00E1", "Name": "Deutsch", "PortalRole": "Worker"}]));
    check(
        steps.clone(),
        vec![saved(&["0051"]), deutsch(), saved(&["00S1"]), deutsch()],
        End::Done,
        expect![[r#"
            GET query?q=SELECT Id, Alias, CreatedById, CreatedDate FROM User WHERE Name = 'user' ORDER BY Id
            POST composite/sobjects [{"Alias":"u","attributes":{"type":"User"}}]
            GET query?q=SELECT Id, Name, PortalRole FROM UserRole WHERE Name = 'R' ORDER BY Id
            GET query?q=SELECT Id, CreatedById, CreatedDate FROM Share WHERE Name = 'share' ORDER BY Id
            POST composite/sobjects [{"attributes":{"type":"Share"}}]
            GET query?q=SELECT Id, Name, PortalRole FROM UserRole WHERE Id = '00E1' ORDER BY Id
            {"intent":{"request":1,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"s","address":"user"},"outcome":{"done":{"how":"sent","values":{"id":"0051"}}}}}
            {"appeared":{"step":"s","address":"role","id":"00E1"}}
            {"intent":{"request":2,"changes":[{"step":"t","address":"share"}],"before":{},"at_ms":0}}
            {"settled":{"change":{"step":"t","address":"share"},"outcome":{"done":{"how":"sent","values":{"id":"00S1"}}}}}
            {"verified":{"step":"s","address":"role","verdict":{"missing":{"why":"`Name` is `Deutsch`, not `English`"}}}}
            {"finished":{"end":"done"}}
        "#]],
    )
    .await;
    let other = rows(json!([{"Id": "00E1", "Name": "English", "PortalRole": "Manager"}]));
    // The look at what the step would send leaves at the same time.
    let replies = vec![saved(&["0051"]), other, rows(json!([]))];
    check(steps, replies, End::Failed, expect![[r#"
        GET query?q=SELECT Id, Alias, CreatedById, CreatedDate FROM User WHERE Name = 'user' ORDER BY Id
        POST composite/sobjects [{"Alias":"u","attributes":{"type":"User"}}]
        GET query?q=SELECT Id, Name, PortalRole FROM UserRole WHERE Name = 'R' ORDER BY Id
        GET query?q=SELECT Id, CreatedById, CreatedDate FROM Share WHERE Name = 'share' ORDER BY Id
        {"intent":{"request":1,"changes":[{"step":"s","address":"user"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"user"},"outcome":{"done":{"how":"sent","values":{"id":"0051"}}}}}
        {"appeared":{"step":"s","address":"role","id":"00E1"}}
        {"verified":{"step":"s","address":"role","verdict":{"missing":{"why":"`PortalRole` is `Manager`, not `Worker`"}}}}
        {"step-planned":{"step":{"id":"t","plugin":{"name":"p","version":"1.0.0","digest":""},"state":{"failed":{"class":"unmet","problems":[{"severity":"error","code":"run/relied-on","summary":"it was planned as if this had come, which step `s` announced: role (`PortalRole` is `Manager`, not `Worker`)","remedy":"Apply the recipe again: the step is then planned on the org as it is","rule":null,"at":""}]}},"input":{},"plan":{"changes":[{"address":"share","summary":"share","operation":{"create":{"object":"Share","fields":[],"key":{"conditions":[{"field":"Name","any_of":[{"text":"share"}]}],"enforced":true},"options":[]}},"after":[],"waits":[],"results":[],"undo":"nothing"}],"effects":[],"outputs":{},"notes":[]},"before":{},"bound":null,"only_if":{},"relies_on":["s:role.id"]}}}
        {"finished":{"end":"failed"}}
    "#]]).await;
}
