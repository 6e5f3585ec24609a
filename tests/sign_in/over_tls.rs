//! Signing in over TLS, to an org whose certificate a file of a person's own vouches for.

use expect_test::expect;
use serde_json::{Value, json};

use super::{CLIENT_SECRET, PLAN, SignIn};
use crate::world::READY;

const ADMIN: &str = "admin@practice.usher.example";

/// An org behind TLS, and the file that vouches for it.
fn behind_tls(more: Value) -> (SignIn, String) {
    let sign_in = SignIn::served_with(more, &["--tls"]);
    let ready = std::fs::read_to_string(sign_in.product.path(READY)).expect("the server is ready");
    let ready: Value = serde_json::from_str(&ready).expect("JSON");
    let authority = ready["authority"].as_str().expect("a path").to_owned();
    (sign_in, authority)
}

#[test]
fn a_key_an_app_and_a_token_sign_in_over_tls() {
    let (mut sign_in, authority) = behind_tls(json!({
        "certificate": include_str!("usher.crt"),
        "permitted": "approved",
        "users": [ADMIN],
        "client_credentials": true,
        "run_as": ADMIN,
    }));
    let url = sign_in.served.url.clone();
    sign_in
        .product
        .write("usher.key", include_str!("usher.key"));
    let key = sign_in.product.path("usher.key");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(key, mode).expect("a file");
    let trust = format!("--ca-file {authority}");
    let jwt = format!("org login key --jwt-key usher.key --username {ADMIN} --login-host {url}");
    let app =
        format!("org login app --client-credentials --client-secret-stdin --login-host {url}");
    let token = format!("org login bare --token-stdin --login-host {url}");
    let unknown = sign_in.tell(&jwt);
    let by_key = sign_in.tell(&format!("{jwt} {trust}"));
    sign_in.product.input(&format!("{CLIENT_SECRET}\n"));
    let by_app = sign_in.tell(&format!("{app} {trust}"));
    let served = sign_in.served.token.clone();
    sign_in.product.input(&format!("{served}\n"));
    let by_token = sign_in.tell(&format!("{token} {trust}"));
    sign_in.product.input("");
    for org in ["key", "app", "bare"] {
        let ran = sign_in.product.run(&format!("{PLAN} --org {org}"));
        assert_eq!(ran.exit, 0, "{org}: {}", ran.text());
    }
    sign_in.are_nowhere_else("app", &by_app);
    let out = sign_in.tell("org logout app");
    assert!(sign_in.secrets("app").is_null());
    let said = [unknown, by_key, by_app, by_token, out].concat();
    let said = said.replace(&authority, "AUTHORITY");
    expect![[r#"
        $ usher org login key --jwt-key usher.key --username admin@practice.usher.example --login-host URL
        exit 40
        --- out
        --- err
        error: the sign-in is not reachable: the certificate of URL is of an authority that this machine does not trust
        help: if a proxy of your company opens TLS, name the file with the certificate of its authority (`--ca-file` of `usher org login`, `ca_file` of the org); else do not go on: another machine answers in the org's place
        code: org/unknown-authority
        $ usher org login key --jwt-key usher.key --username admin@practice.usher.example --login-host URL --ca-file AUTHORITY
        exit 0
        --- out
        `key` is the org 00DJca000000001MAA (practice org) at URL, as admin@practice.usher.example.
        --- err
        Usher keeps no secret of it.
        $ usher org login app --client-credentials --client-secret-stdin --login-host URL --ca-file AUTHORITY
        exit 0
        --- out
        `app` is the org 00DJca000000001MAA (practice org) at URL, as admin@practice.usher.example.
        --- err
        Its secrets are in the file `FOLDER/home/state/secrets.json`, which only you can read. No keychain of this system holds them.
        $ usher org login bare --token-stdin --login-host URL --ca-file AUTHORITY
        exit 0
        --- out
        `bare` is the org 00DJca000000001MAA (practice org) at URL, as admin@practice.usher.example.
        --- err
        Its secrets are in the file `FOLDER/home/state/secrets.json`, which only you can read. No keychain of this system holds them.
        $ usher org logout app
        exit 0
        --- out
        You are signed out of `app`.
        --- err
        Salesforce has revoked its tokens, and Usher has forgotten them.
    "#]].assert_eq(&said);
}
