//! Settings against canned answers: the shapes of the Metadata WSDL v66 (`ReadResult`, `SaveResult`), the fault as the
//! open-source clients CumulusCI and jsforce know it.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use expect_test::{Expect, expect};
use http::Response;
use serde_json::{Map, Value, json};

use super::xml;
use crate::client::Client;
use crate::port::Boxed;
use crate::session::{Fixed, Secret};
use crate::wire::{Wire, WireError};

const TOKEN: &str = "00D!to<ken";

/// A wire with one answer, and the request that it got.
struct Once {
    answer: Mutex<Option<(u16, String)>>,
    asked: Mutex<String>,
}

impl Wire for Once {
    fn send(&self, request: http::Request<Bytes>) -> Boxed<'_, Result<Response<Bytes>, WireError>> {
        let mut headers: Vec<String> = request
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")))
            .collect();
        headers.sort();
        let body = String::from_utf8_lossy(request.body()).replace("><", ">\n<");
        *self.asked.lock().expect("no panic") = format!(
            "{} {}\n{}\n\n{body}\n",
            request.method(),
            request.uri(),
            headers.join("\n")
        );
        let (status, body) = self
            .answer
            .lock()
            .expect("no panic")
            .take()
            .expect("asked once");
        let reply = Response::builder().status(status).body(Bytes::from(body));
        Box::pin(async move { reply.map_err(|error| WireError::Lost(error.to_string())) })
    }
}

fn org(status: u16, body: &str) -> (Client, Arc<Once>) {
    let once = Arc::new(Once {
        answer: Mutex::new(Some((status, body.to_owned()))),
        asked: Mutex::default(),
    });
    (
        Client::new(
            Arc::<Once>::clone(&once),
            Arc::new(Fixed::new(Secret::new(TOKEN.into()))),
        ),
        once,
    )
}

fn envelope(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns=\"http://soap.sforce.com/2006/04/metadata\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n \
         <soapenv:Body>{body}</soapenv:Body>\n</soapenv:Envelope>"
    )
}

fn fault(code: &str, text: &str) -> String {
    envelope(&format!(
        "<soapenv:Fault><faultcode>sf:{code}</faultcode>\
         <faultstring>{code}: {text}</faultstring></soapenv:Fault>"
    ))
}

async fn read(status: u16, body: &str, expected: Expect) {
    let (org, _) = org(status, body);
    match org.read_settings("Communities").await {
        Ok(fields) => expected.assert_eq(&json!(fields).to_string()),
        Err(error) => expected.assert_eq(&format!("{error:?}")),
    }
}

async fn update(status: u16, body: &str, expected: Expect) {
    let (org, _) = org(status, body);
    let fields = Map::from_iter([("enableNetworksEnabled".to_owned(), json!(true))]);
    let answer = org.update_settings("Communities", &fields).await;
    expected.assert_eq(&format!("{answer:?}"));
}

