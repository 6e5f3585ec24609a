//! Deployments in a run against the practice org: their requests, lost answers, and undo.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use serde_json::{Value, json};
use usher_core::change::{Binding, Change, Source};
use usher_core::component::inverse;
use usher_core::operation::{
    Component, ComponentName, Condition, DeployComponents, Finding, Lookup, Operation, Probe,
    WaitOnly,
};
use usher_core::plan::PlannedStep;
use usher_core::value::Scalar;

use crate::conduct::tests::{change, plan, run, step};
use crate::testing::{FIXTURE, Fault, TestOrg};

fn name(kind: &str, full_name: &str) -> ComponentName {
    ComponentName {
        kind: kind.into(),
        full_name: Scalar::text(full_name),
    }
}

fn deploy(kind: &str, full_name: &str, content: &Value) -> Operation {
    Operation::from(DeployComponents {
        components: vec![Component {
            name: name(kind, full_name),
            content: content.to_string(),
        }],
        removals: Vec::new(),
        options: Vec::new(),
    })
}

fn set(profile: &str) -> Value {
    json!({"name": ["Partners"], "profiles": [profile]})
}

/// A step that makes the set for that profile. `before`: what the plan saw.
fn making(profile: &str, before: Value) -> PlannedStep {
    let deploy = deploy("SharingSet", "Partners", &set(profile));
    let mut making = step("s", vec![change("set", deploy)]);
    let before = json!({"SharingSet/Partners": before});
    let before = before.as_object().cloned().expect("an object");
    making.before = BTreeMap::from([("set".to_owned(), before)]);
    making
}

async fn check(org: &TestOrg, steps: Vec<PlannedStep>, faults: &[Option<Fault>], expected: Expect) {
    org.faults(faults);
    let (log, _) = run(org, plan(steps)).await;
    org.faults(&[]);
    expected.assert_eq(&log);
}

async fn there(org: &TestOrg) -> Value {
    let set = org.org.read_component("SharingSet", "Partners").await;
    json!(set.expect("answers"))
}

const ONE: &str = "Partner Community User";
const OTHER: &str = "Customer Community Plus User";

