//! The token endpoint: forms that are sent, answers that are believed.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::session::key::tests::key;
use crate::session::testing::{DATE_MS, Endpoint, Reply, grants, refuses};
use crate::session::{Grant, Granted, Secret, SignInError};
use crate::wire::{Unreached, WireError};

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn jwt() -> Grant {
    Grant::Jwt {
        key: key(),
        username: "ada@acme.example".to_owned(),
        audience: "https://login.salesforce.com".to_owned(),
    }
}

async fn form(grant: Grant, app_secret: Option<&str>) -> String {
    let endpoint = Endpoint::answering(vec![grants("00DJca000000001!token", &json!({}))]);
    let asked = endpoint.of_app(app_secret).ask(&grant, DATE_MS).await;
    assert!(asked.is_ok());
    endpoint.asked()
}

async fn answered(reply: Reply) -> Result<Granted, SignInError> {
    let endpoint = Endpoint::answering(vec![reply]);
    let grant = Grant::Refresh(secret("5Aep861.refresh"));
    let endpoint = endpoint
        .of_app(Some("app-secret"))
        .trusting("https://127.0.0.1:8443");
    endpoint.ask(&grant, DATE_MS).await
}

async fn error(reply: Reply) -> String {
    match answered(reply).await {
        Ok(_) => "granted".to_owned(),
        Err(error) => format!("{}: {error}", error.code()),
    }
}

