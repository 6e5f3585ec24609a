//! Nothing that a text holds is hidden.

use super::{
    is_hidden, is_shown_as_it_is, line, quoted, sentence, shown, value, value_in, visible,
};

/// The categories `Cc`, `Cf`, `Zl` and `Zp` of Unicode 16, and the characters that a font may leave out.
const CATEGORIES: &[(u32, u32)] = &[
    // Cc
    (0x0, 0x1f),
    (0x7f, 0x9f),
    // Cf
    (0xad, 0xad),
    (0x600, 0x605),
    (0x61c, 0x61c),
    (0x6dd, 0x6dd),
    (0x70f, 0x70f),
    (0x890, 0x891),
    (0x8e2, 0x8e2),
    (0x180e, 0x180e),
    (0x200b, 0x200f),
    (0x202a, 0x202e),
    (0x2060, 0x2064),
    (0x2066, 0x206f),
    (0xfeff, 0xfeff),
    (0xfff9, 0xfffb),
    (0x110bd, 0x110bd),
    (0x110cd, 0x110cd),
    (0x13430, 0x1343f),
    (0x1bca0, 0x1bca3),
    (0x1d173, 0x1d17a),
    (0xe0001, 0xe0001),
    (0xe0020, 0xe007f),
    // Zl, Zp
    (0x2028, 0x2028),
    (0x2029, 0x2029),
    // Default_Ignorable_Code_Point, besides
    (0x34f, 0x34f),
    (0x115f, 0x1160),
    (0x17b4, 0x17b5),
    (0x180b, 0x180f),
    (0x2065, 0x2065),
    (0x3164, 0x3164),
    (0xfe00, 0xfe0f),
    (0xffa0, 0xffa0),
    (0xfff0, 0xfff8),
    (0xe0000, 0xe0fff),
];

#[test]
fn every_character_of_unicode_without_a_shape_is_written_out_by_every_door() {
    for (first, last) in CATEGORIES {
        for c in (*first..=*last).filter_map(char::from_u32) {
            assert!(is_hidden(c), "{c:?}");
            let text = format!("a{c}b");
            for shown in [visible(&text), value(&text), quoted(&text)] {
                assert!(!shown.contains(c), "{c:?} stays in {shown}");
                assert!(shown.contains('\\'), "{c:?} is not seen in {shown}");
            }
            let sentence = sentence(&text);
            assert!(!sentence.contains(c), "{c:?} stays in {sentence}");
            assert!(sentence.len() > 2, "{c:?} is not seen in {sentence}");
        }
    }
}

#[test]
fn letters_signs_and_their_shapes_are_left_as_they_are() {
    for text in [
        "Maria Meyer",
        "Ω ü ß",
        "中文",
        "山田\u{3000}太郎",
        "שלום",
        "❤\u{fe0f}",
        "葛\u{e0100}",
    ] {
        assert_eq!(visible(text), text);
        assert_eq!(value(text), text);
    }
    // Behind a letter without shapes, and twice, a selector only hides something.
    assert_eq!(value("a\u{fe0f}"), r#""a\u{fe0f}""#);
    assert_eq!(value("❤\u{fe0f}\u{fe0f}"), "\"❤\u{fe0f}\\u{fe0f}\"");
}

#[test]
fn a_value_is_shown_exactly_and_cannot_be_taken_for_what_stands_around_it() {
    for (text, shown) in [
        ("Countess", "Countess"),
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
        ("", "(empty)"),
        ("(empty)", r#""(empty)""#),
        ("nothing", r#""nothing""#),
        ("Lakeside, Inc.", r#""Lakeside, Inc.""#),
        ("a } b", r#""a } b""#),
        ("a -> b", r#""a -> b""#),
        ("x; Email: y", r#""x; Email: y""#),
        ("<user:user.id>", r#""<user:user.id>""#),
        (r"a\u{202e}", r#""a\\u{202e}""#),
        ("say \"yes\"", r#""say \"yes\"""#),
        ("one\ntwo\tthree\r", r#""one\ntwo\tthree\r""#),
        ("\u{1b}[2Jx\u{9b}0m", r#""\u{1b}[2Jx\u{9b}0m""#),
        ("a  b", r#""a \u{20}b""#),
        (" a ", r#""\u{20}a\u{20}""#),
        ("a\u{a0}b", r#""a\u{a0}b""#),
        ("   ", r#""\u{20}\u{20}\u{20}""#),
    ] {
        assert_eq!(value(text), shown, "{text:?}");
    }
}

#[test]
fn a_long_value_is_cut_and_says_how_much_is_left_out() {
    assert_eq!(value_in("äöüß", 8), "äöüß");
    assert_eq!(value_in("äöüß", 5), "\"äö\"… (4 bytes more)");
    let long = "x".repeat(15_000_000);
    assert_eq!(value_in(&long, 3), "\"xxx\"… (14999997 bytes more)");
}

#[test]
fn a_sentence_is_one_line_without_runs_of_blanks() {
    assert_eq!(line("one\ntwo\tthree  four\n", 100), "one two three  four");
    assert_eq!(sentence("one\ntwo\tthree\n"), "one two three");
    assert_eq!(sentence("  one \u{a0}\u{2003}\u{3000}  two  "), "one two");
    assert_eq!(sentence("abc\u{202e}def"), "abc\\u{202e}def");
    assert_eq!(sentence("a\u{1b}[31mred\u{7}"), "a\\u{1b}[31mred\\u{7}");
}

#[test]
fn long_sentences_are_cut_between_characters() {
    assert_eq!(line("äöüß", 8), "äöüß");
    assert_eq!(line("äöüß", 7), "äö…");
    assert_eq!(line(&"x".repeat(9), 8), "xxxxx…");
    assert_eq!(line("äö", 8), "äö");
    assert_eq!(line(&"\u{200b}".repeat(9), 12), "\\u{200b}…");
}

#[test]
fn a_text_is_left_as_it_is_only_where_showing_it_changes_nothing() {
    let signs = (0..=0x2ff_u32).filter_map(char::from_u32);
    let texts = signs.flat_map(|c| [format!("{c}"), format!("a{c}b"), format!("a{c}")]);
    let mut left = 0;
    for text in texts {
        if is_shown_as_it_is(&text) {
            assert_eq!(shown(&text), text);
            left += 1;
        }
    }
    // Each of the plain signs, but for a blank at the end.
    assert_eq!(left, 3 * 95 - 2);
    let long = "x".repeat(crate::limit::SHOWN_TEXT_BYTES_MAX);
    assert!(is_shown_as_it_is(&long) && shown(&long) == long);
    assert!(!is_shown_as_it_is(&(long + "x")));
}
