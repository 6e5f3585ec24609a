//! Trees of records, created in one call.

use expect_test::expect;
use serde_json::{Value, json};

use crate::testing::org;

const S: &str = "/services/data/v66.0";

fn node(kind: &str, reference: &str, fields: Value) -> Value {
    let mut node = fields;
    node["attributes"] = json!({ "type": kind, "referenceId": reference });
    node
}

fn contact(reference: &str, email: &str) -> Value {
    node(
        "Contact",
        reference,
        json!({ "LastName": reference, "Email": email }),
    )
}

#[test]
fn accounts_with_their_contacts() {
    let org = org();
    let body = json!({ "records": [
        node("Account", "ref1", json!({
            "Name": "Fjord",
            "Contacts": { "records": [contact("ref2", "a@fjord.example"), contact("ref3", "b@fjord.example")] },
            "ChildAccounts": { "records": [node("Account", "ref4", json!({ "Name": "Below" }))] },
        })),
        node("Account", "ref5", json!({ "Name": "Other" })),
    ]});
    let line = format!("POST {S}/composite/tree/Account/");
    org.check(
        &line,
        &body.to_string(),
        expect![[r#"
        201
        {
          "hasErrors": false,
          "results": [
            {
              "id": "001dnH000000001ABA",
              "referenceId": "ref1"
            },
            {
              "id": "001dnH000000002ABA",
              "referenceId": "ref5"
            },
            {
              "id": "001dnH000000003ABA",
              "referenceId": "ref4"
            },
            {
              "id": "003dnH000000001ABA",
              "referenceId": "ref2"
            },
            {
              "id": "003dnH000000002ABA",
              "referenceId": "ref3"
            }
          ]
        }
    "#]],
    );
    org.query(
        "SELECT Name, Parent.Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name IN ('Fjord', 'Below', 'Other')",
        expect![[r#"
            {"Contacts":{"done":true,"records":[{"LastName":"ref2"},{"LastName":"ref3"}],"totalSize":2},"Name":"Fjord","Parent":null}
            {"Contacts":null,"Name":"Other","Parent":null}
            {"Contacts":null,"Name":"Below","Parent":{"Name":"Fjord"}}
        "#]],
    );
}

#[test]
fn one_record_that_fails_leaves_none() {
    let org = org();
    let body = json!({ "records": [node("Account", "ref1", json!({
        "Name": "Fjord",
        "Contacts": { "records": [contact("ref2", "a@fjord.example"), contact("ref3", "123")] },
    }))]});
    let line = format!("POST {S}/composite/tree/Account");
    org.check(
        &line,
        &body.to_string(),
        expect![[r#"
        400
        {
          "hasErrors": true,
          "results": [
            {
              "errors": [
                {
                  "fields": [
                    "Email"
                  ],
                  "message": "Email: invalid email address: 123",
                  "statusCode": "INVALID_EMAIL_ADDRESS"
                }
              ],
              "referenceId": "ref3"
            }
          ]
        }
    "#]],
    );
    org.query("SELECT Id FROM Account WHERE Name = 'Fjord'", expect![""]);
}

#[test]
fn requests_that_are_refused() {
    let org = org();
    let line = format!("POST {S}/composite/tree/Account");
    let mut deep = node("Account", "deep6", json!({ "Name": "6" }));
    for level in (1..6).rev() {
        deep = node(
            "Account",
            &format!("deep{level}"),
            json!({ "Name": "A", "ChildAccounts": { "records": [deep] } }),
        );
    }
    let many: Vec<Value> = (0..201)
        .map(|number| node("Account", &format!("r{number}"), json!({ "Name": "A" })))
        .collect();
    for (body, expected) in [
        (
            json!({}),
            expect![[r#"
            400
            [
              {
                "errorCode": "JSON_PARSER_ERROR",
                "message": "the body has no list `records`"
              }
            ]
        "#]],
        ),
        (
            json!({ "records": [{ "Name": "A" }] }),
            expect![[r#"
            400
            [
              {
                "errorCode": "JSON_PARSER_ERROR",
                "message": "Each record needs `attributes` with its `type` and `referenceId`"
              }
            ]
        "#]],
        ),
        (
            json!({ "records": [contact("ref1", "a@b.example")] }),
            expect![[r#"
            400
            [
              {
                "errorCode": "INVALID_INPUT",
                "message": "The record ref1 is not one of the type Account"
              }
            ]
        "#]],
        ),
        (
            json!({ "records": [deep] }),
            expect![[r#"
            400
            [
              {
                "errorCode": "LIMIT_EXCEEDED",
                "message": "The trees have more than 5 levels"
              }
            ]
        "#]],
        ),
        (
            json!({ "records": many }),
            expect![[r#"
            400
            [
              {
                "errorCode": "LIMIT_EXCEEDED",
                "message": "The request has more than 200 records"
              }
            ]
        "#]],
        ),
        (
            json!({ "records": [node("Account", "ref1", json!({ "Name": "A", "Nothings": { "records": [] } }))] }),
            expect![[r#"
                400
                {
                  "hasErrors": true,
                  "results": [
                    {
                      "errors": [
                        {
                          "fields": [],
                          "message": "No such column 'Nothings' on sobject of type Account",
                          "statusCode": "INVALID_FIELD"
                        }
                      ],
                      "referenceId": "ref1"
                    }
                  ]
                }
            "#]],
        ),
        (
            json!({ "records": [
                node("Account", "ref1", json!({ "Name": "A" })),
                node("Account", "ref2", json!({ "Name": "B" })),
                node("Account", "ref1", json!({ "Name": "C" })),
            ]}),
            expect![[r#"
                400
                {
                  "hasErrors": true,
                  "results": [
                    {
                      "errors": [
                        {
                          "fields": [],
                          "message": "Duplicate ReferenceId provided in the request.",
                          "statusCode": "INVALID_INPUT"
                        }
                      ],
                      "referenceId": "ref1"
                    },
                    {
                      "errors": [
                        {
                          "fields": [],
                          "message": "Duplicate ReferenceId provided in the request.",
                          "statusCode": "INVALID_INPUT"
                        }
                      ],
                      "referenceId": "ref1"
                    }
                  ]
                }
            "#]],
        ),
    ] {
        org.check(&line, &body.to_string(), expected);
    }
    org.check(
        &format!("POST {S}/composite/tree/Nothing"),
        r#"{"records": []}"#,
        expect![[r#"
            404
            [
              {
                "errorCode": "NOT_FOUND",
                "message": "The requested resource does not exist"
              }
            ]
        "#]],
    );
    org.check(
        &format!("GET {S}/composite/tree/Account"),
        "",
        expect![[r#"
            405
            [
              {
                "errorCode": "METHOD_NOT_ALLOWED",
                "message": "HTTP Method 'GET' not allowed. Allowed are POST"
              }
            ]
        "#]],
    );
    org.query("SELECT Id FROM Account WHERE Name = 'A'", expect![""]);
}

#[test]
fn two_hundred_records_in_five_levels() {
    let org = org();
    let mut chain = node("Account", "level5", json!({ "Name": "A" }));
    for level in (1..5).rev() {
        chain = node(
            "Account",
            &format!("level{level}"),
            json!({ "Name": "A", "ChildAccounts": { "records": [chain] } }),
        );
    }
    let mut records: Vec<Value> = (0..195)
        .map(|number| node("Account", &format!("r{number}"), json!({ "Name": "A" })))
        .collect();
    records.push(chain);
    let line = format!("POST {S}/composite/tree/Account");
    let (status, json) = org.send(&line, &json!({ "records": records }).to_string());
    assert_eq!(status, 201, "{json}");
    assert_eq!(json["results"].as_array().map(Vec::len), Some(200));
}
