//! Many rows at once through the practice face.

use expect_test::expect;
use serde_json::{Value, json};

use crate::testing::{TestOrg, org};

/// A site without members.
fn site(org: &TestOrg) -> String {
    let fields = json!({
        "Name": "Customers",
        "EmailSenderName": "Customers",
        "EmailSenderAddress": "sites@example.com",
    });
    let (status, body) = org.send("POST /practice/records/Network", &fields.to_string());
    assert_eq!(status, 201, "{body}");
    body["id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_list_is_made_in_its_order() {
    let org = org();
    let body = json!([{ "Name": "Contoso" }, { "Name": "Fabrikam" }]);
    org.check(
        "POST /practice/records/Account",
        &body.to_string(),
        expect![[r#"
            201
            {
              "ids": [
                "001dnH000000001ABA",
                "001dnH000000002ABA"
              ]
            }
        "#]],
    );
    org.query(
        "SELECT Id, Name FROM Account",
        expect![[r#"
        {"Id":"001dnH000000001ABA","Name":"Contoso"}
        {"Id":"001dnH000000002ABA","Name":"Fabrikam"}
    "#]],
    );
    org.check(
        "POST /practice/records/Account",
        "[]",
        expect![[r#"
        201
        {
          "ids": []
        }
    "#]],
    );
}

#[test]
fn one_by_one_and_as_a_list_the_ids_are_the_same() {
    let rows: Vec<Value> = (0..5)
        .map(|n| json!({ "Name": format!("Account {n}") }))
        .collect();
    let (singly, at_once) = (org(), org());
    for row in &rows {
        singly.send("POST /practice/records/Account", &row.to_string());
    }
    at_once.send("POST /practice/records/Account", &json!(rows).to_string());
    let soql = "SELECT Id, Name FROM Account";
    assert_eq!(singly.records(soql), at_once.records(soql));
}

#[test]
fn one_wrong_row_refuses_the_list() {
    let org = org();
    let line = "POST /practice/records/Account";
    org.refused(
        line,
        json!([{ "Name": "Contoso" }, { "Name": "Fabrikam", "Nmae": "x" }]),
        expect!["400 INVALID_FIELD: record 2: No such column 'Nmae' on sobject of type Account"],
    );
    org.refused(
        line,
        json!([{ "Name": "Contoso" }, { "OwnerId": "005000000000009AAA", "Name": "x" }]),
        expect![[
            r#"400 INVALID_CROSS_REFERENCE_KEY: record 2: invalid cross reference id ["OwnerId"]"#
        ]],
    );
    org.refused(
        line,
        json!([{ "Name": "Contoso" }, "Fabrikam"]),
        expect!["400 JSON_PARSER_ERROR: record 2: it is no JSON object"],
    );
}

#[test]
fn a_site_has_many_members() {
    let org = org();
    let network = site(&org);
    let admin = org.id("SELECT Id FROM User WHERE Username LIKE 'admin@%'");
    let member = json!({ "NetworkId": network, "MemberId": admin });
    let members = Value::from(vec![member; 3_000]);
    let (status, body) = org.send("POST /practice/records/NetworkMember", &members.to_string());
    let ids = body["ids"].as_array().expect("a list");
    assert_eq!((status, ids.len()), (201, 3_000));
    let soql = format!("SELECT COUNT() FROM NetworkMember WHERE NetworkId = '{network}'");
    org.check(
        &format!("GET /services/data/v66.0/query?q={soql}"),
        "",
        expect![[r#"
            200
            {
              "done": true,
              "records": [],
              "totalSize": 3000
            }
        "#]],
    );
    // Live, it welcomes each user once, however many rows it has for that user.
    org.send(
        &format!("PATCH /practice/records/Network/{network}"),
        r#"{"Status": "Live"}"#,
    );
    org.check(
        "GET /practice/mails",
        "",
        expect![[r#"
        200
        {
          "mails": [
            {
              "at": "2026-11-22T10:00:00.000+0000",
              "kind": "welcome",
              "networkId": "0DBdnH000000001GBA",
              "site": "Customers",
              "subject": "Welcome to Customers",
              "to": "admin@practice.usher.example",
              "userId": "005dnH000000001ABA"
            }
          ]
        }
    "#]],
    );
}

#[test]
fn another_user_signs_in() {
    let mut org = org();
    let line = "POST /practice/tokens";
    org.check(
        line,
        r#"{"username": "nobody@practice.usher.example"}"#,
        expect![[r#"
            400
            [
              {
                "errorCode": "INVALID_LOGIN",
                "message": "the practice org has no user `nobody@practice.usher.example` who may sign in"
              }
            ]
        "#]],
    );
    org.check(
        line,
        "{}",
        expect![[r#"
        400
        [
          {
            "errorCode": "JSON_PARSER_ERROR",
            "message": "the body has no text `username`"
          }
        ]
    "#]],
    );
    org.check(
        "GET /practice/tokens",
        "",
        expect![[r#"
        405
        [
          {
            "errorCode": "METHOD_NOT_ALLOWED",
            "message": "HTTP Method 'GET' not allowed."
          }
        ]
    "#]],
    );
    let (status, json) = org.send(line, r#"{"username": "sam.sales@practice.usher.example"}"#);
    assert_eq!(status, 201);
    org.token = json["access_token"].as_str().expect("a token").to_owned();
    let (_, info) = org.send("GET /services/oauth2/userinfo", "");
    assert_eq!(
        info["preferred_username"],
        "sam.sales@practice.usher.example"
    );
    org.token = "wrong".to_owned();
    assert_eq!(
        org.send(line, r#"{"username": "admin@practice.usher.example"}"#)
            .0,
        401
    );
}

#[test]
fn an_org_is_one_organization() {
    let org = org();
    org.refused(
        "POST /practice/records/Organization",
        json!({ "Name": "Another" }),
        expect!["400 INVALID_TYPE_FOR_OPERATION: an org is one organization; PATCH changes it"],
    );
}
