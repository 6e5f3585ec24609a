//! `COUNT()`, which brings no records, beside the aggregates that bring one.

use expect_test::{Expect, expect};
use serde_json::json;

use super::{S, contacts};
use crate::testing::TestOrg;

/// Status and error of a query that is refused.
#[track_caller]
fn refused(org: &TestOrg, soql: &str, expected: Expect) {
    let (status, body) = org.send(&format!("GET {S}/query?q={soql}"), "");
    let text = |name: &str| body[0][name].as_str().unwrap_or_default().to_owned();
    expected.assert_eq(&format!(
        "{status} {}: {}",
        text("errorCode"),
        text("message")
    ));
}

#[test]
fn count_says_how_many_records_there_are() {
    let org = contacts();
    let mut answers = String::new();
    for soql in [
        "SELECT COUNT() FROM Contact",
        "select count() from contact",
        "SELECT COUNT() FROM Contact WHERE LastName IN ('adams', 'BAKER', 'Nobody')",
        "SELECT COUNT() FROM Contact WHERE Owner.IsActive = true AND Birthdate != null",
        "SELECT COUNT() FROM Contact WHERE LastName = 'Nobody'",
        "SELECT COUNT() FROM Contact LIMIT 3",
        "SELECT COUNT() FROM Contact LIMIT 2000",
        "SELECT COUNT(Id) FROM Contact",
        "SELECT COUNT(Birthdate) FROM Contact",
        "SELECT COUNT(Id), COUNT(Birthdate) FROM Contact WHERE LastName = 'Nobody'",
    ] {
        let (status, body) = org.send(&format!("GET {S}/query?q={soql}"), "");
        answers.push_str(&format!("{soql}\n  {status} {body}\n"));
    }
    expect![[r#"
        SELECT COUNT() FROM Contact
          200 {"done":true,"records":[],"totalSize":4}
        select count() from contact
          200 {"done":true,"records":[],"totalSize":4}
        SELECT COUNT() FROM Contact WHERE LastName IN ('adams', 'BAKER', 'Nobody')
          200 {"done":true,"records":[],"totalSize":2}
        SELECT COUNT() FROM Contact WHERE Owner.IsActive = true AND Birthdate != null
          200 {"done":true,"records":[],"totalSize":3}
        SELECT COUNT() FROM Contact WHERE LastName = 'Nobody'
          200 {"done":true,"records":[],"totalSize":0}
        SELECT COUNT() FROM Contact LIMIT 3
          200 {"done":true,"records":[],"totalSize":3}
        SELECT COUNT() FROM Contact LIMIT 2000
          200 {"done":true,"records":[],"totalSize":4}
        SELECT COUNT(Id) FROM Contact
          200 {"done":true,"records":[{"attributes":{"type":"AggregateResult"},"expr0":4}],"totalSize":1}
        SELECT COUNT(Birthdate) FROM Contact
          200 {"done":true,"records":[{"attributes":{"type":"AggregateResult"},"expr0":3}],"totalSize":1}
        SELECT COUNT(Id), COUNT(Birthdate) FROM Contact WHERE LastName = 'Nobody'
          200 {"done":true,"records":[{"attributes":{"type":"AggregateResult"},"expr0":0,"expr1":0}],"totalSize":1}
    "#]].assert_eq(&answers);
}

#[test]
fn counts_in_one_composite() {
    let org = contacts();
    let part = |name: &str, soql: &str| {
        let url = format!("{S}/query?q={}", soql.replace(' ', "+"));
        json!({ "method": "GET", "url": url, "referenceId": name })
    };
    let body = json!({ "compositeRequest": [
        part("all", "SELECT COUNT() FROM Contact"),
        part("some", "SELECT COUNT() FROM Contact WHERE Birthdate = 1990-01-01"),
        part("none", "SELECT COUNT() FROM Contact WHERE Birthdate < 1990-01-01"),
    ] });
    org.check(
        &format!("POST {S}/composite"),
        &body.to_string(),
        expect![[r#"
            200
            {
              "compositeResponse": [
                {
                  "body": {
                    "done": true,
                    "records": [],
                    "totalSize": 4
                  },
                  "httpHeaders": {},
                  "httpStatusCode": 200,
                  "referenceId": "all"
                },
                {
                  "body": {
                    "done": true,
                    "records": [],
                    "totalSize": 2
                  },
                  "httpHeaders": {},
                  "httpStatusCode": 200,
                  "referenceId": "some"
                },
                {
                  "body": {
                    "done": true,
                    "records": [],
                    "totalSize": 0
                  },
                  "httpHeaders": {},
                  "httpStatusCode": 200,
                  "referenceId": "none"
                }
              ]
            }
        "#]],
    );
}

#[test]
fn count_stands_alone() {
    let org = contacts();
    refused(
        &org,
        "SELECT COUNT() FROM Contact ORDER BY LastName",
        expect!["400 MALFORMED_QUERY: COUNT() can't be ordered: use COUNT(fieldName) instead"],
    );
    refused(
        &org,
        "SELECT COUNT() FROM Contact GROUP BY LastName",
        expect!["400 MALFORMED_QUERY: COUNT() can't be grouped: use COUNT(fieldName) instead"],
    );
    refused(
        &org,
        "SELECT COUNT(), LastName FROM Contact",
        expect!["400 MALFORMED_QUERY: COUNT() must be the only item of its SELECT list"],
    );
    refused(
        &org,
        "SELECT COUNT() FROM Contact HAVING COUNT(Id) > 1",
        expect!["400 MALFORMED_QUERY: HAVING needs a GROUP BY"],
    );
    refused(
        &org,
        "SELECT Id, (SELECT COUNT() FROM Contacts) FROM Account",
        expect!["400 MALFORMED_QUERY: a sub-select can't be grouped or counted"],
    );
    refused(
        &org,
        "SELECT Id FROM Account WHERE Id IN (SELECT COUNT() FROM Contact)",
        expect![
            "400 MALFORMED_QUERY: The inner select of a semi-join selects exactly one id field"
        ],
    );
}

#[test]
fn a_field_list_has_an_end() {
    let org = crate::testing::org();
    let counts: Vec<String> = (0..1_001).map(|n| format!("COUNT(Id) e{n}")).collect();
    let soql = format!("SELECT {} FROM Account", counts.join(", "));
    let body = serde_json::json!({ "compositeRequest": [
        { "method": "GET", "referenceId": "a", "url": format!("{S}/query?q={}", soql.replace(' ', "+")) },
    ] });
    let (_, answer) = org.send(&format!("POST {S}/composite"), &body.to_string());
    let refused = &answer["compositeResponse"][0];
    assert_eq!(refused["httpStatusCode"], 400, "{answer}");
    assert_eq!(refused["body"][0]["errorCode"], "MALFORMED_QUERY");
}
