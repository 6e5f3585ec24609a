//! Signing in to an org, staying signed in, and signing out, against the practice org behind a socket. Secrets are seen
//! nowhere but in the keychain.

mod at_once;
mod browser;
mod in_the_middle;
mod lost;
mod other_org;
mod over_tls;
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
        Self::served_with(more, &[])
    }

    /// The same, served with these options.
    fn served_with(more: Value, options: &[&str]) -> Self {
        let mut product = Product::new();
        product.catch_up();
        let served = Served::start_with(&product, options);
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
        let pages = std::fs::read_dir(self.product.path("home/state/pages"));
        assert_eq!(pages.map_or(0, Iterator::count), 0, "a page is left");
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
        // The org knows the secret of its app.
        let but = [
            "secrets.json",
            "usher.key",
            "practice.db",
            "practice.db-wal",
        ];
        let found = holders(&self.product.path(""), secret, &but);
        assert!(found.is_empty(), "a secret is in {found:?}");
    }
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Compares the words of the command lines, one after the other.
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
    expect![[r#"
        exit 0
        --- out
        `uat` is the org 00DJca000000001MAA (practice org) at URL, as admin@practice.usher.example.
        --- err
        The browser opens this address; sign in there within 5 minutes:
          URL/services/oauth2/authorize?…
        request 200 POST /services/oauth2/token
        request 200 GET /services/oauth2/userinfo
        request 200 GET /services/data/v66.0/query?q=SELECT Id, IsSandbox, OrganizationType, TrialExpirationDate, TimeZoneSidKey, LanguageLocaleKey, DefaultLocaleSidKey FROM Organization
        Its secrets are in the file `FOLDER/home/state/secrets.json`, which only you can read. No keychain of this system holds them.
    "#]].assert_eq(&shown);
    let mode = std::fs::metadata(sign_in.product.path(SECRETS)).expect("a file");
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    let file = std::fs::read_to_string(sign_in.product.path("home/config/orgs.toml"));
    expect![[r##"
        # Usher writes this file: `usher org add`, `usher org login`, `usher org remove`. It holds no secret.

        [orgs.uat]
        address = "URL"
        sign_in = "web"
        client_id = "3MVG9.usher"
        secrets = "file"
        org_id = "00DJca000000001MAA"
    "##]].assert_eq(&sign_in.cleaned(&file.expect("the registry")));
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
        &expect![[r#"
            $ usher org list
            exit 0
            --- out
            NAME  ADDRESS                 SIGN-IN  ORG
            uat   URL  browser  00DJca000000001MAA
            --- err
            $ usher org show uat
            exit 0
            --- out
            name      uat
            address   URL
            sign-in   browser
            org       00DJca000000001MAA
            kind      practice org
            user      admin@practice.usher.example (005Jca000000001IAA)
            --- err
            $ usher org show uat --offline --json
            exit 0
            --- out
            {
              "format": 1,
              "org": {
                "address": "URL",
                "client_id": "3MVG9.usher",
                "default": false,
                "identity": null,
                "login": "URL",
                "name": "uat",
                "org_id": "00DJca000000001MAA",
                "secrets": "file",
                "sign_in": "web"
              }
            }
            --- err
            $ usher org default uat
            exit 0
            --- out
            Commands without `--org` and USHER_ORG are for `uat`.
            --- err
            $ usher org open --no-browser
            exit 0
            --- out
            URL
            --- err
        "#]],
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
        &expect![[r#"
            $ usher org logout uat
            exit 0
            --- out
            You are signed out of `uat`.
            --- err
            Salesforce has revoked its tokens, and Usher has forgotten them.
            $ usher org list
            exit 0
            --- out
            NAME           ADDRESS                 SIGN-IN  ORG
            uat (default)  URL  browser  00DJca000000001MAA
            --- err
            $ usher plan fsc/assign-permissions
            exit 40
            --- out
            --- err
            error: nobody is signed in to the org `uat`
            help: run `usher org login uat`; then `usher resume` continues a run that stopped
            code: org/signed-out
            $ usher org logout uat --json
            exit 0
            --- out
            {
              "format": 1,
              "revoked": false,
              "signed_out": "uat"
            }
            --- err
        "#]],
    );
    assert_eq!(sign_in.secrets("uat"), Value::Null);
    // The name stays: signing in again takes the way of before.
    let said = sign_in.in_browser(&format!("org login uat --port {}", sign_in.port));
    assert!(said.starts_with("exit 0"), "{said}");
    told(
        &sign_in,
        &["org remove uat", "org default", "org list"],
        &expect![[r#"
            $ usher org remove uat
            exit 0
            --- out
            `uat` is the name of no org any more.
            --- err
            Its secrets are forgotten. Salesforce still accepts its tokens until they end: see Setup > Connected Apps OAuth Usage.
            $ usher org default
            exit 0
            --- out
            Commands need `--org` or USHER_ORG.
            --- err
            $ usher org list
            exit 0
            --- out
            No org has a name yet.
            --- err
            `usher org login NAME` signs in to one; `practice` is always there.
        "#]],
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
        &expect![[r#"
            $ usher apply plan.json --yes
            exit 40
            --- out
            --- err
            error: the sign-in has expired, or someone has revoked it (Salesforce says "invalid_grant: expired access/refresh token")
            help: run `usher org login uat`; then `usher resume` continues a run that stopped
            code: sign-in/expired
            $ usher org show uat
            exit 40
            --- out
            --- err
            error: the sign-in has expired, or someone has revoked it (Salesforce says "invalid_grant: expired access/refresh token")
            help: run `usher org login uat`; then `usher resume` continues a run that stopped
            code: sign-in/expired
        "#]],
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
        &expect![[r#"
            $ usher org login ci --jwt-key usher.key --username admin@practice.usher.example --login-host URL
            exit 0
            --- out
            `ci` is the org 00DJca000000001MAA (practice org) at URL, as admin@practice.usher.example.
            --- err
            Others on this machine can read the private key: `chmod 600 FOLDER/usher.key` ends that.
            Usher keeps no secret of it.
            $ usher org list
            exit 0
            --- out
            NAME  ADDRESS                 SIGN-IN                               ORG
            ci    URL  key, as admin@practice.usher.example  00DJca000000001MAA
            --- err
            $ usher org show ci --json
            exit 0
            --- out
            {
              "format": 1,
              "org": {
                "address": "URL",
                "client_id": "3MVG9.usher",
                "default": false,
                "identity": {
                  "api_version": "66.0",
                  "kind": "practice",
                  "org_id": "00DJca000000001MAA",
                  "user_id": "005Jca000000001IAA",
                  "username": "admin@practice.usher.example"
                },
                "key_file": "FOLDER/usher.key",
                "login": "URL",
                "name": "ci",
                "org_id": "00DJca000000001MAA",
                "secrets": null,
                "sign_in": "jwt",
                "username": "admin@practice.usher.example"
              }
            }
            --- err
            $ usher org logout ci
            exit 0
            --- out
            Usher keeps no secret of `ci`.
            --- err
            It signs in with the key in FOLDER/usher.key.
            $ usher org login ci
            exit 0
            --- out
            `ci` is the org 00DJca000000001MAA (practice org) at URL, as admin@practice.usher.example.
            --- err
            Others on this machine can read the private key: `chmod 600 FOLDER/usher.key` ends that.
            Usher keeps no secret of it.
            $ usher org login ci --jwt-key usher.crt --username admin@practice.usher.example --login-host URL
            exit 2
            --- out
            --- err
            Others on this machine can read the private key: `chmod 600 FOLDER/usher.crt` ends that.
            error: the key of the app cannot be used: it holds a certificate, and not its private key
            help: give the file with the line `-----BEGIN PRIVATE KEY-----` that belongs to the certificate of the app
            code: sign-in/bad-key
            $ usher org login ci --jwt-key nothing.key --username admin@practice.usher.example --login-host URL
            exit 41
            --- out
            --- err
            error: cannot read `FOLDER/nothing.key`: No such file or directory (os error 2)
            code: file/failed
            $ usher org login ci --jwt-key usher.key --username nobody@practice.usher.example --login-host URL
            exit 40
            --- out
            --- err
            Others on this machine can read the private key: `chmod 600 FOLDER/usher.key` ends that.
            error: the user has not approved the app, and no administrator has approved it for the user (Salesforce says "invalid_grant: user hasn't approved this consumer")
            help: in Setup, External Client App Manager, the app, Policies, OAuth Policies, set Permitted Users to "Admin approved users are pre-authorized", and select a profile or permission set of the user under App Policies; check the username as well
            code: sign-in/not-approved
        "#]],
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
    expect![[r#"
        $ usher org login app --client-credentials --login-host URL
        exit 2
        --- out
        --- err
        error: an app that signs in as itself needs its consumer secret
        help: pass `--client-secret-stdin`, and give the secret on standard input
        code: sign-in/no-client-secret
        $ usher org login app --client-credentials --login-host URL --client-secret-stdin
        exit 40
        --- out
        --- err
        error: the consumer secret is wrong, or is missing (Salesforce says "invalid_client: invalid client credentials")
        help: copy the consumer secret in Setup, External Client App Manager, the app, Settings, OAuth Settings, Consumer Key and Secret
        code: sign-in/wrong-secret
        $ usher org login app --client-credentials --login-host URL --client-secret-stdin
        exit 0
        --- out
        `app` is the org 00DJca000000001MAA (practice org) at URL, as admin@practice.usher.example.
        --- err
        Its secrets are in the file `FOLDER/home/state/secrets.json`, which only you can read. No keychain of this system holds them.
        $ usher org login app
        exit 0
        --- out
        `app` is the org 00DJca000000001MAA (practice org) at URL, as admin@practice.usher.example.
        --- err
        Its secrets are in the file `FOLDER/home/state/secrets.json`, which only you can read. No keychain of this system holds them.
        $ usher org login app2 --client-credentials
        exit 2
        --- out
        --- err
        error: `--client-credentials` needs the address of the org, and https://login.salesforce.com is that of all orgs
        help: pass `--my-domain NAME`: Setup > My Domain shows it
        code: sign-in/no-host
    "#]].assert_eq(&[without, wrong, right.clone(), again, host].concat());
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
    expect![[r#"
        $ usher org login given --token-stdin --login-host URL
        exit 2
        --- out
        --- err
        error: the access token is not one word of visible characters
        help: give it alone, by a pipe or in a terminal
        code: sign-in/bad-secret
        $ usher org login given --token-stdin --login-host URL
        exit 0
        --- out
        `given` is the org 00DJca000000001MAA (practice org) at URL, as admin@practice.usher.example.
        --- err
        Its secrets are in the file `FOLDER/home/state/secrets.json`, which only you can read. No keychain of this system holds them.
        $ usher org list
        exit 0
        --- out
        NAME   ADDRESS                 SIGN-IN               ORG
        given  URL  a token that is kept  00DJca000000001MAA
        --- err
        $ usher org login given
        exit 2
        --- out
        --- err
        error: Usher does not sign in to `given` by itself
        help: pass `--web`, `--jwt-key`, `--client-credentials` or `--token-stdin`
        code: sign-in/which-way
        $ usher org login given --token-stdin
        exit 0
        --- out
        `given` is the org 00DJca000000001MAA (practice org) at URL, as admin@practice.usher.example.
        --- err
        Its secrets are in the file `FOLDER/home/state/secrets.json`, which only you can read. No keychain of this system holds them.
        $ usher plan fsc/assign-permissions --org given
        exit 40
        --- out
        --- err
        error: the org does not accept the sign-in: Bad_OAuth_Token
        help: run `usher org login given --token-stdin`; then `usher resume` continues a run that stopped
        code: org/signed-out
        $ usher org logout given
        exit 0
        --- out
        You are signed out of `given`.
        --- err
        Salesforce has revoked its tokens, and Usher has forgotten them.
    "#]].assert_eq(&said);
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
    // Somebody else listens there.
    let other = TcpListener::bind(("127.0.0.1", sign_in.port)).expect("a port");
    let taken = sign_in.port;
    for line in [
        "org login practice",
        "org login uat --sandbox --my-domain acme",
        "org login uat --jwt-key usher.key",
        "org login uat --client-credentials --sandbox",
        "org login uat --login-host http://example.com",
        &format!("org login uat --web --login-host {url} --port {taken}"),
    ] {
        said.push_str(&sign_in.tell(line));
    }
    drop(other);
    sign_in.product.unset("USHER_CLIENT_ID");
    said.push_str(&sign_in.tell(&format!("org login uat --web --login-host {url}")));
    let registry = std::fs::read_to_string(sign_in.product.path("home/config/orgs.toml"));
    assert!(registry.is_err() && !sign_in.product.path(SECRETS).exists());
    expect![[r#"
        exit 40
        --- out
        --- err
        The browser opens this address; sign in there within 5 minutes:
          URL/services/oauth2/authorize?…
        error: Salesforce gave no refresh token, so the sign-in would end with the access token
        help: add the scope *Perform requests at any time (refresh_token, offline_access)* to the app, and sign in again
        code: sign-in/no-refresh-token
        exit 40
        --- out
        --- err
        The browser opens this address; sign in there within 5 minutes:
          URL/services/oauth2/authorize?…
        error: the user has not approved the app, and no administrator has approved it for the user (Salesforce says "invalid_app_access: user is not admin approved to access this app")
        help: in Setup, External Client App Manager, the app, Policies, OAuth Policies, set Permitted Users to "Admin approved users are pre-authorized", and select a profile or permission set of the user under App Policies; check the username as well
        code: sign-in/not-approved
        $ usher org login practice
        exit 2
        --- out
        --- err
        error: `practice` is the practice org in the box
        help: give the org another name
        code: org/bad-name
        $ usher org login uat --sandbox --my-domain acme
        exit 2
        --- out
        --- err
        error: the argument '--sandbox' cannot be used with '--my-domain <NAME>'

        Usage: usher org login --sandbox <NAME>

        For more information, try '--help'.
        $ usher org login uat --jwt-key usher.key
        exit 2
        --- out
        --- err
        error: the following required arguments were not provided:
          --username <USERNAME>

        Usage: usher org login --jwt-key <FILE> --username <USERNAME> <NAME>

        For more information, try '--help'.
        $ usher org login uat --client-credentials --sandbox
        exit 2
        --- out
        --- err
        error: `--client-credentials` needs the address of the org, and https://test.salesforce.com is that of all orgs
        help: pass `--my-domain NAME`: Setup > My Domain shows it
        code: sign-in/no-host
        $ usher org login uat --login-host http://example.com
        exit 2
        --- out
        --- err
        error: `http://example.com` is not on this machine: over plain HTTP everyone on the way could read the access token
        help: write `https://` before the host
        code: org/not-loopback
        $ usher org login uat --web --login-host URL --port PORT
        exit 41
        --- out
        --- err
        error: cannot listen on port PORT of this machine: Address already in use (os error 98)
        help: end the program that uses it, or pass `--port PORT` and add its address to the callback URLs of the app
        code: sign-in/no-port
        $ usher org login uat --web --login-host URL
        exit 2
        --- out
        --- err
        error: Usher signs in with an External Client App of your org, and does not know its consumer key
        help: pass `--client-id ID` or set USHER_CLIENT_ID; `usher org app --print` shows how to make the app; or use orgs of the Salesforce CLI with `usher org import-sf`
        code: sign-in/no-client-id
    "#]].assert_eq(&said);
}

#[test]
fn no_keychain_is_no_sign_in_when_a_person_wants_one() {
    let mut sign_in = SignIn::new(json!({}));
    sign_in.product.set("USHER_KEYCHAIN", "system");
    let line = sign_in.web("uat");
    let said = browser::without_query(&sign_in.in_browser(&line));
    sign_in.product.unset("USHER_KEYCHAIN");
    let signed_in = sign_in.in_browser(&line);
    assert!(signed_in.starts_with("exit 0"), "{signed_in}");
    sign_in.product.set("USHER_KEYCHAIN", "paper");
    let other = sign_in.tell("org show uat");
    sign_in.product.unset("USHER_KEYCHAIN");
    // A file that others can read is not used.
    let file = sign_in.product.path(SECRETS);
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&file, open).expect("a file");
    let open = sign_in.tell("org show uat");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("a file");
    std::fs::write(&file, "canary").expect("written");
    let broken = sign_in.tell("org show uat");
    expect![[r#"
        exit 41
        --- out
        --- err
        error: there is no keychain on this system: there is no session bus
        help: set USHER_KEYCHAIN=file and sign in again to keep secrets in a file that only you can read
        code: keychain/missing
        $ usher org show uat
        exit 2
        --- out
        --- err
        error: USHER_KEYCHAIN does not name a keychain
        help: set it to `file` or `system`, or leave it out
        code: keychain/unknown
        $ usher org show uat
        exit 41
        --- out
        --- err
        error: `FOLDER/home/state/secrets.json` holds secrets, and others than you can read it
        help: run `chmod 600 FOLDER/home/state/secrets.json`; sign in again if somebody may have read it
        code: keychain/open-to-others
        $ usher org show uat
        exit 41
        --- out
        --- err
        error: `FOLDER/home/state/secrets.json` is not the file that Usher has written
        help: remove it, and sign in again with `usher org login`
        code: keychain/malformed
    "#]].assert_eq(&[said, other, open, broken].concat());
}

#[test]
fn an_app_is_described() {
    let product = Product::new();
    product.write("usher.crt", include_str!("sign_in/usher.crt"));
    product.write("usher.key", include_str!("sign_in/usher.key"));
    let said = product.run("org app --print").text();
    expect![[r#"
        exit 0
        --- out
        Usher signs in with an External Client App of your org. Make it in Setup:
          1. Setup > External Client App Manager > New External Client App. Name: Usher. Distribution State: Local.
          2. API (Enable OAuth Settings): tick Enable OAuth.
          3. Callback URL: the lines shown below, one below the other.
          4. OAuth Scopes: Manage user data via APIs (api); Perform requests at any time (refresh_token, offline_access); Access the identity URL service (id, profile, email, address, phone).
          5. For the browser: tick Require Proof Key for Code Exchange (PKCE). Untick Require Secret for Web Server Flow and Require Secret for Refresh Token Flow, or give the consumer secret with `--client-secret-stdin`.
          6. For a key: tick Enable JWT Bearer Flow and upload the certificate. Policies > Plugin Policies: Admin approved users are pre-authorized; App Policies: choose the permission sets of those users.
          7. For client credentials: tick Enable Client Credentials Flow, also in Policies, and name the user to run as there.
          8. Policies: choose the IP relaxation and the time after which refresh tokens end, as your security team wants them.
          9. Settings > OAuth Settings > Consumer Key and Secret: the consumer key is `--client-id`.

        Callback URLs:
          http://localhost:17170/usher/signed-in
          http://localhost:17171/usher/signed-in
          http://localhost:17172/usher/signed-in

        Key and certificate, for sign-in without a browser:
          openssl req -x509 -newkey rsa:2048 -sha256 -days 365 -nodes -subj /CN=usher -keyout usher.key -out usher.crt
          chmod 600 usher.key
          usher org login NAME --jwt-key usher.key --username USER --client-id ID

        Or deploy these files (`usher org app --out FOLDER` writes them; not tried on a live org, and policies are set in Setup):

        --- package.xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Package xmlns="http://soap.sforce.com/2006/04/metadata">
            <types>
                <members>*</members>
                <name>ExternalClientApplication</name>
            </types>
            <types>
                <members>*</members>
                <name>ExtlClntAppOauthSettings</name>
            </types>
            <types>
                <members>*</members>
                <name>ExtlClntAppGlobalOauthSettings</name>
            </types>
            <version>66.0</version>
        </Package>

        --- externalClientApps/Usher.eca
        <?xml version="1.0" encoding="UTF-8"?>
        <ExternalClientApplication xmlns="http://soap.sforce.com/2006/04/metadata">
            <contactEmail>admin@example.com</contactEmail>
            <description>Signs in people who run Usher recipes</description>
            <distributionState>Local</distributionState>
            <isProtected>false</isProtected>
            <label>Usher</label>
        </ExternalClientApplication>

        --- extlClntAppOauthSettings/Usher_oauth.ecaOauth
        <?xml version="1.0" encoding="UTF-8"?>
        <ExtlClntAppOauthSettings xmlns="http://soap.sforce.com/2006/04/metadata">
            <commaSeparatedOauthScopes>Api, RefreshToken, Basic</commaSeparatedOauthScopes>
            <externalClientApplication>Usher</externalClientApplication>
            <label>Usher OAuth settings</label>
        </ExtlClntAppOauthSettings>

        --- extlClntAppGlobalOauthSets/Usher_glbloauth.ecaGlblOauth
        <?xml version="1.0" encoding="UTF-8"?>
        <ExtlClntAppGlobalOauthSettings xmlns="http://soap.sforce.com/2006/04/metadata">
            <callbackUrl>http://localhost:17170/usher/signed-in
        http://localhost:17171/usher/signed-in
        http://localhost:17172/usher/signed-in</callbackUrl>
            <externalClientApplication>Usher</externalClientApplication>
            <isConsumerSecretOptional>true</isConsumerSecretOptional>
            <isIntrospectAllTokens>false</isIntrospectAllTokens>
            <isPkceRequired>true</isPkceRequired>
            <isSecretRequiredForRefreshToken>false</isSecretRequiredForRefreshToken>
            <label>Usher global OAuth settings</label>
            <shouldRotateConsumerKey>false</shouldRotateConsumerKey>
            <shouldRotateConsumerSecret>false</shouldRotateConsumerSecret>
        </ExtlClntAppGlobalOauthSettings>
        --- err
    "#]].assert_eq(&said);
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
