//! Signing in to an org, staying signed in, and signing out, against the practice org behind a socket. Secrets are seen
//! nowhere but in the keychain.

mod browser;
mod sf;

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::over_http::Served;
use crate::socket::{answer, read};
use crate::world::{Product, holders};
use browser::Browser;

const PLAN: &str = "plan fsc/assign-permissions";

/// The consumer key of the app.
const CLIENT_ID: &str = "3MVG9.usher";

/// The consumer secret of the app: a text that is found wherever it is.
const CLIENT_SECRET: &str = "canary-of-the-consumer-secret";

/// The file that holds secrets where there is no keychain.
const SECRETS: &str = "home/state/secrets.json";

/// A practice org that people sign in to.
struct SignIn {
    product: Product,
    served: Served,
    port: u16,
}

impl SignIn {
    /// An org with an app that has `more`.
    fn new(more: Value) -> Self {
        let mut product = Product::new();
        product.catch_up();
        let served = Served::start(&product);
        let port = free_port();
        let mut app = json!({
            "name": "Usher",
            "client_id": CLIENT_ID,
            "secret": CLIENT_SECRET,
            "secret_required": false,
            "callback_urls": [format!("http://localhost:{port}/usher/signed-in")],
            "pkce": true,
        });
        let fields = more.as_object().into_iter().flatten();
        for (name, value) in fields {
            app[name] = value.clone();
        }
        let org = product.practice();
        org.send("POST", "/practice/apps", &app);
        org.configure(&json!({ "practice.approveAs": "admin@practice.usher.example" }));
        product.set("USHER_CLIENT_ID", CLIENT_ID);
        product.set("PATH", "/usr/bin:/bin");
        Self {
            product,
            served,
            port,
        }
    }

    /// The words that sign in with the browser.
    fn web(&self, name: &str) -> String {
        format!(
            "org login {name} --web --login-host {} --port {}",
            self.served.url, self.port
        )
    }

    /// Signs in with the browser; what the command says.
    fn in_browser(&mut self, line: &str) -> String {
        let browser = Browser::start(&mut self.product);
        let ran = self.product.run(line);
        if let Some(code) = browser.end() {
            self.is_nowhere(&code, &ran.text());
        }
        self.cleaned(&ran.text())
    }

    /// A command line; what it says.
    fn tell(&self, line: &str) -> String {
        let said = self.product.run(line).text();
        format!("$ usher {}\n{}", self.cleaned(line), self.cleaned(&said))
    }

    fn cleaned(&self, text: &str) -> String {
        let text = text.replace(&self.served.url, "URL");
        text.replace(&self.port.to_string(), "PORT")
    }

    /// Ends the sessions of everybody, as an administrator may.
    fn end_sessions(&self, refresh_tokens: bool) {
        let body = json!({ "refresh_tokens": refresh_tokens });
        self.product
            .practice()
            .send("POST", "/practice/tokens/end", &body);
    }

    /// The secrets of an org, as they are kept.
    fn secrets(&self, org: &str) -> Value {
        let text = std::fs::read_to_string(self.product.path(SECRETS)).unwrap_or_default();
        let file: Value = serde_json::from_str(&text).unwrap_or_default();
        let text = file["orgs"][org].as_str().unwrap_or("null");
        serde_json::from_str(text).expect("secrets")
    }

    /// Every secret that is kept for an org is nowhere else.
    fn are_nowhere_else(&self, org: &str, said: &str) {
        let secrets = self.secrets(org);
        let secrets = secrets.as_object().expect("secrets of the org").values();
        for secret in secrets.filter_map(Value::as_str) {
            let secret = secret.split_once('!').map_or(secret, |(_, secret)| secret);
            self.is_nowhere(secret, said);
        }
    }

