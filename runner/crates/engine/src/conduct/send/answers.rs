//! The reaction of a run to every class of answer to a request that writes.

use expect_test::{Expect, expect};
use serde_json::json;
use usher_core::change::Change;
use usher_core::value::Scalar;

use crate::conduct::scripted::{Reply, create, rows, run, step};

fn account(name: &str) -> Change {
    create(name, "Account", &[("Name", Scalar::text(name))])
}

/// Checks one account, or two, that the org does not have before.
async fn check(names: &[&str], answers: Vec<Reply>, expected: Expect) {
    let changes = names.iter().map(|name| account(name)).collect();
    let mut replies = vec![nothing()];
    replies.extend(answers);
    let done = run(vec![step("s", changes, Vec::new())], replies).await;
    // All of them ask for the same.
    let asked: Vec<&str> = done
        .asked
        .lines()
        .map(|line| line.split(['?', '[']).next().unwrap_or(line).trim_end())
        .collect();
    expected.assert_eq(&format!("{}\n{}", asked.join("\n"), done.events));
}

fn nothing() -> Reply {
    rows(json!([]))
}

fn there(name: &str) -> Reply {
    rows(json!([{"Id": "001A", "Name": name, "CreatedById": "005",
                 "CreatedDate": "1970-01-01T00:00:01.000+0000"}]))
}

fn error(status: u16, code: &str, message: &str) -> Reply {
    Reply::Json(status, json!([{"errorCode": code, "message": message}]))
}

fn refused(code: &str) -> serde_json::Value {
    json!({"success": false, "errors": [{"statusCode": code, "message": "no"}]})
}

