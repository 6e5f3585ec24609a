//! Settings are configured like records are updated: looked at first, sent when they differ, looked at
//! again when the answer was lost.

use expect_test::{Expect, expect};
use serde_json::json;
use usher_core::plan::PlannedStep;
use usher_core::value::Scalar;

use crate::conduct::scripted::{Reply, configure, configured, run, settings, step};

/// One step that sets `on` of the settings `X` to true, where the plan saw `before`.
fn turn_on(before: Option<bool>) -> Vec<PlannedStep> {
    let on = configure(
        "on",
        "X",
        &[
            ("on", Scalar::Truth(true)),
            ("size", Scalar::Number("3".into())),
        ],
    );
    let mut step = step("s", vec![on], Vec::new());
    if let Some(before) = before {
        let record = json!({"on": before});
        step.before
            .insert("on".into(), record.as_object().expect("an object").clone());
    }
    vec![step]
}

async fn check(before: Option<bool>, replies: Vec<Reply>, expected: Expect) {
    let done = run(turn_on(before), replies).await;
    expected.assert_eq(&format!("{}{}", done.asked, done.events));
}

fn off() -> Reply {
    settings(&[("on", "false"), ("size", "3")])
}

fn on() -> Reply {
    settings(&[("on", "true"), ("size", "3")])
}

#[tokio::test]
async fn settings_that_differ_are_set() {
    check(Some(false), vec![off(), configured()], expect![[r#"
        <readMetadata><type>XSettings</type><fullNames>X</fullNames></readMetadata>
        <updateMetadata><metadata xsi:type="XSettings"><fullName>X</fullName><on>true</on><size>3</size></metadata></updateMetadata>
        {"intent":{"request":1,"changes":[{"step":"s","address":"on"}],"before":{"on":{"on":false,"size":"3"}},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"on"},"outcome":{"done":{"how":"sent","values":{}}}}}
        {"finished":{"end":"done"}}
    "#]]).await;
}

#[tokio::test]
async fn settings_that_are_as_wanted_are_left_alone() {
    check(Some(false), vec![on()], expect![[r#"
        <readMetadata><type>XSettings</type><fullNames>X</fullNames></readMetadata>
        {"settled":{"change":{"step":"s","address":"on"},"outcome":{"done":{"how":"as-wanted","values":{}}}}}
        {"finished":{"end":"done"}}
    "#]]).await;
}

#[tokio::test]
async fn settings_that_somebody_changed_stop_the_run() {
    let moved = settings(&[("on", "maybe")]);
    check(Some(false), vec![moved], expect![[r#"
        <readMetadata><type>XSettings</type><fullNames>X</fullNames></readMetadata>
        {"settled":{"change":{"step":"s","address":"on"},"outcome":{"failed":{"code":"run/moved","message":"it was changed outside this run since the plan was made: `on` is \"maybe\" and not false"}}}}
        {"finished":{"end":"failed"}}
    "#]]).await;
}

#[tokio::test]
async fn after_a_lost_answer_settings_are_read_again() {
    check(None, vec![off(), Reply::Lost, on()], expect![[r#"
        <readMetadata><type>XSettings</type><fullNames>X</fullNames></readMetadata>
        <updateMetadata><metadata xsi:type="XSettings"><fullName>X</fullName><on>true</on><size>3</size></metadata></updateMetadata>
        <readMetadata><type>XSettings</type><fullNames>X</fullNames></readMetadata>
        {"intent":{"request":1,"changes":[{"step":"s","address":"on"}],"before":{"on":{"on":false,"size":"3"}},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"on"},"outcome":{"done":{"how":"found","values":{}}}}}
        {"finished":{"end":"done"}}
    "#]]).await;
    check(
        None,
        vec![off(), Reply::Lost, off(), off(), configured()],
        expect![[r#"
            <readMetadata><type>XSettings</type><fullNames>X</fullNames></readMetadata>
            <updateMetadata><metadata xsi:type="XSettings"><fullName>X</fullName><on>true</on><size>3</size></metadata></updateMetadata>
            <readMetadata><type>XSettings</type><fullNames>X</fullNames></readMetadata>
            … 1000 ms
            <readMetadata><type>XSettings</type><fullNames>X</fullNames></readMetadata>
            <updateMetadata><metadata xsi:type="XSettings"><fullName>X</fullName><on>true</on><size>3</size></metadata></updateMetadata>
            {"intent":{"request":1,"changes":[{"step":"s","address":"on"}],"before":{"on":{"on":false,"size":"3"}},"at_ms":0}}
            {"not-acted":{"change":{"step":"s","address":"on"},"why":"no answer came, and it is not there","doubted":true}}
            {"intent":{"request":2,"changes":[{"step":"s","address":"on"}],"before":{"on":{"on":false,"size":"3"}},"at_ms":1000}}
            {"settled":{"change":{"step":"s","address":"on"},"outcome":{"done":{"how":"sent","values":{}}}}}
            {"finished":{"end":"done"}}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_refusal_of_settings_fails_the_change() {
    let refused = "<updateMetadataResponse><result><errors><message>not here</message>\
        <statusCode>FEATURE_NOT_ENABLED</statusCode></errors><success>false</success></result>\
        </updateMetadataResponse>";
    check(None, vec![off(), Reply::Soap(refused.into())], expect![[r#"
        <readMetadata><type>XSettings</type><fullNames>X</fullNames></readMetadata>
        <updateMetadata><metadata xsi:type="XSettings"><fullName>X</fullName><on>true</on><size>3</size></metadata></updateMetadata>
        {"intent":{"request":1,"changes":[{"step":"s","address":"on"}],"before":{"on":{"on":false,"size":"3"}},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"on"},"outcome":{"failed":{"code":"FEATURE_NOT_ENABLED","message":"not here"}}}}
        {"finished":{"end":"failed"}}
    "#]]).await;
    check(
        None,
        vec![Reply::Fault("INVALID_SESSION_ID")],
        expect![[r#"
            <readMetadata><type>XSettings</type><fullNames>X</fullNames></readMetadata>
            {"stopped":{"why":{"signed-out":{"code":"org/signed-out","why":"the org does not accept the sign-in: no","remedy":"sign in to the org again"}}}}
        "#]],
    )
    .await;
}
