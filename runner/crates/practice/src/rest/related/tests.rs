//! Records by the relationships of another one.

use expect_test::expect;
use serde_json::json;

use crate::testing::org;

const S: &str = "/services/data/v66.0";

#[test]
fn the_record_above_and_the_records_below() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Fjord" }));
    let contact = org.create(
        "Contact",
        json!({ "LastName": "Ness", "AccountId": account }),
    );
    let alone = org.create("Contact", json!({ "LastName": "Alone" }));
    let get = |path: &str| format!("GET {S}/sobjects/{path}");
    for (path, expected) in [
        (
            format!("Contact/{contact}/account?fields=Name"),
            expect![[r#"
            200
            {
              "Id": "001dnH000000001ABA",
              "Name": "Fjord",
              "attributes": {
                "type": "Account",
                "url": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
              }
            }
        "#]],
        ),
        (
            format!("Contact/{contact}/Account/Owner?fields=Alias"),
            expect![[r#"
                200
                {
                  "Alias": "aadmin",
                  "Id": "005dnH000000001ABA",
                  "attributes": {
                    "type": "User",
                    "url": "/services/data/v66.0/sobjects/User/005dnH000000001ABA"
                  }
                }
            "#]],
        ),
        (
            format!("Account/{account}/Contacts?fields=LastName"),
            expect![[r#"
                200
                {
                  "done": true,
                  "records": [
                    {
                      "LastName": "Ness",
                      "attributes": {
                        "type": "Contact",
                        "url": "/services/data/v66.0/sobjects/Contact/003dnH000000001ABA"
                      }
                    }
                  ],
                  "totalSize": 1
                }
            "#]],
        ),
        (
            format!("Account/{account}/Opportunities?fields=Name"),
            expect![[r#"
                200
                {
                  "done": true,
                  "records": [],
                  "totalSize": 0
                }
            "#]],
        ),
        (
            format!("Contact/{alone}/Account"),
            expect![[r#"
            404
            [
              {
                "errorCode": "NOT_FOUND",
                "message": "The requested resource does not exist"
              }
            ]
        "#]],
        ),
        (
            format!("Contact/{alone}/Nothing"),
            expect![[r#"
            404
            [
              {
                "errorCode": "NOT_FOUND",
                "message": "The requested resource does not exist"
              }
            ]
        "#]],
        ),
        (
            format!("Contact/{contact}/Account?fields=Nothing"),
            expect![[r#"
                400
                [
                  {
                    "errorCode": "INVALID_FIELD",
                    "message": "No such column 'Nothing' on sobject of type Account"
                  }
                ]
            "#]],
        ),
        (
            format!("Account/{account}/Contacts/Owner"),
            expect![[r#"
            404
            [
              {
                "errorCode": "NOT_FOUND",
                "message": "The requested resource does not exist"
              }
            ]
        "#]],
        ),
        (
            format!("Contact/{contact}/Account/Owner/Profile/UserLicense/CreatedBy/Profile"),
            expect![[r#"
                404
                [
                  {
                    "errorCode": "NOT_FOUND",
                    "message": "The requested resource does not exist"
                  }
                ]
            "#]],
        ),
        (
            format!("Account/{contact}/Contacts"),
            expect![[r#"
            404
            [
              {
                "errorCode": "NOT_FOUND",
                "message": "Provided external ID field does not exist or is not accessible: 003dnH000000001ABA"
              }
            ]
        "#]],
        ),
    ] {
        org.check(&get(&path), "", expected);
    }
}

#[test]
fn the_record_above_is_changed_and_deleted() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Fjord" }));
    let contact = org.create(
        "Contact",
        json!({ "LastName": "Ness", "AccountId": account }),
    );
    let line = format!("{S}/sobjects/Contact/{contact}/Account");
    org.check(
        &format!("PATCH {line}"),
        r#"{"Site": "Oslo"}"#,
        expect![[r#"
        204
    "#]],
    );
    org.query(
        "SELECT Site FROM Account WHERE Name = 'Fjord'",
        expect![[r#"
            {"Site":"Oslo"}
        "#]],
    );
    org.check(
        &format!("DELETE {S}/sobjects/Account/{account}/Contacts"),
        "",
        expect![[r#"
            405
            [
              {
                "errorCode": "METHOD_NOT_ALLOWED",
                "message": "HTTP Method 'DELETE' not allowed."
              }
            ]
        "#]],
    );
    org.check(
        &format!("DELETE {line}"),
        "",
        expect![[r#"
        204
    "#]],
    );
    org.query("SELECT Id FROM Account WHERE Name = 'Fjord'", expect![""]);
}

#[test]
fn a_record_without_a_body() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Fjord" }));
    let (status, _) = org.send(&format!("HEAD {S}/sobjects/Account/{account}"), "");
    assert_eq!(status, 200);
    let (status, _) = org.send(&format!("HEAD {S}/sobjects/Account/001000000000001AAA"), "");
    assert_eq!(status, 404);
}
