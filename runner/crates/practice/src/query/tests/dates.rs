//! Dates and date-times as literals.

use expect_test::expect;
use serde_json::json;

use super::{S, contacts};

#[test]
fn dates_are_literals_without_quotes() {
    let org = contacts();
    let mut found = String::new();
    for condition in [
        "Birthdate = 1990-01-01",
        "Birthdate != 1990-01-01",
        "Birthdate < 1991-06-30",
        "Birthdate <= 1991-06-30",
        "Birthdate > 1990-01-01",
        "Birthdate >= 1990-01-01",
        "Birthdate IN (1991-06-30, 2000-02-29)",
        "Birthdate IN (1991-06-30, null)",
        "Birthdate NOT IN (1991-06-30)",
        "Birthdate NOT IN (1991-06-30, null)",
        "Birthdate = null",
        "Birthdate != null",
        "NOT Birthdate = 1990-01-01",
    ] {
        let soql = format!("SELECT LastName FROM Contact WHERE {condition} ORDER BY LastName");
        let names: Vec<String> = org
            .records(&soql)
            .iter()
            .map(|record| record["LastName"].as_str().expect("a name").to_owned())
            .collect();
        found.push_str(&format!("{condition}: {}\n", names.join(" ")));
    }
    expect![[r#"
        Birthdate = 1990-01-01: Adams Baker
        Birthdate != 1990-01-01: Clark Davis
        Birthdate < 1991-06-30: Adams Baker
        Birthdate <= 1991-06-30: Adams Baker Clark
        Birthdate > 1990-01-01: Clark
        Birthdate >= 1990-01-01: Adams Baker Clark
        Birthdate IN (1991-06-30, 2000-02-29): Clark
        Birthdate IN (1991-06-30, null): Clark Davis
        Birthdate NOT IN (1991-06-30): Adams Baker Davis
        Birthdate NOT IN (1991-06-30, null): Adams Baker
        Birthdate = null: Davis
        Birthdate != null: Adams Baker Clark
        NOT Birthdate = 1990-01-01: Clark Davis
    "#]]
    .assert_eq(&found);
    org.query(
        "SELECT LastName, Birthdate FROM Contact WHERE LastName = 'Adams'",
        expect![[r#"
            {"Birthdate":"1990-01-01","LastName":"Adams"}
        "#]],
    );
}

#[test]
fn date_times_are_instants() {
    let mut org = contacts();
    org.now_ms += 3_600_000;
    org.create("Contact", json!({ "LastName": "Evans" }));
    let mut found = String::new();
    for condition in [
        "CreatedDate = 2026-11-22T10:00:00Z",
        "CreatedDate = 2026-11-22T10:00:00.000Z",
        "CreatedDate = 2026-11-22T10:00:00.000+0000",
        "CreatedDate = 2026-11-22T11:30:00+01:30",
        "CreatedDate = 2026-11-22T05:00:00-0500",
        "CreatedDate = 2026-11-22T10:00:00.001Z",
        "CreatedDate != 2026-11-22T10:00:00Z",
        "CreatedDate < 2026-11-22T11:00:00Z",
        "CreatedDate <= 2026-11-22T11:00:00Z",
        "CreatedDate > 2026-11-22T10:00:00Z",
        "CreatedDate >= 2026-11-22T10:00:00Z",
        "CreatedDate IN (2026-11-22T11:00:00Z, 2020-01-01T00:00:00Z)",
        "CreatedDate NOT IN (2026-11-22T12:00:00+01:00)",
        "CreatedDate = null",
        "CreatedDate != null",
    ] {
        let soql = format!("SELECT LastName FROM Contact WHERE {condition} ORDER BY LastName");
        let names: Vec<String> = org
            .records(&soql)
            .iter()
            .map(|record| record["LastName"].as_str().expect("a name").to_owned())
            .collect();
        found.push_str(&format!("{condition}: {}\n", names.join(" ")));
    }
    expect![[r#"
        CreatedDate = 2026-11-22T10:00:00Z: Adams Baker Clark Davis
        CreatedDate = 2026-11-22T10:00:00.000Z: Adams Baker Clark Davis
        CreatedDate = 2026-11-22T10:00:00.000+0000: Adams Baker Clark Davis
        CreatedDate = 2026-11-22T11:30:00+01:30: Adams Baker Clark Davis
        CreatedDate = 2026-11-22T05:00:00-0500: Adams Baker Clark Davis
        CreatedDate = 2026-11-22T10:00:00.001Z: 
        CreatedDate != 2026-11-22T10:00:00Z: Evans
        CreatedDate < 2026-11-22T11:00:00Z: Adams Baker Clark Davis
        CreatedDate <= 2026-11-22T11:00:00Z: Adams Baker Clark Davis Evans
        CreatedDate > 2026-11-22T10:00:00Z: Evans
        CreatedDate >= 2026-11-22T10:00:00Z: Adams Baker Clark Davis Evans
        CreatedDate IN (2026-11-22T11:00:00Z, 2020-01-01T00:00:00Z): Evans
        CreatedDate NOT IN (2026-11-22T12:00:00+01:00): Adams Baker Clark Davis
        CreatedDate = null: 
        CreatedDate != null: Adams Baker Clark Davis Evans
    "#]]
    .assert_eq(&found);
    org.query(
        "SELECT LastName, CreatedDate FROM Contact WHERE LastName = 'Evans'",
        expect![[r#"
            {"CreatedDate":"2026-11-22T11:00:00.000+0000","LastName":"Evans"}
        "#]],
    );
}

#[test]
fn what_is_no_date() {
    let org = contacts();
    let mut answers = String::new();
    for condition in [
        "Birthdate = '1990-01-01'",
        "Birthdate IN ('1990-01-01')",
        "Birthdate = 1990-01-01T00:00:00Z",
        "Birthdate = 1990-02-30",
        "Birthdate = 1990-W01-1",
        "Birthdate = 19900101",
        "CreatedDate = '2026-11-22T10:00:00Z'",
        "CreatedDate = 2026-11-22",
        "CreatedDate = 2026-11-22T10:00:00",
        "CreatedDate = 2026-11-22T10:00Z",
        "CreatedDate = 2026-11-22T10Z",
        "CreatedDate = 2026-11-22T10:00:00.Z",
        "CreatedDate = 2026-11-22T10:00:00+01",
        "CreatedDate = 20261122T100000Z",
        "CreatedDate = 2026-11-22T25:00:00Z",
    ] {
        let soql = format!("SELECT Id FROM Contact WHERE {condition}").replace('+', "%2B");
        let (status, body) = org.send(&format!("GET {S}/query?q={soql}"), "");
        let text = |name: &str| body[0][name].as_str().unwrap_or_default().to_owned();
        answers.push_str(&format!(
            "{condition}\n  {status} {}: {}\n",
            text("errorCode"),
            text("message")
        ));
    }
    expect![[r#"
        Birthdate = '1990-01-01'
          400 INVALID_FIELD: value of filter criterion for field 'Birthdate' must be of type date and should not be enclosed in quotes
        Birthdate IN ('1990-01-01')
          400 INVALID_FIELD: value of filter criterion for field 'Birthdate' must be of type date and should not be enclosed in quotes
        Birthdate = 1990-01-01T00:00:00Z
          400 INVALID_FIELD: value of filter criterion for field 'Birthdate' must be of type date and should not be enclosed in quotes
        Birthdate = 1990-02-30
          400 INVALID_FIELD: value of filter criterion for field 'Birthdate' must be of type date and should not be enclosed in quotes
        Birthdate = 1990-W01-1
          400 MALFORMED_QUERY: unexpected token `1990-W01-1` at 41, expecting a number, a date or a date-time
        Birthdate = 19900101
          400 INVALID_FIELD: value of filter criterion for field 'Birthdate' must be of type date and should not be enclosed in quotes
        CreatedDate = '2026-11-22T10:00:00Z'
          400 INVALID_FIELD: value of filter criterion for field 'CreatedDate' must be of type datetime and should not be enclosed in quotes
        CreatedDate = 2026-11-22
          400 INVALID_FIELD: value of filter criterion for field 'CreatedDate' must be of type datetime and should not be enclosed in quotes
        CreatedDate = 2026-11-22T10:00:00
          400 MALFORMED_QUERY: unexpected token `2026-11-22T10:00:00` at 43, expecting a number, a date or a date-time
        CreatedDate = 2026-11-22T10:00Z
          400 INVALID_FIELD: value of filter criterion for field 'CreatedDate' must be of type datetime and should not be enclosed in quotes
        CreatedDate = 2026-11-22T10Z
          400 INVALID_FIELD: value of filter criterion for field 'CreatedDate' must be of type datetime and should not be enclosed in quotes
        CreatedDate = 2026-11-22T10:00:00.Z
          400 INVALID_FIELD: value of filter criterion for field 'CreatedDate' must be of type datetime and should not be enclosed in quotes
        CreatedDate = 2026-11-22T10:00:00+01
          400 INVALID_FIELD: value of filter criterion for field 'CreatedDate' must be of type datetime and should not be enclosed in quotes
        CreatedDate = 20261122T100000Z
          400 MALFORMED_QUERY: unexpected token `20261122T100000Z` at 43, expecting a number, a date or a date-time
        CreatedDate = 2026-11-22T25:00:00Z
          400 INVALID_FIELD: value of filter criterion for field 'CreatedDate' must be of type datetime and should not be enclosed in quotes
    "#]].assert_eq(&answers);
}
