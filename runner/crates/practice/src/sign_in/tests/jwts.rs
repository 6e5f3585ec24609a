use expect_test::expect;
use serde_json::{Value, json};

use super::{
    ADMIN, KEY, OTHER_KEY, PUBLIC, SAM, assert_jwt, change, claims, code, jwt, org_with_app,
    org_with_approved_app, refusal, rest, set, signed_by, text,
};
use crate::testing::NOW_MS;

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims(ADMIN);
    claims[name] = value;
    claims
}

#[test]
fn an_approved_user_signs_in_with_a_jwt() {
    let org = org_with_approved_app();
    let (status, body) = jwt(&org, &claims(ADMIN));
    assert_eq!(status, 200, "{body}");
    assert_eq!(text(&body, "instance_url"), "https://127.0.0.1:8443");
    assert_eq!(
        text(&body, "id"),
        "https://127.0.0.1:8443/id/00DdnH000000001EBA/005dnH000000001ABA"
    );
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["scope"], "api refresh_token web");
    assert_eq!(body["issued_at"], NOW_MS.to_string());
    assert_eq!(body.get("refresh_token"), None);
    assert_eq!(rest(&org, &text(&body, "access_token")), "200");
    // Approved by the profile.
    assert_eq!(jwt(&org, &claims(SAM)).0, 200);
}

#[test]
fn a_public_key_will_do_and_a_wrong_one_is_refused_at_once() {
    let org = org_with_approved_app();
    change(&org, json!({ "certificate": PUBLIC }));
    assert_eq!(jwt(&org, &claims(ADMIN)).0, 200);
    let line = format!("PATCH /practice/apps/{}", super::CLIENT);
    let body =
        json!({ "certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" });
    let (status, body) = org.send(&line, &body.to_string());
    assert_eq!(status, 400);
    let message = body[0]["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("`certificate` is not an X.509 certificate"),
        "{message}"
    );
}

#[test]
fn wrong_jwts_are_refused() {
    let org = org_with_approved_app();
    let head = json!({ "alg": "RS256" });
    let told = |assertion: &str| refusal(assert_jwt(&org, assertion));
    let good = signed_by(KEY, &head, &claims(ADMIN));
    let refusals = [
        told("nothing"),
        told(&signed_by(OTHER_KEY, &head, &claims(ADMIN))),
        told(&signed_by(KEY, &json!({ "alg": "HS256" }), &claims(ADMIN))),
        told(&signed_by(KEY, &json!({ "alg": "none" }), &claims(ADMIN))),
        told(good.rsplit_once('.').expect("parts").0),
        refusal(jwt(&org, &with("iss", json!("3MVG9.other")))),
        refusal(jwt(
            &org,
            &with("aud", json!("https://test.salesforce.com")),
        )),
        refusal(jwt(&org, &with("exp", json!(NOW_MS / 1_000 - 1)))),
        refusal(jwt(
            &org,
            &with("sub", json!("nobody@practice.usher.example")),
        )),
        refusal(jwt(
            &org,
            &with("sub", json!("ian.inactive@practice.usher.example")),
        )),
    ];
    expect![[r#"
        400 invalid_grant: invalid assertion
        400 invalid_grant: invalid assertion
        400 invalid_grant: invalid assertion
        400 invalid_grant: invalid assertion
        400 invalid_grant: invalid assertion
        400 invalid_client_id: client identifier invalid
        400 invalid_grant: audience is invalid
        400 invalid_grant: expired authorization code
        400 invalid_grant: user hasn't approved this consumer
        400 invalid_grant: inactive user"#]]
    .assert_eq(&refusals.join("\n"));
}

#[test]
fn the_org_itself_is_an_audience_and_a_sandbox_has_another_login_host() {
    let org = org_with_approved_app();
    for audience in ["https://127.0.0.1:8443", "https://127.0.0.1:8443/"] {
        assert_eq!(jwt(&org, &with("aud", json!(audience))).0, 200);
    }
    let id = org.id("SELECT Id FROM Organization");
    let line = format!("PATCH /practice/records/Organization/{id}");
    assert_eq!(org.send(&line, r#"{"IsSandbox":true}"#).0, 204);
    assert_eq!(
        refusal(jwt(&org, &claims(ADMIN))),
        "400 invalid_grant: audience is invalid"
    );
    let sandbox = with("aud", json!("https://test.salesforce.com"));
    assert_eq!(jwt(&org, &sandbox).0, 200);
}

#[test]
fn milliseconds_as_expiry_are_taken_unless_the_org_is_strict() {
    let org = org_with_approved_app();
    let far = with("exp", json!(NOW_MS + 300));
    assert_eq!(jwt(&org, &far).0, 200);
    set(&org, json!({ "practice.strictJwtExpiry": true }));
    assert_eq!(
        refusal(jwt(&org, &far)),
        "400 invalid_grant: invalid assertion"
    );
    assert_eq!(jwt(&org, &claims(ADMIN)).0, 200);
}

#[test]
fn the_expiry_may_be_a_text_of_digits() {
    let org = org_with_approved_app();
    let text = |exp: String| jwt(&org, &with("exp", json!(exp)));
    assert_eq!(text((NOW_MS / 1_000 + 180).to_string()).0, 200);
    assert_eq!(
        refusal(text("soon".to_owned())),
        "400 invalid_grant: invalid assertion"
    );
}

#[test]
fn who_approves_apps_alone_has_done_so_before() {
    let org = org_with_app("scopes = ['api', 'refresh_token', 'web']");
    assert_eq!(
        refusal(jwt(&org, &claims(ADMIN))),
        "400 invalid_grant: user hasn't approved this consumer"
    );
    let code = code(&org, ADMIN, &[("scope", "api refresh_token")]);
    assert_eq!(super::codes::redeem(&org, &code, &[]).0, 200);
    let (status, body) = jwt(&org, &claims(ADMIN));
    assert_eq!(
        (status, text(&body, "scope")),
        (200, "api refresh_token".to_owned())
    );
}

#[test]
fn an_app_that_is_blocked_or_not_installed_signs_nobody_in() {
    let org = org_with_approved_app();
    let mut refusals = Vec::new();
    for state in ["blocked", "not_installed"] {
        change(&org, json!({ "state": state }));
        refusals.push(refusal(jwt(&org, &claims(ADMIN))));
    }
    change(&org, json!({ "state": "installed", "users": [] }));
    refusals.push(refusal(jwt(&org, &claims(ADMIN))));
    change(&org, json!({ "users": [ADMIN] }));
    set(&org, json!({ "practice.ipRestricted": [ADMIN] }));
    refusals.push(refusal(jwt(&org, &claims(ADMIN))));
    expect![[r#"
        400 OAUTH_APP_BLOCKED: this app is blocked by admin
        400 OAUTH_EC_APP_NOT_FOUND: External client app is not installed in this org
        400 invalid_grant: user hasn't approved this consumer
        400 invalid_grant: ip restricted"#]]
    .assert_eq(&refusals.join("\n"));
}
