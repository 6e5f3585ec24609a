//! Methods from outside: what is refused, and how a client that knows no `PATCH` says it.

use expect_test::{Expect, expect};
use serde_json::json;

use crate::testing::{TestOrg, org, shown};

const S: &str = "/services/data/v66.0";

fn check(org: &TestOrg, line: &str, expected: Expect) {
    expected.assert_eq(&shown(&org.answer(line, &[], b"")));
}

#[test]
fn a_method_that_a_resource_does_not_take() {
    let org = org();
    check(
        &org,
        &format!("PATCH {S}/sobjects/Account"),
        expect![[r#"
            405
            allow: GET, HEAD, POST
            [{"errorCode":"METHOD_NOT_ALLOWED","message":"HTTP Method 'PATCH' not allowed. Allowed are GET,HEAD,POST"}]
        "#]],
    );
    check(
        &org,
        &format!("POST {S}/sobjects/Account/001000000000001AAA"),
        expect![[r#"
            405
            allow: HEAD, GET, PATCH, DELETE
            [{"errorCode":"METHOD_NOT_ALLOWED","message":"HTTP Method 'POST' not allowed. Allowed are HEAD,GET,PATCH,DELETE"}]
        "#]],
    );
    check(
        &org,
        &format!("HEAD {S}/composite/batch"),
        expect![[r#"
        405
        allow: POST
        [{"errorCode":"METHOD_NOT_ALLOWED","message":"HTTP Method 'HEAD' not allowed. Allowed are POST"}]
    "#]],
    );
    check(
        &org,
        "POST /services/data",
        expect![[r#"
            405
            allow: GET, HEAD
            [{"errorCode":"METHOD_NOT_ALLOWED","message":"HTTP Method 'POST' not allowed. Allowed are GET,HEAD"}]
        "#]],
    );
    check(
        &org,
        &format!("PUT {S}"),
        expect![[r#"
        405
        allow: GET, HEAD
        [{"errorCode":"METHOD_NOT_ALLOWED","message":"HTTP Method 'PUT' not allowed."}]
    "#]],
    );
}

#[test]
fn a_part_of_a_composite_hears_the_same() {
    let body = json!({ "batchRequests": [
        { "method": "PUT", "url": "v66.0/limits" },
        { "method": "HEAD", "url": "v66.0/sobjects/UserLicense" },
    ]});
    let (_, answer) = org().send(&format!("POST {S}/composite/batch"), &body.to_string());
    expect![[r#"
        {
          "result": [
            {
              "errorCode": "METHOD_NOT_ALLOWED",
              "message": "HTTP Method 'PUT' not allowed. Allowed are GET,HEAD"
            }
          ],
          "statusCode": 405
        }"#]]
    .assert_eq(&format!("{:#}", answer["results"][0]));
    assert_eq!(answer["results"][1]["statusCode"], 200);
}

#[test]
fn head_is_where_get_is() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Lakeside" }));
    for path in [
        "",
        "/limits",
        "/query?q=SELECT Id FROM Account",
        "/sobjects",
        "/sobjects/Account",
        "/sobjects/Account/describe",
        &format!("/sobjects/Account/{account}"),
        "/recent",
        "/tabs",
        "/theme",
    ] {
        let response = org.answer(&format!("HEAD {S}{path}"), &[], b"");
        assert_eq!(response.status(), 200, "{path}");
    }
    let missing = org.answer(
        &format!("HEAD {S}/sobjects/Account/001000000000001AAA"),
        &[],
        b"",
    );
    assert_eq!(missing.status(), 404);
}

#[test]
fn post_may_name_another_method() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Lakeside" }));
    let line = format!("POST {S}/sobjects/Account/{account}?_HttpMethod=PATCH");
    let (status, _) = org.send(&line, &json!({ "Name": "Seaside" }).to_string());
    assert_eq!(status, 204);
    org.query(
        "SELECT Name FROM Account",
        expect![[r#"
        {"Name":"Seaside"}
    "#]],
    );
    // A `GET` names no other method.
    let line = format!("GET {S}/sobjects/Account/{account}?fields=Name&_HttpMethod=DELETE");
    let (status, _) = org.send(&line, "");
    assert_eq!(status, 200);
}

#[test]
fn resources_came_with_versions() {
    let org = org();
    for (path, since) in [
        ("limits/recordCount?sObjects=Account", 40),
        ("composite/sobjects/Account?ids=&fields=Id", 42),
        ("sobjects/Account/listviews", 32),
    ] {
        for (version, wanted) in [(since - 1, 404), (since, 200)] {
            let (status, _) = org.send(&format!("GET /services/data/v{version}.0/{path}"), "");
            assert_eq!(status == 404, wanted == 404, "{version} {path}");
        }
    }
}
