use super::{Typed, typed};

#[test]
fn ctrl_c_is_told_from_an_empty_line_and_from_the_end() {
    let line = |text: &str| Typed::Line(text.to_owned());
    for (keys, what) in [
        ("open\n", line("open")),
        ("wrong\u{15}open\r", line("open")),
        ("\n", line("")),
        ("op\u{3}en\n", Typed::Interrupted),
        ("op\u{4}", Typed::Nothing),
        ("op", Typed::Nothing),
    ] {
        assert_eq!(typed(keys.as_bytes()), what, "{keys:?}");
    }
}
