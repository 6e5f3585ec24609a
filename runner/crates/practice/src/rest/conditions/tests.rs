//! Conditional requests from outside.

use expect_test::expect;
use serde_json::json;

use crate::testing::{TestOrg, org, shown};

const S: &str = "/services/data/v66.0";

/// The status of a request with one more header.
fn status(org: &TestOrg, line: &str, header: (&str, &str), body: &str) -> u16 {
    org.answer(line, &[header], body.as_bytes())
        .status()
        .as_u16()
}

#[test]
fn accounts_have_tags() {
    let org = org();
    let id = org.create("Account", json!({ "Name": "Lakeside" }));
    let read = format!("GET {S}/sobjects/Account/{id}");
    let write = format!("PATCH {S}/sobjects/Account/{id}");
    let tag = org.answer(&read, &[], b"").headers()["ETag"]
        .to_str()
        .expect("text")
        .to_owned();
    assert_eq!(tag.len(), 30);
    // A client that was answered in gzip has the longer tag.
    let packed = tag.replace("=\"", "=-gzip\"");
    let others = format!("\"other\", {packed}");
    assert_eq!(status(&org, &read, ("If-None-Match", &tag), ""), 304);
    assert_eq!(status(&org, &read, ("If-None-Match", &others), ""), 304);
    assert_eq!(status(&org, &read, ("If-None-Match", "\"other\""), ""), 200);
    assert_eq!(status(&org, &read, ("If-Match", "\"other\""), ""), 412);
    let change = r#"{"Phone": "1"}"#;
    let response = org.answer(&write, &[("If-Match", "\"other\"")], change.as_bytes());
    expect![[r#"
        412
        [{"errorCode":"PRECONDITION_FAILED","message":"The precondition given in one or more of the request-header fields evaluated to false"}]
    "#]].assert_eq(&shown(&response));
    let response = org.answer(&write, &[("If-Match", "no tag")], change.as_bytes());
    expect![[r#"
        400
        [{"errorCode":"INVALID_HEADER","message":"The value of the header if-match is not valid"}]
    "#]]
    .assert_eq(&shown(&response));
    assert_eq!(status(&org, &write, ("If-Match", &tag), change), 204);
    // The record has changed since.
    assert_eq!(status(&org, &write, ("If-Match", &tag), change), 412);
    assert_eq!(status(&org, &read, ("If-None-Match", &tag), ""), 200);
    let contact = org.create("Contact", json!({ "LastName": "Meyer" }));
    let response = org.answer(&format!("GET {S}/sobjects/Contact/{contact}"), &[], b"");
    assert_eq!(response.headers().get("ETag"), None);
}

#[test]
fn records_have_times() {
    let mut org = org();
    let id = org.create("Contact", json!({ "LastName": "Meyer" }));
    let read = format!("GET {S}/sobjects/Contact/{id}");
    let write = format!("PATCH {S}/sobjects/Contact/{id}");
    org.now_ms += 86_400_000;
    let (before, after) = (
        "Sun, 22 Nov 2026 09:59:59 GMT",
        "Sun, 22 Nov 2026 10:00:00 GMT",
    );
    assert_eq!(status(&org, &read, ("If-Modified-Since", after), ""), 304);
    assert_eq!(status(&org, &read, ("If-Modified-Since", before), ""), 200);
    assert_eq!(status(&org, &read, ("If-Modified-Since", "soon"), ""), 200);
    let change = r#"{"Phone": "1"}"#;
    assert_eq!(
        status(&org, &write, ("If-Unmodified-Since", before), change),
        412
    );
    assert_eq!(
        status(&org, &write, ("If-Unmodified-Since", "soon"), change),
        400
    );
    assert_eq!(
        status(&org, &write, ("If-Unmodified-Since", after), change),
        204
    );
}

#[test]
fn descriptions_change_with_settings_and_permissions() {
    let mut org = org();
    let global = format!("GET {S}/sobjects");
    let describe = format!("GET {S}/sobjects/User/describe");
    // A document's own example: it was no Tuesday.
    let since = ("If-Modified-Since", "Tue, 23 Nov 2026 10:00:00 GMT");
    for line in [&global, &describe] {
        assert_eq!(status(&org, line, since, ""), 304);
        let long_ago = ("If-Modified-Since", "Tue, 23 Mar 2015 00:00:00 GMT");
        assert_eq!(status(&org, line, long_ago, ""), 200);
    }
    // Users change nothing about it.
    org.now_ms += 2 * 86_400_000;
    org.create("Account", json!({ "Name": "Lakeside" }));
    assert_eq!(status(&org, &describe, since, ""), 304);
    org.create("PermissionSet", json!({ "Name": "More", "Label": "More" }));
    for line in [&global, &describe] {
        assert_eq!(status(&org, line, since, ""), 200);
        let later = ("If-Modified-Since", "Tue, 24 Nov 2026 10:00:00 GMT");
        assert_eq!(status(&org, line, later, ""), 304);
    }
}
