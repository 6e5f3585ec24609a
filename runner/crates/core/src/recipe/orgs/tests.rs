use expect_test::{Expect, expect};

use super::parse_orgs;
use crate::diagnostic::SourceText;

fn source(text: &str) -> SourceText {
    SourceText {
        name: "orgs.toml".to_owned(),
        text: text.to_owned(),
    }
}

fn mistakes(text: &str, expected: &Expect) {
    let source = source(text);
    let mistakes = parse_orgs(&source).expect_err("mistakes");
    let lines = mistakes.iter().map(|mistake| {
        let span = mistake.span.clone().unwrap_or_default();
        let (line, column) = source.position(span.start);
        let help = mistake.help.as_deref().unwrap_or_default();
        format!(
            "{line}:{column} {} {}\n  {help}\n",
            mistake.code, mistake.message
        )
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn what_is_written_is_read_again() {
    let text = r#"
[orgs.uat]
address = "http://127.0.0.1:8080"

[orgs.acme-dev]
address = "http://localhost:1"
token_env = "ACME"
org_id = "00DJca000000001"
"#;
    let orgs = parse_orgs(&source(text)).expect("no mistake");
    expect![[r##"
        # Usher writes this file: `usher org add`, `usher org remove`. It holds no token.

        [orgs.acme-dev]
        address = "http://localhost:1"
        token_env = "ACME"
        org_id = "00DJca000000001MAA"

        [orgs.uat]
        address = "http://127.0.0.1:8080"
    "##]]
    .assert_eq(&orgs.text());
    assert_eq!(parse_orgs(&source(&orgs.text())), Ok(orgs.clone()));
    let variables = orgs.0.values().map(|org| org.token_env.as_str());
    assert_eq!(variables.collect::<Vec<_>>(), ["ACME", "USHER_TOKEN_UAT"]);
    assert_eq!(parse_orgs(&source("")).map(|orgs| orgs.0.len()), Ok(0));
}

#[test]
fn every_mistake_is_told() {
    mistakes(
        r#"
orgz = 1
[orgs.practice]
address = "http://127.0.0.1:1"
[orgs."http://127.0.0.1:1"]
address = "http://127.0.0.1:1"
[orgs.a-b]
[orgs.b]
address = 7
token_env = "USHER_TOKEN"
org_id = "../../etc/passwd"
[orgs.t]
address = "http://127.0.0.1:1"
token = "00D!secret"
[orgs.c]
address = "http://127.0.0.1:1"
token_env = "1 X"
[orgs.d]
address = "http://127.0.0.1:1"
token_env = "D"
org_id = "005Jca000000001"
[orgs.e]
address = "http://127.0.0.1:1"
token_env = "D"
"#,
        &expect![[r#"
            2:1 orgs/unknown-key the file knows no key `orgz`
              did you mean `orgs`?
            3:7 orgs/bad-name `practice` is the practice org in the box
              give the org another name
            5:7 orgs/bad-name `http://127.0.0.1:1` is not a valid name of an org
              write lower-case letters, digits and single hyphens, as in `acme-uat`
            7:1 orgs/missing-key org `a-b` lacks `address`
              add `address = "http://127.0.0.1:8080"`
            9:11 orgs/wrong-type `address` is an integer, not a text
              write `address = "…"`
            10:13 orgs/bad-variable `USHER_TOKEN` holds the token of the org that a command names, not that of an org of the registry
              name a variable that only this org has, or leave the variable out for the usual one
            11:10 orgs/bad-id `../../etc/passwd` is not a valid id of an org
              write the 18 characters of its id, which begin with 00D, or leave the id out
            12:7 orgs/token org `t` has a token in it, and no file may hold one
              take it out, and set the variable that `token_env` names
            17:13 orgs/bad-variable `1 X` is not a valid name of an environment variable
              write letters, digits and underscores, a letter or underscore first
            21:10 orgs/bad-id `005Jca000000001` is not a valid id of an org
              write the 18 characters of its id, which begin with 00D, or leave the id out
            24:13 orgs/shared-variable `D` holds the token of the org `d`, and a token belongs to one org
              name a variable that no other org has
        "#]],
    );
}
