use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use expect_test::expect;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    ADMIN, CALLBACK, CLIENT, SAM, SECRET, asks, change, code, org_with_app, refusal, rest, send,
    sent_on, set, text, token,
};
use crate::testing::TestOrg;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

/// Redeems a code.
pub(super) fn redeem(org: &TestOrg, code: &str, more: &[(&str, &str)]) -> (u16, Value) {
    let usual = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("redirect_uri", CALLBACK),
        ("code", code),
    ];
    let left = usual
        .into_iter()
        .filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    let pairs: Vec<_> = left.chain(more.iter().copied()).collect();
    token(org, &pairs)
}

#[test]
fn a_page_asks_and_the_answer_goes_back_to_the_client() {
    let org = org_with_app("");
    let line = format!(
        "GET /services/oauth2/authorize?{}",
        asks(&[("login_hint", "\"><b>")])
    );
    let page = send(&org, &line, "", None);
    let html = String::from_utf8_lossy(page.body()).into_owned();
    assert_eq!(page.status(), 200);
    assert!(
        html.contains("name=\"state\" value=\"a b&amp;c\""),
        "{html}"
    );
    assert!(!html.contains("<b>"), "{html}");
    // As the browser sends the form.
    let answer = |answer: &str| {
        let form = asks(&[("practice_user", SAM), ("practice_answer", answer)]);
        let response = send(&org, "POST /services/oauth2/authorize", &form, None);
        assert_eq!(response.status(), 302);
        response.headers()["Location"]
            .to_str()
            .expect("text")
            .to_owned()
    };
    expect!["http://localhost:1717/OauthRedirect?error=access%5Fdenied&error_description=end%2Duser%20denied%20authorization&state=a%20b%26c"].assert_eq(&answer("deny"));
    let allowed = answer("allow");
    assert!(
        allowed.starts_with("http://localhost:1717/OauthRedirect?code=aPrx"),
        "{allowed}"
    );
    assert!(allowed.ends_with("&state=a%20b%26c"), "{allowed}");
}

