use serde_json::{Value as Json, json};

use super::{Value, is_date, is_date_time};
use crate::Scalar;

fn value(json: Json) -> Value {
    serde_json::from_value(json).expect("a value")
}

#[test]
fn values_are_found_and_are_as_wanted() {
    let found = |field: &str, a: Json, b: Json| value(a).found_by(field, value(b));
    let wanted = |field: &str, a: Json, b: Json| value(a).is_as_wanted(field, value(b));
    assert!(found("Title", json!("CEO"), json!("ceo ")));
    assert!(!wanted("Title", json!("CEO"), json!("ceo")));
    assert!(wanted("Title", json!("CEO"), json!("CEO ")));
    assert!(wanted("Title", json!(""), json!(null)));
    let (short, long) = (json!("005D0000001aBcD"), json!("005D0000001aBcDIAU"));
    assert!(value(short.clone()).is_same_id(&value(long.clone())));
    assert!(!found("Name", short, long));
    assert!(found(
        "Name",
        json!("Partner2024User"),
        json!("partner2024user")
    ));
    assert!(wanted("NumberOfEmployees", json!(5), json!(5.0)));
    assert!(!found("Name", json!("5"), json!(5)));
    let unknown = json!({"$ref": "a:b.id", "$object": "User"});
    assert!(wanted("OwnerId", unknown, json!({"$ref": "a:b.id"})));
    assert!(!found(
        "OwnerId",
        json!({"$ref": "a:b.id"}),
        json!("a:b.id")
    ));
}

#[test]
fn dates_are_compared_by_day_and_date_times_by_instant() {
    let day = value(json!("1990-01-01"));
    assert!(day.is_as_wanted("Birthdate", Scalar::date("1990-01-01")));
    let there = value(json!("2026-11-22T10:00:00.000+0000"));
    assert!(there.is_as_wanted("StartTime", Scalar::date_time("2026-11-22T10:00:00Z")));
    assert!(
        !there.is_as_wanted("StartTime", "2026-11-22T10:00:00Z"),
        "a text is a text"
    );
    assert!(is_date("2024-02-29") && !is_date("2023-02-29"));
    assert!(is_date_time("2026-11-22T10:00:00Z") && !is_date_time("2026-11-22"));
}

#[test]
fn whole_numbers_may_come_from_a_double_field() {
    assert_eq!(value(json!(5.0)).integer(), Ok(Some(5)));
    assert_eq!(value(json!(100)).integer(), Ok(Some(100)));
    assert_eq!(value(json!(-1)).integer(), Ok(Some(-1)));
    assert_eq!(value(json!(null)).integer(), Ok(None));
    assert!(value(json!(5.5)).integer().is_err());
    assert!(value(json!("5")).integer().is_err());
}

#[test]
fn lists_and_other_objects_are_no_values() {
    for json in [json!([1]), json!({}), json!({"$ref": 1})] {
        assert!(serde_json::from_value::<Value>(json).is_err());
    }
}

#[test]
fn what_is_not_known_goes_out_as_it_came_in() {
    let known = value(json!("Acme"));
    let unknown = value(json!({"$ref": "account:record.id", "$object": "Account"}));
    let joined = Scalar::joined([
        Scalar::from(&unknown),
        " & ".into(),
        Scalar::bound("site", "id"),
    ]);
    assert_eq!(
        json!([known, unknown, joined, Scalar::from(66), Scalar::from(true)]),
        json!([
            "Acme",
            {"$ref": "account:record.id"},
            {"$join": [{"$ref": "account:record.id"}, " & ", {"$bound": ["site", "id"]}]},
            66,
            true
        ])
    );
}
