//! A trace: its shape, and that no value is in it.

use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use expect_test::expect;
use serde_json::Value;

use super::{Trace, TracedWire};
use crate::port::Boxed;
use crate::testing::TestClock;
use crate::wire::{Unreached, Wire, WireError};

/// In every place of a request and an answer that holds a value.
const CANARY: &str = "CANARY";

/// Answers with the same, always.
struct Org(Result<(&'static str, String), WireError>);

impl Wire for Org {
    fn send(&self, _: http::Request<Bytes>) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        let answer = self.0.clone().map(|(kind, body)| {
            http::Response::builder()
                .header("content-type", kind)
                .header("sforce-limit-info", "api-usage=1/15000")
                .header("set-cookie", "sid=CANARY")
                .header("x-whatever", CANARY)
                .body(Bytes::from(body))
                .expect("an answer")
        });
        Box::pin(async move { answer })
    }
}

fn request(method: &str, path: &str, kind: &str, body: &str) -> http::Request<Bytes> {
    http::Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", "Bearer CANARY")
        .header("cookie", CANARY)
        .header("content-type", kind)
        .body(Bytes::from(body.to_owned()))
        .expect("a request")
}

/// The text of the trace after these exchanges.
async fn trace(exchanges: Vec<(http::Request<Bytes>, Org)>) -> String {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let trace = Trace::begin(file.reopen().expect("a file")).expect("a trace");
    for (request, org) in exchanges {
        // The document is whole before each entry.
        let _whole: Value = serde_json::from_str(&text(&file)).expect("JSON");
        let clock = Arc::new(TestClock::default());
        let wire = TracedWire::new(Arc::new(org), clock, trace.clone(), "https://acme.example");
        let _answer = wire.send(request).await;
    }
    assert_eq!(trace.ended(), None);
    text(&file)
}

fn text(file: &tempfile::NamedTempFile) -> String {
    let mut text = String::new();
    let mut file = file.reopen().expect("a file");
    file.read_to_string(&mut text).expect("a text");
    text
}

fn json(body: &str) -> Org {
    Org(Ok(("application/json;charset=UTF-8", body.to_owned())))
}

fn canaries() -> Vec<(http::Request<Bytes>, Org)> {
    let query = "/services/data/v66.0/query?q=SELECT%20Id%20FROM%20User%20WHERE%20Name%20%3D%20'CANARY%5C'CANARY'%20AND%20Born__c%20%3D%201990-01-01%20LIMIT%20200";
    let rows = r#"{"totalSize":1,"done":false,"nextRecordsUrl":"/services/data/v66.0/query/01gRO0000016PIAYA2-500","records":[{"attributes":{"type":"User","url":"/services/data/v66.0/sobjects/User/005000000000001AAA"},"Name":"CANARY","Age__c":77,"CANARY of a key":1}]}"#;
    let refusal =
        r#"[{"errorCode":"INVALID_FIELD","message":"no CANARY"},{"errorCode":"CANARY and more"}]"#;
    let soap = "<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"CANARY\"><!-- CANARY --><sessionId>CANARY</sessionId><x a='CANARY'/>CANARY</e:Envelope>CANARY<CANARY";
    let composite = format!(
        r#"{{"compositeRequest":[{{"method":"GET","url":"{query}","referenceId":"q0"}}]}}"#
    );
    let xml = "text/xml; charset=UTF-8";
    let lost = WireError::Lost("CANARY broke".to_owned());
    let unreached = WireError::Unreachable(Unreached::silent(CANARY));
    vec![
        (request("GET", query, "", ""), json(rows)),
        (
            request(
                "POST",
                "/services/data/v66.0/composite",
                "application/json",
                &composite,
            ),
            json(refusal),
        ),
        (
            request(
                "PATCH",
                "/services/data/v66.0/sobjects/Account/Number__c/CANARY?x=CANARY&CANARY",
                "application/json",
                "{\"Name\":\"CANARY\"}",
            ),
            json("no JSON, CANARY"),
        ),
        (
            request("POST", "/services/Soap/m/66.0", xml, soap),
            Org(Ok((xml, soap.to_owned()))),
        ),
        (
            request(
                "POST",
                "/services/data/v66.0/metadata/deployRequest",
                "multipart/form-data; boundary=CANARY",
                CANARY,
            ),
            Org(Ok(("text/html", CANARY.to_owned()))),
        ),
        (
            request(
                "POST",
                "/services/oauth2/token",
                "application/x-www-form-urlencoded",
                "refresh_token=CANARY",
            ),
            Org(Err(lost)),
        ),
        (
            request(
                "GET",
                "/services/data/v66.0/search?q=FIND%20%7BCANARY%7D%20IN%20NAME%20FIELDS",
                "",
                "",
            ),
            json("[]"),
        ),
        (
            request("GET", "/services/data/v66.0/%43ANARY", "", ""),
            Org(Err(unreached)),
        ),
    ]
}

#[tokio::test]
async fn no_value_is_in_it() {
    let text = trace(canaries()).await;
    assert!(!text.contains(CANARY), "{text}");
    assert!(!text.contains("1990") && !text.contains("77"), "{text}");
}

#[tokio::test]
async fn names_and_codes_stay() {
    let trace: Value = serde_json::from_str(&trace(canaries()).await).expect("JSON");
    let mut shown = String::new();
    for entry in trace["log"]["entries"].as_array().expect("entries") {
        let text = |pointer: &str| {
            entry
                .pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or("-")
        };
        shown.push_str(&format!(
            "{} {}\n  > {}\n  < {} {} {}\n",
            text("/request/method"),
            text("/request/url"),
            text("/request/postData/text"),
            entry["response"]["status"],
            text("/response/content/text"),
            text("/comment"),
        ));
    }
    expect![[r#"
        GET https://acme.example/services/data/v66.0/query?q=SELECT+Id+FROM+User+WHERE+Name+=+'…'+AND+Born__c+=+…+LIMIT+200
          > -
          < 200 {"done":false,"nextRecordsUrl":"/services/data/v66.0/query/01gRO0000016PIAYA2-500","records":[{"Age__c":0,"Name":"…","attributes":{"type":"User","url":"/services/data/v66.0/sobjects/User/005000000000001AAA"},"…":0}],"totalSize":0} -
        POST https://acme.example/services/data/v66.0/composite
          > {"compositeRequest":[{"method":"GET","referenceId":"q0","url":"/services/data/v66.0/query?q=SELECT+Id+FROM+User+WHERE+Name+=+'…'+AND+Born__c+=+…+LIMIT+200"}]}
          < 200 [{"errorCode":"INVALID_FIELD","message":"…"},{"errorCode":"…"}] -
        PATCH https://acme.example/services/data/v66.0/sobjects/Account/Number__c/…?x=…&…
          > {"Name":"…"}
          < 200 … -
        POST https://acme.example/services/Soap/m/66.0
          > <e:Envelope><sessionId>…</sessionId><x/>…</e:Envelope>…
          < 200 <e:Envelope><sessionId>…</sessionId><x/>…</e:Envelope>… -
        POST https://acme.example/services/data/v66.0/metadata/deployRequest
          > …
          < 200 … -
        POST https://acme.example/services/oauth2/token
          > …
          < 0  no answer: it may have acted
        GET https://acme.example/services/data/v66.0/search?q=FIND+{…}+IN+NAME+FIELDS
          > -
          < 200 [] -
        GET https://acme.example/services/data/v66.0/…
          > -
          < 0  never left: org/unreachable
    "#]].assert_eq(&shown);
}

#[tokio::test]
async fn it_has_the_shape_of_an_archive() {
    let trace: Value = serde_json::from_str(&trace(canaries()).await).expect("JSON");
    assert_eq!(trace["log"]["version"], "1.2");
    assert!(trace["log"]["creator"]["name"].is_string());
    assert!(trace["log"]["creator"]["version"].is_string());
    let entries = trace["log"]["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), canaries().len());
    for entry in entries {
        for (at, is) in [
            ("/startedDateTime", Value::is_string as fn(&Value) -> bool),
            ("/time", Value::is_number),
            ("/cache", Value::is_object),
            ("/timings/send", Value::is_number),
            ("/timings/wait", Value::is_number),
            ("/timings/receive", Value::is_number),
            ("/request/method", Value::is_string),
            ("/request/url", Value::is_string),
            ("/request/httpVersion", Value::is_string),
            ("/request/cookies", Value::is_array),
            ("/request/headers", Value::is_array),
            ("/request/queryString", Value::is_array),
            ("/request/headersSize", Value::is_number),
            ("/request/bodySize", Value::is_number),
            ("/response/status", Value::is_number),
            ("/response/statusText", Value::is_string),
            ("/response/httpVersion", Value::is_string),
            ("/response/cookies", Value::is_array),
            ("/response/headers", Value::is_array),
            ("/response/content/size", Value::is_number),
            ("/response/content/mimeType", Value::is_string),
            ("/response/redirectURL", Value::is_string),
            ("/response/headersSize", Value::is_number),
            ("/response/bodySize", Value::is_number),
        ] {
            assert!(entry.pointer(at).is_some_and(is), "{at}: {entry}");
        }
    }
}
