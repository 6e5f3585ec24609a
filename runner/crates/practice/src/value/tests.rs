//! Texts as they are kept.

use expect_test::expect;
use serde_json::json;

use crate::testing::org;

const S: &str = "/services/data/v66.0";

#[test]
fn blanks_and_tabs_around_a_text_are_not_kept() {
    let org = org();
    let account = org.create(
        "Account",
        json!({ "Name": "  Trimmed \t", "Phone": " \t " }),
    );
    org.query(
        "SELECT Name, Phone FROM Account",
        expect![[r#"
        {"Name":"Trimmed","Phone":null}
    "#]],
    );
    // A character that only looks like a blank is text.
    let update = json!({ "Name": "\u{3000}Wide\u{a0}", "Phone": "\u{3000}" });
    let line = format!("PATCH {S}/sobjects/Account/{account}");
    org.check(
        &line,
        &update.to_string(),
        expect![[r#"
        204
    "#]],
    );
    assert_eq!(
        org.records("SELECT Name, Phone FROM Account")
            .iter()
            .map(|record| (record["Name"].clone(), record["Phone"].clone()))
            .collect::<Vec<_>>(),
        [(json!("\u{3000}Wide\u{a0}"), json!("\u{3000}"))]
    );
    org.refused(
        &format!("POST {S}/sobjects/Account"),
        json!({ "Name": " \t" }),
        expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [Name] ["Name"]"#]],
    );
}

#[test]
fn collections_keep_texts_as_single_saves_do() {
    let org = org();
    let records = json!({ "records": [
        { "attributes": { "type": "Account" }, "Name": "\t Trimmed ", "Phone": "" },
        { "attributes": { "type": "Account" }, "Name": "\u{a0}" },
        { "attributes": { "type": "Account" }, "Name": " " },
    ] });
    org.check(
        &format!("POST {S}/composite/sobjects"),
        &records.to_string(),
        expect![[r#"
            200
            [
              {
                "errors": [],
                "id": "001dnH000000001ABA",
                "success": true
              },
              {
                "errors": [],
                "id": "001dnH000000002ABA",
                "success": true
              },
              {
                "errors": [
                  {
                    "fields": [
                      "Name"
                    ],
                    "message": "Required fields are missing: [Name]",
                    "statusCode": "REQUIRED_FIELD_MISSING"
                  }
                ],
                "success": false
              }
            ]
        "#]],
    );
    org.query(
        "SELECT Name, Phone FROM Account",
        expect![[r#"
        {"Name":"Trimmed","Phone":null}
        {"Name":" ","Phone":null}
    "#]],
    );
}

#[test]
fn case_is_found_by_either_and_kept_as_written() {
    let mut org = org();
    let contact = org.create("Contact", json!({ "LastName": "Mcdonald" }));
    org.now_ms += 60_000;
    let line = format!("PATCH {S}/sobjects/Contact/{contact}");
    org.check(
        &line,
        r#"{"LastName": "McDonald"}"#,
        expect![[r#"
        204
    "#]],
    );
    org.query(
        "SELECT LastName, LastModifiedDate FROM Contact WHERE LastName = 'MCDONALD'",
        expect![[r#"
            {"LastModifiedDate":"2026-11-22T10:01:00.000+0000","LastName":"McDonald"}
        "#]],
    );
}
