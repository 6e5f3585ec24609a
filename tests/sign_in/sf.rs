//! Orgs of the Salesforce CLI, which is a script here.

use std::os::unix::fs::PermissionsExt;

use expect_test::expect;
use serde_json::json;

use super::{PLAN, SignIn};
use crate::world::holders;

/// Puts a script on the path in the place of `sf`.
fn install(sign_in: &mut SignIn, script: &str) {
    let folder = sign_in.product.path("");
    let script = script.replace("FOLDER", &folder.display().to_string());
    sign_in
        .product
        .write("bin/sf", format!("#!/bin/sh\n{script}\n"));
    let program = sign_in.product.path("bin/sf");
    std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o700)).expect("a file");
    let path = sign_in.product.path("bin").display().to_string();
    sign_in.product.unset("PATH");
    sign_in
        .product
        .set("PATH", &format!("{path}:/usr/bin:/bin"));
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
    install(&mut sign_in, SCRIPT);
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
        (
            "no token",
            r#"echo '{"status":0,"result":{"accessToken":"[REDACTED]"}}'"#,
        ),
    ] {
        install(&mut sign_in, script);
        said.push_str(&format!(
            "--- {name}\n{}",
            sign_in.tell("org show acme-uat")
        ));
    }
    expect![[r#""#]].assert_eq(&said);
    let secret = first.split_once('!').expect("a token").1;
    assert!(
        !said.contains(secret) && !said.contains("canary-canary"),
        "{said}"
    );
    let found = holders(&sign_in.product.path(""), secret, &["token.json"]);
    assert!(found.is_empty(), "{found:?}");
}
