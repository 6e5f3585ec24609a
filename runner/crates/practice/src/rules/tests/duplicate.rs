//! The standard duplicate rule for accounts, and the header that overrules it.

use bytes::Bytes;
use expect_test::{Expect, expect};
use http::Request;
use serde_json::{Value, json};

use crate::testing::{TestOrg, org, org_with};

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
                "duplicateResult": {
                  "allowSave": true,
                  "duplicateRule": "Standard_Account_Duplicate_Rule",
                  "duplicateRuleEntityType": "Account",
                  "errorMessage": "Use one of these records?",
                  "matchResults": [
                    {
                      "entityType": "Account",
                      "errors": [],
                      "matchEngine": "ExactMatchEngine",
                      "matchRecords": [
                        {
                          "additionalInformation": [],
                          "fieldDiffs": [],
                          "matchConfidence": 100.0,
                          "record": {
                            "Id": "001dnH000000001ABA",
                            "attributes": {
                              "type": "Account",
                              "url": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
                            }
                          }
                        }
                      ],
                      "rule": "Standard_Account_Match_Rule_v1_0",
                      "size": 1,
                      "success": true
                    }
                  ]
                },
                "errorCode": "DUPLICATES_DETECTED",
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
                "duplicateResult": {
                  "allowSave": true,
                  "duplicateRule": "Standard_Account_Duplicate_Rule",
                  "duplicateRuleEntityType": "Account",
                  "errorMessage": "Use one of these records?",
                  "matchResults": [
                    {
                      "entityType": "Account",
                      "errors": [],
                      "matchEngine": "ExactMatchEngine",
                      "matchRecords": [
                        {
                          "additionalInformation": [],
                          "fieldDiffs": [],
                          "matchConfidence": 100.0,
                          "record": {
                            "Id": "001dnH000000001ABA",
                            "attributes": {
                              "type": "Account",
                              "url": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
                            }
                          }
                        },
                        {
                          "additionalInformation": [],
                          "fieldDiffs": [],
                          "matchConfidence": 100.0,
                          "record": {
                            "Id": "001dnH000000002ABA",
                            "attributes": {
                              "type": "Account",
                              "url": "/services/data/v66.0/sobjects/Account/001dnH000000002ABA"
                            }
                          }
                        },
                        {
                          "additionalInformation": [],
                          "fieldDiffs": [],
                          "matchConfidence": 100.0,
                          "record": {
                            "Id": "001dnH000000003ABA",
                            "attributes": {
                              "type": "Account",
                              "url": "/services/data/v66.0/sobjects/Account/001dnH000000003ABA"
                            }
                          }
                        }
                      ],
                      "rule": "Standard_Account_Match_Rule_v1_0",
                      "size": 3,
                      "success": true
                    }
                  ]
                },
                "errorCode": "DUPLICATES_DETECTED",
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
                "duplicateResult": {
                  "allowSave": true,
                  "duplicateRule": "Standard_Account_Duplicate_Rule",
                  "duplicateRuleEntityType": "Account",
                  "errorMessage": "Use one of these records?",
                  "matchResults": [
                    {
                      "entityType": "Account",
                      "errors": [],
                      "matchEngine": "ExactMatchEngine",
                      "matchRecords": [
                        {
                          "additionalInformation": [],
                          "fieldDiffs": [],
                          "matchConfidence": 100.0,
                          "record": {
                            "Id": "001dnH000000001ABA",
                            "Name": "Contoso",
                            "attributes": {
                              "type": "Account",
                              "url": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
                            }
                          }
                        },
                        {
                          "additionalInformation": [],
                          "fieldDiffs": [],
                          "matchConfidence": 100.0,
                          "record": {
                            "Id": "001dnH000000002ABA",
                            "Name": "Contoso",
                            "attributes": {
                              "type": "Account",
                              "url": "/services/data/v66.0/sobjects/Account/001dnH000000002ABA"
                            }
                          }
                        },
                        {
                          "additionalInformation": [],
                          "fieldDiffs": [],
                          "matchConfidence": 100.0,
                          "record": {
                            "Id": "001dnH000000003ABA",
                            "Name": "Contoso",
                            "attributes": {
                              "type": "Account",
                              "url": "/services/data/v66.0/sobjects/Account/001dnH000000003ABA"
                            }
                          }
                        }
                      ],
                      "rule": "Standard_Account_Match_Rule_v1_0",
                      "size": 3,
                      "success": true
                    }
                  ]
                },
                "errorCode": "DUPLICATES_DETECTED",
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
                      "duplicateResult": {
                        "allowSave": true,
                        "duplicateRule": "Standard_Account_Duplicate_Rule",
                        "duplicateRuleEntityType": "Account",
                        "errorMessage": "Use one of these records?",
                        "matchResults": [
                          {
                            "entityType": "Account",
                            "errors": [],
                            "matchEngine": "ExactMatchEngine",
                            "matchRecords": [
                              {
                                "additionalInformation": [],
                                "fieldDiffs": [],
                                "matchConfidence": 100.0,
                                "record": {
                                  "Id": "001dnH000000001ABA",
                                  "attributes": {
                                    "type": "Account",
                                    "url": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
                                  }
                                }
                              }
                            ],
                            "rule": "Standard_Account_Match_Rule_v1_0",
                            "size": 1,
                            "success": true
                          }
                        ]
                      },
                      "errorCode": "DUPLICATES_DETECTED",
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

