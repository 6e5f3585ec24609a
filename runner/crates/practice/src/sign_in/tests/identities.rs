use expect_test::expect;
use serde_json::json;

use super::codes::redeem;
use super::{CLIENT, SAM, SECRET, code, form, org_with_app, parsed, refusal, send, text};
use crate::testing::{NOW_MS, TestOrg};

fn approved(org: &TestOrg) -> serde_json::Value {
    redeem(org, &code(org, SAM, &[]), &[]).1
}

fn plain(org: &TestOrg, line: &str, token: &str) -> String {
    let answer = send(org, line, "", Some(&format!("Bearer {token}")));
    let body = String::from_utf8_lossy(answer.body()).into_owned();
    format!("{} {body}", answer.status().as_u16())
}

#[test]
fn the_identity_says_who_is_signed_in() {
    let org = org_with_app("");
    let body = approved(&org);
    let token = text(&body, "access_token");
    let url = text(&body, "id");
    let path = url
        .strip_prefix("https://127.0.0.1:8443")
        .expect("its own address");
    let answer = send(
        &org,
        &format!("GET {path}"),
        "",
        Some(&format!("Bearer {token}")),
    );
    let (status, identity) = parsed(&answer);
    assert_eq!(status, 200);
    assert_eq!(identity["username"], SAM);
    assert_eq!(identity["id"], url);
    assert_eq!(
        identity["urls"]["rest"],
        "https://127.0.0.1:8443/services/data/v{version}/"
    );
    let (_, info) = parsed(&send(
        &org,
        "GET /services/oauth2/userinfo",
        "",
        Some(&format!("Bearer {token}")),
    ));
    assert_eq!(info["preferred_username"], SAM);
}

#[test]
fn wrong_tokens_and_ids_are_refused_in_a_word() {
    let org = org_with_app("");
    let token = text(&approved(&org), "access_token");
    let organization = org.id("SELECT Id FROM Organization");
    let sam = org.id(&format!("SELECT Id FROM User WHERE Username = '{SAM}'"));
    let ian = org.id("SELECT Id FROM User WHERE IsActive = false");
    let refusals = [
        plain(&org, &format!("GET /id/{organization}/{sam}"), ""),
        plain(&org, &format!("GET /id/{organization}/{sam}"), "wrong"),
        plain(&org, &format!("GET /id/00D000000000001AAA/{sam}"), &token),
        plain(
            &org,
            &format!("GET /id/{organization}/005000000000009AAA"),
            &token,
        ),
        plain(&org, &format!("GET /id/{organization}/{ian}"), &token),
        plain(&org, "GET /services/oauth2/singleaccess", "wrong"),
        plain(&org, "GET /services/oauth2/userinfo", "wrong"),
    ];
    expect![[r#"
        403 Missing_OAuth_Token
        403 Bad_OAuth_Token
        403 Wrong_Org
        404 Bad_Id
        404 Inactive
        403 Bad_OAuth_Token
        403 Bad_OAuth_Token"#]]
    .assert_eq(&refusals.join("\n"));
}

#[test]
fn a_browser_gets_an_address_for_one_sign_in() {
    let org = org_with_app("");
    let token = text(&approved(&org), "access_token");
    let line = "GET /services/oauth2/singleaccess?redirect_uri=lightning/setup";
    let (status, body) = parsed(&send(&org, line, "", Some(&format!("Bearer {token}"))));
    let url = text(&body, "frontdoor_uri");
    assert_eq!(status, 200);
    assert!(
        url.starts_with("https://127.0.0.1:8443/secur/frontdoor.jsp?otp="),
        "{url}"
    );
    assert!(url.ends_with("&startURL=lightning%2Fsetup"), "{url}");
    let page = send(&org, "GET /secur/frontdoor.jsp?otp=x", "", None);
    assert_eq!(page.status(), 200);
}

#[test]
fn a_token_is_looked_into() {
    let org = org_with_app("");
    let body = approved(&org);
    let ask = |token: &str, secret: &str| {
        let form = form(&[
            ("token", token),
            ("client_id", CLIENT),
            ("client_secret", secret),
        ]);
        parsed(&send(&org, "POST /services/oauth2/introspect", &form, None))
    };
    let (status, found) = ask(&text(&body, "access_token"), SECRET);
    assert_eq!(status, 200);
    assert_eq!(
        found,
        json!({
            "active": true,
            "scope": "api refresh_token web",
            "client_id": CLIENT,
            "username": SAM,
            "sub": text(&body, "id"),
            "token_type": "access_token",
            "iat": NOW_MS / 1_000,
            "nbf": NOW_MS / 1_000,
            "exp": NOW_MS / 1_000 + 7_200,
        })
    );
    let (_, found) = ask(&text(&body, "refresh_token"), SECRET);
    assert_eq!(found["token_type"], "refresh_token");
    assert_eq!(ask("wrong", SECRET), (200, json!({ "active": false })));
    // A token of the practice org's own is no app's.
    assert_eq!(ask(&org.token, SECRET).1, json!({ "active": false }));
    assert_eq!(
        refusal(ask("wrong", "wrong")),
        "400 invalid_client: invalid client credentials"
    );
}
