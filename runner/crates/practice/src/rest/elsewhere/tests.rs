//! Parts of the platform that are not here: the answers say so.

use expect_test::expect;

use crate::testing::{org, shown};

#[test]
fn parts_of_the_platform_that_are_missing() {
    let org = org();
    let mut lines = String::new();
    for path in [
        "search?q=FIND+{x}",
        "parameterizedSearch?q=x",
        "ui-api/object-info/Account",
        "chatter/users/me",
        "actions/standard",
        "process/approvals",
        "analytics/reports",
        "nothing",
    ] {
        let (status, body) = org.send(&format!("GET /services/data/v66.0/{path}"), "");
        lines.push_str(&format!(
            "{path}: {status} {} {}\n",
            body[0]["errorCode"], body[0]["message"]
        ));
    }
    expect![[r#"
        search?q=FIND+{x}: 403 "FUNCTIONALITY_NOT_ENABLED" "The practice org does not have SOSL search"
        parameterizedSearch?q=x: 403 "FUNCTIONALITY_NOT_ENABLED" "The practice org does not have SOSL search"
        ui-api/object-info/Account: 403 "FUNCTIONALITY_NOT_ENABLED" "The practice org does not have the User Interface API"
        chatter/users/me: 403 "FUNCTIONALITY_NOT_ENABLED" "The practice org does not have Chatter"
        actions/standard: 403 "FUNCTIONALITY_NOT_ENABLED" "The practice org does not have invocable actions"
        process/approvals: 403 "FUNCTIONALITY_NOT_ENABLED" "The practice org does not have approvals and process rules"
        analytics/reports: 403 "FUNCTIONALITY_NOT_ENABLED" "The practice org does not have reports and dashboards"
        nothing: 404 "NOT_FOUND" "The requested resource does not exist"
    "#]].assert_eq(&lines);
}

#[test]
fn the_streaming_api_advises_not_to_try_again() {
    org().check(
        "POST /cometd/66.0",
        r#"[{"channel": "/meta/handshake", "id": "1", "version": "1.0"}]"#,
        expect![[r#"
            200
            [
              {
                "advice": {
                  "reconnect": "none"
                },
                "channel": "/meta/handshake",
                "error": "403::The practice org does not have the Streaming API",
                "id": "1",
                "successful": false
              }
            ]
        "#]],
    );
}

#[test]
fn composites_are_listed() {
    org().check(
        "GET /services/data/v66.0/composite",
        "",
        expect![[r#"
            200
            {
              "batch": "/services/data/v66.0/composite/batch",
              "graph": "/services/data/v66.0/composite/graph",
              "sobjects": "/services/data/v66.0/composite/sobjects",
              "tree": "/services/data/v66.0/composite/tree"
            }
        "#]],
    );
}

#[test]
fn answers_over_several_lines() {
    let org = org();
    let line = "GET /services/data/v66.0/theme";
    let response = org.answer(line, &[("X-PrettyPrint", "1")], b"");
    expect![[r#"
        200
        {
          "themeItems": []
        }
    "#]]
    .assert_eq(&shown(&response));
}
