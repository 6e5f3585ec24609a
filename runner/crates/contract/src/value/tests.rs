use serde_json::json;

use super::{Piece, Reference, Scalar, Token};

#[test]
fn references_are_the_same_as_themselves_only() {
    let given = |token: &str| Scalar::Reference(Reference::Given(Token::of_text(token)));
    assert!(given("a:b.id").is_same_id(&given("a:b.id")));
    assert!(!given("a:b.id").is_same_id(&Scalar::text("a:b.id")));
    assert!(!given("a:b.id").is_as_wanted("Name", &given("a:b.Id")));
    let joined = Scalar::Joined(vec![Piece::Text("a".into())]);
    assert!(!joined.found_by("Name", &Scalar::text("a")));
}

#[test]
fn dates_are_kept_as_dates() {
    for (scalar, kept) in [
        (
            Scalar::Date("2026-11-22".into()),
            r#"{"date":"2026-11-22"}"#,
        ),
        (
            Scalar::DateTime("2026-11-22T10:00:00Z".into()),
            r#"{"date-time":"2026-11-22T10:00:00Z"}"#,
        ),
    ] {
        assert_eq!(serde_json::to_string(&scalar).expect("writes"), kept);
        assert_eq!(serde_json::from_str::<Scalar>(kept).expect("reads"), scalar);
        assert!(scalar.to_json().is_string(), "a request holds text");
    }
}

#[test]
fn json_and_back() {
    let reference = Scalar::Reference(Reference::Given(Token::of_text("user:user.id")));
    for (scalar, json) in [
        (Scalar::Nothing, json!(null)),
        (Scalar::Truth(true), json!(true)),
        (Scalar::Number("12".into()), json!(12)),
        (Scalar::text("a"), json!("a")),
        (reference, json!({"$ref": "user:user.id"})),
    ] {
        assert_eq!(scalar.to_json(), json);
        assert_eq!(Scalar::from_json(&json), Some(scalar));
    }
    let joined = Scalar::Joined(vec![
        Piece::Text("a ".into()),
        Piece::Reference(Reference::Given(Token::of_text("s:t.id"))),
    ]);
    assert_eq!(
        joined.to_json(),
        json!({"$join": ["a ", {"$ref": "s:t.id"}]})
    );
}
