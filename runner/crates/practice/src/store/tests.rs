//! Patterns as SOQL's `LIKE` reads them.

use crate::store::like;

#[test]
fn patterns() {
    let cases = [
        ("", "", true),
        ("%", "", true),
        ("_", "", false),
        ("a%", "ABC", true),
        ("%c", "abc", true),
        ("%b%", "abc", true),
        ("a_c", "abc", true),
        ("a_c", "ac", false),
        ("%ab%ab", "abxabyab", true),
        ("Ë%", "ëlan", true),
        (r"50\%", "50%", true),
        (r"50\%", "500", false),
        (r"a\\b", r"a\b", true),
        (
            "%%%%%%%%%%%%%%%%x",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            false,
        ),
    ];
    for (pattern, value, fits) in cases {
        assert_eq!(like(pattern, value), fits, "{pattern} {value}");
    }
}