#[tokio::test]
async fn a_row_that_is_refused_fails_its_change_alone() {
    let rows = json!([{"id": "001A", "success": true}, refused("FIELD_INTEGRITY_EXCEPTION")]);
    let answers = vec![Reply::Json(200, rows), nothing()];
    check(&["a", "b"], answers, expect![[r#"
        GET query
        POST composite/sobjects
        GET query
        {"intent":{"request":1,"changes":[{"step":"s","address":"a"},{"step":"s","address":"b"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"done":{"how":"sent","values":{"id":"001A"}}}}}
        {"settled":{"change":{"step":"s","address":"b"},"outcome":{"failed":{"code":"FIELD_INTEGRITY_EXCEPTION","message":"no"}}}}
        {"finished":{"end":"failed"}}
    "#]]).await;
}

#[tokio::test]
async fn a_request_that_is_refused_as_a_whole_is_sent_row_by_row() {
    let answers = vec![
        error(400, "JSON_PARSER_ERROR", "no"),
        nothing(),
        Reply::Json(200, json!([{"id": "001A", "success": true}])),
        nothing(),
        Reply::Json(200, json!([refused("FIELD_INTEGRITY_EXCEPTION")])),
        nothing(),
    ];
    check(&["a", "b"], answers, expect![[r#"
        GET query
        POST composite/sobjects
        GET query
        POST composite/sobjects
        GET query
        POST composite/sobjects
        GET query
        {"intent":{"request":1,"changes":[{"step":"s","address":"a"},{"step":"s","address":"b"}],"before":{},"at_ms":0}}
        {"not-acted":{"change":{"step":"s","address":"a"},"why":"the whole request was refused: JSON_PARSER_ERROR no"}}
        {"not-acted":{"change":{"step":"s","address":"b"},"why":"the whole request was refused: JSON_PARSER_ERROR no"}}
        {"intent":{"request":2,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"done":{"how":"sent","values":{"id":"001A"}}}}}
        {"intent":{"request":3,"changes":[{"step":"s","address":"b"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"b"},"outcome":{"failed":{"code":"FIELD_INTEGRITY_EXCEPTION","message":"no"}}}}
        {"finished":{"end":"failed"}}
    "#]]).await;
}

#[tokio::test]
async fn each_of_those_that_are_refused_together_is_tried() {
    let names: Vec<String> = (0..8).map(|place| format!("a{place}")).collect();
    let changes = names.iter().map(|name| account(name)).collect();
    let no = || error(400, "INVALID_TYPE", "no such object");
    let together = || [nothing(), no()];
    // Each is looked for once more when it was refused.
    let alone = || [nothing(), no(), nothing()];
    let mut replies = Vec::new();
    // Eight, four, two, then one after the other. The last one passes.
    replies.extend([together(), together(), together()].concat());
    replies.extend([alone(), alone()].concat());
    replies.extend(together());
    replies.extend([alone(), alone()].concat());
    replies.extend([together(), together()].concat());
    replies.extend([alone(), alone()].concat());
    replies.extend(together());
    replies.extend(alone());
    let passes = Reply::Json(200, json!([{"id": "001A", "success": true}]));
    replies.extend([nothing(), passes]);
    let done = run(vec![step("s", changes, Vec::new())], replies).await;
    let failed = done.events.matches(r#""code":"INVALID_TYPE""#).count();
    assert_eq!(failed, 7, "{}", done.events);
}

#[tokio::test]
async fn a_server_error_may_have_acted() {
    let answers = vec![error(500, "UNKNOWN_EXCEPTION", "ErrorId 1"), there("a")];
    check(&["a"], answers, expect![[r#"
        GET query
        POST composite/sobjects
        GET query
        {"intent":{"request":1,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"done":{"how":"found","values":{"id":"001A"}}}}}
        {"finished":{"end":"done"}}
    "#]]).await;
}

#[tokio::test]
async fn a_page_of_something_between_may_have_acted() {
    for page in [200, 302, 414, 500].map(|status| Reply::Page(status, "<html>no</html>")) {
        let changes = vec![account("a")];
        let replies = vec![nothing(), page, there("a")];
        let done = run(vec![step("s", changes, Vec::new())], replies).await;
        assert!(done.events.contains(r#""how":"found""#), "{}", done.events);
    }
}

#[tokio::test]
async fn a_limit_that_is_used_up_stops_the_run_at_once() {
    let limit = error(
        403,
        "REQUEST_LIMIT_EXCEEDED",
        "TotalRequests Limit exceeded.",
    );
    check(&["a"], vec![limit], expect![[r#"
        GET query
        POST composite/sobjects
        {"intent":{"request":1,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":0}}
        {"not-acted":{"change":{"step":"s","address":"a"},"why":"REQUEST_LIMIT_EXCEEDED TotalRequests Limit exceeded."}}
        {"stopped":{"why":{"not-now":{"why":"REQUEST_LIMIT_EXCEEDED TotalRequests Limit exceeded."}}}}
    "#]]).await;
}

#[tokio::test]
async fn a_budget_that_is_used_up_stops_the_run_at_once() {
    check(&["a"], vec![Reply::Spent], expect![[r#"
        GET query
        POST composite/sobjects
        {"intent":{"request":1,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":0}}
        {"not-acted":{"change":{"step":"s","address":"a"},"why":"the 7 API requests that `--api-budget` allows are used up"}}
        {"stopped":{"why":{"spent":{"code":"org/api-budget","why":"the 7 API requests that `--api-budget` allows are used up"}}}}
    "#]]).await;
}

#[tokio::test]
async fn a_change_goes_again_when_the_org_asks_for_it() {
    let made = Reply::Made(vec![
        json!({"id": "001Jca000000001IAA", "success": true, "errors": []}),
    ]);
    let answers = vec![Reply::Busy(30), made.clone()];
    check(&["a"], answers, expect![[r#"
        GET query
        POST composite/sobjects
        … 30000 ms
        GET query
        POST composite/sobjects
        {"intent":{"request":1,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":0}}
        {"not-acted":{"change":{"step":"s","address":"a"},"why":"TOO_MANY slow down"}}
        {"intent":{"request":2,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":30000}}
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"done":{"how":"sent","values":{"id":"001Jca000000001IAA"}}}}}
        {"finished":{"end":"done"}}
    "#]]).await;
    // An hour is not waited for.
    check(&["a"], vec![Reply::Busy(3_600), made], expect![[r#"
        GET query
        POST composite/sobjects
        … 60000 ms
        GET query
        POST composite/sobjects
        {"intent":{"request":1,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":0}}
        {"not-acted":{"change":{"step":"s","address":"a"},"why":"TOO_MANY slow down"}}
        {"intent":{"request":2,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":60000}}
        {"settled":{"change":{"step":"s","address":"a"},"outcome":{"done":{"how":"sent","values":{"id":"001Jca000000001IAA"}}}}}
        {"finished":{"end":"done"}}
    "#]]).await;
}

#[tokio::test]
async fn a_session_that_is_over_stops_the_run_at_once() {
    let over = error(401, "INVALID_SESSION_ID", "Session expired or invalid");
    check(&["a"], vec![over], expect![[r#"
        GET query
        POST composite/sobjects
        {"intent":{"request":1,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":0}}
        {"not-acted":{"change":{"step":"s","address":"a"},"why":"the org does not accept the sign-in: Session expired or invalid"}}
        {"stopped":{"why":{"signed-out":{"code":"org/signed-out","why":"the org does not accept the sign-in: Session expired or invalid","remedy":"sign in to the org again"}}}}
    "#]]).await;
}

#[tokio::test]
async fn a_row_that_stays_locked_stops_the_run_and_fails_nothing() {
    let mut answers = Vec::new();
    for sending in 0..6 {
        if sending > 0 {
            answers.push(nothing());
        }
        answers.push(Reply::Json(200, json!([refused("UNABLE_TO_LOCK_ROW")])));
    }
    check(
        &["a"],
        answers,
        expect![[r#"
            GET query
            POST composite/sobjects
            … 1000 ms
            GET query
            POST composite/sobjects
            … 2000 ms
            GET query
            POST composite/sobjects
            … 4000 ms
            GET query
            POST composite/sobjects
            … 8000 ms
            GET query
            POST composite/sobjects
            … 16000 ms
            GET query
            POST composite/sobjects
            {"intent":{"request":1,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":0}}
            {"not-acted":{"change":{"step":"s","address":"a"},"why":"UNABLE_TO_LOCK_ROW no"}}
            {"intent":{"request":2,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":1000}}
            {"not-acted":{"change":{"step":"s","address":"a"},"why":"UNABLE_TO_LOCK_ROW no"}}
            {"intent":{"request":3,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":3000}}
            {"not-acted":{"change":{"step":"s","address":"a"},"why":"UNABLE_TO_LOCK_ROW no"}}
            {"intent":{"request":4,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":7000}}
            {"not-acted":{"change":{"step":"s","address":"a"},"why":"UNABLE_TO_LOCK_ROW no"}}
            {"intent":{"request":5,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":15000}}
            {"not-acted":{"change":{"step":"s","address":"a"},"why":"UNABLE_TO_LOCK_ROW no"}}
            {"intent":{"request":6,"changes":[{"step":"s","address":"a"}],"before":{},"at_ms":31000}}
            {"not-acted":{"change":{"step":"s","address":"a"},"why":"UNABLE_TO_LOCK_ROW no"}}
            {"stopped":{"why":{"not-now":{"why":"UNABLE_TO_LOCK_ROW no"}}}}
        "#]],
    )
    .await;
}
