use expect_test::{Expect, expect};
use serde_json::{Value, json};
use usher_core::change::{Binding, Change, Source, Wait};
use usher_core::operation::{
    Check, Component, ComponentName, Condition, DeployComponents, Finding, Lookup, Probe,
};
use usher_core::run::{End, Outcome};
use usher_core::value::{Reference, Scalar, Token};

use crate::conduct::scripted::{Done, Reply, change, create, rows, run, saved, step};

fn groups(field: &str) -> Probe {
    Probe::Records(Lookup {
        object: "Group".into(),
        fields: vec![field.into()],
        conditions: vec![Condition::is("Name", Scalar::text("g"))],
    })
}

fn check_of(value: &str) -> Check {
    Check {
        at: "Status".into(),
        any_of: vec![Scalar::text(value)],
    }
}

/// A group that Salesforce adds within two seconds.
fn adding() -> Change {
    let mut adding = create("g", "Group", &[("Name", Scalar::text("g"))]);
    adding.waits.push(Wait {
        summary: "Salesforce adds it".into(),
        look: groups("Status"),
        until: Finding::Holds(vec![check_of("Added")]),
        failed: vec![check_of("FailedAdd")],
        reason_at: None,
        every_ms: 1000,
        at_most_ms: 2000,
    });
    adding
}

fn standing(status: &str) -> Reply {
    rows(json!([{"Id": "0DLA", "Status": status}]))
}

fn two() -> Reply {
    rows(json!([{"Id": "0DLA", "Status": "Added"}, {"Id": "0DLB", "Status": "Added"}]))
}

fn not_understood() -> Reply {
    Reply::Json(200, json!({"records": "none"}))
}

fn refused() -> Reply {
    let body = json!([{"errorCode": "INVALID_FIELD", "message": "no such field"}]);
    Reply::Json(400, body)
}

/// Checks the group when its waits see these answers.
async fn check(change: Change, answers: Vec<Reply>, end: End, expected: Expect) {
    let mut replies = vec![saved(&["0DLA"])];
    replies.extend(answers);
    let done = run(vec![step("s", vec![change], Vec::new())], replies).await;
    expected.assert_eq(&outcome(&done));
    assert_eq!(done.state.end(), end);
}

fn outcome(done: &Done) -> String {
    let settled = done.events.lines().find(|line| line.contains("settled"));
    let settled: Value = serde_json::from_str(settled.expect("it is settled")).expect("JSON");
    settled["settled"]["outcome"].to_string()
}

#[tokio::test]
async fn a_change_whose_wait_fails_is_there() {
    let failed = vec![standing("Waiting"), standing("FailedAdd")];
    check(
        adding(),
        failed,
        End::Failed,
        expect![[r#"{"failed":{"code":"run/wait-failed","how":"sent","message":"Salesforce adds it: the org does not say why"}}"#]],
    )
    .await;
    let never = vec![
        standing("Waiting"),
        standing("Waiting"),
        standing("Waiting"),
    ];
    check(
        adding(),
        never,
        End::Failed,
        expect![[r#"{"failed":{"code":"run/wait-timeout","how":"sent","message":"Salesforce adds it: not within 2 s"}}"#]],
    )
    .await;
    check(
        adding(),
        vec![refused()],
        End::Failed,
        expect![[r#"{"failed":{"code":"INVALID_FIELD","how":"sent","message":"no such field"}}"#]],
    )
    .await;
}

#[tokio::test]
async fn a_look_that_shows_nothing_clear_fails_no_change() {
    let one_then = vec![two(), not_understood(), standing("Added")];
    check(
        adding(),
        one_then,
        End::Done,
        expect![[r#"{"done":{"how":"sent","values":{"id":"0DLA"}}}"#]],
    )
    .await;
    check(
        adding(),
        vec![two(), two(), two()],
        End::InDoubt,
        expect![[r#"{"unsettled":{"how":"sent","reason":"Salesforce adds it: the org's answer makes no sense: 2 records are there"}}"#]],
    )
    .await;
}

#[tokio::test]
async fn a_change_whose_result_cannot_be_read_is_there() {
    let reading = || {
        let mut reading = create("g", "Group", &[("Name", Scalar::text("g"))]);
        reading.results.push(Binding {
            name: "number".into(),
            source: Source::Found {
                look: groups("Number"),
                at: "Number".into(),
            },
            secret: false,
        });
        reading
    };
    check(
        reading(),
        vec![rows(json!([]))],
        End::Failed,
        expect![[r#"{"failed":{"code":"run/no-result","how":"sent","message":"`number` is not there to be read"}}"#]],
    )
    .await;
    check(
        reading(),
        vec![two()],
        End::InDoubt,
        expect![[r#"{"unsettled":{"how":"sent","reason":"`number`: the org's answer makes no sense: 2 records are there"}}"#]],
    )
    .await;
}

/// Checks a deployment that is taken and then answers `answer`.
async fn check_deployment(answer: Reply, end: End, expected: Expect) {
    let set = DeployComponents {
        components: vec![Component {
            name: ComponentName {
                kind: "SharingSet".into(),
                full_name: Scalar::text("Partners"),
            },
            content: r#"{"name":["Partners"]}"#.into(),
        }],
        removals: Vec::new(),
        options: Vec::new(),
    };
    let replies = vec![
        Reply::Soap("<readMetadataResponse><result/></readMetadataResponse>".into()),
        Reply::Json(201, json!({"id": "0AfA"})),
        answer,
    ];
    let steps = vec![step("s", vec![change("set", set.into())], Vec::new())];
    let done = run(steps, replies).await;
    expected.assert_eq(&outcome(&done));
    assert_eq!(done.state.end(), end);
}

#[tokio::test]
async fn a_deployment_that_failed_left_nothing_and_one_that_nobody_sees_may_be_there() {
    let failed = json!({"deployResult": {"done": true, "success": false, "status": "Failed"}});
    check_deployment(Reply::Json(200, failed), End::Failed, expect![[r#"{"failed":{"code":"run/deployment-failed","message":"deployment 0AfA is Failed: the org does not say why"}}"#]]).await;
    check_deployment(refused(), End::InDoubt, expect![[r#"{"unsettled":{"how":"sent","reason":"the deployment 0AfA cannot be looked at: INVALID_FIELD no such field"}}"#]]).await;
}

/// No later look can know the value.
#[tokio::test]
async fn a_wait_for_what_nobody_knows_ends_at_once() {
    let mut adding = adding();
    let number = Scalar::Reference(Reference::Given(Token::of_text("s:g.number")));
    adding.waits[0].look = Probe::Records(Lookup {
        object: "Group".into(),
        fields: Vec::new(),
        conditions: vec![Condition::is("Number", number)],
    });
    check(adding, Vec::new(), End::InDoubt, expect![[r#"{"unsettled":{"how":"sent","reason":"Salesforce adds it: the org's answer makes no sense: the value of `s:g.number` is not known yet"}}"#]]).await;
}

#[test]
fn what_only_waited_has_not_acted() {
    let failed = crate::conduct::failed("run/wait-timeout", "not within 2 s");
    let waited = failed.clone().having_acted(usher_core::run::How::AsWanted);
    assert_eq!(waited, failed);
    assert_eq!(waited.acted(), None);
    let kept = Outcome::Kept {
        reason: String::new(),
    };
    assert_eq!(kept.acted(), None);
}
