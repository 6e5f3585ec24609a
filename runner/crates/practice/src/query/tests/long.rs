//! Queries as long as the platform takes them.

use expect_test::expect;
use serde_json::json;

use super::{S, contacts};
use crate::testing::org;

/// A composite's body has no bound of a URI: only the length of the query itself counts.
#[test]
fn long_queries_go_through_composites() {
    let org = contacts();
    let fill = |start: &str, part: &str, end: &str| {
        let room = 100_000 - start.len() - end.len();
        let mut soql = format!("{start}{}", part.repeat(room / part.len()));
        soql.push_str(&" ".repeat(100_000 - soql.len() - end.len()));
        soql + end
    };
    let ids = fill(
        "SELECT COUNT() FROM Contact WHERE LastName IN (",
        "'003000000000001AAA', ",
        "'Adams')",
    );
    let either = fill(
        "SELECT COUNT() FROM Contact WHERE ",
        "LastName = 'Nobody' OR ",
        "LastName = 'Adams'",
    );
    let both = fill(
        "SELECT COUNT() FROM Contact WHERE ",
        "LastName != 'Nobody' AND ",
        "NOT LastName = 'Adams'",
    );
    let years = fill(
        "SELECT COUNT() FROM Contact WHERE CALENDAR_YEAR(Birthdate) NOT IN (",
        "1,",
        "1990)",
    );
    let too_long = format!("{ids} ");
    let part = |name: &str, soql: &str| {
        let url = format!("{S}/query?q={}", soql.replace(' ', "+"));
        json!({ "method": "GET", "url": url, "referenceId": name })
    };
    let body = json!({ "compositeRequest": [
        part("ids", &ids),
        part("either", &either),
        part("both", &both),
        part("years", &years),
        part("too-long", &too_long),
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
                    "totalSize": 1
                  },
                  "httpHeaders": {},
                  "httpStatusCode": 200,
                  "referenceId": "ids"
                },
                {
                  "body": {
                    "done": true,
                    "records": [],
                    "totalSize": 1
                  },
                  "httpHeaders": {},
                  "httpStatusCode": 200,
                  "referenceId": "either"
                },
                {
                  "body": {
                    "done": true,
                    "records": [],
                    "totalSize": 3
                  },
                  "httpHeaders": {},
                  "httpStatusCode": 200,
                  "referenceId": "both"
                },
                {
                  "body": {
                    "done": true,
                    "records": [],
                    "totalSize": 2
                  },
                  "httpHeaders": {},
                  "httpStatusCode": 200,
                  "referenceId": "years"
                },
                {
                  "body": [
                    {
                      "errorCode": "MALFORMED_QUERY",
                      "message": "the query has 100001 characters, more than 100000"
                    }
                  ],
                  "httpHeaders": {},
                  "httpStatusCode": 400,
                  "referenceId": "too-long"
                }
              ]
            }
        "#]],
    );
}

#[test]
fn comparisons_have_a_bound() {
    let org = contacts();
    let list = format!("CALENDAR_YEAR(Birthdate) IN ({}1991)", "1,".repeat(999));
    let soql = format!(
        "SELECT COUNT() FROM Contact WHERE {}",
        vec![list; 17].join(" OR ")
    );
    let url = format!("{S}/query?q={}", soql.replace(' ', "+"));
    let part = json!({ "method": "GET", "url": url, "referenceId": "lists" });
    let (_, body) = org.send(
        &format!("POST {S}/composite"),
        &json!({ "compositeRequest": [part] }).to_string(),
    );
    expect!["[{\"errorCode\":\"MALFORMED_QUERY\",\"message\":\"the practice org takes at most 16000 comparisons in a query\"}]"]
        .assert_eq(&body["compositeResponse"][0]["body"].to_string());
}

#[test]
fn pages_may_be_shorter_than_asked_for() {
    let org = org();
    let (status, _) = org.send("PATCH /practice/settings", r#"{"practice.pageSize": 3}"#);
    assert_eq!(status, 204);
    let mut line = "GET /services/data/v66.0/query?q=SELECT Id FROM Profile".to_owned();
    let mut sizes = Vec::new();
    loop {
        let (_, json) = org.send(&line, "");
        sizes.push(json["records"].as_array().map_or(0, Vec::len));
        match json["nextRecordsUrl"].as_str() {
            Some(next) => line = format!("GET {next}"),
            None => break,
        }
    }
    assert_eq!(sizes, [3, 3, 3, 3, 2]);
}
