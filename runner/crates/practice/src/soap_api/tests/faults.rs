use bytes::Bytes;
use expect_test::expect;
use http::Request;

use super::{call, call_with, fault, send, session};
use crate::FaultKind;
use crate::testing::org;

#[test]
fn a_fault_has_its_element_in_the_namespace_of_faults() {
    let (status, body) = send(
        &org(),
        super::PARTNER,
        &session("nonsense"),
        "<getUserInfo/>",
    );
    assert_eq!(status, 500);
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <soapenv:Body>
        <soapenv:Fault>
        <faultcode>sf:INVALID_SESSION_ID</faultcode>
        <faultstring>INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session</faultstring>
        <detail>
        <sf:UnexpectedErrorFault xsi:type="sf:UnexpectedErrorFault">
        <sf:exceptionCode>INVALID_SESSION_ID</sf:exceptionCode>
        <sf:exceptionMessage>Invalid Session ID found in SessionHeader: Illegal Session</sf:exceptionMessage>
        </sf:UnexpectedErrorFault>
        </detail>
        </soapenv:Fault>
        </soapenv:Body>
        </soapenv:Envelope>"#]].assert_eq(&body.replace("><", ">\n<"));
}

#[test]
fn operations_that_are_not_here_are_refused() {
    let org = org();
    expect!["500 INVALID_OPERATION: the practice org does not know the operation `merge`"]
        .assert_eq(&fault(&call(&org, "<merge/>")));
    expect!["500 No operation available for request {urn:partner.soap.sforce.com}a_missing_method, please check the WSDL for the service."].assert_eq(&fault(&call(&org, "<a_missing_method/>")));
    let at = |path: &str, operation: &str| fault(&call_with(&org, path, "", operation));
    expect!["500 No operation available for request {urn:enterprise.soap.sforce.com}a_missing_method, please check the WSDL for the service."].assert_eq(&at("/services/Soap/c/64.0", "<a_missing_method/>"));
    expect!["500 INVALID_OPERATION: the practice org runs no Apex: it does not know the operation `executeAnonymous`"].assert_eq(&at(
        "/services/Soap/s/64.0",
        "<executeAnonymous><String>System.debug(1);</String></executeAnonymous>",
    ));
    expect!["500 No operation available for request {http://soap.sforce.com/2006/08/apex}query, please check the WSDL for the service."].assert_eq(&at("/services/Soap/s/64.0", "<query/>"));
    expect!["500 INVALID_OPERATION: the practice org has no Tooling API over SOAP: it does not know the operation `query`"].assert_eq(&at("/services/Soap/T/64.0/00D000000000001", "<query/>"));
}

#[test]
fn apex_and_tooling_need_a_session_too() {
    let (status, body) = send(&org(), "/services/Soap/s/64.0", "", "<executeAnonymous/>");
    assert_eq!(status, 500);
    assert!(
        body.contains("<faultcode>sf:INVALID_SESSION_ID</faultcode>"),
        "{body}"
    );
}

#[test]
fn only_versions_that_there_are_answer() {
    let org = org();
    for path in [
        "/services/Soap/u",
        "/services/Soap/u/7.0",
        "/services/Soap/u/999.0",
        "/services/Soap/c/x",
    ] {
        let answer = fault(&call_with(&org, path, "", "<getUserInfo/>"));
        assert_eq!(
            answer,
            "500 UNSUPPORTED_API_VERSION: Invalid Api version specified on URL"
        );
    }
    let with_org = call_with(
        &org,
        "/services/Soap/u/64.0/00D000000000001",
        "",
        "<getServerTimestamp/>",
    );
    assert!(with_org.starts_with("200"), "{with_org}");
}

#[test]
fn what_is_no_envelope_is_refused() {
    let org = org();
    let of = |method: &str, body: &'static str| {
        let request = Request::builder()
            .method(method)
            .uri("/services/Soap/u/64.0?wsdl")
            .body(Bytes::from_static(body.as_bytes()))
            .expect("a request");
        let response = org.practice.exchange(request, org.now_ms);
        let text = String::from_utf8_lossy(response.body()).into_owned();
        format!(
            "{} {}",
            response.status().as_u16(),
            super::between(&text, "faultstring")
        )
    };
    expect!["500 SOAP is sent by POST; the practice org serves no WSDL"].assert_eq(&of("GET", ""));
    expect!["500 one whole element is expected"].assert_eq(&of("POST", ""));
    expect!["500 the envelope has no operation in its body"]
        .assert_eq(&of("POST", "<Envelope><Body/></Envelope>"));
    expect!["500 a document type is not allowed"].assert_eq(&of("POST", "<!DOCTYPE x><Envelope/>"));
    assert!(of("POST", "{}").starts_with("500 "));
}

