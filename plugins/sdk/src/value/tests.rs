use serde_json::{Value as Json, json};

use super::Value;
use crate::Scalar;

fn value(json: Json) -> Value {
    serde_json::from_value(json).expect("a value")
}

#[test]
fn values_are_compared_as_soql_compares() {
    let same = |a: Json, b: Json| value(a).same(&value(b));
    assert!(same(json!("CEO"), json!("ceo")));
    assert!(same(json!("005D0000001aBcD"), json!("005D0000001aBcDIAU")));
    assert!(!same(json!("005D0000001aBcD"), json!("005D0000001abcDIAU")));
    assert!(same(json!(""), json!(null)));
    assert!(same(json!(5), json!(5.0)));
    assert!(!same(json!("5"), json!(5)));
    assert!(same(
        json!({"$ref": "a:b.id", "$object": "User"}),
        json!({"$ref": "a:b.id"})
    ));
    assert!(!same(json!({"$ref": "a:b.id"}), json!("a:b.id")));
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
