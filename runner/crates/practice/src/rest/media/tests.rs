//! Formats of bodies, in and out.

use expect_test::expect;

use crate::testing::{TestOrg, org, shown};

const ACCOUNTS: &str = "/services/data/v66.0/sobjects/Account";

fn created(org: &TestOrg, content_type: &str) -> String {
    let body = br#"{"Name": "Lakeside"}"#;
    let line = format!("POST {ACCOUNTS}");
    let response = org.answer(&line, &[("Content-Type", content_type)], body);
    match response.status().as_u16() {
        201 => "201".to_owned(),
        _ => shown(&response),
    }
}

#[test]
fn bodies_are_json() {
    let org = org();
    for content_type in [
        "application/json",
        "application/json; charset=UTF-8",
        "APPLICATION/JSON",
        "application/merge-patch+json",
    ] {
        assert_eq!(created(&org, content_type), "201", "{content_type}");
    }
    expect![[r#"
        415
        [{"errorCode":"UNSUPPORTED_MEDIA_TYPE","message":"MediaType of 'text/plain' is not supported by this resource"}]
    "#]].assert_eq(&created(&org, "text/plain;charset=UTF-8"));
    expect![[r#"
        415
        [{"errorCode":"UNSUPPORTED_MEDIA_TYPE","message":"The practice org reads JSON only: MediaType of 'application/xml' is not supported by this resource"}]
    "#]].assert_eq(&created(&org, "application/xml"));
    // A request without a body has no format.
    let line = format!("GET {ACCOUNTS}");
    let response = org.answer(&line, &[("Content-Type", "text/plain")], b"");
    assert_eq!(response.status(), 200);
}

#[test]
fn answers_are_json() {
    let org = org();
    for accept in ["*/*", "application/json", "application/xml, */*;q=0.1", ""] {
        let response = org.answer(&format!("GET {ACCOUNTS}"), &[("Accept", accept)], b"");
        assert_eq!(response.status(), 200, "{accept}");
    }
    let response = org.answer(
        &format!("GET {ACCOUNTS}"),
        &[("Accept", "application/xml")],
        b"",
    );
    expect![[r#"
        406
        [{"errorCode":"NOT_ACCEPTABLE","message":"The practice org answers in JSON only, not in XML"}]
    "#]].assert_eq(&shown(&response));
}