#[tokio::test]
async fn each_grant_is_a_form() {
    let code = Grant::Code {
        code: secret("aPrx%3D=+&"),
        verifier: secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        redirect: "http://127.0.0.1:1717/callback".to_owned(),
    };
    expect![[r#"
        POST /services/oauth2/token grant_type=authorization_code&code=aPrx%253D%3D%2B%26&redirect_uri=http%3A%2F%2F127.0.0.1%3A1717%2Fcallback&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&client_id=3MVG.app
    "#]].assert_eq(&form(code, None).await);
    let refresh = Grant::Refresh(secret("5Aep861.x=="));
    expect![[r#"
        POST /services/oauth2/token grant_type=refresh_token&refresh_token=5Aep861.x%3D%3D&client_id=3MVG.app&client_secret=a%26b
    "#]].assert_eq(&form(refresh, Some("a&b")).await);
    expect![[r#"
        twice POST /services/oauth2/token grant_type=client_credentials&client_id=3MVG.app&client_secret=a%20b
    "#]].assert_eq(&form(Grant::ClientCredentials, Some("a b")).await);
    let jwt = form(jwt(), Some("not needed")).await;
    let (before, assertion) = jwt.rsplit_once('=').expect("an assertion");
    expect!["twice POST /services/oauth2/token grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion"].assert_eq(before);
    assert_eq!(assertion.trim().split('.').count(), 3);
}

#[tokio::test]
async fn what_is_granted_is_read() {
    let granted = answered(grants(
        "00DJca000000001!token",
        &json!({"refresh_token": "5Aep.next", "instance_url": "https://127.0.0.1:8443/"}),
    ));
    let granted = granted.await.expect("granted");
    assert_eq!(granted.access.expose(), "00DJca000000001!token");
    assert_eq!(
        granted.refresh.as_ref().map(Secret::expose),
        Some("5Aep.next")
    );
    assert_eq!(granted.instance, "https://127.0.0.1:8443");
    assert_eq!(granted.org_id, "00DJca000000001MAA");
    assert_eq!(granted.user_id, "005Jca000000001IAA");
    assert_eq!(granted.scope, "refresh_token api");
}

async fn not_believed(members: &[Value], expected: Expect) {
    let mut lines = String::new();
    for member in members {
        let error = error(grants("00DJca000000001!token", member)).await;
        lines.push_str(&format!("{error}\n"));
    }
    expected.assert_eq(&lines);
}

#[tokio::test]
async fn an_answer_that_lies_is_not_believed() {
    not_believed(
        &[
            json!({"access_token": null}),
            json!({"access_token": ["x"]}),
            json!({"access_token": ""}),
            json!({"access_token": "a b"}),
            json!({"access_token": "a\r\nx: y"}),
            json!({"access_token": "x".repeat(20_000)}),
            json!({"refresh_token": 1}),
            json!({"token_type": "mac"}),
            json!({"instance_url": null}),
            json!({"instance_url": "http://acme.my.salesforce.com"}),
            json!({"instance_url": "https://a@acme.my.salesforce.com"}),
            json!({"instance_url": "https://acme.my.salesforce.com/x"}),
            json!({"instance_url": "https://evil.example"}),
            json!({"instance_url": "https://127.0.0.1:8444"}),
            json!({"instance_url": "http://127.0.0.1:8443"}),
            json!({"id": null}),
            json!({"id": "https://login.salesforce.com/id/00DJca000000001MAA/../x"}),
            json!({"id": "https://login.salesforce.com/id/00DJca000000002MAA/005Jca000000001IAA"}),
            json!({"scope": "a\nb"}),
        ],
        expect![[r#"
            sign-in/bad-answer: the answer to the sign-in makes no sense: it has no `access_token`
            sign-in/bad-answer: the answer to the sign-in makes no sense: its `access_token` is not a token
            sign-in/bad-answer: the answer to the sign-in makes no sense: its `access_token` is not a token
            sign-in/bad-answer: the answer to the sign-in makes no sense: its `access_token` is not a token
            sign-in/bad-answer: the answer to the sign-in makes no sense: its `access_token` is not a token
            sign-in/bad-answer: the answer to the sign-in makes no sense: its `access_token` is not a token
            sign-in/bad-answer: the answer to the sign-in makes no sense: its `refresh_token` is not a token
            sign-in/bad-answer: the answer to the sign-in makes no sense: its `token_type` is not `Bearer`
            sign-in/bad-answer: the answer to the sign-in makes no sense: it has no `instance_url`
            sign-in/bad-answer: the answer to the sign-in makes no sense: its `instance_url` is not the address of an org
            sign-in/bad-answer: the answer to the sign-in makes no sense: its `instance_url` is not the address of an org
            sign-in/bad-answer: the answer to the sign-in makes no sense: its `instance_url` is not the address of an org
            sign-in/other-instance: the sign-in gives a token for `https://evil.example`, which is neither a host of Salesforce nor the host of the sign-in
            sign-in/other-instance: the sign-in gives a token for `https://127.0.0.1:8444`, which is neither a host of Salesforce nor the host of the sign-in
            sign-in/other-instance: the sign-in gives a token for `http://127.0.0.1:8443`, which is neither a host of Salesforce nor the host of the sign-in
            sign-in/bad-answer: the answer to the sign-in makes no sense: it has no `id`
            sign-in/bad-answer: the answer to the sign-in makes no sense: its `id` does not end with the ids of an org and a user
            sign-in/bad-answer: the answer to the sign-in makes no sense: its `access_token` and its `id` name two orgs
            sign-in/bad-answer: the answer to the sign-in makes no sense: its `scope` is not a list of scopes
        "#]],
    )
    .await;
}

#[tokio::test]
async fn what_is_no_answer_of_an_endpoint_is_told() {
    let mut lines = String::new();
    for reply in [
        Ok((200, "<html>Sign in to the network</html>".to_owned())),
        Ok((302, String::new())),
        Ok((404, "[]".to_owned())),
        Ok((400, "{}".to_owned())),
        Ok((200, "{\"access_token\": \"00D".to_owned())),
        Ok((503, "<html>maintenance</html>".to_owned())),
        Ok((429, String::new())),
        Ok((200, " ".repeat(70_000))),
        Err(WireError::Unreachable(Unreached::silent("nothing answers"))),
        Err(WireError::Lost("the connection broke".to_owned())),
        Err(WireError::TooLarge { limit: 10 }),
    ] {
        lines.push_str(&format!("{}\n", error(reply).await));
    }
    expect![[r#"
        sign-in/foreign: this is not an answer of Salesforce to a sign-in: 200 with `<html>Sign in to the network</html>`
        sign-in/foreign: this is not an answer of Salesforce to a sign-in: 302 with ``
        sign-in/foreign: this is not an answer of Salesforce to a sign-in: 404 with `[]`
        sign-in/foreign: this is not an answer of Salesforce to a sign-in: 400 with `{}`
        sign-in/bad-answer: the answer to the sign-in makes no sense: its JSON cannot be read
        sign-in/unavailable: the sign-in is not available: 503 with `<html>maintenance</html>`
        sign-in/unavailable: the sign-in is not available: 429 with ``
        sign-in/bad-answer: the answer to the sign-in makes no sense: it has more than 65536 bytes
        org/unreachable: the sign-in is not reachable: nothing answers
        sign-in/lost: the sign-in was not answered: the connection broke
        sign-in/bad-answer: the answer to the sign-in makes no sense: the answer is larger than 10 bytes
    "#]].assert_eq(&lines);
}

#[tokio::test]
async fn secrets_that_an_endpoint_repeats_are_hidden() {
    for reply in [
        refuses("invalid_grant", "5Aep861.refresh and app-secret"),
        refuses("5Aep861.refresh", "app-secret"),
        refuses("x", &format!("{}5Aep861.refresh", "x".repeat(190))),
        Ok((503, "5Aep861.refresh app-secret".to_owned())),
        Ok((400, "5Aep861.refresh app%2Dsecret".to_owned())),
        Err(WireError::Lost("5Aep861.refresh".to_owned())),
    ] {
        let error = error(reply).await;
        assert!(error.contains("***"), "{error}");
        assert!(
            !error.contains("5Aep861") && !error.contains("secret"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn what_was_granted_is_in_no_error() {
    for (status, body) in [
        (200, r#"{"access_token": "00DJca000000001!granted", "#),
        (200, r#""00DJca000000001!granted""#),
        (400, r#"{"access_token": "00DJca000000001!granted"}"#),
        (503, r#"{"access_token": "00DJca000000001!granted"}"#),
        (200, r#"{"access_token": ["00DJca000000001!granted"]}"#),
        (
            200,
            r#"{"access_token": "00DJca000000001!granted", "id": "00DJca000000001!granted"}"#,
        ),
    ] {
        let error = error(Ok((status, body.to_owned()))).await;
        assert!(!error.contains("!granted"), "{error}");
    }
}

#[tokio::test]
async fn the_clock_of_this_machine_is_compared_with_the_answer() {
    let endpoint =
        Endpoint::answering(vec![refuses("invalid_grant", "expired authorization code")]);
    let asked = endpoint.of_app(None).ask(&jwt(), DATE_MS - 600_000).await;
    let error = asked.err().expect("refused");
    expect![[r#"sign-in/clock: by Salesforce's clock the sign-in has expired, or is not valid yet; the clock of this machine is 10 minutes behind Salesforce's (Salesforce says "invalid_grant: expired authorization code")"#]].assert_eq(&format!("{}: {error}", error.code()));
}

#[tokio::test]
async fn a_token_that_is_none_is_revoked_already() {
    let endpoint = Endpoint::answering(vec![
        Ok((200, String::new())),
        refuses("unsupported_token_type", "invalid token: 5Aep"),
        refuses("invalid_request", "5Aep.token?"),
        Ok((503, String::new())),
    ]);
    let app = endpoint.of_app(None);
    let token = secret("5Aep.token");
    assert_eq!(app.revoke(&token).await, Ok(()));
    assert_eq!(app.revoke(&token).await, Ok(()));
    let refused = app.revoke(&token).await.expect_err("refused").to_string();
    assert!(refused.contains("***?"), "{refused}");
    let down = app.revoke(&token).await;
    assert!(matches!(down, Err(SignInError::Unavailable(_))));
    let asked = endpoint.asked();
    let first = asked.lines().next();
    assert_eq!(
        first,
        Some("twice POST /services/oauth2/revoke token=5Aep.token")
    );
}
