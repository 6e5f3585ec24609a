use serde_json::json;

use super::{Piece, Reference, Scalar, Token};

#[track_caller]
fn check_same(a: Scalar, b: Scalar, expected: bool) {
    assert_eq!(a.same(&b), expected, "{a:?} {b:?}");
    assert_eq!(b.same(&a), expected, "{b:?} {a:?}");
}

#[test]
fn values_are_compared_as_soql_compares() {
    check_same(Scalar::text("CEO"), Scalar::text("ceo"), true);
    check_same(Scalar::text("Émile"), Scalar::text("émile"), true);
    check_same(Scalar::Nothing, Scalar::text(""), true);
    check_same(Scalar::Nothing, Scalar::Truth(false), false);
    check_same(
        Scalar::Number("1".into()),
        Scalar::Number("1.0".into()),
        true,
    );
    check_same(
        Scalar::text("001D000000IRFma"),
        Scalar::text("001D000000IRFmaIAH"),
        true,
    );
    // Ids are case-sensitive.
    check_same(
        Scalar::text("001D000000IRFma"),
        Scalar::text("001d000000irfma"),
        false,
    );
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