    /// A secret is in no output and in no file but that of secrets.
    fn is_nowhere(&self, secret: &str, said: &str) {
        assert!(!said.contains(secret), "a secret is in:\n{said}");
        let found = holders(
            &self.product.path(""),
            secret,
            &["secrets.json", "usher.key"],
        );
        assert!(found.is_empty(), "a secret is in {found:?}");
    }
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// What the command lines say, one after the other.
fn told(sign_in: &SignIn, lines: &[&str], expected: &Expect) {
    let told: String = lines.iter().map(|line| sign_in.tell(line)).collect();
    expected.assert_eq(&told);
}

#[test]
fn a_person_signs_in_with_the_browser_and_out_again() {
    let mut sign_in = SignIn::new(json!({}));
    sign_in.product.set("USHER_LOG", "requests");
    let line = sign_in.web("uat");
    let mut said = sign_in.in_browser(&line);
    let shown = browser::without_query(&said);
    expect![[r#""#]].assert_eq(&shown);
    let mode = std::fs::metadata(sign_in.product.path(SECRETS)).expect("a file");
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    let file = std::fs::read_to_string(sign_in.product.path("home/config/orgs.toml"));
    expect![[r#""#]].assert_eq(&sign_in.cleaned(&file.expect("the registry")));
    sign_in.product.unset("USHER_LOG");
    told(
        &sign_in,
        &[
            "org list",
            "org show uat",
            "org show uat --offline --json",
            "org default uat",
            "org open --no-browser",
        ],
        &expect![[r#""#]],
    );
    let planned = sign_in.product.run(PLAN);
    assert_eq!(planned.exit, 0, "{}", planned.text());
    said.push_str(&planned.text());
    sign_in.are_nowhere_else("uat", &said);
    // The access token ends: another one is got by the refresh token, and kept.
    let before = sign_in.secrets("uat");
    sign_in.end_sessions(false);
    let planned = sign_in.product.run(PLAN);
    assert_eq!(planned.exit, 0, "{}", planned.text());
    let after = sign_in.secrets("uat");
    assert_ne!(before["access_token"], after["access_token"]);
    assert_eq!(before["refresh_token"], after["refresh_token"]);
    sign_in.are_nowhere_else("uat", &planned.text());
    told(
        &sign_in,
        &["org logout uat", "org list", PLAN, "org logout uat --json"],
        &expect![[r#""#]],
    );
    assert_eq!(sign_in.secrets("uat"), Value::Null);
    // The name stays: signing in again takes the way of before.
    let said = sign_in.in_browser(&format!("org login uat --port {}", sign_in.port));
    assert!(said.starts_with("exit 0"), "{said}");
    told(
        &sign_in,
        &["org remove uat", "org default", "org list"],
        &expect![[r#""#]],
    );
    assert_eq!(sign_in.secrets("uat"), Value::Null);
}

#[test]
fn a_refresh_token_that_is_rotated_is_kept_before_it_is_used() {
    let mut sign_in = SignIn::new(json!({ "rotate_refresh_tokens": true }));
    let line = sign_in.web("uat");
    let said = sign_in.in_browser(&line);
    assert!(said.starts_with("exit 0"), "{said}");
    for _ in 0..2 {
        let before = sign_in.secrets("uat");
        sign_in.end_sessions(false);
        let planned = sign_in.product.run(&format!("{PLAN} --org uat"));
        assert_eq!(planned.exit, 0, "{}", planned.text());
        assert_ne!(
            before["refresh_token"],
            sign_in.secrets("uat")["refresh_token"]
        );
        sign_in.are_nowhere_else("uat", &planned.text());
    }
}

#[test]
fn a_run_whose_sign_in_ends_stops_and_is_resumed_after_another_sign_in() {
    let mut sign_in = SignIn::new(json!({}));
    let line = sign_in.web("uat");
    let said = sign_in.in_browser(&line);
    assert!(said.starts_with("exit 0"), "{said}");
    let saved = sign_in
        .product
        .run(&format!("{PLAN} --org uat -o plan.json"));
    assert_eq!(saved.exit, 0, "{}", saved.text());
    sign_in.end_sessions(true);
    told(
        &sign_in,
        &["apply plan.json --yes", "org show uat"],
        &expect![[r#""#]],
    );
    let said = sign_in.in_browser(&format!("org login uat --port {}", sign_in.port));
    assert!(said.starts_with("exit 0"), "{said}");
    let applied = sign_in.product.run("apply plan.json --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let undone = sign_in.product.run("undo --yes");
    assert_eq!(undone.exit, 0, "{}", undone.text());
}

#[test]
fn a_key_signs_in_without_a_person() {
    let sign_in = SignIn::new(json!({
        "certificate": include_str!("sign_in/usher.crt"),
        "permitted": "approved",
        "users": ["admin@practice.usher.example"],
    }));
    let key = include_str!("sign_in/usher.key");
    sign_in.product.write("usher.key", key);
    sign_in
        .product
        .write("usher.crt", include_str!("sign_in/usher.crt"));
    let url = &sign_in.served.url;
    let login = |key: &str, user: &str| {
        format!("org login ci --jwt-key {key} --username {user} --login-host {url}")
    };
    told(
        &sign_in,
        &[
            &login("usher.key", "admin@practice.usher.example"),
            "org list",
            "org show ci --json",
            "org logout ci",
            "org login ci",
            &login("usher.crt", "admin@practice.usher.example"),
            &login("nothing.key", "admin@practice.usher.example"),
            &login("usher.key", "nobody@practice.usher.example"),
        ],
        &expect![[r#""#]],
    );
    let planned = sign_in.product.run(&format!("{PLAN} --org ci"));
    assert_eq!(planned.exit, 0, "{}", planned.text());
    assert!(!sign_in.product.path(SECRETS).exists());
    let line = key.lines().nth(3).expect("a line of the key");
    sign_in.is_nowhere(line, &planned.text());
}

#[test]
fn an_app_signs_in_as_itself() {
    let mut sign_in = SignIn::new(json!({
        "client_credentials": true,
        "run_as": "admin@practice.usher.example",
    }));
    let url = sign_in.served.url.clone();
    let login = format!("org login app --client-credentials --login-host {url}");
    let without = sign_in.tell(&login);
    sign_in.product.input("wrong\n");
    let wrong = sign_in.tell(&format!("{login} --client-secret-stdin"));
    sign_in.product.input(&format!("{CLIENT_SECRET}\n"));
    let right = sign_in.tell(&format!("{login} --client-secret-stdin"));
    sign_in.product.input("");
    let again = sign_in.tell("org login app");
    let host = sign_in.tell("org login app2 --client-credentials");
    expect![[r#""#]].assert_eq(&[without, wrong, right.clone(), again, host].concat());
    sign_in.end_sessions(false);
    let planned = sign_in.product.run(&format!("{PLAN} --org app"));
    assert_eq!(planned.exit, 0, "{}", planned.text());
    sign_in.are_nowhere_else("app", &(right + &planned.text()));
}

#[test]
fn a_token_that_is_given_is_kept_until_it_ends() {
    let mut sign_in = SignIn::new(json!({}));
    let url = sign_in.served.url.clone();
    let login = format!("org login given --token-stdin --login-host {url}");
    let mut said = sign_in.tell(&login);
    let made = json!({ "username": "admin@practice.usher.example" });
    let token = sign_in
        .product
        .practice()
        .send("POST", "/practice/tokens", &made);
    let token = token["access_token"].as_str().expect("a token").to_owned();
    sign_in.product.input(&format!("  {token}\n"));
    for line in [
        &login,
        "org list",
        "org login given",
        "org login given --token-stdin",
        &format!("{PLAN} --org given --json"),
    ] {
        let told = sign_in.tell(line);
        match line.starts_with("plan") {
            true => assert!(told.contains("exit 0"), "{told}"),
            false => said.push_str(&told),
        }
    }
    sign_in.are_nowhere_else("given", &said);
    sign_in.end_sessions(false);
    said.push_str(&sign_in.tell(&format!("{PLAN} --org given")));
    said.push_str(&sign_in.tell("org logout given"));
    expect![[r#""#]].assert_eq(&said);
}

#[test]
fn a_sign_in_that_fails_leaves_nothing() {
    let mut sign_in = SignIn::new(json!({ "scopes": ["api"] }));
    let before = || {
        let registry = std::fs::read_to_string(sign_in.product.path("home/config/orgs.toml"));
        (registry.ok(), sign_in.product.path(SECRETS).exists())
    };
    assert_eq!(before(), (None, false));
    // The app gives no refresh token.
    let line = sign_in.web("uat");
    let mut said = browser::without_query(&sign_in.in_browser(&line));
    // The user denies.
    let org = sign_in.product.practice();
    org.send(
        "PATCH",
        "/practice/apps/3MVG9.usher",
        &json!({ "permitted": "approved" }),
    );
    said.push_str(&browser::without_query(&sign_in.in_browser(&line)));
    let url = sign_in.served.url.clone();
    for line in [
        "org login practice",
        "org login uat --sandbox --my-domain acme",
        "org login uat --jwt-key usher.key",
        "org login uat --client-credentials --sandbox",
        "org login uat --login-host http://example.com",
        &format!("org login uat --web --login-host {url} --port 1"),
    ] {
        said.push_str(&sign_in.tell(line));
    }
    sign_in.product.unset("USHER_CLIENT_ID");
    said.push_str(&sign_in.tell(&format!("org login uat --web --login-host {url}")));
    sign_in.product.set("USHER_KEYCHAIN", "system");
    sign_in.product.input("token");
    said.push_str(&sign_in.tell("org list"));
    let registry = std::fs::read_to_string(sign_in.product.path("home/config/orgs.toml"));
    assert!(registry.is_err() && !sign_in.product.path(SECRETS).exists());
    expect![[r#""#]].assert_eq(&said);
}

#[test]
fn no_keychain_is_no_sign_in_when_a_person_wants_one() {
    let mut sign_in = SignIn::new(json!({}));
    sign_in.product.set("USHER_KEYCHAIN", "system");
    let line = sign_in.web("uat");
    let said = browser::without_query(&sign_in.in_browser(&line));
    sign_in.product.unset("USHER_KEYCHAIN");
    sign_in.product.set("USHER_KEYCHAIN", "paper");
    let other = sign_in.tell("org remove uat");
    sign_in.product.unset("USHER_KEYCHAIN");
    // A file that others can read is not used.
    let signed_in = sign_in.in_browser(&line);
    assert!(signed_in.starts_with("exit 0"), "{signed_in}");
    let file = sign_in.product.path(SECRETS);
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&file, open).expect("a file");
    let open = sign_in.tell("org show uat");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("a file");
    std::fs::write(&file, "canary").expect("written");
    let broken = sign_in.tell("org show uat");
    expect![[r#""#]].assert_eq(&[said, other, open, broken].concat());
}

#[test]
fn an_app_is_described() {
    let product = Product::new();
    product.write("usher.crt", include_str!("sign_in/usher.crt"));
    product.write("usher.key", include_str!("sign_in/usher.key"));
    let said = product.run("org app --print").text();
    expect![[r#""#]].assert_eq(&said);
    let written =
        product.run("org app --out app --certificate usher.crt --contact me@acme.example");
    assert_eq!(written.exit, 0, "{}", written.text());
    let global = "app/extlClntAppGlobalOauthSets/Usher_glbloauth.ecaGlblOauth";
    let global = std::fs::read_to_string(product.path(global)).expect("a file");
    assert!(
        global.contains("<certificate>-----BEGIN CERTIFICATE-----"),
        "{global}"
    );
    let key = product.run("org app --print --certificate usher.key");
    assert_eq!(key.exit, 2, "{}", key.text());
    assert!(!key.text().contains("PRIVATE"), "{}", key.text());
}

#[test]
fn a_token_endpoint_that_repeats_what_it_got_tells_nobody() {
    let mut product = Product::new();
    product.catch_up();
    product.write("usher.key", include_str!("sign_in/usher.key"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let got = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&got);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let Some(request) = read(&mut stream) else {
                continue;
            };
            let body = String::from_utf8_lossy(request.body()).into_owned();
            kept.lock().expect("no panic").push_str(&body);
            let refused = json!({ "error": "invalid_grant", "error_description": body });
            let answer = answer(400, "application/json", &refused.to_string());
            let _closed = stream.write_all(&answer);
        }
    });
    product.set("USHER_CLIENT_ID", CLIENT_ID);
    product.set("USHER_LOG", "requests");
    product.input(CLIENT_SECRET);
    let mut said = String::new();
    for line in [
        format!("org login a --client-credentials --client-secret-stdin --login-host {url}"),
        format!("org login a --jwt-key usher.key --username u@x.example --login-host {url} --json"),
    ] {
        let ran = product.run(&line);
        assert_eq!(ran.exit, 40, "{}", ran.text());
        said.push_str(&ran.text());
    }
    let got = got.lock().expect("no panic").clone();
    assert!(got.contains(CLIENT_SECRET), "{got}");
    let assertion = got.split("assertion=").nth(1).expect("an assertion");
    let signature = assertion.split(['&', '.']).nth(2).expect("a signature");
    for secret in [CLIENT_SECRET, &signature[..40]] {
        assert!(!said.contains(secret), "{said}");
        assert!(holders(&product.path(""), secret, &[]).is_empty());
    }
}
