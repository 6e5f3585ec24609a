//! Records by the fields that name them, over REST: one record, and collections.

use expect_test::expect;
use serde_json::json;

use crate::testing::{TestOrg, org_with};

const S: &str = "/services/data/v66.0";

/// Accounts with a number that other systems know and with a code that may repeat; two contacts of one address.
const KEYED: &str = r#"
[[custom_fields]]
object = "Account"
name = "Number__c"
type = "number"
external_id = true
unique = true

[[custom_fields]]
object = "Account"
name = "Code__c"
label = "Code"
external_id = true

[[custom_fields]]
object = "Account"
name = "Plain__c"

[[records]]
object = "Account"
ref = "fjord"
fields = { Name = "Fjord Shipping", Number__c = 7, Code__c = "F", OwnerId = "@user_standard" }

[[records]]
object = "Contact"
fields = { LastName = "Ness", Email = "ness@fjord.example", AccountId = "@fjord" }

[[records]]
object = "Contact"
fields = { LastName = "Twin", Email = "twin@fjord.example", AccountId = "@fjord" }

[[records]]
object = "Contact"
fields = { LastName = "Twin", Email = "TWIN@fjord.example", AccountId = "@fjord" }
"#;

fn keyed() -> TestOrg {
    org_with(KEYED)
}

