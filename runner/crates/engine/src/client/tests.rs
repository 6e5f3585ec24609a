//! The client against canned answers, copied in shape from the REST API Guide.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use expect_test::{Expect, expect};
use http::Response;
use serde_json::json;

use super::{Client, Duplicates, OrgError, Who};
use crate::port::Boxed;
use crate::session::{Fixed, Secret};
use crate::wire::{AddressError, HttpWire, NoWire, Trust};
use crate::wire::{Wire, WireError};

/// A wire that answers from a list and keeps the requests.
struct Script {
    answers: Mutex<Vec<(u16, String)>>,
    asked: Mutex<Vec<String>>,
}

impl Wire for Script {
    fn send(&self, request: http::Request<Bytes>) -> Boxed<'_, Result<Response<Bytes>, WireError>> {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let rule = request.headers().get("sforce-duplicate-rule-header");
        let rule = rule.map_or(String::new(), |rule| format!(" [{rule:?}]"));
        let line = format!("{} {}{rule} {body}", request.method(), request.uri());
        self.asked
            .lock()
            .expect("no panic")
            .push(line.trim().to_owned());
        let (status, body) = self.answers.lock().expect("no panic").remove(0);
        let reply = Response::builder().status(status).body(Bytes::from(body));
        Box::pin(async move { reply.map_err(|error| WireError::Lost(error.to_string())) })
    }
}

fn org(answers: &[(u16, &str)]) -> (Client, Arc<Script>) {
    let answers = answers
        .iter()
        .map(|(status, body)| (*status, (*body).to_owned()))
        .collect();
    let script = Arc::new(Script {
        answers: Mutex::new(answers),
        asked: Mutex::new(Vec::new()),
    });
    (
        Client::new(
            Arc::<Script>::clone(&script),
            Arc::new(Fixed::new(Secret::new("00D!token".into()))),
        ),
        script,
    )
}

async fn refused(status: u16, body: &str, expected: Expect) {
    let (org, _) = org(&[(status, body)]);
    let error = org.query("SELECT Id FROM X").await.expect_err("refused");
    expected.assert_eq(&format!("{error:?}"));
}

