//! Patterns as SOQL's `LIKE` reads them, and the order of texts.

use crate::store::{like, order};

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

#[test]
fn texts_are_ordered_without_regard_to_case() {
    let texts = [
        "", "a", "A", "ab", "Z", "_", "z", "[", "ä", "Ä", "aÄ", "Aä", "ß",
    ];
    for a in texts {
        for b in texts {
            let lower = a.to_lowercase().cmp(&b.to_lowercase());
            assert_eq!(order(a, b), lower, "{a} {b}");
        }
    }
}
