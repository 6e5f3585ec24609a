//! Secrets of an org that go to no other one.

use serde_json::{Value, json};

use super::{CLIENT_SECRET, PLAN, SECRETS, SignIn, free_port};

/// Puts another access token in the place of the one that is kept for an org.
fn put(sign_in: &SignIn, org: &str, token: &str) {
    let mut secrets = sign_in.secrets(org);
    secrets["access_token"] = token.into();
    let path = sign_in.product.path(SECRETS);
    let text = std::fs::read_to_string(&path).expect("secrets");
    let mut file: Value = serde_json::from_str(&text).expect("secrets");
    file["orgs"][org] = secrets.to_string().into();
    std::fs::write(path, file.to_string()).expect("a file");
}

#[test]
fn a_kept_token_of_another_org_is_not_sent() {
    let mut sign_in = SignIn::new(json!({
        "client_credentials": true,
        "run_as": "admin@practice.usher.example",
    }));
    let url = sign_in.served.url.clone();
    let line = sign_in.web("web");
    let said = sign_in.in_browser(&line);
    assert!(said.starts_with("exit 0"), "{said}");
    sign_in.product.input(&format!("{CLIENT_SECRET}\n"));
    let line =
        format!("org login app --client-credentials --login-host {url} --client-secret-stdin");
    let said = sign_in.tell(&line);
    assert!(said.contains("exit 0"), "{said}");
    let token = sign_in.secrets("app")["access_token"].clone();
    let token = token.as_str().expect("a token");
    sign_in.product.input(&format!("{token}\n"));
    let said = sign_in.tell(&format!("org login given --token-stdin --login-host {url}"));
    assert!(said.contains("exit 0"), "{said}");
    sign_in.product.set("USHER_LOG", "requests");
    for org in ["web", "app", "given"] {
        put(&sign_in, org, "00DJca000000002!canary-of-another-org");
        let refused = sign_in.product.run(&format!("{PLAN} --org {org}"));
        assert_eq!(refused.exit, 30, "{}", refused.text());
        assert!(
            refused.err.contains("code: org/other-token"),
            "{}",
            refused.text()
        );
        assert!(!refused.err.contains("request "), "{}", refused.text());
        assert!(!refused.err.contains("canary"), "{}", refused.text());
    }
}

#[test]
fn a_kept_consumer_secret_goes_to_no_other_host_and_app() {
    let mut sign_in = SignIn::new(json!({
        "client_credentials": true,
        "run_as": "admin@practice.usher.example",
    }));
    let url = sign_in.served.url.clone();
    sign_in.product.input(&format!("{CLIENT_SECRET}\n"));
    let line =
        format!("org login app --client-credentials --login-host {url} --client-secret-stdin");
    let said = sign_in.tell(&line);
    assert!(said.contains("exit 0"), "{said}");
    sign_in.product.input("");
    sign_in.product.set("USHER_LOG", "requests");
    let other = format!("http://127.0.0.1:{}", free_port());
    for words in [
        format!("--login-host {other}"),
        "--client-id 3MVG9.other".to_owned(),
    ] {
        let refused = sign_in.product.run(&format!("org login app {words}"));
        assert_eq!(refused.exit, 2, "{}", refused.text());
        assert!(
            refused.err.contains("code: sign-in/no-client-secret"),
            "{}",
            refused.text()
        );
    }
    let again = sign_in.product.run("org login app");
    assert_eq!(again.exit, 0, "{}", again.text());
}
