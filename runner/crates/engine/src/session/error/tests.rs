//! Salesforce's words, and what a person reads.

use expect_test::expect;

use super::refusal::Refused;
use super::{Reason, SignInError};

#[test]
fn each_refusal_has_its_code() {
    let mut lines = String::new();
    for (error, description) in [
        ("invalid_grant", "invalid assertion"),
        ("invalid_grant", "audience is invalid"),
        ("invalid_grant", "Audience validation failed"),
        ("invalid_grant", "expired access/refresh token"),
        ("invalid_grant", "expired authorization code"),
        ("invalid_grant", "invalid authorization code"),
        ("invalid_grant", "invalid code verifier"),
        ("invalid_grant", "user hasn't approved this consumer"),
        (
            "invalid_app_access",
            "user is not admin approved to access this app",
        ),
        ("OAUTH_APP_BLOCKED", "this app is blocked by admin"),
        (
            "OAUTH_EC_APP_NOT_FOUND",
            "External client app is not installed in this org",
        ),
        (
            "app_not_found",
            "External client app is not installed in this org",
        ),
        ("invalid_grant", "inactive user"),
        ("invalid_grant", "ip restricted"),
        ("invalid_grant", "no client credentials user enabled"),
        ("invalid_client_id", "client identifier invalid"),
        ("invalid_client", "invalid client credentials"),
        ("unsupported_grant_type", "grant type not supported"),
        (
            "redirect_uri_mismatch",
            "redirect_uri must match configuration",
        ),
        ("access_denied", "end-user denied authorization"),
        ("invalid_request", "missing required code challenge"),
        ("invalid_grant", "login rate exceeded"),
        ("invalid_grant", "authentication failure"),
        ("server_error", ""),
    ] {
        let error = SignInError::of_redirect(error, description);
        assert!(error.help().len() > 20);
        lines.push_str(&format!("{}: {error}\n", error.code()));
    }
    expect![[r#"
        sign-in/wrong-key: the key does not belong to a certificate of the app (Salesforce says "invalid_grant: invalid assertion")
        sign-in/wrong-audience: the sign-in is meant for another host than the one that answers (Salesforce says "invalid_grant: audience is invalid")
        sign-in/wrong-audience: the sign-in is meant for another host than the one that answers (Salesforce says "invalid_grant: Audience validation failed")
        sign-in/expired: the sign-in has expired, or someone has revoked it (Salesforce says "invalid_grant: expired access/refresh token")
        sign-in/bad-code: the code from the browser is not valid, not valid any more, or of another sign-in (Salesforce says "invalid_grant: expired authorization code")
        sign-in/bad-code: the code from the browser is not valid, not valid any more, or of another sign-in (Salesforce says "invalid_grant: invalid authorization code")
        sign-in/bad-code: the code from the browser is not valid, not valid any more, or of another sign-in (Salesforce says "invalid_grant: invalid code verifier")
        sign-in/not-approved: the user has not approved the app, and no administrator has approved it for the user (Salesforce says "invalid_grant: user hasn't approved this consumer")
        sign-in/not-approved: the user has not approved the app, and no administrator has approved it for the user (Salesforce says "invalid_app_access: user is not admin approved to access this app")
        sign-in/app-blocked: an administrator of the org has blocked the app (Salesforce says "OAUTH_APP_BLOCKED: this app is blocked by admin")
        sign-in/app-not-installed: the app is not installed in the org (Salesforce says "OAUTH_EC_APP_NOT_FOUND: External client app is not installed in this org")
        sign-in/app-not-installed: the app is not installed in the org (Salesforce says "app_not_found: External client app is not installed in this org")
        sign-in/inactive-user: the user is not active (Salesforce says "invalid_grant: inactive user")
        sign-in/ip-range: the user may not sign in from this network address, or not at this time (Salesforce says "invalid_grant: ip restricted")
        sign-in/no-run-as-user: the app has no user to run as (Salesforce says "invalid_grant: no client credentials user enabled")
        sign-in/unknown-app: Salesforce knows no app with this consumer key (Salesforce says "invalid_client_id: client identifier invalid")
        sign-in/wrong-secret: the consumer secret is wrong, or is missing (Salesforce says "invalid_client: invalid client credentials")
        sign-in/grant-off: this way to sign in is off for the app (Salesforce says "unsupported_grant_type: grant type not supported")
        sign-in/wrong-redirect: the address to which the browser is sent back is not a callback URL of the app (Salesforce says "redirect_uri_mismatch: redirect_uri must match configuration")
        sign-in/denied: the user has denied the app access (Salesforce says "access_denied: end-user denied authorization")
        sign-in/no-challenge: the app requires PKCE, and the sign-in came without a challenge (Salesforce says "invalid_request: missing required code challenge")
        sign-in/too-many-logins: the user has signed in too often (Salesforce says "invalid_grant: login rate exceeded")
        sign-in/refused: Salesforce refuses the sign-in (Salesforce says "invalid_grant: authentication failure")
        sign-in/refused: Salesforce refuses the sign-in (Salesforce says "server_error")
    "#]].assert_eq(&lines);
}

#[test]
fn a_clock_that_is_off_is_told() {
    let told = |ms| {
        let refused = Refused::of("invalid_grant", "expired authorization code", Some(ms));
        SignInError::Refused(refused.of_assertion()).to_string()
    };
    expect![[r#"by Salesforce's clock the sign-in has expired, or is not valid yet; the clock of this machine is 10 minutes behind Salesforce's (Salesforce says "invalid_grant: expired authorization code")"#]].assert_eq(&told(-10 * 60_000));
    expect![[r#"by Salesforce's clock the sign-in has expired, or is not valid yet; the clock of this machine is 3 hours ahead of Salesforce's (Salesforce says "invalid_grant: expired authorization code")"#]].assert_eq(&told(3 * 3_600_000));
    expect![[r#"by Salesforce's clock the sign-in has expired, or is not valid yet (Salesforce says "invalid_grant: expired authorization code")"#]].assert_eq(&told(5_000));
}

#[test]
fn words_are_shown_on_one_line_and_cut() {
    let refused = Refused::of(
        "invalid_grant",
        &format!("a\n\u{1b}[31m{}", "x".repeat(500)),
        None,
    );
    assert_eq!(refused.reason, Reason::Other);
    assert_eq!(refused.said.chars().count(), 200);
    assert!(!refused.said.chars().any(char::is_control));
}
