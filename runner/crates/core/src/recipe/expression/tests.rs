use expect_test::expect;

use super::scan::{Cut, Word, cut, is_path, words};

fn cuts(text: &str) -> Vec<String> {
    let shown = |cut: &Cut| match cut {
        Cut::Text(text) => format!("text {text}"),
        Cut::Expression { range } => format!("expression {}", &text[range.clone()]),
        Cut::Unclosed { range } => format!("unclosed {}", &text[range.clone()]),
    };
    cut(text).iter().map(shown).collect()
}

#[test]
fn texts_are_cut_at_their_expressions() {
    assert_eq!(cuts(""), Vec::<String>::new());
    assert_eq!(cuts("5 $ a} {b}"), ["text 5 $ a} {b}"]);
    assert_eq!(cuts("${a}"), ["expression ${a}"]);
    assert_eq!(
        cuts("é ${a}b${c}"),
        ["text é ", "expression ${a}", "text b", "expression ${c}"]
    );
    assert_eq!(cuts("$${a} $$${b} $"), ["text ${a} $${b} $"]);
    assert_eq!(
        cuts("${ {'a': {}} }!"),
        ["expression ${ {'a': {}} }", "text !"]
    );
    assert_eq!(
        cuts(r#"${"}" ~ '\'}'}!"#),
        [r#"expression ${"}" ~ '\'}'}"#, "text !"]
    );
    assert_eq!(cuts("${a ${b}"), ["unclosed ${a ${b}"]);
    assert_eq!(cuts("x ${'}"), ["text x ", "unclosed ${'}"]);
}

#[test]
fn names_are_found_whatever_is_around_them() {
    let found = |code: &str| {
        let shown = |word: &Word| match word {
            Word::Path(path) => format!("{} {}", path.text(), &code[path.span.clone()]),
            Word::Filter(name, _) => format!("|{name}"),
            Word::Test(name, _) => format!("is {name}"),
            Word::Call(name, _) => format!("{name}()"),
        };
        words(code).iter().map(shown).collect::<Vec<_>>().join(", ")
    };
    let shown: Vec<String> = [
        "inputs.a",
        "inputs . a+steps.b.c",
        "'inputs.a' ~ \"x\\\"y\" ~ z",
        "a if b else not c and d in e",
        "a|default(b, true)|join(c=d)",
        "a is none and b is not none",
        "f(x), a.b(y), (a).b(z), a[0].b, a[b.c]",
        "1.5e3 + 0x1f + a1_b",
        "a == b",
        "{'k': a, b: c}",
        "a.0.b",
    ]
    .map(found)
    .to_vec();
    expect![[r#"
        inputs.a inputs.a
        inputs.a inputs . a, steps.b.c steps.b.c
        z z
        a a, b b, c c, d d, e e
        a a, |default, b b, |join, d d
        a a, is none, b b, is none
        f(), x x, a.b(), y y, a a, b(), z z, a a, a a, b.c b.c
        a1_b a1_b
        a a, b b
        a a, b b, c c
        a a"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn a_path_is_a_path_alone() {
    for code in ["inputs.a", " inputs . a ", "a", "steps.a.b.c"] {
        assert!(is_path(code), "{code}");
    }
    for code in [
        "", "a.b + 1", "a | f", "a.0", "a[0]", "true", "'a'", "a b", "a.", "(a)", "-a", "1",
    ] {
        assert!(!is_path(code), "{code}");
    }
}
