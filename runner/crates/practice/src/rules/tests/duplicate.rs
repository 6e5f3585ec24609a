//! The standard duplicate rule for accounts, and the header that overrules it.

use bytes::Bytes;
use expect_test::{Expect, expect};
use http::Request;
use serde_json::{Value, json};

use crate::testing::{TestOrg, org};

const S: &str = "/services/data/v66.0";

/// An org with the rule on, and the account Contoso.
fn contoso() -> TestOrg {
    let org = org();
    org.create("Account", json!({ "Name": "Contoso" }));
    let on = json!({ "practice.duplicateRule.Account": true });
    let (status, _) = org.send("PATCH /practice/settings", &on.to_string());
    assert_eq!(status, 204);
    org
}

/// Sends a POST with the duplicate-rule header and compares the whole answer.
#[track_caller]
fn check(org: &TestOrg, path: &str, header: &str, body: &Value, expected: Expect) {
    let request = Request::post(format!("{S}/{path}"))
        .header("Authorization", format!("Bearer {}", org.token))
        .header("Sforce-Duplicate-Rule-Header", header)
        .body(Bytes::from(body.to_string()))
        .expect("a request");
    let response = org.practice.exchange(request, org.now_ms);
    let answer: Value = serde_json::from_slice(response.body()).expect("answers are JSON");
    expected.assert_eq(&format!("{}\n{answer:#}\n", response.status().as_u16()));
}

#[test]
fn a_duplicate_is_refused_while_the_rule_is_on() {
    let org = contoso();
    let line = format!("POST {S}/sobjects/Account");
    org.check(
        &line,
        r#"{"Name": " CONTOSO "}"#,
        expect![[r#"
        400
        [
          {
            "errorCode": "DUPLICATES_DETECTED",
            "fields": [],
            "message": "Use one of these records?"
          }
        ]
    "#]],
    );
    org.check(
        &line,
        r#"{"Name": "Fabrikam"}"#,
        expect![[r#"
        201
        {
          "errors": [],
          "id": "001dnH000000002ABA",
          "success": true
        }
    "#]],
    );
    let off = json!({ "practice.duplicateRule.Account": false });
    org.send("PATCH /practice/settings", &off.to_string());
    org.check(
        &line,
        r#"{"Name": "Contoso"}"#,
        expect![[r#"
        201
        {
          "errors": [],
          "id": "001dnH000000003ABA",
          "success": true
        }
    "#]],
    );
}

#[test]
fn the_header_lets_duplicates_be_saved() {
    let org = contoso();
    let body = json!({ "Name": "Contoso" });
    let record = "sobjects/Account";
    check(
        &org,
        record,
        "allowSave=true",
        &body,
        expect![[r#"
        201
        {
          "errors": [],
          "id": "001dnH000000002ABA",
          "success": true
        }
    "#]],
    );
    let all = "allowSave=true; includeRecordDetails=true; runAsCurrentUser=true";
    check(
        &org,
        record,
        all,
        &body,
        expect![[r#"
        201
        {
          "errors": [],
          "id": "001dnH000000003ABA",
          "success": true
        }
    "#]],
    );
    check(
        &org,
        record,
        "allowSave=false",
        &body,
        expect![[r#"
        400
        [
          {
            "errorCode": "DUPLICATES_DETECTED",
            "fields": [],
            "message": "Use one of these records?"
          }
        ]
    "#]],
    );
    check(
        &org,
        record,
        "includeRecordDetails=true",
        &body,
        expect![[r#"
        400
        [
          {
            "errorCode": "DUPLICATES_DETECTED",
            "fields": [],
            "message": "Use one of these records?"
          }
        ]
    "#]],
    );
}

#[test]
fn collections_ask_the_rule_for_each_record() {
    let org = contoso();
    let record = |name: &str| json!({ "attributes": { "type": "Account" }, "Name": name });
    let body = json!({ "records": [record("Contoso"), record("Fabrikam"), record("Fabrikam")] });
    let path = "composite/sobjects";
    check(
        &org,
        path,
        "allowSave=false",
        &body,
        expect![[r#"
        200
        [
          {
            "errors": [
              {
                "fields": [],
                "message": "Use one of these records?",
                "statusCode": "DUPLICATES_DETECTED"
              }
            ],
            "success": false
          },
          {
            "errors": [],
            "id": "001dnH000000002ABA",
            "success": true
          },
          {
            "errors": [
              {
                "fields": [],
                "message": "Use one of these records?",
                "statusCode": "DUPLICATES_DETECTED"
              }
            ],
            "success": false
          }
        ]
    "#]],
    );
    check(
        &org,
        path,
        "allowSave=true",
        &body,
        expect![[r#"
        200
        [
          {
            "errors": [],
            "id": "001dnH000000003ABA",
            "success": true
          },
          {
            "errors": [],
            "id": "001dnH000000004ABA",
            "success": true
          },
          {
            "errors": [],
            "id": "001dnH000000005ABA",
            "success": true
          }
        ]
    "#]],
    );
}

#[test]
fn a_part_of_a_composite_has_a_header_of_its_own() {
    let org = contoso();
    let part = |reference: &str, headers: Value| {
        json!({
            "method": "POST",
            "url": format!("{S}/sobjects/Account"),
            "referenceId": reference,
            "httpHeaders": headers,
            "body": { "Name": "Contoso" },
        })
    };
    let body = json!({ "compositeRequest": [
        part("without", json!({})),
        part("with", json!({ "Sforce-Duplicate-Rule-Header": "allowSave=true" })),
    ] });
    check(
        &org,
        "composite",
        "allowSave=true",
        &body,
        expect![[r#"
        200
        {
          "compositeResponse": [
            {
              "body": [
                {
                  "errorCode": "DUPLICATES_DETECTED",
                  "fields": [],
                  "message": "Use one of these records?"
                }
              ],
              "httpHeaders": {},
              "httpStatusCode": 400,
              "referenceId": "without"
            },
            {
              "body": {
                "errors": [],
                "id": "001dnH000000002ABA",
                "success": true
              },
              "httpHeaders": {
                "Location": "/services/data/v66.0/sobjects/Account/001dnH000000002ABA"
              },
              "httpStatusCode": 201,
              "referenceId": "with"
            }
          ]
        }
    "#]],
    );
}