#[test]
fn wsdls_are_refused_in_a_sentence() {
    let org = org();
    for path in [
        "/soap/wsdl.jsp?type=*",
        "/services/wsdl/metadata",
        "/services/wsdl/class/X",
    ] {
        let request = Request::get(path).body(Bytes::new()).expect("a request");
        let response = org.practice.exchange(request, org.now_ms);
        assert_eq!(response.status(), 404);
        let text = String::from_utf8_lossy(response.body()).into_owned();
        assert!(
            text.starts_with("The practice org serves no WSDL."),
            "{text}"
        );
    }
}

#[test]
fn faults_on_demand_come_in_the_shape_of_the_address() {
    let org = org();
    let amid = |fault: FaultKind, call: &str| {
        let text = format!(
            "<Envelope><Header>{}</Header><Body>{call}</Body></Envelope>",
            session(&org.token)
        );
        let request = Request::post(super::PARTNER)
            .body(Bytes::from(text))
            .expect("a request");
        let exchanged = org.practice.exchange_amid(request, org.now_ms, Some(fault));
        String::from_utf8_lossy(exchanged.response.body()).into_owned()
    };
    let signed_out = amid(FaultKind::SignOut, "<getUserInfo/>");
    assert!(
        signed_out.contains("<sf:exceptionCode>INVALID_SESSION_ID</sf:exceptionCode>"),
        "{signed_out}"
    );
    let row = "<sObjects><type>Account</type><Name>A</Name></sObjects>";
    let locked = amid(
        FaultKind::Lock { row: Some(2) },
        &format!("<create>{row}{row}</create>"),
    );
    assert_eq!(
        locked
            .matches("<statusCode>UNABLE_TO_LOCK_ROW</statusCode>")
            .count(),
        1
    );
    assert_eq!(org.records("SELECT Id FROM Account").len(), 1);
}

/// Damages calls in ways that a seed decides: an answer is always an envelope, and a refusal always a fault.
#[test]
fn damaged_envelopes_are_answered_in_envelopes() {
    let org = org();
    let whole = format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header>{}<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader></e:Header><e:Body><upsert><externalIDFieldName>Id</externalIDFieldName><sObjects><type>Account</type><fieldsToNull>Phone</fieldsToNull><Id>001</Id><Name a='b'>C &amp; D</Name><Parent><type>Account</type><Name>X</Name></Parent></sObjects></upsert></e:Body></e:Envelope>",
        session(&org.token)
    );
    let bits = "<>/&;'\" =ab\u{e4}\u{0}01".chars().collect::<Vec<char>>();
    let mut seed: u64 = 7;
    let mut draw = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).expect("31 bits") % below
    };
    for _ in 0..1_500 {
        let mut text: Vec<char> = whole.chars().collect();
        for _ in 0..=draw(4) {
            let at = draw(text.len());
            match draw(3) {
                0 => text.truncate(at.max(1)),
                1 => text.insert(at, bits[draw(bits.len())]),
                _ => text[at] = bits[draw(bits.len())],
            }
        }
        let body = Bytes::from(text.into_iter().collect::<String>());
        let path = ["u/64.0", "c/64.0", "s/64.0", "T/64.0", "u/x"][draw(5)];
        let request = Request::post(format!("/services/Soap/{path}"))
            .body(body.clone())
            .expect("a request");
        let response = org.practice.exchange(request, org.now_ms);
        let answer = String::from_utf8_lossy(response.body()).into_owned();
        let envelope =
            crate::xml::parse(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
        let is_fault = envelope
            .child("Body")
            .is_some_and(|body| body.child("Fault").is_some());
        assert_eq!(is_fault, response.status() == 500, "{body:?}\n{answer}");
        assert!([200, 500].contains(&response.status().as_u16()));
    }
}

#[test]
fn the_api_is_for_users_who_have_it() {
    let org = org();
    org.send(
        "PATCH /practice/settings",
        r#"{"practice.apiDisabled":true}"#,
    );
    expect!["500 API_DISABLED_FOR_ORG: API is not enabled for this Organization or Partner"]
        .assert_eq(&fault(&call(&org, "<getUserInfo/>")));
}

#[test]
fn calls_of_the_day_are_shown() {
    let org = org();
    let used = |org: &crate::testing::TestOrg| {
        let (_, body) = send(
            org,
            super::PARTNER,
            &session(&org.token),
            "<getServerTimestamp/>",
        );
        super::between(&body, "current")
    };
    assert_eq!([used(&org), used(&org)], ["1", "2"]);
    send(
        &org,
        super::PARTNER,
        &session("nonsense"),
        "<getServerTimestamp/>",
    );
    assert_eq!(used(&org), "3");
}
