//! Named spans of days, seen from Sunday 2026-11-22 (docs/salesforce/queries.md#named-dates).

use expect_test::expect;
use serde_json::json;

use super::answers;
use crate::testing::{TestOrg, org};

/// A contact for each day around today that begins or ends a span.
fn days() -> TestOrg {
    let org = org();
    for day in [
        "2024-12-31",
        "2025-01-01",
        "2025-12-31",
        "2026-01-01",
        "2026-06-30",
        "2026-07-01",
        "2026-08-24",
        "2026-09-30",
        "2026-10-01",
        "2026-10-31",
        "2026-11-01",
        "2026-11-14",
        "2026-11-15",
        "2026-11-21",
        "2026-11-22",
        "2026-11-23",
        "2026-11-28",
        "2026-11-29",
        "2026-11-30",
        "2026-12-01",
        "2026-12-31",
        "2027-01-01",
        "2027-02-20",
        "2027-03-31",
        "2027-04-01",
        "2027-12-31",
        "2028-01-01",
    ] {
        org.create("Contact", json!({ "LastName": day, "Birthdate": day }));
    }
    org
}

#[test]
fn named_spans() {
    let org = days();
    let mut text = String::new();
    for span in [
        "YESTERDAY",
        "TODAY",
        "TOMORROW",
        "LAST_WEEK",
        "THIS_WEEK",
        "NEXT_WEEK",
        "LAST_MONTH",
        "THIS_MONTH",
        "NEXT_MONTH",
        "LAST_90_DAYS",
        "NEXT_90_DAYS",
        "LAST_QUARTER",
        "THIS_QUARTER",
        "NEXT_QUARTER",
        "LAST_YEAR",
        "THIS_YEAR",
        "NEXT_YEAR",
        "LAST_N_DAYS:7",
        "NEXT_N_DAYS:7",
        "N_DAYS_AGO:8",
        "LAST_N_WEEKS:1",
        "NEXT_N_WEEKS:1",
        "N_WEEKS_AGO:1",
        "LAST_N_MONTHS:2",
        "NEXT_N_MONTHS:2",
        "N_MONTHS_AGO:1",
        "LAST_N_QUARTERS:1",
        "NEXT_N_QUARTERS:1",
        "N_QUARTERS_AGO:2",
        "LAST_N_YEARS:1",
        "NEXT_N_YEARS:1",
        "n_years_ago:2",
    ] {
        let soql =
            format!("SELECT LastName FROM Contact WHERE Birthdate = {span} ORDER BY Birthdate");
        let found = org.records(&soql);
        let name = |place: usize| {
            found
                .get(place)
                .and_then(|record| record["LastName"].as_str())
        };
        let first = name(0).unwrap_or("none");
        let last = name(found.len().saturating_sub(1)).unwrap_or("none");
        text.push_str(&format!("{span}: {first} to {last}\n"));
    }
    expect![[r#"
        YESTERDAY: 2026-11-21 to 2026-11-21
        TODAY: 2026-11-22 to 2026-11-22
        TOMORROW: 2026-11-23 to 2026-11-23
        LAST_WEEK: 2026-11-15 to 2026-11-21
        THIS_WEEK: 2026-11-22 to 2026-11-28
        NEXT_WEEK: 2026-11-29 to 2026-12-01
        LAST_MONTH: 2026-10-01 to 2026-10-31
        THIS_MONTH: 2026-11-01 to 2026-11-30
        NEXT_MONTH: 2026-12-01 to 2026-12-31
        LAST_90_DAYS: 2026-08-24 to 2026-11-22
        NEXT_90_DAYS: 2026-11-23 to 2027-02-20
        LAST_QUARTER: 2026-07-01 to 2026-09-30
        THIS_QUARTER: 2026-10-01 to 2026-12-31
        NEXT_QUARTER: 2027-01-01 to 2027-03-31
        LAST_YEAR: 2025-01-01 to 2025-12-31
        THIS_YEAR: 2026-01-01 to 2026-12-31
        NEXT_YEAR: 2027-01-01 to 2027-12-31
        LAST_N_DAYS:7: 2026-11-15 to 2026-11-22
        NEXT_N_DAYS:7: 2026-11-23 to 2026-11-29
        N_DAYS_AGO:8: 2026-11-14 to 2026-11-14
        LAST_N_WEEKS:1: 2026-11-15 to 2026-11-21
        NEXT_N_WEEKS:1: 2026-11-29 to 2026-12-01
        N_WEEKS_AGO:1: 2026-11-15 to 2026-11-21
        LAST_N_MONTHS:2: 2026-09-30 to 2026-10-31
        NEXT_N_MONTHS:2: 2026-12-01 to 2027-01-01
        N_MONTHS_AGO:1: 2026-10-01 to 2026-10-31
        LAST_N_QUARTERS:1: 2026-07-01 to 2026-09-30
        NEXT_N_QUARTERS:1: 2027-01-01 to 2027-03-31
        N_QUARTERS_AGO:2: 2026-06-30 to 2026-06-30
        LAST_N_YEARS:1: 2025-01-01 to 2025-12-31
        NEXT_N_YEARS:1: 2027-01-01 to 2027-12-31
        n_years_ago:2: 2024-12-31 to 2024-12-31
    "#]]
    .assert_eq(&text);
}

#[test]
fn spans_that_are_not_known() {
    let org = org();
    expect![[r#"
        SELECT Id FROM Contact WHERE Birthdate = THIS_FISCAL_MONTH
          400 MALFORMED_QUERY: unexpected token `THIS_FISCAL_MONTH` at 41, expecting a value
        SELECT Id FROM Contact WHERE Birthdate = LAST_N_FISCAL_QUARTERS
          400 MALFORMED_QUERY: unexpected token `<EOF>` at 63, expecting `:`
        SELECT Id FROM Contact WHERE Birthdate = N_FISCAL_YEARS_AGO:99999
          400 INVALID_FIELD: value of filter criterion for field 'Birthdate' must be of type date and should not be enclosed in quotes
        SELECT Id FROM Contact WHERE Birthdate = THIS_DAY
          400 MALFORMED_QUERY: unexpected token `THIS_DAY` at 41, expecting a value
        SELECT Id FROM Contact WHERE Birthdate = LAST_N_DAYS
          400 MALFORMED_QUERY: unexpected token `<EOF>` at 52, expecting `:`
        SELECT Id FROM Contact WHERE Birthdate = LAST_N_DAYS:x
          400 MALFORMED_QUERY: unexpected token `x` at 53, expecting a number
        SELECT Id FROM Contact WHERE Birthdate = LAST_N_DAYS:99999999999
          400 INVALID_FIELD: value of filter criterion for field 'Birthdate' must be of type date and should not be enclosed in quotes
        SELECT Id FROM Contact WHERE Birthdate = SOME_DAY
          400 MALFORMED_QUERY: unexpected token `SOME_DAY` at 41, expecting a value
        SELECT Id FROM Contact WHERE Birthdate IN (TODAY)
          400 MALFORMED_QUERY: Named dates can't stand in a list
        SELECT Id FROM Contact WHERE LastName = TODAY
          400 INVALID_FIELD: value of filter criterion for field 'LastName' must be of type string and should be enclosed in quotes
    "#]].assert_eq(&answers(
        &org,
        &[
            "SELECT Id FROM Contact WHERE Birthdate = THIS_FISCAL_MONTH",
            "SELECT Id FROM Contact WHERE Birthdate = LAST_N_FISCAL_QUARTERS",
            "SELECT Id FROM Contact WHERE Birthdate = N_FISCAL_YEARS_AGO:99999",
            "SELECT Id FROM Contact WHERE Birthdate = THIS_DAY",
            "SELECT Id FROM Contact WHERE Birthdate = LAST_N_DAYS",
            "SELECT Id FROM Contact WHERE Birthdate = LAST_N_DAYS:x",
            "SELECT Id FROM Contact WHERE Birthdate = LAST_N_DAYS:99999999999",
            "SELECT Id FROM Contact WHERE Birthdate = SOME_DAY",
            "SELECT Id FROM Contact WHERE Birthdate IN (TODAY)",
            "SELECT Id FROM Contact WHERE LastName = TODAY",
        ],
    ));
}

#[test]
fn days_begin_at_midnight_where_the_user_is() {
    let mut org = org();
    let admin = org.id("SELECT Id FROM User WHERE Alias = 'aadmin'");
    // 2026-11-22, 02:00 and 06:00 in UTC: Saturday evening and Sunday night in New York, where midnight is at 05:00.
    let eight_hours = 28_800_000;
    org.now_ms -= eight_hours;
    org.create("Contact", json!({ "LastName": "Two" }));
    org.now_ms += eight_hours / 2;
    org.create("Contact", json!({ "LastName": "Six" }));
    let mut text = String::new();
    for zone in [
        "America/New_York",
        "Europe/Berlin",
        "Pacific/Kiritimati",
        "America/Los_Angeles",
    ] {
        org.send(
            &format!("PATCH /services/data/v66.0/sobjects/User/{admin}"),
            &json!({ "TimeZoneSidKey": zone }).to_string(),
        );
        for span in ["YESTERDAY", "TODAY"] {
            let found = org.records(&format!(
                "SELECT LastName FROM Contact WHERE CreatedDate = {span} ORDER BY LastName"
            ));
            let names: Vec<&str> = found
                .iter()
                .filter_map(|row| row["LastName"].as_str())
                .collect();
            text.push_str(&format!("{zone} {span}: {}\n", names.join(" ")));
        }
    }
    expect![[r#"
        America/New_York YESTERDAY: Two
        America/New_York TODAY: Six
        Europe/Berlin YESTERDAY: 
        Europe/Berlin TODAY: Six Two
        Pacific/Kiritimati YESTERDAY: 
        Pacific/Kiritimati TODAY: Six Two
        America/Los_Angeles YESTERDAY: 
        America/Los_Angeles TODAY: Six Two
    "#]]
    .assert_eq(&text);
    // Days of the calendar have no zone, and today is that of the user: at 06:00 in UTC it is 20:00 in Kiritimati.
    org.create(
        "Contact",
        json!({ "LastName": "Born", "Birthdate": "2026-11-21" }),
    );
    org.query(
        "SELECT LastName FROM Contact WHERE Birthdate = TODAY",
        expect![[r#"
            {"LastName":"Born"}
        "#]],
    );
}
