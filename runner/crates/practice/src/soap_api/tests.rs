//! The SOAP API as clients see it: envelopes in, envelopes out.

use bytes::Bytes;
use expect_test::Expect;
use http::Request;

use crate::testing::TestOrg;

mod describes;
mod faults;
mod logins;
mod passwords;
mod queries;
mod saves;

const PARTNER: &str = "/services/Soap/u/64.0";
const ENTERPRISE: &str = "/services/Soap/c/64.0";

/// Sends a call with headers and returns status and whole answer.
fn send(org: &TestOrg, path: &str, headers: &str, call: &str) -> (u16, String) {
    let envelope = format!(
        "<?xml version=\"1.0\"?><env:Envelope xmlns:env=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><env:Header>{headers}</env:Header><env:Body xmlns=\"urn:partner.soap.sforce.com\">{call}</env:Body></env:Envelope>"
    );
    let request = Request::post(path)
        .header("Content-Type", "text/xml; charset=UTF-8")
        .header("SOAPAction", "\"\"")
        .header("Host", "127.0.0.1:8443")
        .body(Bytes::from(envelope))
        .expect("a request");
    let response = org.practice.exchange(request, org.now_ms);
    let body = String::from_utf8_lossy(response.body()).into_owned();
    crate::xml::parse(&body).expect("an answer is XML");
    (response.status().as_u16(), body)
}

fn session(token: &str) -> String {
    format!("<SessionHeader><sessionId>{token}</sessionId></SessionHeader>")
}

/// The body of the answer to a call of the administrator, with its status.
fn call_with(org: &TestOrg, path: &str, headers: &str, call: &str) -> String {
    let headers = format!("{}{headers}", session(&org.token));
    let (status, body) = send(org, path, &headers, call);
    format!("{status} {}", between(&body, "soapenv:Body"))
}

fn call(org: &TestOrg, operation: &str) -> String {
    call_with(org, PARTNER, "", operation)
}

/// Compares status and body of an answer, an element a line.
#[track_caller]
fn check(org: &TestOrg, operation: &str, expected: Expect) {
    compare(&call(org, operation), expected);
}

#[track_caller]
fn compare(answer: &str, expected: Expect) {
    expected.assert_eq(&answer.replace("><", ">\n<"));
}

/// The content of the first element of that name.
fn between(text: &str, name: &str) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let inner = text.split(&open).nth(1);
    let inner = inner.and_then(|rest| rest.split(&close).next());
    inner
        .unwrap_or_else(|| panic!("{name} in {text}"))
        .to_owned()
}

/// `INVALID_TYPE: …`
fn fault(answer: &str) -> String {
    format!("{} {}", &answer[..3], between(answer, "faultstring"))
}
