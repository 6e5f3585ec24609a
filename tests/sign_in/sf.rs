//! Orgs of the Salesforce CLI, which is a script here.

use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};

use expect_test::expect;
use serde_json::json;

use super::{PLAN, SignIn};
use crate::cases::between::between;
use crate::world::{Product, holders};

/// Puts a script on the path in the place of `sf`.
fn install(product: &mut Product, script: &str) {
    let folder = product.path("");
    let script = script.replace("FOLDER", &folder.display().to_string());
    product.write("bin/sf", format!("#!/bin/sh\n{script}\n"));
    let program = product.path("bin/sf");
    std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o700)).expect("a file");
    let path = product.path("bin").display().to_string();
    product.unset("PATH");
    product.set("PATH", &format!("{path}:/usr/bin:/bin"));
}

/// A script that answers as `sf` of 2026 does: it shows no token with an org, and has a command for one.
const SCRIPT: &str = r#"echo "$@" >> FOLDERasked
[ -z "$USHER_CANARY" ] || echo "a variable of Usher" >> FOLDERasked
case "$1 $2 $3" in
"org list --skip-connection-status") cat FOLDERlist.json;;
"org auth show-access-token") cat FOLDERtoken.json;;
*) echo '{"status":1,"name":"Other","message":"no"}'; exit 1;;
esac"#;

