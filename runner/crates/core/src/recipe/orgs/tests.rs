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
        # Usher writes this file: `usher org add`, `usher org login`, `usher org remove`. It holds no secret.

        [orgs.acme-dev]
        address = "http://localhost:1"
        token_env = "ACME"
        org_id = "00DJca000000001MAA"

        [orgs.uat]
        address = "http://127.0.0.1:8080"
    "##]]
    .assert_eq(&orgs.text());
    assert_eq!(parse_orgs(&source(&orgs.text())), Ok(orgs.clone()));
    let variables = orgs.named.values().filter_map(|org| org.sign_in.variable());
    assert_eq!(variables.collect::<Vec<_>>(), ["ACME", "USHER_TOKEN_UAT"]);
    assert_eq!(parse_orgs(&source("")).map(|orgs| orgs.named.len()), Ok(0));
}

#[test]
fn every_way_to_sign_in_is_read_as_it_is_written() {
    let text = r#"# Usher writes this file: `usher org add`, `usher org login`, `usher org remove`. It holds no secret.

default = "web"

[orgs.browser]
address = "https://acme--uat.sandbox.my.salesforce.com"
sign_in = "web"
client_id = "3MVG9"
login = "https://test.salesforce.com"
secrets = "keychain"
org_id = "00DJca000000001MAA"

[orgs.cli]
address = "https://acme.my.salesforce.com"
sign_in = "sf"
username = "admin@acme.example"

[orgs.given]
address = "https://acme.my.salesforce.com"
secrets = "file"
ca_file = "/etc/acme.pem"

[orgs.machine]
address = "https://acme.my.salesforce.com"
sign_in = "jwt"
client_id = "3MVG9"
username = "müller \\\"admin\\\"@acme.example"
key_file = "/home/me/usher.key"

[orgs.web]
address = "https://acme.my.salesforce.com"
sign_in = "client-credentials"
client_id = "3MVG9"
secrets = "file"
"#;
    let orgs = parse_orgs(&source(text)).expect("no mistake");
    assert_eq!(orgs.text(), text);
    let logins: Vec<&str> = orgs.named.values().map(|org| org.login()).collect();
    assert_eq!(
        logins[..2],
        [
            "https://test.salesforce.com",
            "https://acme.my.salesforce.com"
        ]
    );
    let mut fewer = orgs;
    assert!(fewer.remove("web").is_some() && fewer.remove("web").is_none());
    assert_eq!(fewer.default, None);
}

#[test]
fn mistakes_in_the_way_to_sign_in_are_told() {
    mistakes(
        r#"
default = "nobody"
[orgs.a]
address = "https://a.my.salesforce.com"
sign_in = "password"
username = "x"
[orgs.b]
address = "https://a.my.salesforce.com"
sign_in = "jwt"
client_id = ""
key = "x"
[orgs.c]
address = "https://a.my.salesforce.com"
sign_in = "web"
client_id = "a\nb"
username = "x"
secrets = "here"
ca_file = "acme.pem"
[orgs.d]
address = "https://a.my.salesforce.com"
client_secret = "canary"
"#,
        &expect![[r#"
            2:11 orgs/bad-default `nobody` is not the name of an org
              write `practice`, `practice:<name>` or the name of an org of this file, or leave it out
            5:11 orgs/bad-sign-in org `a` has a `sign_in` that Usher does not know
              write one of `token`, `web`, `jwt`, `client-credentials`, `sf`
            7:1 orgs/missing-key org `b` lacks `username`
              add `username = "admin@acme.example"`
            7:1 orgs/missing-key org `b` lacks `key_file`
              add `key_file = "/home/me/usher.key"`
            10:13 orgs/bad-text `client_id` is not one short line of text
              write it in one line, of at most 1,000 bytes
            11:1 orgs/unknown-key org `b` knows no key `key`
              there is `address`, `sign_in`, `client_id`, `login`, `username`, `key_file`, `secrets`, `ca_file` and `org_id`
            15:13 orgs/bad-text `client_id` is not one short line of text
              write it in one line, of at most 1,000 bytes
            16:1 orgs/unknown-key org `c` knows no key `username`
              there is `address`, `sign_in`, `client_id`, `login`, `secrets`, `ca_file` and `org_id`
            17:11 orgs/bad-secrets org `c` keeps its secrets in no place that Usher knows
              write `secrets = "keychain"` or `secrets = "file"`
            18:11 orgs/bad-path `ca_file` is not the whole path of a file, so it would be another file in another folder
              write it from the root, as in `/home/me/usher.key`
            19:7 orgs/token org `d` has a secret in it, and no file may hold one
              take it out, and sign in with `usher org login`, which keeps secrets
        "#]],
    );
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
