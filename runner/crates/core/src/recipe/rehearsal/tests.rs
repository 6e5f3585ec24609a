use expect_test::{Expect, expect};

use crate::diagnostic::SourceText;
use crate::recipe::rehearsal::{Expected, parse_rehearsal, put_expected};

fn source(text: &str) -> SourceText {
    SourceText {
        name: "tests/titled.toml".to_owned(),
        text: text.to_owned(),
    }
}

const WHOLE: &str = r#"# A comment.
title = "A user without the title gets it"
input = { user = "005D0000001aBcDIAU", since = 2026-11-22 }

[[org.records.User]]
Id = "005D0000001aBcDIAU"
Username = "ada@example.com" # hers

[org.settings.Communities]
enableNetworksEnabled = true
"#;

fn put(text: &str, expected: &Expected) -> String {
    put_expected(&source(text), expected).expect("it can be written")
}

#[test]
fn an_answer_is_put_in_and_replaced_and_nothing_else_moves() {
    let answer = |text: &str| Expected {
        answer: Some(text.to_owned()),
        ..Expected::default()
    };
    let first = put(WHOLE, &answer("~ title/ada: Give \"Ada\" it\n= {}\n"));
    expect![[r##"
        # A comment.
        title = "A user without the title gets it"
        input = { user = "005D0000001aBcDIAU", since = 2026-11-22 }

        [[org.records.User]]
        Id = "005D0000001aBcDIAU"
        Username = "ada@example.com" # hers

        [org.settings.Communities]
        enableNetworksEnabled = true

        [expected]
        answer = """
        ~ title/ada: Give "Ada" it
        = {}
        """
    "##]]
    .assert_eq(&first);
    let first = first + "\n[org.settings.Sharing]\nx = \"1\"\n";
    for hard in [
        "a \\ back\\slash\n",
        "[expected]\n[org]\n",
        "\"\"\"\"\"\"\n'''",
        "\\ ''' and \"\"\"\"",
        "\u{1b}[31m red\n",
        "no end",
        "",
    ] {
        let again = put(&first, &answer(hard));
        assert!(again.starts_with(WHOLE), "{again}");
        assert!(
            again.ends_with("\n[org.settings.Sharing]\nx = \"1\"\n"),
            "{again}"
        );
        let read = parse_rehearsal(&source(&again)).expect("a rehearsal");
        assert_eq!(read.expected.expect("it").answer.as_deref(), Some(hard));
    }
    let refused = Expected {
        refused: vec!["reads `User`".to_owned(), "a \"quote\"".to_owned()],
        log: Some(vec!["one".to_owned()]),
        ..Expected::default()
    };
    let refused = put(&first, &refused);
    expect![[r##"
        [expected]
        refused = [
            "reads `User`",
            "a \"quote\"",
        ]
        log = [
            "one",
        ]

        [org.settings.Sharing]
        x = "1"
    "##]]
    .assert_eq(&refused[refused.find("[expected]").expect("it")..]);
    assert_eq!(
        put(&refused, &answer("= {}\n")),
        put(&first, &answer("= {}\n"))
    );
}

#[track_caller]
fn mistakes(text: &str, expected: Expect) {
    let source = source(text);
    let found = parse_rehearsal(&source).expect_err("mistakes");
    let lines = found.iter().map(|it| {
        let (line, column) = source.position(it.span.clone().unwrap_or(0..0).start);
        let help = it.help.as_deref().unwrap_or_default();
        format!("{line}:{column} {} {}\n  {help}\n", it.code, it.message)
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn mistakes_have_their_places() {
    mistakes(
        "titel = \"x\"\ninput = 3\nmore = 1\n[org]\nrecods = {}\n[expected]\nlog = [1]\n",
        expect![[r#"
            1:1 rehearsal/unknown-key a rehearsal knows no key `titel`
              did you mean `title`?
            2:9 rehearsal/wrong-type `input` is an integer, not a table
              write `input = { … }`
            3:1 rehearsal/unknown-key a rehearsal knows no key `more`
              there is `title`, `input`, `org` and `expected`
            5:1 rehearsal/bad-org the org state: unknown field `recods`, expected one of `who`, `records`, `settings`, `describes`, `components`, `resources`, `queries`, `pending`, `refused`
              the page about plugins shows all that an org state may hold
            6:2 rehearsal/expects-nothing `expected` has neither an `answer` nor something `refused`
              run `usher plugin test --update`, which writes it, and read what it wrote
            7:8 rehearsal/wrong-type `log` is an integer, not a text
              write `log = ["…", "…"]`
        "#]],
    );
    mistakes(
        "title = \"x\"\n[[org.records.User]]\nName = \"Ada\"\n",
        expect![[r#"
            2:3 rehearsal/bad-org the org state: a record of `User` has no `Id`
              the page about plugins shows all that an org state may hold
        "#]],
    );
}