#[tokio::test]
async fn a_read_is_one_envelope() {
    let records = "<readMetadataResponse><result><records xsi:type=\"CommunitiesSettings\">\n\
         <fullName>Communities</fullName>\n<enableNetworksEnabled>true</enableNetworksEnabled>\n\
         </records></result></readMetadataResponse>";
    let (org, once) = org(200, &envelope(records));
    let fields = org.read_settings("Communities").await.expect("answers");
    assert_eq!(
        Value::Object(fields),
        json!({"enableNetworksEnabled": true})
    );
    assert_eq!((org.requests().read, org.requests().write), (1, 0));
    expect![[r#"
        POST /services/Soap/m/66.0
        accept: text/xml
        content-type: text/xml; charset=UTF-8
        soapaction: readMetadata

        <?xml version="1.0" encoding="UTF-8"?>
        <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://soap.sforce.com/2006/04/metadata">
        <soapenv:Header>
        <SessionHeader>
        <sessionId>00D!to&lt;ken</sessionId>
        </SessionHeader>
        <CallOptions>
        <client>usher/0.2.0</client>
        </CallOptions>
        </soapenv:Header>
        <soapenv:Body>
        <readMetadata>
        <type>CommunitiesSettings</type>
        <fullNames>Communities</fullNames>
        </readMetadata>
        </soapenv:Body>
        </soapenv:Envelope>
    "#]]
    .assert_eq(&once.asked.lock().expect("no panic"));
}

#[tokio::test]
async fn an_update_names_its_fields_only_and_escapes_them() {
    let saved = "<updateMetadataResponse><result><fullName>X</fullName><success>true</success>\
         </result></updateMetadataResponse>";
    let (org, once) = org(200, &envelope(saved));
    let fields = json!({"b": "a<b> & \"c\"", "a": false, "c": 7, "d": null});
    let fields = fields.as_object().expect("an object");
    org.update_settings("X", fields).await.expect("saved");
    assert_eq!((org.requests().read, org.requests().write), (0, 1));
    let asked = once.asked.lock().expect("no panic");
    let (_, body) = asked.split_once("<soapenv:Body>\n").expect("a body");
    expect![[r#"
        <updateMetadata>
        <metadata xsi:type="XSettings">
        <fullName>X</fullName>
        <a>false</a>
        <b>a&lt;b&gt; &amp; &quot;c&quot;</b>
        <c>7</c>
        <d>
        </d>
        </metadata>
        </updateMetadata>
        </soapenv:Body>
        </soapenv:Envelope>
    "#]]
    .assert_eq(body);
}

#[tokio::test]
async fn values_keep_what_they_are() {
    let record = "<readMetadataResponse><result><records xsi:type=\"CommunitiesSettings\">\
         <fullName>Communities</fullName><a>false</a><b> a&amp;b&#33;&nbsp; </b><c/><d xsi:nil=\"true\"/>\
         <e><f>true</f><f>1</f><f>2</f></e><g><![CDATA[<x>]]></g><!-- no --></records></result>\
         </readMetadataResponse>";
    let expected = expect![[
        r#"{"a":false,"b":" a&b!&nbsp; ","c":null,"d":null,"e":{"f":[true,"1","2"]},"g":"<x>"}"#
    ]];
    read(200, &envelope(record), expected).await;
}

#[tokio::test]
async fn settings_that_are_not_there_are_refused() {
    let expected = || {
        expect![[
            r#"Refused(Refusal { status: 404, code: "NOT_FOUND", message: "the org has no settings `Communities`" })"#
        ]]
    };
    for record in ["", "<records/>", "<records xsi:nil=\"true\"/>"] {
        let body =
            format!("<readMetadataResponse><result>{record}</result></readMetadataResponse>");
        read(200, &envelope(&body), expected()).await;
    }
}

#[tokio::test]
async fn faults_are_typed_and_never_repeat_the_token() {
    let text = format!(
        "Invalid Session ID found in SessionHeader: {}",
        TOKEN.replace('<', "&lt;")
    );
    read(
        500,
        &fault("INVALID_SESSION_ID", &text),
        expect![[r#"SignedOut("Invalid Session ID found in SessionHeader: ***")"#]],
    )
    .await;
    read(
        500,
        &fault("INVALID_TYPE", "This type of metadata is not available for this organization"),
        expect![[
            r#"Refused(Refusal { status: 500, code: "INVALID_TYPE", message: "This type of metadata is not available for this organization" })"#
        ]],
    )
    .await;
    read(
        500,
        &fault("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
        expect![[r#"Closed("REQUEST_LIMIT_EXCEEDED TotalRequests Limit exceeded.")"#]],
    )
    .await;
    read(
        503,
        "<html>down</html>",
        expect![[r#"Unavailable("503 <html>down</html>")"#]],
    )
    .await;
    read(500, TOKEN, expect![[r#"Unavailable("500 ***")"#]]).await;
    let gone = r#"[{"errorCode":"NOT_FOUND","message":"no such resource"}]"#;
    read(
        404,
        gone,
        expect![[
            r#"Refused(Refusal { status: 404, code: "NOT_FOUND", message: "no such resource" })"#
        ]],
    )
    .await;
}

#[tokio::test]
async fn an_update_is_saved_or_refused() {
    let saved = |inner: &str| {
        envelope(&format!(
            "<updateMetadataResponse><result>{inner}</result></updateMetadataResponse>"
        ))
    };
    update(
        200,
        &saved("<fullName>Communities</fullName><success>true</success>"),
        expect!["Ok(())"],
    )
    .await;
    update(
        200,
        &saved(
            "<errors><message>not allowed</message>\
             <statusCode>INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY</statusCode></errors>\
             <fullName>Communities</fullName><success>false</success>",
        ),
        expect![[
            r#"Err(Refused(Refusal { status: 400, code: "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", message: "not allowed" }))"#
        ]],
    )
    .await;
    update(
        200,
        &saved(""),
        expect![[r#"Err(Malformed("it says neither success nor errors"))"#]],
    )
    .await;
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_sent() {
    let (org, once) = org(200, "");
    for name in ["", "a b", "x><y", "1x", "Ä"] {
        assert!(org.read_settings(name).await.is_err(), "{name}");
        let fields = Map::from_iter([(name.to_owned(), json!(true))]);
        assert!(
            org.update_settings("Communities", &fields).await.is_err(),
            "{name}"
        );
    }
    for value in [json!("\u{1}"), json!([true]), json!({})] {
        let fields = Map::from_iter([("a".to_owned(), value)]);
        assert!(org.update_settings("Communities", &fields).await.is_err());
    }
    assert_eq!(*once.asked.lock().expect("no panic"), "");
}

#[test]
fn what_is_no_xml_is_told() {
    let check = |text: &str, expected: Expect| match xml::parse(text.as_bytes()) {
        Ok(element) => expected.assert_eq(&format!("{element:?}")),
        Err(why) => expected.assert_eq(&why.to_string()),
    };
    check("", expect!["there is no element"]);
    check("<a>", expect!["it breaks off"]);
    check(
        "<a></b>",
        expect![[r#"ill-formed document: expected `</a>`, but `</b>` was found"#]],
    );
    check("<a/><b/>", expect!["there is something behind its end"]);
    check("<a/>text", expect!["there is text outside of its elements"]);
    check(
        "</a>",
        expect!["ill-formed document: close tag `</a>` does not match any open tag"],
    );
    check(&"<a>".repeat(33), expect!["it is nested deeper than 32"]);
    check(
        &format!("<a>{}</a>", "<b/>".repeat(100_000)),
        expect!["it has more than 100000 elements"],
    );
    check(
        "<!DOCTYPE a [<!ENTITY b \"<c/>\"><!ENTITY d SYSTEM \"file:///etc/passwd\">]><a>&b;&d;&lt;</a>",
        expect![[r#"Element { name: "a", nil: false, text: "&b;&d;<", children: [] }"#]],
    );
    assert!(xml::parse(b"<a>\xff</a>").is_err());
    assert!(xml::parse(b"<a>&#0;</a>").is_err());
}

#[tokio::test]
async fn a_component_that_is_too_large_is_too_much_and_has_a_name() {
    let access = "<classAccesses/>".repeat(100_000);
    let records = format!(
        "<readMetadataResponse><result><records>{access}</records></result></readMetadataResponse>"
    );
    let (org, _) = org(200, &envelope(&records));
    let read = org.read_component("Profile", "Big").await;
    expect![[r#"Err(TooMuch("Profile `Big`: the org's answer is too large: it has more than 100000 elements"))"#]]
        .assert_eq(&format!("{read:?}"));
}

/// Every cut and every changed byte of an answer is an element or an error, never a panic.
#[test]
fn no_answer_makes_the_reader_panic() {
    let whole =
        envelope("<a xsi:nil=\"true\" b='&lt;'><![CDATA[x]]>&#33;&amp;<!-- c --><?d e?></a>");
    let whole = whole.as_bytes();
    for at in 0..whole.len() {
        drop(xml::parse(&whole[..at]));
        for byte in [
            b'<', b'>', b'&', b';', b'"', b'!', b'/', b'[', b'-', 0, 0xff,
        ] {
            let mut changed = whole.to_vec();
            changed[at] = byte;
            drop(xml::parse(&changed));
        }
    }
}

#[tokio::test]
async fn an_element_cannot_forge_a_token_of_the_run() {
    read(
        200,
        &envelope(
            "<readMetadataResponse><result><records><fullName>Communities</fullName>\
             <a><$ref>inputs:password</$ref></a><$join>b</$join><c><x:$ref>d</x:$ref><e>f</e></c>\
             </records></result></readMetadataResponse>",
        ),
        expect![[r#"{"a":null,"c":{"e":"f"}}"#]],
    )
    .await;
}

#[tokio::test]
async fn what_is_read_does_not_hold_the_token() {
    let token = TOKEN.replace('<', "&lt;");
    read(
        200,
        &envelope(&format!(
            "<readMetadataResponse><result><records><fullName>Communities</fullName><a>{token}</a>\
             <b>00D!to&#60;k&#101;n</b><c><![CDATA[00D!to]]>&lt;ken, 00D</c></records></result>\
             </readMetadataResponse>"
        )),
        expect![[r#"{"a":"***","b":"***","c":"***, 00D"}"#]],
    )
    .await;
}
