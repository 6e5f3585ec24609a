//! Several orgs behind one socket.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{ORGANIZATION, ready, send};
use crate::over_http::Served;
use crate::world::Product;

/// The texts of one org in the file for clients.
struct One {
    name: String,
    id: String,
    token: String,
}

fn all(product: &Product) -> Vec<One> {
    let ready = ready(product);
    let orgs = ready["orgs"].as_array().expect("a list");
    let text = |org: &Value, key: &str| org[key].as_str().expect("a text").to_owned();
    let one = |org: &Value| One {
        name: text(org, "name"),
        id: text(org, "org_id"),
        token: text(org, "token"),
    };
    orgs.iter().map(one).collect()
}

fn id(answer: &(u16, Value)) -> &str {
    answer.1["records"][0]["Id"].as_str().unwrap_or("none")
}

#[test]
fn each_org_is_found_by_host_by_path_and_by_token() {
    let product = Product::new();
    let served = Served::start_with(&product, &["--orgs", "3"]);
    let orgs = all(&product);
    let names: Vec<&str> = orgs.iter().map(|org| org.name.as_str()).collect();
    assert_eq!(names, ["practice-1", "practice-2", "practice-3"]);
    assert_eq!(ready(&product)["token"], orgs[0].token);
    let get = |host: &str, token: &str, path: &str| {
        send(&served, host, token, &format!("GET {path}"), "")
    };
    for org in &orgs {
        let (name, token) = (&org.name, &org.token);
        let host = format!("{name}.my.localhost:1");
        assert_eq!(id(&get(&host, token, ORGANIZATION)), org.id, "by host");
        let path = format!("/orgs/{name}{ORGANIZATION}");
        assert_eq!(id(&get("127.0.0.1", token, &path)), org.id, "by path");
        let path = format!("//orgs/{name}/{ORGANIZATION}");
        assert_eq!(id(&get("127.0.0.1", token, &path)), org.id, "two slashes");
        assert_eq!(id(&get("127.0.0.1", token, ORGANIZATION)), org.id, "token");
    }
    let elsewhere = get("practice-2.localhost", &orgs[0].token, ORGANIZATION);
    assert_eq!(elsewhere.0, 401, "a token opens its own org only");
    let unknown = get("practice-4.my.localhost", &orgs[0].token, ORGANIZATION);
    let message = "no practice org is called `practice-4` here";
    assert_eq!(
        unknown,
        (
            404,
            json!([{ "errorCode": "NOT_FOUND", "message": message }])
        )
    );
    let unknown = get("localhost", &orgs[0].token, "/orgs/nothing/services/data");
    assert_eq!(unknown.0, 404);
}

#[test]
fn what_one_org_gets_the_others_have_not() {
    let product = Product::new();
    let served = Served::start_with(&product, &["--orgs", "2"]);
    let orgs = all(&product);
    let post = "POST /services/data/v66.0/sobjects/Account";
    let made = send(
        &served,
        "x",
        &orgs[1].token,
        post,
        r#"{"Name": "Only here"}"#,
    );
    assert_eq!(made.0, 201, "{}", made.1);
    let counts = orgs.iter().map(|org| {
        let line = "GET /services/data/v66.0/query?q=SELECT+Id+FROM+Account+WHERE+Name='Only+here'";
        send(&served, "x", &org.token, line, "").1["totalSize"].clone()
    });
    assert_eq!(counts.collect::<Vec<_>>(), [json!(0), json!(1)]);
    // They are in the home as other practice orgs are, and stay there.
    drop(served);
    let shown = product.run("practice show practice-2");
    assert!(shown.out.contains("Only here"), "{}", shown.text());
    let served = Served::start_with(&product, &["--orgs", "2"]);
    let again = all(&product);
    assert_eq!(again[1].id, orgs[1].id);
    let old = format!("GET {ORGANIZATION}");
    assert_eq!(send(&served, "x", &orgs[1].token, &old, "").0, 200);
}

#[test]
fn a_client_that_signs_in_below_a_path_is_told_that_path() {
    let product = Product::new();
    product.write(
        "apps.toml",
        r#"
[settings]
"practice.password" = "let me in"

[[apps]]
name = "Ours"
client_id = "ours"
secret = "s"
"#,
    );
    let arguments = ["--orgs", "2", "--in-memory", "--data", "apps.toml"];
    let served = Served::start_with(&product, &arguments);
    let orgs = all(&product);
    let body = "grant_type=password&client_id=ours&client_secret=s&username=admin@practice.usher.example&password=let+me+in";
    let line = "POST /orgs/practice-2/services/oauth2/token";
    let (status, answer) = send(&served, "127.0.0.1:99", "", line, body);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        answer["instance_url"],
        "http://127.0.0.1:99/orgs/practice-2"
    );
    // The same token at the address of all, and the id that it names.
    let token = answer["access_token"].as_str().expect("a token");
    let found = send(
        &served,
        "127.0.0.1",
        token,
        &format!("GET {ORGANIZATION}"),
        "",
    );
    assert_eq!(id(&found), orgs[1].id);
    let line = format!("GET /services/oauth2/userinfo?access_token={token}");
    let (_, info) = send(&served, "127.0.0.1", token, &line, "");
    assert_eq!(info["organization_id"], orgs[1].id);
    let body = format!("token={}", token.replace('!', "%21"));
    let revoked = send(
        &served,
        "127.0.0.1",
        "",
        "POST /services/oauth2/revoke",
        &body,
    );
    assert_eq!(revoked.0, 200, "{}", revoked.1);
    let line = format!("GET {ORGANIZATION}");
    assert_eq!(send(&served, "127.0.0.1", token, &line, "").0, 401);
}

