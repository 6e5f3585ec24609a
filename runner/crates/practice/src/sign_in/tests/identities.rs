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
    assert_eq!(info["urls"], identity["urls"]);
    let partner = |version: &str| {
        let line = format!("GET {path}{version}");
        let answer = send(&org, &line, "", Some(&format!("Bearer {token}")));
        let partner = text(&parsed(&answer).1["urls"], "partner");
        partner.replace("https://127.0.0.1:8443", "")
    };
    expect![[r#"
        /services/Soap/u/{version}/00DdnH000000001
        /services/Soap/u/67.0/00DdnH000000001
        /services/Soap/u/58.0/00DdnH000000001"#]]
    .assert_eq(
        &["", "?version=latest", "?version=58.0"]
            .map(partner)
            .join("\n"),
    );
}

#[test]
fn the_endpoints_are_listed_for_everyone() {
    let org = org_with_app("");
    let (status, found) = parsed(&send(
        &org,
        "GET /.well-known/openid-configuration",
        "",
        None,
    ));
    assert_eq!(status, 200);
    expect![[r#"
        {
          "authorization_endpoint": "https://127.0.0.1:8443/services/oauth2/authorize",
          "id_token_signing_alg_values_supported": [
            "RS256"
          ],
          "introspection_endpoint": "https://127.0.0.1:8443/services/oauth2/introspect",
          "issuer": "https://127.0.0.1:8443",
          "jwks_uri": "https://127.0.0.1:8443/id/keys",
          "response_types_supported": [
            "code"
          ],
          "revocation_endpoint": "https://127.0.0.1:8443/services/oauth2/revoke",
          "scopes_supported": [
            "address",
            "api",
            "email",
            "full",
            "id",
            "offline_access",
            "openid",
            "phone",
            "profile",
            "refresh_token",
            "visualforce",
            "web"
          ],
          "subject_types_supported": [
            "public"
          ],
          "token_endpoint": "https://127.0.0.1:8443/services/oauth2/token",
          "userinfo_endpoint": "https://127.0.0.1:8443/services/oauth2/userinfo"
        }"#]]
    .assert_eq(&format!("{found:#}"));
    let keys = parsed(&send(&org, "GET /id/keys", "", None));
    assert_eq!(keys, (200, json!({ "keys": [] })));
}

#[test]
fn what_is_not_here_is_refused_as_an_object() {
    let org = org_with_app("");
    let answer = parsed(&send(&org, "GET /services/oauth2/register", "", None));
    assert_eq!(
        refusal(answer),
        "404 not_found: The requested resource does not exist"
    );
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