#[test]
fn a_code_is_redeemed_once() {
    let org = org_with_app("");
    let code = code(&org, SAM, &[]);
    let (status, body) = redeem(&org, &code, &[]);
    assert_eq!(status, 200, "{body}");
    assert!(text(&body, "refresh_token").starts_with("5Aep"));
    assert!(text(&body, "id").ends_with("/005dnH000000002ABA"));
    assert_eq!(rest(&org, &text(&body, "access_token")), "200");
    let again = [
        refusal(redeem(&org, &code, &[])),
        refusal(redeem(&org, "aPrxothers", &[])),
    ];
    expect![[r#"
        400 invalid_grant: expired authorization code
        400 invalid_grant: invalid authorization code"#]]
    .assert_eq(&again.join("\n"));
}

#[test]
fn a_code_is_valid_for_fifteen_minutes() {
    let mut org = org_with_app("");
    let code = code(&org, SAM, &[]);
    org.now_ms += 900_000;
    assert_eq!(
        refusal(redeem(&org, &code, &[])),
        "400 invalid_grant: expired authorization code"
    );
}

#[test]
fn without_the_scope_there_is_no_refresh_token() {
    let org = org_with_app("");
    let code = code(&org, SAM, &[("scope", "api")]);
    let (status, body) = redeem(&org, &code, &[]);
    assert_eq!((status, body.get("refresh_token")), (200, None));
    assert_eq!(body["scope"], "api");
}

#[test]
fn a_challenge_binds_the_code_to_its_client() {
    let org = org_with_app("pkce = true");
    let value = challenge();
    let bound = [
        ("code_challenge", value.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let right = code(&org, SAM, &bound);
    assert_eq!(redeem(&org, &right, &[("code_verifier", VERIFIER)]).0, 200);
    let mut refusals = Vec::new();
    for verifier in [Some("other"), None] {
        let code = code(&org, SAM, &bound);
        let more: Vec<_> = verifier
            .map(|verifier| ("code_verifier", verifier))
            .into_iter()
            .collect();
        refusals.push(refusal(redeem(&org, &code, &more)));
    }
    refusals.push(sent_on(&org, &[]));
    refusals.push(sent_on(
        &org,
        &[
            ("code_challenge", VERIFIER),
            ("code_challenge_method", "plain"),
        ],
    ));
    expect![[r#"
        400 invalid_grant: invalid code verifier
        400 invalid_grant: invalid code verifier
        http://localhost:1717/OauthRedirect?error=invalid%5Frequest&error_description=missing%20required%20code%20challenge&state=a%20b%26c
        http://localhost:1717/OauthRedirect?error=invalid%5Frequest&error_description=code%20challenge%20method%20not%20supported&state=a%20b%26c"#]].assert_eq(&refusals.join("\n"));
    change(&org, json!({ "plain_pkce": true }));
    let plain = [
        ("code_challenge", VERIFIER),
        ("code_challenge_method", "plain"),
    ];
    let code = code(&org, SAM, &plain);
    assert_eq!(redeem(&org, &code, &[("code_verifier", VERIFIER)]).0, 200);
}

#[test]
fn an_org_may_ask_for_challenges_from_every_app() {
    let org = org_with_app("");
    set(&org, json!({ "practice.requirePkce": true }));
    let url = sent_on(&org, &[]);
    assert!(
        url.contains("missing%20required%20code%20challenge"),
        "{url}"
    );
}

#[test]
fn nobody_is_sent_to_an_address_that_the_app_does_not_have() {
    let org = org_with_app("");
    let pages = [
        sent_on(&org, &[("redirect_uri", "http://evil.example/")]),
        sent_on(&org, &[("client_id", "3MVG9.other")]),
    ];
    assert!(pages[0].starts_with("400 Bad Request"), "{}", pages[0]);
    assert!(pages[0].contains(
        "error=redirect_uri_mismatch&amp;error_description=redirect_uri must match configuration"
    ));
    assert!(
        pages[1]
            .contains("error=invalid_client_id&amp;error_description=client identifier invalid")
    );
    let code = code(&org, SAM, &[]);
    assert_eq!(
        refusal(redeem(
            &org,
            &code,
            &[("redirect_uri", "http://evil.example/")]
        )),
        "400 redirect_uri_mismatch: redirect_uri must match configuration"
    );
}

#[test]
fn refusals_go_back_to_the_client() {
    let org = org_with_app("permitted = 'approved'");
    let asks = |user| [("practice_user", user), ("practice_answer", "allow")];
    let told = |url: String| {
        let parts = url.split_once("error=").expect("an error").1;
        parts
            .split_once("&state")
            .expect("a state")
            .0
            .replace("%20", " ")
    };
    let refusals = [
        told(sent_on(&org, &[("response_type", "token")])),
        told(sent_on(&org, &[("scope", "api eclair_api")])),
        told(sent_on(&org, &asks(SAM))),
        told(sent_on(&org, &asks("ian.inactive@practice.usher.example"))),
        told(sent_on(&org, &asks("nobody@practice.usher.example"))),
    ];
    expect![[r#"
        unsupported%5Fresponse%5Ftype&error_description=response type not supported
        invalid%5Fscope&error_description=the requested scope is not allowed
        invalid%5Fapp%5Faccess&error_description=user is not admin approved to access this app
        invalid%5Fgrant&error_description=inactive user
        access%5Fdenied&error_description=end%2Duser denied authorization"#]]
    .assert_eq(&refusals.join("\n"));
}

#[test]
fn one_user_may_approve_every_app_without_a_page() {
    let org = org_with_app("");
    set(&org, json!({ "practice.approveAs": ADMIN }));
    let url = sent_on(&org, &[]);
    assert!(url.contains("?code=aPrx"), "{url}");
}
