//! XML that a client may send.

use crate::xml::{escape, parse};

#[test]
fn a_tree_without_prefixes() {
    let root = parse("<?xml version=\"1.0\"?><a:x xmlns:a='u' a:t='A &amp; B'><!-- c --><y>1 &lt; 2 &#235;</y><z/><![CDATA[<raw>]]></a:x>").expect("XML");
    assert_eq!(root.name, "x");
    assert_eq!(root.attribute("t"), Some("A & B"));
    assert_eq!(root.child_text("y"), "1 < 2 ë");
    assert_eq!(root.children.len(), 2);
    assert_eq!(root.text, "<raw>");
}

#[test]
fn elements_know_their_lines() {
    let root = parse("<a>\n  <b/>\n  <c>\n</c>\n<d\n x='1'/></a>").expect("XML");
    let lines: Vec<usize> = root.children.iter().map(|child| child.line).collect();
    assert_eq!((root.line, lines), (1, vec![2, 3, 6]));
}

#[test]
fn what_is_no_xml() {
    for text in [
        "",
        "x",
        "<a>",
        "<a></b>",
        "</a>",
        "<a/><b/>",
        "<a>&nope;</a>",
        "<!DOCTYPE a><a/>",
        "<a b=c/>",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert!(parse(&deep).is_err());
}

#[test]
fn text_is_made_safe() {
    assert_eq!(escape("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
}

#[test]
fn characters_that_xml_does_not_have_are_not_written() {
    assert_eq!(
        escape("a\u{0}b\u{1f}\u{fffe}\t\n<ß"),
        "a\u{fffd}b\u{fffd}\u{fffd}\t\n&lt;ß"
    );
}