#[tokio::test]
async fn a_deployment_is_awaited_and_then_as_wanted() {
    let org = TestOrg::new(FIXTURE);
    org.requests();
    check(
        &org,
        vec![making(ONE, Value::Null)],
        &[],
        expect![[r#"
        intent 1: set
        answered set
        set done: Sent
        finished: Done
    "#]],
    )
    .await;
    expect![[r#"
        POST /services/Soap/m/66.0
        POST /services/data/v66.0/metadata/deployRequest
        GET /services/data/v66.0/metadata/deployRequest/0AfJca000000001KAA
        GET /services/data/v66.0/metadata/deployRequest/0AfJca000000001KAA"#]]
    .assert_eq(&org.requests().join("\n"));
    assert_eq!(there(&org).await, set(ONE));
    check(
        &org,
        vec![making(ONE, Value::Null)],
        &[],
        expect![[r#"
        set done: AsWanted
        finished: Done
    "#]],
    )
    .await;
}

#[tokio::test]
async fn somebody_who_changed_it_meanwhile_stops_it() {
    let org = TestOrg::new(FIXTURE);
    check(
        &org,
        vec![making(ONE, Value::Null)],
        &[],
        expect![[r#"
        intent 1: set
        answered set
        set done: Sent
        finished: Done
    "#]],
    )
    .await;
    check(
        &org,
        vec![making(OTHER, Value::Null)],
        &[],
        expect![[r#"
        set failed: run/moved
        finished: Failed
    "#]],
    )
    .await;
    check(
        &org,
        vec![making(OTHER, set(ONE))],
        &[],
        expect![[r#"
        intent 1: set
        answered set
        set done: Sent
        finished: Done
    "#]],
    )
    .await;
    assert_eq!(there(&org).await, set(OTHER));
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_by_comparing() {
    let org = TestOrg::new(FIXTURE);
    let lost = [Some(Fault::LostBefore)];
    check(
        &org,
        vec![making(ONE, Value::Null)],
        &lost,
        expect![[r#"
            intent 1: set
            set not acted: no answer came, and it is not there
            intent 2: set
            answered set
            set done: Sent
            finished: Done
        "#]],
    )
    .await;
    assert_eq!(there(&org).await, set(ONE));
    // It was taken and is still under way: sent again, which does no harm.
    let lost = [Some(Fault::LostAfter)];
    check(
        &org,
        vec![making(OTHER, set(ONE))],
        &lost,
        expect![[r#"
            intent 1: set
            set not acted: no answer came, and it is not there
            intent 2: set
            answered set
            set done: Sent
            finished: Done
        "#]],
    )
    .await;
    assert_eq!(there(&org).await, set(OTHER));
    let twice = [Some(Fault::LostBefore), Some(Fault::LostBefore)];
    check(
        &org,
        vec![making(ONE, set(OTHER))],
        &twice,
        expect![[r#"
            intent 1: set
            set not acted: no answer came, and it is not there
            intent 2: set
            set not acted: no answer came, and it is not there
            intent 3: set
            answered set
            set done: Sent
            finished: Done
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_failed_deployment_fails_the_change_with_its_messages() {
    let org = TestOrg::new(FIXTURE);
    let failing = vec![making("Nobody", Value::Null)];
    let (log, _) = run(&org, plan(failing)).await;
    expect![[r#"
        intent 1: set
        answered set
        set failed: run/deployment-failed
        finished: Failed
    "#]]
    .assert_eq(&log);
    assert_eq!(there(&org).await, Value::Null);
}

/// A profile, and the id of its record.
fn cloning() -> Change {
    let content = json!({
        "custom": ["true"],
        "userLicense": ["Partner Community"],
        "userPermissions": [{"enabled": ["true"], "name": ["ApiEnabled"]}]
    });
    let record = Probe::Records(Lookup {
        object: "Profile".into(),
        fields: vec!["Name".into()],
        conditions: vec![Condition::is("Name", Scalar::text("Acme"))],
    });
    let mut cloning = change("profile", deploy("Profile", "Acme", &content));
    cloning.results.push(Binding {
        name: "id".into(),
        source: Source::Found {
            look: record,
            at: "Id".into(),
        },
        secret: false,
    });
    cloning
}

#[tokio::test]
async fn what_a_deployment_makes_can_be_bound_waited_for_and_taken_back() {
    let org = TestOrg::new(FIXTURE);
    let mut waiting = change("seen", Operation::from(WaitOnly));
    waiting.waits.push(usher_core::change::Wait {
        summary: "the profile is there".into(),
        look: Probe::Component(name("Profile", "Acme")),
        until: Finding::Holds(vec![usher_core::operation::Check {
            at: "/userPermissions/0/name/0".into(),
            any_of: vec![Scalar::text("ApiEnabled")],
        }]),
        failed: Vec::new(),
        reason_at: None,
        every_ms: 1000,
        at_most_ms: 10_000,
    });
    waiting
        .after
        .push(usher_core::change::Prerequisite::Change("profile".into()));
    check(
        &org,
        vec![step("s", vec![cloning(), waiting])],
        &[],
        expect![[r#"
            intent 1: profile
            answered profile
            profile done: Sent
            answered seen
            seen done: AsWanted
            finished: Done
        "#]],
    )
    .await;
    let made =
        "SELECT Name, PermissionsApiEnabled, UserLicense.Name FROM Profile WHERE Name = 'Acme'";
    assert_eq!(org.query(made).await.len(), 1);
    let before = json!({"Profile/Acme": null});
    let before = before.as_object().expect("an object");
    let cloning = cloning();
    let deployed = cloning.operation.of().expect("it is a deployment");
    let back = inverse(deployed, before).expect("it was read");
    check(
        &org,
        vec![step("u", vec![change("profile", back.into())])],
        &[],
        expect![[r#"
            intent 1: profile
            answered profile
            profile done: Sent
            finished: Done
        "#]],
    )
    .await;
    assert_eq!(org.query(made).await, Vec::<Value>::new());
}
