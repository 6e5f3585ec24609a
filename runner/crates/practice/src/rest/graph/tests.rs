//! Graphs of calls, each all or none.

use expect_test::expect;
use serde_json::{Value, json};

use crate::testing::org;

const S: &str = "/services/data/v66.0";

fn post(reference: &str, object: &str, body: Value) -> Value {
    json!({ "method": "POST", "url": format!("{S}/sobjects/{object}"), "referenceId": reference, "body": body })
}

fn graphs(list: &[(&str, Vec<Value>)]) -> String {
    let graphs = list
        .iter()
        .map(|(id, parts)| json!({ "graphId": id, "compositeRequest": parts }));
    json!({ "graphs": graphs.collect::<Vec<_>>() }).to_string()
}

#[test]
fn one_graph_succeeds_and_one_fails() {
    let org = org();
    let body = graphs(&[
        (
            "good",
            vec![
                post("account", "Account", json!({ "Name": "Fjord" })),
                post(
                    "contact",
                    "Contact",
                    json!({ "LastName": "Ness", "AccountId": "@{account.id}" }),
                ),
                json!({ "method": "PATCH", "url": format!("{S}/sobjects/Account/@{{account.id}}"), "referenceId": "site", "body": { "Site": "Oslo" } }),
            ],
        ),
        (
            "bad",
            vec![
                post("account", "Account", json!({ "Name": "Undone" })),
                post(
                    "contact",
                    "Contact",
                    json!({ "AccountId": "@{account.id}" }),
                ),
                post("late", "Account", json!({ "Name": "Late" })),
            ],
        ),
    ]);
    org.check(&format!("POST {S}/composite/graph"), &body, expect![[r#"
        200
        {
          "graphs": [
            {
              "graphId": "good",
              "graphResponse": {
                "compositeResponse": [
                  {
                    "body": {
                      "errors": [],
                      "id": "001dnH000000001ABA",
                      "success": true
                    },
                    "httpHeaders": {
                      "Location": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
                    },
                    "httpStatusCode": 201,
                    "referenceId": "account"
                  },
                  {
                    "body": {
                      "errors": [],
                      "id": "003dnH000000001ABA",
                      "success": true
                    },
                    "httpHeaders": {
                      "Location": "/services/data/v66.0/sobjects/Contact/003dnH000000001ABA"
                    },
                    "httpStatusCode": 201,
                    "referenceId": "contact"
                  },
                  {
                    "body": null,
                    "httpHeaders": {},
                    "httpStatusCode": 204,
                    "referenceId": "site"
                  }
                ]
              },
              "isSuccessful": true
            },
            {
              "graphId": "bad",
              "graphResponse": {
                "compositeResponse": [
                  {
                    "body": [
                      {
                        "errorCode": "PROCESSING_HALTED",
                        "message": "The transaction was rolled back since another operation in the same transaction failed."
                      }
                    ],
                    "httpHeaders": {},
                    "httpStatusCode": 400,
                    "referenceId": "account"
                  },
                  {
                    "body": [
                      {
                        "errorCode": "REQUIRED_FIELD_MISSING",
                        "fields": [
                          "LastName"
                        ],
                        "message": "Required fields are missing: [LastName]"
                      }
                    ],
                    "httpHeaders": {},
                    "httpStatusCode": 400,
                    "referenceId": "contact"
                  },
                  {
                    "body": [
                      {
                        "errorCode": "PROCESSING_HALTED",
                        "message": "The transaction was rolled back since another operation in the same transaction failed."
                      }
                    ],
                    "httpHeaders": {},
                    "httpStatusCode": 400,
                    "referenceId": "late"
                  }
                ]
              },
              "isSuccessful": false
            }
          ]
        }
    "#]]);
    org.query(
        "SELECT Name, Site, (SELECT LastName FROM Contacts) FROM Account WHERE Name IN ('Fjord', 'Undone', 'Late')",
        expect![[r#"
            {"Contacts":{"done":true,"records":[{"LastName":"Ness"}],"totalSize":1},"Name":"Fjord","Site":"Oslo"}
        "#]],
    );
}

#[test]
fn an_upsert_is_a_node() {
    let org = org();
    let body = graphs(&[(
        "1",
        vec![
            json!({ "method": "PATCH", "url": format!("{S}/sobjects/Contact/Email/new@graph.example"), "referenceId": "contact", "body": { "LastName": "New" } }),
            json!({ "method": "DELETE", "url": format!("{S}/sobjects/Contact/@{{contact.id}}"), "referenceId": "gone" }),
        ],
    )]);
    org.check(
        &format!("POST {S}/composite/graph"),
        &body,
        expect![[r#"
        200
        {
          "graphs": [
            {
              "graphId": "1",
              "graphResponse": {
                "compositeResponse": [
                  {
                    "body": {
                      "created": true,
                      "errors": [],
                      "id": "003dnH000000001ABA",
                      "success": true
                    },
                    "httpHeaders": {
                      "Location": "/services/data/v66.0/sobjects/Contact/003dnH000000001ABA"
                    },
                    "httpStatusCode": 201,
                    "referenceId": "contact"
                  },
                  {
                    "body": null,
                    "httpHeaders": {},
                    "httpStatusCode": 204,
                    "referenceId": "gone"
                  }
                ]
              },
              "isSuccessful": true
            }
          ]
        }
    "#]],
    );
}

#[test]
fn graphs_that_are_refused() {
    let org = org();
    let account = |number: usize| post(&format!("r{number}"), "Account", json!({ "Name": "A" }));
    let accounts = |count: usize| (0..count).map(account).collect::<Vec<_>>();
    let chain: Vec<Value> = (0..16)
        .map(|number| {
            let above = match number {
                0 => Value::Null,
                _ => json!(format!("@{{r{}.id}}", number - 1)),
            };
            post(
                &format!("r{number}"),
                "Account",
                json!({ "Name": "A", "ParentId": above }),
            )
        })
        .collect();
    let versions: Vec<Value> = (50..66)
        .map(|version| json!({ "method": "POST", "url": format!("/services/data/v{version}.0/sobjects/Account"), "referenceId": format!("v{version}"), "body": { "Name": "A" } }))
        .collect();
    let many: Vec<Value> = (0..76)
        .map(|number| json!({ "graphId": format!("g{number}"), "compositeRequest": [] }))
        .collect();
    for (body, expected) in [
        (
            "{}".to_owned(),
            expect![[r#"
            400
            [
              {
                "errorCode": "JSON_PARSER_ERROR",
                "message": "the body has no list `graphs`"
              }
            ]
        "#]],
        ),
        (
            r#"{"graphs": [{}]}"#.to_owned(),
            expect![[r#"
            400
            [
              {
                "errorCode": "JSON_PARSER_ERROR",
                "message": "Each graph needs graphId and compositeRequest"
              }
            ]
        "#]],
        ),
        (
            json!({ "graphs": many }).to_string(),
            expect![[r#"
            400
            [
              {
                "errorCode": "LIMIT_EXCEEDED",
                "message": "The request has 76 graphs, more than 75"
              }
            ]
        "#]],
        ),
        (
            graphs(&[("1", accounts(501))]),
            expect![[r#"
            400
            [
              {
                "errorCode": "LIMIT_EXCEEDED",
                "message": "The request has 501 nodes, more than 500"
              }
            ]
        "#]],
        ),
        (
            graphs(&[("1", chain)]),
            expect![[r#"
            400
            [
              {
                "errorCode": "LIMIT_EXCEEDED",
                "message": "The request has 16 levels, more than 15"
              }
            ]
        "#]],
        ),
        (
            graphs(&[("1", versions)]),
            expect![[r#"
            400
            [
              {
                "errorCode": "LIMIT_EXCEEDED",
                "message": "The request has 16 different nodes, more than 15"
              }
            ]
        "#]],
        ),
        (
            graphs(&[("1", accounts(1)), ("1", accounts(1))]),
            expect![[r#"
            400
            [
              {
                "errorCode": "DUPLICATE_VALUE",
                "message": "Duplicate graphId: 1"
              }
            ]
        "#]],
        ),
        (
            graphs(&[("1", vec![account(1), account(1)])]),
            expect![[r#"
            400
            [
              {
                "errorCode": "DUPLICATE_VALUE",
                "message": "Duplicate referenceId: r1"
              }
            ]
        "#]],
        ),
        (
            graphs(&[(
                "1",
                vec![
                    json!({ "method": "GET", "url": format!("{S}/query?q=SELECT+Id+FROM+Account"), "referenceId": "q" }),
                ],
            )]),
            expect![[r#"
                400
                [
                  {
                    "errorCode": "INVALID_INPUT",
                    "message": "A graph can't hold GET /services/data/v66.0/query?q=SELECT+Id+FROM+Account"
                  }
                ]
            "#]],
        ),
    ] {
        org.check(&format!("POST {S}/composite/graph"), &body, expected);
    }
    org.query("SELECT Id FROM Account WHERE Name = 'A'", expect![""]);
}

#[test]
fn after_fifteen_failures_the_rest_is_left_out() {
    let org = org();
    let graph = |number: usize| {
        let name = if number == 20 { "Good" } else { "" };
        json!({ "graphId": format!("g{number}"), "compositeRequest": [post("r", "Account", json!({ "Name": name }))] })
    };
    let list: Vec<Value> = (0..21).map(graph).collect();
    let (_, json) = org.send(
        &format!("POST {S}/composite/graph"),
        &json!({ "graphs": list }).to_string(),
    );
    let graphs = json["graphs"].as_array().expect("a list");
    let codes = graphs.iter().map(|graph| {
        let part = &graph["graphResponse"]["compositeResponse"][0];
        part["body"][0]["errorCode"].as_str().unwrap_or("done")
    });
    let codes: Vec<&str> = codes.collect();
    assert_eq!(codes[14], "REQUIRED_FIELD_MISSING");
    assert_eq!(codes[15], "PROCESSING_HALTED");
    assert_eq!(codes[20], "PROCESSING_HALTED");
    org.query("SELECT Id FROM Account WHERE Name = 'Good'", expect![""]);
}
