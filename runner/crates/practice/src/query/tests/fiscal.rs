//! Fiscal years and the user's time zone in queries (docs/salesforce/queries.md#fiscal-years).

use expect_test::expect;
use serde_json::json;

use super::{S, answers};
use crate::testing::{TestOrg, org};

/// A contact for each day that begins or ends a fiscal span of a year from April on, seen from 2026-11-22.
fn days() -> TestOrg {
    let org = org();
    for day in [
        "2025-03-31",
        "2025-04-01",
        "2026-03-31",
        "2026-04-01",
        "2026-07-01",
        "2026-09-30",
        "2026-10-01",
        "2026-12-31",
        "2027-01-01",
        "2027-03-31",
        "2027-04-01",
        "2028-03-31",
        "2028-04-01",
    ] {
        org.create("Contact", json!({ "LastName": day, "Birthdate": day }));
    }
    org
}

fn fiscal(org: &TestOrg, fields: &str) {
    let id = org.id("SELECT Id FROM Organization");
    let (status, body) = org.send(&format!("PATCH {S}/sobjects/Organization/{id}"), fields);
    assert_eq!(status, 204, "{body}");
}

#[test]
fn spans_of_fiscal_years() {
    let org = days();
    let mut text = String::new();
    for first in [1, 4] {
        fiscal(&org, &format!("{{\"FiscalYearStartMonth\":{first}}}"));
        for span in [
            "LAST_FISCAL_QUARTER",
            "THIS_FISCAL_QUARTER",
            "NEXT_FISCAL_QUARTER",
            "LAST_N_FISCAL_QUARTERS:2",
            "NEXT_N_FISCAL_QUARTERS:2",
            "N_FISCAL_QUARTERS_AGO:2",
            "LAST_FISCAL_YEAR",
            "THIS_FISCAL_YEAR",
            "NEXT_FISCAL_YEAR",
            "LAST_N_FISCAL_YEARS:1",
            "NEXT_N_FISCAL_YEARS:1",
            "N_FISCAL_YEARS_AGO:1",
        ] {
            let found = org.records(&format!(
                "SELECT LastName FROM Contact WHERE Birthdate = {span} ORDER BY LastName"
            ));
            let name = |record: Option<&serde_json::Value>| {
                record.map_or("none".to_owned(), |record| record["LastName"].to_string())
            };
            let (from, to) = (name(found.first()), name(found.last()));
            text.push_str(&format!("from month {first}, {span}: {from} to {to}\n"));
        }
    }
    expect![[r#"
        from month 1, LAST_FISCAL_QUARTER: "2026-07-01" to "2026-09-30"
        from month 1, THIS_FISCAL_QUARTER: "2026-10-01" to "2026-12-31"
        from month 1, NEXT_FISCAL_QUARTER: "2027-01-01" to "2027-03-31"
        from month 1, LAST_N_FISCAL_QUARTERS:2: "2026-04-01" to "2026-09-30"
        from month 1, NEXT_N_FISCAL_QUARTERS:2: "2027-01-01" to "2027-04-01"
        from month 1, N_FISCAL_QUARTERS_AGO:2: "2026-04-01" to "2026-04-01"
        from month 1, LAST_FISCAL_YEAR: "2025-03-31" to "2025-04-01"
        from month 1, THIS_FISCAL_YEAR: "2026-03-31" to "2026-12-31"
        from month 1, NEXT_FISCAL_YEAR: "2027-01-01" to "2027-04-01"
        from month 1, LAST_N_FISCAL_YEARS:1: "2025-03-31" to "2025-04-01"
        from month 1, NEXT_N_FISCAL_YEARS:1: "2027-01-01" to "2027-04-01"
        from month 1, N_FISCAL_YEARS_AGO:1: "2025-03-31" to "2025-04-01"
        from month 4, LAST_FISCAL_QUARTER: "2026-07-01" to "2026-09-30"
        from month 4, THIS_FISCAL_QUARTER: "2026-10-01" to "2026-12-31"
        from month 4, NEXT_FISCAL_QUARTER: "2027-01-01" to "2027-03-31"
        from month 4, LAST_N_FISCAL_QUARTERS:2: "2026-04-01" to "2026-09-30"
        from month 4, NEXT_N_FISCAL_QUARTERS:2: "2027-01-01" to "2027-04-01"
        from month 4, N_FISCAL_QUARTERS_AGO:2: "2026-04-01" to "2026-04-01"
        from month 4, LAST_FISCAL_YEAR: "2025-04-01" to "2026-03-31"
        from month 4, THIS_FISCAL_YEAR: "2026-04-01" to "2027-03-31"
        from month 4, NEXT_FISCAL_YEAR: "2027-04-01" to "2028-03-31"
        from month 4, LAST_N_FISCAL_YEARS:1: "2025-04-01" to "2026-03-31"
        from month 4, NEXT_N_FISCAL_YEARS:1: "2027-04-01" to "2028-03-31"
        from month 4, N_FISCAL_YEARS_AGO:1: "2025-04-01" to "2026-03-31"
    "#]]
    .assert_eq(&text);
}

#[test]
fn parts_of_fiscal_years() {
    let org = days();
    let parts = "SELECT FISCAL_YEAR(Birthdate) y, FISCAL_QUARTER(Birthdate) q, FISCAL_MONTH(Birthdate) m, COUNT(Id) n FROM Contact GROUP BY FISCAL_YEAR(Birthdate), FISCAL_QUARTER(Birthdate), FISCAL_MONTH(Birthdate) ORDER BY FISCAL_YEAR(Birthdate), FISCAL_MONTH(Birthdate)";
    let filter = "SELECT LastName FROM Contact WHERE FISCAL_YEAR(Birthdate) = 2026 AND FISCAL_QUARTER(Birthdate) = 1";
    let mut text = answers(&org, &[filter]);
    fiscal(&org, r#"{"FiscalYearStartMonth":4}"#);
    text.push_str(&answers(&org, &[parts, filter]));
    fiscal(&org, r#"{"UsesStartDateAsFiscalYearName":true}"#);
    text.push_str(&answers(&org, &[parts, filter]));
    expect![[r#"
        SELECT LastName FROM Contact WHERE FISCAL_YEAR(Birthdate) = 2026 AND FISCAL_QUARTER(Birthdate) = 1
          {"LastName":"2026-03-31"}
        SELECT FISCAL_YEAR(Birthdate) y, FISCAL_QUARTER(Birthdate) q, FISCAL_MONTH(Birthdate) m, COUNT(Id) n FROM Contact GROUP BY FISCAL_YEAR(Birthdate), FISCAL_QUARTER(Birthdate), FISCAL_MONTH(Birthdate) ORDER BY FISCAL_YEAR(Birthdate), FISCAL_MONTH(Birthdate)
          {"m":12,"n":1,"q":4,"y":2025}
          {"m":1,"n":1,"q":1,"y":2026}
          {"m":12,"n":1,"q":4,"y":2026}
          {"m":1,"n":1,"q":1,"y":2027}
          {"m":4,"n":1,"q":2,"y":2027}
          {"m":6,"n":1,"q":2,"y":2027}
          {"m":7,"n":1,"q":3,"y":2027}
          {"m":9,"n":1,"q":3,"y":2027}
          {"m":10,"n":1,"q":4,"y":2027}
          {"m":12,"n":1,"q":4,"y":2027}
          {"m":1,"n":1,"q":1,"y":2028}
          {"m":12,"n":1,"q":4,"y":2028}
          {"m":1,"n":1,"q":1,"y":2029}
        SELECT LastName FROM Contact WHERE FISCAL_YEAR(Birthdate) = 2026 AND FISCAL_QUARTER(Birthdate) = 1
          {"LastName":"2025-04-01"}
        SELECT FISCAL_YEAR(Birthdate) y, FISCAL_QUARTER(Birthdate) q, FISCAL_MONTH(Birthdate) m, COUNT(Id) n FROM Contact GROUP BY FISCAL_YEAR(Birthdate), FISCAL_QUARTER(Birthdate), FISCAL_MONTH(Birthdate) ORDER BY FISCAL_YEAR(Birthdate), FISCAL_MONTH(Birthdate)
          {"m":12,"n":1,"q":4,"y":2024}
          {"m":1,"n":1,"q":1,"y":2025}
          {"m":12,"n":1,"q":4,"y":2025}
          {"m":1,"n":1,"q":1,"y":2026}
          {"m":4,"n":1,"q":2,"y":2026}
          {"m":6,"n":1,"q":2,"y":2026}
          {"m":7,"n":1,"q":3,"y":2026}
          {"m":9,"n":1,"q":3,"y":2026}
          {"m":10,"n":1,"q":4,"y":2026}
          {"m":12,"n":1,"q":4,"y":2026}
          {"m":1,"n":1,"q":1,"y":2027}
          {"m":12,"n":1,"q":4,"y":2027}
          {"m":1,"n":1,"q":1,"y":2028}
        SELECT LastName FROM Contact WHERE FISCAL_YEAR(Birthdate) = 2026 AND FISCAL_QUARTER(Birthdate) = 1
          {"LastName":"2026-04-01"}
    "#]].assert_eq(&text);
    let id = org.id("SELECT Id FROM Organization");
    org.refused(
        &format!("PATCH {S}/sobjects/Organization/{id}"),
        json!({ "FiscalYearStartMonth": 13 }),
        expect![[r#"400 NUMBER_OUTSIDE_VALID_RANGE: Fiscal Year Starts In: value outside of valid range: 13 ["FiscalYearStartMonth"]"#]],
    );
}

#[test]
fn times_are_those_of_the_user() {
    let mut org = org();
    // At 10:00 in UTC, and at 6:00 of the next day, when it is 22:00 of the same day in Los Angeles.
    org.create("Contact", json!({ "LastName": "Morning" }));
    org.now_ms += 20 * 3_600_000;
    org.create("Contact", json!({ "LastName": "Night" }));
    let me = org.id("SELECT Id FROM User WHERE Username LIKE 'admin@%'");
    let mut text = String::new();
    for zone in ["America/Los_Angeles", "Asia/Tokyo"] {
        let (status, _) = org.send(
            &format!("PATCH {S}/sobjects/User/{me}"),
            &format!("{{\"TimeZoneSidKey\":\"{zone}\"}}"),
        );
        assert_eq!(status, 204);
        text.push_str(&format!("{zone}\n"));
        text.push_str(&answers(&org, &[
            "SELECT DAY_ONLY(convertTimezone(CreatedDate)) d, HOUR_IN_DAY(convertTimezone(CreatedDate)) h, COUNT(Id) n FROM Contact GROUP BY DAY_ONLY(convertTimezone(CreatedDate)), HOUR_IN_DAY(convertTimezone(CreatedDate))",
            "SELECT LastName FROM Contact WHERE HOUR_IN_DAY(convertTimezone(CreatedDate)) < 12",
            "SELECT LastName FROM Contact WHERE HOUR_IN_DAY(CreatedDate) < 12",
        ]));
    }
    text.push_str(&answers(
        &org,
        &[
            "SELECT LastName FROM Contact WHERE DAY_IN_MONTH(convertTimezone(Birthdate)) = 1",
            "SELECT LastName FROM Contact WHERE DAY_IN_MONTH(convertTimezone(CreatedDate) = 1",
            "SELECT convertTimezone(CreatedDate) FROM Contact",
        ],
    ));
    expect![[r#"
        America/Los_Angeles
        SELECT DAY_ONLY(convertTimezone(CreatedDate)) d, HOUR_IN_DAY(convertTimezone(CreatedDate)) h, COUNT(Id) n FROM Contact GROUP BY DAY_ONLY(convertTimezone(CreatedDate)), HOUR_IN_DAY(convertTimezone(CreatedDate))
          {"d":"2026-11-22","h":2,"n":1}
          {"d":"2026-11-22","h":22,"n":1}
        SELECT LastName FROM Contact WHERE HOUR_IN_DAY(convertTimezone(CreatedDate)) < 12
          {"LastName":"Morning"}
        SELECT LastName FROM Contact WHERE HOUR_IN_DAY(CreatedDate) < 12
          {"LastName":"Morning"}
          {"LastName":"Night"}
        Asia/Tokyo
        SELECT DAY_ONLY(convertTimezone(CreatedDate)) d, HOUR_IN_DAY(convertTimezone(CreatedDate)) h, COUNT(Id) n FROM Contact GROUP BY DAY_ONLY(convertTimezone(CreatedDate)), HOUR_IN_DAY(convertTimezone(CreatedDate))
          {"d":"2026-11-22","h":19,"n":1}
          {"d":"2026-11-23","h":15,"n":1}
        SELECT LastName FROM Contact WHERE HOUR_IN_DAY(convertTimezone(CreatedDate)) < 12
          0 without records
        SELECT LastName FROM Contact WHERE HOUR_IN_DAY(CreatedDate) < 12
          {"LastName":"Morning"}
          {"LastName":"Night"}
        SELECT LastName FROM Contact WHERE DAY_IN_MONTH(convertTimezone(Birthdate)) = 1
          400 MALFORMED_QUERY: the date function can't be used with field 'Birthdate'
        SELECT LastName FROM Contact WHERE DAY_IN_MONTH(convertTimezone(CreatedDate) = 1
          400 MALFORMED_QUERY: unexpected token `=` at 77, expecting `)`
        SELECT convertTimezone(CreatedDate) FROM Contact
          400 MALFORMED_QUERY: convertTimezone() can be used in a date function only
    "#]].assert_eq(&text);
}
