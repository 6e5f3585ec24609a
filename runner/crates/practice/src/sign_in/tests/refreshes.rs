use serde_json::{Value, json};

use super::codes::redeem;
use super::{
    CLIENT, SAM, SECRET, change, code, form, org_with_app, parsed, refusal, rest, send, text, token,
};
use crate::testing::TestOrg;

const EXPIRED: &str = "400 invalid_grant: expired access/refresh token";

fn refresh(org: &TestOrg, refresh_token: &str, more: &[(&str, &str)]) -> (u16, Value) {
    let usual = [
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("refresh_token", refresh_token),
    ];
    let pairs: Vec<_> = usual.into_iter().chain(more.iter().copied()).collect();
    token(org, &pairs)
}

/// The access token and the refresh token of a new approval.
fn approved(org: &TestOrg) -> (String, String) {
    let (_, body) = redeem(org, &code(org, SAM, &[]), &[]);
    (text(&body, "access_token"), text(&body, "refresh_token"))
}

fn revoke(org: &TestOrg, token: &str) -> u16 {
    let line = "POST /services/oauth2/revoke";
    parsed(&send(org, line, &form(&[("token", token)]), None)).0
}

#[test]
fn a_refresh_token_gives_new_access_tokens() {
    let org = org_with_app("");
    let (first, refresh_token) = approved(&org);
    let (status, body) = refresh(&org, &refresh_token, &[]);
    assert_eq!((status, body.get("refresh_token")), (200, None));
    let second = text(&body, "access_token");
    assert_ne!(first, second);
    assert_eq!([rest(&org, &first), rest(&org, &second)], ["200", "200"]);
    // Fewer scopes, never more.
    let (_, body) = refresh(&org, &refresh_token, &[("scope", "web")]);
    assert_eq!(body["scope"], "web");
    assert_eq!(
        refusal(refresh(&org, &refresh_token, &[("scope", "web id")])),
        "400 invalid_scope: the requested scope is not allowed"
    );
    assert_eq!(refusal(refresh(&org, "5Aepothers", &[])), EXPIRED);
}

#[test]
fn an_app_of_people_has_no_secret() {
    let org = org_with_app("secret_required = false");
    let (_, refresh_token) = approved(&org);
    let ask = |secret: &[(&str, &str)]| {
        let pairs: Vec<_> = [
            ("grant_type", "refresh_token"),
            ("client_id", CLIENT),
            ("refresh_token", refresh_token.as_str()),
        ]
        .into_iter()
        .chain(secret.iter().copied())
        .collect();
        token(&org, &pairs)
    };
    assert_eq!(ask(&[]).0, 200);
    assert_eq!(
        refusal(ask(&[("client_secret", "wrong")])),
        "400 invalid_client: invalid client credentials"
    );
}

#[test]
fn rotation_ends_the_former_refresh_token() {
    let org = org_with_app("rotate_refresh_tokens = true");
    let (_, first) = approved(&org);
    let (_, body) = refresh(&org, &first, &[]);
    let second = text(&body, "refresh_token");
    assert_eq!(refusal(refresh(&org, &first, &[])), EXPIRED);
    assert_eq!(refresh(&org, &second, &[]).0, 200);
}

#[test]
fn refresh_tokens_end_after_their_days() {
    let mut org = org_with_app("refresh_token_days = 30");
    let (_, refresh_token) = approved(&org);
    org.now_ms += 29 * 86_400_000;
    assert_eq!(refresh(&org, &refresh_token, &[]).0, 200);
    org.now_ms += 86_400_000;
    assert_eq!(refusal(refresh(&org, &refresh_token, &[])), EXPIRED);
    change(&org, json!({ "refresh_token_days": 0 }));
    let (_, refresh_token) = approved(&org);
    assert_eq!(refusal(refresh(&org, &refresh_token, &[])), EXPIRED);
}

#[test]
fn a_sixth_approval_ends_the_first() {
    let org = org_with_app("");
    let tokens: Vec<_> = (0..6).map(|_| approved(&org).1).collect();
    assert_eq!(refusal(refresh(&org, &tokens[0], &[])), EXPIRED);
    assert_eq!(refresh(&org, &tokens[1], &[]).0, 200);
}

#[test]
fn a_revoked_token_opens_nothing() {
    let org = org_with_app("");
    let (access_token, refresh_token) = approved(&org);
    assert_eq!(revoke(&org, &access_token), 200);
    assert_eq!(rest(&org, &access_token), "401 INVALID_SESSION_ID");
    let (_, body) = refresh(&org, &refresh_token, &[]);
    let second = text(&body, "access_token");
    // With the refresh token goes what was got with it.
    assert_eq!(revoke(&org, &refresh_token), 200);
    assert_eq!(rest(&org, &second), "401 INVALID_SESSION_ID");
    assert_eq!(refusal(refresh(&org, &refresh_token, &[])), EXPIRED);
    assert_eq!(revoke(&org, &refresh_token), 400);
}

#[test]
fn an_app_that_is_gone_refreshes_nothing() {
    let org = org_with_app("");
    let (_, refresh_token) = approved(&org);
    change(&org, json!({ "state": "not_installed" }));
    assert_eq!(
        refusal(refresh(&org, &refresh_token, &[])),
        "400 app_not_found: External client app is not installed in this org"
    );
}

#[test]
fn an_inactive_user_gets_no_more_tokens() {
    let org = org_with_app("");
    let (access_token, refresh_token) = approved(&org);
    let sam = org.id(&format!("SELECT Id FROM User WHERE Username = '{SAM}'"));
    let line = format!("PATCH /practice/records/User/{sam}");
    assert_eq!(org.send(&line, r#"{"IsActive":false}"#).0, 204);
    assert_eq!(rest(&org, &access_token), "401 INVALID_SESSION_ID");
    assert_eq!(
        refusal(refresh(&org, &refresh_token, &[])),
        "400 invalid_grant: inactive user"
    );
}
