use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use expect_test::expect;
use serde_json::json;

use super::{
    ADMIN, CLIENT, SAM, SECRET, change, org_with_app, parsed, refusal, rest, send, set, text, token,
};

#[test]
fn an_app_signs_in_as_its_run_as_user() {
    let org = org_with_app(&format!("client_credentials = true\nrun_as = '{SAM}'"));
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ];
    let (status, body) = token(&org, &pairs);
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["scope"], "api");
    assert_eq!(body.get("refresh_token"), None);
    assert!(text(&body, "id").ends_with("/005dnH000000002ABA"));
    assert_eq!(rest(&org, &text(&body, "access_token")), "200");
    // The same, as basic authentication.
    let basic = STANDARD.encode(format!("{CLIENT}:{SECRET}"));
    let line = "POST /services/oauth2/token";
    let form = "grant_type=client_credentials";
    let answer = send(&org, line, form, Some(&format!("Basic {basic}")));
    assert_eq!(parsed(&answer).0, 200);
}

#[test]
fn client_credentials_need_the_flow_the_user_and_the_secret() {
    let org = org_with_app("");
    let ask = |secret: &str| {
        let pairs = [
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT),
            ("client_secret", secret),
        ];
        refusal(token(&org, &pairs))
    };
    let mut refusals = vec![ask(SECRET)];
    change(&org, json!({ "client_credentials": true }));
    refusals.extend([ask(SECRET), ask("wrong"), ask("")]);
    expect![[r#"
        400 unsupported_grant_type: grant type not supported
        400 invalid_grant: no client credentials user enabled
        400 invalid_client: invalid client credentials
        400 invalid_client: invalid client credentials"#]]
    .assert_eq(&refusals.join("\n"));
}

#[test]
fn passwords_are_off_until_the_org_has_one() {
    let org = org_with_app("");
    let ask = |password: &str| {
        let pairs = [
            ("grant_type", "password"),
            ("client_id", CLIENT),
            ("client_secret", SECRET),
            ("username", ADMIN),
            ("password", password),
        ];
        token(&org, &pairs)
    };
    assert_eq!(
        refusal(ask("secret")),
        "400 invalid_grant: authentication failure"
    );
    set(&org, json!({ "practice.password": "secret1" }));
    assert_eq!(
        refusal(ask("secret")),
        "400 invalid_grant: authentication failure"
    );
    // With a security token behind it.
    assert_eq!(ask("secret1AbCd").0, 200);
}

#[test]
fn other_requests_are_refused_with_an_object() {
    let org = org_with_app("");
    let line = "GET /services/oauth2/token?grant_type=password";
    let refusals = [
        refusal(parsed(&send(&org, line, "", None))),
        refusal(token(&org, &[])),
        refusal(token(&org, &[("grant_type", "magic")])),
        refusal(token(
            &org,
            &[
                ("response_type", "device_code"),
                ("client_id", "PlatformCLI"),
            ],
        )),
        refusal(token(&org, &[("grant_type", "device"), ("code", "x")])),
        refusal(token(
            &org,
            &[("grant_type", "refresh_token"), ("client_id", "x")],
        )),
    ];
    expect![[r#"
        400 invalid_request: must use HTTP POST
        400 invalid_request: missing required parameter: grant_type
        400 unsupported_grant_type: grant type not supported
        400 OAUTH_APP_BLOCKED: this app is blocked by admin
        400 OAUTH_APP_BLOCKED: this app is blocked by admin
        400 invalid_client_id: client identifier invalid"#]]
    .assert_eq(&refusals.join("\n"));
}

#[test]
fn answers_are_not_to_be_kept() {
    let org = org_with_app("");
    let answer = send(
        &org,
        "POST /services/oauth2/token",
        "grant_type=magic",
        None,
    );
    assert_eq!(answer.headers()["Cache-Control"], "no-store");
    assert_eq!(
        answer.headers()["Content-Type"],
        "application/json;charset=UTF-8"
    );
}