/// An org with a rule that alerts and one that blocks, and a record for each.
fn ruled() -> TestOrg {
    org_with(
        r#"
[[duplicate_rules]]
object = "Account"
name = "Companies"
match = ["Name", "BillingCity"]
message = "Is it one of these?"

[[duplicate_rules]]
object = "Contact"
name = "People"
match = ["Email"]
fuzzy = false
action = "block"

[[records]]
object = "Account"
ref = "fjord"
fields = { Name = "Fjord Shipping AS", BillingCity = "Bergen" }

[[records]]
object = "Contact"
fields = { LastName = "Ness", Email = "ness@fjord.example", AccountId = "@fjord" }
"#,
    )
}

#[test]
fn a_rule_shows_itself_and_what_it_found() {
    let org = ruled();
    org.check(
        &format!("POST {S}/sobjects/Account"),
        r#"{"Name": "fjord shipping", "BillingCity": "BERGEN"}"#,
        expect![[r#"
            400
            [
              {
                "duplicateResult": {
                  "allowSave": true,
                  "duplicateRule": "Companies",
                  "duplicateRuleEntityType": "Account",
                  "errorMessage": "Is it one of these?",
                  "matchResults": [
                    {
                      "entityType": "Account",
                      "errors": [],
                      "matchEngine": "FuzzyMatchEngine",
                      "matchRecords": [
                        {
                          "additionalInformation": [],
                          "fieldDiffs": [],
                          "matchConfidence": 90.0,
                          "record": {
                            "Id": "001dnH000000001ABA",
                            "attributes": {
                              "type": "Account",
                              "url": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
                            }
                          }
                        }
                      ],
                      "rule": "Companies_Match",
                      "size": 1,
                      "success": true
                    }
                  ]
                },
                "errorCode": "DUPLICATES_DETECTED",
                "message": "Is it one of these?"
              }
            ]
        "#]],
    );
    org.create(
        "Account",
        json!({ "Name": "Fjord Shipping", "BillingCity": "Oslo" }),
    );
    org.create("Account", json!({ "Name": "Fjord Shipping" }));
}

#[test]
fn older_versions_misspell_the_result() {
    let org = ruled();
    let body = r#"{"Name": "Fjord Shipping", "BillingCity": "Bergen"}"#;
    let (_, old) = org.send("POST /services/data/v54.0/sobjects/Account", body);
    assert!(old[0]["duplicateResut"].is_object(), "{old}");
    let (_, new) = org.send("POST /services/data/v55.0/sobjects/Account", body);
    assert!(new[0]["duplicateResult"].is_object(), "{new}");
}

#[test]
fn an_alert_gives_way_to_the_header_and_a_block_does_not() {
    let org = ruled();
    let allow = "allowSave=true";
    let twin = json!({ "Name": "Fjord Shipping", "BillingCity": "Bergen" });
    check(
        &org,
        "sobjects/Account",
        allow,
        &twin,
        expect![[r#"
        201
        {
          "errors": [],
          "id": "001dnH000000002ABA",
          "success": true
        }
    "#]],
    );
    let person = json!({ "LastName": "Other", "Email": "NESS@fjord.example" });
    check(
        &org,
        "sobjects/Contact",
        allow,
        &person,
        expect![[r#"
        400
        [
          {
            "duplicateResult": {
              "allowSave": false,
              "duplicateRule": "People",
              "duplicateRuleEntityType": "Contact",
              "errorMessage": "Use one of these records?",
              "matchResults": [
                {
                  "entityType": "Contact",
                  "errors": [],
                  "matchEngine": "ExactMatchEngine",
                  "matchRecords": [
                    {
                      "additionalInformation": [],
                      "fieldDiffs": [],
                      "matchConfidence": 100.0,
                      "record": {
                        "Id": "003dnH000000001ABA",
                        "attributes": {
                          "type": "Contact",
                          "url": "/services/data/v66.0/sobjects/Contact/003dnH000000001ABA"
                        }
                      }
                    }
                  ],
                  "rule": "People_Match",
                  "size": 1,
                  "success": true
                }
              ]
            },
            "errorCode": "DUPLICATES_DETECTED",
            "message": "Use one of these records?"
          }
        ]
    "#]],
    );
}

#[test]
fn a_change_is_asked_when_it_is_about_the_rule() {
    let org = ruled();
    let other = org.create("Contact", json!({ "LastName": "Other" }));
    let line = format!("PATCH {S}/sobjects/Contact/{other}");
    assert_eq!(org.send(&line, r#"{"Title": "Captain"}"#).0, 204);
    org.refused(
        &line,
        json!({ "Email": "ness@fjord.example" }),
        expect!["400 DUPLICATES_DETECTED: Use one of these records?"],
    );
    let own = org.id("SELECT Id FROM Contact WHERE LastName = 'Ness'");
    let line = format!("PATCH {S}/sobjects/Contact/{own}");
    let same = r#"{"Email": "NESS@fjord.example"}"#;
    assert_eq!(org.send(&line, same).0, 204);
}

#[test]
fn a_row_of_a_collection_shows_the_result_when_asked_for_details() {
    let org = ruled();
    let twin = json!({ "attributes": { "type": "Contact" }, "LastName": "Other", "Email": "ness@fjord.example" });
    let body = json!({ "records": [twin] });
    let bare = || {
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
              }
            ]
        "#]]
    };
    let path = "composite/sobjects";
    let details = "includeRecordDetails=true";
    check(&org, path, "allowSave=false", &body, bare());
    check(
        &org,
        path,
        details,
        &body,
        expect![[r#"
        200
        [
          {
            "errors": [
              {
                "duplicateResult": {
                  "allowSave": false,
                  "duplicateRule": "People",
                  "duplicateRuleEntityType": "Contact",
                  "errorMessage": "Use one of these records?",
                  "matchResults": [
                    {
                      "entityType": "Contact",
                      "errors": [],
                      "matchEngine": "ExactMatchEngine",
                      "matchRecords": [
                        {
                          "additionalInformation": [],
                          "fieldDiffs": [],
                          "matchConfidence": 100.0,
                          "record": {
                            "Email": "ness@fjord.example",
                            "Id": "003dnH000000001ABA",
                            "Name": "Ness",
                            "attributes": {
                              "type": "Contact",
                              "url": "/services/data/v66.0/sobjects/Contact/003dnH000000001ABA"
                            }
                          }
                        }
                      ],
                      "rule": "People_Match",
                      "size": 1,
                      "success": true
                    }
                  ]
                },
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
    let hidden = json!({ "practice.collectionsHideDuplicates": true });
    org.send("PATCH /practice/settings", &hidden.to_string());
    check(&org, path, details, &body, bare());
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    let org = org();
    let mut told = String::new();
    for rules in [
        json!([{ "object": "Nope", "name": "R", "match": ["Name"] }]),
        json!([{ "object": "Account", "name": "R", "match": [] }]),
        json!([{ "object": "Account", "name": "R", "match": ["Nope"] }]),
        json!([{ "object": "Account", "name": "R", "match": ["Name"], "action": "shout" }]),
        json!("rules"),
    ] {
        let wanted = json!({ "practice.duplicateRules": rules });
        let (status, json) = org.send("PATCH /practice/settings", &wanted.to_string());
        told.push_str(&format!("{status} {}\n", json[0]["message"]));
    }
    expect![[r#"
        400 "the setting `practice.duplicateRules`: there is no object `Nope`"
        400 "the setting `practice.duplicateRules`: the rule `R` matches no field"
        400 "the setting `practice.duplicateRules`: Account has no field `Nope`"
        400 "the setting `practice.duplicateRules`: unknown variant `shout`, expected `alert` or `block`"
        400 "the setting `practice.duplicateRules`: invalid type: string \"rules\", expected a sequence"
    "#]].assert_eq(&told);
}

#[test]
fn people_are_compared_by_their_whole_names() {
    let org = org_with(
        "[[duplicate_rules]]\nobject = \"Contact\"\nname = \"Standard_Contact_Duplicate_Rule\"\nmatch = [\"Name\"]",
    );
    org.create(
        "Contact",
        json!({ "FirstName": "Nils", "LastName": "Ness" }),
    );
    let refused = || expect!["400 DUPLICATES_DETECTED: Use one of these records?"];
    org.refused(
        &format!("POST {S}/sobjects/Contact"),
        json!({ "LastName": "NESS", "FirstName": "nils" }),
        refused(),
    );
    let other = org.create(
        "Contact",
        json!({ "FirstName": "Nora", "LastName": "Ness" }),
    );
    org.refused(
        &format!("PATCH {S}/sobjects/Contact/{other}"),
        json!({ "FirstName": "Nils" }),
        refused(),
    );
}
