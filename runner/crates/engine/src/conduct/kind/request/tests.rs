//! A path is checked when it is whole: a path that must not leave fails its change before anything is written down or
//! sent.

use expect_test::{Expect, expect};
use serde_json::json;
use usher_core::change::{Change, Wait};
use usher_core::operation::{
    Finding, Method, Operation, Probe, Repetition, ResourcePath, RestRequest, WaitOnly,
};
use usher_core::value::{Reference, Scalar, Token};

use crate::conduct::scripted::{beginning, change, resume_knowing, step};

const LATER: &str = "s0:made.name";

/// `connect/<what comes later>/composite`
fn path() -> ResourcePath {
    let later = Scalar::Reference(Reference::Given(Token::of_text(LATER)));
    ResourcePath {
        segments: vec![Scalar::text("connect"), later, Scalar::text("composite")],
        query: Vec::new(),
    }
}

async fn check(change: Change, expected: Expect) {
    let events = beginning(vec![step("s", vec![change], vec![])]);
    let known = [(Token::of_text(LATER), json!(".."))];
    let done = resume_knowing(&known, &events, vec![]).await;
    expected.assert_eq(&format!("{}{}", done.asked, done.events));
}

#[tokio::test]
async fn a_request_that_would_climb_is_not_sent() {
    let request = Operation::from(RestRequest {
        method: Method::Post,
        path: path(),
        body: None,
        repetition: Repetition::Safe,
    });
    check(change("a", request), expect![[r#"
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"failed":{"code":"run/never-sent","message":"`..` cannot be a segment of a path: a segment holds something else than dots, and none of `/ \\ % ; ? #` or control characters"}}}}
        {"finished":{"end":"failed"}}
    "#]]).await;
}

#[tokio::test]
async fn a_wait_that_would_climb_does_not_look() {
    let mut waits = change("a", Operation::from(WaitOnly));
    waits.waits = vec![Wait {
        summary: "It comes".into(),
        look: Probe::Rest(path()),
        until: Finding::Present,
        failed: Vec::new(),
        reason_at: None,
        every_ms: 1_000,
        at_most_ms: 60_000,
    }];
    check(waits, expect![[r#"
        {"answered":{"change":{"step":"s","address":"a"},"values":{},"how":"as-wanted"}}
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"failed":{"code":"run/never-sent","message":"`..` cannot be a segment of a path: a segment holds something else than dots, and none of `/ \\ % ; ? #` or control characters"}}}}
        {"finished":{"end":"failed"}}
    "#]]).await;
}