#[test]
fn describes_say_which_fields_name_records() {
    let org = keyed();
    let (_, json) = org.send(&format!("GET {S}/sobjects/Account/describe"), "");
    let fields = json["fields"].as_array().expect("a list");
    let mut told = String::new();
    for name in ["Id", "Name", "Number__c", "Code__c", "Plain__c"] {
        let field = fields.iter().find(|field| field["name"] == name);
        let field = field.expect("it is described");
        told.push_str(&format!(
            "{name} {} {} {}\n",
            field["externalId"], field["idLookup"], field["unique"]
        ));
    }
    expect![[r#"
        Id false true false
        Name false false false
        Number__c true true true
        Code__c true true false
        Plain__c false false false
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_record_by_a_field() {
    let org = keyed();
    for (line, expected) in [
        (
            "GET sobjects/Account/number__c/7?fields=Name,Code__c",
            expect![[r#"
                200
                {
                  "Code__c": "F",
                  "Id": "001dnH000000001ABA",
                  "Name": "Fjord Shipping",
                  "attributes": {
                    "type": "Account",
                    "url": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
                  }
                }
            "#]],
        ),
        (
            "HEAD sobjects/Account/Number__c/7?fields=Name",
            expect![[r#"
            200
            {
              "Id": "001dnH000000001ABA",
              "Name": "Fjord Shipping",
              "attributes": {
                "type": "Account",
                "url": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
              }
            }
        "#]],
        ),
        (
            "GET sobjects/Contact/Email/NESS%40fjord.example?fields=LastName",
            expect![[r#"
                200
                {
                  "Id": "003dnH000000001ABA",
                  "LastName": "Ness",
                  "attributes": {
                    "type": "Contact",
                    "url": "/services/data/v66.0/sobjects/Contact/003dnH000000001ABA"
                  }
                }
            "#]],
        ),
        (
            "GET sobjects/User/Username/admin%40practice.usher.example?fields=Alias",
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
            "GET sobjects/User/FederationIdentifier/nobody",
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
            "GET sobjects/Account/Number__c/8",
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
            "GET sobjects/Account/Number__c/seven",
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
            "GET sobjects/Account/Plain__c/x",
            expect![[r#"
            404
            [
              {
                "errorCode": "NOT_FOUND",
                "message": "Provided external ID field does not exist or is not accessible: Plain__c"
              }
            ]
        "#]],
        ),
        (
            "GET sobjects/Account/Nothing__c/x",
            expect![[r#"
            404
            [
              {
                "errorCode": "NOT_FOUND",
                "message": "Provided external ID field does not exist or is not accessible: Nothing__c"
              }
            ]
        "#]],
        ),
        (
            "GET sobjects/Nothing/Id/x",
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
            "GET sobjects/Contact/Email/twin%40fjord.example",
            expect![[r#"
                300
                [
                  "/services/data/v66.0/sobjects/Contact/003dnH000000002ABA",
                  "/services/data/v66.0/sobjects/Contact/003dnH000000003ABA"
                ]
            "#]],
        ),
        (
            "PUT sobjects/Account/Number__c/7",
            expect![[r#"
            405
            [
              {
                "errorCode": "METHOD_NOT_ALLOWED",
                "message": "HTTP Method 'PUT' not allowed."
              }
            ]
        "#]],
        ),
    ] {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        org.check(&format!("{method} {S}/{path}"), "", expected);
    }
}

#[test]
fn an_upsert_creates_once_and_changes_then() {
    let org = keyed();
    let line = format!("PATCH {S}/sobjects/Account/Number__c/12");
    org.check(
        &line,
        r#"{"Name": "New"}"#,
        expect![[r#"
        201
        {
          "created": true,
          "errors": [],
          "id": "001dnH000000002ABA",
          "success": true
        }
    "#]],
    );
    org.check(
        &line,
        r#"{"Name": "Newer"}"#,
        expect![[r#"
        200
        {
          "created": false,
          "errors": [],
          "id": "001dnH000000002ABA",
          "success": true
        }
    "#]],
    );
    org.query(
        "SELECT Name, Number__c FROM Account WHERE Number__c = 12",
        expect![[r#"
            {"Name":"Newer","Number__c":12.0}
        "#]],
    );
}

#[test]
fn an_upsert_that_only_updates() {
    let org = keyed();
    let line =
        |number: u8| format!("PATCH {S}/sobjects/Account/Number__c/{number}?updateOnly=true");
    org.check(
        &line(7),
        r#"{"Site": "Oslo"}"#,
        expect![[r#"
        200
        {
          "created": false,
          "errors": [],
          "id": "001dnH000000001ABA",
          "success": true
        }
    "#]],
    );
    org.refused(
        &line(8),
        json!({ "Name": "New" }),
        expect!["404 NOT_FOUND: The requested resource does not exist"],
    );
}

#[test]
fn upserts_that_are_refused() {
    let org = keyed();
    let send = |path: &str| format!("PATCH {S}/sobjects/{path}");
    org.refused(
        &send("Account/Number__c/7"),
        json!({ "number__C": 9 }),
        expect![[r#"400 INVALID_FIELD: The number__C field should not be specified in the sobject data. ["number__C"]"#]],
    );
    org.refused(
        &send("Account/Number__c/7"),
        json!({ "Id": "001000000000001AAA" }),
        expect![[
            r#"400 INVALID_FIELD: The Id field should not be specified in the sobject data. ["Id"]"#
        ]],
    );
    org.refused(
        &send("Account/Number__c/9"),
        json!({}),
        expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [Name] ["Name"]"#]],
    );
    org.refused(
        &send("Account/Number__c/x"),
        json!({ "Name": "A" }),
        expect!["400 JSON_PARSER_ERROR: Cannot deserialize instance of double from VALUE_STRING value x or request may be missing a required field: Number__c"],
    );
    org.refused(
        &send("Account/Name/A"),
        json!({ "Site": "x" }),
        expect![
            "404 NOT_FOUND: Provided external ID field does not exist or is not accessible: Name"
        ],
    );
    org.check(
        &send("Contact/Email/twin%40fjord.example"),
        "{}",
        expect![[r#"
            300
            [
              "/services/data/v66.0/sobjects/Contact/003dnH000000002ABA",
              "/services/data/v66.0/sobjects/Contact/003dnH000000003ABA"
            ]
        "#]],
    );
    // The number is unique, whoever writes it.
    org.refused(
        &format!("POST {S}/sobjects/Account"),
        json!({ "Name": "A", "Number__c": 7 }),
        expect![[r#"400 DUPLICATE_VALUE: duplicate value found: Number__c duplicates value on record with id: 001dnH000000001ABA ["Number__c"]"#]],
    );
}

#[test]
fn the_field_id() {
    let org = keyed();
    let id = org.id("SELECT Id FROM Account WHERE Number__c = 7");
    org.check(
        &format!("GET {S}/sobjects/Account/Id/{id}?fields=Name"),
        "",
        expect![[r#"
            200
            {
              "Id": "001dnH000000001ABA",
              "Name": "Fjord Shipping",
              "attributes": {
                "type": "Account",
                "url": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
              }
            }
        "#]],
    );
    org.check(
        &format!("PATCH {S}/sobjects/Account/Id/{id}"),
        r#"{"Site": "Bergen"}"#,
        expect![[r#"
            200
            {
              "created": false,
              "errors": [],
              "id": "001dnH000000001ABA",
              "success": true
            }
        "#]],
    );
    org.refused(
        &format!("PATCH {S}/sobjects/Account/Id/001000000000001AAA"),
        json!({ "Site": "Bergen" }),
        expect!["404 NOT_FOUND: The requested resource does not exist"],
    );
    org.check(
        &format!("POST {S}/sobjects/Account/Id"),
        r#"{"Name": "By no id"}"#,
        expect![[r#"
            201
            {
              "errors": [],
              "id": "001dnH000000002ABA",
              "success": true
            }
        "#]],
    );
}

#[test]
fn a_deletion_by_a_field() {
    let org = keyed();
    let line = format!("DELETE {S}/sobjects/Account/Number__c/7");
    org.check(
        &line,
        "",
        expect![[r#"
        204
    "#]],
    );
    org.check(
        &line,
        "",
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
}

#[test]
fn a_collection_is_upserted() {
    let org = keyed();
    let row = |number: serde_json::Value, name: &str| json!({ "attributes": { "type": "Account" }, "Number__c": number, "Name": name });
    let records = [
        row(json!(7), "Fjord"),
        row(json!("13"), "Thirteen"),
        row(json!(null), "None"),
        row(json!(14), ""),
    ];
    let body = |all: bool| json!({ "allOrNone": all, "records": records }).to_string();
    let line = format!("PATCH {S}/composite/sobjects/Account/Number__c");
    org.check(&line, &body(true), expect![[r#"
        200
        [
          {
            "errors": [
              {
                "fields": [],
                "message": "Record rolled back because not all records were valid and the request was using AllOrNone header",
                "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK"
              }
            ],
            "success": false
          },
          {
            "errors": [
              {
                "fields": [],
                "message": "Record rolled back because not all records were valid and the request was using AllOrNone header",
                "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK"
              }
            ],
            "success": false
          },
          {
            "errors": [
              {
                "fields": [
                  "Number__c"
                ],
                "message": "Number__c not specified",
                "statusCode": "MISSING_ARGUMENT"
              }
            ],
            "success": false
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
    "#]]);
    org.check(
        &line,
        &body(false),
        expect![[r#"
        200
        [
          {
            "created": false,
            "errors": [],
            "id": "001dnH000000001ABA",
            "success": true
          },
          {
            "created": true,
            "errors": [],
            "id": "001dnH000000002ABA",
            "success": true
          },
          {
            "errors": [
              {
                "fields": [
                  "Number__c"
                ],
                "message": "Number__c not specified",
                "statusCode": "MISSING_ARGUMENT"
              }
            ],
            "success": false
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
        "SELECT Name, Number__c FROM Account WHERE Number__c > 0 ORDER BY Number__c",
        expect![[r#"
            {"Name":"Fjord","Number__c":7.0}
            {"Name":"Thirteen","Number__c":13.0}
        "#]],
    );
}

#[test]
fn a_collection_with_ids_and_with_ambiguous_names() {
    let org = keyed();
    let id = org.id("SELECT Id FROM Contact WHERE LastName = 'Ness'");
    let body = json!({ "records": [
        { "attributes": { "type": "Contact" }, "Id": id, "Title": "Captain" },
        { "attributes": { "type": "Contact" }, "LastName": "New" },
    ]});
    org.check(
        &format!("PATCH {S}/composite/sobjects/Contact/Id"),
        &body.to_string(),
        expect![[r#"
            200
            [
              {
                "created": false,
                "errors": [],
                "id": "003dnH000000001ABA",
                "success": true
              },
              {
                "created": true,
                "errors": [],
                "id": "003dnH000000004ABA",
                "success": true
              }
            ]
        "#]],
    );
    let body = json!({ "records": [
        { "attributes": { "type": "Contact" }, "Email": "twin@fjord.example", "Title": "Mate" },
    ]});
    org.check(
        &format!("PATCH {S}/composite/sobjects/Contact/Email"),
        &body.to_string(),
        expect![[r#"
            200
            [
              {
                "errors": [
                  {
                    "fields": [
                      "Email"
                    ],
                    "message": "Email: more than one record found for external id field: [003dnH000000002ABA, 003dnH000000003ABA]",
                    "statusCode": "DUPLICATE_EXTERNAL_ID"
                  }
                ],
                "success": false
              }
            ]
        "#]],
    );
    let body = json!({ "records": [{ "attributes": { "type": "Account" }, "Name": "A" }] });
    org.check(
        &format!("PATCH {S}/composite/sobjects/Contact/Email"),
        &body.to_string(),
        expect![[r#"
            400
            [
              {
                "errorCode": "INVALID_INPUT",
                "message": "A record of the type Account is not one of the type Contact"
              }
            ]
        "#]],
    );
}

#[test]
fn two_hundred_records_and_no_more() {
    let org = keyed();
    let records = |count: usize| {
        let rows = (0..count).map(|number| {
            json!({ "attributes": { "type": "Account" }, "Number__c": 1_000 + number, "Name": "A" })
        });
        json!({ "records": rows.collect::<Vec<_>>() }).to_string()
    };
    let line = format!("PATCH {S}/composite/sobjects/Account/Number__c");
    let (status, json) = org.send(&line, &records(200));
    let rows = json.as_array().expect("a list");
    assert_eq!((status, rows.len()), (200, 200));
    assert!(rows.iter().all(|row| row["created"] == true));
    org.check(
        &line,
        &records(201),
        expect![[r#"
        400
        [
          {
            "errorCode": "EXCEEDED_ID_LIMIT",
            "message": "record limit reached. cannot submit more than 200 records in this call"
          }
        ]
    "#]],
    );
}

#[test]
fn a_reference_by_a_field_of_the_record_it_leads_to() {
    let org = keyed();
    org.create(
        "Contact",
        json!({ "LastName": "Found", "Account": { "Number__c": 7 } }),
    );
    org.query(
        "SELECT Account.Name FROM Contact WHERE LastName = 'Found'",
        expect![[r#"
            {"Account":{"Name":"Fjord Shipping"}}
        "#]],
    );
    let line = format!("POST {S}/sobjects/Contact");
    for (above, expected) in [
        (
            json!({ "Number__c": 99 }),
            expect![
                "400 INVALID_FIELD: Foreign key external ID: 99 not found for field Number__c in entity Account []"
            ],
        ),
        (
            json!({ "Plain__c": "x" }),
            expect!["400 INVALID_FIELD: No such column 'Account' on sobject of type Contact"],
        ),
        (
            json!({}),
            expect!["400 INVALID_FIELD: No such column 'Account' on sobject of type Contact"],
        ),
    ] {
        org.refused(
            &line,
            json!({ "LastName": "Lost", "Account": above }),
            expected,
        );
    }
    org.create("Account", json!({ "Name": "Other", "Code__c": "f" }));
    org.refused(
        &line,
        json!({ "LastName": "Lost", "Account": { "Code__c": "F" } }),
        expect![[r#"400 DUPLICATE_EXTERNAL_ID: Code: more than one record found for external id field: [001dnH000000001ABA, 001dnH000000002ABA] ["Code__c"]"#]],
    );
}

#[test]
fn rows_of_one_call_with_the_same_value_are_all_refused() {
    let org = keyed();
    let row = |number: u32, name: &str| json!({ "attributes": { "type": "Account" }, "Number__c": number, "Name": name });
    let records = [row(91, "One"), row(92, "Other"), row(91, "Two")];
    let body = json!({ "allOrNone": false, "records": records }).to_string();
    let line = format!("PATCH {S}/composite/sobjects/Account/Number__c");
    org.check(
        &line,
        &body,
        expect![[r#"
        200
        [
          {
            "errors": [
              {
                "fields": [
                  "Number__c"
                ],
                "message": "Duplicate external id specified: 91",
                "statusCode": "DUPLICATE_VALUE"
              }
            ],
            "success": false
          },
          {
            "created": true,
            "errors": [],
            "id": "001dnH000000002ABA",
            "success": true
          },
          {
            "errors": [
              {
                "fields": [
                  "Number__c"
                ],
                "message": "Duplicate external id specified: 91",
                "statusCode": "DUPLICATE_VALUE"
              }
            ],
            "success": false
          }
        ]
    "#]],
    );
    org.query(
        "SELECT Name FROM Account WHERE Number__c IN (91, 92)",
        expect![[r#"
            {"Name":"Other"}
        "#]],
    );
}