#[test]
fn a_soap_session_says_which_org_is_meant() {
    let product = Product::new();
    let served = Served::start_with(&product, &["--orgs", "2", "--in-memory"]);
    let orgs = all(&product);
    let envelope = format!(
        r#"<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://soap.sforce.com/2006/04/metadata"><env:Header><m:SessionHeader><m:sessionId>{}</m:sessionId></m:SessionHeader></env:Header><env:Body><m:describeMetadata><m:asOfVersion>66.0</m:asOfVersion></m:describeMetadata></env:Body></env:Envelope>"#,
        orgs[1].token
    );
    let fault = |path: &str| {
        let answer = send(&served, "127.0.0.1", "", &format!("POST {path}"), &envelope);
        answer.0
    };
    assert_eq!(fault("/services/Soap/m/66.0"), 200);
    assert_eq!(fault(&format!("/services/Soap/m/66.0/{}", orgs[1].id)), 200);
    assert_eq!(fault("/orgs/practice-1/services/Soap/m/66.0"), 500);
}

#[test]
fn a_thousand_orgs_are_a_thousand_orgs() {
    let product = Product::new();
    let served = Served::start_with(&product, &["--orgs", "1000", "--in-memory"]);
    let orgs = all(&product);
    let ids: BTreeSet<&str> = orgs.iter().map(|org| org.id.as_str()).collect();
    assert_eq!(ids.len(), 1_000);
    for place in [0, 499, 999] {
        let line = format!("GET {ORGANIZATION}");
        let answer = send(&served, "127.0.0.1", &orgs[place].token, &line, "");
        assert_eq!(id(&answer), orgs[place].id);
    }
}

#[test]
fn each_org_counts_the_requests_of_its_faults() {
    let product = Product::new();
    product.write("faults.toml", "[[faults]]\nkind = \"throttle\"\nnth = 2\n");
    let arguments = [
        "--orgs",
        "2",
        "--in-memory",
        "--faults",
        "faults.toml",
        "--log",
        "log.jsonl",
    ];
    let served = Served::start_with(&product, &arguments);
    let orgs = all(&product);
    for org in [0, 1, 1, 0] {
        let line = format!("GET {ORGANIZATION}");
        let _any = send(&served, "127.0.0.1", &orgs[org].token, &line, "");
    }
    // It comes to no org, and no fault counts it.
    let line = format!("GET {ORGANIZATION}");
    let _refused = send(&served, "nobody.my.localhost", &orgs[0].token, &line, "");
    let log = std::fs::read_to_string(product.path("log.jsonl")).expect("a log");
    let lines: Vec<String> = log
        .lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).expect("JSON");
            assert!(
                line["bytes"].as_u64().is_some_and(|bytes| bytes > 0),
                "{line}"
            );
            format!(
                "{} {} {} {}",
                line["org"], line["n"], line["status"], line["path"]
            )
        })
        .collect();
    expect_test::expect![[r#"
        "practice-1" 1 200 "/services/data/v66.0/query"
        "practice-2" 1 200 "/services/data/v66.0/query"
        "practice-2" 2 403 "/services/data/v66.0/query"
        "practice-1" 2 403 "/services/data/v66.0/query"
        null null 404 "/services/data/v66.0/query"
    "#]]
    .assert_eq(&format!("{}\n", lines.join("\n")));
    assert!(!log.contains(&orgs[1].token));
}

#[test]
fn a_token_in_a_path_is_not_logged() {
    let product = Product::new();
    let served = Served::start_with(&product, &["--log", "log.jsonl"]);
    let line = format!("GET /services/data/v66.0/sobjects/Account/{}", served.token);
    let _refused = send(&served, "127.0.0.1", &served.token, &line, "");
    for path in [
        "/services/data/v66.0/sobjects/User/Email/canary@secret.example",
        "/services/oauth2/token/canary",
    ] {
        let _refused = send(
            &served,
            "127.0.0.1",
            &served.token,
            &format!("GET {path}"),
            "",
        );
    }
    let log = std::fs::read_to_string(product.path("log.jsonl")).expect("a log");
    assert!(log.contains("/sobjects/Account/***"), "{log}");
    assert!(log.contains("/sobjects/User/Email/***"), "{log}");
    assert!(log.contains("/services/oauth2/token/***"), "{log}");
    assert!(!log.contains("canary"), "{log}");
    assert!(!log.contains(&served.token));
}
