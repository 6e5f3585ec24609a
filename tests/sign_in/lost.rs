//! A keychain that is gone: nobody is kept from signing out, from forgetting an org, or from signing in again.

use expect_test::expect;
use serde_json::json;

use super::SignIn;
use super::browser::without_query;

/// Has the registry say that the secrets of the org are in the keychain of the system. There is none here.
fn lose_keychain(sign_in: &SignIn) {
    let path = sign_in.product.path("home/config/orgs.toml");
    let text = std::fs::read_to_string(&path).expect("a registry");
    let lost = text.replace("secrets = \"file\"", "secrets = \"keychain\"");
    assert_ne!(lost, text);
    std::fs::write(&path, lost).expect("written");
}

#[test]
fn a_keychain_that_is_gone_keeps_nobody() {
    let mut sign_in = SignIn::new(json!({}));
    let web = sign_in.web("uat");
    sign_in.in_browser(&web);
    lose_keychain(&sign_in);
    let gone = sign_in.tell("org show uat");
    let again = without_query(&sign_in.in_browser(&web));
    lose_keychain(&sign_in);
    let out = sign_in.tell("org logout uat");
    let after = sign_in.tell("org show uat");
    sign_in.in_browser(&web);
    lose_keychain(&sign_in);
    let removed = sign_in.tell("org remove uat");
    expect![[r#"
        $ usher org show uat
        exit 41
        --- out
        --- err
        error: there is no keychain on this system: there is no session bus
        help: set USHER_KEYCHAIN=file and sign in again to keep secrets in a file that only you can read
        code: keychain/missing
        exit 0
        --- out
        `uat` is the org 00DJca000000001MAA (practice org) at URL, as admin@practice.usher.example.
        --- err
        The former sign-in is not used: there is no keychain on this system: there is no session bus.
        The browser opens this address; sign in there within 5 minutes:
          URL/services/oauth2/authorize?…
        Its secrets are in the file `FOLDER/home/state/secrets.json`, which only you can read. No keychain of this system holds them.
        $ usher org logout uat
        exit 40
        --- out
        --- err
        error: Usher uses the secrets of `uat` no more, but can neither revoke nor remove them: there is no keychain on this system: there is no session bus
        help: revoke the tokens in the org: Setup > Connected Apps OAuth Usage; they stay valid until then
        code: org/not-revoked
        $ usher org show uat
        exit 40
        --- out
        --- err
        error: nobody is signed in to the org `uat`
        help: run `usher org login uat`; then `usher resume` continues a run that stopped
        code: org/signed-out
        $ usher org remove uat
        exit 0
        --- out
        `uat` is the name of no org any more.
        --- err
        Its secrets could not be taken out: there is no keychain on this system: there is no session bus. Salesforce still accepts its tokens until they end: see Setup > Connected Apps OAuth Usage.
    "#]].assert_eq(&[gone, again, out, after, removed].concat());
}