#[tokio::test]
async fn refusals_are_typed() {
    refused(
        401,
        r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#,
        expect![[r#"SignedOut("Session expired or invalid")"#]],
    )
    .await;
    refused(
        403,
        r#"[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]"#,
        expect![[r#"Closed("REQUEST_LIMIT_EXCEEDED TotalRequests Limit exceeded.")"#]],
    )
    .await;
    refused(
        503,
        "<html>\nmaintenance</html>",
        expect![[r#"Unavailable("503 <html> maintenance</html>")"#]],
    )
    .await;
    refused(
        400,
        r#"[{"message":"sObject type 'X' is not supported.","errorCode":"INVALID_TYPE"}]"#,
        expect![[r#"Refused(Refusal { status: 400, code: "INVALID_TYPE", message: "sObject type 'X' is not supported." })"#]],
    )
    .await;
    refused(200, "<html>", expect![[r#"Foreign("200 with `<html>`")"#]]).await;
    refused(
        200,
        "[]",
        expect![[
            r#"Unavailable("the org's answer makes no sense: a query's answer has no `records`")"#
        ]],
    )
    .await;
}

#[tokio::test]
async fn the_token_is_in_no_error_and_no_answer() {
    refused(
        400,
        r#"[{"errorCode":"00D!token","message":"Authorization: Bearer 00D!token, 00D%21token, \u00300D\u0021token"}]"#,
        expect![[r#"Refused(Refusal { status: 400, code: "***", message: "Authorization: Bearer ***, ***, ***" })"#]],
    )
    .await;
    refused(
        500,
        &format!("<html>{}00D!token", "x".repeat(110)),
        expect![[r#"Unavailable("500 <html>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx***")"#]],
    )
    .await;
    refused(
        200,
        "Bearer 00D!token",
        expect![[r#"Unavailable("the org's answer makes no sense: 200 with `Bearer ***`")"#]],
    )
    .await;
    let page = r#"{"records": [{"Id": "00D!token", "00D!token": ["00D\u0021token"]}]}"#;
    let (client, _) = org(&[(200, page)]);
    let records = client.query("SELECT Id FROM X").await.expect("answers");
    expect![[r#"[{"***":["***"],"Id":"***"}]"#]].assert_eq(&json!(records).to_string());
    let rows = r#"[{"success": false, "errors": [{"statusCode": "X", "message": "00D!token"}]}]"#;
    let (client, _) = org(&[(200, rows)]);
    let saved = client.update("X", vec![json!({"Id": "1"})]).await;
    expect![[r#"Ok([Refused(Refusal { status: 400, code: "X", message: "***" })])"#]]
        .assert_eq(&format!("{saved:?}"));
    let parts = r#"{"compositeResponse": [
        {"httpStatusCode": 400, "body": [{"errorCode": "X", "message": "00D!token"}]},
        {"httpStatusCode": 400, "body": "00D!token"}
    ]}"#;
    let (client, _) = org(&[(200, parts)]);
    let answers = client.queries(&["A".into(), "B".into()], 10).await;
    expect![[r#"[Err(Refused(Refusal { status: 400, code: "X", message: "***" })), Err(Foreign("400 with `\"***\"`"))]"#]].assert_eq(&format!("{answers:?}"));
}

#[tokio::test]
async fn an_id_that_is_none_names_nobody() {
    let who = |org: &str, user: &str| {
        json!({"organization_id": org, "user_id": user, "preferred_username": "a@b"}).to_string()
    };
    for (org_id, user_id) in [
        ("/home/ada/victim", "005Jca000000001"),
        ("../00DJca000000001", "005Jca000000001"),
        ("005Jca000000001", "005Jca000000001"),
        ("00DJca000000001", "00DJca000000001"),
        ("00DJca000000001", "005Jca/00000001"),
    ] {
        let (client, _) = org(&[(200, &who(org_id, user_id))]);
        let error = client.who().await.expect_err("no ids");
        assert!(matches!(error, OrgError::Malformed(_)), "{error}");
    }
    let (client, _) = org(&[(200, &who("00DJca000000001", "005Jca000000001"))]);
    let who = client.who().await.expect("ids");
    assert_eq!(who.org_id, "00DJca000000001MAA");
}

#[tokio::test]
async fn pages_are_followed_but_never_to_another_host() {
    let first =
        json!({"records": [{"Id": "1"}], "nextRecordsUrl": "/services/data/v66.0/query/01g-2000"});
    let second = json!({"records": [{"Id": "2"}], "done": true});
    let (client, script) = org(&[(200, &first.to_string()), (200, &second.to_string())]);
    assert_eq!(
        client
            .query("SELECT Id FROM X")
            .await
            .expect("answers")
            .len(),
        2
    );
    assert_eq!(
        *script.asked.lock().expect("no panic"),
        [
            "GET /services/data/v66.0/query?q=SELECT%20Id%20FROM%20X",
            "GET /services/data/v66.0/query/01g-2000"
        ]
    );
    for evil in [
        "//evil.example/x",
        "/services/data/v66.0/sobjects/User/005Jca000000001IAA/password",
        "/services/data/v66.0/query/../sobjects",
        "/services/data/v66.0/query/01g-2000?x=1",
        "/services/data/v66.0/query/",
        "/services/data/v66/query/01g-2000",
    ] {
        let page = json!({"records": [], "nextRecordsUrl": evil});
        let (client, script) = org(&[(200, &page.to_string())]);
        assert!(
            matches!(
                client.query("SELECT Id FROM X").await,
                Err(OrgError::Unavailable(_))
            ),
            "{evil}"
        );
        assert_eq!(script.asked.lock().expect("no panic").len(), 1, "{evil}");
    }
}

#[tokio::test]
async fn several_queries_are_one_request_and_fail_one_by_one() {
    let reply = json!({"compositeResponse": [
        {"body": {"records": [{"Id": "1"}]}, "httpStatusCode": 200, "referenceId": "q0"},
        {"body": [{"errorCode": "INVALID_FIELD", "message": "No such column"}], "httpStatusCode": 400, "referenceId": "q1"},
    ]});
    let (client, _) = org(&[(200, &reply.to_string())]);
    let answers = client
        .queries(&["SELECT Id FROM A".into(), "SELECT B FROM A".into()], 10)
        .await;
    assert_eq!(answers[0].as_ref().map(Vec::len), Ok(1));
    assert!(
        matches!(&answers[1], Err(OrgError::Refused(refusal)) if refusal.code == "INVALID_FIELD")
    );
    assert_eq!((client.requests().read, client.requests().write), (1, 0));
}

#[tokio::test]
async fn rows_are_saved_or_refused_one_by_one() {
    let reply = json!([
        {"id": "0Pa1", "success": true, "errors": []},
        {"success": false, "errors": [{"statusCode": "DUPLICATE_VALUE", "message": "Duplicate", "fields": []}]},
    ]);
    let (client, script) = org(&[(200, &reply.to_string())]);
    let saved = client
        .create(
            "X",
            vec![json!({"A": 1}), json!({"A": 2})],
            Duplicates::AsRuled,
        )
        .await
        .expect("answers");
    expect![[r#"[Id("0Pa1"), Refused(Refusal { status: 400, code: "DUPLICATE_VALUE", message: "Duplicate" })]"#]]
        .assert_eq(&format!("{saved:?}"));
    expect![[r#"POST /services/data/v66.0/composite/sobjects {"allOrNone":false,"records":[{"A":1,"attributes":{"type":"X"}},{"A":2,"attributes":{"type":"X"}}]}"#]]
        .assert_eq(&script.asked.lock().expect("no panic")[0]);
}

#[tokio::test]
async fn a_create_may_allow_duplicates() {
    let (client, script) = org(&[(200, r#"[{"id": "001", "success": true, "errors": []}]"#)]);
    let saved = client.create("Account", vec![json!({"Name": "A"})], Duplicates::Allowed);
    saved.await.expect("answers");
    expect![[r#"POST /services/data/v66.0/composite/sobjects ["allowSave=true"] {"allOrNone":false,"records":[{"Name":"A","attributes":{"type":"Account"}}]}"#]]
        .assert_eq(&script.asked.lock().expect("no panic")[0]);
}

#[tokio::test]
async fn an_org_cannot_forge_a_token() {
    let page = json!({"done": true, "records": [
        {"Id": "1", "Name": {"$ref": "inputs:password"}, "Owner": {"Name": {"$join": ["a"], "x": 1}}},
    ]});
    let (client, _) = org(&[(200, &page.to_string())]);
    let records = client.query("SELECT Id FROM X").await.expect("answers");
    expect![[r#"[{"Id":"1","Name":{},"Owner":{"Name":{"x":1}}}]"#]]
        .assert_eq(&json!(records).to_string());
}

#[test]
fn plain_http_is_for_this_machine_alone() {
    for address in [
        "http://127.0.0.1:1",
        "http://[::1]:1",
        "http://localhost:1/",
        "https://acme.my.salesforce.com",
        "https://127.0.0.1:1",
    ] {
        assert!(
            HttpWire::new(address, &Trust::default()).is_ok(),
            "{address}"
        );
    }
    for address in [
        "https://acme.my.salesforce.com/x",
        "ftp://127.0.0.1",
        "127.0.0.1",
        "http://127.0.0.1/x",
        "http://a@127.0.0.1",
        "",
    ] {
        assert!(
            matches!(
                HttpWire::new(address, &Trust::default()),
                Err(NoWire::Address(AddressError::Malformed(_)))
            ),
            "{address}"
        );
    }
    for address in [
        "http://example.com",
        "http://10.0.0.1:80",
        "http://127.0.0.1.example.com",
    ] {
        assert!(
            matches!(
                HttpWire::new(address, &Trust::default()),
                Err(NoWire::Address(AddressError::NotLoopback(_)))
            ),
            "{address}"
        );
    }
}

#[test]
fn a_secret_is_not_shown() {
    assert_eq!(format!("{:?}", Secret::new("x".into())), "Secret(…)");
}

#[tokio::test]
async fn what_must_never_leave_is_not_sent() {
    let (org, script) = org(&[]);
    let paths = [
        (&["connect", "..", "composite"][..], &[][..]),
        (&["composite", "batch"], &[]),
        (&["sobjects", "User", "a/b"], &[]),
        (&["sobjects", "User", "005"], &[("_HttpMethod", "PATCH")]),
    ];
    for (segments, query) in paths {
        let segments: Vec<String> = segments.iter().map(|&it| it.to_owned()).collect();
        let query: Vec<(String, String)> = query
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let read = org.get(&segments, &query).await;
        assert!(matches!(read, Err(OrgError::Barred(_))), "{read:?}");
        let written = org.request("POST", &segments, &query, None).await;
        assert!(matches!(written, Err(OrgError::Barred(_))), "{written:?}");
    }
    assert!(script.asked.lock().expect("no panic").is_empty());
    assert_eq!(org.requests(), usher_core::plan::Requests::default());
}

#[tokio::test]
async fn an_org_that_refuses_the_version_is_asked_for_its_own() {
    let none = r#"[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#;
    let who = || Who {
        org_id: "00D000000000001AAA".to_owned(),
        user_id: "005000000000001AAA".to_owned(),
        username: "admin@acme.example".to_owned(),
    };
    let (client, sent) = org(&[
        (404, none),
        (200, r#"[{"version":"31.0"},{"version":"65.0"}]"#),
    ]);
    let error = client.identity_of(who()).await.expect_err("too old");
    assert_eq!(
        error.to_string(),
        "the org speaks version 65.0 of the API at most, and this Usher needs 66.0"
    );
    let asked = sent.asked.lock().expect("no panic").clone();
    assert_eq!(asked.last().map(String::as_str), Some("GET /services/data"));
    // The version is there, so it was something else.
    let (client, _) = org(&[(404, none), (200, r#"[{"version":"66.0"}]"#)]);
    let error = client.identity_of(who()).await.expect_err("not found");
    assert_eq!(
        error.to_string(),
        "NOT_FOUND The requested resource does not exist"
    );
}
