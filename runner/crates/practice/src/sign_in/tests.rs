//! Sign-in as clients see it: forms in, objects, pages and redirects out.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use crate::testing::{NOW_MS, TestOrg, org_with};

mod apps;
mod codes;
mod grants;
mod identities;
mod jwts;
mod refreshes;
mod sessions;

/// Opens nothing but the orgs of these tests.
const KEY: &str = include_str!("tests/key.pem");
const OTHER_KEY: &str = include_str!("tests/other_key.pem");
const CERTIFICATE: &str = include_str!("tests/certificate.pem");
const PUBLIC: &str = include_str!("tests/public.pem");

const CLIENT: &str = "3MVG9.usher";
const SECRET: &str = "F00D";
const CALLBACK: &str = "http://localhost:1717/OauthRedirect";
const ADMIN: &str = "admin@practice.usher.example";
const SAM: &str = "sam.sales@practice.usher.example";
const HOST: &str = "127.0.0.1:8443";

/// An org with one app; `more` is TOML of that app.
fn org_with_app(more: &str) -> TestOrg {
    org_with(&format!(
        "[[apps]]\nname = 'Usher'\nclient_id = '{CLIENT}'\nsecret = '{SECRET}'\ncallback_urls = ['{CALLBACK}']\ncertificate = '''\n{CERTIFICATE}'''\n{more}\n"
    ))
}

/// An org whose app everybody is approved for.
fn org_with_approved_app() -> TestOrg {
    org_with_app(&format!(
        "permitted = 'approved'\nusers = ['{ADMIN}']\nprofiles = ['Standard User']"
    ))
}

fn form(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Sends a request without a session.
fn send(org: &TestOrg, line: &str, body: &str, token: Option<&str>) -> Response<Bytes> {
    let (method, uri) = line.split_once(' ').expect("a method and a path");
    let mut request = Request::builder()
        .method(method)
        .uri(uri)
        .header("Host", HOST);
    if let Some(token) = token {
        request = request.header("Authorization", token);
    }
    let request = request
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .expect("a request");
    org.practice.exchange(request, org.now_ms)
}

fn parsed(response: &Response<Bytes>) -> (u16, Value) {
    let json = serde_json::from_slice(response.body()).unwrap_or_default();
    (response.status().as_u16(), json)
}

/// `POST /services/oauth2/token` with these pairs.
fn token(org: &TestOrg, pairs: &[(&str, &str)]) -> (u16, Value) {
    let line = "POST /services/oauth2/token";
    parsed(&send(org, line, &form(pairs), None))
}

/// `400 invalid_grant: …`
fn refusal((status, body): (u16, Value)) -> String {
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    format!("{status} {}: {}", text("error"), text("error_description"))
}

fn text(body: &Value, name: &str) -> String {
    let found = body[name].as_str();
    found
        .unwrap_or_else(|| panic!("{name} in {body}"))
        .to_owned()
}

/// The status of a REST request with that access token.
fn rest(org: &TestOrg, token: &str) -> String {
    let line = "GET /services/data/v66.0/query?q=SELECT+Id+FROM+Organization";
    let (status, body) = parsed(&send(org, line, "", Some(&format!("Bearer {token}"))));
    match body[0]["errorCode"].as_str() {
        Some(code) => format!("{status} {code}"),
        None => status.to_string(),
    }
}

fn signed_by(key: &str, head: &Value, claims: &Value) -> String {
    let der: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    let key = RsaKeyPair::from_pkcs8(&STANDARD.decode(der).expect("base64")).expect("a key");
    let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", encode(head), encode(claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        signed.as_bytes(),
        &mut signature,
    )
    .expect("signed");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Claims that are right for that user.
fn claims(username: &str) -> Value {
    json!({
        "iss": CLIENT,
        "sub": username,
        "aud": "https://login.salesforce.com",
        "exp": NOW_MS / 1_000 + 180,
    })
}

/// Sends claims as a JWT of RS256.
fn jwt(org: &TestOrg, claims: &Value) -> (u16, Value) {
    let assertion = signed_by(KEY, &json!({ "alg": "RS256" }), claims);
    assert_jwt(org, &assertion)
}

fn assert_jwt(org: &TestOrg, assertion: &str) -> (u16, Value) {
    let grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    token(org, &[("grant_type", grant_type), ("assertion", assertion)])
}

/// The pairs of a request for a code.
fn asks<'a>(more: &[(&'a str, &'a str)]) -> String {
    let usual = [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", CALLBACK),
        ("state", "a b&c"),
    ];
    let left = usual
        .into_iter()
        .filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    let pairs: Vec<_> = left.chain(more.iter().copied()).collect();
    form(&pairs)
}

/// The address that a request for a code is sent on to.
fn sent_on(org: &TestOrg, more: &[(&str, &str)]) -> String {
    let line = format!("GET /services/oauth2/authorize?{}", asks(more));
    let response = send(org, &line, "", None);
    let body = String::from_utf8_lossy(response.body()).into_owned();
    match response.headers().get("Location") {
        Some(location) => location.to_str().expect("an address").to_owned(),
        None => format!("{} {body}", response.status()),
    }
}

/// A code for that user.
fn code(org: &TestOrg, username: &str, more: &[(&str, &str)]) -> String {
    let more: Vec<_> = [("practice_user", username), ("practice_answer", "allow")]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    let url = sent_on(org, &more);
    let code = url.split_once("code=").unwrap_or_else(|| panic!("{url}")).1;
    code.split('&').next().expect("a code").to_owned()
}

/// Changes an app by the practice face.
fn change(org: &TestOrg, changes: Value) {
    let line = format!("PATCH /practice/apps/{CLIENT}");
    assert_eq!(org.send(&line, &changes.to_string()).0, 204);
}

fn set(org: &TestOrg, settings: Value) {
    let (status, body) = org.send("PATCH /practice/settings", &settings.to_string());
    assert_eq!(status, 204, "{body}");
}
