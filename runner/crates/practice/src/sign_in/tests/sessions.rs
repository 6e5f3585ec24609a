use serde_json::json;

use super::codes::redeem;
use super::{ADMIN, SAM, code, org_with_app, rest, send, set, text};
use crate::testing::{NOW_MS, TestOrg};
use crate::{Fixture, Practice, Setup};

const MINUTE_MS: i64 = 60_000;
const OVER: &str = "401 INVALID_SESSION_ID";

fn session(org: &TestOrg, username: &str, more: &[(&str, &str)]) -> String {
    let (_, body) = redeem(org, &code(org, username, more), &[]);
    text(&body, "access_token")
}

#[test]
fn a_session_that_nobody_uses_ends() {
    let mut org = org_with_app("");
    let token = session(&org, SAM, &[]);
    let at = |org: &mut TestOrg, minutes: i64| {
        org.now_ms = NOW_MS + minutes * MINUTE_MS;
        rest(org, &token)
    };
    // Use in the first half does not count; in the second it does.
    assert_eq!(at(&mut org, 50), "200");
    assert_eq!(at(&mut org, 110), "200");
    assert_eq!(at(&mut org, 229), "200");
    assert_eq!(at(&mut org, 229 + 121), OVER);
    // The token that the practice org gives stays.
    assert_eq!(rest(&org, &org.token), "200");
}

#[test]
fn the_org_and_the_app_say_how_long() {
    let mut org = org_with_app("");
    set(&org, json!({ "practice.sessionTimeoutMinutes": 15 }));
    let usual = session(&org, SAM, &[]);
    super::change(&org, json!({ "session_minutes": 30 }));
    let longer = session(&org, SAM, &[]);
    org.now_ms += 15 * MINUTE_MS;
    assert_eq!([rest(&org, &usual), rest(&org, &longer)], [OVER, "200"]);
}

#[test]
fn sessions_are_ended_on_demand() {
    let org = org_with_app("");
    let end = |body: serde_json::Value| {
        let (status, body) = org.send("POST /practice/tokens/end", &body.to_string());
        (status, body["ended"].clone())
    };
    let tokens = [
        session(&org, SAM, &[]),
        session(&org, SAM, &[]),
        session(&org, ADMIN, &[]),
    ];
    assert_eq!(end(json!({ "token": tokens[0] })), (200, json!(1)));
    let states = || tokens.each_ref().map(|token| rest(&org, token));
    assert_eq!(states(), [OVER, "200", "200"]);
    assert_eq!(end(json!({ "username": SAM })), (200, json!(1)));
    assert_eq!(states(), [OVER, OVER, "200"]);
    // The sender's own stays.
    assert_eq!(end(json!({ "refresh_tokens": true })), (200, json!(4)));
    assert_eq!(states(), [OVER, OVER, OVER]);
    assert_eq!(end(json!({ "user": SAM })).0, 400);
    assert_eq!(
        end(json!({ "username": "nobody@practice.usher.example" })).0,
        400
    );
}

#[test]
fn a_session_without_the_scope_is_not_for_rest() {
    let org = org_with_app("");
    let token = session(&org, SAM, &[("scope", "web")]);
    let line = "GET /services/data/v66.0/query?q=SELECT+Id+FROM+Organization";
    let answer = send(&org, line, "", Some(&format!("Bearer {token}")));
    assert_eq!(answer.status(), 401);
    let body = String::from_utf8_lossy(answer.body()).into_owned();
    assert_eq!(
        body,
        r#"[{"errorCode":"INVALID_SESSION_ID","message":"This session is not valid for use with the REST API"}]"#
    );
}

#[test]
fn the_api_is_for_users_who_have_it() {
    let org = org_with_app("");
    let token = session(&org, SAM, &[]);
    assert_eq!(rest(&org, &token), "200");
    let profile = org.id("SELECT Id FROM Profile WHERE Name = 'Standard User'");
    let line = format!("PATCH /practice/records/Profile/{profile}");
    assert_eq!(org.send(&line, r#"{"PermissionsApiEnabled":false}"#).0, 204);
    assert_eq!(rest(&org, &token), "403 API_DISABLED_FOR_ORG");
    assert_eq!(rest(&org, &org.token), "200");
    set(&org, json!({ "practice.apiDisabled": true }));
    assert_eq!(rest(&org, &org.token), "403 API_DISABLED_FOR_ORG");
    // The practice face is no API of the org.
    set(&org, json!({ "practice.apiDisabled": false }));
    assert_eq!(rest(&org, &org.token), "200");
}

#[test]
fn sessions_and_refresh_tokens_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("practice.db");
    let text_of_app = format!(
        "[[apps]]\nname = 'Usher'\nclient_id = '{}'\nsecret = '{}'\ncallback_urls = ['{}']\n",
        super::CLIENT,
        super::SECRET,
        super::CALLBACK
    );
    let setup = Setup {
        seed: 1,
        start: None,
        fixtures: vec![Fixture {
            name: "apps",
            text: &text_of_app,
        }],
    };
    let open = |entropy: u8| {
        let practice = Practice::open(&path, &setup).expect("an org");
        let token = practice
            .sign_in(None, [entropy; 16])
            .expect("an administrator");
        TestOrg {
            practice,
            token,
            now_ms: NOW_MS,
        }
    };
    let first = open(1);
    let token = session(&first, SAM, &[]);
    drop(first);
    let second = open(2);
    assert_eq!(rest(&second, &token), "200");
    assert_ne!(session(&second, SAM, &[]), token);
}

/// Every request asks for its session: it must not cost more with each user that the org has.
#[test]
fn a_session_is_found_without_a_walk_through_a_table() {
    let org = org_with_app("");
    let inner = org.practice.inner.lock().expect("no test panicked inside");
    let sql = format!("EXPLAIN QUERY PLAN {}", crate::sign_in::session::sql());
    let mut statement = inner.db.prepare(&sql).expect("the statement is right");
    let steps = statement.query_map(["token"], |row| row.get::<_, String>("detail"));
    let steps: Result<Vec<String>, _> = steps.expect("a plan").collect();
    let steps = steps.expect("its steps");
    assert!(
        steps.iter().any(|step| step.contains("UserLogin.UserId")),
        "{steps:?}"
    );
    assert!(
        !steps.iter().any(|step| step.starts_with("SCAN")),
        "{steps:?}"
    );
}