#[test]
fn orgs_of_the_salesforce_cli_are_used() {
    let mut sign_in = SignIn::new(json!({}));
    sign_in.product.set("USHER_CANARY", "set");
    let missing = sign_in.tell("org import-sf");
    install(&mut sign_in.product, SCRIPT);
    let org_id = sign_in
        .product
        .practice()
        .query("SELECT Id FROM Organization")[0]["Id"]
        .clone();
    let url = sign_in.served.url.clone();
    let dev = json!({
        "alias": "Acme UAT", "username": "admin@practice.usher.example", "orgId": org_id,
        "instanceUrl": url, "accessToken": "[REDACTED] Use 'sf org auth show-access-token' to view",
    });
    let plain =
        json!({ "username": "x@y.example", "orgId": org_id, "instanceUrl": "http://example.com" });
    let list = json!({
        "status": 0,
        "result": { "devHubs": [dev], "nonScratchOrgs": [dev, plain], "scratchOrgs": [] },
        "warnings": [],
    });
    sign_in.product.write("list.json", list.to_string());
    let token = |sign_in: &SignIn| {
        let made = json!({ "username": "admin@practice.usher.example" });
        let made = sign_in
            .product
            .practice()
            .send("POST", "/practice/tokens", &made);
        let answer = json!({ "status": 0, "result": { "accessToken": made["access_token"] } });
        sign_in.product.write("token.json", answer.to_string());
        made["access_token"].as_str().expect("a token").to_owned()
    };
    let first = token(&sign_in);
    let mut said = missing;
    for line in [
        "org import-sf",
        "org import-sf nobody",
        "org list",
        "org show acme-uat",
        "org logout acme-uat",
        "org login acme-uat",
    ] {
        said.push_str(&sign_in.tell(line));
    }
    let planned = sign_in.product.run(&format!("{PLAN} --org acme-uat"));
    assert_eq!(planned.exit, 0, "{}", planned.text());
    // `sf` has no other token: one look, and no more.
    let ended = json!({ "token": first });
    sign_in
        .product
        .practice()
        .send("POST", "/practice/tokens/end", &ended);
    said.push_str(&sign_in.tell(&format!("{PLAN} --org acme-uat")));
    let asked = std::fs::read_to_string(sign_in.product.path("asked")).unwrap_or_default();
    assert_eq!(asked.matches("show-access-token").count(), 4, "{asked}");
    assert!(!asked.contains("a variable of Usher"), "{asked}");
    for (name, script) in [
        ("garbage", "echo garbage"),
        ("nothing", "exit 3"),
        (
            "refusal",
            r#"echo '{"status":1,"name":"NoOrg","message":"No org 00D!canary-canary-canary found"}'; exit 1"#,
        ),
        ("no end", "sleep 100 &\nexit 0"),
        (
            "no token",
            r#"echo '{"status":0,"result":{"accessToken":"[REDACTED]"}}'"#,
        ),
    ] {
        install(&mut sign_in.product, script);
        said.push_str(&format!(
            "--- {name}\n{}",
            sign_in.tell("org show acme-uat")
        ));
    }
    expect![[r#"
        $ usher org import-sf
        exit 41
        --- out
        --- err
        error: there is no `sf` on this machine's path
        help: install the Salesforce CLI with `npm install --global @salesforce/cli`, or sign in with `usher org login`
        code: sf/missing
        $ usher org import-sf
        exit 0
        --- out
        `acme-uat` is the org at URL, as admin@practice.usher.example.
        --- err
        `x@y.example` is not added: `http://example.com` is not on this machine: over plain HTTP everyone on the way could read the access token
        `sf` keeps the sign-in; Usher asks it for an access token when one is needed.
        $ usher org import-sf nobody
        exit 2
        --- out
        --- err
        error: `sf` is signed in to no org `nobody`
        help: `sf org list` lists the aliases and usernames
        code: sf/unknown-org
        $ usher org list
        exit 0
        --- out
        NAME      ADDRESS                 SIGN-IN                              ORG
        acme-uat  URL  sf, as admin@practice.usher.example  00DJca000000001MAA
        --- err
        $ usher org show acme-uat
        exit 0
        --- out
        name      acme-uat
        address   URL
        sign-in   sf, as admin@practice.usher.example
        org       00DJca000000001MAA
        kind      practice org
        user      admin@practice.usher.example (005Jca000000001IAA)
        --- err
        $ usher org logout acme-uat
        exit 0
        --- out
        Usher keeps no secret of `acme-uat`.
        --- err
        `sf` is signed in: `sf org logout --target-org admin@practice.usher.example` signs out.
        $ usher org login acme-uat
        exit 2
        --- out
        --- err
        error: Usher does not sign in to `acme-uat` by itself
        help: pass `--web`, `--jwt-key`, `--client-credentials` or `--token-stdin`; `sf org login web` signs in to the Salesforce CLI
        code: sign-in/which-way
        $ usher plan fsc/assign-permissions --org acme-uat
        exit 40
        --- out
        --- err
        error: the org does not accept the sign-in: Bad_OAuth_Token
        help: run `sf org login web --alias acme-uat` and sign in as admin@practice.usher.example; then `usher resume` continues a run that stopped
        code: org/signed-out
        --- garbage
        $ usher org show acme-uat
        exit 40
        --- out
        --- err
        error: `sf org auth` does not answer in JSON
        help: run `sf org list` to see to which orgs it is signed in, and `sf org login web` to sign in
        code: sign-in/no-token
        --- nothing
        $ usher org show acme-uat
        exit 40
        --- out
        --- err
        error: `sf org auth` does not answer in JSON
        help: run `sf org list` to see to which orgs it is signed in, and `sf org login web` to sign in
        code: sign-in/no-token
        --- refusal
        $ usher org show acme-uat
        exit 40
        --- out
        --- err
        error: `sf org auth` failed: No org *** found
        help: run `sf org list` to see to which orgs it is signed in, and `sf org login web` to sign in
        code: sign-in/no-token
        --- no end
        $ usher org show acme-uat
        exit 40
        --- out
        --- err
        error: `sf` ended, and a program that it started keeps its output open
        help: run `sf org list` to see to which orgs it is signed in, and `sf org login web` to sign in
        code: sign-in/no-token
        --- no token
        $ usher org show acme-uat
        exit 40
        --- out
        --- err
        error: `sf` gives no access token for admin@practice.usher.example
        help: run `sf org list` to see to which orgs it is signed in, and `sf org login web` to sign in
        code: sign-in/no-token
    "#]].assert_eq(&said);
    let secret = first.split_once('!').expect("a token").1;
    assert!(
        !said.contains(secret) && !said.contains("canary-canary"),
        "{said}"
    );
    let found = holders(&sign_in.product.path(""), secret, &["token.json"]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_token_of_another_org_is_not_sent() {
    let mut sign_in = SignIn::new(json!({}));
    install(&mut sign_in.product, SCRIPT);
    let org_id = &sign_in
        .product
        .practice()
        .query("SELECT Id FROM Organization")[0]["Id"];
    let org = json!({
        "alias": "uat", "username": "admin@practice.usher.example", "orgId": org_id,
        "instanceUrl": sign_in.served.url,
    });
    let list = json!({ "status": 0, "result": { "nonScratchOrgs": [org] } });
    sign_in.product.write("list.json", list.to_string());
    let said = sign_in.tell("org import-sf");
    assert!(said.contains("exit 0"), "{said}");
    let token = "00DJca000000002!canary-of-another-org";
    let answer = json!({ "status": 0, "result": { "accessToken": token } });
    sign_in.product.write("token.json", answer.to_string());
    sign_in.product.set("USHER_LOG", "requests");
    let refused = sign_in.tell(&format!("{PLAN} --org uat"));
    expect![[r#"
        $ usher plan fsc/assign-permissions --org uat
        exit 30
        --- out
        --- err
        error: `sf` gives a token of the org 00DJca000000002MAA, and the command is for the org 00DJca000000001MAA; nothing was sent
        help: run `sf org list` to see to which orgs `sf` is signed in, and `usher org import-sf` to name them again
        code: org/other-token
    "#]]
    .assert_eq(&refused);
}

#[test]
fn a_token_of_another_user_ends_the_session() {
    let mut product = Product::new();
    product.catch_up();
    // `sf` is signed in again as another user in the middle of the command.
    let script = r#"case "$1 $2 $3" in
"org list --skip-connection-status") cat FOLDERlist.json;;
*) cat FOLDERtoken.json; cp FOLDERother.json FOLDERtoken.json;;
esac"#;
    install(&mut product, script);
    let org = product.practice();
    let answer = |token: &str| {
        let answer = json!({ "status": 0, "result": { "accessToken": token } });
        answer.to_string()
    };
    let first = json!({ "username": "admin@practice.usher.example" });
    let first = org.send("POST", "/practice/tokens", &first);
    let first = first["access_token"].as_str().expect("a token").to_owned();
    let other = org.token_of("nora.north@usher-practice.example");
    product.write("token.json", answer(&first));
    product.write("other.json", answer(&other));
    let org_id = org.query("SELECT Id FROM Organization")[0]["Id"].clone();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = Arc::clone(&asked);
    let url = between(&mut product, org, move |request, org| {
        let path = request.uri().path();
        heard.lock().expect("no panic").push(path.to_owned());
        if path.ends_with("/query") {
            org.send("POST", "/practice/tokens/end", &json!({ "token": first }));
        }
        None
    });
    product.unset("USHER_TOKEN");
    let org = json!({
        "alias": "uat", "username": "admin@practice.usher.example", "orgId": org_id,
        "instanceUrl": url,
    });
    let list = json!({ "status": 0, "result": { "nonScratchOrgs": [org] } });
    product.write("list.json", list.to_string());
    let imported = product.run("org import-sf");
    assert_eq!(imported.exit, 0, "{}", imported.text());
    let refused = product.run("org show uat");
    assert_eq!(refused.exit, 30, "{}", refused.text());
    assert!(
        refused.err.contains("code: sign-in/other-user"),
        "{}",
        refused.text()
    );
    // With the other user's token Usher asks whose it is, and nothing else.
    let asked = asked.lock().expect("no panic").join(" ");
    assert!(
        asked.ends_with("/query /services/oauth2/userinfo"),
        "{asked}"
    );
}
