//! Records that changed within a time, over REST.

use expect_test::expect;
use serde_json::json;

use crate::testing::{NOW_MS, TestOrg, org};

const S: &str = "/services/data/v66.0";
const DAY_MS: i64 = 86_400_000;

#[track_caller]
fn check(org: &TestOrg, path: &str, expected: expect_test::Expect) {
    org.check(&format!("GET {S}/sobjects/{path}"), "", expected);
}

/// From an hour before the tests to an hour after them.
const AROUND: &str = "start=2026-11-22T09:00:00Z&end=2026-11-22T11:00:59%2B00:00";

#[test]
fn records_that_were_made_or_changed() {
    let org = org();
    let id = org.create("Account", json!({ "Name": "Fjord" }));
    let gone = org.create("Account", json!({ "Name": "Gone" }));
    org.send(&format!("DELETE {S}/sobjects/Account/{gone}"), "");
    check(
        &org,
        &format!("Account/updated/?{AROUND}"),
        expect![[r#"
        200
        {
          "ids": [
            "001dnH000000001ABA"
          ],
          "latestDateCovered": "2026-11-22T10:00:00.000+0000"
        }
    "#]],
    );
    check(
        &org,
        &format!("Account/deleted/?{AROUND}"),
        expect![[r#"
        200
        {
          "deletedRecords": [
            {
              "deletedDate": "2026-11-22T10:00:00.000+0000",
              "id": "001dnH000000002ABA"
            }
          ],
          "earliestDateAvailable": "2026-11-07T10:00:00.000+0000",
          "latestDateCovered": "2026-11-22T10:00:00.000+0000"
        }
    "#]],
    );
    // Seconds are cut: 10:00:00 is not before 10:00:59.
    check(
        &org,
        "Account/updated?start=2026-11-22T09:00:00Z&end=2026-11-22T10:00:59Z",
        expect![[r#"
            200
            {
              "ids": [],
              "latestDateCovered": "2026-11-22T10:00:00.000+0000"
            }
        "#]],
    );
    check(
        &org,
        "Account/updated?start=2026-11-22T10:00:59Z&end=2026-11-22T10:05:00Z",
        expect![[r#"
            200
            {
              "ids": [
                "001dnH000000001ABA"
              ],
              "latestDateCovered": "2026-11-22T10:00:00.000+0000"
            }
        "#]],
    );
    assert_eq!(id.len(), 18);
}

#[test]
fn deletions_of_setup_records_are_logged() {
    let org = org();
    let group = org.create("Group", json!({ "Name": "Crew" }));
    org.send(&format!("DELETE {S}/sobjects/Group/{group}"), "");
    check(
        &org,
        &format!("Group/deleted?{AROUND}"),
        expect![[r#"
        200
        {
          "deletedRecords": [
            {
              "deletedDate": "2026-11-22T10:00:00.000+0000",
              "id": "00GdnH000000001EBA"
            }
          ],
          "earliestDateAvailable": "2026-11-07T10:00:00.000+0000",
          "latestDateCovered": "2026-11-22T10:00:00.000+0000"
        }
    "#]],
    );
}

#[test]
fn spans_that_are_refused() {
    let org = org();
    for (query, expected) in [
        (
            "",
            expect![[r#"
            400
            [
              {
                "errorCode": "MISSING_ARGUMENT",
                "message": "start is a required parameter"
              }
            ]
        "#]],
        ),
        (
            "?start=2026-11-22T09:00:00Z",
            expect![[r#"
            400
            [
              {
                "errorCode": "MISSING_ARGUMENT",
                "message": "end is a required parameter"
              }
            ]
        "#]],
        ),
        (
            "?start=yesterday&end=2026-11-22T09:00:00Z",
            expect![[r#"
            400
            [
              {
                "errorCode": "INVALID_REPLICATION_DATE",
                "message": "start is not a valid date and time: yesterday"
              }
            ]
        "#]],
        ),
        (
            "?start=2026-11-22T09:00:00Z&end=2026-11-22T09:00:59Z",
            expect![[r#"
                400
                [
                  {
                    "errorCode": "INVALID_REPLICATION_DATE",
                    "message": "startDate must be more than one minute before endDate"
                  }
                ]
            "#]],
        ),
        (
            "?start=2026-11-22T10:00:00Z&end=2026-11-22T09:00:00Z",
            expect![[r#"
                400
                [
                  {
                    "errorCode": "INVALID_REPLICATION_DATE",
                    "message": "startDate must be more than one minute before endDate"
                  }
                ]
            "#]],
        ),
        (
            "?start=2026-10-22T10:00:00Z&end=2026-11-22T09:00:00Z",
            expect![[r#"
                400
                [
                  {
                    "errorCode": "INVALID_REPLICATION_DATE",
                    "message": "startDate must be within the last 30 days"
                  }
                ]
            "#]],
        ),
        (
            "?start=2020-10-22T10:00:00Z&end=2026-11-22T09:00:00Z",
            expect![[r#"
                400
                [
                  {
                    "errorCode": "INVALID_REPLICATION_DATE",
                    "message": "startDate before org replication enabled date"
                  }
                ]
            "#]],
        ),
    ] {
        check(&org, &format!("Account/updated{query}"), expected);
    }
    check(
        &org,
        &format!("Nothing/updated?{AROUND}"),
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
    check(
        &org,
        &format!("AccountShare/updated?{AROUND}"),
        expect![[r#"
            400
            [
              {
                "errorCode": "INVALID_TYPE",
                "message": "entity type AccountShare is not replicateable"
              }
            ]
        "#]],
    );
    org.check(
        &format!("POST {S}/sobjects/Account/deleted?{AROUND}"),
        "",
        expect![[r#"
            405
            [
              {
                "errorCode": "METHOD_NOT_ALLOWED",
                "message": "HTTP Method 'POST' not allowed. Allowed are GET,HEAD"
              }
            ]
        "#]],
    );
}

#[test]
fn the_log_of_deletions_goes_back_fifteen_days() {
    let mut org = org();
    let gone = org.create("Account", json!({ "Name": "Gone" }));
    org.send(&format!("DELETE {S}/sobjects/Account/{gone}"), "");
    org.now_ms = NOW_MS + 16 * DAY_MS;
    check(
        &org,
        &format!("Account/deleted/?{AROUND}"),
        expect![[r#"
        200
        {
          "deletedRecords": [],
          "earliestDateAvailable": "2026-11-23T10:00:00.000+0000",
          "latestDateCovered": "2026-11-22T11:00:00.000+0000"
        }
    "#]],
    );
}
